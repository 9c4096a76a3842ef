"""Symbolic gradients: the backward operations, added to the same graph.

``gradients(loss, variables)`` walks from the loss back to what is differentiated, in the reverse
order of creation, and asks each op's gradient rule for the gradients of its inputs. A rule is
written in the graph's own ops and never sees arrays. Gradients of a tensor used several times are
added with AddN. The gradient of a table that rows were gathered from is IndexedSlices; it stays so
through reads and concatenations, and is made dense for ops that know nothing of rows.

A variable is differentiated through its handle: the gradient of a read goes to the handle, where
those of all reads meet.

Inside a function the way goes on outside: what was captured is followed to where it comes from. The
backward operations, also those of what lies outside, are then part of the function.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np

from estimator.core import log
from estimator.core.dtypes import string
from estimator.core.errors import GradientError, InternalError
from estimator.core.garbage import no_search_for_cycles
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import show
from estimator.graph import build
from estimator.graph.composite import Composite
from estimator.graph.function import all_or_no_functions
from estimator.graph.handles import is_handle, outside
from estimator.graph.registered_gradients import own_gradients
from estimator.graph.slices import IndexedSlices, index_type
from estimator.graph.tensor import Operation, Owner, Tensor

Gradient: TypeAlias = "Tensor | IndexedSlices"


class AggregationMethod:
    """How gradients of one tensor are added up: here there is one way, which all of these mean.

    Source
    ------
    tf.AggregationMethod, TF 1.15 gradients_util.py
    """

    ADD_N = DEFAULT = 0
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


AGGREGATION_METHODS = (
    None,
    AggregationMethod.ADD_N,
    AggregationMethod.EXPERIMENTAL_TREE,
    AggregationMethod.EXPERIMENTAL_ACCUMULATE_N,
)


class UnconnectedGradients(enum.Enum):
    """What :func:`gradients` gives where nothing flows."""

    NONE = "none"
    ZERO = "zero"


@no_search_for_cycles()
def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: Any = UnconnectedGradients.NONE,
) -> list[Gradient | None]:
    """The gradients of the sum of `ys` with respect to each of `xs`.

    Parameters
    ----------
    ys : Tensor or list of Tensor
    xs : Tensor, variable, or list of them; of a RaggedTensor, here and in `ys`, the values
    grad_ys : Tensor or list, optional
        What flows into each y; ones by default.
    name : str
        The scope of the new operations.
    colocate_gradients_with_ops, gate_gradients, aggregation_method : optional
        Accepted for old scripts; there is one device, and what is added up is added by AddN.
    stop_gradients : list of Tensor, optional
        Taken as constants, and with them whatever else their operations give.
    unconnected_gradients : UnconnectedGradients, or "none" or "zero"
        What stands for an x that nothing flows to.

    Returns
    -------
    list
        One Tensor (IndexedSlices for looked-up tables) for each x. None where y does not depend on x, or only
        through operations that are constant almost everywhere or give no numbers; a warning names these.

    Raises
    ------
    GradientError
        If an op on the way has no gradient; the message shows the way to it and the user's line.
    TypeError
        If a y is text, or is complex and has no grad_ys.
    ValueError
        If there is not one of grad_ys for each y, or `unconnected_gradients` or `aggregation_method` is none.
    """
    y_list = [_tensor(y) for y in map(_differentiated, _as_list(ys))]
    x_list = [_target(x) for x in map(_differentiated, _as_list(xs))]
    if not y_list and not x_list:
        return []
    graph = (y_list or x_list)[0].graph.at_work()
    stops = {_target(tensor).op for tensor in _as_list(stop_gradients)}
    seeds = list(map(_differentiated, _as_list(grad_ys))) or [None] * len(y_list)
    if len(seeds) != len(y_list):
        raise ValueError(
            f"grad_ys has {len(seeds)} entries for {len(y_list)} ys; give one for each, or None."
        )
    if aggregation_method not in AGGREGATION_METHODS:
        raise ValueError(
            f"aggregation_method must be a member of tf.AggregationMethod, given: {aggregation_method!r}."
        )
    fill_up = getattr(unconnected_gradients, "value", unconnected_gradients)
    if fill_up not in ("none", "zero"):
        raise ValueError(f"unconnected_gradients must be 'none' or 'zero', given: {unconnected_gradients!r}.")
    with graph.as_default(), graph.name_scope(name), all_or_no_functions(graph):
        flows: list[tuple[Tensor, Gradient]] = []
        for position, (y, seed) in enumerate(zip(y_list, seeds, strict=True)):
            if y.dtype is string:
                raise TypeError(f"{y} is text: only numbers have gradients.")
            if flows_through(y):
                flows.append((y, _seed(graph, y, seed, position)))
        found = _Way(y_list, x_list, stops, _inputs).back(graph, flows)
    if fill_up == "zero":
        return [
            _zeros(x) if grad is None else _of(x, grad) for grad, x in zip(found, _as_list(xs), strict=True)
        ]
    lost = [target for target, grad in zip(x_list, found, strict=True) if grad is None]
    if lost and not stops:
        _warn_of_blocked(y_list, lost)
    return [None if grad is None else _of(x, grad) for grad, x in zip(found, _as_list(xs), strict=True)]


def gradients_within(
    body: Owner, flows: Sequence[tuple[Tensor, Gradient]], xs: Sequence[Tensor]
) -> list[Gradient | None]:
    """The gradients of tensors of one body, where these flow into others of it.

    Parameters
    ----------
    body : FunctionGraph
        Where the gradients are computed: a :class:`~estimator.graph.backward.BackwardGraph`.
    flows : sequence of (Tensor, gradient)
        Into which tensors what flows.
    xs : sequence of Tensor
        What stands for arguments and for what was captured; the way ends there.
    """
    ys = [y for y, _ in flows]
    return _Way(ys, xs, set(), lambda op: op.inputs).back(body, flows)


def _zeros(x: Any) -> Any:
    zeros = build.ZerosLike(_tensor(_differentiated(x)), name="zeros_like")
    return _of(x, zeros)


def _warn_of_blocked(ys: Sequence[Tensor], lost: Sequence[Tensor]) -> None:
    for target in lost:
        blocking = blocking_operations(ys, target) or [y.op for y in ys if y is target]
        if blocking and not any(op.type == "StopGradient" for op in blocking):  # that one is meant
            log.warning(
                "No gradient flows to %s: it reaches what is differentiated only through %s, which passes none on.",
                target.op.name, blocking[0].describe(),
            )  # fmt: skip


def blocking_operations(ys: Any, xs: Any) -> list[Operation]:
    """The operations between xs and ys through which no gradient flows, those nearest to the ys first."""
    way = _Way([_tensor(y) for y in _as_list(ys)], [_target(x) for x in _as_list(xs)], set(), _inputs)
    blocking = [op for op in way.between if not _is_open(op)]
    return sorted(blocking, key=_creation, reverse=True)


def _differentiated(value: Any) -> Any:
    """What is differentiated of a composite, if it says so; anything else as it is."""
    part = value.differentiated if isinstance(value, Composite) else None
    return value if part is None else part


def _of(x: Any, gradient: Any) -> Any:
    return x.with_gradient(gradient) if isinstance(x, Composite) else gradient


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _tensor(value: Any) -> Tensor:
    tensor = value.as_tensor() if hasattr(value, "as_tensor") and not isinstance(value, Tensor) else value
    if not isinstance(tensor, Tensor):
        raise TypeError(f"gradients are of tensors, given: {value!r}.")
    return outside(tensor)


def _target(value: Any) -> Tensor:
    """What the gradient is collected at: the handle of a variable, or the tensor itself."""
    handle = getattr(value, "handle", None)
    return handle if isinstance(handle, Tensor) else _tensor(value)


def _is_open(op: Operation) -> bool:
    return _is_differentiable(op) and any(map(flows_through, op.outputs))


def _is_differentiable(op: Operation) -> bool:
    return op.definition.differentiable or bool(op.gradient_name)


def flows_through(tensor: Tensor) -> bool:
    """Whether gradients pass through the tensor: through numbers that can change a little, and handles of variables."""
    return tensor.dtype.is_floating or tensor.dtype.is_complex or tensor.dtype.name in ("resource", "variant")


def _creation(op: Operation) -> tuple[int, int]:
    """Grows along all ways: what lies in a function comes behind what lies around it."""
    return op.graph.depth, op.index


def _inputs(op: Operation) -> Sequence[Tensor]:
    """The inputs; what was captured is what it stands for."""
    if not op.graph.is_function:
        return op.inputs
    return [outside(tensor) for tensor in op.inputs]


def _seed(graph: Owner, y: Tensor, seed: Any, position: int) -> Tensor:
    if seed is not None:
        return graph.convert(seed, y.dtype, f"grad_ys_{position}")
    if y.dtype.is_complex:
        raise TypeError(f"{y} is {y.dtype.name}: gradients of complex tensors need grad_ys.")
    name = f"grad_ys_{position}"
    if y.dims is not None and None not in y.dims:
        result: Tensor = build.Fill(np.array(y.dims, np.int32), graph.constant(1.0, y.dtype), name=name)
        return result
    return build.OnesLike(y, name=name)


class _Way:
    """The operations between some tensors and what they are made of, back over which gradients flow.

    Parameters
    ----------
    ys, xs : sequence of Tensor
    stops : set of Operation
        Nothing flows through them.
    inputs_of : callable
        What an operation is made of.
    """

    def __init__(
        self,
        ys: Sequence[Tensor],
        xs: Sequence[Tensor],
        stops: set[Operation],
        inputs_of: Callable[[Operation], Sequence[Tensor]],
    ) -> None:
        self._ys = ys
        self._xs = xs
        self._inputs_of = inputs_of
        self.between = self._between(stops)

    def _between(self, stops: set[Operation]) -> set[Operation]:
        needed: set[Operation] = set()
        stack = [y.op for y in self._ys]
        while stack:  # everything the ys depend on
            op = stack.pop()
            if op not in needed and op not in stops:
                needed.add(op)
                stack += [tensor.op for tensor in self._inputs_of(op)]
        users: dict[Tensor, list[Operation]] = {}
        for op in needed:
            for tensor in self._inputs_of(op):
                users.setdefault(tensor, []).append(op)
        reached: set[Operation] = set()
        alive = list(self._xs)  # tensors that depend on an x
        while alive:
            for op in users.pop(alive.pop(), ()):
                if op not in reached:
                    reached.add(op)
                    alive += op.outputs
        return reached

    def back(self, graph: Owner, flows: Iterable[tuple[Tensor, Gradient]]) -> list[Gradient | None]:
        """The gradient of each x, where these flow into the ys; the new operations go to `graph`."""
        pending: dict[Tensor, list[Gradient]] = {}
        for y, gradient in flows:
            pending.setdefault(y, []).append(gradient)
        for op in sorted(self.between, key=_creation, reverse=True):
            self._step_back(graph, op, pending)
        return [_aggregate(pending.get(x), x) for x in self._xs]

    def _step_back(self, graph: Owner, op: Operation, pending: dict[Tensor, list[Gradient]]) -> None:
        definition = op.definition
        dys = [_aggregate(pending.get(output), output) for output in op.outputs]
        if not definition.slices or op.gradient_name:
            dys = [dy.as_tensor() if isinstance(dy, IndexedSlices) else dy for dy in dys]
        if all(dy is None for dy in dys) or not _is_differentiable(op):
            return
        rule = own_gradients if op.gradient_name else definition.gradient_rule
        if rule is None:
            raise GradientError(
                f"No gradient defined for operation {op.describe()}, {describe_inputs(op)}. It lies on the way to the "
                f"loss: {_way(op, self._ys)}. Use ops that have a gradient there, or tf.stop_gradient to treat it as "
                "a constant."
            )
        with graph.name_scope(f"{op.name}_grad"):
            result = rule(build, op, *(_or_zeros(op, dys) if op.gradient_name else dys))
        grads = list(result) if isinstance(result, (list, tuple)) else [result]
        if len(grads) != len(op.inputs):
            raise InternalError(
                f"the gradient rule of {op.type} gives {len(grads)} gradients for {len(op.inputs)} inputs."
            )
        for tensor, grad in zip(self._inputs_of(op), grads, strict=True):
            if grad is not None:
                if isinstance(grad, Tensor) and grad.dims != tensor.dims and not is_handle(tensor):
                    grad.set_shape(tensor.dims)
                pending.setdefault(tensor, []).append(grad)


def _or_zeros(op: Operation, dys: Iterable[Any]) -> list[Any]:
    """The gradients of the outputs as functions of scripts expect them: zeros where nothing flows, but could."""
    return [
        build.ZerosLike(output) if dy is None and flows_through(output) else dy
        for output, dy in zip(op.outputs, dys, strict=True)
    ]


def reached_by_gradients(ys: Iterable[Tensor]) -> set[Tensor]:
    """The tensors of one graph to which gradients of these may flow."""
    found: set[Tensor] = set()
    stack = [y for y in ys if flows_through(y)]
    while stack:
        tensor = stack.pop()
        if tensor not in found:
            found.add(tensor)
            if _is_open(tensor.op):
                stack += [source for source in tensor.op.inputs if flows_through(source)]
    return found


def describe_inputs(op: Operation) -> str:
    """``inputs: x:0 (4, 3) float32``."""
    return "inputs: " + ", ".join(
        f"{tensor.name} {show(tensor.dims)} {tensor.dtype.name}" for tensor in op.inputs
    )


def _way(op: Operation, ys: Sequence[Tensor]) -> str:
    """``Floor 'a' -> Mul 'b' -> Mean 'loss'``."""
    targets = {y.op for y in ys}
    way: dict[Operation, Operation | None] = {op: None}
    queue = [op]
    for reached in queue:
        if reached in targets:
            names = []
            step: Operation | None = reached
            while step is not None:
                names.append(f"{step.type} {step.name!r}")
                step = way[step]
            return " -> ".join(reversed(names))
        for output in reached.outputs:
            for consumer in output.consumers():
                if consumer not in way:
                    way[consumer] = reached
                    queue.append(consumer)
    return f"{op.type} {op.name!r}"


def _aggregate(grads: list[Gradient] | None, target: Tensor) -> Gradient | None:
    """The sum of the gradients that meet at a tensor; of rows alone they are joined, since equal rows add up."""
    if not grads:
        return None
    if len(grads) > 1:
        sparse = [grad for grad in grads if isinstance(grad, IndexedSlices)]
        if len(sparse) == len(grads):
            grads[:] = [_joined(sparse)]
        else:
            dense = [grad.as_tensor() if isinstance(grad, IndexedSlices) else grad for grad in grads]
            grads[:] = [build.AddN(dense, name="AddN")]
    return grads[0]


def _joined(slices: Sequence[IndexedSlices]) -> IndexedSlices:
    kind = index_type(slices)
    return IndexedSlices(
        build.ConcatV2([part.values for part in slices], 0),
        build.ConcatV2([part.graph.at_work().cast(part.indices, kind) for part in slices], 0),
        slices[0].dense_shape,
    )


near_keywords_of_functions(__name__)
