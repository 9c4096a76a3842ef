"""The uniform distribution."""

from __future__ import annotations

import math
from typing import Any

from estimator.core.keywords import near_keywords_of_methods
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import concat, identity, ones, ones_like, shape, zeros, zeros_like
from estimator.functions.checks import assert_less, assert_same_float_dtype
from estimator.functions.distributions.distribution import FULLY_REPARAMETERIZED
from estimator.functions.distributions.numbers import ScalarDistribution
from estimator.functions.logic import is_nan, logical_or, where_v2
from estimator.functions.math import log, square
from estimator.functions.random import random_uniform
from estimator.functions.rearranging import broadcast_dynamic_shape
from estimator.graph.tensor import Tensor


@near_keywords_of_methods
class Uniform(ScalarDistribution):
    """Uniform distributions: ``1 / (high - low)`` for low <= x < high, else 0.

    Parameters
    ----------
    low, high : Tensor
        Where they begin and end, by default at 0 and 1; both broadcast.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`.

    Raises
    ------
    ValueError
        If the parameters are not of one floating point type.
    InvalidArgumentError
        With `validate_args`: if one does not end after it begins.

    Source
    ------
    tf.distributions.Uniform, TF 1.15 uniform.py
    """

    _parameter_names = ("low", "high")

    def __init__(
        self,
        low: Any = 0.0,
        high: Any = 1.0,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Uniform",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "Uniform", low, high) as (graph, scope):
            message = "uniform not defined when low >= high."
            checks = [assert_less(low, high, message=message)] if validate_args else []
            with graph.control_dependencies(checks):
                self._low: Tensor = identity(low, name="low")
                self._high: Tensor = identity(high, name="high")
        super().__init__(
            dtype=assert_same_float_dtype([self._low, self._high]),
            reparameterization_type=FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._low, self._high],
            name=scope,
        )

    @property
    def low(self) -> Tensor:
        """Where they begin."""
        return self._low

    @property
    def high(self) -> Tensor:
        """Where they end."""
        return self._high

    def range(self, name: str = "range") -> Tensor:
        """``high - low``"""
        with self._name_scope(name):
            return self.high - self.low

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        size = concat([[n], self.batch_shape_tensor()], 0)
        return self.low + self.range() * random_uniform(size, dtype=self.dtype, seed=seed)

    def _prob(self, value: Tensor) -> Tensor:
        x = value * ones(self.batch_shape_tensor(), value.dtype)
        outside = logical_or(x < self.low, x >= self.high)
        density = where_v2(outside, zeros_like(x), ones_like(x) / self.range())
        return where_v2(is_nan(x), x, density)

    def _cdf(self, value: Tensor) -> Tensor:
        size = broadcast_dynamic_shape(shape(value), self.batch_shape_tensor())
        one = ones(size, self.dtype)
        part = (value * one - self.low) / self.range()
        below_high = where_v2(value < self.low, zeros(size, self.dtype), part)
        return where_v2(value >= self.high, one, below_high)

    def _entropy(self) -> Tensor:
        return log(self.range())

    def _mean(self) -> Tensor:
        return (self.low + self.high) / 2.0

    def _variance(self) -> Tensor:
        return square(self.range()) / 12.0

    def _stddev(self) -> Tensor:
        return self.range() / math.sqrt(12.0)
