"""The normal distribution."""

from __future__ import annotations

import math
from typing import Any

from estimator.core.dtypes import float32, float64
from estimator.core.keywords import near_keywords
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import concat, identity, ones_like
from estimator.functions.checks import assert_positive, assert_same_float_dtype
from estimator.functions.distributions.distribution import FULLY_REPARAMETERIZED
from estimator.functions.distributions.divergence import RegisterKL
from estimator.functions.distributions.numbers import ScalarDistribution
from estimator.functions.logic import where_v2
from estimator.functions.math import erfc, log, maximum, minimum, square, squared_difference
from estimator.functions.random import random_normal
from estimator.functions.special import ndtri
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor

_HALF_LOG_2_PI = 0.5 * math.log(2.0 * math.pi)
_SEGMENTS = {
    float32: (-10.0, 5.0),
    float64: (-20.0, 8.0),
}  # where the logarithm of ndtr(x) is that of a number


@near_keywords
class Normal(ScalarDistribution):
    """Normal distributions: ``exp(-((x - loc) / scale)^2 / 2) / (scale (2 pi)^0.5)``.

    Parameters
    ----------
    loc : Tensor
        The means.
    scale : Tensor
        The standard deviations, above 0; both broadcast.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`.

    Raises
    ------
    ValueError
        If the parameters are not of one floating point type.
    InvalidArgumentError
        With `validate_args`: if a scale is not above 0.

    Source
    ------
    tf.distributions.Normal, TF 1.15 normal.py
    """

    _parameter_names = ("loc", "scale")

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Normal",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "Normal", loc, scale) as (graph, scope):
            with graph.control_dependencies([assert_positive(scale)] if validate_args else []):
                self._loc: Tensor = identity(loc, name="loc")
                self._scale: Tensor = identity(scale, name="scale")
        super().__init__(
            dtype=assert_same_float_dtype([self._loc, self._scale]),
            reparameterization_type=FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._loc, self._scale],
            name=scope,
        )

    @property
    def loc(self) -> Tensor:
        """The means."""
        return self._loc

    @property
    def scale(self) -> Tensor:
        """The standard deviations."""
        return self._scale

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        size = concat([[n], self.batch_shape_tensor()], 0)
        return random_normal(size, dtype=self.dtype, seed=seed) * self.scale + self.loc

    def _log_prob(self, value: Tensor) -> Tensor:
        return -0.5 * square(self._standard(value)) - (_HALF_LOG_2_PI + log(self.scale))

    def _log_cdf(self, value: Tensor) -> Tensor:
        return log_ndtr(self._standard(value))

    def _cdf(self, value: Tensor) -> Tensor:
        return ndtr(self._standard(value))

    def _log_survival_function(self, value: Tensor) -> Tensor:
        return log_ndtr(-self._standard(value))

    def _survival_function(self, value: Tensor) -> Tensor:
        return ndtr(-self._standard(value))

    def _quantile(self, value: Tensor) -> Tensor:
        standard = ndtri(value)
        with get_default_graph().name_scope("reconstruct"):
            return standard * self.scale + self.loc

    def _entropy(self) -> Tensor:
        return _HALF_LOG_2_PI + 0.5 + log(self._stddev())

    def _mean(self) -> Tensor:
        return self.loc * ones_like(self.scale)

    def _stddev(self) -> Tensor:
        return self.scale * ones_like(self.loc)

    def _mode(self) -> Tensor:
        return self._mean()

    def _standard(self, value: Tensor) -> Tensor:
        with get_default_graph().name_scope("standardize"):
            return (value - self.loc) / self.scale


@RegisterKL(Normal, Normal)
def _kl_normal_normal(a: Normal, b: Normal, name: str | None = None) -> Tensor:
    with function_scope(name, "kl_normal_normal", a.loc, b.loc):
        variance = square(b.scale)
        ratio = square(a.scale) / variance
        return squared_difference(a.loc, b.loc) / (2.0 * variance) + 0.5 * (ratio - 1.0 - log(ratio))


def ndtr(x: Tensor) -> Tensor:
    """The part of the standard normal distribution that lies below x; exact also where it is tiny."""
    with get_default_graph().name_scope("ndtr"):
        return 0.5 * erfc(-math.sqrt(0.5) * x)


def log_ndtr(x: Tensor) -> Tensor:
    """The logarithm of :func:`ndtr`, also where that is 0 in floating point.

    Far below 0 it is ``-x^2 / 2 - log(-x (2 pi)^0.5) + log(1 - 1/x^2 + 3/x^4 - 15/x^6)``, the beginning of the
    asymptotic series; far above it is -ndtr(-x), since log(1 - y) is -y for tiny y.

    Raises
    ------
    TypeError
        If x is neither float32 nor float64.
    """
    if x.dtype not in _SEGMENTS:
        raise TypeError(f"the logarithm of a normal cdf is of float32 or float64, given: {x.dtype.name}.")
    lower, upper = _SEGMENTS[x.dtype]
    with get_default_graph().name_scope("log_ndtr"):
        # A branch that is not chosen must be finite, too: 0 times its infinite slope would not be 0.
        far = minimum(x, lower)
        part = 1.0 / square(far)
        series = 1.0 - part * (1.0 - part * (3.0 - 15.0 * part))
        tail = -0.5 * square(far) - log(-far) - _HALF_LOG_2_PI + log(series)
        middle = log(ndtr(maximum(x, lower)))
        return where_v2(x > upper, -ndtr(-x), where_v2(x > lower, middle, tail))
