"""Datasets: recipes for a sequence of elements.

A dataset holds no position and belongs to no graph. It may be made inside or outside input_fn, used
any number of times and by several threads; each iterator runs it from the beginning. Its arrays
never become constants of a graph. They are used where they are, not copied: do not change them
while they are in use.

    dataset = Dataset.from_tensor_slices((dict(features), labels)).shuffle(1000).repeat().batch(32)

An element is a nested structure of dicts, tuples and None; a list is a tensor.

Differences from tf.data that one can notice: map runs its function when an element leaves the
pipeline, after shuffling and skipping; num_parallel_calls is accepted and changes nothing: what
prefetch makes ahead, one thread makes.

Source
------
tf.data.Dataset of TF 1.15 and 2.15: names, defaults, order of elements.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.files import local_path
from estimator.core.keywords import near_keywords_of_functions, near_keywords_of_methods
from estimator.core.missing_members import lacks
from estimator.core.shapes import TensorShape
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.pipeline import stages
from estimator.pipeline.batching import Batching
from estimator.pipeline.choosing import Choosing
from estimator.pipeline.components import class_in_graph
from estimator.pipeline.element import as_array
from estimator.pipeline.folding import Folding
from estimator.pipeline.grouping import Grouping
from estimator.pipeline.iterator import DatasetSource, GraphIterator
from estimator.pipeline.making import Making
from estimator.pipeline.nesting import Nesting
from estimator.pipeline.recipe import fingerprint_of, whole_number
from estimator.pipeline.selecting import Selecting
from estimator.pipeline.sources import RangeNode
from estimator.pipeline.specs import DatasetSpec
from estimator.pipeline.stage import Node
from estimator.pipeline.structure import leaves, map_leaves, pack

if TYPE_CHECKING:
    from estimator.pipeline.options import Options


@lacks("load save snapshot", "cache(filename) keeps elements in files")
@near_keywords_of_methods
class Dataset(Batching, Choosing, Folding, Grouping, Making, Nesting, Selecting):
    """A recipe for a sequence of elements; see the module's text.

    Every method takes a `name`, as TensorFlow's do, and has no use for it.

    Parameters
    ----------
    node : Node
        The last step. Use the ``from_...`` functions instead.
    """

    @classmethod
    def _made_of(cls, node: Node) -> Any:
        return Dataset(node)

    # -- several as one --------------------------------------------------------------------------------

    def concatenate(self, dataset: Dataset, name: Any = None) -> Dataset:
        """These elements, then those of the other.

        Raises
        ------
        TypeError
            If their structures or types differ.
        """
        if not isinstance(dataset, Dataset):
            raise TypeError(f"Dataset.concatenate takes a Dataset, given: {dataset!r}.")
        stages.check_same_kind(self._node, dataset._node, "Dataset.concatenate")
        return Dataset(stages.ConcatenateNode(self._node, dataset._node))

    def enumerate(self, start: Any = 0, name: Any = None) -> Dataset:
        """Pairs of a number (int64, from `start` on) and the element."""
        counter = RangeNode(whole_number(start, "Dataset.enumerate: start"), None, 1)
        return Dataset(stages.ZipNode((counter, self._node)))

    # -- elements ----------------------------------------------------------------------------------

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: Any = None,
        deterministic: Any = None,
        name: Any = None,
    ) -> Dataset:
        """A function of each element.

        Parameters
        ----------
        map_func : callable
            Takes tensors: one argument for each part of a tuple, else the element (a namedtuple is
            one). It is called once, here. A list that it returns is a tuple of components, a list
            inside of what it returns one tensor.
        num_parallel_calls, deterministic
            Accepted; elements are made in order, one at a time.

        Raises
        ------
        ValueError
            If the function uses variables of the surrounding graph, or returns nothing.
        """
        body, returned = stages.traced(map_func, self._node.spec, "Dataset.map")

        def make(*captured: Any) -> Node:
            return stages.MapNode(self._node, body, returned, captured)

        return self._step(
            f"map {stages.describe_body(body)}", make, *stages.captured_tensors(body), element=returned
        )

    def filter(self, predicate: Callable[..., Any], name: Any = None) -> Dataset:
        """The elements for which a function of tensors is true.

        Raises
        ------
        ValueError
            If the function does not return one bool.
        """
        body = stages.traced_predicate(predicate, self._node.spec, "Dataset.filter")

        def make(*captured: Any) -> Node:
            return stages.FilterNode(self._node, body, captured)

        return self._step(f"filter {stages.describe_body(body)}", make, *stages.captured_tensors(body))

    map_with_legacy_function = map
    filter_with_legacy_function = filter

    def cache(self, filename: Any = "", name: Any = None) -> Dataset:
        """The elements, kept when they were made once: by each iterator in memory, or in files.

        Parameters
        ----------
        filename : str, path or string tensor
            With which the names of the files begin; they are found again by the next process, so delete them when what
            is before changes. Nothing for memory.

        Raises
        ------
        TypeError
            If an element holds datasets, which no file does.
        AlreadyExistsError
            When run, if somebody else is writing these files.
        InvalidArgumentError
            When run, if the files have other elements.
        """
        if isinstance(filename, os.PathLike):
            filename = os.fspath(filename)
        if not isinstance(filename, (str, bytes)) or filename:
            _refuse_datasets(self._node.spec)

        def make(filename: Any) -> Node:
            name = as_array(filename, "Dataset.cache: filename").item()
            if not isinstance(name, (str, bytes)):
                raise TypeError(f"Dataset.cache: filename must be a text, given: {name!r}.")
            return stages.CacheNode(self._node, local_path(name))

        return self._step("cache", make, filename)

    def prefetch(self, buffer_size: Any, name: Any = None) -> Dataset:
        """The same elements, up to `buffer_size` of them made in a thread before they are wanted.

        Where they come from files, generators or functions, the next elements are made while a step runs; a position
        that is saved counts those that were taken. Of arrays in memory batches are gathered ahead without a thread.

        Parameters
        ----------
        buffer_size : int
            tf.data.AUTOTUNE for as many as seem good, 0 for none.

        Raises
        ------
        InvalidArgumentError
            If it is below -1.
        """

        def make(buffer_size: Any) -> Node:
            size = whole_number(buffer_size, "Dataset.prefetch: buffer_size")
            if size < -1:
                raise InvalidArgumentError(
                    f"Dataset.prefetch: buffer_size must be >= 0, or AUTOTUNE (-1), given: {size}."
                )
            return stages.PrefetchNode(self._node, size)

        return self._step("prefetch", make, -1 if buffer_size is None else buffer_size)

    def apply(self, transformation_func: Callable[[Dataset], Dataset]) -> Dataset:
        """``transformation_func(dataset)``.

        Raises
        ------
        TypeError
            If it does not return a Dataset.
        """
        result = transformation_func(self)
        if not isinstance(result, Dataset):
            raise TypeError(
                f"the function given to Dataset.apply must return a Dataset, returned: {result!r}."
            )
        return result

    # -- what it is --------------------------------------------------------------------------------

    @property
    def output_types(self) -> Any:
        """The structure of an element, with dtypes."""
        return map_leaves(lambda spec: spec.dtype, self._node.spec)

    @property
    def output_shapes(self) -> Any:
        """The structure of an element, with shapes."""
        return map_leaves(lambda spec: TensorShape(spec.dims), self._node.spec)

    @property
    def output_classes(self) -> Any:
        """The structure of an element, with the class Tensor or SparseTensor."""
        return map_leaves(class_in_graph, self._node.spec)

    def cardinality(self, name: Any = None) -> Tensor:
        """The number of elements, as an int64 tensor; -1 without end, -2 if it is not known."""
        return get_default_graph().convert(np.int64(self._node.cardinality))

    def __iter__(self) -> NoReturn:
        raise RuntimeError(
            "a Dataset is a recipe, and has elements where it runs: as_numpy_iterator() gives them as arrays, "
            "make_one_shot_iterator().get_next() the tensors of a graph. An input_fn returns the dataset itself."
        )

    def fingerprint(self) -> str:
        """Equal for recipes of the same steps, seeds and sizes; the values in the arrays do not count."""
        return fingerprint_of(self._node)

    def options(self) -> Options:
        """What was said with :meth:`with_options`, here and in the steps before."""
        return stages.options_of(self._node)

    def with_options(self, options: Options, name: Any = None) -> Dataset:
        """The same elements, with options: they are checked and kept, and change nothing.

        Raises
        ------
        TypeError
            If they are no Options.
        """
        if not isinstance(options, stages.Options):
            raise TypeError(f"Dataset.with_options takes tf.data.Options, given: {options!r}.")
        return Dataset(stages.OptionsNode(self._node, options))

    # -- running -----------------------------------------------------------------------------------

    def source(self, graph_seed: int | None = None) -> DatasetSource:
        """A run of it that is pulled by hand: ``get_next()``, ``state()``, ``restore(state)``.

        Raises
        ------
        ValueError
            If the dataset is made of tensors.
        """
        if tensors := self.tensors():
            raise ValueError(
                f"Cannot capture {tensors[0]} by value: this dataset is made of tensors, whose values are not known "
                "before the graph runs. Use make_initializable_iterator and run (and feed) iterator.initializer."
            )
        return DatasetSource(self._node, self.fingerprint(), graph_seed)

    def make_one_shot_iterator(self) -> GraphIterator:
        """An iterator of the default graph that starts by itself; each run of its ``get_next()`` takes one element.

        Raises
        ------
        ValueError
            If the dataset is made of tensors: see :meth:`make_initializable_iterator`.
        """
        return self._in_graph(initializable=False)

    def make_initializable_iterator(self, shared_name: str | None = None) -> GraphIterator:
        """An iterator of the default graph that begins, and begins again, when its ``initializer`` is run."""
        return self._in_graph(initializable=True, name=shared_name)

    def run_to_initialize(self, graph_seed: int | None) -> DatasetSource:
        """A run of it that begins when an initializer gives it the values of :meth:`tensors`."""
        return DatasetSource(self._node, self.fingerprint(), graph_seed, True, self.tensors())

    def _in_graph(self, initializable: bool, name: str | None = None) -> GraphIterator:
        graph = get_default_graph()
        make = self.run_to_initialize if initializable else self.source
        tensors = self.tensors() if initializable else None
        iterator = GraphIterator(graph, make(graph.seed), self._node.spec, name, tensors)
        iterator.string_handle()  # now: hooks ask for it when the graph is final
        return iterator

    def as_numpy_iterator(self) -> Iterator[Any]:
        """The elements as nested arrays, without any graph."""
        source = self.source()
        try:
            while (element := source.pull()) is not None:
                yield pack(
                    self._node.spec, [part[()] if isinstance(part, np.ndarray) else part for part in element]
                )
        finally:
            source.rest()

    def __repr__(self) -> str:
        return f"<Dataset element_spec={self._node.spec}>"


def _refuse_datasets(spec: Any) -> None:
    if any(isinstance(component, DatasetSpec) for component in leaves(spec)):
        raise TypeError(
            f"Dataset.cache: an element of {spec} holds datasets, which cannot be written to a file; make each one "
            "element first, such as by flat_map(lambda window: window.batch(3))."
        )


def output_types(dataset_or_iterator: Any) -> Any:
    """The nested dtypes of an element, as tf.data.get_output_types."""
    return dataset_or_iterator.output_types


def output_shapes(dataset_or_iterator: Any) -> Any:
    """The shapes of an element's components, in the element's structure."""
    return dataset_or_iterator.output_shapes


def output_classes(dataset_or_iterator: Any) -> Any:
    """The classes of an element's components, in the element's structure."""
    return dataset_or_iterator.output_classes


def make_one_shot_iterator(dataset: Dataset) -> GraphIterator:
    """tf.data.make_one_shot_iterator."""
    return dataset.make_one_shot_iterator()


def make_initializable_iterator(dataset: Dataset, shared_name: str | None = None) -> GraphIterator:
    """tf.data.make_initializable_iterator."""
    return dataset.make_initializable_iterator(shared_name)


near_keywords_of_functions(__name__)
