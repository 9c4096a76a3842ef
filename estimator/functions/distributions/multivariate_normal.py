"""The normal distribution of vectors: a standard normal vector, scaled by a matrix and moved.

``x = loc + L z`` with independent standard normal z, so that ``L L'`` is the covariance. L is diagonal or lower
triangular; what all of them compute is made of four things that a class says of its L.
"""

from __future__ import annotations

import math
from typing import Any

from estimator.core.keywords import near_keywords
from estimator.core.missing_members import lacks
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import concat, identity, shape, zeros_like
from estimator.functions.checks import assert_equal, assert_positive, assert_same_float_dtype
from estimator.functions.diagonals import diag, diag_part, matrix_band_part
from estimator.functions.distributions.distribution import FULLY_REPARAMETERIZED
from estimator.functions.distributions.divergence import RegisterKL
from estimator.functions.distributions.numbers import VectorDistribution
from estimator.functions.grouping import with_dependencies
from estimator.functions.linalg import matmul, matrix_transpose, matvec
from estimator.functions.math import cast, log, sqrt, square
from estimator.functions.nn import softplus
from estimator.functions.random import random_normal
from estimator.functions.reductions import reduce_sum
from estimator.functions.solving import cholesky, triangular_solve
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor

_LOG_2_PI = math.log(2.0 * math.pi)


@lacks("bijector distribution scale", "use covariance() and stddev()")
class MultivariateNormal(VectorDistribution):
    """What normal distributions of vectors have in common; a subclass has made its matrix L.

    Parameters
    ----------
    loc : Tensor, shape [..., k] or [..., 1], or None
        The means; None for 0.
    pattern : Tensor, shape [..., k]
        Of the batch of L; its values do not count.
    validate_args, allow_nan_stats, parameters, name
        See :class:`~estimator.functions.distributions.distribution.Distribution`.
    """

    def __init__(
        self,
        loc: Tensor | None,
        pattern: Tensor,
        validate_args: bool,
        allow_nan_stats: bool,
        parameters: dict[str, Any],
        name: str,
    ) -> None:
        self._loc = loc
        nothing = zeros_like(pattern)
        self._pattern = nothing if loc is None else loc + nothing  # the mean of each vector
        super().__init__(
            dtype=assert_same_float_dtype([pattern] if loc is None else [loc, pattern]),
            reparameterization_type=FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._pattern],
            name=name,
        )

    @property
    def loc(self) -> Tensor | None:
        """The means, as they were given."""
        return self._loc

    # -- what a subclass says of its L -------------------------------------------------------------------------------

    def _diagonal(self) -> Tensor:
        """That of L: -> [..., k]"""
        raise self._lacks("_diagonal")

    def _matrix(self) -> Tensor:
        """L: -> [..., k, k]"""
        raise self._lacks("_matrix")

    def _scaled(self, x: Tensor) -> Tensor:
        """``L x``: -> [..., k]"""
        raise self._lacks("_scaled")

    def _solved(self, x: Tensor) -> Tensor:
        """The solution of ``L z = x``: x [..., k, m] -> [..., k, m]"""
        raise self._lacks("_solved")

    # -- what follows from it ----------------------------------------------------------------------------------------

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        size = concat([[n], shape(self._pattern)], 0)
        return self._scaled(random_normal(size, dtype=self.dtype, seed=seed)) + self._pattern

    def _log_prob(self, value: Tensor) -> Tensor:
        standard = self._solved((value - self._pattern)[..., None])
        distance = reduce_sum(square(standard), [-2, -1])
        return -0.5 * (distance + _LOG_2_PI * self._length()) - self._log_det()

    def _entropy(self) -> Tensor:
        entropy = 0.5 * (1.0 + _LOG_2_PI) * self._length() + self._log_det()
        return entropy + zeros_like(self._pattern[..., 0])

    def _mean(self) -> Tensor:
        return identity(self._pattern)

    def _mode(self) -> Tensor:
        return identity(self._pattern)

    def _covariance(self) -> Tensor:
        matrix = self._matrix()
        return matmul(matrix, matrix, transpose_b=True) + zeros_like(self._pattern[..., None])

    def _variance(self) -> Tensor:
        return reduce_sum(square(self._matrix()), -1) + zeros_like(self._pattern)

    def _stddev(self) -> Tensor:
        return sqrt(self._variance())

    def _length(self) -> Tensor:
        return cast(shape(self._pattern)[-1], self.dtype)

    def _log_det(self) -> Tensor:
        return reduce_sum(log(abs(self._diagonal())), -1)


