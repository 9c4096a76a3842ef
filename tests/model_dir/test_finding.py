"""Which checkpoint is the latest, in whole directories and in broken ones."""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core import errors
from estimator.formats.bundle import BundleReader
from estimator.model_dir import finding
from estimator.model_dir.commit import write_checkpoint
from estimator.model_dir.finding import (
    CheckpointInfo,
    find_latest,
    kept_with,
    latest_prefix,
    list_checkpoints,
    use_latest,
    use_named,
)
from estimator.model_dir.retention import remove_files
from estimator.model_dir.state import CheckpointState, write_state
from estimator.model_dir.storage import LOCAL

TF = Path(__file__).parents[1] / "data" / "tf"


def make(directory: Path, *steps: int, named: list[int] | None = None, basename: str = "model.ckpt") -> None:
    """Checkpoints of these steps, and a state file that names `named` of them (all, if None)."""
    for step in steps:
        write_checkpoint(LOCAL, str(directory), f"{basename}-{step}", {"step": np.array([step])})
    names = [f"{basename}-{step}" for step in (steps if named is None else named)]
    if names:
        write_state(directory, CheckpointState.of(names))


def step_of_latest(directory: Path) -> int | None:
    found = find_latest(directory)
    return None if found is None else found.step


def flip(path: Path, at: int = 10) -> None:
    contents = bytearray(path.read_bytes())
    contents[at] ^= 1
    path.write_bytes(contents)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_an_empty_or_missing_directory_has_none(tmp_path: Path) -> None:
    assert find_latest(tmp_path) is None
    assert latest_prefix(tmp_path / "nowhere") is None


