"""The functions that carry gradients back through bodies, and the gradients of operations that call a body once.

A gradient rule names tensors of the body that it is a rule for: the inputs and outputs of its operation. In a
:class:`BackwardGraph` these stand for what the forward call has given or was given, as far as that is known outside;
everything else is computed again from it, only what is asked for, and once. What cannot be computed again, since it was
random or has changed something, must be known: whoever makes an operation with bodies lets them give it
(:func:`must_be_kept`). What takes long to compute may be known (:func:`costly_outputs`).

Gradients of variables flow to their handles; what is carried for a handle is a tensor of the variable's shape.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from estimator.core.dtypes import DType, variant
from estimator.core.errors import GradientError
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims, is_static
from estimator.graph import build
from estimator.graph.function import FunctionGraph, filling, share_captures
from estimator.graph.gradients import Gradient, flows_through, gradients_within
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.handles import (
    handed_on,
    handle_op,
    is_handle,
    variable_of,
    written_variables,
)
from estimator.graph.liveness import LOOPS
from estimator.graph.slices import IndexedSlices, index_type
from estimator.graph.tensor import Operation, Tensor

_MUCH_WORK = 2**15  # multiplications that take about as long as to keep a result and to find it again
_UNKNOWN_SIZE = 32  # what a size counts as that only the run tells


def kept_outputs(body: FunctionGraph) -> list[Tensor]:
    """The tensors of a body that no second call would give again: what was random, came from outside, or was read
    before it was written.
    """
    written = set().union(*map(written_variables, body.get_operations()))
    return [
        tensor
        for op in body.get_operations()
        if must_be_kept(op, written)
        for tensor in op.outputs
        if not is_handle(tensor)
    ]


def costly_outputs(body: FunctionGraph) -> list[Tensor]:
    """The tensors of a body that a second call would give again, but only after much work."""
    return [
        tensor
        for op in body.get_operations()
        if op.type in LOOPS or (op.definition.costly and _work(op) >= _MUCH_WORK)
        for tensor in op.outputs
        if flows_through(tensor) and not is_handle(tensor)
    ]


def _work(op: Operation) -> float:
    """About how many multiplications a product takes: for [n, k] by [k, m] it is n k m."""
    sizes = [size for tensor in (*op.inputs, *op.outputs) for size in tensor.dims or ()]
    return math.sqrt(math.prod(_UNKNOWN_SIZE if size is None else size for size in sizes))


def must_be_kept(op: Operation, written: set[str | None]) -> bool:
    """Whether computing an operation again may give something else, in a body that writes these variables."""
    if op.effect != "read":
        return op.effect in ("random", "outside", "write")
    read = {variable_of(tensor) for tensor in op.inputs if is_handle(tensor)}
    return bool(written) and bool(None in written or None in read or written & read)


class BackwardGraph(FunctionGraph):
    """A function that computes gradients of a body, in terms of its tensors.

    Parameters
    ----------
    body : FunctionGraph
    known : callable
        From a tensor of the body to what it was in the forward call: a tensor of this function or outside of it, or
        None. This function is the default graph meanwhile.
    """

    def __init__(self, body: FunctionGraph, known: Callable[[Tensor], Tensor | None]) -> None:
        super().__init__(f"{body.name}_gradient")
        self._body = body
        self._known = known
        self._values: dict[Tensor, Tensor] = {}
        self._written = set().union(*map(written_variables, body.get_operations()))

    def capture(self, tensor: Tensor) -> Tensor:
        """What stands for a tensor of the body, or of an outer graph."""
        return self.value(tensor) if tensor.graph is self._body else super().capture(tensor)

    def value(self, tensor: Tensor) -> Tensor:
        """What a tensor of the body was in the forward call.

        Raises
        ------
        GradientError
            If it is neither known nor can be computed again.
        """
        if tensor not in self._values:
            with self.as_default(), self.name_scope(None), self.control_dependencies(None):
                for op in self._missing(tensor):
                    self._compute_again(op)
        return self._values[tensor]

    def _missing(self, wanted: Tensor) -> list[Operation]:
        """What must be computed again for a tensor, in order; what is known is noted on the way."""
        found: set[Operation] = set()
        stack = [wanted]
        while stack:
            tensor = stack.pop()
            if tensor not in self._values and tensor.op not in found and not self._is_known(tensor):
                found.add(tensor.op)
                stack += tensor.op.inputs
        return sorted(found, key=lambda op: op.index)

    def _is_known(self, tensor: Tensor) -> bool:
        if is_handle(tensor) and (source := handed_on(tensor)) is not tensor:
            self._values[tensor] = self.value(source)
            return True
        known = self._known(tensor)
        if known is None:
            return False
        value = self._values[tensor] = self.convert(known)
        value.set_shape(tensor.dims)
        return True

    def _compute_again(self, op: Operation) -> None:
        if op.type == "Placeholder" or must_be_kept(op, self._written):
            raise GradientError(
                f"the gradient needs the value that {op.describe()} had in {self._body.name!r}, which that did not "
                "keep: it was made without a gradient in mind."
            )
        compute_again(self, op, self._values)


def compute_again(graph: Graph, op: Operation, values: dict[Tensor, Tensor]) -> None:
    """Add an operation of another graph, with the inputs that stand for its own; note what stands for its outputs."""
    inputs = [
        [values[tensor] for tensor in group] if isinstance(group, list) else values[group]
        for group in op.grouped_inputs()
    ]
    result = graph.apply(op.type, inputs, {**op.attrs, "name": op.name})
    outputs = result if isinstance(result, (list, tuple)) else [result] if op.outputs else []
    for output in outputs:
        output.op.gradient_name = op.gradient_name
    for tensor, output in zip(op.outputs, outputs, strict=True):
        output.set_shape(tensor.dims)
        values.setdefault(tensor, output)


# -- gradients as they are carried -------------------------------------------------------------------------------------


def gradient_kind(tensor: Tensor) -> tuple[DType, Dims]:
    """The type and shape of the gradient of a tensor; of a handle, those of its variable."""
    handle = _variable(tensor)
    return (tensor.dtype, tensor.dims) if handle is None else (handle.attrs["dtype"], handle.attrs["shape"])


def can_be_carried(tensor: Tensor) -> bool:
    """Whether a gradient of it can be: not of a lookup table, nor of a variable that only the run tells."""
    return flows_through(tensor) and (not is_handle(tensor) or _variable(tensor) is not None)


def _variable(tensor: Tensor) -> Operation | None:
    """The VarHandleOp behind a handle, as it is known where gradients are being made."""
    return handle_op(get_default_graph().convert(tensor)) if is_handle(tensor) else None


def dense(gradient: Gradient | None, tensor: Tensor) -> Tensor:
    """A gradient as a tensor, zeros if there is none."""
    if isinstance(gradient, IndexedSlices):
        return gradient.as_tensor()
    return zero_gradient(tensor) if gradient is None else gradient


def zero_gradient(tensor: Tensor) -> Tensor:
    """Zeros that stand for the gradient of a tensor to which none flows."""
    dtype, dims = gradient_kind(tensor)
    if dtype is not variant and is_static(dims):
        zero = get_default_graph().constant(0, dtype)
        filled: Tensor = build.Fill(np.array(dims, np.int32), zero) if dims else zero
        return filled
    zeros: Tensor = build.ZerosLike(_value(tensor))
    return zeros


def _value(tensor: Tensor) -> Tensor:
    """The tensor itself, or the value of the variable whose handle it is."""
    if not is_handle(tensor):
        return tensor
    value: Tensor = build.ReadVariableOp(tensor, dtype=gradient_kind(tensor)[0])
    return value


class Carried(NamedTuple):
    """One of the gradients that functions give.

    Attributes
    ----------
    place : int
        Of what the body was given, which it is the gradient of.
    indices : DType or None
        Of rows the type of their indices; they are two results, values and indices. None if it is dense.
    """

    place: int
    indices: DType | None

    def results(self, gradient: Gradient | None, tensor: Tensor) -> list[Tensor]:
        """What a function gives for the gradient of a tensor; where none flows, zeros or no rows."""
        if self.indices is None:
            return [dense(gradient, tensor)]
        graph = get_default_graph()
        if gradient is None:
            return [_no_rows(tensor), graph.constant(np.zeros(0, self.indices.np), self.indices)]
        assert isinstance(gradient, IndexedSlices)
        return [gradient.values, graph.cast(gradient.indices, self.indices)]

    def gradient(self, outputs: Iterator[Tensor], tensor: Tensor) -> Gradient:
        """The gradient of a tensor, of what a call gives next."""
        if self.indices is None:
            return next(outputs)
        dims = gradient_kind(tensor)[1]
        shape = np.array(dims, np.int32) if is_static(dims) else build.Shape(_value(tensor))
        return IndexedSlices(next(outputs), next(outputs), get_default_graph().convert(shape))


def _no_rows(tensor: Tensor) -> Tensor:
    dtype, dims = gradient_kind(tensor)
    if dims is not None and is_static(dims[1:]):
        return get_default_graph().constant(np.zeros((0, *dims[1:]), dtype.np), dtype)
    rows: Tensor = build.GatherV2(_value(tensor), np.zeros(0, np.int32), 0)
    return rows


def _index_type(gradients: Iterable[Gradient | None]) -> DType | None:
    """The type of the indices, if all gradients that there are are rows."""
    there = [gradient for gradient in gradients if gradient is not None]
    rows = [gradient for gradient in there if isinstance(gradient, IndexedSlices)]
    return index_type(rows) if len(rows) == len(there) else None


# -- operations that call one of their bodies, once --------------------------------------------------------------------


def call_gradients(
    op: Operation, given: Sequence[Tensor], dys: Sequence[Gradient | None]
) -> tuple[list[BackwardGraph], list[Carried]]:
    """The functions that give the gradients of `given`, what an operation calls one of its bodies with.

    Returns
    -------
    list of BackwardGraph
        One for each body, all of the same arguments: none of their own, but what they capture.
    list of Carried
        What gradients they give.
    """
    flows = [place for place, dy in enumerate(dys) if dy is not None and flows_through(op.outputs[place])]
    made = [_backward(op, body, given, flows, dys) for body in op.bodies]
    carried = [
        Carried(place, _index_type(grads[place] for _, grads in made))
        for place, tensor in enumerate(given)
        if can_be_carried(tensor) and any(grads[place] is not None for _, grads in made)
    ]
    for backward, grads in made:
        with backward.as_default():
            results = [one.results(grads[one.place], given[one.place]) for one in carried]
            backward.results = [backward.convert(tensor) for tensors in results for tensor in tensors]
    share_captures(*(backward for backward, _ in made))
    return [backward for backward, _ in made], carried


def _backward(
    op: Operation,
    body: FunctionGraph,
    given: Sequence[Tensor],
    flows: Iterable[int],
    dys: Sequence[Gradient | None],
) -> tuple[BackwardGraph, list[Gradient | None]]:
    known: dict[Tensor, Tensor] = dict(zip(body.results, op.outputs, strict=True))
    known |= zip(body.inputs, given, strict=True)
    backward = BackwardGraph(body, known.get)
    with filling(backward):
        pairs: list[tuple[Tensor, Gradient]] = [
            (body.results[place], backward.convert(dys[place])) for place in flows
        ]
        return backward, gradients_within(backward, pairs, body.inputs)
