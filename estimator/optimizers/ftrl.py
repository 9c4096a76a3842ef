"""FTRL-Proximal: follow the regularized leader; l1 makes weights exactly zero.

n' = n + g²; z += g - (n'^-p - n^-p) / learning_rate · w; w = (clip(z, ±l1) - z) / (n'^-p / learning_rate + 2 l2),
with p the learning rate power. With l2_shrinkage, z takes g + 2 l2_shrinkage · w instead of g.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.optimizers.by_name import register
from estimator.optimizers.checks import check_not_negative
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Hyper, Slot
from estimator.variables.variable import Variable


@register("Ftrl")
class FtrlOptimizer(Optimizer):
    """Sparse weights for linear models.

    n' = n + g²; z += g - (n'^-p - n^-p) / learning_rate · w; w = (clip(z, ±l1) - z) / (n'^-p / learning_rate + 2 l2),
    with p the learning rate power. A weight is 0 as long as |z| is not above l1. Of a table, only rows that have a
    gradient are touched.

    Not for deep networks: w is computed afresh from z, so that initial values are forgotten at the first step.

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

    Example
    -------
    >>> from estimator import tf
    >>> with tf.Graph().as_default(), tf.Session() as session:
    ...     w = tf.get_variable("w", initializer=[0.0, 0.0])
    ...     optimizer = tf.train.FtrlOptimizer(0.1, l1_regularization_strength=1.0)
    ...     step = optimizer.minimize(tf.reduce_sum(w * [3.0, 0.5]))  # g = [3, 0.5]
    ...     session.run(tf.global_variables_initializer())
    ...     session.run(step)
    ...     print(session.run(w).round(4))  # (1 - 3) / (√(0.1 + 9) / 0.1); and 0.5 is within l1
    [-0.0663  0.    ]

    Source
    ------
    tf.train.FtrlOptimizer, TF 1.15 ftrl.py; slots ``accum`` and ``linear``, called ``<var>/Ftrl`` and
    ``<var>/Ftrl_1``
    """

    keras = "Ftrl"
    slots = (
        Slot("accum", keras="accumulator", start="_initial_accumulator_value", called="_accum_name"),
        Slot("linear", keras="linear", called="_linear_name"),
    )
    _learning_rate_tensor = Hyper("_learning_rate", "learning_rate")
    _l1_regularization_strength_tensor = Hyper("_l1_regularization_strength", "l1_regularization_strength")
    _l2_regularization_strength_tensor = Hyper("_l2_regularization_strength", "l2_regularization_strength")
    _l2_shrinkage_regularization_strength_tensor = Hyper(
        "_l2_shrinkage_regularization_strength", "l2_shrinkage_regularization_strength"
    )
    _learning_rate_power_tensor = Hyper("_learning_rate_power", "learning_rate_power")
    _adjusted_l2_regularization_strength_tensor = Hyper("_adjusted_l2", "adjusted_l2")

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
        self._learning_rate, self._learning_rate_power = learning_rate, learning_rate_power
        self._initial_accumulator_value, self._beta = initial_accumulator_value, beta or 0.0
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self._accum_name, self._linear_name = accum_name or name, linear_name or name

    def _adjusted_l2(self) -> Tensor:
        l2: Tensor = self._l2_regularization_strength_tensor
        if not self._beta:
            return l2
        rate = self._learning_rate_tensor
        return b.AddV2(l2, b.RealDiv(self._beta, b.Mul(b.Maximum(rate, 1e-36), 2.0)))

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        shrinks = self._l2_shrinkage_regularization_strength > 0.0
        return self._applied(b.ResourceApplyFtrlV2 if shrinks else b.ResourceApplyFtrl, shrinks, handle, grad)

    def _resource_apply_sparse(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        shrinks = self._l2_shrinkage_regularization_strength > 0.0
        apply = b.ResourceSparseApplyFtrlV2 if shrinks else b.ResourceSparseApplyFtrl
        return self._applied(apply, shrinks, handle, grad, indices)

    def _applied(
        self, apply: Callable[..., Any], shrinks: bool, variable: Variable, *gradient: Tensor
    ) -> Any:
        *hyper, shrinkage, power = self._cast(
            variable,
            self._learning_rate_tensor,
            self._l1_regularization_strength_tensor,
            self._adjusted_l2_regularization_strength_tensor,
            self._l2_shrinkage_regularization_strength_tensor,
            self._learning_rate_power_tensor,
        )
        handles = self._handles(variable, "accum", "linear")
        return apply(*handles, *gradient, *hyper, *([shrinkage] if shrinks else []), power)
