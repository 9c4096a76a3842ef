"""Ragged tensors and tensors repeated to one shape.

Shapes are lined up at their ends. Where one of them is ragged along an axis, the others must have rows of the same
lengths there, or the size 1; nothing else is repeated along it, even if a run happened to find rows of one length.

For each operand this follows which of its values stands where: from the rows inwards, a vector that has for each row of
the result the number of the operand's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.frozen import mutable
from estimator.functions import arrays, indexing, logic, math
from estimator.functions.arguments import tensor_of
from estimator.functions.checks import assert_equal
from estimator.functions.ragged.padded import with_joined_dims
from estimator.functions.ragged.partition import RowPartition, known_int
from estimator.functions.ragged.tensor import RaggedTensor
from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor


def broadcast(operands: Sequence[Any]) -> tuple[list[Any], RaggedTensor]:
    """The flat values of operands repeated to one shape, and a ragged tensor of that shape.

    Scalars, and tensors that repeat along the dimensions of single values alone, stay as they are.

    Raises
    ------
    ValueError
        If a rank is not known, or the splits of two operands have different types.
    InvalidArgumentError
        In the run, if the shapes do not fit.
    """
    first = next(operand for operand in operands if isinstance(operand, RaggedTensor))
    demand_same_splits_dtype(operands)
    kinds = [operand.dtype for operand in operands if isinstance(operand, RaggedTensor)]
    of_numbers = next(
        (kind for kind in kinds if not kind.is_bool), None
    )  # the first may be the mask of tf.where
    given = [_operand(operand, of_numbers) for operand in operands]
    ragged = [operand for operand in given if isinstance(operand, RaggedTensor)]
    if all(operand.nested_row_splits == first.nested_row_splits for operand in ragged) and not any(
        _reaches_rows(operand, first) for operand in given
    ):
        return [
            operand.flat_values if isinstance(operand, RaggedTensor) else operand for operand in given
        ], first
    dims = [operand.dims for operand in given if hasattr(operand, "dims")]
    if None in dims:
        raise ValueError(f"broadcasting with ragged tensors needs known ranks, given: {given}.")
    rank = max(len(one) for one in dims)
    lifted = [_lifted(operand, rank) if _moves(operand) else operand for operand in given]
    depth = max(operand.ragged_rank for operand in lifted if isinstance(operand, RaggedTensor))
    dtype = first.row_splits.dtype
    walkers = [_Walker.of(operand, depth, dtype) for operand in lifted if _moves(operand)]
    values, result = _walked(walkers, depth, dtype)
    moved = iter(values)
    return [next(moved) if _moves(operand) else operand for operand in lifted], result


def demand_same_splits_dtype(operands: Sequence[Any]) -> None:
    """Refuse ragged tensors whose splits have different types.

    Raises
    ------
    ValueError
    """
    kinds = {operand.row_splits.dtype.name for operand in operands if isinstance(operand, RaggedTensor)}
    if len(kinds) > 1:
        raise ValueError(
            f"the row_splits of ragged tensors have mismatched types: {', '.join(sorted(kinds))}; "
            "with_row_splits_dtype makes them alike."
        )


def _operand(value: Any, dtype: DType | None) -> Any:
    """A scalar as it is, anything else as a tensor, of this type if it is none yet and is no mask."""
    if isinstance(value, RaggedTensor) or (np.isscalar(value) and not isinstance(value, Tensor)):
        return value
    is_plain = isinstance(value, (list, tuple, np.ndarray))
    return tensor_of(value, dtype if is_plain and np.asarray(value).dtype != bool else None)


def _reaches_rows(operand: Any, ragged: RaggedTensor) -> bool:
    """Whether a tensor has so many dimensions that some meet those of rows."""
    if not isinstance(operand, Tensor) or operand.dims == ():
        return False
    inner = ragged.flat_values.dims
    return operand.dims is None or inner is None or len(operand.dims) >= len(inner)


def _moves(operand: Any) -> bool:
    """Whether it has dimensions: a scalar is nowhere and everywhere."""
    return bool(getattr(operand, "dims", None))


# -- the walk ----------------------------------------------------------------------------------------


@mutable
class _Walker:
    """An operand on the way inwards.

    Attributes
    ----------
    values : Tensor
        Its values, with all dimensions that are walked along in one.
    axes : list
        What it is along each of these: a size, or a RowPartition.
    places : Tensor
        The number of its row, or value, for each of the result so far.
    """

    values: Tensor
    axes: list[Any]
    places: Any = None

    @classmethod
    def of(cls, operand: Any, depth: int, dtype: DType) -> _Walker:
        """The operand, at the beginning of a way along the first dimension and `depth` more."""
        layers = operand.layers if isinstance(operand, RaggedTensor) else []
        flat = operand.flat_values if layers else operand
        sizes = arrays.shape(flat, out_type=dtype)
        axes = [operand.nrows() if layers else sizes[0], *map(_axis_of, layers)]
        for axis in range(1, depth + 1 - len(layers)):
            axes.append(sizes[axis])
            flat = with_joined_dims(flat, 0)
        return cls(flat, axes)

    def step(self, axis: int, rows: Tensor, within: Tensor) -> None:
        """Go one dimension inwards: `rows` are the result's rows of its values, `within` their places in these."""
        along = self.axes[axis]
        if isinstance(along, RowPartition):
            begins, ends = (
                indexing.gather(bound, self.places) for bound in (along.row_starts(), along.row_limits())
            )
            self.places = b.RaggedRange(begins, ends, 1, Tsplits=along.dtype)[1]
        else:
            begins = math.multiply(indexing.gather(self.places, rows), along)
            self.places = math.add(begins, _unless_one(along, within))


