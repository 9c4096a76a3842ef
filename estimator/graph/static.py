"""What is known of tensors before they are computed: shapes, values, and values that are shapes.

Shape rules see it, constants are folded by it, twice: while the graph is built, from constants and static shapes
alone (:func:`static_value`, :func:`static_dims`), and by the plan of a run, from the shapes that are given as well
(:mod:`estimator.runtime.facts`). Both are a :class:`Known`, and reason alike. What neither of them knows is checked by
the same rules when an operation runs (:func:`demand_fit`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, Protocol

import numpy as np

from estimator.core.shapes import Dims, is_static
from estimator.graph import rules
from estimator.graph.constant import Array, run_kernel
from estimator.graph.handles import is_array, maker_of, variable_dims
from estimator.graph.tensor import Operation, Tensor

_FITTING_LIMIT = 1000  # sets of shapes that a check remembers
_REMEMBERED_SIZE = 16  # elements of a value that is remembered; shapes have fewer

FOLD_LIMIT = 4096  # elements; larger values are not worth folding

# Ops whose values rest on the shapes of their inputs.
ONLY_SHAPES = ("Shape", "ShapeN", "Size", "Rank", "ZerosLike", "OnesLike")


class Known(Protocol):
    """Somebody's knowledge of tensors."""

    def dims_of(self, tensor: Tensor) -> Dims:
        """The shape, None for what is not known."""

    def value_of(self, tensor: Tensor) -> Array | None:
        """The value, if it is known."""

    def elements_of(self, tensor: Tensor) -> Dims:
        """The shape that every element of a list has, if it is known to be one."""

    def is_given(self, tensor: Tensor) -> bool:
        """Whether the caller gives the value, so that what is known of its operation's inputs tells nothing of it."""


class KnownScope:
    """What a shape rule sees of an operation; see :class:`estimator.graph.op.ShapeScope`."""

    def __init__(self, op: Operation, known: Known) -> None:
        self._op = op
        self._known = known
        self.shapes: Sequence[Dims] = list(map(known.dims_of, op.inputs))
        self.attrs: Mapping[str, Any] = op.attrs

    def value(self, index: int) -> Array | None:
        """The value of an input, if it is known."""
        return self._known.value_of(self._op.inputs[index])

    def dims(self, index: int) -> Dims:
        """The value of an input that is a shape, with None for sizes not known yet."""
        return known_dims(self._op.inputs[index], self._known)

    def elements(self, index: int) -> Dims:
        """The shape that every element of an input that is a list has, if it is known to be one."""
        return self._known.elements_of(self._op.inputs[index])

    def variable_dims(self, index: int) -> Dims:
        """The shape of the variable behind an input that is a handle; None if it is none."""
        return variable_dims(self._op, index)

    def bodies(self, attr: str) -> list[Any]:
        """The functions that an attribute names."""
        return self._op.bodies_of(attr)

    def maker(self, index: int) -> Operation | None:
        """The operation that has made an input that is a handle; None if only the run tells."""
        return maker_of(self._op.inputs[index])


class _Run:
    """What an operation knows of its inputs when it runs: all of it."""

    def __init__(self, op: Operation, values: Sequence[Any]) -> None:
        self._values = dict(zip(op.inputs, values, strict=True))
        self.asked: set[Tensor] = set()  # whose values were asked for, and another run may change

    def dims_of(self, tensor: Tensor) -> Dims:
        value = self._values[tensor]
        if type(value) is np.ndarray:  # asked for every input of every step
            return value.shape
        return np.shape(value) if is_array(tensor) else tensor.dims

    def value_of(self, tensor: Tensor) -> Array | None:
        if not is_array(tensor):
            return None
        if tensor.op.type != "Const":
            self.asked.add(tensor)
        return np.asarray(self._values[tensor])

    def elements_of(self, tensor: Tensor) -> Dims:
        return None

    def is_given(self, tensor: Tensor) -> bool:
        return True


def may_misfit(op: Operation, known: Known) -> bool:
    """Whether only the run tells if the inputs of an operation go together.

    Most kernels do not look: numpy would repeat a gradient of one row for all rows of a variable. Where all sizes are
    known, and the values that the rule asks for, it has been asked when the graph was built, or by the plan.
    """
    if op.definition.shape in _NEVER_REFUSE:
        return False
    return not all(is_static(known.dims_of(tensor)) for tensor in op.inputs) or _lacks_values(op, known)


