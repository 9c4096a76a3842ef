"""Functions that parse serialised tf.Examples, one or a batch, into a dict of tensors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import combinations
from typing import Any

from estimator.core.dtypes import DType, as_dtype, int64, string
from estimator.core.frozen import mutable
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import TensorShape
from estimator.functions import arrays
from estimator.functions.arguments import function_scope
from estimator.functions.parsing import FixedLenFeature, FixedLenSequenceFeature, SparseFeature, VarLenFeature
from estimator.functions.ragged.feature import RaggedFeature
from estimator.functions.ragged.tensor import RaggedTensor
from estimator.functions.rearranging import ensure_shape
from estimator.functions.sparse import sparse_merge
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.likes import TensorLike
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor


def parse_example(
    serialized: TensorLike, features: Any, name: str | None = None, example_names: TensorLike | None = None
) -> dict[str, Any]:
    """The features of a batch of tf.Examples.

    Parameters
    ----------
    serialized : string tensor
        Serialised tf.Examples.
    features : dict
        Key to FixedLenFeature, FixedLenSequenceFeature (of `allow_missing`), VarLenFeature, SparseFeature or
        RaggedFeature.
    name : str, optional
    example_names : string tensor, optional
        What errors call the examples, as many as there are.

    Returns
    -------
    dict
        Key to a tensor, to a SparseTensor for VarLenFeature and SparseFeature, to a RaggedTensor for RaggedFeature.

    Shape
    -----
    serialized [batch] -> FixedLenFeature [batch, shape], FixedLenSequenceFeature [batch, longest, shape],
    VarLenFeature [batch, longest], SparseFeature [batch, size], RaggedFeature [batch, (partitions,) (values)]

    Raises
    ------
    ValueError
        If a feature cannot be parsed so; all that is wrong is listed.
    InvalidArgumentError
        In the run, if the bytes are no tf.Example, or one lacks a feature without default, or has it in another type
        or number. A feature that is there with an empty list does not lack.

    Source
    ------
    tf.io.parse_example, TF 1.15 parsing_ops.py
    """
    wanted = Wanted.of(_padded_sequences(features))
    with function_scope(name, "ParseExample", serialized) as (graph, _):
        return _assembled(features, _parsed(graph, serialized, wanted, example_names, name))


def parse_single_example(
    serialized: TensorLike, features: Any, name: str | None = None, example_names: TensorLike | None = None
) -> dict[str, Any]:
    """The features of one tf.Example, without an axis for a batch.

    Parameters
    ----------
    serialized : scalar string tensor
        A serialised tf.Example.
    features : dict
        As :func:`parse_example` takes them.
    name : str, optional
    example_names : scalar string tensor, optional
        What errors call the example.

    Shape
    -----
    serialized [] -> FixedLenFeature [shape], FixedLenSequenceFeature [length, shape], VarLenFeature [length],
    SparseFeature [size], RaggedFeature [(partitions,) values]

    Raises
    ------
    ValueError
        If a feature cannot be parsed so, or `serialized` is no scalar.
    InvalidArgumentError
        In the run, as :func:`parse_example` does.

    Example
    -------
    >>> from estimator import tf
    >>> age = tf.train.Feature(int64_list=tf.train.Int64List(value=[31]))
    >>> example = tf.train.Example(features=tf.train.Features(feature={"age": age}))
    >>> found = tf.parse_single_example(example.SerializeToString(), {"age": tf.FixedLenFeature([], tf.int64)})
    >>> with tf.Session() as session:
    ...     int(session.run(found["age"]))
    31

    Source
    ------
    tf.io.parse_single_example, TF 1.15 parsing_ops.py
    """
    wanted = Wanted.of(_padded_sequences(features))
    with function_scope(name, "ParseSingleExample", serialized) as (graph, _):
        text = scalar_text(graph, serialized)
        with function_scope(name, "ParseExample", text):
            return _assembled(features, _parsed(graph, text, wanted, example_names, name))


def scalar_text(graph: Graph, serialized: Any) -> Tensor:
    """One serialised message as a tensor.

    Raises
    ------
    ValueError
        If it is no scalar.
    """
    text = graph.convert(serialized, string, "serialized")
    if text.dims:
        raise ValueError(
            f"Input serialized must be a scalar, given: shape {list(text.dims)}. parse_example takes a batch."
        )
    return ensure_shape(text, []) if text.dims is None else text


# -- what is wanted ----------------------------------------------------------------------------------------------------


@mutable
class Wanted:
    """The keys that an operation reads, each with its type; TensorFlow's order is that of the sorted keys."""

    sparse: dict[str, DType] = field(default_factory=dict)
    ragged: dict[str, tuple[DType, DType]] = field(default_factory=dict)  # the types of values and of splits
    dense: dict[str, DType] = field(default_factory=dict)
    shapes: list[list[int | None]] = field(default_factory=list)
    defaults: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, features: Mapping[str, Any]) -> Wanted:
        """What these features need.

        Raises
        ------
        ValueError
            If they are wrong, or contradict one another; all that is wrong is listed.
        """
        wanted = cls()
        for key in sorted(features):
            wanted._add(key, features[key])
        kinds: dict[str, dict[str, Any]] = {
            "Dense": wanted.dense,
            "sparse": wanted.sparse,
            "ragged": wanted.ragged,
        }
        for (name, keys), (other_name, others) in combinations(kinds.items(), 2):
            both = sorted(keys.keys() & others.keys())
            if both:
                wanted.problems.append(f"{name} and {other_name} keys must not intersect; both: {both}.")
        if wanted.problems:
            raise ValueError("\n".join(wanted.problems))
        return wanted

    def default_of(self, graph: Graph, key: str, shape: list[int | None]) -> Tensor:
        """What stands in for a dense feature; empty if nothing does."""
        dtype, default = self.dense[key], self.defaults.get(key)
        is_padding = bool(shape) and shape[0] is None
        if default is None:
            nothing: Any = (b"" if dtype is string else 0) if is_padding else []
            return graph.convert(nothing, dtype)
        label = ("padding_" if is_padding else "key_") + re.sub(r"[^A-Za-z0-9_.\-/]", "_", key)
        return arrays.reshape(graph.convert(default, dtype, label), [] if is_padding else shape)

    def _add(self, key: str, feature: Any) -> None:
        if isinstance(feature, VarLenFeature):
            self._add_sparse(key, feature.dtype, key)
        elif isinstance(feature, SparseFeature):
            self._add_sparse_feature(key, feature)
        elif isinstance(feature, (FixedLenFeature, FixedLenSequenceFeature)):
            self._add_dense(key, feature)
        elif isinstance(feature, RaggedFeature):
            self._add_ragged(key, feature)
        else:
            self.problems.append(
                f"Unsupported {type(feature).__name__} {feature!r} for key {key!r}: use tf.FixedLenFeature, "
                "tf.VarLenFeature, tf.FixedLenSequenceFeature, tf.SparseFeature or tf.io.RaggedFeature."
            )

    def _add_sparse(self, key: str, dtype: Any, owner: str) -> None:
        if dtype is None:
            self.problems.append(f"Missing type for feature {owner}.")
            return
        kind = as_dtype(dtype)
        known = self.sparse.setdefault(key, kind)
        if known is not kind:
            self.problems.append(f"Conflicting type {known.name} vs {kind.name} for feature {key}.")

    def _add_sparse_feature(self, key: str, feature: SparseFeature) -> None:
        if not feature.index_key or not feature.value_key:
            self.problems.append(f"Missing index_key or value_key for SparseFeature {key}: {feature}.")
            return
        for index_key in sorted(_index_keys(feature)):
            self._add_sparse(index_key, int64, key)
        self._add_sparse(feature.value_key, feature.dtype, key)

    def _add_ragged(self, name: str, feature: RaggedFeature) -> None:
        for key, dtype in feature.keys(name):
            kinds = dtype, feature.row_splits_dtype
            known = self.ragged.setdefault(key, kinds)
            for what, one, other in zip(("", "partition "), known, kinds, strict=True):
                if one is not other:
                    self.problems.append(
                        f"Conflicting {what}type {one.name} vs {other.name} for feature {key}."
                    )

    def _add_dense(self, key: str, feature: FixedLenFeature | FixedLenSequenceFeature) -> None:
        if feature.dtype is None or feature.shape is None:
            self.problems.append(f"Missing type or shape for feature {key}: {feature}.")
            return
        shape = TensorShape(feature.shape).as_list()
        if isinstance(feature, FixedLenFeature) and None in shape:
            self.problems.append(
                f"All dimensions of shape for feature {key} need to be known, given: {shape}. Consider using "
                "tf.FixedLenSequenceFeature, whose items have a fixed shape."
            )
            return
        self.dense[key] = as_dtype(feature.dtype)
        self.shapes.append(shape)
        if feature.default_value is not None:
            self.defaults[key] = feature.default_value


