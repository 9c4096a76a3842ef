"""How large ragged tensors are, dimensions more or fewer, and choices between them."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import int32, int64
from estimator.core.overloads import overload
from estimator.functions import arrays, indexing, logic, math, nn, reductions, strings
from estimator.functions.arguments import function_scope, renamed
from estimator.functions.checks import assert_equal
from estimator.functions.ragged.broadcasting import demand_same_splits_dtype
from estimator.functions.ragged.mapping import map_flat_values
from estimator.functions.ragged.partition import known_int
from estimator.functions.ragged.tensor import RaggedTensor, ragged_or_tensor
from estimator.graph.static import static_value
from estimator.graph.tensor import Operation, Tensor

# -- sizes -------------------------------------------------------------------------------------------


@overload(RaggedTensor, arrays.size)
def _size(input: Any, name: str | None = None, out_type: Any = int32) -> Tensor:
    """How many values there are in all rows."""
    return arrays.size(input.flat_values, name, out_type)


@overload(RaggedTensor, arrays.rank)
def _rank(input: Any, name: str | None = None) -> Tensor:
    with function_scope(name, "RaggedRank", *input.tensors):
        return math.add(arrays.rank(input.flat_values), input.ragged_rank)


@overload(RaggedTensor, arrays.shape)
def _shape(input: Any, name: str | None = None, out_type: Any = int32) -> Tensor:
    """Nothing: a vector cannot say it.

    Raises
    ------
    TypeError
        Always; it says what to ask for.
    """
    raise TypeError(
        f"the shape of a ragged tensor is no vector of sizes, given: {input!r}; bounding_shape() is that of the tensor "
        "that to_tensor() gives, row_lengths() has the lengths of rows."
    )


# -- dimensions --------------------------------------------------------------------------------------


@overload(RaggedTensor, arrays.expand_dims)
def _expand_dims(input: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Any:
    given = known_int(renamed("axis", axis, "dim", dim))
    if given is None:
        raise ValueError("expand_dims of a ragged tensor needs an axis that is known, for example axis=-1.")
    rank = None if input.dims is None else len(input.dims) + 1
    if given < 0 and rank is None:
        raise ValueError(f"axis={given} counts from the end, but the rank of {input!r} is not known.")
    place = given if given >= 0 or rank is None else given + rank
    if place < 0 or (rank is not None and place >= rank):
        raise ValueError(f"axis={given} is out of bounds: expand_dims of {input!r}.")
    with function_scope(name, "RaggedExpandDims", *input.tensors):
        return _with_dim(input, place)


def _with_dim(x: Any, axis: int) -> Any:
    if isinstance(x, Tensor):
        return arrays.expand_dims(x, axis)
    if axis == 0:
        return RaggedTensor.from_uniform_row_length(x, x.nrows(), 1, validate=False)
    if axis == 1:
        return RaggedTensor.from_uniform_row_length(x, 1, x.nrows(), validate=False)
    return x.with_values(_with_dim(x.values, axis - 1))


@overload(RaggedTensor, arrays.squeeze)
def _squeeze(input: Any, axis: Any = None, name: str | None = None, squeeze_dims: Any = None) -> Any:
    """Without some dimensions, along which all rows must have one value."""
    axes = renamed("axis", axis, "squeeze_dims", squeeze_dims)
    if axes is None:
        raise ValueError(
            "squeeze of a ragged tensor needs axis: no other dimensions could be known to be of size 1."
        )
    listed = sorted(
        {input.axis_of(int(place)) for place in (axes if isinstance(axes, (list, tuple)) else [axes])}
    )
    with function_scope(name, "RaggedSqueeze", *input.tensors):
        checks: list[Operation] = []
        result = _without(input, listed, checks)
        with input.row_splits.graph.at_work().control_dependencies(checks):
            return arrays.identity(result)


def _without(x: Any, axes: list[int], checks: list[Operation]) -> Any:
    """A ragged tensor, or the tensor in it, without some of its dimensions."""
    if not axes:
        return x
    if isinstance(x, Tensor):
        return arrays.squeeze(x, axes)
    deeper = [axis - 1 for axis in axes if axis > 1]
    values = _without(x.values, deeper, checks)
    if 1 in axes:
        one = RaggedTensor(values, x.partition)
        checks.append(
            assert_equal(one.row_lengths(), 1, message="the axis is not squeezable: rows have not one value.")
        )
        result = values
    else:
        result = RaggedTensor(values, x.partition)
    if 0 not in axes:
        return result
    checks.append(assert_equal(x.nrows(), 1, message="the axis 0 is not squeezable: there is not one row."))
    return result.values if isinstance(result, RaggedTensor) else arrays.squeeze(result, [0])


@overload(RaggedTensor, arrays.reverse)
def _reverse(tensor: Any, axis: Any, name: str | None = None) -> Any:
    """The rows, or the values of each, from the last to the first."""
    axes: Any = static_value(axis) if isinstance(axis, Tensor) else axis
    if axes is None:
        raise ValueError(f"the axes in which a ragged tensor is turned round must be known, given: {axis}.")
    turned = {tensor.axis_of(int(place)) for place in np.atleast_1d(axes)}
    keys = (slice(None, None, -1 if place in turned else None) for place in range(1 + max(turned)))
    with function_scope(name, "Reverse", *tensor.tensors):
        return tensor[tuple(keys)]


@overload(RaggedTensor, arrays.split)
def _split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: int | None = None, name: str = "split"
) -> list[Any]:
    """Parts along an axis that is not ragged: of one size, or of those given."""
    place = value.axis_of(known_int(axis) or 0)
    if 0 < place <= value.ragged_rank and value.layers[place - 1].uniform_row_length is None:
        raise ValueError(f"Cannot split a ragged dimension: axis {axis} of {value!r}.")
    with function_scope(name, "RaggedSplit", *value.tensors):
        size = value.bounding_shape(axis=place)
        if isinstance(num_or_size_splits, int):
            count: Any = num_or_size_splits
            lengths = arrays.fill([count], math.floordiv(size, max(count, 1)))
        else:
            lengths = math.cast(num_or_size_splits, size.dtype)
            count = num if lengths.dims in (None, (None,)) else lengths.dims[0]
        if count is None or count < 1:
            raise ValueError(
                f"a ragged tensor is split into 1 part or more, given: {num_or_size_splits!r}, num={num}."
            )
        ends = reductions.cumsum(lengths)
        check = assert_equal(ends[-1], size, message="Cannot exactly split the axis dimension of value.")
        with check.graph.at_work().control_dependencies([check]):
            bounds = arrays.concat([arrays.zeros([1], ends.dtype), ends], 0)
        before = (slice(None),) * place
        return [value[(*before, slice(bounds[part], bounds[part + 1]))] for part in range(count)]


# -- values ------------------------------------------------------------------------------------------


@overload(RaggedTensor, indexing.one_hot)
def _one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: str | None = None,
) -> RaggedTensor:
    if axis is not None and axis >= 0:
        if axis <= indices.ragged_rank:
            raise ValueError(
                f"axis ({axis}) must be greater than indices.ragged_rank ({indices.ragged_rank})."
            )
        axis -= indices.ragged_rank
    hot = indexing.one_hot(indices.flat_values, depth, on_value, off_value, axis, dtype, name)
    return indices.with_flat_values(hot)


@overload(RaggedTensor, nn.dropout)
def _dropout(x: Any, *args: Any, **kwargs: Any) -> RaggedTensor:
    return x.with_flat_values(nn.dropout(x.flat_values, *args, **kwargs))


@overload(RaggedTensor, math.add_n)
def _add_n(inputs: Any, name: str | None = None) -> Any:
    return map_flat_values(math.add_n, inputs, name=name)


@overload(RaggedTensor, strings.string_join)
def _string_join(inputs: Any, separator: str = "", name: str | None = None) -> Any:
    return map_flat_values(strings.string_join, inputs, separator, name)


# -- choices -----------------------------------------------------------------------------------------


@overload(RaggedTensor, logic.where)
def _where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """Where it is true; or values of two tensors of one shape, or rows of two, as a vector says."""
    if (x is None) != (y is None):
        raise ValueError("x and y must be either both None or both non-None.")
    with function_scope(
        name, "RaggedWhere", *(condition.tensors if isinstance(condition, RaggedTensor) else [])
    ):
        if x is None:
            return _places(condition)
        chosen, left, right = (ragged_or_tensor(value) for value in (condition, x, y))
        demand_same_splits_dtype([chosen, left, right])
        if all(isinstance(value, RaggedTensor) for value in (chosen, left, right)):
            return map_flat_values(logic.where, chosen, left, right)
        if isinstance(chosen, RaggedTensor):
            raise ValueError(
                "Input shapes do not match: of a ragged condition, x and y must be ragged; see where_v2."
            )
        chosen.set_shape([None])
        both: Any = arrays.concat([left, right], 0)
        counts = [_count_of(value, both.row_splits.dtype) for value in (left, right)]
        others = math.add(counts[0], arrays.range(counts[1]))
        return indexing.gather(both, logic.where(chosen, arrays.range(counts[0]), others))


def _count_of(value: Any, dtype: Any) -> Tensor:
    return value.nrows(dtype) if isinstance(value, RaggedTensor) else arrays.shape(value, out_type=dtype)[0]


def _places(condition: Any) -> Tensor:
    """For each value that is true its places in all dimensions."""
    if isinstance(condition, Tensor):
        return logic.where(condition)
    inner = _places(condition.values)
    wide = condition.with_row_splits_dtype(int64)
    rows = indexing.gather(wide.value_rowids(), inner[:, 0])
    within = math.subtract(inner[:, 0], indexing.gather(wide.row_splits, rows))
    return arrays.concat([arrays.expand_dims(rows, 1), arrays.expand_dims(within, 1), inner[:, 1:]], 1)
