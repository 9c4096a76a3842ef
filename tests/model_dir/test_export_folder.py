"""Folders of exports: names, what stays, and crashes at any call. Names: TensorFlow 2.15.1, observed."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.core.errors import OpError, ResourceExhaustedError
from estimator.model_dir.claim import tidy
from estimator.model_dir.export_folder import (
    add_export,
    clear_up_exports,
    exports,
    keep_newest,
    remove_unfinished,
)
from estimator.model_dir.lock import marked_as_used
from estimator.model_dir.storage import FileOps, make_directory, write_atomically
from tests.conftest import FakeClock
from tests.model_dir.fault_ops import Crash, FaultOps, UnsyncedOps

OPS = UnsyncedOps()


def write(path: str, ops: FileOps = OPS) -> None:
    """A folder with a folder with a file in it."""
    make_directory(f"{path}/variables", ops)
    write_atomically(f"{path}/variables/data", b"x", ops)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def is_whole(folder: Path, name: str) -> bool:
    return (folder / name / "variables" / "data").read_bytes() == b"x"


def test_an_export_is_called_by_the_seconds_and_the_next_one_of_a_second_by_the_next(
    tmp_path: Path, clock: FakeClock
) -> None:
    folder = tmp_path / "export" / "latest"
    assert [add_export(str(folder), write, OPS, clock) for _ in range(2)] == [
        str(folder / "1500000000"),
        str(folder / "1500000001"),
    ]
    clock.advance(-100)  # somebody has set the clock
    assert add_export(str(folder), write, OPS, clock) == str(folder / "1500000002")
    assert exports(str(folder)) == names(folder) and all(is_whole(folder, name) for name in names(folder))


def test_where_nothing_is_there_are_no_exports(tmp_path: Path) -> None:
    assert exports(str(tmp_path / "new")) == []
    keep_newest(str(tmp_path / "new"), 1)


def test_the_newest_stay_and_so_does_what_is_called_otherwise(tmp_path: Path, clock: FakeClock) -> None:
    for name in ("123", "v1", "15000000001", "temp-of-mine"):
        (tmp_path / name).mkdir()
    for _ in range(4):
        add_export(str(tmp_path), write, OPS, clock)
    keep_newest(str(tmp_path), 2)
    assert names(tmp_path) == ["123", "15000000001", "1500000002", "1500000003", "temp-of-mine", "v1"]


def test_what_others_write_or_have_left_stays_until_somebody_who_is_alone_removes_it(
    tmp_path: Path, clock: FakeClock
) -> None:
    left = [
        "temp-1400000000",
        "temp-1500000000",
        "temp-1500000000-0123456789abcdef",
    ]  # TensorFlow's, and in use
    for name in left:
        write(str(tmp_path / name))
    (tmp_path / ".tmp.0123..best_export").write_bytes(b"?")  # of an exporter's memo
    with marked_as_used(tmp_path / left[2]):
        add_export(str(tmp_path), write, OPS, clock)
    assert names(tmp_path) == [".tmp.0123..best_export", "1500000000", *left]
    remove_unfinished(str(tmp_path), OPS)
    assert names(tmp_path) == ["1500000000"]


def test_what_a_killed_process_has_left_goes_with_the_next_export_or_training(
    tmp_path: Path, clock: FakeClock
) -> None:
    abandoned = "temp-1400000000-0123456789abcdef"
    folder = tmp_path / "export" / "latest"
    for clear_up in (
        lambda: add_export(str(folder), write, OPS, clock),
        lambda: tidy(str(tmp_path), OPS),
        lambda: clear_up_exports(str(tmp_path), OPS),
    ):
        write(str(folder / abandoned))
        clear_up()
        assert names(folder) == ["1500000000"]


def test_two_exporters_of_the_same_second_get_two_names(tmp_path: Path, clock: FakeClock) -> None:
    found = []

    def writes_while_another_exports(path: str) -> None:
        write(path)
        found.append(add_export(str(tmp_path), write, OPS, clock))

    found.append(add_export(str(tmp_path), writes_while_another_exports, OPS, clock))
    assert found == [str(tmp_path / "1500000000"), str(tmp_path / "1500000001")]
    assert names(tmp_path) == ["1500000000", "1500000001"] and all(is_whole(tmp_path, path) for path in found)


def test_what_is_called_like_the_second_and_is_no_folder_is_an_error(
    tmp_path: Path, clock: FakeClock
) -> None:
    def writes_in_vain(path: str) -> None:
        write(path)
        (tmp_path / "1500000000").write_text("")

    with pytest.raises(OpError, match="cannot export to"):
        add_export(str(tmp_path), writes_in_vain, OPS, clock)
    assert names(tmp_path) == ["1500000000"]


def test_one_that_fails_leaves_nothing_and_the_others_stay(tmp_path: Path, clock: FakeClock) -> None:
    add_export(str(tmp_path), write, OPS, clock)

    def fails(path: str) -> None:
        write(path)
        raise ResourceExhaustedError("the disk is full")

    with pytest.raises(ResourceExhaustedError):
        add_export(str(tmp_path), fails, OPS, clock)
    assert names(tmp_path) == ["1500000000"]


def test_what_cannot_be_removed_is_a_warning(
    tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        add_export(str(tmp_path), write, OPS, clock)
    ops = FaultOps(1, lambda: PermissionError(1, "Operation not permitted"))
    keep_newest(str(tmp_path), 1, ops)  # type: ignore[arg-type]
    assert ops.fired and "Can not delete" in caplog.text


def test_a_crash_at_any_call_leaves_whole_exports_under_final_names(tmp_path: Path, clock: FakeClock) -> None:
    for at in range(200):
        folder = tmp_path / str(at)
        for _ in range(2):
            add_export(str(folder), write, OPS, clock)
        ops = FaultOps(at, Crash)
        try:
            add_export(str(folder), lambda path, ops=ops: write(path, ops), ops, clock)  # type: ignore[misc, arg-type]
            keep_newest(str(folder), 1, ops)  # type: ignore[arg-type]
        except Crash:
            pass
        ops.close_all()
        found = exports(str(folder))
        assert found and all(is_whole(folder, name) for name in found), f"killed at call {at}"
        remove_unfinished(str(folder), OPS)
        add_export(str(folder), write, OPS, clock)
        assert names(folder) == exports(str(folder))
        if not ops.fired:
            break
    assert at > 20
