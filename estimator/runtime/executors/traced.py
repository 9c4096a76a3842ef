"""The executor of one run whose operations are timed: a plan like that of any run, with a clock between its lines.

What the times are is told as TensorFlow tells it: ``Session.run(..., options=RunOptions(trace_level=FULL_TRACE),
run_metadata=metadata)`` fills ``metadata.step_stats``. Operations of which a plan leaves nothing to do, since they are
views or parts of a larger one, are not in it.

Source
------
tensorflow/core/framework/step_stats.proto, and how TF 2.15 fills it on a CPU
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from estimator.core.errors import FailedPreconditionError
from estimator.core.shapes import Dims, is_static
from estimator.formats import messages
from estimator.graph.handles import is_array
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.bodies import Bodies
from estimator.runtime.code import Factory, Step
from estimator.runtime.executors.interpreter import Interpreter
from estimator.runtime.executors.numpy import NumpyExecutor, raise_located
from estimator.runtime.facts import Facts
from estimator.runtime.hurry import NoTimeToPlan
from estimator.runtime.plan import make_plan
from estimator.runtime.program import Array, Executable, Once, Program
from estimator.runtime.store import VariableStore

_DEVICE = "/job:localhost/replica:0/task:0/device:CPU:0"


class Planned:
    """A plan whose steps are timed.

    Parameters
    ----------
    program : Program
    shapes : tuple of Dims
        Those of what it is given.
    factory : Factory
    """

    def __init__(self, program: Program, shapes: tuple[Dims, ...], factory: Factory) -> None:
        self.program = program
        self.shapes = shapes
        self.factory = factory

    @cached_property
    def facts(self) -> Facts:
        """What the plan knows before it runs."""
        return Facts(self.program, self.shapes)


class Tracer:
    """Runs a program with a plan made for that, and keeps the times of the last run.

    Parameters
    ----------
    store : VariableStore

    Attributes
    ----------
    planned : Planned or None
        What ran last; None if it had no plan.
    times : dict
        Position of an operation to the nanosecond at which it began, as the factory of the plan gives them.
    waited : int
        For how many nanoseconds that run has waited for what it is given: elements of its input.
    """

    def __init__(self, store: VariableStore) -> None:
        self._store = store
        self._bodies = Bodies(NumpyExecutor(store).compile, plain=False)
        self._steps: dict[Any, tuple[Planned, Step]] = {}
        self.planned: Planned | None = None
        self.times: dict[int | None, int] = {}
        self.waited = 0
        self._started = 0

    def start(self) -> None:
        """A run begins: first it gets its input."""
        self._started = time.perf_counter_ns()

    def compile(self, program: Program) -> Executable:
        """The program, ready to run."""
        if program.is_framed:
            return Interpreter(self._store, self._bodies).compile(program)

        def execute(given: Sequence[Array]) -> list[Array]:
            self.waited = time.perf_counter_ns() - self._started
            self.planned, self.times = None, {}
            self._store.bring_home()
            try:
                planned, step = self._step(program, program.shapes_of(given))
            except (FailedPreconditionError, NoTimeToPlan):  # as the executor of other runs does it
                return Interpreter(self._store, self._bodies).compile(program)(given)
            try:
                with np.errstate(all="ignore"):
                    *results, times = step(*given)
            except BaseException as error:
                raise_located(program, self._store, planned.factory, planned.shapes, error)
                raise
            self.planned, self.times = planned, times
            return results

        return Once(execute)

    def _step(self, program: Program, shapes: tuple[Dims, ...]) -> tuple[Planned, Step]:
        """The plan for these shapes and a step of it, made anew if variables lie elsewhere by now."""
        key = program, shapes, self._store.layout
        if key not in self._steps:
            factory = make_plan(program, shapes, self._store, traced=True)
            step = factory.make(self._store, program, self._bodies)
            self._steps[key] = Planned(program, shapes, factory), step
        return self._steps[key]

    def spans(self) -> Iterator[tuple[Operation, int, int]]:
        """The operations of the last run that had something to do, when each began and how long it took, in ns."""
        begins = list(self.times.items())
        for (position, begin), (_, end) in zip(begins, begins[1:], strict=False):
            assert self.planned is not None and position is not None  # the end of all is the last
            yield self.planned.program.order[position], begin, end - begin

    def fill(self, step_stats: Any) -> None:
        """Tell the times of the run in a StepStats message; none for a run without a plan, such as the first."""
        if self.planned is None:
            return
        epoch = time.time_ns() - time.perf_counter_ns()
        stats = step_stats.dev_stats.add(device=_DEVICE)
        for op in self.planned.program.iterators[:1]:  # the input, on account of the first
            self._add(stats, op, epoch + self._started, self.waited)
        for op, begin, duration in self.spans():
            self._add(stats, op, epoch + begin, duration)

    def _add(self, stats: Any, op: Operation, begin: int, duration: int) -> None:
        node = stats.node_stats.add(
            node_name=op.name,
            timeline_label=f"{op.name} = {op.type}({', '.join(tensor_name(t) for t in op.inputs)})",
            all_start_micros=begin // 1000,
            all_start_nanos=begin,
            op_end_rel_micros=duration // 1000,
            op_end_rel_nanos=duration,
            all_end_rel_micros=duration // 1000,
            all_end_rel_nanos=duration,
        )
        assert self.planned is not None  # something has run
        for slot, tensor in enumerate(op.outputs):
            dims = self.planned.facts.dims.get(tensor)
            if is_array(tensor) and is_static(dims):
                described = node.output.add(slot=slot).tensor_description
                described.dtype = tensor.dtype.as_datatype_enum
                described.shape.SetInParent()
                for size in dims:  # type: ignore[union-attr]  # it is static
                    described.shape.dim.add(size=size)
                described.allocation_description.requested_bytes = nbytes_of(tensor, dims)


def nbytes_of(tensor: Tensor, dims: Dims) -> int:
    """The size of an array of that shape, which is known."""
    return tensor.dtype.size * math.prod(dims)  # type: ignore[arg-type]  # it is static


def tensor_name(tensor: Any) -> str:
    """A tensor as a graph's files name it: the first output without its number."""
    name: str = tensor.name
    return name.removesuffix(":0")


def wants_trace(options: Any) -> bool:
    """Whether a run with these RunOptions is to be timed."""
    level = getattr(options, "trace_level", 0)
    return bool(level in (messages.RunOptions.SOFTWARE_TRACE, messages.RunOptions.FULL_TRACE))
