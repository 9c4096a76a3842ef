"""Adagrad: a += g²; w -= learning_rate · g / √a."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor
from estimator.optimizers.optimizer import Optimizer, register
from estimator.variables.variable import Variable


@register("Adagrad")
class AdagradOptimizer(Optimizer):
    """Steps that become smaller where gradients have been large.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    initial_accumulator_value : float
        What a starts with; positive, since it is divided by its root.

    Raises
    ------
    ValueError
        If `initial_accumulator_value` is not positive.

    Source
    ------
    tf.train.AdagradOptimizer, TF 1.15 adagrad.py; slot ``accumulator``, called ``<var>/Adagrad``
    """

    kind = "Adagrad"

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "Adagrad",
    ) -> None:
        if initial_accumulator_value <= 0.0:
            raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")
        super().__init__(use_locking, name)
        self._learning_rate, self._start = learning_rate, initial_accumulator_value

    def create_slots(self, variables: Sequence[Variable]) -> None:
        """The sum of squared gradients."""
        for variable in variables:
            self.constant_slot(variable, "accumulator", self._start)

    def prepare(self) -> None:
        """The learning rate as a tensor."""
        self._rate = self.hyper(self._learning_rate, "learning_rate")

    def update(self, gradient: Tensor, variable: Variable) -> Operation:
        """One step of one variable."""
        accumulator = self.slot(variable, "accumulator")
        result: Operation = b.ResourceApplyAdagrad(
            variable.handle, accumulator, self.like(self._rate, variable), gradient
        )
        return result
