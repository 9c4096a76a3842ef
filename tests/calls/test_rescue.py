"""Old model_dirs whose state file is gone, damaged or speaks of another place: they go on, and one line says so."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.resume import is_reserved
from estimator.formats.bundle import BundleReader
from estimator.model_dir import series
from estimator.model_dir.scripts import get_checkpoint_state
from estimator.model_dir.series import CheckpointSeries
from estimator.model_dir.state import read_state
from tests.model_dir.fault_ops import Crash
from tests.tiny import batches, estimator


def delete_latest(model_dir: Path) -> None:
    for each in model_dir.glob("model.ckpt-4.*"):
        each.unlink()


# What happens to a model_dir with checkpoints of steps 1, 3 and 4, which of them is used, and what the warning names.
DAMAGE: dict[str, tuple[Callable[[Path], object], int, str]] = {
    "no state file": (lambda at: (at / "checkpoint").unlink(), 4, "has no state file 'checkpoint'"),
    "an empty state file": (lambda at: (at / "checkpoint").write_bytes(b""), 4, "names no model_checkpoint_path"),
    "garbage": (lambda at: (at / "checkpoint").write_bytes(b"\x00\xff{"), 4, "is not the text of a CheckpointState"),
    "a deleted checkpoint": (delete_latest, 3, "'model.ckpt-4'"),
    "an index that is cut off": (lambda at: (at / "model.ckpt-4.index").write_bytes(b"x"), 3, "'model.ckpt-4'"),
    "data that is cut off": (
        lambda at: (at / "model.ckpt-4.data-00000-of-00001").write_bytes(b"x"), 3, "'model.ckpt-4'",
    ),
}  # fmt: skip


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    estimator(tmp_path / "m", save_checkpoints_steps=2).train(batches(), steps=4)
    assert sorted(each.stem for each in (tmp_path / "m").glob("*.index")) == [
        "model.ckpt-1", "model.ckpt-3", "model.ckpt-4",
    ]  # fmt: skip
    return tmp_path / "m"


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_newest_whole_checkpoint_is_used_and_one_warning_names_both(
    trained: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    deed, step, named = DAMAGE[damage]
    deed(trained)
    caplog.clear()
    assert estimator(trained).evaluate(batches(1))["global_step"] == step
    (found,) = warnings(caplog)
    assert named in found and f"using 'model.ckpt-{step}', the newest complete one there" in found


@pytest.mark.parametrize("damage", DAMAGE)
def test_training_goes_on_from_there_and_leaves_a_sound_directory(trained: Path, damage: str) -> None:
    deed, step, _ = DAMAGE[damage]
    deed(trained)
    estimator(trained).train(batches(), steps=2)
    assert estimator(trained).latest_checkpoint() == str(trained / f"model.ckpt-{step + 2}")


def test_absolute_paths_of_another_place_are_those_of_this_one(
    trained: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    names = [f"model.ckpt-{step}" for step in (1, 3, 4)]
    paths = "".join(f'all_model_checkpoint_paths: "{trained}/{name}"\n' for name in names)
    (trained / "checkpoint").write_text(f'model_checkpoint_path: "{trained}/model.ckpt-4"\n{paths}')
    moved = tmp_path / "moved"
    shutil.move(trained, moved)
    caplog.clear()
    model = estimator(moved, keep_checkpoint_max=3)
    model.train(batches(), steps=1)
    assert warnings(caplog) == []
    assert sorted(each.stem for each in moved.glob("*.index")) == [
        "model.ckpt-3",
        "model.ckpt-4",
        "model.ckpt-5",
    ]
    assert not trained.exists()


def test_a_directory_that_tensorflow_continued_starts_its_input_again(
    trained: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with BundleReader(trained / "model.ckpt-4") as reader:
        values = {name: reader.get(name) for name in reader.names() if not is_reserved(name)}
    CheckpointSeries(trained).save("model.ckpt-9", values)  # TensorFlow drops what it does not know
    caplog.clear()
    estimator(trained).train(batches(), steps=1)
    assert [each.getMessage() for each in caplog.records if "input" in each.getMessage()] == [
        "model.ckpt-9 has no position of the input: the input starts from its beginning."
    ]


def indexed(model_dir: Path) -> list[str]:
    return sorted(path.stem for path in model_dir.glob("*.index"))


def killed_before_the_acknowledgement(
    model_dir: Path, monkeypatch: pytest.MonkeyPatch, **config: Any
) -> None:
    """A train call of one step that ends between the renames of index and state file."""
    fired = []

    def killed(*_: Any) -> None:
        fired.append(True)
        raise Crash

    with monkeypatch.context() as patch, pytest.raises(Crash):
        patch.setattr(series, "write_state", killed)
        estimator(model_dir, **config).train(batches(), steps=1)
    assert fired


@pytest.mark.parametrize("config", [{"save_checkpoints_steps": 2}, {"save_checkpoints_steps": 3}])
def test_what_was_never_acknowledged_goes_when_its_turn_comes(
    trained: Path, monkeypatch: pytest.MonkeyPatch, config: dict[str, int]
) -> None:
    for _ in range(3):
        killed_before_the_acknowledgement(trained, monkeypatch, keep_checkpoint_max=3)
        estimator(trained, keep_checkpoint_max=3, save_at_start="none", **config).train(batches(), steps=2)
    assert len(indexed(trained)) == 3
    assert get_checkpoint_state(trained).model_checkpoint_path == str(trained / "model.ckpt-10")  # type: ignore[union-attr]


def test_a_call_that_has_nothing_to_train_tidies_up_too(
    trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_before_the_acknowledgement(trained, monkeypatch)
    assert "model.ckpt-5" in indexed(trained)
    estimator(trained).train(batches(), max_steps=4)
    listed = read_state(trained)
    assert listed is not None and listed.model_checkpoint_path == "model.ckpt-4"
    assert "model.ckpt-5" in listed.all_model_checkpoint_paths
    assert not [path for path in trained.iterdir() if path.name.startswith(".tmp.")]


def test_checkpoints_of_earlier_calls_are_thinned_and_those_of_another_saver_stay(trained: Path) -> None:
    values = {"w": np.zeros(2)}
    CheckpointSeries(trained).save("best-1", values, acknowledge=False)
    CheckpointSeries(trained).save("model.ckpt-2", values, acknowledge=False)
    estimator(trained, keep_checkpoint_max=2).train(batches(), steps=1)
    assert indexed(trained) == ["best-1", "model.ckpt-2", "model.ckpt-4", "model.ckpt-5"]