def _lacks_values(op: Operation, known: Known) -> bool:
    """Whether the shape rule asks for a value that is not known, such as fed paddings; all it asks for are integers."""
    if not any(
        is_array(tensor) and tensor.dtype.is_integer and tensor.op.type != "Const" for tensor in op.inputs
    ):
        return False
    scope = _Lacking(op, known)
    try:
        op.definition.shape(scope)
    except (TypeError, ValueError):  # it will say so in the run
        return True
    return scope.lacks


class _Lacking(KnownScope):
    """Notes whether a rule asks in vain."""

    lacks = False

    def value(self, index: int) -> Array | None:
        found = super().value(index)
        self.lacks |= found is None
        return found

    def dims(self, index: int) -> Dims:
        found = super().dims(index)
        self.lacks |= not is_static(found)
        return found


# What these would say, numpy says too.
_NEVER_REFUSE = (rules.broadcasting, rules.like_first, rules.no_output, rules.scalar, rules.unknown)


def demand_fit(op: Operation, values: Sequence[Any]) -> None:
    """Check that these inputs go together, by the shape rule of the operation.

    Raises
    ------
    ValueError
        If they do not.
    """
    op.definition.shape(KnownScope(op, _Run(op, values)))


class FitCheck:
    """:func:`demand_fit` for an operation that runs again and again: what has fitted once is not asked again.

    Sizes that only the run tells (of distinct ids, of rows that a filter keeps) come from a small range, and rules
    look at few values, such as those of a shape.

    Attributes
    ----------
    fitting : set
        What has fitted: tuples of the shapes of all inputs that are arrays, and behind them the bytes of those whose
        values the rule has asked for. Shapes alone are in it only if they are all that the rule goes by.
    """

    def __init__(self, op: Operation) -> None:
        self._op = op
        self._arrays = [index for index, tensor in enumerate(op.inputs) if is_array(tensor)]
        self.fitting: set[Any] = set()
        self._asked: list[int] = []  # the inputs whose values the rule has ever asked for

    def __call__(self, values: Sequence[Any]) -> None:
        """Check these inputs.

        Raises
        ------
        ValueError
            If they do not go together.
        """
        seen = self._what_is_seen(values)
        if seen in self.fitting:
            return
        run = _Run(self._op, values)
        self._op.definition.shape(KnownScope(self._op, run))
        asked = [index for index, tensor in enumerate(self._op.inputs) if tensor in run.asked]
        if not set(asked).issubset(self._asked):  # what was remembered does not say what these values were
            self.fitting.clear()
            self._asked = sorted({*asked, *self._asked})
            seen = self._what_is_seen(values)
        if seen is not None and len(self.fitting) < _FITTING_LIMIT:
            self.fitting.add(seen)

    def _what_is_seen(self, values: Sequence[Any]) -> Any:
        """All that the rule goes by; None for what is too much to remember."""
        shapes = [values[index].shape for index in self._arrays]
        for index in self._asked:
            value = np.asarray(values[index])
            if value.size > _REMEMBERED_SIZE or value.dtype == object:  # an object's bytes are its address
                return None
            shapes.append(value.tobytes())
        return tuple(shapes)


# -- values ------------------------------------------------------------------------------------------------------------


def folded(op: Operation, known: Known) -> list[Array] | None:
    """The values of all outputs, computed by the kernel of a pure operation; None if not all it needs is known.

    Raises
    ------
    Exception
        Whatever the kernel raises for these values.
    """
    definition = op.definition
    if op.type == "Const":
        return [op.attrs["value"]]
    if op.effect != "pure" or definition.kernel is None or definition.takes_run or not op.outputs:
        return None
    if not all(map(is_array, op.outputs)):
        return None  # each run begins with lists of its own
    values = [known.value_of(tensor) for tensor in op.inputs]
    if op.type in ONLY_SHAPES:
        shapes = [known.dims_of(tensor) for tensor in op.inputs]
        if op.type == "Rank":  # which any sizes would give
            shapes = [None if dims is None else (0,) * len(dims) for dims in shapes]
        if not all(map(is_static, shapes)) or not all(map(_is_small, map(known.dims_of, op.outputs))):
            return None
        values = [
            np.broadcast_to(np.zeros((), tensor.dtype.np), shape)  # type: ignore[arg-type]  # it is static
            for tensor, shape in zip(op.inputs, shapes, strict=True)
        ]
    elif op.type == "StridedSlice" and values[0] is None:  # of a shape that is known in part
        sizes: Any = _sliced_size(op, known) if op.attrs["shrink_axis_mask"] else _sliced_dims(op, known)
        is_known = sizes is not None and (isinstance(sizes, int) or is_static(sizes))
        return [np.asarray(sizes, op.outputs[0].dtype.np)] if is_known else None
    elif not op.inputs or any(value is None for value in values):
        return None
    elif not all(map(_is_small, map(known.dims_of, op.outputs))):
        return None
    with np.errstate(all="ignore"):
        return run_kernel(op, np, values)


