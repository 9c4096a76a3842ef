"""Products of matrices and vectors, and their norms, under TensorFlow's names.

Source: names and arguments of tf.matmul and tf.linalg.* in TensorFlow 1.15.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, renamed, tensor_of, tensors_of
from estimator.functions.arrays import squeeze, transpose
from estimator.functions.complex import conj
from estimator.functions.math import cast
from estimator.functions.reductions import reduce_max, reduce_sum
from estimator.graph import build
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def matmul(
    a: TensorLike,
    b: TensorLike,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of two matrices, or of two stacks of matrices that broadcast.

    Parameters
    ----------
    a, b : Tensor
        With at least two dimensions.
    transpose_a, transpose_b : bool
        Whether to transpose each matrix first.
    adjoint_a, adjoint_b : bool
        Whether to conjugate and transpose it.
    a_is_sparse, b_is_sparse : bool
        Accepted for old scripts; zeros are not skipped.

    Raises
    ------
    ValueError
        If a matrix is to be both transposed and made adjoint, or the shapes do not fit.
    """
    if (transpose_a and adjoint_a) or (transpose_b and adjoint_b):
        raise ValueError(
            "a matrix is either transposed or made adjoint: pass only one of transpose_x and adjoint_x."
        )
    with function_scope(name, "MatMul", a, b) as (_, scope):
        left, right = tensors_of(a=a, b=b)
        return _product(left, right, transpose_a, transpose_b, adjoint_a, adjoint_b, scope)


def _product(
    left: Tensor,
    right: Tensor,
    transpose_left: bool,
    transpose_right: bool,
    adjoint_left: bool,
    adjoint_right: bool,
    name: str,
) -> Tensor:
    result: Tensor
    if all(shape.dims is not None and len(shape.dims) == 2 for shape in (left, right)):
        left, right = conj(left) if adjoint_left else left, conj(right) if adjoint_right else right
        turn_left, turn_right = transpose_left or adjoint_left, transpose_right or adjoint_right
        result = build.MatMul(left, right, transpose_a=turn_left, transpose_b=turn_right, name=name)
        return result
    left, right = conj(left) if transpose_left else left, conj(right) if transpose_right else right
    turn_left, turn_right = transpose_left or adjoint_left, transpose_right or adjoint_right
    result = build.BatchMatMulV2(left, right, adj_x=turn_left, adj_y=turn_right, name=name)
    return result


def l2_loss(t: TensorLike, name: str | None = None) -> Tensor:
    """Half the sum of the squares of t's elements: a scalar, ½ Σ t²."""
    result: Tensor = build.L2Loss(t, name=name)
    return result


