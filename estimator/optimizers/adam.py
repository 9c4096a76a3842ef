"""Adam: running means of the gradient and of its square, corrected for having started at 0.

m += (1 - β1)(g - m); v += (1 - β2)(g² - v); w -= learning_rate · √(1 - β2ᵗ) / (1 - β1ᵗ) · m / (√v + ε), with t the
number of this step. β1ᵗ and β2ᵗ are variables, multiplied by β1 and β2 after all updates. AMSGrad divides by the root
of the largest v so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.dtypes import float32
from estimator.functions.grouping import group
from estimator.graph import build as b
from estimator.graph.tensor import Operation, Owner, Tensor
from estimator.optimizers.optimizer import Optimizer, register
from estimator.variables.variable import Variable


@register("Adam")
class AdamOptimizer(Optimizer):
    """Steps of about the learning rate, in the direction of the mean gradient.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    beta1, beta2 : float, Tensor or callable
        How much of the running means is kept at each step.
    epsilon : float, Tensor or callable
        Added to √v.
    amsgrad : bool
        Divide by the largest v so far, which is a third slot. Ours; TensorFlow has it in Keras' Adam only.

    Source
    ------
    tf.train.AdamOptimizer, TF 1.15 adam.py; slots ``m``, ``v`` (and ``vhat``), called ``<var>/Adam``, ``<var>/Adam_1``;
    variables ``beta1_power`` and ``beta2_power`` in the name scope where gradients are applied
    """

    kind = "Adam"

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
        *,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(use_locking, name)
        self._amsgrad = amsgrad
        self._learning_rate, self._beta1, self._beta2, self._epsilon = learning_rate, beta1, beta2, epsilon

    def create_slots(self, variables: Sequence[Variable]) -> None:
        """The powers, then for each variable both running means."""
        for name, beta in (("beta1_power", self._beta1), ("beta2_power", self._beta2)):
            self.loose(name, beta() if callable(beta) else beta, float32)
        for variable in variables:
            self.zeros_slot(variable, "m")
            self.zeros_slot(variable, "v")
            if self._amsgrad:
                self.zeros_slot(variable, "vhat")

    def prepare(self) -> None:
        """The hyper-parameters as tensors."""
        self._hyper = {
            name: self.hyper(value, name)
            for name, value in (
                ("learning_rate", self._learning_rate),
                ("beta1", self._beta1),
                ("beta2", self._beta2),
                ("epsilon", self._epsilon),
            )
        }
        self._powers = [self.slots.get_loose(name).as_tensor() for name in ("beta1_power", "beta2_power")]

    def update(self, gradient: Tensor, variable: Variable) -> Operation:
        """One step of one variable."""
        beta1_power, beta2_power = (self.like(power, variable) for power in self._powers)
        lr, beta1, beta2, epsilon = (self.like(value, variable) for value in self._hyper.values())
        var, m, v = variable.handle, self.slot(variable, "m"), self.slot(variable, "v")
        if not self._amsgrad:
            return b.ResourceApplyAdam(
                var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, gradient
            )
        vhat = self.slot(variable, "vhat")
        return b.ResourceApplyAdamWithAmsgrad(
            var, m, v, vhat, beta1_power, beta2_power, lr, beta1, beta2, epsilon, gradient
        )

    def finish(self, graph: Owner, updates: Sequence[Operation], name: str) -> Operation:
        """After all updates, the powers of the next step."""
        steps = []
        with graph.control_dependencies(updates):
            for power_name, beta in (("beta1_power", "beta1"), ("beta2_power", "beta2")):
                power = self.slots.get_loose(power_name)
                grown = b.Mul(power.as_tensor(), graph.cast(self._hyper[beta], power.dtype))
                steps.append(power.assign(grown, read_value=False))
        return group(*updates, *steps, name=name)
