"""ProgressHook: one line on a terminal that shows how far a training is."""

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

_REFRESH_STEPS = 10  # a look at the clock each step would cost as much as the rest of the hooks


class ProgressHook(SessionRunHook):
    """Shows step, steps a second, the time left and the loss; does nothing where the stream is no terminal.

    Log lines are printed above the progress line.

    Parameters
    ----------
    last_step : int, optional
        Where the training ends.
    num_steps : int, optional
        Instead of `last_step`: counted from the start of the session.
    loss : Tensor, optional
        Shown along.
    stream : text stream, optional
        By default sys.stderr.
    """

    def __init__(
        self,
        last_step: int | None = None,
        num_steps: int | None = None,
        loss: Any = None,
        stream: TextIO | None = None,
    ) -> None:
        self._last_step = last_step
        self._num_steps = num_steps
        self._loss = loss
        self._stream = stream
        self._bar: Any = None  # tqdm has no types

    def begin(self) -> None:
        """Find the global step."""
        self._step = global_step_variable()
        self._args = SessionRunArgs([self._step] if self._loss is None else [self._step, self._loss])
        self._runs = 0

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Show the line, if there is a terminal to show it on."""
        stream = self._stream if self._stream is not None else sys.stderr
        if stream is None or not stream.isatty():
            return
        from tqdm import tqdm

        start = int(session.run(self._step))
        total = self._last_step if self._num_steps is None else start + self._num_steps
        self._bar = tqdm(
            initial=start,
            total=total,
            file=stream,
            unit="step",
            desc="train",
            leave=False,
            dynamic_ncols=True,
        )
        log.logger.addFilter(self._clear_line)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """Ask for step and loss, if the line is shown and due."""
        if self._bar is None:
            return None
        self._runs += 1
        return self._args if self._runs % _REFRESH_STEPS == 0 else None

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Move the line on."""
        if run_values.results is None or self._bar is None:
            return
        step, *loss = run_values.results
        if loss:
            self._bar.set_postfix_str(f"loss {float(loss[0]):.4g}", refresh=False)
        self._bar.update(int(step) - self._bar.n)

    def end(self, session: Any) -> None:
        """Remove the line, so that the next one begins in its place."""
        self._close()

    def failed(self, error: BaseException) -> None:
        """Remove the line, so that the error stands by itself."""
        self._close()

    def _close(self) -> None:
        if self._bar is not None:
            log.logger.removeFilter(self._clear_line)
            self._bar.close()
            self._bar = None

    def _clear_line(self, record: logging.LogRecord) -> bool:
        """Called before each log line: it starts on an empty line."""
        if self._bar is not None:
            self._bar.clear()
        return True
