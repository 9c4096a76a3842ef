"""Momentum: m = momentum · m + g; w -= learning_rate · m.

With Nesterov's look ahead: w -= learning_rate · (g + momentum · m).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor
from estimator.network.variables import Variable
from estimator.optimizers.optimizer import Optimizer, register


@register("Momentum")
class MomentumOptimizer(Optimizer):
    """Gradient descent that keeps a part of its last direction.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    momentum : float, Tensor or callable
        The part that is kept, for example 0.9.
    use_nesterov : bool
        Look ahead.

    Source
    ------
    tf.train.MomentumOptimizer, TF 1.15 momentum.py; slot ``momentum``, called ``<var>/Momentum``
    """

    def __init__(
        self,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate, self._momentum, self._use_nesterov = learning_rate, momentum, use_nesterov

    def create_slots(self, variables: Sequence[Variable]) -> None:
        """The accumulated direction, from 0."""
        for variable in variables:
            self.zeros_slot(variable, "momentum")

    def prepare(self) -> None:
        """Learning rate and momentum as tensors."""
        self._rate = self.hyper(self._learning_rate, "learning_rate")
        self._kept = self.hyper(self._momentum, "momentum")

    def update(self, gradient: Tensor, variable: Variable) -> Operation:
        """One step of one variable."""
        result: Operation = b.ResourceApplyMomentum(
            variable.handle,
            self.slot(variable, "momentum"),
            self.like(self._rate, variable),
            gradient,
            self.like(self._kept, variable),
            use_nesterov=self._use_nesterov,
        )
        return result
