"""A training that goes on while its checkpoints are written: what they hold, and what may happen meanwhile."""

from __future__ import annotations

import errno
import logging
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

from estimator.calls.specs import EvalSpec, TrainSpec
from estimator.calls.train_and_evaluate import train_and_evaluate
from estimator.checkpoint import snapshot
from estimator.checkpoint.saver import Saver
from estimator.core import errors
from estimator.model_dir.lock import DirectoryLock
from estimator.model_dir.scripts import latest_checkpoint
from estimator.training.hooks import checkpoint_saver
from estimator.training.hooks.checkpoint_saver import CheckpointSaverHook, CheckpointSaverListener
from estimator.training.monitored import MonitoredSession
from estimator.training.session_run_hook import SessionRunHook
from tests.architecture.sources import ROOT
from tests.calls.test_interruption import (
    INPUTS,
    Interrupts,
    StopsAfter,
    everything,
    model,
    raise_interrupts,
    shuffled,
)
from tests.calls.test_train_and_evaluate import evaluated
from tests.held_saves import HeldSaves
from tests.training.loops import counting


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> HeldSaves:
    return HeldSaves(monkeypatch)


def train(model_dir: Path, steps: int, *hooks: SessionRunHook, every: int = 100, **options: Any) -> None:
    """Train up to a step, in which a checkpoint of any size is written in a thread."""
    listeners = options.pop("saving_listeners", None)
    config = {"async_checkpoint": True, "save_checkpoints_steps": every} | options
    model(model_dir, **config).train(shuffled, max_steps=steps, hooks=hooks, saving_listeners=listeners)


def steps_on_disk(model_dir: Path) -> list[int]:
    """The steps of the checkpoints whose index is there, by the system's own listing."""
    names = os.listdir(model_dir) if model_dir.exists() else []
    return sorted(int(name[len("model.ckpt-") : -len(".index")]) for name in names if name.endswith(".index"))


def remains(model_dir: Path) -> list[str]:
    """What an unfinished save leaves."""
    return [name for name in os.listdir(model_dir) if ".tmp" in name or ".saving" in name]


def events(directory: Path) -> list[Any]:
    """What is in its one events file."""
    (path,) = directory.glob("events.out.tfevents.*")
    return list(EventFileLoader(str(path)).Load())


class Looks(SessionRunHook):
    """Writes down which checkpoints there are after each step."""

    def __init__(self, model_dir: Path) -> None:
        self.seen: list[list[int]] = []
        self._model_dir = model_dir

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self.seen.append(steps_on_disk(self._model_dir))


# -- what is saved


def test_the_training_goes_on_while_a_checkpoint_is_written(tmp_path: Path, held: HeldSaves) -> None:
    looks = Looks(tmp_path)
    train(tmp_path, 20, looks)
    assert looks.seen == [[]] * 20 and (held.begun, held.waited) == (1, 1)
    assert steps_on_disk(tmp_path) == [1, 20]  # the end has waited, and saved the last step


def test_a_checkpoint_is_of_one_step_whatever_the_training_does_meanwhile(
    tmp_path: Path, held: HeldSaves
) -> None:
    train(tmp_path / "goes on", 20)
    assert held.waited
    train(tmp_path / "waits", 20, async_checkpoint=False)
    for step in (1, 20):
        assert everything(tmp_path / "goes on", step) == everything(tmp_path / "waits", step)


@pytest.mark.parametrize("name", ["shuffle, batch, map, repeat, prefetch", "a generator"])
def test_a_training_that_fails_while_a_checkpoint_is_written_is_continued_bit_for_bit(
    name: str, tmp_path: Path, held: HeldSaves
) -> None:
    parts = model(tmp_path / "parts", save_checkpoints_steps=10, async_checkpoint=True)
    with pytest.raises(Interrupts):
        parts.train(INPUTS[name], max_steps=30, hooks=[StopsAfter(13, raise_interrupts)])
    assert held.begun == 2 and steps_on_disk(tmp_path / "parts") == [
        1,
        11,
    ]  # the failure has waited for the second
    parts.train(INPUTS[name], max_steps=30)
    model(tmp_path / "whole", save_checkpoints_steps=10).train(INPUTS[name], max_steps=30)
    assert everything(tmp_path / "parts", 30) == everything(tmp_path / "whole", 30)


