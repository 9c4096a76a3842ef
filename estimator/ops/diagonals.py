"""Diagonals and bands of matrices.

Source: TensorFlow 2.15, core/ops/array_ops.cc; gradients: python/ops/array_grad.py.
"""

from __future__ import annotations

import math
from typing import Any

from estimator.core.dtypes import int64
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, merge, show
from estimator.graph.conditions import holds
from estimator.graph.op import ShapeRule, ShapeScope, op
from estimator.ops._stacks import stack_of_matrices


def _twice(s: ShapeScope) -> Dims:
    dims = s.shapes[0]
    if dims == ():
        raise ValueError("what goes on a diagonal must have at least 1 dimension, given: a scalar.")
    return None if dims is None else dims * 2


@op("Diag", "diagonal: T -> output: T", shape=_twice)
def diag(xp: Any, diagonal: Any) -> Any:
    """The values on a diagonal of twice the rank, else 0.

    Shape   diagonal [D1, ..., Dk] -> [D1, ..., Dk, D1, ..., Dk]
    Source  TF op Diag, array_ops.cc
    """
    return xp.reshape(xp.diag(xp.ravel(diagonal)), diagonal.shape * 2)


@diag.gradient
def diag_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.DiagPart(dy)


def _half(s: ShapeScope) -> Dims:
    dims = s.shapes[0]
    if dims is None:
        return None
    half = len(dims) // 2
    if len(dims) % 2 or not dims:
        raise ValueError(f"a diagonal is of an even rank above 0, given: {show(dims)}.")
    return merge(dims[:half], dims[half:])


