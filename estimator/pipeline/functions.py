"""Functions over elements: how they are traced and run; filter. Map is in :mod:`estimator.pipeline.stacked`.

The Python function is called once, with tensors, when the step is added to the recipe; what it
built is run for each element. A dataset is a recipe that outlives graphs, so the function may use
constants and lookup tables of the surrounding graph, but not its variables; other tensors of it have the value that the
initializer of an iterator took (see :mod:`estimator.pipeline.deferred`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, int64
from estimator.core.dtypes import bool as tf_bool
from estimator.core.frozen import frozen
from estimator.graph.composite import Composite
from estimator.graph.function import FunctionGraph, trace
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Tensor
from estimator.pipeline.components import (
    arrays_of,
    components_of,
    in_graph,
    is_compound,
    tensor_specs,
    tensors_in_graph,
)
from estimator.pipeline.element import Array, Element
from estimator.pipeline.recipe import Recipe
from estimator.pipeline.specs import Spec, TensorSpec, describe_spec, type_spec_from_value
from estimator.pipeline.stage import UNKNOWN, Context, Plain, Rows, Stage, State, Step, Stream, Tickets
from estimator.pipeline.structure import leaves, map_leaves, pack
from estimator.runtime.session import Session


def traced(function: Callable[..., Any], spec: Any, name: str) -> tuple[FunctionGraph, Any]:
    """The graph of a dataset's function, and the spec of what it returns.

    A tuple is passed as several arguments, a namedtuple as one. What the function returns nests as
    tf.data has it: a list is a tuple of components, a list inside of it is one tensor.

    Raises
    ------
    ValueError
        If it is not callable, returns nothing, or uses a tensor of another graph.
    TypeError
        If it does not take the components of an element.
    """
    nested: Any = None

    def tensors(returned: Any) -> list[Tensor]:
        nonlocal nested
        nested = map_leaves(as_graph_component, tuple(returned) if isinstance(returned, list) else returned)
        if not leaves(nested):
            raise ValueError(
                f"the function given to {name} returned {returned!r}; it must return tensors. Is a return missing?"
            )
        return [tensor for leaf in leaves(nested) for tensor in tensors_in_graph(leaf)]

    body = traced_to(tensors, function, spec, name)
    return body, map_leaves(type_spec_from_value, nested)


def traced_to(
    tensors: Callable[[Any], list[Tensor]], function: Callable[..., Any], spec: Any, name: str
) -> FunctionGraph:
    """The graph of a dataset's function, whose results are the `tensors` of what it returns.

    Raises
    ------
    ValueError, TypeError
        As :func:`traced`.
    """
    if not callable(function):
        raise ValueError(f"{name} takes a function, given: {function!r} ({type(function).__name__}).")
    _check_arguments(function, spec, name)
    components = leaves(spec)
    arguments = [(part.dtype, part.dims) for component in components for part in tensor_specs(component)]

    def flat(*given: Any) -> Any:
        element = pack(spec, in_graph(components, given))
        return tuple(tensors(function(*element) if type(element) is tuple else function(element)))

    return trace(flat, arguments, tuple(range(len(arguments))), name)


def as_graph_component(value: Any) -> Tensor | Composite:
    """What a function returned as a component: a SparseTensor, a RaggedTensor, or else a Tensor.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if isinstance(value, Recipe):
        raise TypeError(
            f"a function that returns a dataset, {value!r}, is one for Dataset.flat_map or Dataset.interleave; one for "
            "Dataset.map returns tensors."
        )
    if not is_compound(value):
        return get_default_graph().convert(value)
    if isinstance(value, Composite):
        return value
    tensors = map(get_default_graph().convert, arrays_of([value]))
    component: Composite = in_graph([type_spec_from_value(value)], tensors)[0]
    return component


def _check_arguments(function: Callable[..., Any], spec: Any, name: str) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return  # a builtin without a signature
    given = len(spec) if type(spec) is tuple else 1
    try:
        signature.bind(*range(given))
    except TypeError as error:
        raise TypeError(
            f"the function given to {name} takes {signature}, but an element is {describe_spec(spec)}: "
            f"it is called with {given} argument{'s' if given > 1 else ''}, one for each part of a tuple ({error})."
        ) from None


def describe_body(body: FunctionGraph) -> str:
    """A digest of the operations of a function."""
    import hashlib

    text = ";".join(
        f"{op.type}:{[tensor.name for tensor in op.inputs]}{''.join(map(describe_body, op.bodies))}"
        for op in body.get_operations()
    )
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def captured_tensors(body: FunctionGraph) -> list[Tensor]:
    """The tensors of the surrounding graph that a function uses and whose values are not known yet."""
    return [outer for outer, inner in body.captures.items() if inner.op.type == "Placeholder"]


