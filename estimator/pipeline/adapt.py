"""What an input_fn returned, as tensors of the graph.

===============================================  ==========================================================
returned                                         becomes
===============================================  ==========================================================
Dataset                                          its one-shot iterator
tensors (iterator.get_next(), placeholders...)   themselves, and whatever stands beside them
arrays, dicts of arrays, tables and columns of   one batch; in training it is repeated without end
other libraries, SparseTensorValues
a generator, a loader or another iterable of     a batch a step
such batches
numbers, text, None, an empty dict               themselves, also beside arrays
===============================================  ==========================================================

Everywhere a tuple of two is (features, labels) and anything but a tuple or list is features alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.distribution.collective import current
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.pipeline.batches import TRAIN, Batch, BatchSource, as_batch, split_pair
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.element import holds_tensor
from estimator.pipeline.iterator import GraphIterator
from estimator.pipeline.source_group import SourceGroup, sources_of
from estimator.pipeline.sources import SlicesNode, rows_alone
from estimator.pipeline.structure import leaves, map_leaves, pack
from estimator.pipeline.tables import can, is_data, is_stream, unfolded


def connect(
    result: Any,
    mode: str,
    graph: Graph,
    is_own: bool = False,
    before_sharing: Callable[[], object] | None = None,
) -> tuple[Any, Any, SourceGroup | None]:
    """Features and labels for model_fn, and what to save of the input's position.

    Parameters
    ----------
    result : object
        What input_fn returned; see the module's text.
    mode : str
        ``"train"``, ``"eval"`` or ``"infer"``.
    graph : Graph
        The one that model_fn will add to.
    is_own : bool
        Whether it is data of this process alone, if there are several.
    before_sharing : callable, optional
        Is called where several processes are about to share it out, which they do together.

    Returns
    -------
    features, labels : nested structure
        Tensors, and what was returned that is not data; labels may be None.
    source : SourceGroup or None
        ``state()``, ``restore(state)`` and ``fingerprint()`` of everything the graph reads from;
        None if it reads nothing.

    Raises
    ------
    ValueError, TypeError
        If it is a function, an iterator or several datasets, or something is wrong with the data; all
        problems of a batch in one error.
    """
    features, labels = _tensors(result, mode, graph)
    sources = sources_of(graph)
    if mode == TRAIN and current().size > 1:
        from estimator.pipeline.sharing import share_input  # which one process has no use for

        if before_sharing is not None:
            before_sharing()
        share_input(graph, sources, current(), is_own)
    return features, labels, sources


def _tensors(result: Any, mode: str, graph: Graph) -> tuple[Any, Any]:
    _refuse_mistakes(result)
    if isinstance(result, Dataset):
        return _from_dataset(result, mode, graph)
    if _yields_batches(result):
        source = BatchSource(result, mode)
        return _packed(source.first, GraphIterator(graph, source, source.first.spec))
    features, labels = split_pair(result, "input_fn", mode)
    given = leaves((features, labels))
    if any(map(holds_tensor, given)) or all(map(_is_scalar, given)):
        return features, labels
    return _from_batch(unfolded(features), unfolded(labels), mode, graph)


def _refuse_mistakes(result: Any) -> None:
    if result is None:
        raise ValueError(
            "input_fn returned None; it should return a Dataset or (features, labels). Is a return missing?"
        )
    parts = leaves(tuple(result) if isinstance(result, list) else result)
    if not isinstance(result, Dataset) and any(isinstance(part, Dataset) for part in parts):
        raise ValueError(
            "input_fn returned several datasets; join them to one: Dataset.zip((features, labels)).batch(32)."
        )
    if isinstance(result, Mapping) and can(result, "column_names"):  # a DatasetDict of Hugging Face
        raise ValueError(
            f"input_fn returned all splits of a dataset; return one of them: {', '.join(map(repr, result))}."
        )
    is_function = callable(result) and not hasattr(result, "__iter__")
    hint = "It is a function: call it and return what it gives." if is_function else ""
    if isinstance(result, GraphIterator):
        hint = "Return iterator.get_next(), not the iterator."
    if hint or isinstance(result, (set, frozenset)):
        raise TypeError(
            f"input_fn returned {result!r} ({type(result).__name__}); it should return a Dataset, "
            f"(features, labels) as tensors or arrays, or an iterable of batches. {hint}".rstrip()
        )


def _yields_batches(result: Any) -> bool:
    """Whether it is a generator or a loader, that is, iterable and nothing that is data itself."""
    if isinstance(result, (list, tuple, Mapping, str, bytes)) or holds_tensor(result) or is_data(result):
        return False
    return (hasattr(result, "__iter__") and not hasattr(result, "__array__")) or is_stream(result)


def _is_scalar(value: Any) -> bool:
    """Whether it is not an array of rows, so that no batch can be made of it."""
    return isinstance(value, (bool, int, float, complex, str, bytes)) or getattr(value, "shape", None) == ()


def _from_dataset(dataset: Dataset, mode: str, graph: Graph) -> tuple[Any, Any]:
    split_pair(dataset.element_spec, "the Dataset of input_fn", mode)
    empty = (
        "input_fn: its Dataset has no element; training needs at least one batch. "
        "Does take, skip, filter or drop_remainder leave any?"
    )
    if mode == TRAIN and dataset._node.cardinality == 0:
        raise ValueError(empty)
    with graph.as_default():
        if dataset.tensors():
            iterator = dataset.make_initializable_iterator()
            graph.add_to_collection(GraphKeys.TABLE_INITIALIZERS, iterator.initializer)
        else:
            iterator = dataset.make_one_shot_iterator()
    if mode == TRAIN:
        graph.resources[iterator.name].refuse_empty = empty
    return split_pair(iterator.get_next(), "the Dataset of input_fn", mode)


def _from_batch(features: Any, labels: Any, mode: str, graph: Graph) -> tuple[Any, Any]:
    """A dataset of one element; no copy is made, at no step. Scalars stay what they are."""
    arrays = map_leaves(lambda leaf: None if _is_scalar(leaf) else leaf, (features, labels))
    batch = as_batch(arrays, "input_fn", mode)
    node = SlicesNode(batch.exact_spec, tuple(map(rows_alone, batch.components)))
    dataset = Dataset(node).repeat(None if mode == TRAIN else 1)
    with graph.as_default():
        tensors = iter(GraphIterator(graph, dataset.source(graph.seed), batch.spec).get_next())
    pair: tuple[Any, Any] = map_leaves(
        lambda leaf: leaf if _is_scalar(leaf) else next(tensors), (features, labels)
    )
    return pair


def _packed(batch: Batch, iterator: GraphIterator) -> tuple[Any, Any]:
    pair: tuple[Any, Any] = pack(batch.structure, iterator.get_next())
    return pair
