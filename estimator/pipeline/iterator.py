"""Iterators: datasets on the run, outside a graph (sources) and in it.

A source is what the session pulls: ``get_next()`` gives the components of the next element or
raises OutOfRangeError. It stands in ``graph.resources`` under the name that IteratorGetNext
carries. A source belongs to one graph, so that two predict() generators that are read in turn never
share one; a lock keeps each of its elements whole when threads do.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from estimator.core.dtypes import string
from estimator.core.errors import DataLossError, FailedPreconditionError, OutOfRangeError
from estimator.core.keywords import near_keywords_of_functions, near_keywords_of_methods
from estimator.core.shapes import TensorShape
from estimator.core.shown import shorten
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Operation, Tensor
from estimator.pipeline.ahead import Workers
from estimator.pipeline.components import arrays_of, class_in_graph, in_graph
from estimator.pipeline.element import Array, Element
from estimator.pipeline.optional import Optional, output_attrs
from estimator.pipeline.specs import describe_spec, specs_of
from estimator.pipeline.stage import INFINITE, Context, Node, State, Stream
from estimator.pipeline.structure import leaves, map_leaves, pack, same_structure

if TYPE_CHECKING:
    from estimator.pipeline.rounds import Share

END = "End of sequence"  # TensorFlow's words
SOURCE_PREFIX = "iterator"


class DatasetSource:
    """A run of a recipe.

    Parameters
    ----------
    node : Node
        The last step.
    fingerprint : str
        Of the recipe.
    graph_seed : int or None
        Decides, with the seeds in the recipe, all that is random.
    needs_initializer : bool
        Refuse to give elements before :meth:`initialize`.
    tensors : sequence of Tensor
        What the recipe is made of beside arrays.
    """

    def __init__(
        self,
        node: Node,
        fingerprint: str,
        graph_seed: int | None,
        needs_initializer: bool = False,
        tensors: Sequence[Tensor] = (),
    ) -> None:
        self.node, self.graph_seed = node, graph_seed
        self._node = node  # of what this process takes
        self._fingerprint = f"{fingerprint}/{graph_seed}"
        self._tensors = tuple(tensors)
        self._values: Mapping[Tensor, Array] = {}
        self._waiting: State = {}  # a saved position that waits for the initializer
        self._stream: Stream | None = None
        self._workers = Workers()
        self._ready = not needs_initializer
        self._lock = threading.Lock()
        self.refuse_empty: str | None = None  # the message of the error if there is no element at all
        self._delivered = False
        self._share: Share | None = None
        self._taken = 0  # elements since the first

    def share(self, share: Share, node: Node | None = None, fingerprint: str | None = None) -> None:
        """Take only a process's share of the elements, from the first on.

        Parameters
        ----------
        share : Share
        node : Node, optional
            The last step of a recipe that has only own elements, if they are not taken in rounds.
        fingerprint : str, optional
            That does not tell which process this is.
        """
        with self._lock:
            self._share, self._stream, self._taken = share, None, 0
            self._fingerprint = fingerprint or self._fingerprint
            if node is not None:
                self._node = node

    def initialize(self, values: Sequence[Array] | None = None) -> None:
        """Begin at the first element, or, the first time, where a restored state stands.

        Parameters
        ----------
        values : sequence of ndarray, optional
            Of the tensors that the recipe is made of; by default those it had before.
        """
        with self._lock:
            if values is not None:
                self._values = dict(zip(self._tensors, values, strict=True))
            self.rest()
            self._stream, self._ready = None, True
            waiting, self._waiting = self._waiting, {}
            if waiting:
                self._continue(waiting)
            elif self._tensors:
                self._start()  # what is wrong with the values is the initializer's error

    can_restart = True
    restart = initialize

    def rewind(self) -> None:
        """Begin the next pass over the data, as ``repeat`` does: what each pass draws at random is drawn anew."""
        with self._lock:
            self.rest()
            if self._stream is not None:
                self._stream.stage.rewind()

    def pull(self) -> Element | None:
        """The components of the next element, None at the end.

        Raises
        ------
        FailedPreconditionError
            If it has an initializer that was not run.
        """
        with self._lock:
            stream = self._stream or self._start()
            tickets = stream.stage.read(1)
            if len(tickets) == 0:
                return None
            element = stream.rows.elements(tickets)[0]
            self._delivered = True
            self._taken += 1
            return element

    def get_next(self) -> list[Array]:
        """The arrays of the components of the next element.

        Raises
        ------
        OutOfRangeError
            At the end, now and ever after.
        ValueError
            If there is no element at all and `refuse_empty` says that there must be.
        """
        element = self.pull()
        if element is None:
            if self.refuse_empty and not self._delivered:
                raise ValueError(self.refuse_empty)
            raise OutOfRangeError(END)
        return arrays_of(element)

    def _start(self) -> Stream:
        if not self._ready:
            raise FailedPreconditionError(
                "GetNext() failed because the iterator has not been initialized. Run its initializer first: "
                "session.run(iterator.initializer), or add it to tf.GraphKeys.TABLE_INITIALIZERS."
            )
        context, node = Context(self.graph_seed, self._values), self._node
        if self._share is not None:
            context.entropy = self._share.entropy
            node = self._share.of(node)
        self._workers = context.workers
        self._stream = node.start(context)
        return self._stream

    def state(self) -> State:
        """Where it stands: JSON; an element that was not handed out does not count as read."""
        with self._lock:
            if not self._ready:
                return self._waiting
            stream = self._stream or self._start()
            state = {"stage": stream.stage.state(), "rows": stream.rows.state()}
            if self._share is None or self._share.in_rounds:
                return state
            share = self._share
            return {**state, "own": [share.rank, share.size, self._taken, share.entropy]}

    def restore(self, state: State) -> None:
        """Give from now on, or from the first run of the initializer on, what would have come after that state.

        Raises
        ------
        DataLossError
            If it is not a state of this recipe.
        """
        with self._lock:
            if state == {}:  # saved before it was initialized
                return
            if self._ready:
                self._continue(state)
            else:
                self._waiting = state

    def _continue(self, state: State) -> None:
        self._delivered = True
        self.rest()
        try:
            if not self._follow(state):
                stream = self._start()
                stream.stage.restore(state["stage"])
                stream.rows.restore(state["rows"])
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            self._stream = None
            raise DataLossError(
                f"the saved input position does not belong to this pipeline ({error!r})."
            ) from error

    def _follow(self, state: State) -> bool:
        """Take over what a state says of processes with data of their own; whether it is that of another process.

        Then the elements that this one took meanwhile, as many as the other, are passed over.

        Raises
        ------
        DataLossError
            If they shared the data otherwise than now.
        """
        share, saved = self._share, state.get("own")
        has_own = share is not None and not share.in_rounds
        if (saved is not None) != has_own:
            raise DataLossError(
                "the saved input position is of processes that shared the data in another way."
            )
        if share is None or saved is None:
            return False
        rank, size, taken, entropy = map(int, saved)
        if size != share.size:
            raise DataLossError(
                f"the saved input position is of {size} processes that read data of their own each; now there are "
                f"{share.size}."
            )
        self._taken = taken
        if rank == share.rank:
            return False
        self._share = replace(share, entropy=entropy)
        stream = self._start()
        stream.stage.pass_elements(stream.rows, taken)
        return True

    def fingerprint(self) -> str:
        """The recipe and the graph's seed."""
        return self._fingerprint

    def rest(self) -> None:
        """Make no elements ahead until one is pulled again; those that are made are kept."""
        self._workers.rest()

    @property
    def is_endless(self) -> bool:
        """Whether it is known never to end."""
        return self._node.cardinality == INFINITE


