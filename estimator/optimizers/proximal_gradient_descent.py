"""Proximal gradient descent: a step down the gradient, then a step towards zero for l1 and l2.

w = shrink(w - learning_rate · g, learning_rate · l1) / (1 + learning_rate · l2), with
shrink(x, t) = sign(x) max(|x| - t, 0).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.optimizers.by_name import register
from estimator.optimizers.checks import check_not_negative
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Hyper
from estimator.variables.variable import Variable


@register("ProximalGradientDescent")
class ProximalGradientDescentOptimizer(Optimizer):
    """Gradient descent with penalties that make weights exactly zero.

    w = shrink(w - learning_rate · g, learning_rate · l1) / (1 + learning_rate · l2), where
    shrink(x, t) = sign(x) max(|x| - t, 0).

    Not for tables whose rows are rarely used: only rows that have a gradient are penalised, so the strength of the
    penalty depends on how often a row comes.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    l1_regularization_strength, l2_regularization_strength : float
        Penalties on the weights.

    Raises
    ------
    ValueError
        If a penalty is below 0.

    Example
    -------
    >>> from estimator import tf
    >>> with tf.Graph().as_default(), tf.Session() as session:
    ...     w = tf.get_variable("w", initializer=[1.0, 0.1])
    ...     optimizer = tf.train.ProximalGradientDescentOptimizer(0.1, l1_regularization_strength=1.0)
    ...     step = optimizer.minimize(tf.reduce_sum(w * w))  # g = 2 w
    ...     session.run(tf.global_variables_initializer())
    ...     session.run(step)
    ...     print(session.run(w).round(4))  # 1 - 0.1 · 2 - 0.1 · 1; and 0.08 is within 0.1 of 0
    [0.7 0. ]

    Source
    ------
    tf.train.ProximalGradientDescentOptimizer, TF 1.15 proximal_gradient_descent.py
    """

    _learning_rate_tensor = Hyper("_learning_rate", "learning_rate")
    _l1_regularization_strength_tensor = Hyper("_l1_regularization_strength", "l1_regularization_strength")
    _l2_regularization_strength_tensor = Hyper("_l2_regularization_strength", "l2_regularization_strength")

    def __init__(
        self,
        learning_rate: Any,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalGradientDescent",
    ) -> None:
        check_not_negative(
            l1_regularization_strength=l1_regularization_strength,
            l2_regularization_strength=l2_regularization_strength,
        )
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        return self._applied(b.ResourceApplyProximalGradientDescent, handle, grad)

    def _resource_apply_sparse(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        return self._applied(b.ResourceSparseApplyProximalGradientDescent, handle, grad, indices)

    def _applied(self, apply: Callable[..., Any], variable: Variable, *gradient: Tensor) -> Any:
        hyper = self._cast(
            variable,
            self._learning_rate_tensor,
            self._l1_regularization_strength_tensor,
            self._l2_regularization_strength_tensor,
        )
        return apply(variable.handle, *hyper, *gradient)
