"""One trainer at a time."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from estimator.core import errors
from estimator.model_dir import lock
from estimator.model_dir.lock import (
    DirectoryLock,
    demand_unlocked,
    has_ended,
    holder,
    marked_as_used,
    process_note,
    taken_if_abandoned,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="flock")


def test_a_second_trainer_is_refused_and_told_who_it_is(tmp_path: Path) -> None:
    with (
        DirectoryLock(tmp_path),
        pytest.raises(errors.FailedPreconditionError, match=f"pid {os.getpid()}.*another model_dir"),
    ):
        DirectoryLock(tmp_path).acquire()


def test_another_process_is_named_with_its_host(tmp_path: Path) -> None:
    with DirectoryLock(tmp_path):
        (tmp_path / ".lock").write_text(json.dumps({"pid": 12345, "host": "elsewhere"}))
        with pytest.raises(
            errors.FailedPreconditionError, match="process 12345 on host 'elsewhere'"
        ) as caught:
            DirectoryLock(tmp_path).acquire()
        assert caught.value.__cause__ is None  # that the system's lock is taken adds nothing
        with pytest.raises(errors.FailedPreconditionError, match="process 12345") as caught:
            demand_unlocked(tmp_path)
        assert caught.value.__cause__ is None


@pytest.mark.parametrize("note", [b"", b"garbage", b"[1]", b'{"pid": "x"}', b"[" * 4096])
def test_a_note_that_is_garbage_does_not_hide_the_error(tmp_path: Path, note: bytes) -> None:
    with DirectoryLock(tmp_path):
        (tmp_path / ".lock").write_bytes(note)
        with pytest.raises(errors.FailedPreconditionError, match="not known"):
            DirectoryLock(tmp_path).acquire()


def test_the_lock_is_free_again_after_release(tmp_path: Path) -> None:
    with DirectoryLock(tmp_path) as first:
        assert first.is_held and first.acquire() is first
    with DirectoryLock(tmp_path) as second:
        assert second.is_held
    assert os.listdir(tmp_path) == [".lock"]


def test_the_lock_is_free_after_the_holder_was_killed(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from estimator.model_dir.lock import DirectoryLock; "
        "DirectoryLock(sys.argv[1]).acquire(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=Path(lock.__file__).parents[2], check=False
    )
    assert done.returncode == -9
    assert json.loads((tmp_path / ".lock").read_text())["pid"] != os.getpid()  # it really had it
    with DirectoryLock(tmp_path) as mine:
        assert mine.is_held


def test_a_forked_worker_does_not_keep_the_lock_of_a_parent_that_was_killed(tmp_path: Path) -> None:
    mine = DirectoryLock(tmp_path).acquire()
    forked_reading, forked_writing = os.pipe()
    end_reading, end_writing = os.pipe()
    worker = os.fork()
    if worker == 0:
        os.close(end_writing)
        os.write(forked_writing, b"x")
        os.read(end_reading, 1)  # lives until the parent closes its end
        os._exit(0)
    os.read(forked_reading, 1)
    mine.close_copy()  # what the end of a process does: close without unlocking
    with DirectoryLock(tmp_path) as again:
        assert again.is_held
    for descriptor in (end_writing, end_reading, forked_reading, forked_writing):
        os.close(descriptor)
    os.waitpid(worker, 0)


def test_a_forked_worker_does_not_take_the_lock_away(tmp_path: Path) -> None:
    with DirectoryLock(tmp_path) as mine:
        worker = os.fork()
        if worker == 0:
            os._exit(1 if mine.is_held else 0)
        assert os.waitpid(worker, 0)[1] == 0
        with pytest.raises(errors.FailedPreconditionError):
            DirectoryLock(tmp_path).acquire()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"safe")
    (tmp_path / ".lock").symlink_to(tmp_path / "victim")
    with pytest.raises(errors.OpError, match="cannot lock"):
        DirectoryLock(tmp_path).acquire()
    assert (tmp_path / "victim").read_bytes() == b"safe"


def test_a_file_system_without_locks_is_used_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock.fcntl, "flock", refuse)
    with DirectoryLock(tmp_path) as mine:
        assert not mine.is_held


def test_a_lock_file_that_goes_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, gone = lock.fcntl.flock, []

    def flock(descriptor: int, how: int) -> None:
        if not gone:  # the trainer before us came to nothing and clears up
            (tmp_path / ".lock").unlink()
            gone.append(descriptor)
        real(descriptor, how)

    monkeypatch.setattr(lock.fcntl, "flock", flock)
    with DirectoryLock(tmp_path) as held:
        assert gone and held.is_held
        with pytest.raises(errors.FailedPreconditionError):
            DirectoryLock(tmp_path).acquire()


def test_a_directory_that_is_cleared_all_the_time_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = lock.fcntl.flock
    monkeypatch.setattr(
        lock.fcntl, "flock", lambda descriptor, how: [(tmp_path / ".lock").unlink(), real(descriptor, how)]
    )
    with pytest.raises(errors.AbortedError, match="taken away again and again"):
        DirectoryLock(tmp_path).acquire()


def test_a_directory_in_place_of_the_lock_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / ".lock").mkdir()
    with pytest.raises(errors.AlreadyExistsError, match=r"cannot lock .*EISDIR.*move it away"):
        DirectoryLock(tmp_path).acquire()


def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"bytes")
    (tmp_path / ".lock").symlink_to(tmp_path / "precious")
    with pytest.raises(errors.AlreadyExistsError, match=r"cannot lock .*ELOOP.*move it away"):
        DirectoryLock(tmp_path).acquire()
    assert (tmp_path / "precious").read_bytes() == b"bytes"


def test_whether_it_is_locked_can_be_asked_without_a_trace(tmp_path: Path) -> None:
    demand_unlocked(tmp_path)
    assert os.listdir(tmp_path) == []
    with DirectoryLock(tmp_path):
        note = (tmp_path / ".lock").read_bytes()
        with pytest.raises(errors.FailedPreconditionError, match=f"pid {os.getpid()}.*another model_dir"):
            demand_unlocked(tmp_path)
        assert (tmp_path / ".lock").read_bytes() == note
    demand_unlocked(tmp_path)
    with DirectoryLock(tmp_path) as lock:  # the question has not taken it
        assert lock.is_held


def test_two_that_ask_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    with DirectoryLock(tmp_path):
        pass
    with open(tmp_path / ".lock") as other:
        fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)  # what asking does, for a moment
        demand_unlocked(tmp_path)


def test_only_a_note_of_a_process_that_is_known_to_be_no_more_says_so() -> None:
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    note = json.loads(process_note())
    others = [
        ({}, False),
        ({"pid": int(gone.stdout)}, True),
        ({"pid": int(gone.stdout), "host": "elsewhere"}, False),
        ({"boot_id": "before"}, True),
        ({"pid": 0}, False),
        ({"pid": 10**30}, False),
        ({"pid": "many"}, False),
    ]
    for other, expected in others:
        assert has_ended(json.dumps(note | other).encode()) is expected, other
    assert not has_ended(b"Created at: 1795952017")


def test_who_holds_the_lock_is_told_to_whoever_looks(tmp_path: Path) -> None:
    assert holder(tmp_path) is None
    with DirectoryLock(tmp_path):
        assert f"pid {os.getpid()}" in str(holder(tmp_path))
    assert holder(tmp_path) is None  # the process lives, and has given it back


def test_who_looks_does_not_touch_the_lock_of_a_process_that_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = json.loads(process_note()) | {"boot_id": "another"}
    (tmp_path / ".lock").write_text(json.dumps(note))
    monkeypatch.setattr(lock, "demand_unlocked", lambda directory: pytest.fail("the lock was asked"))
    assert holder(tmp_path) is None


def test_a_directory_is_abandoned_unless_it_is_marked(tmp_path: Path) -> None:
    with marked_as_used(tmp_path), taken_if_abandoned(tmp_path) as is_abandoned:
        assert not is_abandoned
    with taken_if_abandoned(tmp_path) as is_abandoned:
        assert is_abandoned
    with taken_if_abandoned(tmp_path / "gone") as is_abandoned:
        assert not is_abandoned
    (tmp_path / "link").symlink_to(tmp_path)
    with taken_if_abandoned(tmp_path / "link") as is_abandoned:
        assert not is_abandoned


def test_whoever_marks_a_directory_that_is_being_cleared_away_is_told(tmp_path: Path) -> None:
    taken, told = tmp_path / "taken", []

    def mark() -> None:
        with pytest.raises(FileNotFoundError) as caught, marked_as_used(taken):
            pass
        told.append(caught.value.filename)

    taken.mkdir()
    with taken_if_abandoned(taken) as is_abandoned:
        thread = threading.Thread(target=mark)
        thread.start()
        assert is_abandoned
        taken.rmdir()
    thread.join()
    assert told == [str(taken)]
