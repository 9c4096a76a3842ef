"""Inverses, determinants and systems of linear equations, and Cholesky's decomposition, which helps with all of them.

numpy's LAPACK does the work. Half precision is not among TensorFlow's types here, but for :mod:`.factoring`.

Source: TensorFlow 2.15, core/ops/linalg_ops.cc; gradients: python/ops/linalg_grad.py.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType, int32
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, merge
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.graph.static import static_value
from estimator.ops._stacks import in_single_precision, stack_of_matrices, stack_of_squares
from estimator.ops._ufuncs import conjugated

INVERSE = "input: T -> output: T"


def _adjoint(xp: Any, x: Any) -> Any:
    return xp.conj(xp.swapaxes(x, -1, -2))


@op("MatrixInverse", INVERSE, attrs={"adjoint": False}, shape=stack_of_squares)
def matrix_inverse(xp: Any, input: Any, adjoint: bool) -> Any:
    """The inverses of matrices, or of their adjoints.

    Raises  InvalidArgumentError if there is none.
    Source  TF op MatrixInverse, linalg_ops.cc
    """
    return in_single_precision(xp.linalg.inv, _adjoint(xp, input) if adjoint else input)


@matrix_inverse.gradient
def matrix_inverse_gradient(b: Any, op: Any, dy: Any) -> Any:
    """-A^-H dy A^-H; the adjoint of that, where the inverse is that of A^H."""
    inverse = op.outputs[0]
    if op.attrs["adjoint"]:
        return b.Neg(b.BatchMatMulV2(inverse, b.BatchMatMulV2(dy, inverse, adj_x=True)))
    return b.Neg(b.BatchMatMulV2(inverse, b.BatchMatMulV2(dy, inverse, adj_y=True), adj_x=True))


def _stack(s: ShapeScope) -> Dims:
    dims = stack_of_squares(s)
    return None if dims is None else dims[:-2]


@op("MatrixDeterminant", INVERSE, shape=_stack)
def matrix_determinant(xp: Any, input: Any) -> Any:
    """The determinants of matrices.

    Shape   input [..., n, n] -> [...]
    Source  TF op MatrixDeterminant, linalg_ops.cc
    """
    return xp.linalg.det(input)


@matrix_determinant.gradient
def matrix_determinant_gradient(b: Any, op: Any, dy: Any) -> Any:
    (determinant,) = conjugated(b, op.outputs)
    return _along_matrices(b, b.Mul(dy, determinant), b.MatrixInverse(op.inputs[0], adjoint=True))


def _along_matrices(b: Any, numbers: Any, matrices: Any) -> Any:
    """Each matrix times its number."""
    return b.Mul(b.ExpandDims(b.ExpandDims(numbers, -1), -1), matrices)


def _stack_twice(s: ShapeScope) -> list[Dims]:
    return [_stack(s)] * 2


@op("LogMatrixDeterminant", "input: T -> sign: T, log_abs_determinant: T", shape=_stack_twice)
def log_matrix_determinant(xp: Any, input: Any) -> Any:
    """The signs of determinants, and the logarithms of their absolute values.

    Shape   input [..., n, n] -> [...], [...]
    Source  TF op LogMatrixDeterminant, linalg_ops.cc
    """
    sign, log = xp.linalg.slogdet(input)
    return [sign.astype(input.dtype), log.astype(input.dtype)]


@log_matrix_determinant.gradient
def log_matrix_determinant_gradient(b: Any, op: Any, dsign: Any, dlog: Any) -> Any:
    if dlog is None:
        return b.ZerosLike(op.inputs[0])
    return _along_matrices(b, dlog, b.MatrixInverse(op.inputs[0], adjoint=True))


@op("Cholesky", INVERSE, shape=stack_of_squares)
def cholesky(xp: Any, input: Any) -> Any:
    """The lower triangular L of L L^H; of the input, only the lower triangle counts.

    Raises  InvalidArgumentError if the input is not positive definite.
    Source  TF op Cholesky, linalg_ops.cc
    """
    return in_single_precision(xp.linalg.cholesky, input)


@cholesky.gradient
def cholesky_gradient(b: Any, op: Any, dy: Any) -> Any:
    """½ (G + G^H) with G = L^-H P L^-1, where P is the lower triangle of L^H dy with half of its diagonal.

    Source  I. Murray, Differentiation of the Cholesky decomposition, 2016
    """
    lower = op.outputs[0]
    size = b.Shape(lower)
    one = b.MatrixSetDiag(b.ZerosLike(lower), b.Fill(size[:-1], b.Cast(1.0, DstT=lower.dtype)))
    inverse = b.MatrixTriangularSolve(lower, one)
    middle = b.BatchMatMulV2(lower, dy, adj_x=True)
    middle = b.MatrixSetDiag(middle, b.Mul(b.MatrixDiagPart(middle), 0.5))
    middle = b.MatrixBandPart(middle, -1, 0)
    whole = b.BatchMatMulV2(b.BatchMatMulV2(inverse, middle, adj_x=True), inverse)
    return b.Mul(b.AddV2(whole, _turned(b, whole)), 0.5)


def _turned(b: Any, x: Any) -> Any:
    """The adjoint of each matrix, of a rank that need not be known."""
    return b.BatchMatMulV2(x, _one(b, x), adj_x=True)


def _one(b: Any, x: Any) -> Any:
    size = b.Shape(x)[-2:-1]
    return b.MatrixDiag(b.Fill(size, b.Cast(1.0, DstT=x.dtype)))


# -- systems of equations ----------------------------------------------------------------------------------------------


def _solution(s: ShapeScope) -> Dims:
    matrix = stack_of_squares(s)
    return _columns(matrix, s.shapes[1], matrix)


def _columns(matrix: Dims, rhs: Dims, turned: Dims) -> Dims:
    """The shape of what, times matrices, gives rhs."""
    if matrix is None or rhs is None or turned is None:
        return None
    if len(rhs) < 2:
        raise ValueError(f"rhs must have at least 2 dimensions, given: {len(rhs)}.")
    stack = merge(matrix[:-2], rhs[:-2])
    rules.same_size(matrix[-2], rhs[-2], "the rows of matrix and of rhs")
    return (*(stack or ()), turned[-1], rhs[-1])


@op("MatrixSolve", "matrix: T, rhs: T -> output: T", attrs={"adjoint": False}, shape=_solution)
def matrix_solve(xp: Any, matrix: Any, rhs: Any, adjoint: bool) -> Any:
    """The X with matrix X = rhs, or matrix^H X = rhs.

    Shape   matrix [..., n, n], rhs [..., n, m] -> [..., n, m]
    Raises  InvalidArgumentError if the matrix is singular.
    Source  TF op MatrixSolve, linalg_ops.cc
    """
    return in_single_precision(xp.linalg.solve, _adjoint(xp, matrix) if adjoint else matrix, rhs)


@matrix_solve.gradient
def matrix_solve_gradient(b: Any, op: Any, dy: Any) -> Any:
    adjoint, x = op.attrs["adjoint"], op.outputs[0]
    to_rhs = b.MatrixSolve(op.inputs[0], dy, adjoint=not adjoint)
    left, right = (x, to_rhs) if adjoint else (to_rhs, x)
    return b.Neg(b.BatchMatMulV2(left, right, adj_y=True)), to_rhs


def _least_squares(s: ShapeScope) -> Dims:
    matrix = stack_of_matrices(s)
    return _columns(matrix, s.shapes[1], matrix)


@op(
    "MatrixSolveLs",
    "matrix: T, rhs: T, l2_regularizer: float64 -> output: T",
    attrs={"fast": True},
    shape=_least_squares,
)
def matrix_solve_ls(xp: Any, matrix: Any, rhs: Any, l2_regularizer: Any) -> Any:
    """The X with the least |matrix X - rhs|² + l2_regularizer |X|²; of several without the latter, the shortest.

    Shape   matrix [..., n, m], rhs [..., n, k] -> [..., m, k]
    Source  TF op MatrixSolveLs, linalg_ops.cc
    """
    rows, columns = matrix.shape[-2:]
    turned, weight = _adjoint(xp, matrix), xp.asarray(l2_regularizer, matrix.dtype)
    if not weight:
        return (xp.linalg.pinv(matrix) @ rhs).astype(matrix.dtype)
    if rows >= columns:
        gram = turned @ matrix + weight * xp.eye(columns, dtype=matrix.dtype)
        return in_single_precision(xp.linalg.solve, gram, turned @ rhs)
    gram = matrix @ turned + weight * xp.eye(rows, dtype=matrix.dtype)
    return turned @ in_single_precision(xp.linalg.solve, gram, rhs)


@matrix_solve_ls.gradient
def matrix_solve_ls_gradient(b: Any, op: Any, dy: Any) -> Any:
    """Of (A^H A + λ)^-1 A^H B; where λ is 0, of the pseudo-inverse, which is that as far as there is an inverse."""
    matrix, rhs, weight = op.inputs
    known, x = static_value(weight), op.outputs[0]
    rest = b.Sub(rhs, b.BatchMatMulV2(matrix, x))
    if known is None or known:
        one = b.MatrixDiag(b.Fill(b.Shape(matrix)[-1:], b.Cast(weight, DstT=matrix.dtype)))
        back = b.MatrixSolve(b.AddV2(b.BatchMatMulV2(matrix, matrix, adj_x=True), one), dy)
        to_rhs = b.BatchMatMulV2(matrix, back)
        to_matrix = b.Sub(b.BatchMatMulV2(rest, back, adj_y=True), b.BatchMatMulV2(to_rhs, x, adj_y=True))
        return to_matrix, to_rhs, None
    values, left, right = b.Svd(matrix)
    inverse = b.BatchMatMulV2(right, b.BatchMatMulV2(b.MatrixDiag(b.Reciprocal(values)), left, adj_y=True))
    to_rhs = b.BatchMatMulV2(inverse, dy, adj_x=True)
    outside = b.Sub(dy, b.BatchMatMulV2(inverse, b.BatchMatMulV2(matrix, dy)))
    to_matrix = b.Sub(
        b.BatchMatMulV2(rest, b.BatchMatMulV2(inverse, to_rhs), adj_y=True),
        b.BatchMatMulV2(to_rhs, x, adj_y=True),
    )
    from_outside = b.BatchMatMulV2(b.BatchMatMulV2(inverse, x, adj_x=True), outside, adj_y=True)
    return b.AddV2(to_matrix, from_outside), to_rhs, None


# -- LU ----------------------------------------------------------------------------------------------------------------


def _lu_shapes(s: ShapeScope) -> list[Dims]:
    dims = stack_of_squares(s)
    return [dims, None if dims is None else dims[:-1]]


@op("Lu", "input: T -> lu: T, p: output_idx_type", attrs={"output_idx_type": int32}, shape=_lu_shapes)
def lu(xp: Any, input: Any, output_idx_type: DType) -> Any:
    """L and U in one matrix, L below the diagonal, where its ones are left out; p says which row came to each place.

    Raises  InvalidArgumentError if the matrix is singular.
    Source  TF op Lu, linalg_ops.cc
    """
    size, rows = input.shape[-1], xp.arange(input.shape[-1])
    whole = input.reshape(-1, size, size).copy()
    order = xp.tile(rows, (len(whole), 1))
    batch = xp.arange(len(whole))
    for place in range(size):
        pivot = place + xp.argmax(xp.abs(whole[:, place:, place]), axis=1)
        for table in (whole, order):
            table[batch, place], table[batch, pivot] = table[batch, pivot], table[batch, place].copy()
        if not xp.all(whole[:, place, place]):
            raise InvalidArgumentError("Input matrix is not invertible.")
        whole[:, place + 1 :, place] /= whole[:, place, None, place]
        outer = whole[:, place + 1 :, place, None] * whole[:, place, None, place + 1 :]
        whole[:, place + 1 :, place + 1 :] -= outer
    return [whole.reshape(input.shape), order.reshape(input.shape[:-1]).astype(output_idx_type.np)]


@lu.gradient
def lu_gradient(b: Any, op: Any, dlu: Any, dp: Any) -> Any:
    """P^T L^-H (strict lower (L^H dL) + upper (dU U^H)) U^-H."""
    whole, order = op.outputs
    lower = b.MatrixSetDiag(b.MatrixBandPart(whole, -1, 0), b.OnesLike(b.MatrixDiagPart(whole)))
    upper = b.MatrixBandPart(whole, 0, -1)
    below = b.BatchMatMulV2(lower, b.Sub(dlu, b.MatrixBandPart(dlu, 0, -1)), adj_x=True)
    above = b.BatchMatMulV2(b.MatrixBandPart(dlu, 0, -1), upper, adj_y=True)
    middle = b.AddV2(b.Sub(below, b.MatrixBandPart(below, 0, -1)), b.MatrixBandPart(above, 0, -1))
    solved = b.MatrixTriangularSolve(lower, middle, adjoint=True)
    right = _turned(b, b.MatrixTriangularSolve(upper, _turned(b, solved), lower=False))
    where = b.OneHot(order, b.Shape(whole)[-1], b.Cast(1.0, DstT=whole.dtype), b.Cast(0.0, DstT=whole.dtype))
    return b.BatchMatMulV2(where, right, adj_x=True)
