"""A value that a function carries along the elements of a tensor: folds give the last, a scan all of them.

Source
------
tf.foldl, tf.foldr, tf.scan, TF 1.15 functional_ops.py
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core import nest
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.functions.arguments import function_scope
from estimator.functions.control_flow.elements import Elements, demand_function
from estimator.functions.control_flow.structures import converted, demand_same_structure, tensors_in
from estimator.functions.control_flow.tensor_array import TensorArray
from estimator.functions.control_flow.while_loop import while_loop
from estimator.graph.graph import Graph, get_default_graph


def foldl(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The value that is left when `fn` has taken in all elements, the first one first.

    Parameters
    ----------
    fn : callable
        Takes the value so far and an element, gives a new value of the same structure, types and shapes.
    elems : Tensor or nested structure of Tensors, shape [n, ...]
    initializer : Tensor or nested structure of Tensors, optional
        The value to begin with. By default the first element, and `fn` takes in the others; there must be one then.
    parallel_iterations, swap_memory : optional
        Accepted for old scripts; elements follow one after the other.
    back_prop : bool
        Whether gradients flow through.
    name : str, optional

    Returns
    -------
    Tensor or nested structure of Tensors

    Raises
    ------
    TypeError, ValueError
        If `fn` is no function, if an element is a scalar, or if `fn` gives a value of another kind.

    Example
    -------
    >>> from estimator import tf
    >>> total = tf.foldl(lambda total, x: total + x, tf.constant([1.0, 2.0, 3.0]))
    >>> print(tf.Session().run(total))
    6.0
    """
    loop = _Loop(parallel_iterations, back_prop, swap_memory)
    return _Walk(fn, elems, initializer, loop, name or "foldl").last()


def foldr(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The value that is left when `fn` has taken in all elements, the last one first.

    Parameters
    ----------
    fn, elems, initializer, parallel_iterations, back_prop, swap_memory, name
        As for :func:`foldl`; without an initializer the last element is the first value.

    Returns
    -------
    Tensor or nested structure of Tensors

    Raises
    ------
    TypeError, ValueError
        As :func:`foldl`.
    """
    loop = _Loop(parallel_iterations, back_prop, swap_memory)
    return _Walk(fn, elems, initializer, loop, name or "foldr", backwards=True).last()


def scan(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """All values that `fn` has made while it took in the elements, stacked along a first axis.

    Parameters
    ----------
    fn, elems, initializer, parallel_iterations, back_prop, swap_memory, name
        As for :func:`foldl`. Without an initializer the first element is the first of the values.
    infer_shape : bool
        Whether the value must have the same shape all the way; its static shape must stay what it is in any case.
    reverse : bool
        Whether to begin with the last element. What belongs to an element stands at its position all the same.

    Returns
    -------
    Tensor or nested structure of Tensors, shape [n, ...]

    Raises
    ------
    TypeError, ValueError
        As :func:`foldl`.

    Example
    -------
    >>> from estimator import tf
    >>> sums = tf.scan(lambda total, x: total + x, tf.constant([1.0, 2.0, 3.0]))
    >>> print(tf.Session().run(sums))
    [1. 3. 6.]
    """
    loop = _Loop(parallel_iterations, back_prop, swap_memory)
    return _Walk(fn, elems, initializer, loop, name or "scan", backwards=reverse).all(infer_shape)


class _Loop(NamedTuple):
    """How the loop runs, in the words of while_loop."""

    parallel_iterations: int
    back_prop: bool
    swap_memory: bool


class _Walk:
    """A fold or a scan that is being made.

    Parameters
    ----------
    fn, elems, initializer, loop
        See :func:`foldl`.
    name : str
        The scope.
    backwards : bool
        Whether the last element comes first.
    """

    def __init__(
        self, fn: Any, elems: Any, initializer: Any, loop: _Loop, name: str, backwards: bool = False
    ) -> None:
        demand_function(fn)
        self._fn = fn
        self._elems = elems
        self._initializer = initializer
        self._options = loop
        self._name = name
        self._backwards = backwards

    def last(self) -> Any:
        """The value behind the last element."""
        with self._scope() as (graph, _):
            elements, start, taken = self._begin(graph)
            _, value = self._loop(
                elements, taken, start, lambda position, value: self._take(elements, position, value)
            )
            return value

    def all(self, infer_shape: bool) -> Any:
        """The values behind all elements."""
        with self._scope() as (graph, _):
            elements, start, taken = self._begin(graph)
            arrays = [
                TensorArray(
                    tensor.dtype, elements.count, infer_shape=infer_shape,
                    element_shape=tensor.dims if infer_shape else None,
                )
                for tensor in tensors_in(start)
            ]  # fmt: skip
            if taken:
                arrays = _written(arrays, self._place(elements, 0), start)

            def step(position: Any, state: Any) -> Any:
                value = self._take(elements, position, state[0])
                return value, _written(state[1], self._place(elements, position), value)

            _, (_, arrays) = self._loop(elements, taken, (start, arrays), step)
            return nest.pack_as(start, elements.joined(arrays))

    def _scope(self) -> Any:
        return function_scope(self._name, self._name, *nest.flatten(self._elems))

    def _begin(self, graph: Graph) -> tuple[Elements, Any, int]:
        """The elements, the first value, and how many elements that has taken in."""
        elements = Elements(graph, self._elems, self._name)
        if self._initializer is not None:
            return elements, converted(graph, self._initializer), 0
        if elements.static_count == 0:
            raise ValueError(f"{self._name} has no element to begin with: pass an initializer.")
        return elements, elements.at(self._place(elements, 0)), 1

    def _loop(self, elements: Elements, taken: int, state: Any, step: Callable[..., Any]) -> Any:
        return while_loop(
            lambda position, _: position < elements.count,
            lambda position, before: (position + 1, step(position, before)),
            [taken, state],
            maximum_iterations=elements.count,
            **self._options._asdict(),
        )

    def _place(self, elements: Elements, position: Any) -> Any:
        """Where the element stands that is taken in at this position of the walk."""
        return elements.count - 1 - position if self._backwards else position

    def _take(self, elements: Elements, position: Any, value: Any) -> Any:
        result = self._fn(value, elements.at(self._place(elements, position)))
        what = "elems" if self._initializer is None else "initializer"
        demand_same_structure(value, result, (what, "what fn gives"))
        return converted(get_default_graph(), result)


def _written(arrays: list[TensorArray], place: Any, value: Any) -> list[TensorArray]:
    return [array.write(place, part) for array, part in zip(arrays, tensors_in(value), strict=True)]


near_keywords_of_functions(__name__)
