"""What becomes of all elements of one key: group_by_reducer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import numpy as np

from estimator.core.dtypes import int64
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.graph.function import FunctionGraph
from estimator.pipeline.components import arrays_of, components_of
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.element import Array, Element
from estimator.pipeline.fold import as_json, from_json, traced_fold
from estimator.pipeline.functions import Running, captured_tensors, describe_body, traced, traced_number
from estimator.pipeline.specs import Spec, TensorSpec
from estimator.pipeline.stage import UNKNOWN, Context, Node, Plain, Stage, State, Step, Stream
from estimator.pipeline.structure import leaves

_KEY = TensorSpec((), int64)


@near_keywords
class Reducer:
    """How the elements of a key become one: see :func:`group_by_reducer`.

    Parameters
    ----------
    init_func : callable
        From the key, a scalar of type int64, to the first state.
    reduce_func : callable
        From the state and an element to the next state.
    finalize_func : callable
        From the last state to the element.

    Source
    ------
    tf.data.experimental.Reducer, TF 1.15 grouping.py
    """

    def __init__(
        self,
        init_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        finalize_func: Callable[..., Any],
    ) -> None:
        self.init_func = init_func
        self.reduce_func = reduce_func
        self.finalize_func = finalize_func


def group_by_reducer(key_func: Callable[..., Any], reducer: Reducer) -> Callable[[Dataset], Dataset]:
    """An element for each key, of all elements that have it; by rising keys.

    Parameters
    ----------
    key_func : callable
        From an element to its key, a scalar of type int64.
    reducer : Reducer

    Raises
    ------
    TypeError
        If it is no Reducer; when applied, if a state has another structure or other types than the first.
    ValueError
        When applied, if a key is not a scalar of type int64.

    Example
    -------
    >>> from estimator import tf
    >>> totals = Reducer(lambda key: np.int64(0), lambda total, n: total + n, lambda total: total)
    >>> dataset = tf.data.Dataset.range(10).apply(group_by_reducer(lambda n: n % 3, totals))
    >>> [int(total) for total in dataset.as_numpy_iterator()]
    [18, 12, 15]

    Source
    ------
    tf.data.experimental.group_by_reducer, TF 1.15 grouping.py
    """
    if not isinstance(reducer, Reducer):
        raise TypeError(f"group_by_reducer takes a tf.data.experimental.Reducer, given: {reducer!r}.")

    def apply(dataset: Dataset) -> Dataset:
        name, spec = "group_by_reducer", dataset.element_spec
        key = traced_number(key_func, spec, f"{name}: key_func")
        first, state = traced(reducer.init_func, _KEY, f"{name}: init_func")
        step, _, state = traced_fold(
            reducer.reduce_func, state, spec, f"{name}: reduce_func", lambda returned: returned
        )
        last, returned = traced(reducer.finalize_func, state, f"{name}: finalize_func")
        bodies = (key, first, step, last)
        taken = [captured_tensors(body) for body in bodies]

        def make(*values: Any) -> Node:
            rest = iter(values)
            captured = tuple(tuple(islice(rest, len(tensors))) for tensors in taken)
            return GroupByReducerNode(dataset._node, bodies, tuple(leaves(state)), returned, captured)

        text = " ".join(map(describe_body, bodies))
        tensors = [tensor for some in taken for tensor in some]
        return dataset._step(f"{name} {text}", make, *tensors, element=returned)

    return apply


@frozen(eq=False)
class GroupByReducerNode(Step):
    """An element for each key.

    Attributes
    ----------
    bodies : tuple of FunctionGraph
        Of the key, the first state, the next state, and the element.
    state : tuple of Spec
        Of the components of a state.
    """

    bodies: tuple[FunctionGraph, ...]
    state: tuple[Spec, ...]
    returned: Any
    captured: tuple[tuple[Array, ...], ...]

    @property
    def spec(self) -> Any:
        """What the last function returns."""
        return self.returned

    @property
    def cardinality(self) -> int:
        """Not known before the elements are read."""
        return UNKNOWN

    def describe(self) -> list[Any]:
        """The operations of the functions."""
        return ["group_by_reducer", *map(describe_body, self.bodies), self.input.describe()]

    def start(self, context: Context) -> Stream:
        """All elements are read when the first is wanted."""
        returned: list[Sequence[Spec]] = [(), self.state, self.state, leaves(self.returned)]
        functions = [
            Running(body, context, captured, specs)
            for body, captured, specs in zip(self.bodies, self.captured, returned, strict=True)
        ]
        return Stream(GroupByReducerStage(self.input.start(context), functions, self.state), Plain(), False)


class GroupByReducerStage(Stage):
    """Holds the states of the keys that are still to come, which are saved whole."""

    def __init__(self, stream: Stream, functions: Sequence[Running], specs: Sequence[Spec]) -> None:
        self._stage, self._rows, _ = stream
        self._functions = functions
        self._specs = specs
        self._states: list[tuple[int, Element]] | None = None  # None before the elements are read

    def read(self, count: int) -> list[Element]:
        """The elements of the next keys."""
        if self._states is None:
            self._states = sorted(self._reduced().items(), key=lambda pair: pair[0])
        now, self._states = self._states[:count], self._states[count:]
        return [self._functions[3](state) for _, state in now]

    def _reduced(self) -> dict[int, Element]:
        key_of, first, following, _ = self._functions
        states: dict[int, Element] = {}
        while len(tickets := self._stage.read(1)):
            element = self._rows.elements(tickets)[0]
            key = int(key_of(element)[0])
            state = states[key] if key in states else first([np.array(key, np.int64)])
            states[key] = following([*state, *element])
        return states

    def rewind(self) -> None:
        """Read the elements of the next pass."""
        self._states = None
        self._stage.rewind()

    def state(self) -> State:
        """The states that are still to come, and where the input stands."""
        states = [[key, [as_json(array) for array in arrays_of(state)]] for key, state in self._states or ()]
        return {
            "states": None if self._states is None else states,
            "functions": [function.state() for function in self._functions],
            "rows": self._rows.state(),
            "input": self._stage.state(),
        }

    def restore(self, state: State) -> None:
        """Go on with those states."""
        states = state["states"]
        self._states = None
        if states is not None:
            self._states = [
                (int(key), components_of(self._specs, map(from_json, saved))) for key, saved in states
            ]
        for function, saved in zip(self._functions, state["functions"], strict=True):
            function.restore(saved)
        self._stage.restore(state["input"])
        self._rows.restore(state["rows"])


near_keywords_of_functions(__name__)
