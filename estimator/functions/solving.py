"""Inverses, systems of equations and factors of matrices under TensorFlow's names.

Source: names and arguments of tf.linalg.* in TensorFlow 1.15.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import int32
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.functions.arguments import function_scope, tensor_of, tensors_of
from estimator.functions.arrays import shape
from estimator.functions.complex import real
from estimator.functions.control_flow.while_loop import while_loop
from estimator.functions.diagonals import diag_part
from estimator.functions.linalg import matmul
from estimator.functions.math import cast
from estimator.functions.reductions import reduce_max, reduce_sum
from estimator.graph import build
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def inv(input: TensorLike, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The inverses of matrices, or of their adjoints.

    Raises
    ------
    InvalidArgumentError
        When it runs, if a matrix has none.
    """
    return build.MatrixInverse(input, adjoint=adjoint, name=name)


def det(input: TensorLike, name: str | None = None) -> Tensor:
    """The determinants of matrices: [..., n, n] -> [...]."""
    return build.MatrixDeterminant(input, name=name)


class LogMatrixDeterminant(NamedTuple):
    """What :func:`slogdet` gives."""

    sign: Tensor
    log_abs_determinant: Tensor


def slogdet(input: TensorLike, name: str | None = None) -> LogMatrixDeterminant:
    """The signs of determinants, and the logarithms of their absolute values, which do not overflow."""
    return LogMatrixDeterminant(*build.LogMatrixDeterminant(input, name=name))


def logdet(matrix: TensorLike, name: str | None = None) -> Tensor:
    """The logarithms of the determinants of symmetric positive definite matrices, by :func:`cholesky`."""
    with function_scope(name, "logdet", matrix):
        lower = build.Cholesky(tensor_of(matrix, name="matrix"))
        return 2.0 * reduce_sum(build.Log(real(diag_part(lower))), -1)


