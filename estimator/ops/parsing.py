"""Ops that read serialised tf.Examples: one of them, or a batch at once."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType
from estimator.core.shapes import Dims, TensorShape
from estimator.graph.op import ShapeScope, op
from estimator.ops._parsing import (
    batch_dims,
    dense,
    dense_dims,
    examples_of,
    features,
    ragged,
    sparse,
    sparse_dims,
)


def _parsed(s: ShapeScope) -> list[Dims]:
    batch = batch_dims(s.shapes[0])
    ragged_dims: list[Dims] = [(None,)] * len(s.attrs.get("ragged_value_types", ()))
    splits: list[Dims] = [(None,)] * len(s.attrs.get("ragged_split_types", ()))
    return [
        *sparse_dims(batch, s.attrs["sparse_types"]),
        *dense_dims(batch, s.attrs["dense_shapes"]),
        *ragged_dims,
        *splits,
    ]


_SPARSE_AND_DENSE = (
    "sparse_indices: {n} * int64, sparse_values: sparse_types[], sparse_shapes: {n} * int64, "
    "dense_values: Tdense[]"
)


@op(
    "ParseExampleV2",
    "serialized: string, names: string, sparse_keys: string, dense_keys: string, ragged_keys: string, "
    f"dense_defaults: Tdense[] -> {_SPARSE_AND_DENSE.format(n='num_sparse')}, "
    "ragged_values: ragged_value_types[], ragged_row_splits: ragged_split_types[]",
    attrs={"dense_shapes": list[TensorShape]},
    shape=_parsed,
    host=True,
    differentiable=False,
)
def parse_example_v2(
    xp: Any,
    serialized: Any,
    names: Any,
    sparse_keys: Any,
    dense_keys: Any,
    ragged_keys: Any,
    dense_defaults: Any,
    Tdense: list[DType],
    sparse_types: list[DType],
    ragged_value_types: list[DType],
    ragged_split_types: list[DType],
    dense_shapes: list[Any],
) -> Any:
    """What tf.Examples have under some keys.

    A dense feature has one shape, and its default where an example lacks it (an empty default: that is an error);
    if the first size of its shape is unknown, shorter ones are filled up with the default.

    Shape   serialized [] or [batch], names [0] or as serialized -> dense [batch, shape], sparse indices [n, 2]
    Raises  InvalidArgumentError, naming example and key, if the bytes are no tf.Example, a feature is missing, of
            another type, or has another number of values
    Source  TF op ParseExampleV2, parsing_ops.cc
    """
    varying, fixed = features(sparse_keys, sparse_types), features(dense_keys, Tdense)
    rows = features(ragged_keys, ragged_value_types)
    examples = examples_of(serialized, names, fixed, [*varying, *rows])
    found = [ragged(examples, *one, splits) for one, splits in zip(rows, ragged_split_types, strict=True)]
    return [
        *sparse(examples, varying),
        *dense(examples, fixed, dense_shapes, dense_defaults),
        *(values for values, _ in found),
        *(splits for _, splits in found),
    ]


@op(
    "ParseExample",
    "serialized: string, names: string, sparse_keys: Nsparse * string, dense_keys: Ndense * string, "
    f"dense_defaults: Tdense[] -> {_SPARSE_AND_DENSE.format(n='Nsparse')}",
    attrs={"dense_shapes": list[TensorShape]},
    shape=_parsed,
    host=True,
    differentiable=False,
)
def parse_example(
    xp: Any,
    serialized: Any,
    names: Any,
    sparse_keys: Any,
    dense_keys: Any,
    dense_defaults: Any,
    Tdense: list[DType],
    sparse_types: list[DType],
    dense_shapes: list[Any],
) -> Any:
    """What a batch of tf.Examples has under some keys, as TensorFlow 1 wrote it: each key is an input.

    Shape   serialized [batch], names [0] or [batch] -> dense [batch, shape], sparse indices [n, 2]
    Raises  InvalidArgumentError as ParseExampleV2 does
    Source  TF op ParseExample, parsing_ops.cc
    """
    varying, fixed = features(sparse_keys, sparse_types), features(dense_keys, Tdense)
    examples = examples_of(serialized, names, fixed, varying)
    return [*sparse(examples, varying), *dense(examples, fixed, dense_shapes, dense_defaults)]


@op(
    "ParseSingleExample",
    f"serialized: string, dense_defaults: Tdense[] -> {_SPARSE_AND_DENSE.format(n='num_sparse')}",
    attrs={
        "sparse_keys": list[str],
        "dense_keys": list[str],
        "dense_shapes": list[TensorShape],
    },
    shape=_parsed,
    host=True,
    differentiable=False,
)
def parse_single_example(
    xp: Any,
    serialized: Any,
    dense_defaults: Any,
    Tdense: list[DType],
    sparse_types: list[DType],
    sparse_keys: list[Any],
    dense_keys: list[Any],
    dense_shapes: list[Any],
) -> Any:
    """What one tf.Example has under some keys, as TensorFlow 1 wrote it: the keys are attributes.

    Shape   serialized [] -> dense as their shapes, sparse indices [n, 1]
    Raises  InvalidArgumentError as ParseExampleV2 does
    Source  TF op ParseSingleExample, parsing_ops.cc
    """
    varying, fixed = features(sparse_keys, sparse_types), features(dense_keys, Tdense)
    examples = examples_of(serialized, [], fixed, varying)
    return [*sparse(examples, varying), *dense(examples, fixed, dense_shapes, dense_defaults)]