def matvec(
    a: TensorLike,
    b: TensorLike,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of matrices and vectors; see :func:`matmul`.

    Shape
    -----
    a [..., n, m], b [..., m] -> [..., n]
    """
    with function_scope(name, "MatVec", a, b):
        left, right = tensors_of(a=a, b=b)
        product = matmul(left, build.ExpandDims(right, -1), transpose_a=transpose_a, adjoint_a=adjoint_a)
        return build.Squeeze(product, squeeze_dims=[-1])


def cross(a: TensorLike, b: TensorLike, name: str | None = None) -> Tensor:
    """The vectors at right angles to pairs of vectors of 3 numbers, in the last axis."""
    return build.Cross(a, b, name=name)


def matrix_transpose(a: TensorLike, name: str = "matrix_transpose", conjugate: bool = False) -> Tensor:
    """The last two axes exchanged; `conjugate` makes it the adjoint.

    Raises
    ------
    ValueError
        If a has less than two dimensions.
    """
    with function_scope(name, "matrix_transpose", a):
        x = tensor_of(a, name="a")
        if x.dims is None:
            rank = build.Rank(x)
            order = build.ConcatV2([build.Range(0, rank - 2, 1), build.Pack([rank - 1, rank - 2])], 0)
            return transpose(x, order, conjugate=conjugate)
        count = len(x.dims)
        if count < 2:
            raise ValueError(f"a matrix has two dimensions or more, given: {x.shape}.")
        return transpose(x, [*range(count - 2), count - 1, count - 2], conjugate=conjugate)


def adjoint(matrix: TensorLike, name: str | None = None) -> Tensor:
    """The last two axes exchanged, complex numbers conjugated."""
    with function_scope(name, "adjoint", matrix):
        return matrix_transpose(matrix, conjugate=True)


# -- norms -------------------------------------------------------------------------------------------------------------


def norm(
    tensor: TensorLike,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The length of vectors, or the norm of matrices.

    Parameters
    ----------
    ord : {"euclidean", "fro", 1, 2, numpy.inf} or float
        ``"euclidean"`` is √Σ|x|², for matrices as ``"fro"``. For vectors p > 0 is (Σ|x|^p)^(1/p), inf the greatest
        |x|. For matrices 1 and inf are the greatest sum of a column and of a row, 2 the greatest singular value.
    axis : int or pair of int, optional
        Vectors lie along one axis, matrices along two; without it the tensor is one vector.
    keepdims, keep_dims : bool
        Whether these axes stay, with size 1.

    Raises
    ------
    ValueError
        If there is no such norm, or `axis` is neither.
    """
    keep = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
    axes = _axes_of_norm(ord, axis)
    with function_scope(name, "norm", tensor):
        x = tensor_of(tensor)
        if axes is not None and len(axes) == 2 and ord in (2, 2.0):
            return _spectral_norm(x, axes, keep)
        found = _norm_along(x, ord, axes)
        return found if keep else squeeze(found, None if axes is None else list(axes))


def _axes_of_norm(ord: Any, axis: Any) -> tuple[int, ...] | None:
    is_matrix = isinstance(axis, (list, tuple)) and len(axis) == 2
    if is_matrix and (not all(isinstance(place, int) for place in axis) or axis[0] == axis[1]):
        raise ValueError(f"the axes of matrices are two different whole numbers, given: {axis!r}.")
    if not is_matrix and not (isinstance(axis, int) or axis is None):
        raise ValueError(f"axis of a norm must be None, a whole number or a pair of them, given: {axis!r}.")
    known = ["euclidean", "fro", 1, 2, math.inf] if is_matrix else ["euclidean", 1, 2, math.inf]
    is_power = not is_matrix and not isinstance(ord, str) and ord > 0
    if ord not in known and not is_power:
        raise ValueError(
            f"there is no norm {ord!r} of {'matrices' if is_matrix else 'vectors'}; "
            f"ord is one of {', '.join(map(repr, known))}{'' if is_matrix else ', or a number above 0'}."
        )
    return tuple(axis) if is_matrix else None if axis is None else (axis,)


def _norm_along(x: Tensor, ord: Any, axes: tuple[int, ...] | None) -> Tensor:
    """With the axes kept, as long as they are needed."""
    if ord in ("fro", "euclidean", 2, 2.0):
        return build.Sqrt(reduce_sum(x * conj(x), axes, keepdims=True))
    sizes = abs(x)
    columns, rows = (None, None) if axes is None else (axes[0], axes[-1])
    if ord == 1:
        sums = reduce_sum(sizes, columns, keepdims=True)
        return reduce_max(sums, rows, keepdims=True) if axes is not None and len(axes) == 2 else sums
    if ord == math.inf:
        sums = reduce_sum(sizes, rows, keepdims=True) if axes is not None and len(axes) == 2 else sizes
        return reduce_max(sums, columns, keepdims=True)
    return build.Pow(reduce_sum(build.Pow(sizes, ord), axes, keepdims=True), 1.0 / ord)


def _spectral_norm(x: Tensor, axes: Sequence[int], keep: bool) -> Tensor:
    """The greatest singular value of matrices along any two axes.

    Raises
    ------
    ValueError
        If the rank is not known.
    """
    if x.dims is None:
        raise ValueError(f"the rank of {x} must be known for its norm 2 along the axes {list(axes)}.")
    rank = len(x.dims)
    places = [axis % rank for axis in axes]
    order = [place for place in range(rank) if place not in places] + places
    values, _, _ = build.Svd(build.Transpose(x, order), compute_uv=False)
    greatest: Tensor = build.Cast(reduce_max(values, -1), DstT=x.dtype.real_dtype)
    for place in sorted(places) if keep else ():
        greatest = build.ExpandDims(greatest, place)
    return greatest


def normalize(
    tensor: TensorLike, ord: Any = "euclidean", axis: Any = None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The tensor divided by its :func:`norm`, and the norm with the axes kept."""
    with function_scope(name, "normalize", tensor):
        x = tensor_of(tensor)
        length = cast(norm(x, ord, axis, keepdims=True), x.dtype)
        return x / length, length


near_keywords_of_functions(__name__)
