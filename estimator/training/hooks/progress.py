"""One line that shows how far a training, an evaluation or a prediction is, rewritten in place.

It is shown on a terminal, where the log lines are printed above it. Where it is not asked for, nothing else gets it:
no file, no pipe, and no notebook, which keeps all that is written as blocks of text. It holds text alone and no bar, so
that 60 columns have room for all of it.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO

from estimator.core import log
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    global_step_variable,
)
from estimator.training.triggers import Due

_REFRESH_STEPS = 10  # a look at the clock each step would cost as much as the rest of the hooks
_WITH_TOTAL = "{desc} {n_fmt}/{total_fmt} [{remaining} left, {rate_noinv_fmt}{postfix}]"
_WITHOUT_TOTAL = "{desc} {n_fmt} [{elapsed}, {rate_noinv_fmt}{postfix}]"


class ProgressLine:
    """The line itself.

    Parameters
    ----------
    stream : text stream
    what : str
        What it begins with: ``"train"``.
    start : int
        Where counting begins.
    total : int, optional
        Where it ends, if that is known.
    """

    def __init__(self, stream: TextIO, what: str, start: int = 0, total: int | None = None) -> None:
        from tqdm import tqdm

        self._bar: Any = tqdm(  # tqdm has no types
            initial=start,
            total=total,
            file=stream,
            unit="",  # 43.3/s: of what, the words before it say
            desc=what,
            bar_format=_WITHOUT_TOTAL if total is None else _WITH_TOTAL,
            leave=False,
            dynamic_ncols=True,
        )
        self._is_shown = True
        log.logger.addFilter(self._make_room)

    def move_to(self, count: int, note: str = "") -> None:
        """Show the count, not more often than the eye follows, and a note behind it."""
        if note:
            self._bar.set_postfix_str(note, refresh=False)
        self._is_shown = bool(self._bar.update(count - self._bar.n)) or self._is_shown

    def hide(self) -> None:
        """Empty the line, until it is moved the next time."""
        if self._is_shown:
            self._bar.clear()
            self._is_shown = False

    def close(self) -> None:
        """Empty the line for good."""
        log.logger.removeFilter(self._make_room)
        self._bar.close()

    def _make_room(self, record: logging.LogRecord) -> bool:
        """Called before each log line: it starts on an empty line."""
        self.hide()
        return True


class _Progress(SessionRunHook):
    """What the hooks have in common: whether there is a line, and that it is closed.

    Parameters
    ----------
    always : bool
        Whether the line is shown wherever the stream leads.
    stream : text stream, optional
        By default sys.stderr.
    """

    def __init__(self, always: bool, stream: TextIO | None) -> None:
        self._always = always
        self._stream = stream
        self._line: ProgressLine | None = None

    def _shown_on(self) -> TextIO | None:
        """Where to show a line; None: nowhere."""
        stream: TextIO | None = self._stream if self._stream is not None else sys.stderr
        return stream if self._always or (stream is not None and stream.isatty()) else None

    def end(self, session: Any) -> None:
        """Remove the line, so that the next one begins in its place."""
        self._close()

    def failed(self, error: BaseException) -> None:
        """Remove the line, so that the error stands by itself."""
        self._close()

    def _close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class ProgressHook(_Progress):
    """Shows step, time left, steps a second and the loss of a training.

    Parameters
    ----------
    last_step : int, optional
        Where the training ends.
    num_steps : int, optional
        Instead of `last_step`: counted from the start of the session.
    loss : Tensor, optional
        Shown along.
    always : bool
        Whether it is shown wherever the stream leads; else on a terminal.
    stream : text stream, optional
        By default sys.stderr.
    """

    def __init__(
        self,
        last_step: int | None = None,
        num_steps: int | None = None,
        loss: Any = None,
        *,
        always: bool = False,
        stream: TextIO | None = None,
    ) -> None:
        super().__init__(always, stream)
        self._last_step = last_step
        self._num_steps = num_steps
        self._loss = loss

    def begin(self) -> None:
        """Find the global step."""
        self._step = global_step_variable()
        self._args = SessionRunArgs([self._step] if self._loss is None else [self._step, self._loss])
        self._runs = 0

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Show the line, if there is something to show it on."""
        stream = self._shown_on()
        if stream is not None:
            start = int(session.run(self._step))
            total = self._last_step if self._num_steps is None else start + self._num_steps
            self._line = ProgressLine(stream, "train", start, total)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """Ask for step and loss, if the line is shown and due."""
        if self._line is None:
            return None
        return self._args if (self._runs + 1) % _REFRESH_STEPS == 0 else None

    def next_due(self) -> Due:
        """When the line is shown and due."""
        return Due() if self._line is None else Due(runs=_REFRESH_STEPS - self._runs % _REFRESH_STEPS)

    def skipped(self, runs: int) -> None:
        """They count."""
        self._runs += runs

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Move the line on."""
        self._runs += 1
        if run_values.results is None or self._line is None:
            return
        step, *loss = run_values.results
        self._line.move_to(int(step), f"loss {float(loss[0]):.4g}" if loss else "")


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
    always, stream
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
    ) -> None:
        super().__init__(always, stream)
        self._what = what
        self._total = total
        self._hides = hides

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Show the line, if there is something to show it on."""
        self._done = 0
        stream = self._shown_on()
        if stream is not None:
            self._line = ProgressLine(stream, self._what, total=self._total)

    def next_due(self) -> Due | None:
        """At each batch, if the line is shown."""
        return Due() if self._line is None else None

    def before_run(self, run_context: SessionRunContext) -> None:
        """Show the batches that are done."""
        if self._line is not None:
            self._line.move_to(self._done)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Count the batch, and leave the screen to the caller."""
        self._done += 1
        if self._line is not None and self._hides:
            self._line.hide()
