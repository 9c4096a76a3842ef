"""Saves in a thread: who waits for them, what they raise, how they are given up, and forked processes."""

from __future__ import annotations

import errno
import os
import re
import threading
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core import errors
from estimator.model_dir import background
from estimator.model_dir.background import BackgroundSave, give_up_saves, wait_for_saves
from estimator.model_dir.claim import claimed
from estimator.model_dir.finding import latest_prefix, list_checkpoints
from estimator.model_dir.scripts import checkpoint_exists, get_checkpoint_state
from estimator.model_dir.start import Start
from tests.disk import snapshot
from tests.held_saves import HeldSaves
from tests.model_dir.fault_ops import FaultOps, RecordingOps, UnsyncedOps
from tests.model_dir.saves import files_of, named, names_of, save_step, series_of, tensors


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> HeldSaves:
    return HeldSaves(monkeypatch)


def begin(directory: Path, step: int) -> BackgroundSave:
    """A save of a step."""
    series = series_of(directory)
    return BackgroundSave(str(directory), lambda: save_step(series, step))


def test_a_save_runs_while_whoever_began_it_goes_on_and_gives_its_prefix(
    tmp_path: Path, held: HeldSaves
) -> None:
    save = begin(tmp_path, 5)
    assert not save.is_done and "model.ckpt-5.index" not in os.listdir(tmp_path)
    assert save.finish() == str(tmp_path / "model.ckpt-5")
    assert (save.is_done, sorted(os.listdir(tmp_path))) == (True, files_of(5))


LOOKS: dict[str, Callable[[Path], Any]] = {
    "the latest": lambda folder: Path(latest_prefix(folder) or "").name == "model.ckpt-5",
    "all": lambda folder: [found.name for found in list_checkpoints(folder)] == ["model.ckpt-5"],
    "the state file": lambda folder: get_checkpoint_state(folder) is not None,
    "one by name": lambda folder: checkpoint_exists(folder / "model.ckpt-5"),
    "what is to be read": lambda folder: Start.named(folder / "model.ckpt-5").use(os.path.exists) is False,
    "by a link": lambda folder: latest_prefix(folder.with_name("link")) is not None,
    "what a series keeps": lambda folder: names_of(series_of(folder)) == ["model.ckpt-5"],
    "nothing in particular": lambda folder: (
        wait_for_saves(folder) is None and named(folder) == ["model.ckpt-5"]
    ),
}