@op("DiagPart", "input: T -> diagonal: T", shape=_half)
def diag_part(xp: Any, input: Any) -> Any:
    """The diagonal of a tensor of even rank.

    Shape   input [D1, ..., Dk, D1, ..., Dk] -> [D1, ..., Dk]
    Source  TF op DiagPart, array_ops.cc
    """
    sizes = input.shape[: input.ndim // 2]
    size = math.prod(sizes)
    return xp.reshape(xp.diagonal(xp.reshape(input, (size, size))), sizes)


@diag_part.gradient
def diag_part_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Diag(dy)


@op(
    "MatrixBandPart",
    "input: T, num_lower: Tindex, num_upper: Tindex -> band: T",
    attrs={"Tindex": int64},
    shape=stack_of_matrices,
)
def matrix_band_part(xp: Any, input: Any, num_lower: Any, num_upper: Any) -> Any:
    """What lies at most so far below and above the diagonal, else 0; a negative number keeps that whole side.

    Shape   input [..., n, m] -> the same
    Source  TF op MatrixBandPart, array_ops.cc
    """
    rows, columns = input.shape[-2:]
    for name, number, size in (("num_lower", num_lower, rows), ("num_upper", num_upper, columns)):
        if not holds(number <= size):
            raise InvalidArgumentError(
                f"{name} must be negative or at most the number of rows or columns, {size}, given: {number}."
            )
    below = xp.arange(rows)[:, None] - xp.arange(columns)
    kept = ((num_lower < 0) | (below <= num_lower)) & ((num_upper < 0) | (-below <= num_upper))
    return xp.where(kept, input, xp.zeros((), input.dtype))


@matrix_band_part.gradient
def matrix_band_part_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.MatrixBandPart(dy, op.inputs[1], op.inputs[2]), None, None


# -- diagonals of matrices ---------------------------------------------------------------------------------------------
#
# Diagonal k of a matrix runs above the main one for k > 0, below it for k < 0. Several of them are the rows of
# `diagonal`, the highest first; shorter ones lie at the left or right end of their rows, as `align` says for those
# above and below.

_ALIGN = {"align": "RIGHT_LEFT"}
_ALIGNMENTS = ("RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT")


def _bounds(k: Any) -> tuple[int, int]:
    """The lowest and the highest diagonal, of one or two numbers."""
    numbers = [int(number) for number in k.reshape(-1)]
    if len(numbers) not in (1, 2) or numbers[0] > numbers[-1]:
        raise InvalidArgumentError(
            f"k must be one diagonal, or the lowest and the highest, given: {numbers}."
        )
    return numbers[0], numbers[-1]


def _places(rows: int, columns: int, k: Any, align: str) -> list[tuple[int, slice, slice, slice]]:
    """For each diagonal: its row among the diagonals, its part of that row, and its rows and columns in the matrix."""
    low, high = _bounds(k)
    if rows and columns and not -rows < low <= high < columns:
        raise InvalidArgumentError(
            f"there are no diagonals {low} to {high} of matrices of {rows} rows and {columns} columns."
        )
    longest = _longest(rows, columns, low, high)
    above, below = align.split("_")
    found = []
    for number in range(high, low - 1, -1):
        size = max(min(rows + min(number, 0), columns - max(number, 0)), 0)
        left = (number >= 0 and above == "LEFT") or (number <= 0 and below == "LEFT")
        first = 0 if left else longest - size
        row, column = max(-number, 0), max(number, 0)
        found.append(
            (high - number, slice(first, first + size), slice(row, row + size), slice(column, column + size))
        )
    return found


def _longest(rows: int, columns: int, low: int, high: int) -> int:
    return min(rows + min(high, 0), columns - max(low, 0))


def _diagonals(xp: Any, matrix: Any, k: Any, padding: Any, align: str) -> Any:
    rows, columns = matrix.shape[-2:]
    low, high = _bounds(k)
    places = _places(rows, columns, k, align)
    result = xp.full(
        (*matrix.shape[:-2], high - low + 1, _longest(rows, columns, low, high)), padding, matrix.dtype
    )
    for place, part, down, across in places:
        result[..., place, part] = xp.diagonal(matrix[..., down, across], axis1=-2, axis2=-1)
    return result[..., 0, :] if low == high else result


def _with_diagonals(xp: Any, matrix: Any, diagonal: Any, k: Any, align: str) -> Any:
    low, high = _bounds(k)
    rows, columns = matrix.shape[-2:]
    places = _places(rows, columns, k, align)
    values = diagonal[..., None, :] if low == high else diagonal
    expected = (*matrix.shape[:-2], high - low + 1, _longest(rows, columns, low, high))
    if values.shape != expected:
        wanted = expected if low < high else (*expected[:-2], expected[-1])
        raise InvalidArgumentError(f"diagonals of shape {show(diagonal.shape)}; wanted: {show(wanted)}.")
    result = xp.array(matrix)
    for place, part, down, across in places:
        steps = xp.arange(down.stop - down.start)
        result[..., down.start + steps, across.start + steps] = values[..., place, part]
    return result


def _known_bounds(s: ShapeScope, index: int) -> tuple[int, int] | None:
    k = s.value(index)
    return None if k is None else _bounds(k)


def _diagonal_dims(s: ShapeScope) -> Dims:
    dims, bounds = stack_of_matrices(s), _known_bounds(s, 1)
    if dims is None or bounds is None:
        return None
    low, high = bounds
    *stack, rows, columns = dims
    longest = None if rows is None or columns is None else _longest(rows, columns, low, high)
    return (*stack, longest) if low == high else (*stack, high - low + 1, longest)


def _matrix_dims(s: ShapeScope) -> Dims:
    """Of MatrixDiagV2 and V3: what is not given of rows and columns is as small as the diagonals allow."""
    dims, bounds = s.shapes[0], _known_bounds(s, 1)
    if dims is None or bounds is None:
        return None
    low, high = bounds
    if len(dims) < (1 if low == high else 2):
        raise ValueError(f"there are not {high - low + 1} diagonals in the shape {show(dims)}.")
    stack = dims[:-1] if low == high else dims[:-2]
    given = [s.value(2), s.value(3)]
    if dims[-1] is None or None in [None if size is None else 0 for size in given]:
        return (*stack, None, None)
    return (*stack, *_matrix_size(dims[-1], low, high, *(int(size.item()) for size in given)))  # type: ignore[union-attr]


def _matrix_size(longest: int, low: int, high: int, rows: int, columns: int) -> tuple[int, int]:
    least_rows, least_columns = longest - min(high, 0), longest + max(low, 0)
    if rows == columns == -1:
        return (max(least_rows, least_columns),) * 2
    found = (least_rows if rows == -1 else rows, least_columns if columns == -1 else columns)
    if (
        found[0] < least_rows
        or found[1] < least_columns
        or (found[0] != least_rows and found[1] != least_columns)
    ):
        raise InvalidArgumentError(
            f"diagonals {low} to {high} of {longest} values are not those of a matrix of {found[0]} rows and "
            f"{found[1]} columns."
        )
    return found


def _one_more(s: ShapeScope) -> Dims:
    dims = s.shapes[0]
    if dims == ():
        raise ValueError("what goes on a diagonal must have at least 1 dimension, given: a scalar.")
    return None if dims is None else (*dims, dims[-1])


@op("MatrixDiag", "diagonal: T -> output: T", shape=_one_more)
def matrix_diag(xp: Any, diagonal: Any) -> Any:
    """Matrices with the last axis on their diagonals, else 0.

    Shape   diagonal [..., n] -> [..., n, n]
    Source  TF op MatrixDiag, array_ops.cc
    """
    return xp.where(xp.eye(diagonal.shape[-1], dtype=bool), diagonal[..., None], xp.zeros((), diagonal.dtype))


@matrix_diag.gradient
def matrix_diag_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.MatrixDiagPart(dy)


def _lesser_size(s: ShapeScope) -> Dims:
    dims = stack_of_matrices(s)
    if dims is None:
        return None
    return (*dims[:-2], None if dims[-2] is None or dims[-1] is None else min(dims[-2], dims[-1]))


@op("MatrixDiagPart", "input: T -> diagonal: T", shape=_lesser_size)
def matrix_diag_part(xp: Any, input: Any) -> Any:
    """The diagonals of matrices.

    Shape   input [..., n, m] -> [..., min(n, m)]
    Source  TF op MatrixDiagPart, array_ops.cc
    """
    return xp.diagonal(input, axis1=-2, axis2=-1).copy()


@matrix_diag_part.gradient
def matrix_diag_part_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.MatrixSetDiag(b.ZerosLike(op.inputs[0]), dy)


def _with_diagonal(s: ShapeScope) -> Dims:
    dims, diagonal = stack_of_matrices(s), s.shapes[1]
    if dims is not None and diagonal is not None:
        merge(_lesser_size(s), diagonal)
    return dims


@op("MatrixSetDiag", "input: T, diagonal: T -> output: T", shape=_with_diagonal)
def matrix_set_diag(xp: Any, input: Any, diagonal: Any) -> Any:
    """The matrices with other values on their diagonals.

    Shape   input [..., n, m], diagonal [..., min(n, m)] -> [..., n, m]
    Source  TF op MatrixSetDiag, array_ops.cc
    """
    return _with_diagonals(xp, input, diagonal, xp.zeros(1, xp.int32), "LEFT_LEFT")


@matrix_set_diag.gradient
def matrix_set_diag_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.MatrixSetDiag(dy, b.ZerosLike(op.inputs[1])), b.MatrixDiagPart(dy)


# -- several diagonals, and other than the main one: the second and third versions ------------------------------------


def _made(
    xp: Any,
    diagonal: Any,
    k: Any,
    num_rows: Any,
    num_cols: Any,
    padding_value: Any,
    align: str = "LEFT_LEFT",
) -> Any:
    """Matrices of these diagonals, elsewhere the padding value.

    Source  TF ops MatrixDiagV2 and MatrixDiagV3, array_ops.cc
    """
    low, high = _bounds(k)
    stack = diagonal.shape[:-1] if low == high else diagonal.shape[:-2]
    size = _matrix_size(diagonal.shape[-1], low, high, int(num_rows), int(num_cols))
    empty = xp.full((*stack, *size), padding_value, diagonal.dtype)
    return _with_diagonals(xp, empty, diagonal, k, align)


def _made_gradient(b: Any, op: Any, dy: Any) -> Any:
    part = _same_version(b, op, "MatrixDiagPart")(dy, op.inputs[1], _nothing(b, dy), **_alignment(op))
    return part, None, None, None, None


def _taken(xp: Any, input: Any, k: Any, padding_value: Any, align: str = "LEFT_LEFT") -> Any:
    """Diagonals of matrices, the shorter ones filled with the padding value.

    Source  TF ops MatrixDiagPartV2 and MatrixDiagPartV3, array_ops.cc
    """
    return _diagonals(xp, input, k, padding_value, align)


def _taken_gradient(b: Any, op: Any, dy: Any) -> Any:
    x, k, _ = op.inputs
    return _same_version(b, op, "MatrixSetDiag")(b.ZerosLike(x), dy, k, **_alignment(op)), None, None


def _set(xp: Any, input: Any, diagonal: Any, k: Any, align: str = "LEFT_LEFT") -> Any:
    """The matrices with other values on some of their diagonals.

    Source  TF ops MatrixSetDiagV2 and MatrixSetDiagV3, array_ops.cc
    """
    return _with_diagonals(xp, input, diagonal, k, align)


def _set_gradient(b: Any, op: Any, dy: Any) -> Any:
    _, diagonal, k = op.inputs
    rest = _same_version(b, op, "MatrixSetDiag")(dy, b.ZerosLike(diagonal), k, **_alignment(op))
    part = _same_version(b, op, "MatrixDiagPart")(dy, k, _nothing(b, dy), **_alignment(op))
    return rest, part, None


def _same_version(b: Any, op: Any, kind: str) -> Any:
    """The function that makes an op of this kind, V2 beside V2 and V3 beside V3."""
    return getattr(b, kind + op.type[-2:])


def _alignment(op: Any) -> dict[str, str]:
    return {"align": op.attrs["align"]} if "align" in op.attrs else {}


def _nothing(b: Any, x: Any) -> Any:
    return b.Cast(0, DstT=x.dtype)


def _aligned(shape: ShapeRule) -> ShapeRule:
    """The rule of an op that has perhaps the attribute ``align``, which must be one of four."""

    def rule(s: ShapeScope) -> Any:
        align = s.attrs.get("align", "RIGHT_LEFT")
        if align not in _ALIGNMENTS:
            raise ValueError(f"align must be one of {', '.join(_ALIGNMENTS)}, given: {align!r}.")
        return shape(s)

    return rule


def _diagonals_of_version(version: str, attrs: dict[str, str]) -> None:
    """Declare MatrixDiag, MatrixDiagPart and MatrixSetDiag of a version; the second has `align` LEFT_LEFT."""
    op(
        f"MatrixDiag{version}",
        "diagonal: T, k: int32, num_rows: int32, num_cols: int32, padding_value: T -> output: T",
        attrs=attrs,
        shape=_aligned(_matrix_dims),
    )(_made).gradient(_made_gradient)
    op(
        f"MatrixDiagPart{version}",
        "input: T, k: int32, padding_value: T -> diagonal: T",
        attrs=attrs,
        shape=_aligned(_diagonal_dims),
    )(_taken).gradient(_taken_gradient)
    op(
        f"MatrixSetDiag{version}",
        "input: T, diagonal: T, k: int32 -> output: T",
        attrs=attrs,
        shape=_aligned(stack_of_matrices),
    )(_set).gradient(_set_gradient)


_diagonals_of_version("V2", {})
_diagonals_of_version("V3", _ALIGN)
