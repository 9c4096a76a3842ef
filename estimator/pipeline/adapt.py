"""What an input_fn returned, as tensors of the graph.

===============================================  ==========================================================
returned                                         becomes
===============================================  ==========================================================
Dataset                                          its one-shot iterator
tensors (iterator.get_next(), placeholders...)   themselves
arrays, dicts of arrays, pandas columns          one batch; in training it is repeated without end
a generator or other iterable of such batches    a batch a step
===============================================  ==========================================================

Everywhere a tuple of two is (features, labels) and anything but a tuple or list is features alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from estimator.core import nest
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.pipeline.batches import Batch, BatchSource, as_batch, split_pair
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.element import TensorSpec, leaves
from estimator.pipeline.iterator import GraphIterator, SourceGroup, sources_of
from estimator.pipeline.sources import SlicesNode, read_only

TRAIN = "train"  # ModeKeys.TRAIN


def connect(result: Any, mode: str, graph: Graph) -> tuple[Any, Any, SourceGroup | None]:
    """Features and labels for model_fn, and what to save of the input's position.

    Parameters
    ----------
    result : object
        What input_fn returned; see the module's text.
    mode : str
        ``"train"``, ``"eval"`` or ``"infer"``.
    graph : Graph
        The one that model_fn will add to.

    Returns
    -------
    features, labels : nested structure of Tensor
        Labels may be None.
    source : SourceGroup or None
        ``state()``, ``restore(state)`` and ``fingerprint()`` of everything the graph reads from;
        None if it reads nothing.

    Raises
    ------
    ValueError, TypeError
        If it is nothing of that kind, or something is wrong with the data; all problems of a batch
        in one error.
    """
    features, labels = _tensors(result, mode, graph)
    return features, labels, sources_of(graph)


def _tensors(result: Any, mode: str, graph: Graph) -> tuple[Any, Any]:
    if result is None:
        raise ValueError(
            "input_fn returned None; it should return a Dataset or (features, labels). Is a return missing?"
        )
    if isinstance(result, Dataset):
        return _from_dataset(result, mode, graph)
    if not isinstance(result, list) and _has(result, Dataset):
        raise ValueError(
            "input_fn returned several datasets; join them to one: Dataset.zip((features, labels)).batch(32)."
        )
    if _has_tensor(result):
        features, labels = split_pair(result, "input_fn")
        return _converted(features, graph), None if labels is None else _converted(labels, graph)
    split_pair(result, "input_fn")  # refuses lists and tuples of other lengths
    if _is_batch(result):
        return _from_batch(as_batch(result, "input_fn", may_be_empty=mode != TRAIN), mode, graph)
    if hasattr(result, "__next__") or (
        hasattr(result, "__iter__") and not isinstance(result, (str, bytes, set, frozenset))
    ):
        return _from_batches(BatchSource(lambda: iter(result), may_be_empty=mode != TRAIN), graph)
    hint = " It is a function: call it and return what it gives." if callable(result) else ""
    if isinstance(result, GraphIterator):
        hint = " Return iterator.get_next(), not the iterator."
    raise TypeError(
        f"input_fn returned {result!r} ({type(result).__name__}); it should return a Dataset, "
        f"(features, labels) as tensors or arrays, or an iterable of batches.{hint}"
    )


def _has(result: Any, kind: type) -> bool:
    return any(isinstance(leaf, kind) for leaf in leaves(result))


def _has_tensor(result: Any) -> bool:
    values = result if isinstance(result, list) else leaves(result)
    return any(isinstance(leaf, Tensor) or hasattr(leaf, "as_tensor") or _is_sparse(leaf) for leaf in values)


def _is_sparse(value: Any) -> bool:
    """Three tensors under one name."""
    return hasattr(value, "dense_shape")


def _is_batch(result: Any) -> bool:
    is_array = isinstance(result, (tuple, Mapping, np.ndarray, np.generic)) or hasattr(result, "__array__")
    return is_array or hasattr(result, "iloc")


def _converted(structure: Any, graph: Graph) -> Any:
    if _is_sparse(structure):
        return structure
    if isinstance(structure, Mapping):
        return {key: _converted(value, graph) for key, value in structure.items()}
    if isinstance(structure, tuple):
        items = [_converted(value, graph) for value in structure]
        return type(structure)(*items) if hasattr(structure, "_fields") else tuple(items)
    return graph.convert(structure)


def _from_dataset(dataset: Dataset, mode: str, graph: Graph) -> tuple[Any, Any]:
    split_pair(dataset.element_spec, "the Dataset of input_fn")
    empty = (
        "input_fn: its Dataset has no element; training needs at least one batch. "
        "Does take, skip, filter or drop_remainder leave any?"
    )
    if mode == TRAIN and dataset.cardinality() == 0:
        raise ValueError(empty)
    with graph.as_default():
        iterator = dataset.make_one_shot_iterator()
    if mode == TRAIN:
        graph.resources[iterator.name].refuse_empty = empty
    return split_pair(iterator.get_next(), "the Dataset of input_fn")


def _from_batch(batch: Batch, mode: str, graph: Graph) -> tuple[Any, Any]:
    """A dataset of one element; no copy is made, at no step."""
    exact = [TensorSpec(array.shape, array.dtype) for array in batch.arrays]
    node = SlicesNode(tuple(exact), tuple(read_only(array[None]) for array in batch.arrays))
    dataset = Dataset(node).repeat(None if mode == TRAIN else 1)
    with graph.as_default():
        return _packed(batch, GraphIterator(graph, dataset.source(graph.seed), tuple(batch.spec)))


def _from_batches(source: BatchSource, graph: Graph) -> tuple[Any, Any]:
    return _packed(source.first, GraphIterator(graph, source, tuple(source.first.spec)))


def _packed(batch: Batch, iterator: GraphIterator) -> tuple[Any, Any]:
    tensors = list(iterator.get_next())
    features, labels = batch.structure
    count = len(nest.flatten(features))
    packed = nest.pack_as(features, tensors[:count])
    return packed, None if labels is None else nest.pack_as(labels, tensors[count:])
