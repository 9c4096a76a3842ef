"""Eigenvalues of symmetric matrices, and singular values.

The signs of the vectors are LAPACK's; TensorFlow's are those of another library, and mean as little.

Source: TensorFlow 2.15, core/ops/linalg_ops.cc; gradients: M. Giles, Collected Matrix Derivative Results for Forward
and Reverse Mode Algorithmic Differentiation, 2008, written here for matrices of any form.
"""

from __future__ import annotations

from typing import Any

from estimator.core.shapes import Dims, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._stacks import in_single_precision, stack_of_matrices, stack_of_squares


def _eigen_shapes(s: ShapeScope) -> list[Dims]:
    dims = stack_of_squares(s)
    return [None if dims is None else dims[:-1], dims if s.attrs["compute_v"] else (0,)]


@op("SelfAdjointEigV2", "input: T -> e: T, v: T", attrs={"compute_v": True}, shape=_eigen_shapes)
def self_adjoint_eig(xp: Any, input: Any, compute_v: bool) -> Any:
    """The eigenvalues of symmetric matrices, the least first, and the vectors as columns; the lower triangle counts.

    Shape   input [..., n, n] -> [..., n], [..., n, n]
    Source  TF op SelfAdjointEigV2, linalg_ops.cc
    """
    if not compute_v:
        values = in_single_precision(xp.linalg.eigvalsh, input)
        return [values.astype(input.dtype), xp.zeros(0, input.dtype)]
    values, vectors = in_single_precision(lambda x: tuple(xp.linalg.eigh(x)), input)
    return [values.astype(input.dtype), vectors]


@self_adjoint_eig.gradient
def self_adjoint_eig_gradient(b: Any, op: Any, de: Any, dv: Any) -> Any:
    """V (diag(de) + F ∘ V^H dV) V^H, F = 1 / (e_j - e_i) beside the diagonal; all of it to the lower triangle."""
    values, vectors = op.outputs
    if not op.attrs["compute_v"]:
        values, vectors = b.SelfAdjointEigV2(op.inputs[0])
        dv = None
    inner = b.MatrixDiag(b.ZerosLike(values) if de is None else de)
    if dv is not None:
        moved = b.Mul(_inverse_differences(b, values), b.BatchMatMulV2(vectors, dv, adj_x=True))
        inner = b.AddV2(inner, moved)
    whole = b.BatchMatMulV2(vectors, b.BatchMatMulV2(inner, vectors, adj_y=True))
    both = b.MatrixBandPart(b.AddV2(whole, _turned(b, whole)), -1, 0)
    return b.MatrixSetDiag(both, b.Mul(b.MatrixDiagPart(both), 0.5))


def _inverse_differences(b: Any, values: Any) -> Any:
    """1 / (values_j - values_i) at (i, j), and 0 where they are equal."""
    differences = b.Sub(b.ExpandDims(values, -2), b.ExpandDims(values, -1))
    return b.DivNoNan(b.OnesLike(differences), differences)


def _turned(b: Any, x: Any) -> Any:
    """The adjoint of each matrix, which is square, of a rank that need not be known."""
    one = b.MatrixDiag(b.Fill(b.Shape(x)[-1:], b.Cast(1.0, DstT=x.dtype)))
    return b.BatchMatMulV2(x, one, adj_x=True)


def _singular_shapes(s: ShapeScope) -> list[Dims]:
    dims = stack_of_matrices(s)
    if dims is None:
        return [None, None if s.attrs["compute_uv"] else (0,), None if s.attrs["compute_uv"] else (0,)]
    *stack, rows, columns = dims
    lesser = None if rows is None or columns is None else min(rows, columns)
    if not s.attrs["compute_uv"]:
        return [(*stack, lesser), (0,), (0,)]
    full = s.attrs["full_matrices"]
    left, right = (rows, columns) if full else (lesser, lesser)
    return [(*stack, lesser), (*stack, rows, left), (*stack, columns, right)]


