"""SummarySaverHook: the model's summaries in the events file."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

from estimator.formats import messages
from estimator.training.hooks.own_writer import OwnWriter
from estimator.training.scaffold import Scaffold
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    global_step_variable,
)
from estimator.training.triggers import NOW, Clock, Due, SecondOrStepTimer


class SummarySaverHook(SessionRunHook):
    """Writes summaries at the first step and then every so many steps or seconds.

    Parameters
    ----------
    save_steps, save_secs : number, optional
        Exactly one of them.
    output_dir : str or path, optional
    summary_writer : FileWriter, optional
        Instead of `output_dir`.
    scaffold : Scaffold, optional
        Its summary op is written.
    summary_op : Tensor or list of Tensor, optional
        Instead of `scaffold`.
    clock : callable
        Gives seconds.

    Raises
    ------
    ValueError
        If not exactly one of `scaffold` and `summary_op` is given, or not exactly one of
        `save_steps` and `save_secs`.

    Source
    ------
    tf.train.SummarySaverHook, TF 2.15 basic_session_run_hooks.py
    """

    only_chief = True

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: str | os.PathLike[str] | None = None,
        summary_writer: Any = None,
        scaffold: Scaffold | None = None,
        summary_op: Any = None,
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        if (scaffold is None) == (summary_op is None):
            raise ValueError("Exactly one of scaffold or summary_op must be provided.")
        if (save_steps is None) == (save_secs is None):
            raise ValueError(
                f"exactly one of save_steps and save_secs must be given, given: {save_steps} and {save_secs}."
            )
        self._timer = SecondOrStepTimer(save_secs, save_steps, clock=clock)
        self._events = OwnWriter(summary_writer, output_dir)
        self._scaffold = scaffold
        self._summary_op = summary_op

    def begin(self) -> None:
        """Find the global step."""
        self._step = global_step_variable()
        self._step_args = SessionRunArgs({"global_step": self._step})
        self._all_args: SessionRunArgs | None = None
        self._next_step: int | None = None
        self._timer.reset()
        self._events.reopen()

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Find the summaries: from here on there are no new ones."""
        self._graph = session.graph
        summaries = self._get_summary_op()
        if summaries and self._events.writer is not None:
            self._all_args = SessionRunArgs({"global_step": self._step, "summary": summaries})

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the summaries if the next step is one to show."""
        is_first = self._next_step is None
        self._request_summary = is_first or self._timer.should_trigger_for_step(self._next_step)  # type: ignore[arg-type]  # not first
        return self._all_args if self._request_summary and self._all_args is not None else self._step_args

    def next_due(self) -> Due | None:
        """At the first step, then when the schedule says."""
        return NOW if self._next_step is None else self._timer.next_due()

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Write the summaries if it is due."""
        step = run_values.results["global_step"]
        if self._request_summary:
            self._write(int(step), run_values.results.get("summary", ()))
        self._next_step = step + 1

    def _get_summary_op(self) -> list[Any] | None:  # TensorFlow's name: scripts override it
        given = self._summary_op if self._scaffold is None else self._scaffold.summary_op
        if given is None:
            return None
        return list(given) if isinstance(given, (list, tuple)) else [given]

    @property
    def _summary_writer(self) -> Any:
        return self._events.writer

    def _write(self, step: int, summaries: Sequence[Any]) -> None:
        self._timer.update_last_triggered_step(step)
        writer = self._summary_writer
        if writer is None:
            return
        if self._next_step is None:
            if self._events.is_own:
                writer.add_graph(self._graph)
            log_type = messages.SessionLog
            writer.add_session_log(log_type(status=log_type.START), step)
        for summary in summaries:
            writer.add_summary(summary, step)

    def end(self, session: Any) -> None:
        """Close the events file, if it is the hook's own."""
        self._events.close()

    def failed(self, error: BaseException) -> None:
        """Close the events file, if it is the hook's own."""
        self._events.close()
