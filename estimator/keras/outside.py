"""Layers and models that are called outside any graph, with arrays and numbers: what they give has a value.

The first call with arguments of a kind traces the layer: its call becomes a function (as the body of a branch is one),
which captures the variables. Later calls run that function in the session at hand of the variables' graph, which does
not grow. As TensorFlow's functions do, the first trace is of the very sizes that were given; if others come, it is
traced once more for sizes that are not known before a run, and from then on no more.

What Python does in a layer's call it does when the layer is traced, and again when an attribute of a layer has changed
(:mod:`estimator.keras.traces`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from types import NoneType
from typing import Any

import numpy as np

from estimator.core import nest
from estimator.core.dtypes import DType, as_dtype
from estimator.core.eager_array import EagerArray
from estimator.core.shapes import Dims, TensorShape, as_dims, compatible
from estimator.graph.composite import Composite
from estimator.graph.constant import to_array
from estimator.graph.defaults import is_outside as is_thread_outside
from estimator.graph.function import FunctionGraph
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Tensor
from estimator.keras import traces
from estimator.keras.effects import give_order
from estimator.keras.learning_phase import chosen_phase
from estimator.pipeline.foreign import settled
from estimator.runtime.function_call import FunctionCall
from estimator.runtime.own_session import begin, session_at_hand
from estimator.runtime.recent import Recent
from estimator.runtime.session import Session

Array = np.ndarray[Any, Any]

_KINDS = 16  # kinds of arguments remembered for a layer
_NUMBERS = frozenset("fiubc")
_ARRAY = object()  # where an array stands among arguments
_SIZES = 4  # sizes of a kind that are traced for themselves, before what differs among them is left open


_LOCK = threading.RLock()  # of all traces: they change layers and graphs


def is_outside(inputs: Any, *others: Any) -> bool:
    """Whether no graph and no session is entered, and no tensor is among the values."""
    if not is_thread_outside():
        return False
    if type(inputs) is np.ndarray and not any(others):  # as mostly
        return True
    return not any(map(_is_of_a_graph, nest.flatten((inputs, others))))


def _is_of_a_graph(value: Any) -> bool:
    return isinstance(value, (Tensor, Composite)) or hasattr(value, "as_tensor")


def build(model: Any, input_shape: Any) -> None:
    """Let a model make its weights for inputs of this shape, or structure of shapes: its ``call`` is traced."""
    shapes = _mapped_shapes(lambda shape: TensorShape(shape), input_shape)
    specs = [(model.compute_dtype, as_dims(shape)) for shape in nest.flatten(shapes)]
    arguments: Any = nest.map_structure(lambda shape: _ARRAY, shapes), (), {}
    with _LOCK:
        _Trace(model, model.call, arguments, specs)


def _mapped_shapes(function: Callable[[Any], Any], structure: Any) -> Any:
    if isinstance(structure, Mapping):
        return {key: _mapped_shapes(function, value) for key, value in structure.items()}
    if isinstance(structure, (list, tuple)) and not all(
        isinstance(item, (int, NoneType)) for item in structure
    ):
        return [_mapped_shapes(function, item) for item in structure]
    return function(structure)


def call(layer: Any, inputs: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a layer makes of arrays and numbers, as arrays that have a method ``numpy()``.

    Parameters
    ----------
    layer : Layer
    inputs : array, number, or nested structure of them
        A list of nothing but numbers or texts is one array.
    args, kwargs
        Arrays among them are values, like the inputs; all else is what the call is traced for.
    """
    known: _Calls | None = layer.__dict__.get("_outside_calls")
    if known is None or known.version != traces.version():
        known = layer.__dict__["_outside_calls"] = _Calls()
    return known(layer, inputs, args, kwargs)


