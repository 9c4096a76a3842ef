"""Hooks that show how far a training, an evaluation or a prediction is, in one line that is rewritten.

They show it on a terminal and in a notebook, and else only where it is asked for: no file and no pipe gets it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    global_step_variable,
)
from estimator.training.triggers import Clock, Due

if TYPE_CHECKING:
    from estimator.training.places import Place
    from estimator.training.progress_line import ProgressLine

LastSave = Callable[[], "tuple[int, float] | None"]  # its step and its age in seconds


class _Progress(SessionRunHook):
    """What the hooks have in common: whether there is a line, and that it is closed.

    Parameters
    ----------
    always : bool
        Whether the line is shown wherever the stream leads.
    stream : text stream, optional
        By default sys.stderr.
    clock : callable
        Gives seconds.
    """

    only_chief = True

    def __init__(self, always: bool, stream: TextIO | None, clock: Clock) -> None:
        self._always = always
        self._stream = stream
        self._clock = clock
        self._line: ProgressLine | None = None

    def _place(self) -> Place | None:
        """Where to show a line; None: nowhere."""
        stream: TextIO | None = self._stream if self._stream is not None else sys.stderr
        if not self._always and not _may_show(stream):
            return None
        from estimator.training.places import place_on  # which only those load who look on

        return place_on(stream, self._always)

    def _open(self, place: Place, what: str, start: int, total: int | None, unit: str) -> None:
        from estimator.training.progress_line import ProgressLine

        self._line = ProgressLine(place, what, start, total, unit, clock=self._clock)

    def failed(self, error: BaseException) -> None:
        """Remove the line, so that the error stands by itself."""
        self._close()

    def _is_due(self) -> bool:
        return self._line is not None and self._clock() >= self._line.next_draw

    def _close(self, *last: Any) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close(*last)


def _may_show(stream: TextIO | None) -> bool:
    """Whether it is worth a closer look: a terminal, or the stream of a notebook."""
    try:
        return stream is not None and (stream.isatty() or type(stream).__module__.startswith("ipykernel."))
    except (AttributeError, ValueError):  # of a stand-in, or closed
        return False


class ProgressHook(_Progress):
    """Shows step, loss, steps a second, time left and the last checkpoint of a training.

    Parameters
    ----------
    last_step : int, optional
        Where the training ends.
    num_steps : int, optional
        Instead of `last_step`: counted from the start of the session.
    loss : Tensor, optional
        Shown along.
    last_save : callable, optional
        Gives the step of the last checkpoint and its age in seconds, or None.
    always : bool
        Whether it is shown wherever the stream leads; else on a terminal and in a notebook.
    stream : text stream, optional
        By default sys.stderr.
    clock : callable
        Gives seconds.
    """

    def __init__(
        self,
        last_step: int | None = None,
        num_steps: int | None = None,
        loss: Any = None,
        last_save: LastSave = lambda: None,
        *,
        always: bool = False,
        stream: TextIO | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        super().__init__(always, stream, clock)
        self._last_step = last_step
        self._num_steps = num_steps
        self._loss = loss
        self._last_save = last_save

    def begin(self) -> None:
        """Find the global step."""
        self._step = global_step_variable()
        self._args = SessionRunArgs([self._step] if self._loss is None else [self._step, self._loss])
        self._latest: tuple[int, float | None] | None = None

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Show the line, if there is something to show it on."""
        place = self._place()
        if place is not None:
            start = int(session.run(self._step))
            total = self._last_step if self._num_steps is None else start + self._num_steps
            self._open(place, "train", start, total, "steps")

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """Ask for step and loss, if the line is shown."""
        return None if self._line is None else self._args

    def next_due(self) -> Due:
        """When the eye may follow, if the line is shown."""
        return Due() if self._line is None else Due(seconds=self._line.next_draw, clock=self._clock)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Move the line on."""
        if run_values.results is None or self._line is None:
            return
        step, *loss = run_values.results
        self._latest = int(step), float(loss[0]) if loss else None
        if self._is_due():
            self._line.move_to(*self._latest, self._last_save())

    def end(self, session: Any) -> None:
        """Remove the line, so that the next one begins in its place; a notebook keeps what it has come to."""
        if self._line is not None:
            step = int(session.run(self._step))
            loss = self._latest[1] if self._latest is not None and self._latest[0] == step else None
            self._close(step, loss, self._last_save())


class BatchProgressHook(_Progress):
    """Shows how many batches are done, and the time left if their number is known.

    Parameters
    ----------
    what : str
        What the line begins with: ``"evaluate"``.
    total : int, optional
        How many batches there are.
    hides : bool
        Whether the line is emptied after each batch, since others print then.
    always, stream, clock
        As :class:`ProgressHook` has them.
    """

    def __init__(
        self,
        what: str,
        total: int | None = None,
        *,
        hides: bool = False,
        always: bool = False,
        stream: TextIO | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        super().__init__(always, stream, clock)
        self._what = what
        self._total = total
        self._hides = hides

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Show the line, if there is something to show it on."""
        self._done = 0
        place = self._place()
        if place is not None:
            self._open(place, self._what, 0, self._total, "batches")

    def next_due(self) -> Due | None:
        """When the eye may follow, if the line is shown; at each batch, if it is hidden after it."""
        if self._line is None:
            return Due()
        return None if self._hides else Due(seconds=self._line.next_draw, clock=self._clock)

    def skipped(self, runs: int) -> None:
        """They count."""
        self._done += runs

    def before_run(self, run_context: SessionRunContext) -> None:
        """Show the batches that are done, where that is hidden after each."""
        if self._hides and self._line is not None and self._is_due():
            self._line.move_to(self._done)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Count the batch, and leave the screen to the caller if others print now."""
        self._done += 1
        if self._line is None:
            return
        if self._hides:
            self._line.hide()
        elif self._is_due():
            self._line.move_to(self._done)

    def end(self, session: Any) -> None:
        """Remove the line, so that the next one begins in its place; a notebook keeps what it has come to."""
        self._close(self._done)
