"""Triangular systems and the QR decomposition.

Source: TensorFlow 2.15, core/ops/linalg_ops.cc.
"""

from __future__ import annotations

from typing import Any

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, broadcast, show
from estimator.graph import rules
from estimator.graph.conditions import holds
from estimator.graph.op import ShapeScope, op
from estimator.ops._stacks import fit_stack, in_single_precision, stack_of_matrices

# -- triangular systems ------------------------------------------------------------------------------------------------


def _solution(s: ShapeScope) -> Dims:
    matrix, rhs = s.shapes
    if matrix is None or rhs is None:
        return None
    if len(matrix) < 2 or len(rhs) < 2:
        raise ValueError(
            f"matrix and rhs must have at least 2 dimensions, given: {show(matrix)} and {show(rhs)}."
        )
    size = rules.same_size(matrix[-1], matrix[-2], "the rows and columns of matrix")
    size = rules.same_size(size, rhs[-2], "the rows of matrix and of rhs")
    stack = broadcast([matrix[:-2], rhs[:-2]])
    return None if stack is None else (*stack, size, rhs[-1])


@op(
    "MatrixTriangularSolve",
    "matrix: T, rhs: T -> output: T",
    attrs={"lower": True, "adjoint": False},
    shape=_solution,
)
def matrix_triangular_solve(xp: Any, matrix: Any, rhs: Any, lower: bool, adjoint: bool) -> Any:
    """The X with matrix X = rhs, or matrix^H X = rhs; the other triangle of the matrix is not looked at.

    Shape   matrix [..., n, n], rhs [..., n, m] -> [..., n, m]; the stacks broadcast
    Source  TF op MatrixTriangularSolve, linalg_ops.cc
    """
    triangle = xp.tril(matrix) if lower else xp.triu(matrix)
    if not holds(xp.all(xp.diagonal(triangle, axis1=-2, axis2=-1))):
        raise InvalidArgumentError("Input matrix is not invertible: there is a 0 on its diagonal.")
    if adjoint:
        triangle = xp.conj(xp.swapaxes(triangle, -1, -2))
    return in_single_precision(xp.linalg.solve, triangle, rhs)


@matrix_triangular_solve.gradient
def matrix_triangular_solve_gradient(b: Any, op: Any, dy: Any) -> Any:
    matrix, rhs = op.inputs
    lower, adjoint = op.attrs["lower"], op.attrs["adjoint"]
    to_rhs = b.MatrixTriangularSolve(matrix, dy, lower=lower, adjoint=not adjoint)
    left, right = (op.outputs[0], to_rhs) if adjoint else (to_rhs, op.outputs[0])
    to_matrix = b.Neg(b.BatchMatMulV2(left, right, adj_y=True))
    band = (-1, 0) if lower else (0, -1)
    return (
        fit_stack(b, b.MatrixBandPart(to_matrix, *band), matrix, rhs),
        fit_stack(b, to_rhs, rhs, matrix),
    )


# -- QR ----------------------------------------------------------------------------------------------------------------


def _factors(s: ShapeScope) -> list[Dims]:
    dims = stack_of_matrices(s)
    if dims is None:
        return [None, None]
    *stack, rows, columns = dims
    between = rows if s.attrs["full_matrices"] else _lesser(rows, columns)
    return [(*stack, rows, between), (*stack, between, columns)]


def _lesser(rows: int | None, columns: int | None) -> int | None:
    return None if rows is None or columns is None else min(rows, columns)


@op("Qr", "input: T -> q: T, r: T", attrs={"full_matrices": False}, shape=_factors)
def qr(xp: Any, input: Any, full_matrices: bool) -> Any:
    """Each matrix as the product of one with orthonormal columns and an upper triangular one.

    Shape   input [..., n, m] -> [..., n, k], [..., k, m] with k = min(n, m), or n for full matrices
    Source  TF op Qr, linalg_ops.cc
    """
    mode = "complete" if full_matrices else "reduced"
    return in_single_precision(lambda x: tuple(xp.linalg.qr(x, mode=mode)), input)


@qr.gradient
def qr_gradient(b: Any, op: Any, *dys: Any) -> Any:
    """Of a wide matrix (X, Y) = Q (U, V), Y = Q V goes by way of Q, and X = Q U is square; of others Y is empty.

    Source  Walter and Lehmann, Algorithmic Differentiation of Linear Algebra Functions, 2010;
            Roberts and Roberts, QR and LQ Decomposition Matrix Backpropagation Algorithms, 2020
    """
    x, (q, r) = op.inputs[0], op.outputs
    sizes = rules.known(None if x.dims is None else x.dims[-2:])
    if op.attrs["full_matrices"] and (sizes is None or sizes[0] != sizes[1]):
        raise NotImplementedError(
            f"Qr of full_matrices has a gradient for square matrices only, given: {show(x.dims)}. "
            "Leave full_matrices out."
        )
    dq, dr = (b.ZerosLike(out) if dy is None else dy for dy, out in zip(dys, op.outputs, strict=True))
    if sizes is not None and sizes[0] >= sizes[1]:
        return _of_tall(b, q, r, dq, dr)
    size = b.Shape(r)[-2]
    left, right = (..., slice(None, size)), (..., slice(size, None))
    through_q = dq + b.BatchMatMulV2(x[right], dr[right], adj_y=True)
    to_left = _of_tall(b, q, r[left], through_q, dr[left])
    return b.ConcatV2([to_left, b.BatchMatMulV2(q, dr[right])], -1)


def _of_tall(b: Any, q: Any, r: Any, dq: Any, dr: Any) -> Any:
    """``(dQ + Q copyltu(R dR^H - dQ^H Q)) R^-H``, where copyltu mirrors the lower triangle."""
    m = b.BatchMatMulV2(r, dr, adj_y=True) - b.BatchMatMulV2(dq, q, adj_x=True)
    one = b.Diag(b.Fill(b.Shape(r)[-1:], b.Cast(1.0, DstT=r.dtype)))
    lower = b.MatrixBandPart(m, -1, 0)
    below = lower - b.MatrixBandPart(m, 0, 0)
    mirrored = lower + b.BatchMatMulV2(below, one, adj_x=True)
    inverse = b.MatrixTriangularSolve(r, one, lower=False, adjoint=True)
    return b.BatchMatMulV2(dq + b.BatchMatMulV2(q, mirrored), inverse)