def test_the_state_file_says_which_is_the_latest(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    make(tmp_path, 1, 200)
    found = find_latest(tmp_path)
    assert isinstance(found, CheckpointInfo)
    assert (found.name, found.step, found.prefix) == ("model.ckpt-200", 200, str(tmp_path / "model.ckpt-200"))
    assert latest_prefix(tmp_path) == str(tmp_path / "model.ckpt-200")
    assert warnings(caplog) == []


def test_a_model_dir_of_tensorflow_is_read(tmp_path: Path) -> None:
    for path in (TF / "bundle_corrupted" / "good").iterdir():
        shutil.copy(path, tmp_path / path.name.replace("ckpt.", "ckpt-7."))
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "/gone/ckpt-7"\n')
    assert latest_prefix(tmp_path) == str(tmp_path / "ckpt-7")


def test_a_moved_directory_keeps_its_latest(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    make(tmp_path / "old", 1, 2)
    (tmp_path / "old").rename(tmp_path / "new")
    assert step_of_latest(tmp_path / "new") == 2


@pytest.mark.parametrize(
    "damage", ["index flipped", "index empty", "index gone", "data flipped", "data cut", "data gone"]
)
def test_a_broken_latest_falls_back_with_one_warning_that_names_both(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    make(tmp_path, 1, 101, 200)
    part, deed = damage.split()
    path = tmp_path / ("model.ckpt-200.index" if part == "index" else "model.ckpt-200.data-00000-of-00001")
    if deed == "flipped":
        flip(path, 3)
    elif deed == "gone":
        path.unlink()
    else:
        path.write_bytes(b"" if deed == "empty" else path.read_bytes()[:-1])
    assert step_of_latest(tmp_path) == 101
    told = warnings(caplog)
    assert len(told) == 1 and "'model.ckpt-200'" in told[0] and "'model.ckpt-101'" in told[0]


@pytest.mark.parametrize("contents", [None, b"", b"garbage", b'model_checkpoint_path: "model.ckpt-999"\n'])
def test_a_broken_or_missing_state_file_falls_back_to_the_newest(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, contents: bytes | None
) -> None:
    make(tmp_path, 9, 10, 100, named=[])
    if contents is not None:
        (tmp_path / "checkpoint").write_bytes(contents)
    assert step_of_latest(tmp_path) == 100
    assert len(warnings(caplog)) == 1 and "using 'model.ckpt-100'" in warnings(caplog)[0]


def test_an_acknowledged_one_is_better_than_a_newer_one_that_is_not(tmp_path: Path) -> None:
    make(tmp_path, 1, 2, 3, named=[1, 2])
    (tmp_path / "model.ckpt-2.index").unlink()
    assert step_of_latest(tmp_path) == 1


def test_a_newer_one_that_is_not_acknowledged_is_named_once_and_left_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make(tmp_path, 1, 2, 3, named=[1, 2])
    before = sorted(os.listdir(tmp_path))
    assert [step_of_latest(tmp_path) for _ in range(3)] == [2, 2, 2]
    assert len(warnings(caplog)) == 1
    assert "'model.ckpt-3' is newer than 'model.ckpt-2'" in warnings(caplog)[0]
    assert sorted(os.listdir(tmp_path)) == before


def test_checkpoints_of_which_none_is_whole_are_an_error(tmp_path: Path) -> None:
    make(tmp_path, 1, 2)
    for step in (1, 2):
        flip(tmp_path / f"model.ckpt-{step}.index")
    with pytest.raises(
        errors.DataLossError, match="none that is whole: model.ckpt-1, model.ckpt-2.*another model_dir"
    ):
        find_latest(tmp_path)


def test_a_state_file_whose_checkpoints_are_gone_is_an_error(tmp_path: Path) -> None:
    write_state(tmp_path, CheckpointState.of(["model.ckpt-5"]))
    with pytest.raises(errors.NotFoundError, match="names 'model.ckpt-5'.*begin again at step 0"):
        find_latest(tmp_path)


def test_garbage_alone_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").write_bytes(b"garbage")
    with pytest.raises(errors.DataLossError, match="is damaged.*no checkpoint that could be used instead"):
        find_latest(tmp_path)


@pytest.mark.parametrize("path", ["../other/model.ckpt-1", "gs://bucket/model.ckpt-1", "sub/model.ckpt-1"])
def test_a_state_file_that_points_outside_is_an_error_even_beside_whole_checkpoints(
    tmp_path: Path, path: str
) -> None:
    make(tmp_path, 1)
    (tmp_path / "checkpoint").write_text(f'model_checkpoint_path: "{path}"\n')
    with pytest.raises(errors.InvalidArgumentError, match="which is refused"):
        find_latest(tmp_path)


@pytest.mark.parametrize("basename", ["my-model", "final-model.ckpt", "ckpt"])
def test_any_basename_counts(tmp_path: Path, basename: str) -> None:
    make(tmp_path, 9, 10, basename=basename)
    (tmp_path / "checkpoint").unlink()
    assert latest_prefix(tmp_path) == str(tmp_path / f"{basename}-10")


def test_listing_gives_whole_checkpoints_by_step(tmp_path: Path) -> None:
    make(tmp_path, 9, 10, 100, named=[9])
    (tmp_path / "model.ckpt-10.data-00000-of-00001").unlink()
    (tmp_path / "model.ckpt-7.index").write_bytes(b"")
    (tmp_path / ".tmp.5.0123456789abcdef0123456789abcdef.index").write_bytes(b"")
    assert [info.step for info in list_checkpoints(tmp_path)] == [9, 100]


def test_a_checkpoint_that_did_not_change_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, 1)
    find_latest(tmp_path)
    opened: list[str] = []

    class CountingReader(BundleReader):
        def __init__(self, prefix: str) -> None:
            opened.append(prefix)
            super().__init__(prefix)

    monkeypatch.setattr(finding, "BundleReader", CountingReader)
    find_latest(tmp_path)
    assert opened == []
    flip(tmp_path / "model.ckpt-1.data-00000-of-00001", 0)
    with pytest.raises(errors.DataLossError):
        find_latest(tmp_path)
    assert opened


def test_a_reader_that_is_overtaken_by_the_writer_reads_the_newer_one(tmp_path: Path) -> None:
    make(tmp_path, 1)
    seen: list[Any] = []

    def load(prefix: str) -> int:
        seen.append(Path(prefix).name)
        if len(seen) == 1:  # a trainer with keep_max=1 saves meanwhile
            make(tmp_path, 2)
            (tmp_path / "model.ckpt-1.index").unlink()
            (tmp_path / "model.ckpt-1.data-00000-of-00001").unlink()
        with BundleReader(prefix) as reader:
            return int(reader.get("step")[0])

    assert use_latest(tmp_path, load) == 2
    assert seen == ["model.ckpt-1", "model.ckpt-2"]


def test_an_error_that_no_writer_explains_is_raised_at_once(tmp_path: Path) -> None:
    make(tmp_path, 1)
    seen: list[str] = []

    def load(prefix: str) -> None:
        seen.append(prefix)
        raise ValueError("does not fit")

    with pytest.raises(ValueError, match="does not fit"):
        use_latest(tmp_path, load)
    assert len(seen) == 1


def test_reading_the_latest_of_nothing_gives_none(tmp_path: Path) -> None:
    assert use_latest(tmp_path, lambda prefix: 1) is None


@pytest.mark.parametrize("suffix", [".index", ".data-00000-of-00001"])
def test_a_fifo_among_the_files_of_the_latest_is_passed_over(
    tmp_path: Path, suffix: str, caplog: pytest.LogCaptureFixture
) -> None:
    make(tmp_path, 1, 2)
    (tmp_path / f"model.ckpt-2{suffix}").unlink()
    os.mkfifo(tmp_path / f"model.ckpt-2{suffix}")
    assert step_of_latest(tmp_path) == 1
    assert "'model.ckpt-2'" in warnings(caplog)[0] and "using 'model.ckpt-1'" in warnings(caplog)[0]


def test_a_fifo_in_place_of_the_state_file_is_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make(tmp_path, 1, named=[])
    os.mkfifo(tmp_path / "checkpoint")
    assert step_of_latest(tmp_path) == 1
    assert "is a FIFO" in warnings(caplog)[0]


def test_a_sparse_index_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    make(tmp_path, 1, 2)
    os.truncate(tmp_path / "model.ckpt-2.index", 1 << 40)
    assert step_of_latest(tmp_path) == 1
    assert "more than the" in warnings(caplog)[0]


def overtaking(tmp_path: Path, times: int, name: str = "model.ckpt-{step}") -> Callable[[str], None]:
    """What a trainer that keeps one does while somebody reads: it saves the next, and the one before goes."""
    step = [1]

    def overtake(prefix: str) -> None:
        if step[0] <= times:
            step[0] += 1
            new = name.format(step=step[0])
            write_checkpoint(LOCAL, str(tmp_path), new, {"step": np.array([step[0]])})
            write_state(tmp_path, CheckpointState.of([new]))
            if new != os.path.basename(prefix):
                remove_files(LOCAL, str(tmp_path), os.path.basename(prefix))

    return overtake


@pytest.mark.parametrize("error", [errors.NotFoundError("gone"), errors.DataLossError("checksum")])
@pytest.mark.parametrize("is_cause", [False, True])
def test_what_was_lost_is_looked_up_again(tmp_path: Path, error: errors.OpError, is_cause: bool) -> None:
    make(tmp_path, 1)
    overtake, seen = overtaking(tmp_path, 1), []

    def use(prefix: str) -> int:
        seen.append(prefix)
        overtake(prefix)
        if len(seen) > 1:
            return len(seen)
        if is_cause:  # as Saver.restore says that there is no checkpoint
            raise ValueError("not a valid checkpoint") from error
        raise error

    assert use_latest(tmp_path, use) == 2


def test_an_error_of_another_kind_is_raised_at_once(tmp_path: Path) -> None:
    make(tmp_path, 1)
    overtake, seen = overtaking(tmp_path, 5), []

    def use(prefix: str) -> None:
        seen.append(prefix)
        overtake(prefix)
        raise errors.InvalidArgumentError("shapes differ")

    with pytest.raises(errors.InvalidArgumentError, match="shapes differ"):
        use_latest(tmp_path, use)
    assert len(seen) == 1


def test_a_checkpoint_of_a_name_is_read_again_only_if_it_was_saved_anew(tmp_path: Path) -> None:
    make(tmp_path, 1)
    prefix, seen = str(tmp_path / "model.ckpt-1"), []
    overtake = overtaking(tmp_path, 2, name="model.ckpt-1")

    def use(prefix: str) -> None:
        seen.append(prefix)
        overtake(prefix)
        raise errors.DataLossError("checksum")

    with pytest.raises(errors.DataLossError, match="checksum"):
        use_named(prefix, use)
    assert seen == [prefix] * 3  # saved anew twice; at the third time it is what it was


def test_a_latest_that_is_saved_anew_while_it_is_verified_is_no_broken_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, 1)
    overtake, fired = overtaking(tmp_path, 1, name="model.ckpt-1"), []

    class Overtaken(BundleReader):
        def __init__(self, prefix: str) -> None:
            super().__init__(prefix)
            if not fired:
                fired.append(prefix)
                overtake(prefix)  # after the index was read, and before the data is

    monkeypatch.setattr(finding, "BundleReader", Overtaken)
    assert step_of_latest(tmp_path) == 1
    assert fired


def test_data_that_is_a_byte_short_is_seen_without_its_checksum(tmp_path: Path) -> None:
    make(tmp_path, 1, 2)
    data = tmp_path / "model.ckpt-2.data-00000-of-00001"
    os.truncate(data, data.stat().st_size - 1)
    assert [info.step for info in list_checkpoints(tmp_path)] == [1]


def test_a_later_step_that_is_listed_before_the_latest_is_not_announced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make(tmp_path, 1, 2)
    write_state(
        tmp_path, CheckpointState("model.ckpt-1", ("model.ckpt-2", "model.ckpt-1"))
    )  # saved 1, 2 and 1 again
    assert step_of_latest(tmp_path) == 1
    assert warnings(caplog) == []


@pytest.mark.parametrize("count", [3, 30])
def test_many_checkpoints_are_listed_with_one_look_at_the_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    make(tmp_path, *range(count))
    listed: list[str] = []
    listing = finding._listing
    monkeypatch.setattr(finding, "_listing", lambda directory: listed.append(directory) or listing(directory))
    assert len(list_checkpoints(tmp_path)) == count
    assert len(kept_with(str(tmp_path / "model.ckpt-0"))) == count
    assert len(listed) == 3  # the indexes, and the data files twice


def test_what_a_checkpoint_is_kept_with_is_what_is_listed_with_it(tmp_path: Path) -> None:
    make(tmp_path, 1, 2, 3, named=[2, 3])
    make(tmp_path, 1, basename="best", named=[])
    kept = {
        name: [info.name for info in kept_with(str(tmp_path / name))]
        for name in ("model.ckpt-3", "model.ckpt-1", "best-1")
    }
    listed = ["model.ckpt-2", "model.ckpt-3"]
    assert kept == {"model.ckpt-3": listed, "model.ckpt-1": listed, "best-1": []}
    (tmp_path / "checkpoint").unlink()
    assert [info.name for info in kept_with(str(tmp_path / "model.ckpt-3"))] == ["model.ckpt-1", *listed]
    assert [info.name for info in kept_with(str(tmp_path / "best-1"))] == ["best-1"]


def refuse(
    monkeypatch: pytest.MonkeyPatch, call: str, refused: Callable[[str], bool], code: int
) -> list[str]:
    """Let the system refuse a call for some paths, as it does to a user without the permission; gives those paths."""
    allowed, asked = getattr(os, call), []

    def call_or_refuse(path: Any, *arguments: Any) -> Any:
        if refused(os.fspath(path)):
            asked.append(os.fspath(path))
            raise OSError(code, os.strerror(code), os.fspath(path))
        return allowed(path, *arguments)

    monkeypatch.setattr(os, call, call_or_refuse)
    return asked


@pytest.mark.parametrize(
    ("code", "kind"), [(errno.EACCES, errors.PermissionDeniedError), (errno.EIO, errors.UnavailableError)]
)
@pytest.mark.parametrize("refused", ["checkpoint", ".index", ".data-00000-of-00001"])
def test_files_that_may_not_be_opened_are_no_broken_ones(
    refused: str, code: int, kind: type[errors.OpError], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told to delete what he may not read."""
    make(tmp_path, 1, 2)
    if refused == "checkpoint":  # else the newest one is used
        for index in tmp_path.glob("*.index"):
            index.unlink()
    asked = refuse(monkeypatch, "open", lambda path: path.endswith(refused), code)
    with pytest.raises(kind, match=f"cannot read .*{errno.errorcode[code]}") as caught:
        find_latest(tmp_path)
    assert asked
    assert "delete" not in str(caught.value)


def test_a_directory_that_may_not_be_listed_is_no_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, 1)
    assert refuse(monkeypatch, "listdir", lambda path: path == str(tmp_path), errno.EACCES) == []
    with pytest.raises(
        errors.PermissionDeniedError, match="cannot list the directory .*Change the permissions"
    ):
        find_latest(tmp_path)


def test_the_current_directory_is_one_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, 3)
    monkeypatch.chdir(tmp_path)
    assert [info.name for info in list_checkpoints("")] == ["model.ckpt-3"]
    assert [info.name for info in kept_with("model.ckpt-3")] == ["model.ckpt-3"]


def test_a_directory_of_checkpoints_in_tensorflows_first_format_is_told_for_what_it_is(
    tmp_path: Path,
) -> None:
    (tmp_path / "model.ckpt-7").write_bytes(b"one file")
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "model.ckpt-7"\n')
    with pytest.raises(errors.NotFoundError, match="V1 format"):
        find_latest(tmp_path)
