"""Parts of matrices, triangular systems, and the QR decomposition.

Source: TensorFlow 2.15, core/ops/{array,linalg}_ops.cc.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.core.dtypes import int64
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, broadcast, merge, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._stacks import fit_stack

# -- diagonals and bands -----------------------------------------------------------------------------------------------


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


def _stack_of_matrices(s: ShapeScope) -> Dims:
    dims = s.shapes[0]
    if dims is not None and len(dims) < 2:
        raise ValueError(f"the input must have at least 2 dimensions, given: {show(dims)}.")
    return dims


@op(
    "MatrixBandPart",
    "input: T, num_lower: Tindex, num_upper: Tindex -> band: T",
    attrs={"Tindex": int64},
    shape=_stack_of_matrices,
)
def matrix_band_part(xp: Any, input: Any, num_lower: Any, num_upper: Any) -> Any:
    """What lies at most so far below and above the diagonal, else 0; a negative number keeps that whole side.

    Shape   input [..., n, m] -> the same
    Source  TF op MatrixBandPart, array_ops.cc
    """
    rows, columns = input.shape[-2:]
    for name, number, size in (("num_lower", num_lower, rows), ("num_upper", num_upper, columns)):
        if number > size:
            raise InvalidArgumentError(
                f"{name} must be negative or at most the number of rows or columns, {size}, given: {number}."
            )
    below = xp.arange(rows)[:, None] - xp.arange(columns)
    kept = ((num_lower < 0) | (below <= num_lower)) & ((num_upper < 0) | (-below <= num_upper))
    return xp.where(kept, input, xp.zeros((), input.dtype))


@matrix_band_part.gradient
def matrix_band_part_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.MatrixBandPart(dy, op.inputs[1], op.inputs[2]), None, None


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
    if not xp.all(xp.diagonal(triangle, axis1=-2, axis2=-1)):
        raise InvalidArgumentError("Input matrix is not invertible: there is a 0 on its diagonal.")
    if adjoint:
        triangle = xp.conj(xp.swapaxes(triangle, -1, -2))
    return _in_single_precision(xp.linalg.solve, triangle, rhs)


def _in_single_precision(function: Any, *arrays: Any) -> Any:
    """The function of arrays; LAPACK has none of half precision."""
    dtype = arrays[0].dtype
    if dtype != np.float16:
        return function(*arrays)
    result = function(*(array.astype(np.float32) for array in arrays))
    return tuple(part.astype(dtype) for part in result) if isinstance(result, tuple) else result.astype(dtype)


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
    dims = _stack_of_matrices(s)
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
    return _in_single_precision(lambda x: tuple(xp.linalg.qr(x, mode=mode)), input)


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
