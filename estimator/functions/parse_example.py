"""Functions that parse serialised tf.Examples, one or a batch, into a dict of tensors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from estimator.core.dtypes import DType, as_dtype, int64, string
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import TensorShape
from estimator.functions import arrays
from estimator.functions.arguments import function_scope
from estimator.functions.parsing import FixedLenFeature, FixedLenSequenceFeature, SparseFeature, VarLenFeature
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
        Key to FixedLenFeature, FixedLenSequenceFeature (of `allow_missing`), VarLenFeature or SparseFeature.
    name : str, optional
    example_names : string tensor, optional
        What errors call the examples, as many as there are.

    Returns
    -------
    dict
        Key to a tensor, or to a SparseTensor for VarLenFeature and SparseFeature.

    Shape
    -----
    serialized [batch] -> FixedLenFeature [batch, shape], FixedLenSequenceFeature [batch, longest, shape],
    VarLenFeature [batch, longest], SparseFeature [batch, size]

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
        return _with_sparse_features(features, _parsed(graph, serialized, wanted, example_names, name))


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
    SparseFeature [size]

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
            return _with_sparse_features(features, _parsed(graph, text, wanted, example_names, name))


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


@dataclass
class Wanted:
    """The keys that an operation reads, each with its type; TensorFlow's order is that of the sorted keys."""

    sparse: dict[str, DType] = field(default_factory=dict)
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
        both = sorted(wanted.dense.keys() & wanted.sparse.keys())
        if both:
            wanted.problems.append(f"Dense and sparse keys must not intersect; both: {both}.")
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
        else:
            self.problems.append(
                f"Unsupported {type(feature).__name__} {feature!r} for key {key!r}: use tf.FixedLenFeature, "
                "tf.VarLenFeature, tf.FixedLenSequenceFeature or tf.SparseFeature."
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
    keys = list(wanted.dense)
    defaults = [wanted.default_of(graph, *one) for one in zip(keys, wanted.shapes, strict=True)]
    found = b.ParseExampleV2(
        text,
        [] if names is None else names,
        list(wanted.sparse),
        keys,
        [],
        defaults,
        num_sparse=len(wanted.sparse),
        sparse_types=list(wanted.sparse.values()),
        ragged_value_types=[],
        ragged_split_types=[],
        dense_shapes=[TensorShape(shape) for shape in wanted.shapes],
        name=name,
    )
    return by_key(wanted, found)


def by_key(wanted: Wanted, found: Sequence[Any]) -> dict[str, Any]:
    """The outputs of an operation by key: all indices come first, then all values, all shapes, and the dense ones."""
    n = len(wanted.sparse)
    parts = zip(found[:n], found[n : 2 * n], found[2 * n : 3 * n], strict=True)
    sparse = [SparseTensor(*part) for part in parts]
    return dict(zip([*wanted.sparse, *wanted.dense], [*sparse, *found[3 * n :]], strict=True))


def _with_sparse_features(features: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What was asked for: sparse features put together of the two or more that they are stored as."""
    result = {}
    for key, feature in features.items():
        if not isinstance(feature, SparseFeature):
            result[key] = found[key]
            continue
        ids = [found[index_key] for index_key in _index_keys(feature)]
        is_one = isinstance(feature.index_key, str)
        result[key] = sparse_merge(
            ids[0] if is_one else ids,
            found[feature.value_key],
            vocab_size=feature.size,
            already_sorted=feature.already_sorted,
        )
    return result


near_keywords_of_functions(__name__)
