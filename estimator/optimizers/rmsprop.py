"""RMSProp: steps divided by the root of a running mean of squared gradients.

r = ρ r + (1 - ρ) g²; m = momentum · m + learning_rate · g / √(r + ε); w -= m. Centered, r - μ² takes the place of r,
with μ a running mean of the gradient. Keras' form without momentum is w -= learning_rate · g / (√r + ε).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor
from estimator.optimizers.optimizer import Optimizer, register
from estimator.variables.variable import Variable


@register("RMSProp")
class RMSPropOptimizer(Optimizer):
    """Steps of about the learning rate, whatever the size of the gradients.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    decay : float, Tensor or callable
        ρ: how much of the running means is kept at each step.
    momentum : float, Tensor or callable
        How much of the last step is added.
    epsilon : float, Tensor or callable
        Added to the mean square.
    centered : bool
        Take squares around the mean gradient.
    keras_form : bool
        The formula and the slots of tf.keras.optimizers.RMSprop: r begins at 0; without momentum ε is added
        to the root and there is no slot ``momentum``. A model_dir of tf.estimator with that optimizer
        continues with it (and epsilon=1e-7, Keras' default).

    Source
    ------
    tf.train.RMSPropOptimizer, TF 1.15 rmsprop.py; slots ``rms``, ``mg`` if centered and ``momentum``, called
    ``<var>/RMSProp``, ``<var>/RMSProp_1``...
    """

    def __init__(
        self,
        learning_rate: Any,
        decay: Any = 0.9,
        momentum: Any = 0.0,
        epsilon: Any = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        name: str = "RMSProp",
        *,
        keras_form: bool = False,
    ) -> None:
        super().__init__(use_locking, f"Keras{name}" if keras_form else name)
        self.kind = "KerasRMSProp" if keras_form else "RMSProp"
        self._given = {
            "learning_rate": learning_rate, "decay": decay, "momentum": momentum, "epsilon": epsilon,
        }  # fmt: skip
        self._centered, self._keras_form = centered, keras_form
        self._has_momentum = not keras_form or callable(momentum) or momentum != 0.0

    def create_slots(self, variables: Sequence[Variable]) -> None:
        """The mean square, the mean if centered, and the last step."""
        for variable in variables:
            self.constant_slot(variable, "rms", 0.0 if self._keras_form else 1.0)
            if self._centered:
                self.zeros_slot(variable, "mg")
            if self._has_momentum:
                self.zeros_slot(variable, "momentum")

    def prepare(self) -> None:
        """The hyper-parameters as tensors."""
        self._hyper = [self.hyper(value, name) for name, value in self._given.items()]

    def update(self, gradient: Tensor, variable: Variable) -> Operation:
        """One step of one variable."""
        lr, rho, momentum, epsilon = (self.like(value, variable) for value in self._hyper)
        if not self._has_momentum:
            return self._without_momentum(gradient, variable, lr, rho, epsilon)
        var, rms, last = variable.handle, self.slot(variable, "rms"), self.slot(variable, "momentum")
        if not self._centered:
            return b.ResourceApplyRMSProp(var, rms, last, lr, rho, momentum, epsilon, gradient)
        mean = self.slot(variable, "mg")
        return b.ResourceApplyCenteredRMSProp(var, mean, rms, last, lr, rho, momentum, epsilon, gradient)

    def _without_momentum(
        self, gradient: Tensor, variable: Variable, learning_rate: Tensor, decay: Tensor, epsilon: Tensor
    ) -> Operation:
        rest = b.Sub(b.OnesLike(decay), decay)
        rms = self.slots.get(variable, "rms")
        square = _moved(rms, b.Square(gradient), decay, rest)
        if self._centered:
            mean = _moved(self.slots.get(variable, "mg"), gradient, decay, rest)
            square = b.Sub(square, b.Square(mean))
        step = b.RealDiv(b.Mul(gradient, learning_rate), b.AddV2(b.Sqrt(square), epsilon))
        result: Operation = variable.assign_sub(step, read_value=False)
        return result


def _moved(slot: Variable | None, value: Tensor, decay: Tensor, rest: Tensor) -> Tensor:
    """The running mean after this step, which is stored."""
    assert slot is not None
    moved = b.AddV2(b.Mul(slot.as_tensor(), decay), b.Mul(value, rest))
    with moved.graph.control_dependencies([slot.assign(moved, read_value=False)]):
        result: Tensor = b.Identity(moved)
    return result