def _index_keys(feature: SparseFeature) -> list[str]:
    return [feature.index_key] if isinstance(feature.index_key, str) else list(feature.index_key)


def _padded_sequences(features: Any) -> dict[str, Any]:
    """The features, with an unknown first size for sequences, which are padded."""
    if not features:
        raise ValueError("Argument `features` cannot be empty: name at least one feature to parse.")
    result = dict(features)
    for key, feature in features.items():
        if isinstance(feature, FixedLenSequenceFeature):
            if not feature.allow_missing:
                raise ValueError(
                    f"Unsupported: FixedLenSequenceFeature requires allow_missing to be True, for feature {key}."
                )
            items: list[Any] = [None, *feature.shape]
            result[key] = feature._replace(shape=items)
    return result


# -- the operation -----------------------------------------------------------------------------------------------------


def _parsed(graph: Graph, serialized: Any, wanted: Wanted, names: Any, name: str | None) -> dict[str, Any]:
    text = graph.convert(serialized, string, "serialized")
    if wanted.ragged and text.dims is None:
        raise ValueError(
            f"serialized must have a known rank where features are ragged, given: {text}; use set_shape."
        )
    keys = list(wanted.dense)
    defaults = [wanted.default_of(graph, *one) for one in zip(keys, wanted.shapes, strict=True)]
    found = b.ParseExampleV2(
        text,
        [] if names is None else names,
        list(wanted.sparse),
        keys,
        list(wanted.ragged),
        defaults,
        num_sparse=len(wanted.sparse),
        sparse_types=list(wanted.sparse.values()),
        ragged_value_types=[dtype for dtype, _ in wanted.ragged.values()],
        ragged_split_types=[dtype for _, dtype in wanted.ragged.values()],
        dense_shapes=[TensorShape(shape) for shape in wanted.shapes],
        name=name,
    )
    n_ragged = len(wanted.ragged)
    whole = by_key(wanted, found[: len(found) - 2 * n_ragged])
    values, splits = found[len(found) - 2 * n_ragged : len(found) - n_ragged], found[len(found) - n_ragged :]
    return {**whole, **dict(zip(wanted.ragged, _in_batch(text, values, splits), strict=True))}


