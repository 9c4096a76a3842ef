"""Ops that deal rows out to several tensors, and put them together again.

Source: TensorFlow 2.15, core/ops/data_flow_ops.cc; gradients: python/ops/data_flow_grad.py.
"""

from __future__ import annotations

from typing import Any

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, merge, show
from estimator.graph.op import ShapeScope, op
from estimator.ops._rows import check_range


def _dealt(s: ShapeScope) -> list[Dims]:
    data, partitions = s.shapes
    count = s.attrs["num_partitions"]
    if data is None or partitions is None:
        return [None] * count
    if len(partitions) > len(data):
        raise ValueError(f"partitions of shape {show(partitions)} for data of shape {show(data)}.")
    merge(data[: len(partitions)], partitions)
    return [(None, *data[len(partitions) :])] * count


@op(
    "DynamicPartition",
    "data: T, partitions: int32 -> outputs: num_partitions * T",
    attrs={"num_partitions": int},
    shape=_dealt,
)
def dynamic_partition(xp: Any, data: Any, partitions: Any, num_partitions: int) -> Any:
    """For each partition the rows that are for it, in the order in which they come.

    Shape   data [k..., inner...], partitions [k...] -> num_partitions times [?, inner...]
    Raises  InvalidArgumentError if a partition is not in [0, num_partitions).
    Source  TF op DynamicPartition, data_flow_ops.cc
    """
    check_range(partitions, num_partitions, "partitions")
    rows = data.reshape(partitions.size, *data.shape[partitions.ndim :])
    flat = partitions.reshape(-1)
    return [rows[flat == number] for number in range(num_partitions)]


@dynamic_partition.gradient
def dynamic_partition_gradient(b: Any, op: Any, *dys: Any) -> Any:
    data, partitions = op.inputs
    order = b.Reshape(b.Range(0, b.Size(partitions), 1), b.Shape(partitions))
    places = b.DynamicPartition(order, partitions, num_partitions=len(op.outputs))
    flows = [b.ZerosLike(output) if dy is None else dy for dy, output in zip(dys, op.outputs, strict=True)]
    return b.Reshape(b.ParallelDynamicStitch(places, flows), b.Shape(data)), None


def _stitched(s: ShapeScope) -> Dims:
    count = s.attrs["N"]
    inner: Dims = None
    for indices, data in zip(s.shapes[:count], s.shapes[count:], strict=True):
        if indices is None or data is None:
            continue
        if len(indices) > len(data):
            raise ValueError(f"indices of shape {show(indices)} for data of shape {show(data)}.")
        merge(data[: len(indices)], indices)
        inner = merge(inner, data[len(indices) :])
    values = [s.value(place) for place in range(count)]
    known = all(value is not None for value in values)
    rows = max((int(value.max()) + 1 for value in values if value.size), default=0) if known else None  # type: ignore[union-attr]
    return None if inner is None else (rows, *inner)


def dynamic_stitch(xp: Any, indices: Any, data: Any) -> Any:
    """One tensor of the rows of several, each at its index; of equal indices the last counts, a row of none is 0.

    Shape   N times indices [k...], data [k..., inner...] -> [greatest index + 1, inner...]
    Raises  InvalidArgumentError if an index is negative.
    Source  TF op DynamicStitch, data_flow_ops.cc
    """
    places = xp.concatenate([own.reshape(-1) for own in indices])
    if places.size and places.min() < 0:
        raise InvalidArgumentError(f"an index of rows to be put together is {int(places.min())}, below 0.")
    inner = data[0].shape[indices[0].ndim :]
    rows = xp.concatenate([own.reshape(at.size, *inner) for at, own in zip(indices, data, strict=True)])
    result = xp.zeros((int(places.max()) + 1 if places.size else 0, *inner), rows.dtype)
    result[places] = rows
    return result


def _declare(name: str) -> None:
    definition = op(name, "indices: N * int32, data: N * T -> merged: T", shape=_stitched)(dynamic_stitch)

    @definition.gradient
    def gradient(b: Any, op: Any, dy: Any) -> Any:
        indices = op.grouped_inputs()[0]
        return [*(None for _ in indices), *(b.GatherV2(dy, own, 0) for own in indices)]


_declare("DynamicStitch")
_declare("ParallelDynamicStitch")