class _Calls:
    """The traces of one layer, by the kinds of arguments."""

    def __init__(self) -> None:
        self.version = traces.version()
        self._kinds: Recent[_Kind] = Recent(_KINDS)

    def __call__(self, layer: Any, inputs: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        plain = _plain_key(inputs, args, kwargs)
        kind = None if plain is None else self._kinds.get(plain)
        if kind is not None:
            return kind([np.asarray(inputs, order="C")])
        arguments = _as_arrays(inputs), args, kwargs
        leaves = [_as_leaf(leaf) for leaf in nest.flatten(arguments)]
        arrays = [leaf for leaf in leaves if isinstance(leaf, np.ndarray)]
        told = nest.pack_as(arguments, [_ARRAY if isinstance(leaf, np.ndarray) else leaf for leaf in leaves])
        key = plain or _key(arguments, leaves, arrays)
        kind = self._kinds.get(key) or self._kinds.add(key, _Kind(layer, told))
        return kind(arrays)


def _plain_key(inputs: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Hashable:
    """What tells kinds of calls apart that are as most are: on one array, with `training` at most; None of others."""
    if (
        type(inputs) is not np.ndarray
        or args
        or inputs.dtype.kind not in _NUMBERS
        or not inputs.dtype.isnative
    ):
        return None
    if not kwargs:
        return inputs.dtype, inputs.ndim
    training = kwargs.get("training")
    is_plain = len(kwargs) == 1 and (training is True or training is False)
    return (inputs.dtype, inputs.ndim, training) if is_plain else None


def _key(arguments: Any, leaves: list[Any], arrays: list[Array]) -> Hashable:
    """What tells kinds of arguments apart: their structure, the types and ranks of arrays, and what is no array."""
    return (
        nest.outline(arguments),
        *((array.dtype, array.ndim) for array in arrays),
        *(_ARRAY if isinstance(leaf, np.ndarray) else _hashable(leaf) for leaf in leaves),
    )


def _hashable(value: Any) -> Hashable:
    try:
        hash(value)
    except TypeError:
        return id(value)  # what is traced keeps it
    return type(value), value


def _as_leaf(value: Any) -> Any:
    """An array in C order for what is one or a number of numpy's; a bool, as `training` may be, stays one."""
    if isinstance(value, np.bool_):
        return bool(value)
    if not isinstance(value, (np.ndarray, np.generic)):
        return value
    is_number = value.dtype.kind in _NUMBERS and value.dtype.isnative
    return np.asarray(value if is_number else to_array(value), order="C")


def _as_arrays(inputs: Any) -> Any:
    """The inputs with arrays in place of numbers, texts and columns of other libraries."""
    leaves = nest.flatten(inputs)
    if isinstance(inputs, (list, tuple)) and all(
        isinstance(leaf, (int, float, str, bytes)) for leaf in leaves
    ):
        return to_array(inputs)
    return nest.map_structure(_as_array, inputs)


def _as_array(value: Any) -> Any:
    if value is None or (type(value) is np.ndarray and value.dtype.kind in _NUMBERS):
        return value
    return np.asarray(to_array(settled(value, "the input")))


class _Kind:
    """The traces of a layer for arguments that differ in sizes alone; the first that fits is taken."""

    def __init__(self, layer: Any, arguments: Any) -> None:
        self._layer, self._arguments = layer, arguments
        self._traces: tuple[_Trace, ...] = ()
        self._is_fixed = False  # whether the layer cannot be traced for sizes that are not known

    def __call__(self, arrays: list[Array]) -> Any:
        shapes = [array.shape for array in arrays]
        for trace in self._traces:
            if trace.fits(shapes):
                return trace(arrays)
        with _LOCK:
            return self._new_trace(shapes, [as_dtype(array.dtype) for array in arrays])(arrays)

    def _new_trace(self, shapes: list[Dims], dtypes: list[DType]) -> _Trace:
        for trace in self._traces:  # another thread may have made it
            if trace.fits(shapes):
                return trace
        similar = [trace for trace in self._traces if _without_batch(trace.dims) == _without_batch(shapes)]
        if similar and (wider := self._relaxed([similar[0].dims, shapes], dtypes)):
            self._traces = (wider, *(other for other in self._traces if other is not similar[0]))
            return wider
        own = self._traced(shapes, dtypes)
        self._traces = (own, *self._traces[: 2 * _SIZES])
        if len(self._traces) >= _SIZES and (
            wider := self._relaxed([one.dims for one in self._traces], dtypes)
        ):
            self._traces = (wider,)
        return own

    def _relaxed(self, known: list[list[Dims]], dtypes: list[DType]) -> _Trace | None:
        """A trace for the sizes that all of these have in common, the others left open; None if there can be none."""
        if self._is_fixed:
            return None
        dims: list[Dims] = [
            tuple(sizes[0] if len(set(sizes)) == 1 else None for sizes in zip(*column, strict=True))
            for column in zip(*known, strict=True)
        ]
        try:
            return self._traced(dims, dtypes)
        except Exception:  # whatever the layer's call does with a size that is None
            self._is_fixed = True
            return None

    def _traced(self, dims: list[Dims], dtypes: list[DType]) -> _Trace:
        return _Trace(
            self._layer, self._layer.call_in_graph, self._arguments, list(zip(dtypes, dims, strict=True))
        )


def _without_batch(dims: list[Dims]) -> list[Any]:
    return [None if sizes is None else sizes[1:] for sizes in dims]


class _Trace:
    """A layer's call as a function, and that function in the session in which it ran last."""

    def __init__(
        self, layer: Any, method: Callable[..., Any], arguments: Any, specs: list[tuple[DType, Dims]]
    ) -> None:
        self.dims = [dims for _, dims in specs]
        graph = graph_of_layer(layer)
        with graph.as_default(), graph.control_dependencies(None):
            body = FunctionGraph(layer.name, outer=graph)
            graph.library.pop(body.name)  # no operation calls it
            with body.as_default(), traces.tracing(chosen_phase() or 0):
                tensors = iter([body.add_argument(dtype, dims) for dtype, dims in specs])
                inputs, args, kwargs = nest.map_structure(
                    lambda leaf: next(tensors) if leaf is _ARRAY else leaf, arguments
                )
                self._outputs = method(inputs, *args, **kwargs)
                body.results = [
                    body.convert(leaf) for leaf in nest.flatten(self._outputs) if _is_of_a_graph(leaf)
                ]
                give_order(body.get_operations())
        self._graph, self._body = graph, body
        self._ready: tuple[Session, FunctionCall] | None = None

    def fits(self, shapes: list[Dims]) -> bool:
        """Whether arrays of these shapes can be its arguments."""
        return all(map(compatible, self.dims, shapes))

    def __call__(self, arrays: list[Array]) -> Any:
        session, ready = session_at_hand(self._graph), self._ready
        if ready is None or ready[0] is not session:
            self._ready = ready = session, FunctionCall(begin(session), self._body)
        values = ready[1](arrays)
        if isinstance(self._outputs, Tensor):
            return values[0].view(EagerArray)
        results = iter(values)
        return nest.map_structure(
            lambda leaf: next(results).view(EagerArray) if _is_of_a_graph(leaf) else leaf, self._outputs
        )


def graph_of_layer(layer: Any) -> Graph:
    """The graph of a layer's weights, of a functional model's inputs, or else the default one."""
    made = next(iter([*layer.weights, *(getattr(layer, "inputs", None) or [])]), None)
    graph: Graph = get_default_graph() if made is None else made.graph
    return graph
