"""Transformations of datasets as functions for ``Dataset.apply``, which are one or two of its methods.

::

    dataset = dataset.apply(shuffle_and_repeat(10000, count=3)).apply(map_and_batch(parse, 32, drop_remainder=True))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from estimator.core.dtypes import int64, string
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shown import shorten
from estimator.functions.parse_example import parse_example
from estimator.graph.tensor import Tensor
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.element import as_array
from estimator.pipeline.faults import AssertCardinalityNode
from estimator.pipeline.iterator import GraphIterator
from estimator.pipeline.recipe import whole_number
from estimator.pipeline.specs import RaggedTensorSpec, SparseTensorSpec, TensorSpec
from estimator.pipeline.stage import INFINITE, UNKNOWN
from estimator.pipeline.structure import leaves, map_leaves, pack, same_structure

Transformation: TypeAlias = Callable[[Dataset], Dataset]

INFINITE_CARDINALITY, UNKNOWN_CARDINALITY = INFINITE, UNKNOWN
AUTOTUNE = -1  # as a number of calls or elements: as many as seem good


def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: Any = None) -> Transformation:
    """Shuffle, anew in each round, and repeat: ``dataset.shuffle(buffer_size, seed).repeat(count)``.

    Parameters
    ----------
    buffer_size, seed
        As of Dataset.shuffle.
    count : int, optional
        How many rounds; without an end by default.

    Source
    ------
    tf.data.experimental.shuffle_and_repeat, TF 1.15 shuffle_ops.py
    """
    return lambda dataset: dataset.shuffle(buffer_size, seed).repeat(count)


def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: Any = None,
    drop_remainder: bool = False,
    num_parallel_calls: Any = None,
) -> Transformation:
    """Map, and make batches: ``dataset.map(map_func).batch(batch_size, drop_remainder)``.

    Parameters
    ----------
    map_func : callable
        From the components of an element to those of another.
    batch_size : int
    num_parallel_batches, num_parallel_calls : int, optional
        Accepted, but not both; elements are mapped one after another.
    drop_remainder : bool
        Whether a last batch that is smaller is left out.

    Raises
    ------
    ValueError
        If both numbers are given.

    Source
    ------
    tf.data.experimental.map_and_batch, TF 1.15 batching.py
    """
    if num_parallel_batches is not None and num_parallel_calls is not None:
        raise ValueError(
            "map_and_batch allows only one of num_parallel_batches and num_parallel_calls to be set, given: "
            f"{num_parallel_batches} and {num_parallel_calls}."
        )
    return lambda dataset: dataset.map(map_func, num_parallel_calls).batch(batch_size, drop_remainder)


def batch_and_drop_remainder(batch_size: Any) -> Transformation:
    """Batches of one size: ``dataset.batch(batch_size, drop_remainder=True)``.

    Source
    ------
    tf.contrib.data.batch_and_drop_remainder, TF 1.15 batching.py
    """
    return lambda dataset: dataset.batch(batch_size, drop_remainder=True)


def dense_to_ragged_batch(
    batch_size: Any, drop_remainder: bool = False, row_splits_dtype: Any = int64
) -> Transformation:
    """Batches of elements whose sizes differ: ``dataset.ragged_batch(batch_size, drop_remainder, row_splits_dtype)``.

    Source
    ------
    tf.data.experimental.dense_to_ragged_batch, TF 2.15 batching.py
    """
    return lambda dataset: dataset.ragged_batch(batch_size, drop_remainder, row_splits_dtype)


def enumerate_dataset(start: Any = 0) -> Transformation:
    """Pairs of a number and an element: ``dataset.enumerate(start)``.

    Source
    ------
    tf.data.experimental.enumerate_dataset, TF 1.15 enumerate_ops.py
    """
    return lambda dataset: dataset.enumerate(start)


def map_and_batch_with_legacy_function(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: Any = None,
    drop_remainder: bool = False,
    num_parallel_calls: Any = None,
) -> Transformation:
    """The same as :func:`map_and_batch`."""
    return map_and_batch(map_func, batch_size, num_parallel_batches, drop_remainder, num_parallel_calls)


def parallel_interleave(
    map_func: Callable[..., Any],
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: Any = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
) -> Transformation:
    """Elements of several datasets in turn: ``dataset.interleave(map_func, cycle_length, block_length)``.

    Parameters
    ----------
    map_func : callable
        From the tensors of an element to a Dataset.
    cycle_length, block_length : int
        How many datasets take turns, and how many elements each gives.
    sloppy, buffer_output_elements, prefetch_input_elements
        Accepted; the elements come in order, one at a time.

    Source
    ------
    tf.data.experimental.parallel_interleave, TF 1.15 interleave_ops.py
    """
    del sloppy, buffer_output_elements, prefetch_input_elements
    return lambda dataset: dataset.interleave(map_func, cycle_length, block_length)


def unbatch() -> Transformation:
    """The rows of the elements: ``dataset.unbatch()``."""
    return lambda dataset: dataset.unbatch()


def ignore_errors(log_warning: bool = False) -> Transformation:
    """Leave out elements that cannot be made: ``dataset.ignore_errors()``.

    Parameters
    ----------
    log_warning : bool
        Whether each is told in the log.
    """
    return lambda dataset: dataset.ignore_errors(log_warning)


def take_while(predicate: Callable[..., Any]) -> Transformation:
    """The elements before the first for which a function is false: ``dataset.take_while(predicate)``."""
    return lambda dataset: dataset.take_while(predicate)


def scan(initial_state: Any, scan_func: Callable[..., Any]) -> Transformation:
    """What a function gives beside a state that it hands on: ``dataset.scan(initial_state, scan_func)``."""
    return lambda dataset: dataset.scan(initial_state, scan_func)


def unique() -> Transformation:
    """Each value once: ``dataset.unique()``."""
    return lambda dataset: dataset.unique()


def group_by_window(
    key_func: Callable[..., Any],
    reduce_func: Callable[..., Any],
    window_size: Any = None,
    window_size_func: Callable[..., Any] | None = None,
) -> Transformation:
    """What a function makes of windows of elements with one key: ``dataset.group_by_window(...)``."""
    return lambda dataset: dataset.group_by_window(key_func, reduce_func, window_size, window_size_func)


def bucket_by_sequence_length(
    element_length_func: Callable[..., Any],
    bucket_boundaries: Sequence[int],
    bucket_batch_sizes: Sequence[int],
    padded_shapes: Any = None,
    padding_values: Any = None,
    pad_to_bucket_boundary: bool = False,
    no_padding: bool = False,
    drop_remainder: bool = False,
) -> Transformation:
    """Batches of elements of similar length: ``dataset.bucket_by_sequence_length(...)``."""
    return lambda dataset: dataset.bucket_by_sequence_length(
        element_length_func,
        bucket_boundaries,
        bucket_batch_sizes,
        padded_shapes,
        padding_values,
        pad_to_bucket_boundary,
        no_padding,
        drop_remainder,
    )


def rejection_resample(
    class_func: Callable[..., Any], target_dist: Any, initial_dist: Any = None, seed: Any = None
) -> Transformation:
    """Pairs of a class and an element, with classes in other shares: ``dataset.rejection_resample(...)``."""
    return lambda dataset: dataset.rejection_resample(class_func, target_dist, initial_dist, seed)


def dense_to_sparse_batch(batch_size: Any, row_shape: Any) -> Transformation:
    """Tensors whose sizes differ as the rows of sparse ones: ``dataset.sparse_batch(batch_size, row_shape)``."""
    return lambda dataset: dataset.sparse_batch(batch_size, row_shape)


def parse_example_dataset(
    features: Mapping[str, Any], num_parallel_calls: Any = 1, deterministic: Any = None
) -> Transformation:
    """Batches of serialised tf.Examples as dicts of tensors.

    Parameters
    ----------
    features : dict
        As :func:`estimator.tf.io.parse_example` takes them.
    num_parallel_calls, deterministic
        Accepted.

    Raises
    ------
    ValueError
        If there are no features.

    Source
    ------
    tf.data.experimental.parse_example_dataset, TF 1.15 parsing_ops.py
    """
    if not features:
        raise ValueError("Missing: `features` is `None`, or there are none.")
    return lambda dataset: dataset.map(lambda texts: parse_example(texts, dict(features)))


def pad_to_cardinality(cardinality: Any, mask_key: str = "valid") -> Transformation:
    """Dicts that tell in one entry more whether they are true, and behind them so many of zeros that are not.

    Parameters
    ----------
    cardinality : int
        How many elements there are to be.
    mask_key : str
        The entry.

    Raises
    ------
    ValueError
        When applied, if the elements are no dicts or have the entry, are not counted, or are more.

    Source
    ------
    tf.data.experimental.pad_to_cardinality, TF 2.15 pad_to_cardinality.py
    """

    def apply(dataset: Dataset) -> Dataset:
        size, spec = dataset._node.cardinality, dataset.element_spec
        if not isinstance(spec, dict) or mask_key in spec or not 0 <= size <= cardinality:
            raise ValueError(
                f"pad_to_cardinality takes at most {cardinality} elements that are counted, dicts without an entry "
                f"{mask_key!r}; given: {size} of {spec}."
            )
        zeros = map_leaves(_zero, spec)
        marked = dataset.map(lambda element: {**element, mask_key: np.array(True)})
        padding = Dataset.from_tensors({**zeros, mask_key: np.array(False)})
        return marked.concatenate(padding.repeat(cardinality - size))

    return apply


def _zero(spec: Any) -> Any:
    if spec.dims is None or None in spec.dims:
        raise ValueError(f"pad_to_cardinality: a component's shape must be known, given: {spec}.")
    return np.full(spec.dims, b"" if spec.dtype is string else 0, spec.dtype.np)


def from_list(elements: Sequence[Any], name: Any = None) -> Dataset:
    """The elements of a list, which nest alike.

    Raises
    ------
    ValueError
        If there is none.
    TypeError
        If they nest differently, or their components differ in shape or type.

    Source
    ------
    tf.data.experimental.from_list, TF 2.15 from_list.py
    """
    if not isinstance(elements, (list, tuple)) or not elements:
        raise ValueError(
            f"Invalid `elements`. `elements` should be a list, and not be empty; given: {elements!r}."
        )
    if not all(same_structure(element, elements[0]) for element in elements):
        raise TypeError(f"from_list: all elements must nest alike, given: {shorten(elements)}.")
    columns = zip(*map(leaves, elements), strict=True)
    arrays = [[as_array(part, "from_list") for part in column] for column in columns]
    for column in arrays:
        if len({(array.shape, array.dtype) for array in column}) > 1:
            raise TypeError(
                "from_list: a component must be of one type and shape in all elements, given: "
                f"{shorten([part.tolist() for part in column])}."
            )
    return Dataset.from_tensor_slices(pack(elements[0], map(np.stack, arrays)))


def get_structure(dataset_or_iterator: Any) -> Any:
    """The structure of an element, with a spec for each component: ``dataset.element_spec``.

    Raises
    ------
    TypeError
        If it is neither a dataset nor an iterator.
    """
    if not isinstance(dataset_or_iterator, (Dataset, GraphIterator)):
        raise TypeError(
            f"Invalid `dataset_or_iterator`. It must be a dataset or an iterator, given: {dataset_or_iterator!r}."
        )
    return dataset_or_iterator.element_spec


def tensor_structure(dtype: Any, shape: Any) -> TensorSpec:
    """The older name of TensorSpec, with its arguments in another order."""
    return TensorSpec(shape, dtype)


def sparse_tensor_structure(dtype: Any, shape: Any) -> SparseTensorSpec:
    """The older name of SparseTensorSpec, with its arguments in another order."""
    return SparseTensorSpec(shape, dtype)


def ragged_tensor_structure(dtype: Any, shape: Any, ragged_rank: Any) -> RaggedTensorSpec:
    """The older name of RaggedTensorSpec, with its arguments in another order."""
    return RaggedTensorSpec(shape, dtype, ragged_rank)


def assert_cardinality(expected_cardinality: Any) -> Transformation:
    """The same elements, and an error of the run where there are not as many as is said.

    Parameters
    ----------
    expected_cardinality : int
        INFINITE_CARDINALITY for a dataset without end.
    """
    expected = whole_number(expected_cardinality, "assert_cardinality: expected_cardinality")
    return lambda dataset: Dataset(AssertCardinalityNode(dataset._node, expected))


def prefetch_to_device(device: str, buffer_size: Any = None) -> Transformation:
    """Elements that are made ahead, and used where they are made: ``dataset.prefetch(buffer_size)``."""
    del device
    return lambda dataset: dataset.prefetch(buffer_size)


def copy_to_device(target_device: str, source_device: str = "/cpu:0") -> Transformation:
    """The same dataset: its elements are used where they are made."""
    del target_device, source_device
    return lambda dataset: dataset


def cardinality(dataset: Dataset) -> Tensor:
    """The number of elements, int64: INFINITE_CARDINALITY without end, UNKNOWN_CARDINALITY if it is not known."""
    return dataset.cardinality()


def get_single_element(dataset: Dataset) -> Any:
    """The tensors of the only element: ``dataset.get_single_element()``."""
    return dataset.get_single_element()


def sample_from_datasets(
    datasets: Sequence[Dataset], weights: Any = None, seed: Any = None, stop_on_empty_dataset: bool = False
) -> Dataset:
    """Elements of several datasets, each the next of one that is drawn: Dataset.sample_from_datasets."""
    return Dataset.sample_from_datasets(datasets, weights, seed, stop_on_empty_dataset)


def choose_from_datasets(
    datasets: Sequence[Dataset], choice_dataset: Dataset, stop_on_empty_dataset: bool = False
) -> Dataset:
    """Elements of several datasets, each the next of the one that another says: Dataset.choose_from_datasets.

    Here the end of one is not the end, unless `stop_on_empty_dataset` says so.
    """
    return Dataset.choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset)


def counter(start: Any = 0, step: Any = 1, dtype: Any = int64) -> Dataset:
    """Numbers without end: `start`, ``start + step``...

    Parameters
    ----------
    start, step : int
    dtype : DType
        Of the numbers.

    Source
    ------
    tf.data.experimental.Counter, TF 1.15 counter.py
    """
    return Dataset.counter(start, step, dtype)


def random_dataset(
    seed: Any = None, rerandomize_each_iteration: bool | None = None, name: Any = None
) -> Dataset:
    """Random numbers without end: Dataset.random."""
    return Dataset.random(seed, rerandomize_each_iteration, name)


near_keywords_of_functions(__name__)