def _axis_of(layer: RaggedTensor) -> Any:
    length = layer.uniform_row_length
    return layer.partition if length is None else length


def _unless_one(size: Tensor, places: Tensor) -> Tensor:
    """The places, or 0 for all of them where there is one alone."""
    return math.multiply(places, math.cast(logic.not_equal(size, 1), places.dtype))


def _lifted(operand: Any, rank: int) -> Any:
    """The operand with dimensions of size 1 before its own."""
    for _ in range(rank - len(operand.dims)):
        if isinstance(operand, RaggedTensor):
            operand = RaggedTensor.from_uniform_row_length(operand, operand.nrows(), 1, validate=False)
        else:
            operand = arrays.expand_dims(operand, 0)
    return operand


def _walked(walkers: Sequence[_Walker], depth: int, dtype: DType) -> tuple[list[Tensor], RaggedTensor]:
    """The values of all operands at the places where they stand in the result, and a result of the first's."""
    checks: list[Operation] = []
    count = _common_size([walker.axes[0] for walker in walkers], checks)
    for walker in walkers:
        walker.places = _unless_one(walker.axes[0], arrays.range(count, dtype=dtype))
    partitions = []
    for axis in range(1, 1 + depth):
        partition = _common_rows(walkers, axis, checks)
        partitions.append(partition)
        rows = partition.value_rowids()
        within = math.subtract(
            arrays.range(partition.nvals(), dtype=dtype), indexing.gather(partition.row_starts(), rows)
        )
        for walker in walkers:
            walker.step(axis, rows, within)
    with walkers[0].values.graph.at_work().control_dependencies(checks):
        values = [indexing.gather(walker.values, walker.places) for walker in walkers]
    result: Any = values[0]
    for partition in reversed(partitions):
        result = RaggedTensor(result, partition)
    return values, result


def _common_size(sizes: Sequence[Tensor], checks: list[Operation]) -> Tensor:
    """The size that all have, but for those that are 1."""
    common = sizes[0]
    for size in sizes[1:]:
        common = logic.where_v2(logic.equal(common, 1), size, common)
    for size in sizes:
        fits = logic.where_v2(logic.equal(size, 1), common, size)
        checks.append(assert_equal(fits, common, message=_UNFIT))
    return common


def _common_rows(walkers: Sequence[_Walker], axis: int, checks: list[Operation]) -> RowPartition:
    """The rows of the result along an axis."""
    ragged = [walker for walker in walkers if isinstance(walker.axes[axis], RowPartition)]
    sizes = [walker.axes[axis] for walker in walkers if walker not in ragged]
    if not ragged:
        size = _common_size(sizes, checks)
        rows = arrays.shape(walkers[0].places, out_type=size.dtype)[0]
        splits = math.multiply(arrays.range(math.add(rows, 1)), size)
        return RowPartition(splits, known_int(size))
    lengths = [indexing.gather(walker.axes[axis].row_lengths(), walker.places) for walker in ragged]
    checks += [assert_equal(other, lengths[0], message=_UNFIT) for other in lengths[1:]]
    checks += [assert_equal(size, np.ones((), size.dtype.np), message=_UNFIT) for size in sizes]
    return RowPartition.from_row_lengths(lengths[0], lengths[0].dtype, None, validate=False)


_UNFIT = (
    "Unable to broadcast: dimension size mismatch. Along a ragged dimension rows must have the same lengths, or the "
    "other the size 1."
)
