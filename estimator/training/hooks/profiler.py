"""ProfilerHook: how long each operation of a step takes, as a Chrome trace.

chrome://tracing and ui.perfetto.dev open the files.

Source
------
tf.train.ProfilerHook, TF 2.15 basic_session_run_hooks.py; "Trace Event Format", the documentation of Chrome's traces
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from typing import Any

from estimator.core import log
from estimator.formats import messages
from estimator.model_dir.storage import make_directory, write_atomically
from estimator.training.hooks.own_writer import OwnWriter
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    global_step_variable,
)
from estimator.training.triggers import NOW, Clock, Due, SecondOrStepTimer

_LABEL = re.compile(r"^.* = (?P<op>\w+)\((?P<inputs>.*)\)$")


class ProfilerHook(SessionRunHook):
    """Writes ``timeline-<step>.json`` every so many steps or seconds, and the times into an events file beside it.

    A step that is timed has a plan made for it, which takes a moment more; the times are those of the plan's own lines.

    Parameters
    ----------
    save_steps, save_secs : number, optional
        Exactly one of them.
    output_dir : str or path
        By default the current directory.
    show_dataflow : bool
        Whether arrows lead from an operation to those that read its results.
    show_memory : bool
        Accepted; a plan's buffers serve many tensors, so that there is no memory of each to show.
    clock : callable
        Gives seconds.

    Raises
    ------
    ValueError
        If `save_steps` and `save_secs` are not exactly one.
    RuntimeError
        From :meth:`begin`, if the graph has no global step.

    Source
    ------
    tf.train.ProfilerHook, TF 2.15 basic_session_run_hooks.py
    """

    only_chief = True

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: str | os.PathLike[str] = "",
        show_dataflow: bool = True,
        show_memory: bool = False,
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        if (save_steps is None) == (save_secs is None):
            raise ValueError(
                f"exactly one of save_secs and save_steps must be given, given: {save_secs} and {save_steps}."
            )
        self._timer = SecondOrStepTimer(save_secs, save_steps, clock=clock)
        self._output_dir = os.fspath(output_dir)
        self._events = OwnWriter(None, self._output_dir or os.curdir)
        self._show_dataflow = show_dataflow
        del show_memory

    def begin(self) -> None:
        """Find the global step."""
        self._step = global_step_variable()
        traced = messages.RunOptions(trace_level=messages.RunOptions.FULL_TRACE)
        self._args = SessionRunArgs(self._step)
        self._traced_args = SessionRunArgs(self._step, options=traced)
        self._next_step: int | None = None
        self._timer.reset()
        self._events.reopen()

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the step, and for the times if the next step is one to show."""
        self._is_due = self._next_step is not None and self._timer.should_trigger_for_step(self._next_step)
        return self._traced_args if self._is_due else self._args

    def next_due(self) -> Due | None:
        """When the schedule says, which counts from the first step."""
        return NOW if self._next_step is None else self._timer.next_due()

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Write the times."""
        step = int(run_values.results)
        if self._next_step is None:
            self._timer.update_last_triggered_step(step - 1)  # so many steps from where the training began
        elif self._is_due:
            self._timer.update_last_triggered_step(step)
            self._save(step, run_values.run_metadata)
        self._next_step = step + 1

    def end(self, session: Any) -> None:
        """Close the events file."""
        self._events.close()

    def failed(self, error: BaseException) -> None:
        """Close the events file."""
        self._events.close()

    def _save(self, step: int, run_metadata: Any) -> None:
        path = os.path.join(self._output_dir, f"timeline-{step}.json")
        log.info("Saving timeline for %d into '%s'.", step, path)
        if self._output_dir:
            make_directory(self._output_dir)
        write_atomically(
            path, json.dumps(chrome_trace(run_metadata.step_stats, self._show_dataflow)).encode()
        )
        self._events.writer.add_run_metadata(run_metadata, f"step_{step}", step)


def chrome_trace(step_stats: Any, show_dataflow: bool = True) -> dict[str, Any]:
    """A StepStats message as a Chrome trace: a row of operations for each device, and arrows between them."""
    events: list[dict[str, Any]] = []
    for row, device in enumerate(step_stats.dev_stats):
        events.append(
            {"name": "process_name", "ph": "M", "pid": row, "args": {"name": f"{device.device} Compute"}}
        )
        operations = [_operation(node, row) for node in device.node_stats]
        events += operations
        if show_dataflow:
            events += _arrows(operations)
    return {"traceEvents": events}


def _operation(node: Any, row: int) -> dict[str, Any]:
    """The event of one operation; times are in microseconds, and may have fractions."""
    found = _LABEL.match(node.timeline_label)
    op, inputs = (found["op"], found["inputs"]) if found else (node.node_name, "")
    arguments = {f"input{place}": name for place, name in enumerate(filter(None, inputs.split(", ")))}
    return {
        "ph": "X",
        "cat": "Op",
        "name": op,
        "pid": row,
        "tid": 0,
        "ts": node.all_start_nanos / 1000,
        "dur": node.op_end_rel_nanos / 1000,
        "args": {"name": node.node_name, "op": op, **arguments},
    }


def _arrows(operations: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """For each input that an operation of the step has made: an arrow from its maker to its reader."""
    makers = {operation["args"]["name"]: operation for operation in operations}
    number = 0
    for reader in operations:
        for key, name in reader["args"].items():
            maker = makers.get(name.partition(":")[0].removeprefix("^")) if key.startswith("input") else None
            if maker is not None:
                arrow = {"cat": "DataFlow", "name": name, "id": number, "tid": 0}
                yield arrow | {"ph": "s", "pid": maker["pid"], "ts": maker["ts"] + maker["dur"]}
                yield arrow | {"ph": "t", "pid": reader["pid"], "ts": reader["ts"]}
                number += 1
