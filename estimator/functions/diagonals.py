"""Diagonals and bands of matrices under TensorFlow's names.

Source: names and arguments of tf.linalg.* in TensorFlow 1.15.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DTypeLike, as_dtype, float32, int32
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, shape_tensor, tensor_of
from estimator.functions.arrays import range as arange
from estimator.functions.reductions import reduce_sum
from estimator.graph import build
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor

_ALIGN = "RIGHT_LEFT"  # which matters for diagonals other than the main one


def eye(
    num_rows: TensorLike,
    num_columns: TensorLike | None = None,
    batch_shape: Any = None,
    dtype: DTypeLike = float32,
    name: str | None = None,
) -> Tensor:
    """The identity matrix, one for each entry of `batch_shape`.

    Parameters
    ----------
    num_rows, num_columns : int or scalar Tensor
        As many columns as rows by default.
    batch_shape : list of int, or Tensor, optional
        The dimensions before the last two.
    """
    columns = num_rows if num_columns is None else num_columns
    label = "diag" if num_columns is None else "set_diag"  # what TensorFlow's last operation is called
    with function_scope(name, "eye", num_rows, columns, batch_shape):
        size = shape_tensor([num_rows, columns])
        places = arange(size[1], dtype=int32)
        one = build.Equal(build.ExpandDims(arange(size[0], dtype=int32), 1), places)
        if batch_shape is None:
            return build.Cast(one, DstT=as_dtype(dtype), name=label)
        batch = tensor_of(shape_tensor(batch_shape), name="batch_shape")
        return build.BroadcastTo(
            build.Cast(one, DstT=as_dtype(dtype)),
            build.ConcatV2([batch, build.Shape(one, out_type=batch.dtype)], 0),
            name=label,
        )


def trace(x: TensorLike, name: str | None = None) -> Tensor:
    """The sum of the diagonal of a matrix, or of each of a stack of matrices."""
    with function_scope(name, "Trace", x) as (_, scope):
        return reduce_sum(diag_part(tensor_of(x, name="x")), -1, name=scope)


def tensor_diag(diagonal: TensorLike, name: str | None = None) -> Tensor:
    """A tensor of twice the rank with these values on its diagonal, else 0."""
    return build.Diag(diagonal, name=name)


def tensor_diag_part(input: TensorLike, name: str | None = None) -> Tensor:
    """The diagonal of a tensor of even rank, whose sizes stand there twice: of a matrix, its diagonal."""
    return build.DiagPart(input, name=name)


def diag(
    diagonal: TensorLike,
    name: str = "diag",
    k: Any = 0,
    num_rows: Any = -1,
    num_cols: Any = -1,
    padding_value: Any = 0,
    align: str = _ALIGN,
) -> Tensor:
    """Matrices with the last axis of `diagonal` on their diagonal, else 0.

    Parameters
    ----------
    k : int or pair of int
        Which diagonal: k > 0 lies above the main one, k < 0 below. A pair is the lowest and the highest of several,
        which are the rows of the last two axes, the highest first.
    num_rows, num_cols : int
        The size of the matrices; as small as may be for -1.
    padding_value : number
        What stands elsewhere.
    align : {"RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT"}
        At which end of their rows shorter diagonals lie: those above the main one, and those below.

    Shape
    -----
    diagonal [..., n] -> [..., n, n]
    """
    if (
        _is_given(k, 0)
        and align == _ALIGN
        and _is_given(num_rows, -1)
        and _is_given(num_cols, -1)
        and _is_given(padding_value, 0)
    ):
        return build.MatrixDiag(diagonal, name=name)  # which every TensorFlow has
    return build.MatrixDiagV3(diagonal, k, num_rows, num_cols, padding_value, align=align, name=name)


def diag_part(
    input: TensorLike, name: str = "diag_part", k: Any = 0, padding_value: Any = 0, align: str = _ALIGN
) -> Tensor:
    """The diagonals of matrices; with `k` others than the main ones, see :func:`diag`.

    Shape
    -----
    input [..., n, m] -> [..., min(n, m)]
    """
    if _is_given(k, 0) and align == _ALIGN:
        return build.MatrixDiagPart(input, name=name)
    x = tensor_of(input, name="input")
    padding = bool(padding_value) if x.dtype.is_bool else padding_value
    return build.MatrixDiagPartV3(x, k, padding, align=align, name=name)


def set_diag(
    input: TensorLike, diagonal: TensorLike, name: str = "set_diag", k: Any = 0, align: str = _ALIGN
) -> Tensor:
    """The matrices with other values on their diagonals; with `k` on others than the main ones, see :func:`diag`."""
    if _is_given(k, 0) and align == _ALIGN:
        return build.MatrixSetDiag(input, diagonal, name=name)
    return build.MatrixSetDiagV3(input, diagonal, k, align=align, name=name)


def _is_given(value: Any, number: int) -> bool:
    return isinstance(value, (int, float)) and value == number


def matrix_band_part(
    input: TensorLike, num_lower: TensorLike, num_upper: TensorLike, name: str | None = None
) -> Tensor:
    """What lies at most so far below and above the diagonals, else 0; a negative number keeps all on that side.

    ``matrix_band_part(x, -1, 0)`` is the lower triangle, ``matrix_band_part(x, 0, 0)`` the diagonal.
    """
    return build.MatrixBandPart(input, num_lower, num_upper, name=name)


near_keywords_of_functions(__name__)