class Running:
    """A traced function, ready to be called with arrays.

    Parameters
    ----------
    body : FunctionGraph
    context : Context
    captured : sequence of ndarray
        The values of its :func:`captured_tensors`.
    returned : sequence of Spec, optional
        Of the components it gives; without it they are all arrays.
    given : sequence of Tensor, optional
        Which of its tensors an element has; by default its arguments.
    results : sequence of Tensor, optional
        Which of its tensors it gives; without it all that it returns, and what prints, checks or calls a Python
        function runs, too, whether anything waits for it or not.

    Results that are given are passed on as they are. Random ops without a seed draw from the context's.
    """

    def __init__(
        self,
        body: FunctionGraph,
        context: Context,
        captured: Sequence[Array] = (),
        returned: Sequence[Spec] = (),
        given: Sequence[Tensor] | None = None,
        results: Sequence[Tensor] | None = None,
    ) -> None:
        self._captured = list(captured)
        self._compound = returned if any(not isinstance(spec, TensorSpec) for spec in returned) else ()
        given = tuple(body.arguments if given is None else given)
        key = (body, given, None if results is None else tuple(results))
        call = context.planned.get(key)
        if call is None or not call.is_shared:
            call = context.planned[key] = _Call(body, context, captured, given, results)
        self._call: _Call = call

    def __call__(self, element: Element) -> Element:
        """The results for an element, as a flat list of components."""
        results = self._call(arrays_of(element), self._captured)
        return components_of(self._compound, results) if self._compound else results

    def pass_over(self, rows: Rows, stage: Stage, count: int) -> int:
        """Let its random ops go on as if it had been called with the elements of so many tickets of a stage.

        Returns
        -------
        int
            How many tickets there were.
        """
        if not self._call.is_random:
            return rows.pass_over(stage, count)
        is_known = self._call.draws_evenly and self._call.drawn is not None
        wanted = 0 if is_known else min(1, count) if self._call.draws_evenly else count
        elements = rows.elements(stage.read(wanted))
        for element in elements:
            self._call.watch(arrays_of(element), self._captured)
        if len(elements) < wanted or wanted == count:
            return len(elements)
        passed = rows.pass_over(stage, count - wanted)
        self._call.draw_for(passed)
        return wanted + passed

    def state(self) -> Any:
        """What its random ops draw from next, or None."""
        return self._call.store.random_state() if self._call.is_random else None

    def restore(self, state: Any) -> None:
        """Let its random ops go on drawing where they stood."""
        if state is not None:
            self._call.store.restore_random_state(state)


class _Call:
    """A session that runs a function; see :class:`Running`.

    Attributes
    ----------
    is_random : bool
        Whether it draws numbers, each stream its own.
    draws_evenly : bool
        Whether it draws as often for each element: in no branch and no loop.
    drawn : dict or None
        How often each of its random ops draws for one element; None before the first.
    is_shared : bool
        Whether all streams may use it: it draws nothing, and its tables hold nothing of one stream's.
    """

    def __init__(
        self,
        body: FunctionGraph,
        context: Context,
        captured: Sequence[Array],
        given: Sequence[Tensor],
        results: Sequence[Tensor] | None,
    ) -> None:
        self.is_random = results is None and _draws(body)
        self.draws_evenly = not any(_draws(inner) for op in body.get_operations() for inner in op.bodies)
        self.drawn: dict[str, int] | None = None
        session = Session(graph=body, executor="numpy")
        self.store = session.store
        if self.is_random:
            self.store.seed = context.seed(None)
        wanted = body.results if results is None else results
        computed = [tensor for tensor in dict.fromkeys(wanted) if tensor not in given]
        operands = [*given, *computed]
        self._picks = [operands.index(tensor) for tensor in wanted]
        taken = [body.captures[tensor] for tensor in captured_tensors(body)]
        tables = body.get_collection(GraphKeys.TABLE_INITIALIZERS)
        if tables:
            session.run(tables, dict(zip(taken, captured, strict=True)))
        self.is_shared = not self.is_random and not tables
        deeds = [op for op in body.always_run if op not in tables] if results is None else []
        self._run: Callable[[list[Any]], Any] | None = None
        if computed or deeds:
            self._run = session.prepare([*computed, *deeds], [*given, *taken])
        self._n_computed = len(computed)

    def watch(self, given: Sequence[Array], captured: Sequence[Array]) -> None:
        """Run it for one element, and see how often it draws."""
        before = self.store.random_state()["counts"]
        self(given, captured)
        after = self.store.random_state()["counts"]
        self.drawn = {name: number - before.get(name, 0) for name, number in after.items()}

    def draw_for(self, count: int) -> None:
        """Let its random ops stand behind so many more elements."""
        state, drawn = self.store.random_state(), self.drawn or {}
        counts = {name: number + count * drawn.get(name, 0) for name, number in state["counts"].items()}
        self.store.restore_random_state({"seed": state["seed"], "counts": counts})

    def __call__(self, given: Sequence[Array], captured: Sequence[Array]) -> list[Array]:
        computed = [] if self._run is None else self._run([*given, *captured])[: self._n_computed]
        operands = [*given, *map(_as_component, computed)]
        return [operands[pick] for pick in self._picks]