@pytest.mark.parametrize("look", LOOKS)
def test_who_asks_for_the_checkpoints_of_the_directory_waits(
    look: str, tmp_path: Path, held: HeldSaves
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    begin(folder, 5)
    assert LOOKS[look](folder) and held.waited
    assert sorted(os.listdir(folder)) == files_of(5)


def test_another_directory_is_not_waited_for(tmp_path: Path, held: HeldSaves) -> None:
    save = begin(tmp_path / "model", 5)
    assert latest_prefix(tmp_path) is None and not held.waited
    save.finish()


def test_the_next_save_of_a_directory_waits_for_the_one_that_runs(tmp_path: Path, held: HeldSaves) -> None:
    first = begin(tmp_path, 5)
    second = begin(tmp_path, 7)  # of another series, as a script's own saver has
    assert first.is_done and held.waited
    second.finish()
    assert named(tmp_path) == ["model.ckpt-5", "model.ckpt-7"]
    third = begin(tmp_path, 9)
    save_step(series_of(tmp_path), 9, value=10)  # the very name, at once
    assert third.is_done
    assert named(tmp_path) == ["model.ckpt-5", "model.ckpt-7", "model.ckpt-9"]


def test_what_a_save_raises_reaches_who_finishes_it_and_leaves_the_directory_as_it_was(
    tmp_path: Path,
) -> None:
    save_step(series_of(tmp_path), 5)
    before = snapshot(tmp_path)
    ops = FaultOps(12, lambda: OSError(errno.ENOSPC, "No space left on device"), sticky=True)
    series = series_of(tmp_path, ops=ops)
    save = BackgroundSave(str(tmp_path), lambda: save_step(series, 7))
    save.wait()
    assert ops.fired
    with pytest.raises(errors.ResourceExhaustedError, match="No space left on device"):
        save.finish()
    assert snapshot(tmp_path).keys() == before.keys() and named(tmp_path) == ["model.ckpt-5"]


def traced(directory: Path, in_thread: bool) -> list[tuple[str, ...]]:
    """What three saves do: a new one, one that lets another go, one of a name that is there."""
    ops = RecordingOps()
    series = series_of(directory, keep_max=1, ops=ops)
    for number, step in enumerate((5, 7, 7)):
        write = partial(save_step, series, step, value=number, anew=True)
        BackgroundSave(str(directory), write).finish() if in_thread else write()
    return [
        (verb, *(re.sub(r"[0-9a-f]{32}", "...", name) for name in names if name != directory.name))
        for verb, *names in ops.trace
    ]


def test_a_thread_does_what_any_save_does_in_the_same_order(tmp_path: Path) -> None:
    """So what is proven of every crash and every failure of the one holds for the other."""
    found = traced(tmp_path / "thread", in_thread=True)
    assert len(found) > 100 and found == traced(tmp_path / "none", in_thread=False)


class GivingUpOps(UnsyncedOps):
    """Gives the saves of the directory up at the n-th write."""

    def __init__(self, directory: Path, at: int) -> None:
        self._directory = directory
        self._left = at
        self.fired = False

    def write(self, descriptor: int, data: memoryview) -> int:
        self._left -= 1
        if self._left == 0:
            give_up_saves(self._directory)
            self.fired = True
        return super().write(descriptor, data)


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_save_that_is_given_up_takes_back_what_there_is_of_it(at: int, tmp_path: Path) -> None:
    save_step(series_of(tmp_path), 5)
    before = snapshot(tmp_path)
    ops = GivingUpOps(tmp_path, at)
    large = tensors(7) | {f"w{number}": np.ones(1 << 19, np.float32) for number in range(3)}
    series = series_of(tmp_path, ops=ops)
    save = BackgroundSave(str(tmp_path), lambda: series.save("model.ckpt-7", large))
    with pytest.raises(errors.CancelledError, match="is not wanted any more"):
        save.finish()
    assert ops.fired
    assert snapshot(tmp_path).keys() == before.keys() and named(tmp_path) == ["model.ckpt-5"]
    save_step(series, 9)  # what comes next is wanted
    assert named(tmp_path) == ["model.ckpt-5", "model.ckpt-9"]


class Hasty(Exception):
    """Nobody has waited for the save."""


def test_the_right_to_a_directory_ends_when_its_saves_have(tmp_path: Path, held: HeldSaves) -> None:
    save_step(series_of(tmp_path), 5)
    with pytest.raises(Hasty), claimed(str(tmp_path)):
        save = begin(tmp_path, 7)
        held.reach_writes(1)
        assert not save.is_done
        raise Hasty
    assert save.is_done and held.waited
    with pytest.raises(errors.CancelledError):
        save.finish()
    assert sorted(os.listdir(tmp_path)) == files_of(5)


def test_without_a_thread_it_is_saved_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    save = BackgroundSave(str(tmp_path), lambda: save_step(series_of(tmp_path), 5))
    assert save.is_done and named(tmp_path) == ["model.ckpt-5"]
    wait_for_saves(tmp_path)
    assert save.finish() == str(tmp_path / "model.ckpt-5")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_forked_process_has_no_save_and_waits_for_none(tmp_path: Path, held: HeldSaves) -> None:
    save = begin(tmp_path, 5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that a process with threads forks
        child = os.fork()
    if child == 0:
        wait_for_saves(tmp_path)
        nothing = save.is_done and save.finish() is None and not background._running
        os._exit(7 if nothing else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert not save.is_done  # the parent's goes on
    assert save.finish() == str(tmp_path / "model.ckpt-5")
