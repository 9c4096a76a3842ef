"""The door to the disk: whole or not at all, durable, and with errors that say what to do."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from estimator.core import errors
from estimator.model_dir.storage import (
    LOCAL,
    LocalFileOps,
    NewFile,
    make_directory,
    remove_tree,
    write_atomically,
)
from tests.model_dir.fault_ops import Crash, FaultOps, RecordingOps


def test_write_atomically_replaces_the_contents(tmp_path: Path) -> None:
    path = tmp_path / "graph.pbtxt"
    path.write_bytes(b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["graph.pbtxt"]


def test_write_atomically_syncs_before_the_rename_and_the_directory_after_it(tmp_path: Path) -> None:
    ops = RecordingOps()
    write_atomically(tmp_path / "graph.pbtxt", b"x", ops)
    assert [verb for verb, *_ in ops.trace] == ["create", "write", "fsync", "close", "rename", "fsync_dir"]
    assert ops.trace[4][2] == "graph.pbtxt"
    assert ops.trace[0][1].startswith(".tmp.")


def test_a_new_file_has_the_permissions_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "graph.pbtxt", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "graph.pbtxt").stat().st_mode) == 0o640


def test_a_crash_at_any_call_leaves_the_old_contents_or_the_new(tmp_path: Path) -> None:
    seen = set()
    for at in range(6):
        path = tmp_path / "graph.pbtxt"
        path.write_bytes(b"old")
        ops = FaultOps(at, Crash, half=True)
        with pytest.raises(Crash):
            write_atomically(path, b"new", ops)
        ops.close_all()
        assert ops.fired
        seen.add(path.read_bytes())
    assert seen == {b"old", b"new"}


@pytest.mark.parametrize("at", range(5))
def test_a_full_disk_leaves_the_old_contents_and_no_temporary_file(tmp_path: Path, at: int) -> None:
    path = tmp_path / "graph.pbtxt"
    path.write_bytes(b"old")
    ops = FaultOps(at, lambda: OSError(errno.ENOSPC, "No space left on device"), sticky=True)
    with pytest.raises(
        errors.ResourceExhaustedError, match=r"graph.pbtxt.*3 bytes needed.*ENOSPC.*Free space"
    ):
        write_atomically(path, b"new", ops)
    assert ops.fired
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"old", ["graph.pbtxt"])


def test_a_short_write_is_continued(tmp_path: Path) -> None:
    class OneByteOps(LocalFileOps):
        def write(self, descriptor: int, data: memoryview) -> int:
            return super().write(descriptor, data[:1])

    write_atomically(tmp_path / "x", b"several bytes", OneByteOps())
    assert (tmp_path / "x").read_bytes() == b"several bytes"


@pytest.mark.parametrize("at", range(6))
def test_an_interrupted_call_is_repeated(tmp_path: Path, at: int) -> None:
    ops = FaultOps(at, InterruptedError)
    write_atomically(tmp_path / "x", b"bytes", ops)
    ops.close_all()  # the close that was interrupted
    assert ops.fired
    assert (tmp_path / "x").read_bytes() == b"bytes"


def test_big_and_small_pieces_keep_their_order(tmp_path: Path) -> None:
    pieces = [b"a" * 10, b"b" * (3 << 20), b"c", b"d" * (1 << 20), b"e" * 5]
    file = NewFile(LOCAL, str(tmp_path / "data"))
    for piece in pieces:
        assert file.write(piece) == len(piece)
    file.finish()
    assert (tmp_path / "data").read_bytes() == b"".join(pieces)
    assert file.size == sum(map(len, pieces))


def test_a_link_under_the_new_name_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"safe")
    (tmp_path / "new").symlink_to(victim)
    with pytest.raises(FileExistsError):
        NewFile(LOCAL, str(tmp_path / "new"))
    assert victim.read_bytes() == b"safe"


def test_a_device_or_a_pipe_is_not_renamed_away(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for name in ("pipe", "link"):
        with pytest.raises(errors.AlreadyExistsError, match="is a device, a pipe or a socket"):
            write_atomically(tmp_path / name, b"new")
    assert (tmp_path / "pipe").is_fifo()
    assert sorted(os.listdir(tmp_path)) == ["link", "pipe"]


def test_every_new_directory_is_synced_into_the_one_above_it(tmp_path: Path) -> None:
    ops = RecordingOps()
    make_directory(tmp_path / "models" / "iris", ops)
    assert ops.trace == [
        ("mkdir", "models"),
        ("fsync_dir", tmp_path.name),
        ("mkdir", "iris"),
        ("fsync_dir", "models"),
    ]
    assert (tmp_path / "models" / "iris").is_dir()
    make_directory(tmp_path / "models" / "iris")  # fine if it is there


def test_a_directory_in_one_that_cannot_be_read_is_made_all_the_same(tmp_path: Path) -> None:
    ops = FaultOps(1, lambda: PermissionError(errno.EACCES, "Permission denied"))
    make_directory(tmp_path / "new", ops)
    assert ops.fired and (tmp_path / "new").is_dir()


def test_a_file_where_the_directory_is_to_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(errors.OpError, match=f"cannot make the directory '{path}'"):
            make_directory(path)


def test_a_file_system_that_takes_nothing_is_an_error_and_no_endless_loop(tmp_path: Path) -> None:
    class TakesNothing(LocalFileOps):
        def write(self, descriptor: int, data: memoryview) -> int:
            return 0

    with pytest.raises(errors.UnavailableError, match="the file system wrote nothing"):
        write_atomically(tmp_path / "x", b"bytes", TakesNothing())
    assert os.listdir(tmp_path) == []


def test_a_tree_goes_and_what_its_links_point_to_stays(tmp_path: Path) -> None:
    (tmp_path / "tree" / "a" / "b").mkdir(parents=True)
    (tmp_path / "tree" / "a" / "file").write_bytes(b"x")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_bytes(b"x")
    (tmp_path / "tree" / "link").symlink_to(tmp_path / "kept")
    remove_tree(str(tmp_path / "tree"))
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept" / "file").exists()
