"""Student's t-distribution."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import concat, identity, ones, ones_like
from estimator.functions.checks import assert_positive, assert_same_float_dtype
from estimator.functions.distributions.distribution import FULLY_REPARAMETERIZED
from estimator.functions.distributions.numbers import ScalarDistribution
from estimator.functions.distributions.validation import defined_above
from estimator.functions.logic import where_v2
from estimator.functions.math import abs as absolute
from estimator.functions.math import log, log1p, rsqrt, square
from estimator.functions.random import random_gamma, random_normal
from estimator.functions.seeds import salted_seed
from estimator.functions.special import betainc, digamma, lgamma
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor


@near_keywords
class StudentT(ScalarDistribution):
    """Student's t-distributions: proportional to ``(1 + ((x - loc) / scale)^2 / df)^(-(df + 1) / 2)``.

    Parameters
    ----------
    df : Tensor
        The degrees of freedom, above 0.
    loc, scale : Tensor
        Where the middle lies, and how far they reach; all three broadcast. The sign of the scale does not count.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`. Mean and variance are not defined
        where `df` is 1 or less; up to 2 the variance is infinite.

    Raises
    ------
    ValueError
        If the parameters are not of one floating point type.
    InvalidArgumentError
        With `validate_args`: if a `df` is not above 0.

    Source
    ------
    tf.distributions.StudentT, TF 1.15 student_t.py
    """

    _parameter_names = ("df", "loc", "scale")

    def __init__(
        self,
        df: Any,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "StudentT",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "StudentT", df, loc, scale) as (graph, scope):
            with graph.control_dependencies([assert_positive(df)] if validate_args else []):
                self._df: Tensor = identity(df, name="df")
                self._loc: Tensor = identity(loc, name="loc")
                self._scale: Tensor = identity(scale, name="scale")
        super().__init__(
            dtype=assert_same_float_dtype([self._df, self._loc, self._scale]),
            reparameterization_type=FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._df, self._loc, self._scale],
            name=scope,
        )

    @property
    def df(self) -> Tensor:
        """The degrees of freedom."""
        return self._df

    @property
    def loc(self) -> Tensor:
        """Where the middle lies."""
        return self._loc

    @property
    def scale(self) -> Tensor:
        """How far they reach."""
        return self._scale

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        # X / sqrt(Z / df) with X normal and Z of the chi-squared distribution, which is a gamma distribution.
        normal = random_normal(concat([[n], self.batch_shape_tensor()], 0), dtype=self.dtype, seed=seed)
        df = self.df * self._ones()
        chi2_seed = salted_seed(seed, "student_t")
        chi2 = random_gamma([n], 0.5 * df, beta=0.5, dtype=self.dtype, seed=chi2_seed)
        return normal * rsqrt(chi2 / df) * self.scale + self.loc

    def _log_prob(self, value: Tensor) -> Tensor:
        y = (value - self.loc) / self.scale
        return -0.5 * (self.df + 1.0) * log1p(square(y) / self.df) - self._log_normalization()

    def _log_normalization(self) -> Tensor:
        half = 0.5 * self.df
        spread = log(absolute(self.scale)) + 0.5 * log(self.df) + 0.5 * math.log(math.pi)
        return spread + lgamma(half) - lgamma(half + 0.5)

    def _cdf(self, value: Tensor) -> Tensor:
        y = (value - self.loc) / absolute(self.scale)
        tail = 0.5 * betainc(0.5 * self.df, 0.5, self.df / (square(y) + self.df))
        return where_v2(y < 0.0, tail, 1.0 - tail)

    def _entropy(self) -> Tensor:
        df = self.df * self._ones()
        half, more = 0.5 * df, 0.5 * (df + 1.0)
        log_beta = lgamma(half) + math.lgamma(0.5) - lgamma(more)
        spread = log(absolute(self.scale)) + 0.5 * log(df)
        return spread + log_beta + more * (digamma(more) - digamma(half))

    def _mean(self) -> Tensor:
        return self._defined(self.loc * self._ones(), "mean not defined for components of df <= 1")

    def _variance(self) -> Tensor:
        is_finite = self.df > 2.0
        # A difference that is not chosen must not be 0: the gradient would be NaN.
        difference = where_v2(is_finite, self.df - 2.0, ones_like(self.df))
        variance = self._ones() * square(self.scale) * self.df / difference
        infinite = get_default_graph().constant(np.inf, self.dtype, "inf")
        statistic = where_v2(is_finite, variance, infinite)
        return self._defined(statistic, "variance not defined for components of df <= 1")

    def _mode(self) -> Tensor:
        mode: Tensor = identity(self.loc)
        return mode

    def _defined(self, statistic: Tensor, message: str) -> Tensor:
        return defined_above(1.0, [self.df], statistic, self.allow_nan_stats, message)

    def _ones(self) -> Tensor:
        """Of the batch."""
        return ones(self.batch_shape_tensor(), self.dtype)
