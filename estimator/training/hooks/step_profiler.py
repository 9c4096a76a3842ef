"""StepProfilerHook: where the time of a training step goes, in the log."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from estimator.core import log
from estimator.formats import messages
from estimator.runtime.explanation import Explained, dearest, table
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    global_step_variable,
)
from estimator.training.triggers import NOW, Clock, Due

_TIMED = 5  # steps in a row, of which the first makes the plan and touches its memory


class StepProfilerHook(SessionRunHook):
    """Logs every so many steps where the time of a step goes: input, operations, hooks; and the dearest operations.

    What a step takes as a whole is the mean of the steps since the last time, with whatever hooks do now and then. Of
    that the input and the operations are timed in five steps, which take longer than others; the rest is the hooks and
    the loop.

    Parameters
    ----------
    every_n_steps : int
        How often; at least ten.
    top : int
        How many operations to name.
    clock : callable
        Gives seconds.

    Raises
    ------
    ValueError
        If a number is too small.
    RuntimeError
        From :meth:`begin`, if the graph has no global step.

    Example
    -------
    >>> import estimator as est
    >>> hook = est.StepProfilerHook(every_n_steps=1000)  # classifier.train(input_fn, hooks=[hook])
    """

    only_chief = True

    def __init__(self, every_n_steps: int = 1000, top: int = 10, *, clock: Clock = time.perf_counter) -> None:
        problems = [
            f"`{name}` must be a whole number of at least {least}, given: {given!r}"
            for name, given, least in (("every_n_steps", every_n_steps, 2 * _TIMED), ("top", top, 1))
            if isinstance(given, bool) or not isinstance(given, int) or given < least
        ]
        if problems:
            raise ValueError("; ".join(problems) + ".")
        self._every = every_n_steps
        self._top = top
        self._clock = clock

    def begin(self) -> None:
        """Find the global step."""
        step = global_step_variable()
        traced = messages.RunOptions(trace_level=messages.RunOptions.FULL_TRACE)
        self._args = SessionRunArgs(step)
        self._timed_args = SessionRunArgs(step, options=traced)
        self._since: tuple[int, float] | None = None  # the steps and seconds at which the last steps began
        self._step = 0
        self._whole = 0.0
        self._timed: list[Any] = []
        self._is_timing = False

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the step, and for the times if it is time."""
        self._is_timing = self._since is not None and self._step >= self._since[0] + self._every - _TIMED
        if self._since is None or not self._is_timing:
            return self._args
        if not self._timed:
            self._whole = (self._clock() - self._since[1]) / (self._step - self._since[0])
        return self._timed_args

    def next_due(self) -> Due:
        """When the steps begin that are timed, and in each of them."""
        begin = self._step if self._since is None else self._since[0] + self._every - _TIMED
        return NOW if self._step >= begin else Due(step=begin + 1)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Log, once enough steps are timed."""
        self._step = int(run_values.results)
        if (
            self._is_timing and run_values.run_metadata.step_stats.dev_stats
        ):  # others may have steps timed, too
            self._timed.append(run_values.run_metadata.step_stats)
        if len(self._timed) == _TIMED:
            self._tell(self._timed[1:])
            self._since = None
        if self._since is None:  # the first step of all is left out, too: it makes plans
            self._since, self._timed = (self._step, self._clock()), []

    def _tell(self, timed: Sequence[Any]) -> None:
        rows = _rows(timed)
        waited = sum(row.micros for row in rows if row.op_type == "IteratorGetNext")
        rows = [row for row in rows if row.op_type != "IteratorGetNext"]
        computed = sum(row.micros for row in rows)
        whole = max(self._whole * 1e6, waited + computed)
        parts = {
            "input": waited,
            f"{len(rows)} operations": computed,
            "hooks and the loop": whole - waited - computed,
        }
        told = ", ".join(f"{what} {micros:.1f} ({micros / whole:.0%})" for what, micros in parts.items())
        lines = table(dearest(rows, len(rows)), whole, self._top)
        log.info("Step %d: a step takes %.1f us: %s.\n%s", self._step, whole, told, "\n".join(lines))


def _rows(timed: Sequence[Any]) -> list[Explained]:
    """The operations of some StepStats messages of the same step, with the median of their times."""
    times: dict[str, list[float]] = defaultdict(list)
    nodes = {}
    for stats in timed:
        for node in stats.dev_stats[0].node_stats:
            nodes[node.node_name] = node
            times[node.node_name].append(node.op_end_rel_nanos / 1000)
    return [
        Explained(name, _op_type(node), statistics.median(times[name]), _nbytes(node), False, 0, [])
        for name, node in nodes.items()
    ]


def _op_type(node: Any) -> str:
    label: str = node.timeline_label
    return label.partition(" = ")[2].partition("(")[0]


def _nbytes(node: Any) -> int | None:
    sizes = [output.tensor_description.allocation_description.requested_bytes for output in node.output]
    return sum(sizes) if sizes else None