@near_keywords
class MultivariateNormalDiag(MultivariateNormal):
    """Normal distributions of vectors of independent numbers.

    Parameters
    ----------
    loc : Tensor, shape [..., k] or [..., 1], optional
        The means; default 0.
    scale_diag : Tensor, shape [..., k], optional
        The standard deviations; default 1, as many as `loc` says.
    scale_identity_multiplier : Tensor, shape [...], optional
        Is added to them; without them it is the standard deviation of all.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`.

    Raises
    ------
    ValueError
        If neither `loc` nor `scale_diag` tells how long the vectors are, or they do not fit.
    TypeError, ValueError
        If the parameters are not of one floating point type.
    InvalidArgumentError
        With `validate_args`: if a standard deviation is 0.

    Source
    ------
    tf.contrib.distributions.MultivariateNormalDiag, TF 1.15 mvn_diag.py
    """

    def __init__(
        self,
        loc: Any = None,
        scale_diag: Any = None,
        scale_identity_multiplier: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiag",
    ) -> None:
        parameters = dict(locals())
        given = (loc, scale_diag, scale_identity_multiplier)
        with function_scope(name, "MultivariateNormalDiag", *given) as (graph, scope):
            mean, deviations = _loc_and(graph, loc, scale_diag, "scale_diag")
            if deviations is None:
                deviations = zeros_like(mean) + (1.0 if scale_identity_multiplier is None else 0.0)
            if scale_identity_multiplier is not None:
                added = graph.convert(
                    scale_identity_multiplier, deviations.dtype, "scale_identity_multiplier"
                )
                deviations = deviations + added[..., None]
            self._deviations = _nonzero(deviations) if validate_args else deviations
            _check_length(mean, deviations)
            super().__init__(mean, deviations, validate_args, allow_nan_stats, parameters, scope)

    def _diagonal(self) -> Tensor:
        return self._deviations

    def _matrix(self) -> Tensor:
        return diag(self._deviations)

    def _scaled(self, x: Tensor) -> Tensor:
        return x * self._deviations

    def _solved(self, x: Tensor) -> Tensor:
        return x / self._deviations[..., None]

    def _variance(self) -> Tensor:
        return square(self._deviations) + zeros_like(self._pattern)

    def _stddev(self) -> Tensor:
        return abs(self._deviations) + zeros_like(self._pattern)


