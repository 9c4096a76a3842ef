"""The Laplace distribution."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import concat, identity, zeros_like
from estimator.functions.checks import assert_positive, assert_same_float_dtype
from estimator.functions.distributions.distribution import FULLY_REPARAMETERIZED
from estimator.functions.distributions.numbers import ScalarDistribution
from estimator.functions.logic import where_v2
from estimator.functions.math import exp, log, log1p, sign
from estimator.functions.random import random_uniform
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor

_LOG_2 = math.log(2.0)


@near_keywords
class Laplace(ScalarDistribution):
    """Laplace distributions: ``exp(-|x - loc| / scale) / (2 scale)``.

    Parameters
    ----------
    loc : Tensor
        The means.
    scale : Tensor
        How far they reach, above 0; both broadcast.
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
    tf.distributions.Laplace, TF 1.15 laplace.py
    """

    _parameter_names = ("loc", "scale")

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Laplace",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "Laplace", loc, scale) as (graph, scope):
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
        """How far they reach."""
        return self._scale

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        size = concat([[n], self.batch_shape_tensor()], 0)
        kind = self.dtype.np.type
        least = float(np.nextafter(kind(-1.0), kind(0.0)))  # at -1 the logarithm would be infinite
        uniform = random_uniform(size, minval=least, maxval=1.0, dtype=self.dtype, seed=seed)
        return self.loc - self.scale * sign(uniform) * log1p(-abs(uniform))

    def _log_prob(self, value: Tensor) -> Tensor:
        return -abs(self._standard(value)) - (_LOG_2 + log(self.scale))

    def _log_cdf(self, value: Tensor) -> Tensor:
        return _log_standard_cdf(self._standard(value))

    def _log_survival_function(self, value: Tensor) -> Tensor:
        return _log_standard_cdf(-self._standard(value))

    def _cdf(self, value: Tensor) -> Tensor:
        z = self._standard(value)
        return 0.5 + 0.5 * sign(z) * (1.0 - exp(-abs(z)))

    def _entropy(self) -> Tensor:
        return _LOG_2 + 1.0 + log(self.scale + zeros_like(self.loc))

    def _mean(self) -> Tensor:
        return self.loc + zeros_like(self.scale)

    def _stddev(self) -> Tensor:
        return math.sqrt(2.0) * self.scale + zeros_like(self.loc)

    def _mode(self) -> Tensor:
        return self._mean()

    def _standard(self, value: Tensor) -> Tensor:
        return (value - self.loc) / self.scale


def _log_standard_cdf(x: Tensor) -> Tensor:
    """``log(e^x / 2)`` below 0, else ``log(1 - e^-x / 2)``, each without a detour over what overflows."""
    with get_default_graph().name_scope("log_cdf_laplace"):
        return where_v2(x < 0.0, x - _LOG_2, log1p(-0.5 * exp(-abs(x))))
