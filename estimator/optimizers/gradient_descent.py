"""Gradient descent: w -= learning_rate · g."""

from __future__ import annotations

from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor
from estimator.optimizers.optimizer import Optimizer, register
from estimator.variables.variable import Variable


@register("SGD", "GradientDescent")
class GradientDescentOptimizer(Optimizer):
    """w -= learning_rate · g.

    Parameters
    ----------
    learning_rate : float, Tensor or callable

    Source
    ------
    tf.train.GradientDescentOptimizer, TF 1.15 gradient_descent.py
    """

    kind = "GradientDescent"

    def __init__(self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent") -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate

    def prepare(self) -> None:
        """The learning rate as a tensor."""
        self._rate = self.hyper(self._learning_rate, "learning_rate")

    def update(self, gradient: Tensor, variable: Variable) -> Operation:
        """One step of one variable."""
        result: Operation = b.ResourceApplyGradientDescent(
            variable.handle, self.like(self._rate, variable), gradient
        )
        return result
