"""FTRL-Proximal: follow the regularized leader; l1 makes weights exactly zero.

n' = n + g²; z += g - (n'^-p - n^-p) / learning_rate · w; w = (clip(z, ±l1) - z) / (n'^-p / learning_rate + 2 l2),
with p the learning rate power. With l2_shrinkage, z takes g + 2 l2_shrinkage · w instead of g.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor
from estimator.optimizers.checks import check_not_negative
from estimator.optimizers.optimizer import Optimizer, register
from estimator.variables.variable import Variable


@register("Ftrl")
class FtrlOptimizer(Optimizer):
    """Sparse weights for linear models.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    learning_rate_power : float
        How the learning rate falls as gradients add up; -0.5 as Adagrad, 0 not at all.
    initial_accumulator_value : float
        What n starts with.
    l1_regularization_strength, l2_regularization_strength : float
        Penalties on the weights.
    accum_name, linear_name : str, optional
        The last part of the slots' names; by default `name`.
    l2_shrinkage_regularization_strength : float
        A penalty that shrinks weights only when they have a gradient.
    beta : float, optional
        Adds beta / (2 learning_rate) to l2.

    Raises
    ------
    ValueError
        If a strength or the accumulator's start is negative, or the power positive.

    Source
    ------
    tf.train.FtrlOptimizer, TF 1.15 ftrl.py; slots ``accum`` and ``linear``, called ``<var>/Ftrl`` and
    ``<var>/Ftrl_1``
    """

    kind = "Ftrl"

    def __init__(
        self,
        learning_rate: Any,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "Ftrl",
        accum_name: str | None = None,
        linear_name: str | None = None,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float | None = None,
    ) -> None:
        super().__init__(use_locking, name)
        check_not_negative(
            initial_accumulator_value=initial_accumulator_value,
            l1_regularization_strength=l1_regularization_strength,
            l2_regularization_strength=l2_regularization_strength,
            l2_shrinkage_regularization_strength=l2_shrinkage_regularization_strength,
        )
        if learning_rate_power > 0.0:
            raise ValueError(
                f"learning_rate_power {learning_rate_power} needs to be negative or zero; the usual is -0.5."
            )
        self._learning_rate, self._power = learning_rate, learning_rate_power
        self._start, self._beta = initial_accumulator_value, beta or 0.0
        self._l1, self._l2 = l1_regularization_strength, l2_regularization_strength
        self._shrinkage = l2_shrinkage_regularization_strength
        self._slot_names = accum_name or name, linear_name or name

    def create_slots(self, variables: Sequence[Variable]) -> None:
        """The sum of squared gradients, and the linear term."""
        accum_name, linear_name = self._slot_names
        for variable in variables:
            self.constant_slot(variable, "accum", self._start, accum_name)
            self.zeros_slot(variable, "linear", linear_name)

    def prepare(self) -> None:
        """The hyper-parameters as tensors."""
        rate = self.hyper(self._learning_rate, "learning_rate")
        l2 = self.hyper(self._l2, "l2_regularization_strength")
        if self._beta:
            l2 = b.AddV2(l2, b.RealDiv(self._beta, b.Mul(b.Maximum(rate, 1e-36), 2.0)))
        l1, power = (
            self.hyper(self._l1, "l1_regularization_strength"),
            self.hyper(self._power, "learning_rate_power"),
        )
        self._hyper = rate, l1, l2, power
        self._shrink = self.hyper(self._shrinkage, "l2_shrinkage_regularization_strength")

    def update(self, gradient: Tensor, variable: Variable) -> Operation:
        """One step of one variable."""
        lr, l1, l2, power = (self.like(value, variable) for value in self._hyper)
        var, accum, linear = variable.handle, self.slot(variable, "accum"), self.slot(variable, "linear")
        if self._shrinkage <= 0.0:
            return b.ResourceApplyFtrl(var, accum, linear, gradient, lr, l1, l2, power)
        shrink = self.like(self._shrink, variable)
        return b.ResourceApplyFtrlV2(var, accum, linear, gradient, lr, l1, l2, shrink, power)
