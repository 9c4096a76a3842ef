"""The folder of a SavedModel appears complete or not at all, whatever fails."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from estimator.core.errors import AlreadyExistsError, OpError
from estimator.model_dir.storage import FileOps, make_directory, write_atomically
from estimator.saved_model.folder import NewFolder, contains_saved_model, saved_models_in
from tests.model_dir.fault_ops import Crash, FaultOps, UnsyncedOps

OPS = UnsyncedOps()


def _fill(folder: NewFolder, ops: FileOps = OPS) -> None:
    make_directory(f"{folder.path}/variables", ops)
    write_atomically(f"{folder.path}/variables/data", b"x", ops)
    write_atomically(f"{folder.path}/saved_model.pb", b"y", ops)


def _is_whole(folder: Path) -> bool:
    return (folder / "saved_model.pb").read_bytes() == b"y" and (
        folder / "variables" / "data"
    ).read_bytes() == b"x"


def test_it_is_hidden_until_it_is_placed(tmp_path: Path) -> None:
    folder = NewFolder(tmp_path / "deep" / "1", OPS)
    _fill(folder)
    assert [name[:5] for name in os.listdir(tmp_path / "deep")] == [".tmp."]
    folder.place()
    assert os.listdir(tmp_path / "deep") == ["1"] and _is_whole(tmp_path / "deep" / "1")
    folder.place()  # a second time changes nothing
    assert folder.path == folder.final == str(tmp_path / "deep" / "1")


def test_it_is_placed_where_it_was_asked_for_although_the_process_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    folder = NewFolder("1", OPS)
    monkeypatch.chdir(tmp_path / "elsewhere")
    _fill(folder)
    folder.place()
    assert _is_whole(tmp_path / "1") and not os.listdir(tmp_path / "elsewhere")


@pytest.mark.parametrize("is_file", [False, True], ids=["a folder", "a file"])
def test_what_is_there_is_never_written_over(tmp_path: Path, is_file: bool) -> None:
    taken = tmp_path / "1" if is_file else tmp_path / "1" / "kept"
    taken.parent.mkdir(exist_ok=True)
    taken.write_text("mine")
    with pytest.raises(AlreadyExistsError, match="isn't empty"):
        NewFolder(tmp_path / "1")
    assert taken.read_text() == "mine"


def test_one_that_was_not_used_has_changed_nothing(tmp_path: Path) -> None:
    NewFolder(tmp_path / "new" / "1").discard()
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("is_said", [False, True], ids=["forgotten", "discarded"])
def test_one_that_is_not_placed_leaves_nothing(tmp_path: Path, is_said: bool) -> None:
    folder = NewFolder(tmp_path / "1", OPS)
    _fill(folder)
    if is_said:
        folder.discard()
    else:
        del folder
        gc.collect()
    assert not os.listdir(tmp_path)


def test_one_that_cannot_be_placed_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    fails = FaultOps(0, lambda: PermissionError(13, "Permission denied"))
    folder = NewFolder(tmp_path / "1", OPS)
    _fill(folder)
    folder._ops = fails  # type: ignore[assignment]
    with pytest.raises(OpError, match="cannot export to .*/1'"):
        folder.place()
    assert fails.fired
    folder._ops = OPS
    folder.discard()
    assert not os.listdir(tmp_path)


def test_a_crash_at_any_call_leaves_it_whole_or_unseen(tmp_path: Path) -> None:
    for at in range(60):
        parent, ops = tmp_path / str(at), FaultOps(at, Crash)
        folder = NewFolder(parent / "1", ops)  # type: ignore[arg-type]
        (parent / "1" / "assets.extra").mkdir(parents=True)  # a script's own: the rest is moved one by one
        try:
            _fill(folder, ops)  # type: ignore[arg-type]
            folder.place()
        except Crash:
            if folder._discard is not None:
                folder._discard.detach()  # a process that was killed clears nothing away
        ops.close_all()
        assert not contains_saved_model(parent / "1") or _is_whole(parent / "1"), f"killed at call {at}"
        if not ops.fired:
            break
    assert at > 10
    assert _is_whole(parent / "1") and os.listdir(parent) == ["1"]


def test_a_saved_model_is_known_by_its_file_in_either_form(tmp_path: Path) -> None:
    for name, expected in (("saved_model.pb", True), ("saved_model.pbtxt", True), ("model.pb", False)):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text("")
        assert contains_saved_model(tmp_path / name) is expected
    assert not contains_saved_model(tmp_path)  # where folders have that name


def test_saved_models_are_found_where_exports_are_written(tmp_path: Path) -> None:
    folder = tmp_path / "a[1]"  # no pattern
    for place in ("2", "1", "export/best/7", "export/best/6", "some/where/3"):
        os.makedirs(folder / place)
        (folder / place / "saved_model.pb").touch()
    found = [os.path.relpath(path, folder) for path in saved_models_in(str(folder))]
    assert found == ["1", "2", "export/best/6", "export/best/7"]
    assert saved_models_in(str(folder / "1")) == [str(folder / "1")]
    assert saved_models_in(str(tmp_path / "none")) == []