@op(
    "Svd",
    "input: T -> s: T, u: T, v: T",
    attrs={"compute_uv": True, "full_matrices": False},
    shape=_singular_shapes,
)
def svd(xp: Any, input: Any, compute_uv: bool, full_matrices: bool) -> Any:
    """Each matrix as u diag(s) v^H, the greatest s first.

    Shape   input [..., n, m] -> s [..., k], u [..., n, k], v [..., m, k] with k = min(n, m); full matrices are square
    Source  TF op Svd, linalg_ops.cc
    """
    if not compute_uv:
        values = in_single_precision(lambda x: xp.linalg.svd(x, compute_uv=False), input)
        return [values.astype(input.dtype), xp.zeros(0, input.dtype), xp.zeros(0, input.dtype)]
    parts = in_single_precision(lambda x: tuple(xp.linalg.svd(x, full_matrices=full_matrices)), input)
    left, values, right = parts
    return [values.astype(input.dtype), left, xp.ascontiguousarray(xp.conj(xp.swapaxes(right, -1, -2)))]


@svd.gradient
def svd_gradient(b: Any, op: Any, ds: Any, du: Any, dv: Any) -> Any:
    """With U and V of k columns: U [diag(ds) + (F ∘ U^H dU)± S + S (F ∘ V^H dV)±] V^H + what leaves their spaces.

    F is 1 / (s_j² - s_i²) beside the diagonal, M± is M + M^H. The columns that full matrices have beside these are
    moved by the first ones alone.
    """
    if not op.attrs["compute_uv"]:
        _, left, right = b.Svd(op.inputs[0])
        return b.BatchMatMulV2(left, b.BatchMatMulV2(b.MatrixDiag(ds), right, adj_y=True))
    values, left, right = op.outputs
    du, dv = (b.ZerosLike(x) if dx is None else dx for x, dx in ((left, du), (right, dv)))
    ds = b.ZerosLike(values) if ds is None else ds
    if op.attrs["full_matrices"]:
        _check_full(op)
    count = b.Shape(values)[-1]
    u, v = (x[..., :count] for x in (left, right))
    scale, inverse = b.MatrixDiag(values), b.MatrixDiag(b.DivNoNan(b.OnesLike(values), values))
    squares = _inverse_differences(b, b.Square(values))
    around = [b.Mul(squares, b.BatchMatMulV2(x, dx[..., :count], adj_x=True)) for x, dx in ((u, du), (v, dv))]
    moved_u, moved_v = (b.AddV2(turn, _turned(b, turn)) for turn in around)
    inner = b.MatrixDiag(ds) + b.BatchMatMulV2(moved_u, scale) + b.BatchMatMulV2(scale, moved_v)
    result = b.BatchMatMulV2(u, b.BatchMatMulV2(inner, v, adj_y=True))
    out_u = b.BatchMatMulV2(_outside(b, left, u, du, count), inverse)
    out_v = b.BatchMatMulV2(_outside(b, right, v, dv, count), inverse)
    return result + b.BatchMatMulV2(out_u, v, adj_y=True) + b.BatchMatMulV2(u, out_v, adj_y=True)


def _outside(b: Any, whole: Any, x: Any, dx: Any, count: Any) -> Any:
    """The part of dX that leaves the space of the first columns, X, and what the other columns have to do with it."""
    first, rest = dx[..., :count], whole[..., count:]
    within = b.BatchMatMulV2(x, b.BatchMatMulV2(x, first, adj_x=True))
    against = b.BatchMatMulV2(rest, b.BatchMatMulV2(dx[..., count:], x, adj_x=True))
    return first - within - against


def _check_full(op: Any) -> None:
    sizes = rules.known(None if op.inputs[0].dims is None else op.inputs[0].dims[-2:])
    if sizes is not None and abs(sizes[0] - sizes[1]) > 1:
        raise NotImplementedError(
            f"Svd of full_matrices has a gradient where rows and columns differ by 1 at most, given: {show(sizes)}; "
            "more columns are not determined. Leave full_matrices out."
        )