def _in_batch(text: Tensor, values: Sequence[Tensor], splits: Sequence[Tensor]) -> list[Any]:
    """The values of ragged features as they are for one example, and in rows for a batch."""
    if text.dims == ():
        return list(values)
    return [
        RaggedTensor.from_row_splits(flat, bounds, validate=False)
        for flat, bounds in zip(values, splits, strict=True)
    ]


def by_key(wanted: Wanted, found: Sequence[Any]) -> dict[str, Any]:
    """The outputs of an operation by key: all indices come first, then all values, all shapes, and the dense ones."""
    n = len(wanted.sparse)
    parts = zip(found[:n], found[n : 2 * n], found[2 * n : 3 * n], strict=True)
    sparse = [SparseTensor(*part) for part in parts]
    return dict(zip([*wanted.sparse, *wanted.dense], [*sparse, *found[3 * n :]], strict=True))


def _assembled(features: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What was asked for: sparse and ragged features put together of those that they are stored as.

    They come in TensorFlow's order, since scripts go through the values: stored ones as the operation gives them
    (sparse, dense, ragged; each sorted), then those put together under a name of their own.
    """
    made = {}
    for key, feature in sorted(features.items()):
        if isinstance(feature, RaggedFeature):
            made[key] = feature.assembled(key, found)
        elif isinstance(feature, SparseFeature):
            made[key] = _sparse(feature, found)
    return {key: value for key, value in {**found, **made}.items() if key in features}


def _sparse(feature: SparseFeature, found: dict[str, Any]) -> SparseTensor:
    ids = [found[index_key] for index_key in _index_keys(feature)]
    is_one = isinstance(feature.index_key, str)
    return sparse_merge(
        ids[0] if is_one else ids,
        found[feature.value_key],
        vocab_size=feature.size,
        already_sorted=feature.already_sorted,
    )


near_keywords_of_functions(__name__)
