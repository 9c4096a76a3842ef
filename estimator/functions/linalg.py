"""Matrix products, parts and factors of matrices under TensorFlow's names.

Source: names and arguments of tf.matmul and tf.linalg.* in TensorFlow 1.15.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, tensor_of, tensors_of
from estimator.functions.arrays import eye, shape, zeros
from estimator.functions.complex import conj
from estimator.functions.reductions import reduce_sum
from estimator.graph import build
from estimator.graph.tensor import Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list


def matmul(
    a: Value,
    b: Value,
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
    if all(shape.dims is None or len(shape.dims) == 2 for shape in (left, right)):
        left, right = conj(left) if adjoint_left else left, conj(right) if adjoint_right else right
        turn_left, turn_right = transpose_left or adjoint_left, transpose_right or adjoint_right
        result = build.MatMul(left, right, transpose_a=turn_left, transpose_b=turn_right, name=name)
        return result
    left, right = conj(left) if transpose_left else left, conj(right) if transpose_right else right
    turn_left, turn_right = transpose_left or adjoint_left, transpose_right or adjoint_right
    result = build.BatchMatMulV2(left, right, adj_x=turn_left, adj_y=turn_right, name=name)
    return result


def l2_loss(t: Value, name: str | None = None) -> Tensor:
    """Half the sum of the squares of t's elements: a scalar, ½ Σ t²."""
    result: Tensor = build.L2Loss(t, name=name)
    return result


def trace(x: Value, name: str | None = None) -> Tensor:
    """The sum of the diagonal of a matrix, or of each of a stack of matrices."""
    with function_scope(name, "Trace", x) as (_, scope):
        matrix = tensor_of(x, name="x")
        sizes = shape(matrix)
        on_diagonal = eye(sizes[-2], sizes[-1], dtype="bool")
        # Chosen, not multiplied by zeros and ones: what is infinite beside the diagonal does not count.
        kept = build.SelectV2(on_diagonal, matrix, zeros([], matrix.dtype))
        return reduce_sum(kept, [-2, -1], name=scope)


def tensor_diag(diagonal: Value, name: str | None = None) -> Tensor:
    """A tensor of twice the rank with these values on its diagonal, else 0."""
    return build.Diag(diagonal, name=name)


def tensor_diag_part(input: Value, name: str | None = None) -> Tensor:
    """The diagonal of a tensor of even rank, whose sizes stand there twice: of a matrix, its diagonal."""
    return build.DiagPart(input, name=name)


def matrix_band_part(input: Value, num_lower: Value, num_upper: Value, name: str | None = None) -> Tensor:
    """What lies at most so far below and above the diagonals, else 0; a negative number keeps all on that side.

    ``matrix_band_part(x, -1, 0)`` is the lower triangle, ``matrix_band_part(x, 0, 0)`` the diagonal.
    """
    return build.MatrixBandPart(input, num_lower, num_upper, name=name)


def triangular_solve(
    matrix: Value, rhs: Value, lower: bool = True, adjoint: bool = False, name: str | None = None
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


class Qr(NamedTuple):
    """What :func:`qr` gives."""

    q: Tensor
    r: Tensor


def qr(input: Value, full_matrices: bool = False, name: str | None = None) -> Qr:
    """Each matrix as the product ``q r`` of one with orthonormal columns and an upper triangular one.

    Shape
    -----
    input [..., n, m] -> q [..., n, k], r [..., k, m] with k = min(n, m), or k = n for full matrices
    """
    return Qr(*build.Qr(input, full_matrices=full_matrices, name=name))


near_keywords_of_functions(__name__)