class Recipe(Protocol):
    """A dataset, as an iterator sees it; see :class:`~estimator.pipeline.dataset.Dataset`."""

    @property
    def element_spec(self) -> Any:
        """The structure of an element, with a spec for each component."""

    def tensors(self) -> list[Tensor]:
        """What it is made of beside arrays."""

    def run_to_initialize(self, graph_seed: int | None) -> DatasetSource:
        """A run of it that an initializer begins."""


@near_keywords_of_methods
class GraphIterator:
    """An iterator in a graph: datasets make them, and :meth:`from_structure` and :meth:`from_string_handle`.

    Parameters
    ----------
    graph : Graph
    source : DatasetSource or other source, or None
        What it gives; kept in ``graph.resources``. None with a `handle`.
    spec : nested structure of TensorSpec
        Of an element.
    name : str, optional
        Its key in ``graph.resources``.
    tensors : sequence of Tensor, optional
        What the initializer hands to the source, as values; without the argument there is no initializer.
    handle : Tensor, optional
        Text that says in each run which other iterator of the graph gives the element.
    """

    def __init__(
        self,
        graph: Graph,
        source: Any,
        spec: Any,
        name: str | None = None,
        tensors: Sequence[Tensor] | None = None,
        handle: Tensor | None = None,
    ) -> None:
        self._graph = graph
        self._spec = spec
        self.name = name or _free_name(graph)
        self._source = source
        self._chosen, self._handle = handle, handle
        if source is not None:
            graph.resources[self.name] = source
        self._initializer: Operation | None = None
        if tensors is not None:  # now: hooks ask for it when the graph is final
            attrs = {"shared_name": self.name, "name": "MakeIterator"}
            self._initializer = graph.apply("MakeIterator", (list(tensors),), attrs)

    @staticmethod
    def from_structure(
        output_types: Any,
        output_shapes: Any = None,
        shared_name: str | None = None,
        output_classes: Any = None,
    ) -> GraphIterator:
        """An iterator of the default graph for any dataset of this structure, which :meth:`make_initializer` gives it.

        Parameters
        ----------
        output_types : nested structure of DType
        output_shapes : nested structure of TensorShape, optional
            By default unknown.
        shared_name : str, optional
        output_classes : nested structure of tf.Tensor and tf.SparseTensor, optional
            By default tensors.

        Raises
        ------
        TypeError
            If the structures differ.

        Example
        -------
        >>> from estimator.pipeline.dataset import Dataset
        >>> from estimator.runtime.session import Session
        >>> with Graph().as_default(), Session() as session:
        ...     low, high = Dataset.range(2), Dataset.range(7, 9)
        ...     iterator = GraphIterator.from_structure(low.output_types, low.output_shapes)
        ...     begin_low, begin_high = iterator.make_initializer(low), iterator.make_initializer(high)
        ...     element = iterator.get_next()
        ...     for begin in (begin_low, begin_high):
        ...         session.run(begin)
        ...         print(session.run(element), session.run(element))
        0 1
        7 8
        """
        from estimator.pipeline.switched import SwitchedSource

        spec = specs_of(output_types, output_shapes, output_classes)
        iterator = GraphIterator(get_default_graph(), SwitchedSource(), spec, shared_name)
        iterator.string_handle()
        return iterator

    @staticmethod
    def from_string_handle(
        string_handle: Any, output_types: Any, output_shapes: Any = None, output_classes: Any = None
    ) -> GraphIterator:
        """An iterator that takes each element from the one whose :meth:`string_handle` is given: feed it.

        Parameters
        ----------
        string_handle : Tensor
            A text; mostly a placeholder.
        output_types, output_shapes, output_classes : nested structure
            See :meth:`from_structure`. What another iterator gives is held against them in each run.

        Raises
        ------
        TypeError
            If the structures differ, or the handle is no text.
        """
        graph = get_default_graph()
        spec = specs_of(output_types, output_shapes, output_classes)
        return GraphIterator(graph, None, spec, handle=graph.convert(string_handle, string))

    def string_handle(self, name: str | None = None) -> Tensor:
        """A text that names this iterator: what :meth:`from_string_handle` is to be fed.

        Parameters
        ----------
        name : str, optional
            Of another operation that gives it.
        """
        if self._handle is not None and name is None:
            return self._handle
        if self._chosen is not None:
            again: Tensor = self._graph.apply("Identity", (self._chosen,), {"name": name})
            return again
        with self._graph.control_dependencies(None):
            handle = self._graph.constant(self.name, string, name or "IteratorToStringHandle")
        self._handle = handle if self._handle is None else self._handle
        return handle

    def make_initializer(self, dataset: Recipe, name: str | None = None) -> Operation:
        """An operation that lets this iterator begin with a dataset; for those of :meth:`from_structure`.

        Parameters
        ----------
        dataset : Dataset
            Its structure and types are the iterator's, its shapes go with them.
        name : str, optional
            Of the operation; default ``make_initializer``.

        Raises
        ------
        TypeError
            If it is no dataset, or of another structure or type.
        ValueError
            If the iterator is of one dataset, or takes its elements from others.
        """
        from estimator.pipeline.switched import SwitchedSource

        if not isinstance(self._source, SwitchedSource):
            raise ValueError(
                "make_initializer: only an iterator of Iterator.from_structure takes a dataset; this one has its "
                "elements already."
            )
        if not hasattr(dataset, "run_to_initialize"):
            raise TypeError(f"make_initializer takes a Dataset, given: {shorten(dataset)}.")
        if not _goes_with(dataset.element_spec, self._spec):
            raise TypeError(
                f"make_initializer: Iterator.from_structure was told of elements {describe_spec(self._spec)}, but "
                f"those of this dataset are {describe_spec(dataset.element_spec)}."
            )
        beginning = f"{self.name}/{len(self._graph.resources)}"
        self._graph.resources[beginning] = self._source.add(dataset.run_to_initialize(self._graph.seed))
        attrs = {"shared_name": beginning, "name": name or "make_initializer"}
        operation: Operation = self._graph.apply("MakeIterator", (dataset.tensors(),), attrs)
        return operation

    def get_next(self, name: str | None = None) -> Any:
        """The tensors of the next element; a run that uses them takes one element."""
        with self._graph.control_dependencies(None):
            return pack(self._spec, in_graph(leaves(self._spec), self._pulled("IteratorGetNext", name)))

    def get_next_as_optional(self) -> Optional:
        """The next element, or nothing at the end of the data; a run that uses it takes one element.

        Example
        -------
        >>> from estimator.pipeline.dataset import Dataset
        >>> from estimator.runtime.session import Session
        >>> with Graph().as_default(), Session() as session:
        ...     optional = Dataset.range(2).make_one_shot_iterator().get_next_as_optional()
        ...     has_value = optional.has_value()
        ...     [bool(session.run(has_value)) for _ in range(4)]
        [True, True, False, False]
        """
        with self._graph.control_dependencies(None):
            return Optional(self._pulled("IteratorGetNextAsOptional", None), self._spec)

    def _pulled(self, op_type: str, name: str | None) -> Any:
        """What an operation gives that takes the next element."""
        attrs = {**output_attrs(leaves(self._spec)), "name": name or op_type}
        if self._chosen is None:
            return self._graph.apply(op_type, (), {**attrs, "shared_name": self.name})
        return self._graph.apply(f"Fed{op_type}", (self._chosen,), attrs)

    @property
    def initializer(self) -> Operation:
        """The operation that begins it again.

        Raises
        ------
        ValueError
            If it starts by itself.
        """
        if self._initializer is None:
            raise ValueError(
                "The iterator does not have an initializer: that of a dataset's make_one_shot_iterator starts by "
                "itself, use make_initializable_iterator; that of Iterator.from_structure has those that "
                "make_initializer(dataset) gives."
            )
        return self._initializer

    @property
    def element_spec(self) -> Any:
        """The structure of an element, with a TensorSpec for each component."""
        return self._spec

    @property
    def output_types(self) -> Any:
        """The structure of an element, with dtypes."""
        return map_leaves(lambda spec: spec.dtype, self._spec)

    @property
    def output_shapes(self) -> Any:
        """The structure of an element, with shapes."""
        return map_leaves(lambda spec: TensorShape(spec.dims), self._spec)

    @property
    def output_classes(self) -> Any:
        """The structure of an element, with the class Tensor or SparseTensor."""
        return map_leaves(class_in_graph, self._spec)


def get_next_as_optional(iterator: GraphIterator) -> Optional:
    """The next element of an iterator, or nothing: ``iterator.get_next_as_optional()``.

    Raises
    ------
    AttributeError
        If it is no iterator.
    """
    return iterator.get_next_as_optional()


def _goes_with(spec: Any, wanted: Any) -> bool:
    """Whether elements of a spec may come where others are wanted: alike but for sizes that are not known."""
    return same_structure(spec, wanted) and all(
        other.is_compatible_with(given) for given, other in zip(leaves(spec), leaves(wanted), strict=True)
    )


def _free_name(graph: Graph) -> str:
    number = sum(key.startswith(SOURCE_PREFIX) for key in graph.resources)
    return f"{SOURCE_PREFIX}_{number}"


near_keywords_of_functions(__name__)
