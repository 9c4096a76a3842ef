"""Calls in processes of their own, in threads and in servers, and several on one model_dir."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.calls import training
from estimator.model_dir.finding import CheckpointInfo
from estimator.training.session_run_hook import SessionRunHook
from tests.tiny import batches, estimator

ROOT = Path(__file__).parents[2]
PROGRAM = """
import os, sys, signal
from tests.tiny import batches, estimator
from tests.calls.test_interruption import StopsAfter
number = getattr(signal, sys.argv[2])
if signal.getsignal(number) == signal.SIG_IGN:  # whoever runs the tests under nohup
    signal.signal(number, signal.SIG_DFL)
hook = StopsAfter(5, lambda: os.kill(os.getpid(), number))
estimator(sys.argv[1]).train(batches(), max_steps=1000, hooks=[hook])
"""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", -signal.SIGINT)])
def test_a_program_that_is_told_to_end_exits_with_the_signals_code(
    name: str, code: int, tmp_path: Path
) -> None:
    # Python ends itself by SIGINT after an uncaught KeyboardInterrupt: a shell calls that 130
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), name], cwd=ROOT, capture_output=True, timeout=60
    )
    assert done.returncode == code, done.stderr.decode()
    assert f"{name}: the step is done and will be saved" in done.stderr.decode()
    assert estimator(tmp_path).latest_checkpoint() == str(tmp_path / "model.ckpt-5")


def in_thread(function: Callable[[], Any]) -> Any:
    """What the function returns in another thread."""
    results: list[Any] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=60)
    if errors:
        raise errors[0]
    return results[0]


def whole_job(model_dir: Path) -> tuple[int, int]:
    trained = estimator(model_dir)
    trained.train(batches(), steps=3)
    return int(trained.evaluate(batches(1))["global_step"]), len(list(trained.predict(batches(1))))


def test_it_runs_in_a_thread_and_leaves_the_signals_alone(tmp_path: Path) -> None:
    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    seen = []

    class Looks(SessionRunHook):
        def after_run(self, run_context: Any, run_values: Any) -> None:
            seen.append([signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)])

    in_thread(lambda: estimator(tmp_path / "a").train(batches(), steps=1, hooks=[Looks()]))
    assert seen == [handlers]
    assert in_thread(lambda: whole_job(tmp_path / "b")) == (3, 4)


def test_it_runs_inside_a_server(tmp_path: Path) -> None:
    async def serve() -> list[tuple[int, int]]:
        in_loop = whole_job(tmp_path / "loop")  # blocks the loop, but works
        return [
            in_loop,
            *await asyncio.gather(*(asyncio.to_thread(whole_job, tmp_path / name) for name in "abc")),
        ]

    assert asyncio.run(serve()) == [(3, 4)] * 4


def test_two_threads_may_read_one_model_dir_while_a_third_trains(tmp_path: Path) -> None:
    trained = estimator(tmp_path, save_checkpoints_steps=1)
    trained.train(batches(), steps=1)
    found: list[Any] = []

    def read() -> None:
        for _ in range(5):
            found.append(trained.evaluate(batches(1), name=threading.current_thread().name)["loss"])
            found.extend(row["y"] for row in trained.predict(batches(1)))

    threads = [threading.Thread(target=read, name=f"reader{number}") for number in range(2)]
    for thread in threads:
        thread.start()
    trained.train(batches(), steps=20)
    for thread in threads:
        thread.join(timeout=60)
    assert len(found) == 2 * 5 * (1 + 4)
    assert np.isfinite(np.concatenate([np.ravel(each) for each in found])).all()


def test_two_trainings_of_one_model_dir_exclude_each_other(tmp_path: Path) -> None:
    class TrainsToo(SessionRunHook):
        def after_run(self, run_context: Any, run_values: Any) -> None:
            with pytest.raises(RuntimeError, match="another trainer is at work.*this very process"):
                in_thread(lambda: estimator(tmp_path).train(batches(), steps=1))

    estimator(tmp_path).train(batches(), steps=1, hooks=[TrainsToo()])


def test_a_second_training_is_told_of_the_first_and_not_of_a_checkpoint_that_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = CheckpointInfo(
        "model.ckpt-1", str(tmp_path / "model.ckpt-1"), 1, 0.0
    )  # the first one keeps one, and is on

    class TrainsToo(SessionRunHook):
        def after_run(self, run_context: Any, run_values: Any) -> None:
            with (
                monkeypatch.context() as patch,
                pytest.raises(RuntimeError, match="another trainer is at work"),
            ):
                patch.setattr(training, "find_latest", lambda _: gone)
                estimator(tmp_path).train(batches(), steps=1)

    estimator(tmp_path).train(batches(), steps=1, hooks=[TrainsToo()])