def test_a_save_that_is_due_waits_for_the_one_that_runs_and_uses_its_memory(
    tmp_path: Path, held: HeldSaves, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(snapshot, "available_bytes", lambda: asked.append(1) or 1 << 30)
    looks = Looks(tmp_path)
    train(tmp_path, 12, looks, every=5)
    assert looks.seen == [[]] * 5 + [[1]] * 5 + [[1, 6]] * 2
    assert steps_on_disk(tmp_path) == [1, 6, 11, 12] and asked == [1]


@pytest.mark.parametrize(("at_start", "asked_at", "saves"), [("first_step", 0, 3), ("none", 4, 2)])
def test_memory_for_all_copies_is_found_before_the_first_step_if_that_is_saved(
    at_start: str, asked_at: int, saves: int, tmp_path: Path, held: HeldSaves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint_saver, "_WORTH_A_THREAD", 100)
    looks = Looks(tmp_path)
    steps_made: list[int] = []
    monkeypatch.setattr(snapshot, "available_bytes", lambda: steps_made.append(len(looks.seen)) or 1 << 30)
    train(tmp_path, 12, looks, every=5, save_at_start=at_start)
    assert steps_made == [asked_at] and held.begun == saves


def test_each_save_is_in_the_log_when_it_begins_and_in_the_events_file_when_it_is_done(
    tmp_path: Path, held: HeldSaves, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "estimator")
    train(tmp_path, 8, every=5)
    assert [line for line in caplog.messages if line.startswith("Saving")] == [
        f"Saving checkpoints for {step} into {tmp_path}/model.ckpt." for step in (1, 6, 8)
    ]
    logs = [event for event in events(tmp_path) if event.HasField("session_log")]
    saved = [
        (event.step, event.session_log.checkpoint_path) for event in logs if event.session_log.checkpoint_path
    ]
    assert saved == [(step, f"{tmp_path}/model.ckpt-{step}") for step in (1, 6, 8)]


# -- what is saved in a thread


def threads_used(held: HeldSaves, train: Callable[[], None]) -> int:
    """How many saves of a training are made in a thread."""
    before = held.begun
    train()
    return held.begun - before


def test_what_is_small_is_written_while_the_training_waits(
    tmp_path: Path, held: HeldSaves, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert threads_used(held, lambda: train(tmp_path / "small", 5, async_checkpoint=None)) == 0
    monkeypatch.setattr(checkpoint_saver, "_WORTH_A_THREAD", 100)
    assert threads_used(held, lambda: train(tmp_path / "large", 5, async_checkpoint=None)) == 1
    assert threads_used(held, lambda: train(tmp_path / "never", 5, async_checkpoint=False)) == 0


def test_without_memory_for_a_copy_the_training_waits_and_says_so_once(
    tmp_path: Path, held: HeldSaves, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "estimator")
    monkeypatch.setattr(snapshot, "available_bytes", lambda: 1000)
    assert threads_used(held, lambda: train(tmp_path, 9, every=3)) == 0
    assert steps_on_disk(tmp_path) == [1, 4, 7, 9]
    assert sum("there is no memory for a copy of" in line for line in caplog.messages) == 1


class Finds(CheckpointSaverListener):
    """Writes down which checkpoints there are before and after each save."""

    def __init__(self, model_dir: Path) -> None:
        self.before: list[list[int]] = []
        self.after: list[list[int]] = []
        self._model_dir = model_dir

    def before_save(self, session: Any, global_step_value: int) -> None:
        self.before.append(steps_on_disk(self._model_dir))


class FindsBoth(Finds):
    def after_save(self, session: Any, global_step_value: int) -> None:
        self.after.append(steps_on_disk(self._model_dir))


def test_a_listener_finds_the_checkpoint_there_after_each_save(tmp_path: Path, held: HeldSaves) -> None:
    finds = FindsBoth(tmp_path)
    train(tmp_path, 9, every=5, saving_listeners=[finds])
    assert finds.before == [[], [1], [1, 6]] and finds.after == [[1], [1, 6], [1, 6, 9]] and held.begun == 0


def test_a_listener_that_only_looks_before_holds_nothing_up(tmp_path: Path, held: HeldSaves) -> None:
    finds = Finds(tmp_path)
    train(tmp_path, 9, every=5, saving_listeners=[finds])
    assert finds.before == [[], [1], [1, 6]] and held.begun == 2


class FindsSome(FindsBoth):
    """Has something to do after the saves of some steps."""

    def awaits_save(self, global_step_value: int) -> bool:
        return global_step_value in (6, 11)


def test_a_listener_may_say_which_saves_it_has_something_to_do_after(tmp_path: Path, held: HeldSaves) -> None:
    finds = FindsSome(tmp_path)
    train(tmp_path, 17, every=5, saving_listeners=[finds])
    assert finds.after == [[1, 6], [1, 6, 11], [1, 6, 11, 16, 17]] and held.begun == 2  # 1 and 16
    train(tmp_path, 18, every=5, saving_listeners=[finds, FindsBoth(tmp_path)])
    assert held.begun == 2  # the other waits for all


def test_train_and_evaluate_waits_for_what_it_evaluates(tmp_path: Path, held: HeldSaves) -> None:
    estimator = model(tmp_path, async_checkpoint=True, save_checkpoints_steps=5)
    train_spec = TrainSpec(shuffled, max_steps=17)
    by_steps = EvalSpec(lambda: shuffled().take(1), steps=1, every_n_steps=10)
    train_and_evaluate(estimator, train_spec, by_steps)
    assert steps_on_disk(tmp_path) == [1, 6, 10, 15, 17]
    assert held.begun == 3  # 1, 6 and 15
    assert evaluated(tmp_path / "eval") == [10, 17]


class OwnSaver(Saver):
    """A script's saver, of which nobody knows what it does."""

    saved = 0

    def save(self, *arguments: Any, **options: Any) -> Any:
        OwnSaver.saved += 1
        return super().save(*arguments, **options)


class Brings(SessionRunHook):
    """Gives the hook that saves a script's own saver."""

    def __init__(self, hook: CheckpointSaverHook) -> None:
        self._hook = hook

    def begin(self) -> None:
        self._hook._saver = OwnSaver()


def test_a_saver_of_the_scripts_own_is_asked_to_save(tmp_path: Path, held: HeldSaves) -> None:
    hook = CheckpointSaverHook(tmp_path, save_steps=3, async_checkpoint=True)
    train(tmp_path, 5, hook, Brings(hook))
    assert (OwnSaver.saved, held.begun, steps_on_disk(tmp_path)) == (3, 0, [1, 4, 5])


class SavesItself(SessionRunHook):
    """Saves with the training's own saver at one step, under a name of its own or the step's."""

    def __init__(self, model_dir: Path, at: int, basename: str) -> None:
        self._left = at
        self._path = model_dir / basename
        self.found: list[int] = []

    def begin(self) -> None:
        self.saver = Saver()

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self._left -= 1
        if self._left == 0:
            session = run_context.session
            self.saver.save(
                session, self._path, global_step=session.graph.get_tensor_by_name("global_step:0")
            )
            self.found = steps_on_disk(self._path.parent)


@pytest.mark.parametrize("at", [1, 3])
def test_a_hook_that_saves_itself_waits_for_the_save_that_runs(
    at: int, tmp_path: Path, held: HeldSaves
) -> None:
    hook = SavesItself(tmp_path, at, "model.ckpt")
    train(tmp_path, 5, hook)
    assert hook.found == sorted({1, at}) and (held.begun, held.waited) == (1, 1)
    assert not remains(tmp_path)


def test_a_hook_that_asks_for_the_latest_checkpoint_finds_it_as_in_tensorflow(
    tmp_path: Path, held: HeldSaves
) -> None:
    found: list[str | None] = []
    train(tmp_path, 8, StopsAfter(6, lambda: found.append(latest_checkpoint(tmp_path))), every=5)
    assert found == [str(tmp_path / "model.ckpt-6")] and held.begun == 2


def test_each_training_of_a_process_has_its_own_save(tmp_path: Path, held: HeldSaves) -> None:
    train(tmp_path / "first", 9, StopsAfter(3, lambda: train(tmp_path / "second", 4)))
    assert (held.begun, held.waited) == (2, 2)
    assert steps_on_disk(tmp_path / "first") == [1, 9] and steps_on_disk(tmp_path / "second") == [1, 4]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_process_that_forks_meanwhile_saves_once(tmp_path: Path, held: HeldSaves) -> None:
    codes: list[int] = []

    def fork() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that a process with threads forks
            child = os.fork()
        if child == 0:
            os._exit(
                7 if latest_checkpoint(tmp_path) is None else 1
            )  # the save is the parent's, and not waited for
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

    train(tmp_path, 9, StopsAfter(3, fork))
    assert codes == [7] and (held.begun, held.waited) == (1, 1)
    assert steps_on_disk(tmp_path) == [1, 9]


# -- what may go wrong meanwhile


def disk_is_full() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_ends_the_training_at_the_next_step_and_leaves_what_was_there(
    tmp_path: Path, held: HeldSaves, caplog: pytest.LogCaptureFixture
) -> None:
    fired: list[int] = []

    def at_second() -> None:
        if held.begun == 2:
            fired.append(1)
            disk_is_full()

    def let_go() -> None:
        held.reach_writes(2)
        held.let_go()

    held.fault = at_second
    looks = Looks(tmp_path)
    with pytest.raises(errors.ResourceExhaustedError, match=r"'model.ckpt-6' .*No space left on device"):
        train(tmp_path, 30, StopsAfter(8, let_go), looks, every=5)
    assert fired and len(looks.seen) == 8
    assert steps_on_disk(tmp_path) == [1] and not remains(tmp_path)
    assert "training stopped by ResourceExhaustedError; the last checkpoint is" in caplog.text
    held.fault = None
    train(tmp_path, 9)  # which goes on from there
    assert steps_on_disk(tmp_path) == [1, 2, 9]


def test_a_training_whose_hooks_rest_learns_of_it_too(tmp_path: Path, held: HeldSaves) -> None:
    made = 0

    def numbers() -> Iterator[Any]:
        nonlocal made
        while True:
            made += 1
            yield {"x": np.ones((4, 2), np.float32)}, np.ones((4, 1), np.float32)

    held.hold_none()
    held.fault = disk_is_full
    config = {"save_checkpoints_steps": 10**6, "log_step_count_steps": None, "save_summary_steps": None}
    with pytest.raises(errors.ResourceExhaustedError, match="'model.ckpt-1'"):
        model(tmp_path, async_checkpoint=True, **config).train(numbers, max_steps=100_000)
    assert held.begun == 1 and made < 100_000


@pytest.mark.parametrize("steps", [6, 9])
def test_what_a_save_raises_reaches_the_end_of_the_training(
    steps: int, tmp_path: Path, held: HeldSaves
) -> None:
    """And the next save that is due, whichever comes first."""
    held.fault = disk_is_full
    with pytest.raises(errors.ResourceExhaustedError, match="'model.ckpt-1'"):
        train(tmp_path, steps, every=7)
    assert held.begun == 1 and steps_on_disk(tmp_path) == [] and not remains(tmp_path)


class Spoils(SessionRunHook):
    """Makes a slot infinite after so many steps: the loss of the next, which is saved, does not show it."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self._left -= 1
        if self._left == 0:
            run_context.session.store.storage("dense/bias/Adam").value[...] = np.inf


def test_what_is_not_finite_is_not_saved_and_ends_the_training(tmp_path: Path, held: HeldSaves) -> None:
    held.hold_none()
    chief = model(tmp_path, async_checkpoint=True, save_checkpoints_steps=5)
    with pytest.raises(errors.InvalidArgumentError, match=r"'model.ckpt-6' is not written.*dense/bias/Adam"):
        chief.train(shuffled, max_steps=6, hooks=[Spoils(5)])
    assert steps_on_disk(tmp_path) == [1] and not remains(tmp_path)


def test_a_training_that_fails_says_that_its_last_save_failed_too(
    tmp_path: Path, held: HeldSaves, caplog: pytest.LogCaptureFixture
) -> None:
    held.fault = disk_is_full
    with pytest.raises(Interrupts):
        train(tmp_path, 9, StopsAfter(3, raise_interrupts))
    assert held.begun == 1 and steps_on_disk(tmp_path) == []
    assert "what was being saved when the training stopped is not saved: " in caplog.text
    assert "No space left on device" in caplog.text


def send(number: signal.Signals) -> Callable[[], None]:
    return lambda: signal.raise_signal(number)


def test_a_script_that_is_interrupted_waits_for_the_save_that_runs(tmp_path: Path, held: HeldSaves) -> None:
    with counting() as script, pytest.raises(KeyboardInterrupt):
        hook = CheckpointSaverHook(tmp_path, save_steps=100, saver=Saver(), async_checkpoint=True)
        with MonitoredSession(hooks=[hook]) as session:
            for _ in range(3):
                session.run(script.train_op)
            signal.raise_signal(signal.SIGINT)
    assert steps_on_disk(tmp_path) == [1] and held.waited == 1


@pytest.mark.parametrize(
    ("number", "raised"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)]
)
def test_a_signal_waits_for_the_save_that_runs_and_saves_its_step(
    number: signal.Signals, raised: type[BaseException], tmp_path: Path, held: HeldSaves
) -> None:
    with pytest.raises(raised):
        train(tmp_path, 40, StopsAfter(5, send(number)))
    assert steps_on_disk(tmp_path) == [1, 5] and held.waited


def test_a_signal_that_comes_while_the_end_waits_is_answered_when_all_is_saved(
    tmp_path: Path, held: HeldSaves
) -> None:
    held.when_waited = send(signal.SIGTERM)
    with pytest.raises(SystemExit):
        train(tmp_path, 5)
    assert steps_on_disk(tmp_path) == [1, 5] and held.waited


def test_a_second_signal_gives_the_save_up_and_frees_the_directory(tmp_path: Path, held: HeldSaves) -> None:
    train(tmp_path, 3, async_checkpoint=False)

    def again() -> None:
        held.reach_writes(1)
        signal.raise_signal(signal.SIGTERM)

    held.when_waited = again  # the first comes in a step, this one while the end waits
    with pytest.raises(SystemExit) as caught:
        train(tmp_path, 40, StopsAfter(5, send(signal.SIGTERM)))
    assert caught.value.code == 143 and held.begun == 1
    assert steps_on_disk(tmp_path) == [1, 3] and not remains(tmp_path)
    with DirectoryLock(tmp_path) as lock:
        assert lock.is_held
    train(tmp_path, 6)
    assert latest_checkpoint(tmp_path) == str(tmp_path / "model.ckpt-6")


KILLED = """
import os, signal, sys
from pathlib import Path
import pytest
from tests.calls.test_async_checkpoint import StopsAfter, train
from tests.calls.test_train_and_evaluate import evaluated
from tests.held_saves import HeldSaves
from tests.training.loops import counting

def kill():
    held.reach_writes(2)
    print("killed while it writes", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

with pytest.MonkeyPatch.context() as monkeypatch:
    held = HeldSaves(monkeypatch)
    train(Path(sys.argv[1]), 30, StopsAfter(8, kill), every=5)
"""


@pytest.mark.slow
def test_a_kill_9_while_a_checkpoint_is_written_keeps_the_one_before(tmp_path: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "parts")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "killed while it writes\n"), killed.stderr
    assert steps_on_disk(tmp_path / "parts") == [1] and remains(tmp_path / "parts")
    train(tmp_path / "parts", 30)
    train(tmp_path / "whole", 30)
    assert not remains(tmp_path / "parts")
    assert everything(tmp_path / "parts", 30) == everything(tmp_path / "whole", 30)
