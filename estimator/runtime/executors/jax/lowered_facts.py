"""What is known of a program before it runs, where control flow and lists are lowered for a device.

Of what a loop or a branch gives, shape rules only know what was declared. Lowering it for shapes alone tells the shapes
themselves, and whether it can be lowered at all: so what stands behind it can go to the device as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims, is_static
from estimator.graph.handles import is_array
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.executors.jax.device_lists import DeviceList
from estimator.runtime.executors.jax.library import jax, wide
from estimator.runtime.executors.jax.placement import needs_lowering, runs_on_device
from estimator.runtime.executors.jax.rows import serves_sums_alone
from estimator.runtime.executors.jax.segment import Spec, Tracing, segment_of
from estimator.runtime.facts import Facts
from estimator.runtime.program import Program


class Learned(NamedTuple):
    """What lowering an operation has told.

    Attributes
    ----------
    results : list
        Of its results that somebody wants, by place: shapes and types in the place of arrays; None of others.
    known : dict
        The values of those that are known, by place.
    refusal : str or None
        Why it cannot be lowered.
    """

    results: Sequence[Any]
    known: Mapping[int, Any]
    refusal: str | None


class LoweredFacts(Facts):
    """Shapes and values known before a run.

    Parameters
    ----------
    program : Program
    shapes : sequence of Dims
        The shapes of ``program.given``.
    specs : mapping
        Shapes and types of the variables.
    learned : dict
        By the position of operations in the order of the program what lowering them has told; gets what is new.

    Attributes
    ----------
    lists : dict
        Lists of the program with the shapes of what they consist of.
    lowered : set of Operation
        Those with bodies or lists that the device can do.
    refusals : dict
        The others of them, with the reasons.
    learned : dict
    """

    def __init__(
        self,
        program: Program,
        shapes: Sequence[Dims],
        specs: Mapping[str, Spec],
        learned: dict[int, Learned],
    ) -> None:
        self._program = program
        self._specs = specs
        self.learned = learned
        self._positions = {op: position for position, op in enumerate(program.order)}
        self.lists: dict[Tensor, DeviceList] = {}
        self.lowered: set[Operation] = set()
        self.refusals: dict[Operation, str] = {}
        super().__init__(program, shapes)

    def elements_of(self, tensor: Tensor) -> Dims:
        """The shape that every element of a list has, if it is known to be one."""
        found = self.lists.get(tensor)
        return super().elements_of(tensor) if found is None else found.common_dims

    def _visit(self, op: Operation) -> None:
        super()._visit(op)
        if op.type == "Unique" and serves_sums_alone(op, self._program.fetches):
            self.dims[op.outputs[0]] = self.dims_of(op.inputs[0])  # as many places as there are ids
        if not needs_lowering(op) or self.is_folded(op):
            return
        position = self._positions[op]
        told = self.learned.get(position)
        if told is None:
            told = self.learned[position] = self._learn(op)
        if told.refusal is not None:
            self.refusals[op] = told.refusal
            return
        self.lowered.add(op)
        for place, tensor in enumerate(op.outputs):
            if place in told.known:
                self.values[tensor] = told.known[place]
            if isinstance(told.results[place], DeviceList):
                self.lists[tensor] = told.results[place]
            elif told.results[place] is not None and is_array(tensor):
                self.dims[tensor] = told.results[place].shape

    def _learn(self, op: Operation) -> Learned:
        if not runs_on_device(op):
            return Learned([], {}, f"{op.type} is for the host")
        for tensor in op.inputs:
            if is_array(tensor) and not is_static(self.dims_of(tensor)):
                return Learned([], {}, f"only the run tells of which shape {tensor.name} is")
        refused: dict[Operation, str] = {}
        segment = segment_of([op], op.outputs, self)
        tracing = Tracing(segment, self._program, self, refused)
        known: dict[int, Any] = {}

        def results(*arguments: Any) -> list[Any]:
            _, values = tracing.values(*arguments)
            found = [values.get(tensor) for tensor in op.outputs]
            known.update((place, value) for place, value in enumerate(found) if isinstance(value, np.ndarray))
            return found

        try:
            with wide():
                shapes = jax.eval_shape(results, *tracing.specs(self._specs, self.lists))
        except KeyError:
            return Learned([], {}, "a list that it takes is the host's")
        return Learned(shapes, known, refused.get(op))