def _draws(body: FunctionGraph) -> bool:
    """Whether an operation of it, or of a body inside, is random."""
    return any(op.effect == "random" or any(map(_draws, op.bodies)) for op in body.get_operations())


def works_on_host(body: FunctionGraph) -> bool:
    """Whether an operation of it, or of a body inside, reads, decodes, or calls Python: that may take time."""
    return any(op.definition.host or any(map(works_on_host, op.bodies)) for op in body.get_operations())


def _as_component(value: Any) -> Array:
    """A result of a session, which gives scalars for rank 0; numpy's own text type would drop trailing NULs."""
    return np.array(value, object) if isinstance(value, bytes) else np.asarray(value)


class MappedRows(Rows):
    """Elements that a function makes of others."""

    def __init__(self, rows: Rows, function: Running) -> None:
        self._rows = rows
        self._function = function

    def elements(self, tickets: Tickets) -> list[Element]:
        """What the function makes of the elements behind the tickets."""
        return [self._function(element) for element in self._rows.elements(tickets)]

    def pass_over(self, stage: Stage, count: int) -> int:
        """The function, and those before it, have drawn for them."""
        return self._function.pass_over(self._rows, stage, count)

    def state(self) -> Any:
        """What the function, and those before it, draw from next; None if none does."""
        states = [self._function.state(), self._rows.state()]
        return None if states == [None, None] else states

    def restore(self, state: Any) -> None:
        """Let this function, and those before it, go on drawing where they stood."""
        own, inner = (None, None) if state is None else state
        self._function.restore(own)
        self._rows.restore(inner)


@frozen(eq=False)
class FilterNode(Step):
    """The elements for which a function is true."""

    body: FunctionGraph
    captured: tuple[Array, ...] = ()

    @property
    def cardinality(self) -> int:
        """Not known, unless there is nothing to choose from."""
        return 0 if self.input.cardinality == 0 else UNKNOWN

    @property
    def takes_time(self) -> bool:
        """Whether the function decodes something or calls Python, unless the elements take time already."""
        return self.input.takes_time or works_on_host(self.body)

    def describe(self) -> list[Any]:
        """The operations of the function, by which an interrupted input is recognised."""
        return ["filter", describe_body(self.body), self.input.describe()]

    def start(self, context: Context) -> Stream:
        """Elements that are looked at one by one."""
        function = Running(self.body, context, self.captured)
        return Stream(FilterStage(self.input.start(context), function), Plain(), False)


def traced_predicate(function: Callable[..., Any], spec: Any, name: str) -> FunctionGraph:
    """The graph of a function that answers with one truth value.

    Raises
    ------
    ValueError
        If it does not.
    """
    return _traced_scalar(function, spec, name, tf_bool, "`predicate`")


def traced_number(function: Callable[..., Any], spec: Any, name: str) -> FunctionGraph:
    """The graph of a function that answers with one int64.

    Raises
    ------
    ValueError
        If it does not.
    """
    return _traced_scalar(function, spec, name, int64, f"`{name.split()[-1]}`")


def _traced_scalar(
    function: Callable[..., Any], spec: Any, name: str, dtype: DType, role: str
) -> FunctionGraph:
    body, structure = traced(function, spec, name)
    result = body.results[0]
    if (
        isinstance(structure, (tuple, dict))
        or len(body.results) != 1
        or result.dtype is not dtype
        or result.dims not in ((), None)
    ):
        raise ValueError(
            f"Invalid {role}. {role} must return a `tf.{dtype.name}` scalar tensor, "
            f"but what was given to {name} returns {structure!r}."
        )
    return body


class FilterStage(Stage):
    """Reads no further than the element it gives."""

    def __init__(self, stream: Stream, function: Running) -> None:
        self._stage, self._rows, _ = stream
        self._function = function

    def read(self, count: int) -> list[Element]:
        """The next elements that pass."""
        found: list[Element] = []
        while len(found) < count:
            tickets = self._stage.read(1)
            if len(tickets) == 0:
                break
            element = self._rows.elements(tickets)[0]
            if self._function(element)[0]:
                found.append(element)
        return found

    def rewind(self) -> None:
        """Begin the next pass over the input."""
        self._stage.rewind()

    def state(self) -> State:
        """Where the input stands, and what random ops draw from next."""
        return {"rows": self._rows.state(), "function": self._function.state(), "input": self._stage.state()}

    def restore(self, state: State) -> None:
        """Go on where the input stood."""
        self._stage.restore(state["input"])
        self._rows.restore(state["rows"])
        self._function.restore(state["function"])
