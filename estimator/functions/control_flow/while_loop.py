"""A loop: a function replaces the values it is given as long as another says so.

Source
------
tf.while_loop, TF 1.15 control_flow_ops.py; its operation is that of TF 2.15 while_v2.py
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from numbers import Integral
from typing import Any

from estimator.core import nest
from estimator.core.dtypes import int32, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import Dims, TensorShape, common, show
from estimator.functions.arguments import function_scope
from estimator.functions.control_flow.cond import scalar_condition
from estimator.functions.control_flow.structures import converted, demand_same_structure, filled, tensors_in
from estimator.graph import build as b
from estimator.graph.function import FunctionGraph, all_or_no_functions, tracing
from estimator.graph.gradients import flows_through
from estimator.graph.graph import Graph
from estimator.graph.likes import TensorLike
from estimator.graph.loops import add_counter, add_history, make_loop
from estimator.graph.slices import IndexedSlices
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Sequence[Any],
    shape_invariants: Sequence[Any] | None = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
    maximum_iterations: TensorLike | None = None,
    return_same_structure: bool = False,
) -> Any:
    """The values that `body` has made of `loop_vars`, again and again as long as `cond` holds of them.

    What is made inside and changes variables or checks something runs in every round, also if nothing waits for it.

    Parameters
    ----------
    cond : callable
        Takes the loop variables, gives a scalar of bool.
    body : callable
        Takes the loop variables, gives new ones of the same types and structure.
    loop_vars : list or tuple
        Tensors, Python values, SparseTensors, IndexedSlices or TensorArrays, perhaps nested.
    shape_invariants : list or tuple, optional
        For each loop variable the TensorShape that it has in all rounds: None for sizes that change. By default the
        shape that it has before the first; of a SparseTensor only the rank.
    parallel_iterations, swap_memory : optional
        Accepted for old scripts; rounds run one after the other.
    back_prop : bool
        Whether gradients flow through the loop.
    name : str, optional
    maximum_iterations : int or Tensor, scalar, optional
        After so many rounds the loop ends in any case.
    return_same_structure : bool
        Whether the value of a single loop variable is given in a list like others are.

    Returns
    -------
    object
        The structure that `body` gives; the value itself if there is one loop variable.

    Raises
    ------
    TypeError
        If `cond` or `body` is no function, if `cond` does not give a bool, or if `body` gives another type.
    ValueError
        If there are no loop variables, if `cond` gives no scalar, or if `body` gives another number or structure of
        values, or a shape that the loop variable did not have before and that `shape_invariants` does not allow.

    Example
    -------
    >>> from estimator import tf
    >>> count, power = tf.while_loop(lambda i, x: i < 10, lambda i, x: (i + 1, x * 2), [0, 1])
    >>> print(tf.Session().run(power))
    1024
    """
    _check_arguments(cond, body, loop_vars, parallel_iterations)
    with function_scope(name, "while", *loop_vars) as (graph, scope), all_or_no_functions(graph):
        start = converted(graph, list(loop_vars))
        invariants, limit = _invariants(start, shape_invariants), _limit(graph, maximum_iterations)
        loop = _Loop(graph, scope, start, invariants, limit)
        test, step = loop.trace_cond(cond), loop.trace_body(body)
        outputs = loop.repeat(test, step, parallel_iterations, back_prop)
        packed = filled(step.structure, outputs)
    return packed[0] if len(outputs) == 1 and not return_same_structure else packed


def _check_arguments(cond: Any, body: Any, loop_vars: Any, parallel_iterations: Any) -> None:
    for what, function in (("cond", cond), ("body", body)):
        if not callable(function):
            raise TypeError(f"{what} must be a function of the loop variables, given: {function!r}.")
    if not isinstance(loop_vars, (list, tuple)):
        raise TypeError(f"loop_vars must be a list or tuple, given: {loop_vars!r}; write [{loop_vars!r}].")
    if not nest.flatten(loop_vars):
        raise ValueError(f"while_loop() needs at least one loop variable, given: loop_vars={loop_vars!r}.")
    if not isinstance(parallel_iterations, Integral) or parallel_iterations < 1:
        raise TypeError(f"parallel_iterations must be a positive integer, given: {parallel_iterations!r}.")


def _limit(graph: Graph, maximum_iterations: Any) -> Tensor | None:
    if maximum_iterations is None:
        return None
    limit = graph.convert(maximum_iterations, None, "maximum_iterations")
    if not limit.dtype.is_integer:
        raise TypeError(f"maximum_iterations must be an integer, given: {maximum_iterations!r}.")
    if limit.dims:
        raise ValueError(f"maximum_iterations must be a scalar, given: {maximum_iterations!r}.")
    if limit.dtype is int64:
        limit = b.Minimum(limit, int32.max)
    return limit if limit.dtype is int32 else b.Cast(limit, DstT=int32)


# -- shapes ------------------------------------------------------------------------------------------------------------


def _invariants(start: list[Any], given: Any) -> list[Dims]:
    """The shapes that the tensors of the loop variables have in all rounds."""
    if given is None:
        return [dims for leaf in nest.flatten(start) for dims in _free_shapes(leaf)]
    given = list(given) if isinstance(given, (list, tuple)) else [given]
    if not nest.same_structure(start, given):
        raise ValueError(
            f"shape_invariants must have a tf.TensorShape for each loop variable: {nest.outline(given)} does not "
            f"fit {nest.outline(start)}. Write tf.TensorShape([None]), not [None]."
        )
    found: list[Dims] = []
    for leaf, shape in zip(nest.flatten(start), nest.flatten(given), strict=True):
        dims = TensorShape(shape).tuple
        for tensor, invariant in zip(tensors_in(leaf), _shapes_of_parts(leaf, dims), strict=True):
            _demand_less_specific(tensor, invariant)
            found.append(invariant)
    return found


def _free_shapes(leaf: Any) -> list[Dims]:
    """Those that are kept by default: for entries of a sparse tensor their number may change."""
    if isinstance(leaf, SparseTensor):
        return _shapes_of_parts(leaf, leaf.dims if leaf.dims is None else (None,) * len(leaf.dims))
    return [tensor.dims for tensor in tensors_in(leaf)]


def _shapes_of_parts(leaf: Any, dims: Dims) -> list[Dims]:
    """The shapes of the tensors that a loop variable of that shape consists of."""
    rank = None if dims is None else len(dims)
    if isinstance(leaf, SparseTensor):
        return [(None, rank), (None,), (rank,)]
    if isinstance(leaf, IndexedSlices):
        rows = (None if dims is None else dims[0],)
        return [dims, rows, (rank,)][: len(leaf.tensors)]
    return [tensor.dims if tensor.dtype.name == "variant" else dims for tensor in tensors_in(leaf)]


def _demand_less_specific(tensor: Tensor, invariant: Dims) -> None:
    if common(tensor.dims, invariant) != invariant:
        raise ValueError(
            f"the shape invariant {show(invariant)} of {tensor.name!r} does not allow the shape with which it "
            f"enters the loop, {show(tensor.dims)}."
        )


# -- the loop ----------------------------------------------------------------------------------------------------------


class _Loop:
    """A loop being made: what it starts from, and the shapes that this has in all rounds.

    Parameters
    ----------
    graph : Graph
    scope : str
    start : list
        The loop variables before the first round.
    invariants : sequence of Dims
        One for each of their tensors.
    limit : Tensor, optional
        How many rounds there are at most.
    """

    def __init__(
        self, graph: Graph, scope: str, start: list[Any], invariants: Sequence[Dims], limit: Tensor | None
    ) -> None:
        self._graph = graph
        self._scope = scope
        self._start = start
        self._invariants = invariants
        self._limit = limit

    def trace_cond(self, cond: Callable[..., Any]) -> FunctionGraph:
        """The function that says whether there is another round."""
        with self._tracing("cond") as (test, variables):
            test.results = [scalar_condition(test, cond(*variables), "what cond gives")]
        return test

    def trace_body(self, body: Callable[..., Any]) -> FunctionGraph:
        """The function of one round."""
        with self._tracing("body") as (step, variables):
            result = body(*variables)
            step.structure = self._like_start(step, result)
            step.results = tensors_in(step.structure)
            for tensor, first, dims in zip(
                step.results, tensors_in(self._start), self._invariants, strict=True
            ):
                _demand_same_kind(tensor, first, dims)
        return step

    def repeat(
        self, test: FunctionGraph, step: FunctionGraph, parallel_iterations: int, back_prop: bool
    ) -> list[Tensor]:
        """The values of the loop variables behind the last round."""
        differentiable = back_prop and any(map(flows_through, step.inputs))
        values = [*add_counter(self._graph, test, step, self._limit), *tensors_in(self._start)]
        history = add_history(test, step) if differentiable else []
        outputs = make_loop(self._graph, test, step, [*values, *history], self._scope, parallel_iterations)
        result = outputs[2 : len(values)]
        return [
            b.Identity(output) if back_prop else b.StopGradient(output, name="Identity") for output in result
        ]

    @contextlib.contextmanager
    def _tracing(self, part: str) -> Iterator[tuple[FunctionGraph, list[Any]]]:
        """A function of the loop, and the loop variables inside."""
        with tracing(f"{self._scope[:-1].replace('/', '_')}_{part}") as function:
            tensors = [
                function.add_argument(tensor.dtype, dims)
                for tensor, dims in zip(tensors_in(self._start), self._invariants, strict=True)
            ]
            yield function, filled(self._start, tensors)

    def _like_start(self, step: FunctionGraph, result: Any) -> Any:
        """What the body gives, converted: a list or tuple of as many values as there are loop variables."""
        if result is None:
            raise ValueError("body gives None: it must return the new values of the loop variables.")
        if not isinstance(result, (list, tuple)) or self._is_single(result):
            result = [result]
        made = converted(step, result)
        demand_same_structure(self._start, list(made), ("loop_vars", "what body gives"))
        return made

    def _is_single(self, result: Any) -> bool:
        """Whether it is the value of the only loop variable, which is nested itself."""
        return len(self._start) == 1 and nest.same_structure(self._start[0], result) and result != []


def _demand_same_kind(tensor: Tensor, first: Tensor, invariant: Dims) -> None:
    """Refuse what a round gives if the loop variable has another type, or a shape that it may not have.

    Raises
    ------
    TypeError, ValueError
    """
    if tensor.dtype is not first.dtype:
        raise TypeError(
            f"the loop variable {first.name!r} enters the loop as {first.dtype.name}, but is {tensor.dtype.name} after "
            "one round: use tf.cast in the body, or give it that type before."
        )
    if common(tensor.dims, invariant) != invariant:
        raise ValueError(
            f"the loop variable {first.name!r} enters the loop with shape {show(invariant)}, but has shape "
            f"{show(tensor.dims)} after one round. Say which sizes change by shape_invariants, or state the shape by "
            "set_shape() in the body."
        )


near_keywords_of_functions(__name__)
