"""The executor of one run whose operations are timed: a plan like that of any run, with a clock between its lines.

What the times are is told as TensorFlow tells it: ``Session.run(..., options=RunOptions(trace_level=FULL_TRACE),
run_metadata=metadata)`` fills ``metadata.step_stats``. Operations of which a plan leaves nothing to do, since they are
views or parts of a larger one, are not in it.

Source
------
tensorflow/core/framework/step_stats.proto, and how TF 2.15 fills it on a CPU
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.errors import FailedPreconditionError
from estimator.formats import messages
from estimator.runtime.bodies import Bodies
from estimator.runtime.executors.interpreter import Interpreter
from estimator.runtime.executors.numpy import NumpyExecutor, raise_located
from estimator.runtime.hurry import NoTimeToPlan
from estimator.runtime.plan import make_plan
from estimator.runtime.program import Array, Executable, Once, Program
from estimator.runtime.store import VariableStore

_DEVICE = "/job:localhost/replica:0/task:0/device:CPU:0"


class Tracer:
    """Runs a program once, with a plan made for that, and keeps the times.

    Parameters
    ----------
    store : VariableStore
    """

    def __init__(self, store: VariableStore) -> None:
        self._store = store
        self._bodies = Bodies(NumpyExecutor(store).compile, plain=False)
        self._order: Sequence[Any] = ()
        self._times: dict[int | None, int] = {}

    def compile(self, program: Program) -> Executable:
        """The program, ready to run."""
        if program.is_framed:
            return Interpreter(self._store, self._bodies).compile(program)

        def execute(given: Sequence[Array]) -> list[Array]:
            key = program.shapes_of(given)
            try:
                factory = make_plan(program, key, self._store, traced=True)
            except (FailedPreconditionError, NoTimeToPlan):  # as the executor of other runs does it
                return Interpreter(self._store, self._bodies).compile(program)(given)
            step = factory.make(self._store, program, self._bodies)
            try:
                with np.errstate(all="ignore"):
                    *results, times = step(*given)
            except BaseException as error:
                raise_located(program, self._store, factory, key, error)
                raise
            self._order, self._times = program.order, times
            return results

        return Once(execute)

    def fill(self, step_stats: Any) -> None:
        """Tell the times of the run in a StepStats message; none for a run without a plan, such as the first."""
        if not self._times:
            return
        epoch = time.time_ns() - time.perf_counter_ns()
        begins = list(self._times.items())
        stats = step_stats.dev_stats.add(device=_DEVICE)
        for (position, begin), (_, end) in zip(begins, begins[1:], strict=False):
            assert position is not None  # the end of all is the last
            op, duration = self._order[position], end - begin
            stats.node_stats.add(
                node_name=op.name,
                timeline_label=f"{op.name} = {op.type}({', '.join(tensor_name(t) for t in op.inputs)})",
                all_start_micros=(epoch + begin) // 1000,
                all_start_nanos=epoch + begin,
                op_end_rel_micros=duration // 1000,
                op_end_rel_nanos=duration,
                all_end_rel_micros=duration // 1000,
                all_end_rel_nanos=duration,
            )


def tensor_name(tensor: Any) -> str:
    """A tensor as a graph's files name it: the first output without its number."""
    name: str = tensor.name
    return name.removesuffix(":0")


def wants_trace(options: Any) -> bool:
    """Whether a run with these RunOptions is to be timed."""
    level = getattr(options, "trace_level", 0)
    return bool(level in (messages.RunOptions.SOFTWARE_TRACE, messages.RunOptions.FULL_TRACE))
