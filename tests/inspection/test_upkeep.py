"""Checkpoints verified, pruned and removed; and a crash at every call that touches the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from estimator.core.errors import DataLossError, FailedPreconditionError, InvalidArgumentError, NotFoundError
from estimator.inspection import upkeep
from estimator.inspection.listing import read_listing
from estimator.inspection.upkeep import prune, remove_unacknowledged, usual_keep, verify
from estimator.model_dir.best import Ranking, rank
from estimator.model_dir.finding import find_latest
from estimator.model_dir.lock import DirectoryLock
from estimator.model_dir.notes import SaveNote, write_note
from estimator.model_dir.recovery import recover
from estimator.model_dir.retention import remove_files
from estimator.model_dir.state import CheckpointState, read_state, write_state
from estimator.model_dir.storage import LOCAL
from tests.disk import unchanged
from tests.inspection.fixtures import DAMAGED, TF, deny, flip, save
from tests.model_dir.fault_ops import Crash, FaultOps, RecordingOps, UnsyncedOps
from tests.tiny import batches, estimator


def steps(directory: Path) -> list[int | None]:
    return [one.step for one in read_listing(directory).checkpoints]


def named(directory: Path) -> list[str]:
    state = read_state(directory)
    assert state is not None
    return list(state.all_model_checkpoint_paths)


def test_whole_checkpoints_have_no_damage(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    with unchanged(tmp_path):
        found = verify(str(tmp_path))
    assert [(one.checkpoint.step, one.damages) for one in found] == [(1, ()), (2, ())]


def test_every_damaged_tensor_is_named(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    data = tmp_path / "model.ckpt-1.data-00000-of-00001"
    flip(data, 0)
    flip(data, -1)
    first, second = verify(str(tmp_path))
    assert len(first.damages) == 2 and second.damages == ()
    assert "global_step" in first.damages[0] and "'w'" in first.damages[1]


def test_a_checkpoint_that_may_not_be_read_keeps_nobody_from_verifying_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, 1, 2)
    deny(monkeypatch, tmp_path / "model.ckpt-1.data-00000-of-00001")
    first, second = verify(str(tmp_path))
    assert "Permission denied" in first.damages[0] and second.damages == ()


def test_a_state_file_that_may_not_be_read_is_told_and_nothing_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, 1, 2)
    deny(monkeypatch, tmp_path / "checkpoint")
    with pytest.raises(FailedPreconditionError, match="what is kept is not known: .*Permission denied"):
        prune(str(tmp_path), 1)
    assert steps(tmp_path) == [1, 2]


def test_the_times_of_a_checkpoint_manager_stay_since_it_deletes_nothing_without_one(tmp_path: Path) -> None:
    save(tmp_path, 1, 2, 3)
    names = tuple(named(tmp_path))
    write_state(
        str(tmp_path),
        CheckpointState(names[-1], names, (1796004855.25, 1796004856.5, 1796004857.75), 1796004854.5),
    )
    prune(str(tmp_path), 2)
    state = read_state(tmp_path)
    assert state == CheckpointState(names[-1], names[1:], (1796004856.5, 1796004857.75), 1796004854.5)


def test_a_checkpoint_of_which_a_file_stays_is_not_called_deleted(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    stays = tmp_path / "model.ckpt-1.data-00000-of-00001"
    stays.unlink()
    stays.mkdir()  # what unlink refuses, as it does a file that the system protects
    with pytest.raises(FailedPreconditionError, match="could not delete model.ckpt-1"):
        prune(str(tmp_path), 1)
    stays.rmdir()
    prune(str(tmp_path), 1)
    assert not [name for name in os.listdir(tmp_path) if name.startswith((".tmp.", "model.ckpt-1."))]


def test_a_graph_that_was_changed_is_damage(tmp_path: Path) -> None:
    estimator(tmp_path).train(batches(), steps=1)
    flip(tmp_path / "model.ckpt-1.meta", 40)
    (found,) = verify(str(tmp_path))
    assert len(found.damages) == 1 and "model.ckpt-1.meta" in found.damages[0]


@pytest.mark.parametrize("variant", [path.name for path in sorted(DAMAGED.iterdir()) if path.is_dir()])
def test_what_tensorflow_cannot_read_is_damaged(variant: str) -> None:
    found = verify(str(DAMAGED / variant))
    if variant == "index_missing":
        assert found == []
    else:
        harmless = variant in ("good", "index_bitflip_footer_handle")
        assert [bool(one.damages) for one in found] == [not harmless]


def test_one_that_a_trainer_deletes_meanwhile_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, 1, 2)
    opened, deleted = upkeep.BundleReader, []

    def reader(prefix: str) -> Any:
        if not deleted:
            deleted.append(prefix)
            write_state(tmp_path, CheckpointState.of(["model.ckpt-2"]))
            remove_files(LOCAL, str(tmp_path), "model.ckpt-1")
        return opened(prefix)

    monkeypatch.setattr(upkeep, "BundleReader", reader)
    found = verify(str(tmp_path))
    assert deleted and [(one.checkpoint.step, one.damages) for one in found] == [(2, ())]


def test_the_newest_and_the_best_stay(tmp_path: Path) -> None:
    save(tmp_path, 1, 2, 3, 4, 5)
    rank(tmp_path, "model.ckpt-2", 0.9, Ranking("auc", "max", 1))
    with unchanged(tmp_path):
        assert prune(str(tmp_path), 2, dry_run=True) == ["model.ckpt-1", "model.ckpt-3"]
    assert prune(str(tmp_path), 2) == ["model.ckpt-1", "model.ckpt-3"]
    assert steps(tmp_path) == [2, 4, 5] and named(tmp_path) == [f"model.ckpt-{step}" for step in (2, 4, 5)]
    with unchanged(tmp_path):
        assert prune(str(tmp_path), 2) == []


def test_what_the_state_file_does_not_list_is_left_alone(tmp_path: Path) -> None:
    save(tmp_path, 1, 2, 3, 4)
    write_state(tmp_path, CheckpointState.of(["model.ckpt-2", "model.ckpt-3"]))
    assert prune(str(tmp_path), 1) == ["model.ckpt-2"]
    assert steps(tmp_path) == [1, 3, 4]


def test_tensorflows_directories_are_pruned_too(tmp_path: Path) -> None:
    model_dir = tmp_path / "model_dir"
    shutil.copytree(TF / "dnn_iris_adagrad_default" / "model_dir", model_dir)
    for part in ("index", "data-00000-of-00001", "meta"):
        shutil.copy(model_dir / f"model.ckpt-200.{part}", model_dir / f"model.ckpt-0.{part}")
    assert prune(str(model_dir), 1) == ["model.ckpt-0"]
    assert steps(model_dir) == [200]


def test_nothing_goes_while_a_trainer_is_at_work(tmp_path: Path) -> None:
    save(tmp_path, 1, 2, 3)
    write_state(tmp_path, CheckpointState.of(["model.ckpt-1", "model.ckpt-2"]))
    with DirectoryLock(tmp_path), unchanged(tmp_path):
        for act in (lambda: prune(str(tmp_path), 1), lambda: remove_unacknowledged(str(tmp_path))):
            with pytest.raises(FailedPreconditionError, match="another trainer is at work"):
                act()


def test_nothing_goes_when_the_latest_is_damaged(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    flip(tmp_path / "model.ckpt-2.data-00000-of-00001")
    with unchanged(tmp_path), pytest.raises(DataLossError, match="nothing is deleted: the latest"):
        prune(str(tmp_path), 1)


def test_without_a_state_file_nothing_is_known_to_be_kept(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    (tmp_path / "checkpoint").unlink()
    with pytest.raises(NotFoundError, match="names no checkpoint"):
        prune(str(tmp_path), 1)
    assert remove_unacknowledged(str(tmp_path)) == []
    assert steps(tmp_path) == [1, 2]


def test_as_many_stay_as_the_last_training_kept(tmp_path: Path) -> None:
    assert usual_keep(str(tmp_path)) == 5
    estimator(tmp_path, keep_checkpoint_max=2).train(batches(), steps=1)
    assert usual_keep(str(tmp_path)) == 2
    estimator(tmp_path, keep_checkpoint_max=None).train(batches(), steps=1)
    with pytest.raises(InvalidArgumentError, match="keeps all checkpoints"):
        usual_keep(str(tmp_path))


def unacknowledged(directory: Path) -> Path:
    """A directory with one of a save that was killed, one that is newer than all that are named, and an older one."""
    save(directory, 1, 2, 3, 4)
    write_state(directory, CheckpointState.of(["model.ckpt-1", "model.ckpt-3"]), UnsyncedOps())
    write_note(UnsyncedOps(), str(directory), SaveNote("model.ckpt-2"))
    (directory / ".tmp.5.abc.index").write_bytes(b"half")
    return directory


def test_what_nobody_acknowledged_goes_and_the_rest_stays(tmp_path: Path) -> None:
    unacknowledged(tmp_path)
    with unchanged(tmp_path):
        assert remove_unacknowledged(str(tmp_path), dry_run=True) == ["model.ckpt-2", "model.ckpt-4"]
    assert remove_unacknowledged(str(tmp_path)) == ["model.ckpt-2", "model.ckpt-4"]
    assert steps(tmp_path) == [1, 3] and named(tmp_path) == ["model.ckpt-1", "model.ckpt-3"]
    assert read_listing(tmp_path).leftovers == ()
    with unchanged(tmp_path):
        assert remove_unacknowledged(str(tmp_path)) == []


def pruned_by(directory: Path, ops: Any) -> None:
    prune(str(directory), 1, ops=ops)


def cleared_by(directory: Path, ops: Any) -> None:
    remove_unacknowledged(str(directory), ops=ops)


@pytest.mark.parametrize("act", [pruned_by, cleared_by])
def test_a_crash_at_any_call_leaves_a_good_directory(
    tmp_path: Path, act: Callable[[Path, Any], None]
) -> None:
    def prepared(name: str) -> Path:
        return unacknowledged(tmp_path / name)

    recording = RecordingOps()
    act(prepared("whole"), recording)
    calls = len(recording.trace)
    expected = steps(tmp_path / "whole")
    latest = "model.ckpt-3"
    for at in range(calls):
        directory = prepared(f"at{at}")
        ops = FaultOps(at, Crash)
        with pytest.raises(Crash):
            act(directory, ops)
        ops.close_all()
        assert ops.fired
        found = find_latest(directory)
        assert found is not None and found.name == latest
        recover(str(directory), UnsyncedOps())  # what the next training does
        assert not [one for one in read_listing(directory).checkpoints if one.damage]
        assert read_listing(directory).leftovers == ()
        act(directory, RecordingOps())
        assert steps(directory) == [step for step in steps(directory) if step in (*expected, 2)]
        assert set(expected) <= set(steps(directory))
    assert calls > 5


def test_what_cannot_be_deleted_is_an_error(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)

    class Refusing(RecordingOps):
        def _run(self, verb: str, subject: Any, real: Any, args: Any) -> Any:
            if verb == "unlink" and subject[0].startswith("model.ckpt-1."):
                raise PermissionError(13, "Permission denied", subject[0])
            return super()._run(verb, subject, real, args)

    with pytest.raises(FailedPreconditionError, match="could not delete model.ckpt-1"):
        prune(str(tmp_path), 1, ops=Refusing())
    assert os.path.exists(tmp_path / "model.ckpt-1.index")
    assert prune(str(tmp_path), 1) == [] and steps(tmp_path) == [2]