def solve(matrix: TensorLike, rhs: TensorLike, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The X of ``matrix X = rhs``, or of ``matrix^H X = rhs``.

    Shape
    -----
    matrix [..., n, n], rhs [..., n, m] -> [..., n, m]

    Raises
    ------
    InvalidArgumentError
        When it runs, if a matrix is singular.
    """
    return build.MatrixSolve(matrix, rhs, adjoint=adjoint, name=name)


def cholesky(input: TensorLike, name: str | None = None) -> Tensor:
    """The lower triangular L with ``L L^H = input``, of symmetric positive definite matrices.

    Raises
    ------
    InvalidArgumentError
        When it runs, if a matrix is not positive definite.
    """
    return build.Cholesky(input, name=name)


def cholesky_solve(chol: TensorLike, rhs: TensorLike, name: str | None = None) -> Tensor:
    """The X of ``A X = rhs``, where `chol` is what :func:`cholesky` gives for A."""
    with function_scope(name, "cholesky_solve", chol, rhs):
        lower, right = tensors_of(chol=chol, rhs=rhs)
        half = build.MatrixTriangularSolve(lower, right)
        return build.MatrixTriangularSolve(lower, half, adjoint=True)


def triangular_solve(
    matrix: TensorLike, rhs: TensorLike, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """The X of ``matrix X = rhs``, where only one triangle of the matrix counts.

    Shape
    -----
    matrix [..., n, n], rhs [..., n, m] -> [..., n, m]; the stacks broadcast

    Raises
    ------
    InvalidArgumentError
        When it runs, if there is a 0 on the diagonal.
    """
    with function_scope(name, "triangular_solve", matrix, rhs):
        left, right = tensors_of(matrix=matrix, rhs=rhs)
        return build.MatrixTriangularSolve(left, right, lower=lower, adjoint=adjoint)


def lstsq(
    matrix: TensorLike,
    rhs: TensorLike,
    l2_regularizer: float = 0.0,
    fast: bool = True,
    name: str | None = None,
) -> Tensor:
    """The X with the least ``|matrix X - rhs|² + l2_regularizer |X|²``.

    Parameters
    ----------
    fast : bool
        Accepted for old scripts; the slow, exact way is taken where there is no regularizer.

    Shape
    -----
    matrix [..., n, m], rhs [..., n, k] -> [..., m, k]
    """
    return build.MatrixSolveLs(matrix, rhs, l2_regularizer, fast=fast, name=name)


def eigh(tensor: TensorLike, name: str | None = None) -> tuple[Tensor, Tensor]:
    """The eigenvalues of symmetric matrices, the least first, and the eigenvectors as columns.

    Shape
    -----
    tensor [..., n, n], of which the lower triangle counts -> [..., n], [..., n, n]
    """
    values, vectors = build.SelfAdjointEigV2(tensor, compute_v=True, name=name)
    return values, vectors


def eigvalsh(tensor: TensorLike, name: str | None = None) -> Tensor:
    """The eigenvalues of symmetric matrices, the least first; see :func:`eigh`."""
    values, _ = build.SelfAdjointEigV2(tensor, compute_v=False, name=name)
    return values


def svd(
    tensor: TensorLike, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None
) -> Any:
    """The singular values of matrices, the greatest first, and the u and v with ``tensor = u diag(s) v^H``.

    Returns
    -------
    tuple
        (s, u, v) of shapes [..., k], [..., n, k], [..., m, k] with k = min(n, m), or square u and v for full matrices;
        s alone without `compute_uv`.
    """
    values, left, right = build.Svd(tensor, compute_uv=compute_uv, full_matrices=full_matrices, name=name)
    return (real(values), left, right) if compute_uv else real(values)


class Qr(NamedTuple):
    """What :func:`qr` gives."""

    q: Tensor
    r: Tensor


def qr(input: TensorLike, full_matrices: bool = False, name: str | None = None) -> Qr:
    """Each matrix as the product ``q r`` of one with orthonormal columns and an upper triangular one.

    Shape
    -----
    input [..., n, m] -> q [..., n, k], r [..., k, m] with k = min(n, m), or k = n for full matrices
    """
    return Qr(*build.Qr(input, full_matrices=full_matrices, name=name))


class Lu(NamedTuple):
    """What :func:`lu` gives."""

    lu: Tensor
    p: Tensor


def lu(input: TensorLike, output_idx_type: Any = int32, name: str | None = None) -> Lu:
    """L and U in one matrix, L below the diagonal without its ones; p says which row came to each place.

    Raises
    ------
    InvalidArgumentError
        When it runs, if a matrix is singular.
    """
    return Lu(*build.Lu(input, output_idx_type=output_idx_type, name=name))


def pinv(
    a: TensorLike, rcond: TensorLike | None = None, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """The pseudo-inverses of matrices, by :func:`svd`; singular values below rcond times the greatest count as 0.

    Parameters
    ----------
    rcond : float or Tensor, optional
        10 times the greater size times the precision of the type by default.
    validate_args : bool
        Accepted for old scripts: what has less than two dimensions is refused in any case.
    """
    with function_scope(name, "pinv", a):
        x = tensor_of(a, name="a")
        values, left, right = svd(x)
        if rcond is None:
            rcond = cast(reduce_max(shape(x)[-2:]), values.dtype) * (
                10 * float(np.finfo(values.dtype.np).eps)
            )
        is_small = values <= build.ExpandDims(reduce_max(values, -1) * rcond, -1)
        values = build.SelectV2(is_small, np.inf, values)
        return matmul(right / cast(build.ExpandDims(values, -2), x.dtype), left, adjoint_b=True)


def matrix_rank(
    a: TensorLike, tol: Any = None, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """How many singular values of each matrix are above `tol`; by default the precision of the greatest.

    Parameters
    ----------
    validate_args : bool
        Accepted for old scripts: what has less than two dimensions is refused in any case.
    """
    with function_scope(name, "matrix_rank", a):
        x = tensor_of(a, name="a")
        values = svd(x, compute_uv=False)
        if tol is None:
            size = cast(reduce_max(shape(x)[-2:]), values.dtype)
            tol = size * float(np.finfo(values.dtype.np).eps) * reduce_max(values, -1, keepdims=True)
        return reduce_sum(cast(values > tol, int32), -1)


_PADE = (17643225600, 8821612800, 2075673600, 302702400, 30270240, 2162160, 110880, 3960, 90, 1)


def expm(input: TensorLike, name: str | None = None) -> Tensor:
    """The exponentials of matrices, Σ input^n / n!, by Padé's approximation of order 9 and repeated squaring.

    Source
    ------
    N. Higham, The Scaling and Squaring Method for the Matrix Exponential Revisited, 2005
    """
    with function_scope(name, "matrix_exponential", input) as (graph, _):
        x = tensor_of(input, name="input")
        norms = reduce_max(reduce_sum(abs(x), -2), -1)
        halvings = build.Maximum(build.Ceil(build.Log(norms / 2.0) / float(np.log(2))), 0.0)
        scale = build.Pow(2.0 * build.OnesLike(halvings), halvings)
        x = x / cast(build.ExpandDims(build.ExpandDims(scale, -1), -1), x.dtype)
        even, odd = _even_and_odd(x)
        first = build.MatrixSolve(even - odd, even + odd)
        left = build.ExpandDims(build.ExpandDims(halvings, -1), -1)

        def squared(count: Tensor, value: Tensor) -> list[Tensor]:
            return [count + 1, build.SelectV2(build.Less(count, left), matmul(value, value), value)]

        rounds = reduce_max(halvings)
        start = graph.constant(0.0, halvings.dtype)
        return while_loop(lambda count, value: build.Less(count, rounds), squared, [start, first])[1]


def _even_and_odd(x: Tensor) -> tuple[Tensor, Tensor]:
    """The even and the odd powers of Padé's polynomial."""
    square = matmul(x, x)
    one = build.MatrixDiag(build.OnesLike(diag_part(x)))
    even, odd, power = _PADE[0] * one, _PADE[1] * one, one
    for place in range(2, len(_PADE), 2):
        power = matmul(power, square)
        even, odd = even + _PADE[place] * power, odd + _PADE[place + 1] * power
    return even, matmul(x, odd)


near_keywords_of_functions(__name__)
