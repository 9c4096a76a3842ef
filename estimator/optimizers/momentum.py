"""Momentum: m = momentum · m + g; w -= learning_rate · m.

With Nesterov's look ahead: w -= learning_rate · (g + momentum · m). Keras' form keeps steps, not gradients:
m = momentum · m - learning_rate · g; w += m, or with look ahead w += momentum · m - learning_rate · g.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor
from estimator.optimizers.optimizer import Optimizer, register
from estimator.variables.variable import Variable


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
    keras_form : bool
        The formula and the slot of tf.keras.optimizers.SGD; a model_dir of tf.estimator with that optimizer
        continues with it.

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
        *,
        keras_form: bool = False,
    ) -> None:
        super().__init__(use_locking, f"Keras{name}" if keras_form else name)
        self.kind = "KerasMomentum" if keras_form else "Momentum"
        self._keras_form = keras_form
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
        apply = b.ResourceApplyKerasMomentum if self._keras_form else b.ResourceApplyMomentum
        result: Operation = apply(
            variable.handle,
            self.slot(variable, "momentum"),
            self.like(self._rate, variable),
            gradient,
            self.like(self._kept, variable),
            use_nesterov=self._use_nesterov,
        )
        return result
