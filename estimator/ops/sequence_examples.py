"""The op that reads serialised tf.SequenceExamples: features of a context, and lists with a feature for each step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, string
from estimator.core.errors import InvalidArgumentError, UnimplementedError
from estimator.core.frozen import frozen
from estimator.core.shapes import Dims, TensorShape
from estimator.formats.examples import decode_values, read_sequences
from estimator.formats.wire import MalformedError
from estimator.graph.op import AttrDef, ShapeScope, op
from estimator.ops._parsing import (
    Examples,
    FeaturesByMessage,
    batch_dims,
    dense,
    dense_dims,
    encoded,
    features,
    names_of,
    sparse,
    sparse_dims,
    texts_of,
)


@frozen
class Lists:
    """The lists of the messages that one operation reads.

    Attributes
    ----------
    context : Examples
        The same messages' contexts, which know what they are called.
    lists : list of dict
        Of each message the Features by key, one a step.
    """

    context: Examples
    lists: list[dict[bytes, list[bytes]]]

    def steps(self, key: bytes, kind: DType) -> list[list[Any]]:
        """Of each message the encoded values of each step: None where one says nothing; no steps without a list."""
        return [
            [
                encoded(feature, kind, partial(self.context.error, key, place, step=step))
                for step, feature in enumerate(found.get(key, ()))
            ]
            for place, found in enumerate(self.lists)
        ]

    def demand(self, key: bytes) -> None:
        """Refuse a message without a list of that key."""
        for place, found in enumerate(self.lists):
            if key not in found:
                has = ", ".join(sorted(known.decode(errors="replace") for known in found)[:20])
                raise InvalidArgumentError(
                    f"{self.context.name(place)}Feature list: {key.decode(errors='replace')} is required but could not "
                    f"be found. It has: {has or 'no lists'}. With allow_missing=True a missing list is empty."
                )

    def dense(self, key: bytes, kind: DType, shape: tuple[int, ...]) -> tuple[Any, Any]:
        """The steps of all messages, filled up with zeros to the longest, and how many there are."""
        found, size = self.steps(key, kind), math.prod(shape)
        for place, steps in enumerate(found):
            counts, _ = decode_values([_none_as_nothing(one, kind) for one in steps], kind)
            for step, (count, one) in enumerate(zip(counts, steps, strict=True)):
                if count != size or one is None:
                    what = (
                        f"Number of {kind.name} values in a step is {count}, but its shape is {list(shape)}."
                    )
                    raise self.context.error(key, place, what, step)
        lengths = np.array([len(steps) for steps in found], np.int64)
        longest = int(lengths.max(initial=0))
        result = np.full((len(found), longest, size), b"" if kind is string else 0, kind.np)
        _, values = decode_values([one for steps in found for one in steps], kind)
        result[np.arange(longest) < lengths[:, None]] = values.reshape(-1, size)
        batch = self.context.batch
        return result.reshape(*batch, longest, *shape), lengths.reshape(batch)

    def sparse(self, key: bytes, kind: DType) -> tuple[Any, Any, Any]:
        """The values of all steps as indices, values and dense shape."""
        found = self.steps(key, kind)
        counts, values = decode_values(
            [_none_as_nothing(one, kind) for steps in found for one in steps], kind
        )
        lengths = [len(steps) for steps in found]
        places = [(i, step) for i, length in enumerate(lengths) for step in range(length)]
        starts = np.cumsum([0, *counts])[:-1]
        at = np.repeat(np.array(places, np.int64).reshape(-1, 2), counts, axis=0)
        inside = np.arange(len(values)) - np.repeat(starts, counts)
        indices = np.concatenate([at, inside[:, None]], axis=1).astype(np.int64)
        shape = [len(found), max(lengths, default=0), max(counts, default=0)]
        skipped = int(self.context.is_single)
        return indices[:, skipped:], values, np.array(shape[skipped:], np.int64)


def _none_as_nothing(one: Any, kind: DType) -> Any:
    if one is not None:
        return one
    return [] if kind is string else b""


def _read(text: bytes) -> tuple[dict[bytes, bytes], dict[bytes, list[bytes]]]:
    try:
        return read_sequences(text)
    except MalformedError as error:
        raise InvalidArgumentError(
            f"Invalid protocol message input, value: {text[:200]!r} ({len(text)} bytes; {error})."
        ) from None


def _parsed(s: ShapeScope) -> list[Dims]:
    batch = batch_dims(s.shapes[0])
    steps: Dims = None if batch is None else (*batch, None)
    flat: Dims = (None,)
    n_ragged, n_lists = (
        len(s.attrs["context_ragged_value_types"]),
        len(s.attrs["feature_list_ragged_value_types"]),
    )
    return [
        *sparse_dims(batch, s.attrs["context_sparse_types"]),
        *dense_dims(batch, s.attrs["context_dense_shapes"]),
        *[flat] * (2 * n_ragged),
        *sparse_dims(batch, s.attrs["feature_list_sparse_types"], 2),
        *dense_dims(steps, s.attrs["feature_list_dense_shapes"]),
        *[batch] * len(s.attrs["feature_list_dense_types"]),
        *[flat] * (3 * n_lists),
    ]


def _none_by_default(names: str, kind: str) -> dict[str, AttrDef]:
    return {name: AttrDef(name, f"list({kind})", [], required=False) for name in names.split()}


@op(
    "ParseSequenceExampleV2",
    "serialized: string, debug_name: string, context_sparse_keys: string, context_dense_keys: string, "
    "context_ragged_keys: string, feature_list_sparse_keys: string, feature_list_dense_keys: string, "
    "feature_list_ragged_keys: string, feature_list_dense_missing_assumed_empty: bool, "
    "context_dense_defaults: Tcontext_dense[] -> context_sparse_indices: Ncontext_sparse * int64, "
    "context_sparse_values: context_sparse_types[], context_sparse_shapes: Ncontext_sparse * int64, "
    "context_dense_values: Tcontext_dense[], context_ragged_values: context_ragged_value_types[], "
    "context_ragged_row_splits: context_ragged_split_types[], "
    "feature_list_sparse_indices: Nfeature_list_sparse * int64, "
    "feature_list_sparse_values: feature_list_sparse_types[], "
    "feature_list_sparse_shapes: Nfeature_list_sparse * int64, "
    "feature_list_dense_values: feature_list_dense_types[], "
    "feature_list_dense_lengths: Nfeature_list_dense * int64, "
    "feature_list_ragged_values: feature_list_ragged_value_types[], "
    "feature_list_ragged_outer_splits: feature_list_ragged_split_types[], "
    "feature_list_ragged_inner_splits: feature_list_ragged_split_types[]",
    attrs={
        "Ncontext_sparse": 0,
        **_none_by_default("Tcontext_dense", "type"),
        **_none_by_default(
            "context_sparse_types context_ragged_value_types context_ragged_split_types", "type"
        ),
        **_none_by_default("context_dense_shapes", "shape"),
        "Nfeature_list_sparse": 0,
        "Nfeature_list_dense": 0,
        **_none_by_default("feature_list_dense_types feature_list_sparse_types", "type"),
        **_none_by_default("feature_list_ragged_value_types feature_list_ragged_split_types", "type"),
        **_none_by_default("feature_list_dense_shapes", "shape"),
    },
    shape=_parsed,
    host=True,
    differentiable=False,
)
def parse_sequence_example_v2(
    xp: Any,
    serialized: Any,
    debug_name: Any,
    context_sparse_keys: Any,
    context_dense_keys: Any,
    context_ragged_keys: Any,
    feature_list_sparse_keys: Any,
    feature_list_dense_keys: Any,
    feature_list_ragged_keys: Any,
    feature_list_dense_missing_assumed_empty: Any,
    context_dense_defaults: Any,
    Tcontext_dense: list[DType],
    context_sparse_types: list[DType],
    context_dense_shapes: list[Any],
    feature_list_dense_types: list[DType],
    feature_list_sparse_types: list[DType],
    feature_list_dense_shapes: list[Any],
) -> Any:
    """What tf.SequenceExamples have under some keys, in their contexts and in their lists.

    Each step of a dense list has one shape; shorter lists are filled up with zeros.

    Shape   serialized [] or [batch] -> context as ParseExampleV2, dense lists [batch, longest, shape], lengths [batch],
            sparse indices of lists [n, 3]; without the axis and the index of the batch for a scalar
    Raises  InvalidArgumentError, naming example and key, if the bytes are no tf.SequenceExample, or a feature or a list
            is missing, of another type, or has another number of values; UnimplementedError for ragged features
    Source  TF op ParseSequenceExampleV2, parsing_ops.cc
    """
    if len(context_ragged_keys) or len(feature_list_ragged_keys):
        raise UnimplementedError("ragged features of sequence examples are not read; use tf.VarLenFeature.")
    read = [_read(text) for text in np.asarray(serialized, object).reshape(-1).tolist()]
    contexts = FeaturesByMessage([found for found, _ in read])
    context = Examples(contexts, names_of(serialized, debug_name), np.ndim(serialized) == 0)
    lists = Lists(context, [found for _, found in read])
    keys = texts_of(feature_list_dense_keys)
    for key, may_miss in zip(keys, feature_list_dense_missing_assumed_empty, strict=True):
        if not may_miss:
            lists.demand(key)
    shapes: Sequence[Any] = [tuple(TensorShape(shape).as_list()) for shape in feature_list_dense_shapes]
    steps = [lists.dense(*one) for one in zip(keys, feature_list_dense_types, shapes, strict=True)]
    varying = [lists.sparse(*one) for one in features(feature_list_sparse_keys, feature_list_sparse_types)]
    return [
        *sparse(context, features(context_sparse_keys, context_sparse_types)),
        *dense(
            context,
            features(context_dense_keys, Tcontext_dense),
            context_dense_shapes,
            context_dense_defaults,
        ),
        *(one[part] for part in range(3) for one in varying),
        *(values for values, _ in steps),
        *(lengths for _, lengths in steps),
    ]