@near_keywords
class MultivariateNormalDiagWithSoftplusScale(MultivariateNormalDiag):
    """:class:`MultivariateNormalDiag` with the standard deviations ``softplus(scale_diag)``.

    Source
    ------
    tf.contrib.distributions.MultivariateNormalDiagWithSoftplusScale, TF 1.15 mvn_diag.py
    """

    def __init__(
        self,
        loc: Any,
        scale_diag: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiagWithSoftplusScale",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "MultivariateNormalDiagWithSoftplusScale", loc, scale_diag) as (_, scope):
            super().__init__(loc, softplus(scale_diag), None, validate_args, allow_nan_stats, scope)
        self._parameters = parameters


@near_keywords
class MultivariateNormalTriL(MultivariateNormal):
    """Normal distributions of vectors whose covariance is ``L L'``, of a lower triangular L.

    Parameters
    ----------
    loc : Tensor, shape [..., k] or [..., 1], optional
        The means; default 0.
    scale_tril : Tensor, shape [..., k, k], optional
        L; what is above its diagonal does not count. Default the identity, as large as `loc` says.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`.

    Raises
    ------
    ValueError
        If neither `loc` nor `scale_tril` tells how long the vectors are, or they do not fit.
    TypeError, ValueError
        If the parameters are not of one floating point type.
    InvalidArgumentError
        With `validate_args`: if a number on the diagonal is 0.

    Source
    ------
    tf.contrib.distributions.MultivariateNormalTriL, TF 1.15 mvn_tril.py
    """

    def __init__(
        self,
        loc: Any = None,
        scale_tril: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalTriL",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "MultivariateNormalTriL", loc, scale_tril) as (graph, scope):
            mean, matrix = _loc_and(graph, loc, scale_tril, "scale_tril")
            lower = diag(zeros_like(mean) + 1.0) if matrix is None else matrix_band_part(matrix, -1, 0)
            self._lower = (
                with_dependencies([_is_nonzero(diag_part(lower))], lower) if validate_args else lower
            )
            _check_length(mean, lower[..., 0])
            super().__init__(mean, lower[..., 0], validate_args, allow_nan_stats, parameters, scope)

    def _diagonal(self) -> Tensor:
        return diag_part(self._lower)

    def _matrix(self) -> Tensor:
        return self._lower

    def _scaled(self, x: Tensor) -> Tensor:
        return matvec(self._lower, x)

    def _solved(self, x: Tensor) -> Tensor:
        return triangular_solve(self._lower, x)


@near_keywords
class MultivariateNormalFullCovariance(MultivariateNormalTriL):
    """Normal distributions of vectors of any covariance.

    Parameters
    ----------
    loc : Tensor, shape [..., k] or [..., 1], optional
        The means; default 0.
    covariance_matrix : Tensor, shape [..., k, k], optional
        Symmetric and positive definite; default the identity, as large as `loc` says.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`.

    Raises
    ------
    ValueError, TypeError
        As :class:`MultivariateNormalTriL`.
    InvalidArgumentError
        When it runs: if the matrix is not positive definite; with `validate_args`, if it is not symmetric.

    Source
    ------
    tf.contrib.distributions.MultivariateNormalFullCovariance, TF 1.15 mvn_full_covariance.py
    """

    def __init__(
        self,
        loc: Any = None,
        covariance_matrix: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalFullCovariance",
    ) -> None:
        parameters = dict(locals())
        given = (loc, covariance_matrix)
        with function_scope(name, "MultivariateNormalFullCovariance", *given) as (graph, scope):
            _, matrix = _loc_and(graph, loc, covariance_matrix, "covariance_matrix")
            if matrix is not None and validate_args:
                alike = assert_equal(matrix, matrix_transpose(matrix), message="Matrix was not symmetric.")
                matrix = with_dependencies([alike], matrix)
            lower = None if matrix is None else cholesky(matrix)
            super().__init__(loc, lower, validate_args, allow_nan_stats, scope)
        self._parameters = parameters


def _loc_and(graph: Graph, loc: Any, scale: Any, name: str) -> tuple[Any, Any]:
    """The means and what the matrix is made of, as tensors of one type; one of them may be None."""
    if loc is None and scale is None:
        raise ValueError(f"give loc or {name}: one of them must tell how long the vectors are.")
    mean = None if loc is None else graph.convert(loc, name="loc")
    if scale is None:
        return mean, None
    made = graph.convert(scale, None if mean is None else mean.dtype, name)
    return mean, made


def _check_length(loc: Tensor | None, pattern: Tensor) -> None:
    """Refuse means that are known to be neither as many as the rows of the matrix nor one for all."""
    means, length = (None if tensor is None else tensor.shape[-1:].as_list()[0] for tensor in (loc, pattern))
    if means not in (None, 1) and length not in (None, means):
        raise ValueError(f"loc is of vectors of {means} numbers, and the scale of {length}; they must agree.")


def _is_nonzero(diagonal: Tensor) -> Any:
    return assert_positive(abs(diagonal), message="diagonal part must be non-zero")


def _nonzero(diagonal: Tensor) -> Tensor:
    return with_dependencies([_is_nonzero(diagonal)], diagonal)


@RegisterKL(MultivariateNormal, MultivariateNormal)
def _kl_normal_normal(a: MultivariateNormal, b: MultivariateNormal, name: str | None = None) -> Tensor:
    with function_scope(name, "kl_mvn_mvn", a.mean(), b.mean()):
        # The trace of inv(B B') A A' is the sum of the squares of inv(B) A.
        trace = reduce_sum(square(b._solved(a._matrix())), [-2, -1])
        distance = reduce_sum(square(b._solved((b.mean() - a.mean())[..., None])), [-2, -1])
        return 0.5 * (trace + distance - a._length()) + b._log_det() - a._log_det()
