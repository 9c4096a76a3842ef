"""Proximal gradient descent: a step down the gradient, then a step towards zero for l1 and l2.

w = shrink(w - learning_rate · g, learning_rate · l1) / (1 + learning_rate · l2), with
shrink(x, t) = sign(x) max(|x| - t, 0).
"""

from __future__ import annotations

from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor
from estimator.optimizers.optimizer import Optimizer, register
from estimator.variables.variable import Variable


@register("ProximalGradientDescent")
class ProximalGradientDescentOptimizer(Optimizer):
    """Gradient descent with penalties that make weights exactly zero.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    l1_regularization_strength, l2_regularization_strength : float
        Penalties on the weights.

    Source
    ------
    tf.train.ProximalGradientDescentOptimizer, TF 1.15 proximal_gradient_descent.py
    """

    kind = "ProximalGradientDescent"

    def __init__(
        self,
        learning_rate: Any,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalGradientDescent",
    ) -> None:
        super().__init__(use_locking, name)
        self._given = {
            "learning_rate": learning_rate,
            "l1_regularization_strength": l1_regularization_strength,
            "l2_regularization_strength": l2_regularization_strength,
        }

    def prepare(self) -> None:
        """The hyper-parameters as tensors."""
        self._hyper = [self.hyper(value, name) for name, value in self._given.items()]

    def update(self, gradient: Tensor, variable: Variable) -> Operation:
        """One step of one variable."""
        lr, l1, l2 = (self.like(value, variable) for value in self._hyper)
        return b.ResourceApplyProximalGradientDescent(variable.handle, lr, l1, l2, gradient)
