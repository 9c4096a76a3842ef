"""Methods of datasets that carry something from element to element, and those that give tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.core.dtypes import bool as tf_bool
from estimator.core.dtypes import int32, int64, string
from estimator.core.errors import InvalidArgumentError
from estimator.core.keywords import near_keywords_of_methods
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Operation, Tensor
from estimator.pipeline import stages
from estimator.pipeline.components import arrays_of, components_of, in_graph, tensor_specs
from estimator.pipeline.element import Array, Element
from estimator.pipeline.recipe import Recipe
from estimator.pipeline.specs import TensorSpec, type_spec_from_value
from estimator.pipeline.stage import Context, Node, Stream
from estimator.pipeline.structure import leaves, map_leaves, pack

if TYPE_CHECKING:
    from typing import Self


@near_keywords_of_methods
class Folding(Recipe):
    """What a dataset can do with its elements in their order."""

    def take_while(self, predicate: Callable[..., Any], name: Any = None) -> Self:
        """The elements before the first for which a function of tensors is false.

        Raises
        ------
        ValueError
            If the function does not return one bool.
        """
        body = stages.traced_predicate(predicate, self._node.spec, "Dataset.take_while")

        def make(*captured: Any) -> Node:
            return stages.TakeWhileNode(self._node, body, captured)

        return self._step(f"take_while {stages.describe_body(body)}", make, *stages.captured_tensors(body))

    def scan(self, initial_state: Any, scan_func: Callable[..., Any], name: Any = None) -> Self:
        """What a function gives for each element, beside a state that it hands on.

        Parameters
        ----------
        initial_state : nested structure
        scan_func : callable
            From the state and the element to the next state and a new element: ``(state, new)``.

        Raises
        ------
        TypeError
            If it does not return a pair, or a state of another structure or of other types.

        Example
        -------
        >>> from estimator import tf
        >>> sums = tf.data.Dataset.range(5).scan(np.int64(0), lambda total, n: (total + n, total + n))
        >>> [int(number) for number in sums.as_numpy_iterator()]
        [0, 1, 3, 6, 10]
        """
        initial = map_leaves(stages.as_graph_component, initial_state)
        spec = map_leaves(type_spec_from_value, initial)

        def next_state(returned: Any) -> Any:
            if not (isinstance(returned, tuple) and len(returned) == 2):
                raise TypeError(
                    "the function given to Dataset.scan must return a pair of the next state and a new element, "
                    f"returned: {returned!r}."
                )
            return returned[0]

        body, returned, _ = stages.traced_fold(scan_func, spec, self._node.spec, "Dataset.scan", next_state)
        parts = _parts(leaves(initial))

        def make(*values: Any) -> Node:
            arrays = [np.asarray(value) for value in values[: len(parts)]]
            return stages.ScanNode(self._node, body, returned, arrays, values[len(parts) :])

        taken = stages.captured_tensors(body)
        return self._step(f"scan {stages.describe_body(body)}", make, *parts, *taken, element=returned[1])

    def unique(self, name: Any = None) -> Self:
        """Each value once, where it first comes; of elements that are one tensor of int32, int64 or text.

        Raises
        ------
        TypeError
            If an element is anything else.
        """
        components = leaves(self._node.spec)
        if len(components) != 1 or components[0].dtype not in (int32, int64, string):
            raise TypeError(
                "Dataset.unique takes elements of a single component of the type int32, int64 or string, given: "
                f"{self._node.spec}."
            )
        return self._made_of(stages.UniqueNode(self._node))

    def reduce(self, initial_state: Any, reduce_func: Callable[..., Any], name: Any = None) -> Any:
        """The tensors that a function makes of a state and all elements, one after the other.

        Each run of them reads the dataset from its beginning to its end.

        Parameters
        ----------
        initial_state : nested structure
        reduce_func : callable
            From the state and an element to the next state.

        Returns
        -------
        nested structure of Tensor
            As the state.

        Raises
        ------
        TypeError
            If the next state has another structure or other types.

        Example
        -------
        >>> from estimator import tf
        >>> with tf.Session() as session:
        ...     int(session.run(tf.data.Dataset.range(5).reduce(np.int64(0), lambda total, n: total + n)))
        10
        """
        initial = map_leaves(stages.as_graph_component, initial_state)
        spec = map_leaves(type_spec_from_value, initial)
        body, _, spec = stages.traced_fold(
            reduce_func, spec, self._node.spec, "Dataset.reduce", lambda returned: returned
        )
        parts, taken = _parts(leaves(initial)), stages.captured_tensors(body)

        def compute(stream: Stream, context: Context, values: Sequence[Array]) -> Element:
            function = stages.Running(body, context, values[len(parts) :], leaves(spec))
            return stages.reduced(stream, function, components_of(leaves(spec), values[: len(parts)]))

        return self._computed(compute, [*parts, *taken], spec, "ReduceDataset")

    def get_single_element(self, name: Any = None) -> Any:
        """The tensors of the only element.

        Raises
        ------
        InvalidArgumentError
            When run, if there is no element or more than one.
        """

        def compute(stream: Stream, context: Context, values: Sequence[Array]) -> Element:
            elements = stream.rows.elements(stream.stage.read(2))
            if len(elements) != 1:
                raise InvalidArgumentError(
                    "Dataset had more than one element." if elements else "Dataset was empty."
                )
            return elements[0]

        return self._computed(compute, [], self._node.spec, "DatasetToSingleElement")

    def _done(self, deed: Callable[[Iterator[Element]], None], name: str) -> Operation:
        """The operation that does something with all elements, each time it is run."""

        def compute(stream: Stream, context: Context, values: Sequence[Array]) -> Element:
            deed(_elements(stream))
            return [np.array(True)]

        done: Tensor = self._computed(compute, [], TensorSpec((), tf_bool), name)
        return done.op

    def _computed(
        self, compute: Callable[..., Element], values: Sequence[Tensor], spec: Any, name: str
    ) -> Any:
        """The tensors of the element that is computed of a run of the dataset and some values."""
        node, tensors = self._node, self.tensors()
        seed = get_default_graph().seed
        specs = [part for component in leaves(spec) for part in tensor_specs(component)]

        def run(*given: Any) -> list[Array]:
            arrays = list(map(_as_array, given))
            context = Context(seed, dict(zip(tensors, arrays, strict=False)))
            return arrays_of(compute(node.start(context), context, arrays[len(tensors) :]))

        from estimator.functions.py_func import py_func

        results = py_func(run, [*tensors, *values], [part.dtype for part in specs], name=name)
        for tensor, part in zip(results, specs, strict=True):
            tensor.set_shape(part.dims)
        return pack(spec, in_graph(leaves(spec), results))


def _elements(stream: Stream) -> Iterator[Element]:
    while len(tickets := stream.stage.read(1)):
        yield from stream.rows.elements(tickets)


def _parts(components: Sequence[Any]) -> list[Tensor]:
    """The tensors of components in a graph."""
    return [part for component in components for part in getattr(component, "components", [component])]


def _as_array(value: Any) -> Array:
    """What a function of Python's is given, as an array again."""
    return stages.as_dataset_component(value) if isinstance(value, Node) else np.asarray(value, _kind(value))


def _kind(value: Any) -> Any:
    return object if isinstance(value, bytes) else None
