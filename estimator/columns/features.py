"""The features of a batch as columns see them.

Several columns may ask for the same thing: an indicator and an embedding of one vocabulary, a bucketized column and a
cross with it, or the linear and the deep part of a model. What depends on the features alone is therefore made once in
a graph, for all layers; the rest, such as the result of a normalizer_fn, which may make variables, once in a layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any, Protocol

from estimator.core.frozen import mutable
from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import did_you_mean
from estimator.core.tracebacks import cause_of
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.graph.tensor import Tensor

_SHARED = ("feature columns",)  # no string: collections under such keys are never written to files


class IdWeightPair(NamedTuple):
    """What a categorical column makes of its features: ids, and a weight for each if there are any."""

    id_tensor: SparseTensor
    weight_tensor: SparseTensor | None = None


class Column(Protocol):
    """What of a column matters here."""

    @property
    def is_pure(self) -> bool:
        """Whether its features alone decide what it makes of them, so that all layers of a graph may share it."""

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """The names of its features, and how they are parsed."""


@mutable
class _Made:
    """What columns have made of some features; `sources` keeps these from being freed, as their ids stand for them."""

    sources: tuple[Any, ...] = ()
    results: dict[tuple[str, Column], Any] = field(default_factory=dict)


class Features:
    """The features of a batch, by name, and what columns have made of them.

    Parameters
    ----------
    features : mapping
        Name to tensor, SparseTensor, or array.

    Raises
    ------
    ValueError
        If it is not a mapping.
    """

    def __init__(self, features: Any) -> None:
        if not isinstance(features, Mapping):
            raise ValueError(
                "features must be a dictionary of feature name to tensor, because feature columns find their input by "
                f"name; given: {type(features).__name__}. Return ({{'name': values, ...}}, labels) from input_fn."
            )
        self._features = features
        self._given: dict[str, Tensor | SparseTensor] = {}
        self._tensors: dict[str, Tensor | SparseTensor] = {}
        self._own = _Made()

    def check(self, columns: Iterable[Column]) -> None:
        """Raise one error for all features that these columns lack.

        Raises
        ------
        ValueError
            If there are any; the message has the nearest names, and those there are.
        """
        keys = dict.fromkeys(key for column in columns for key in column.parse_example_spec)
        missing = [key for key in keys if key not in self._features]
        if not missing:
            return
        names = [name for name in self._features if isinstance(name, str)]
        problems = [
            f"Feature {key} is not in features dictionary.{did_you_mean(key, names)}" for key in missing
        ]
        known = ", ".join(repr(name) for name in sorted(self._features, key=str)) or "none"
        raise ValueError(f"{' '.join(problems)} Features there are: {known}.")

    def given(self, key: str) -> Tensor | SparseTensor:
        """The feature of that name, of the shape in which it was given.

        Raises
        ------
        ValueError
            If it is a scalar.
        TypeError
            If no tensor can be made of it.
        """
        if key not in self._given:
            self._given[key] = self._converted(key)
        return self._given[key]

    def tensor(self, key: str) -> Tensor | SparseTensor:
        """The feature of that name with at least two dimensions: one value for each example becomes [batch, 1]."""
        if key not in self._tensors:
            self._tensors[key] = _at_least_rank_2(self.given(key))
        return self._tensors[key]

    def get(self, column: Column) -> Any:
        """What :meth:`transform_feature` of the column makes of the features."""
        return self._once("transform_feature", column)

    def ids(self, column: Column) -> IdWeightPair:
        """The ids of a categorical column, and their weights."""
        pair: IdWeightPair = self._once("get_sparse_tensors", column)
        return pair

    def _once(self, method: str, column: Column) -> Any:
        made = self._shared(column) if column.is_pure else self._own
        if (method, column) not in made.results:
            made.results[method, column] = getattr(column, method)(self)
        return made.results[method, column]

    def _shared(self, column: Column) -> _Made:
        """What columns of this graph have made of the features of this one."""
        graph = get_default_graph()
        kept = graph.get_collection_ref(_SHARED)
        if not kept:
            kept.append({})
        sources = (graph, *(self._features[key] for key in column.parse_example_spec))
        made: _Made = kept[0].setdefault(tuple(map(id, sources)), _Made(sources))
        return made

    def _converted(self, key: str) -> Tensor | SparseTensor:
        value = self._features[key]
        if isinstance(value, SparseTensorValue):
            value = SparseTensor.from_value(value)
        try:
            tensor = value if isinstance(value, SparseTensor) else get_default_graph().convert(value)
        except TypeError as error:
            raise TypeError(f"feature {key!r} cannot be made a tensor: {error}") from cause_of(error)
        if tensor.dims == ():
            raise ValueError(
                f"Feature (key: {key}) cannot have rank 0. Given: {tensor}. "
                "The first dimension of a feature is the batch."
            )
        return tensor


def _at_least_rank_2(tensor: Tensor | SparseTensor) -> Any:
    rank = _rank(tensor)
    if rank is not None and rank != 1:
        return tensor
    if isinstance(tensor, SparseTensor):
        return _with_one_column(tensor) if rank == 1 else tensor
    return (
        b.Reshape(tensor, _at_least_two_sizes(b.Shape(tensor))) if rank is None else b.ExpandDims(tensor, -1)
    )


def _rank(tensor: Tensor | SparseTensor) -> int | None:
    dims = tensor.dense_shape.dims if isinstance(tensor, SparseTensor) else tensor.dims
    if dims is None:
        return None
    return dims[0] if isinstance(tensor, SparseTensor) else len(dims)


def _with_one_column(entries: SparseTensor) -> SparseTensor:
    """A sparse vector as a matrix of one column."""
    places = b.ConcatV2([entries.indices, b.ZerosLike(entries.indices)], 1)
    return SparseTensor(places, entries.values, b.ConcatV2([entries.dense_shape, [1]], 0))


def _at_least_two_sizes(shape: Tensor) -> Tensor:
    """The shape, with a 1 after the only size of a vector."""
    missing = b.Maximum(b.Sub(2, b.Size(shape)), 0)
    sizes: Tensor = b.ConcatV2([shape, b.Fill(b.ExpandDims(missing, 0), b.OnesLike(shape)[0])], 0)
    return sizes
