"""Proximal Adagrad: Adagrad's step, then a step towards zero for l1 and l2.

a += g²; r = learning_rate / √a; w = shrink(w - r g, r l1) / (1 + r l2), with shrink(x, t) = sign(x) max(|x| - t, 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor
from estimator.optimizers.optimizer import Optimizer, register
from estimator.variables.variable import Variable


@register("ProximalAdagrad")
class ProximalAdagradOptimizer(Optimizer):
    """Adagrad with penalties that make weights exactly zero.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    initial_accumulator_value : float
        What a starts with; positive.
    l1_regularization_strength, l2_regularization_strength : float
        Penalties on the weights.

    Raises
    ------
    ValueError
        If `initial_accumulator_value` is not positive.

    Source
    ------
    tf.train.ProximalAdagradOptimizer, TF 1.15 proximal_adagrad.py; slot ``accumulator``, called
    ``<var>/ProximalAdagrad``
    """

    kind = "ProximalAdagrad"

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalAdagrad",
    ) -> None:
        if initial_accumulator_value <= 0.0:
            raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")
        super().__init__(use_locking, name)
        self._start = initial_accumulator_value
        self._given = {
            "learning_rate": learning_rate,
            "l1_regularization_strength": l1_regularization_strength,
            "l2_regularization_strength": l2_regularization_strength,
        }

    def create_slots(self, variables: Sequence[Variable]) -> None:
        """The sum of squared gradients."""
        for variable in variables:
            self.constant_slot(variable, "accumulator", self._start)

    def prepare(self) -> None:
        """The hyper-parameters as tensors."""
        self._hyper = [self.hyper(value, name) for name, value in self._given.items()]

    def update(self, gradient: Tensor, variable: Variable) -> Operation:
        """One step of one variable."""
        lr, l1, l2 = (self.like(value, variable) for value in self._hyper)
        accumulator = self.slot(variable, "accumulator")
        return b.ResourceApplyProximalAdagrad(variable.handle, accumulator, lr, l1, l2, gradient)
