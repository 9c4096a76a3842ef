"""The steps of an epoch, of an evaluation or of a prediction: runs with hooks, as an Estimator's training is.

The loop is :class:`~estimator.training.monitored.MonitoredSession` over the session at hand, which goes on afterwards.
Callbacks are one hook of it: where none of them wants to know of each batch it rests, and the runs follow one another.
"""

from __future__ import annotations

import math
import sys
from typing import Any

from estimator.core.errors import OutOfRangeError
from estimator.keras.callbacks.callback_list import CallbackList
from estimator.keras.training.feed import Feed, OtherShapes
from estimator.keras.training.program import Program
from estimator.runtime.blas import blas_threads, wanted_threads
from estimator.runtime.session import Session
from estimator.training.interrupt import Interruption, StopOnSignalHook
from estimator.training.monitored import MonitoredSession
from estimator.training.session_creator import LentSession
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from estimator.training.triggers import Due


class Loop:
    """Runs through the batches of one epoch.

    Parameters
    ----------
    model : Model
    mode : str
        ``train``, ``test`` or ``predict``.
    feed : Feed
        Its epoch has begun.
    callbacks : CallbackList
    interruption : Interruption, optional
        What a signal ends.
    done : int
        How many batches of the epoch were made before.

    Attributes
    ----------
    done : int
    ended : bool
        Whether the data came to their end, before all the steps were made.
    outputs : list
        Of a prediction, those of each batch.
    logs : dict
        What the last step came to.
    """

    def __init__(
        self,
        model: Any,
        mode: str,
        feed: Feed,
        callbacks: CallbackList,
        interruption: Interruption | None = None,
        done: int = 0,
    ) -> None:
        self.model, self.mode, self.feed, self.callbacks = model, mode, feed, callbacks
        self._interruption = interruption
        self.done = self._told = done
        self.ended = False
        self.outputs: list[Any] = []
        self.logs: dict[str, Any] = {}

    def run(self) -> None:
        """Run to the end of the epoch.

        Raises
        ------
        OpError
            If a step fails.
        ValueError, TypeError
            If the batches do not fit the model.
        """
        with blas_threads(wanted_threads()):
            while self._run_program(self.model.programs.get(self.mode, self.feed.spec)):
                pass

    def _run_program(self, program: Program) -> bool:
        """Run as long as the batches are of a kind; whether there are others."""
        try:
            with program.fed_by(self.feed) as session:
                return self._run_in(session, program)
        finally:
            self.feed.rest()

    def _run_in(self, session: Session, program: Program) -> bool:
        hooks: list[SessionRunHook] = [_Batches(self, program)]
        if self._interruption is not None:
            hooks.append(StopOnSignalHook(self._interruption))
        monitored = MonitoredSession(LentSession(session), hooks)
        fetches = [program.results, *program.step] if self.mode == "predict" else program.step
        try:
            while not monitored.should_stop():
                monitored.run_until_due(fetches)
            monitored.close()
        except OtherShapes:
            monitored.__exit__(*sys.exc_info())
            return True
        except OutOfRangeError:
            monitored.close()
            self.ended = True
        except BaseException:
            monitored.__exit__(*sys.exc_info())
            raise
        self.logs = {} if self.mode == "predict" else program.logs(session, self._latest)
        if self.done > self._told:  # the end of the data has shown which was the last
            self.tell(self.logs)
        return False

    def tell(self, logs: Any) -> None:
        """Tell the callbacks that a batch is done."""
        self._told = self.done
        self.callbacks.on_batch(self.mode, "end", self.done - 1, logs)

    _latest: Any = None  # the results of the last batch


class _Batches(SessionRunHook):
    """Counts the batches, tells the callbacks, and stops at the last."""

    def __init__(self, loop: Loop, program: Program) -> None:
        self._loop, self._program = loop, program
        self._collects = loop.mode == "predict"
        self._args = SessionRunArgs(program.results) if self._collects or program.results else None
        self._sees_each = False

    def next_due(self) -> Due | None:
        """When a callback wants to know, or the last batch comes."""
        loop = self._loop
        due = loop.callbacks.batch_due(loop.mode)
        self._sees_each = due is None
        if due is None or self._collects:
            return None
        left = math.inf if loop.feed.steps is None else loop.feed.steps - loop.done
        return Due(runs=min(due.runs, left), seconds=due.seconds)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """Tell the callbacks that want to know of each batch."""
        if self._sees_each:
            self._loop.callbacks.on_batch(self._loop.mode, "begin", self._loop.done)
        return self._args

    def skipped(self, runs: int) -> None:
        """They count."""
        self._loop.done += runs

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Count the batch, tell the callbacks, and stop at the last or where one of them says so."""
        loop = self._loop
        loop.done += 1
        loop._latest = run_values.results
        if self._collects:
            loop.outputs.append(run_values.results)
        self._tell(run_context.session, run_values.results)
        if loop.done == loop.feed.steps or (loop.mode == "train" and loop.model.stop_training):
            run_context.request_stop()

    def _tell(self, session: Any, results: Any) -> None:
        loop = self._loop
        if self._collects:
            logs: Any = {"outputs": results}
        else:
            logs = self._program.logs(session, results)
        loop.tell(logs)
