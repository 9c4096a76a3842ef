"""Adadelta: steps as large as past steps were, over how large gradients have been.

a = ρ a + (1 - ρ) g²; u = √(d + ε) / √(a + ε) · g; w -= learning_rate · u; d = ρ d + (1 - ρ) u².
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor
from estimator.optimizers.optimizer import Optimizer, register
from estimator.variables.variable import Variable


@register("Adadelta")
class AdadeltaOptimizer(Optimizer):
    """Steps in the units of the weights.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
        1.0 for the paper's method.
    rho : float, Tensor or callable
        How much of the running means is kept at each step.
    epsilon : float, Tensor or callable
        Added under both roots.

    Source
    ------
    tf.train.AdadeltaOptimizer, TF 1.15 adadelta.py; Zeiler 2012, arXiv:1212.5701; slots ``accum`` and
    ``accum_update``, called ``<var>/Adadelta`` and ``<var>/Adadelta_1``
    """

    kind = "Adadelta"

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.95,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(use_locking, name)
        self._given = {"lr": learning_rate, "rho": rho, "epsilon": epsilon}

    def create_slots(self, variables: Sequence[Variable]) -> None:
        """The means of squared gradients and of squared steps."""
        for variable in variables:
            self.zeros_slot(variable, "accum")
            self.zeros_slot(variable, "accum_update")

    def prepare(self) -> None:
        """The hyper-parameters as tensors."""
        self._hyper = [self.hyper(value, name) for name, value in self._given.items()]

    def update(self, gradient: Tensor, variable: Variable) -> Operation:
        """One step of one variable."""
        lr, rho, epsilon = (self.like(value, variable) for value in self._hyper)
        accum, accum_update = self.slot(variable, "accum"), self.slot(variable, "accum_update")
        return b.ResourceApplyAdadelta(variable.handle, accum, accum_update, lr, rho, epsilon, gradient)