def _is_small(dims: Dims) -> bool:
    return is_static(dims) and math.prod(dims) <= FOLD_LIMIT  # type: ignore[arg-type]  # it is static


class _Graph:
    """What is known while the graph is built."""

    dims_of = staticmethod(attrgetter("_dims"))  # asked for every input of every operation

    def value_of(self, tensor: Tensor) -> Array | None:
        return static_value(tensor)

    def elements_of(self, tensor: Tensor) -> Dims:
        return None

    def is_given(self, tensor: Tensor) -> bool:
        return False


class _Nothing:
    """What is known where nothing is believed."""

    def dims_of(self, tensor: Tensor) -> Dims:
        return None

    def value_of(self, tensor: Tensor) -> Array | None:
        return None

    def elements_of(self, tensor: Tensor) -> Dims:
        return None

    def is_given(self, tensor: Tensor) -> bool:
        return True


GRAPH: Known = _Graph()
NOTHING: Known = _Nothing()


def static_value(tensor: Tensor) -> Array | None:
    """The value of a tensor that does not depend on what the graph is fed, or None.

    Pure ops of constants are computed by their kernels; the result is remembered. Nothing over
    FOLD_LIMIT elements is, and nothing that waits for something else to run.
    """
    if tensor._static is None:
        value = tensor.op.attrs["value"] if tensor.op.type == "Const" else _fold(tensor)
        tensor._static = False if value is None else value
    return None if tensor._static is False else tensor._static  # type: ignore[return-value]


def _fold(tensor: Tensor) -> Array | None:
    op = tensor.op
    if op.control_inputs and op.type not in ONLY_SHAPES:
        return None
    try:
        values = folded(op, GRAPH)
    except Exception:
        return None  # it fails when it is run, with its inputs and the user's line
    return None if values is None else values[tensor.value_index]


# -- values that are shapes --------------------------------------------------------------------------------------------


def static_dims(tensor: Tensor) -> Dims:
    """What is known of the value of a tensor that is itself a shape while the graph is built."""
    return known_dims(tensor, GRAPH)


def known_dims(tensor: Tensor, known: Known) -> Dims:
    """What is known of the value of a tensor that is itself a shape: sizes, None where unknown."""
    op = tensor.op
    if op.type == "Shape" and not known.is_given(tensor):  # nearly always: its value says no more
        return known.dims_of(op.inputs[0])
    value = known.value_of(tensor)
    if value is not None:
        return tuple(None if size < 0 else int(size) for size in np.atleast_1d(value))
    if not known.is_given(tensor):
        if op.type in ("Cast", "Identity"):
            return known_dims(op.inputs[0], known)
        if op.type == "Pack":
            return tuple(_one_size(part, known) for part in op.inputs)
        if op.type == "ConcatV2":
            return _joined([known_dims(part, known) for part in op.inputs[:-1]])
        if op.type == "StridedSlice":
            return _sliced_dims(op, known)
    dims = known.dims_of(tensor)
    return (None,) * dims[0] if dims is not None and len(dims) == 1 and dims[0] is not None else None


def _joined(parts: Sequence[Dims]) -> Dims:
    joined: list[int | None] = []
    for part in parts:
        if part is None:
            return None
        joined += part
    return tuple(joined)


def _one_size(tensor: Tensor, known: Known) -> int | None:
    value = known.value_of(tensor)
    if value is not None:
        return None if value < 0 else int(value)
    return None


def _sliced_size(op: Operation, known: Known) -> int | None:
    """shape[i] of a partly known shape."""
    dims, begin = known_dims(op.inputs[0], known), known.value_of(op.inputs[1])
    if op.attrs["shrink_axis_mask"] != 1 or dims is None or begin is None:
        return None
    return dims[int(begin[0])]


def _sliced_dims(op: Operation, known: Known) -> Dims:
    """shape[a:b] of a partly known shape."""
    dims = known_dims(op.inputs[0], known)
    bounds = [known.value_of(bound) for bound in op.inputs[1:4]]
    masks = ("ellipsis_mask", "new_axis_mask", "shrink_axis_mask")
    if dims is None or any(bound is None for bound in bounds) or any(op.attrs[mask] for mask in masks):
        return None
    begin, end, stride = (int(bound[0]) for bound in bounds)  # type: ignore[index]
    start = None if op.attrs["begin_mask"] & 1 else begin
    stop = None if op.attrs["end_mask"] & 1 else end
    return dims[slice(start, stop, stride)]
