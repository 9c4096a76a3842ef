"""The gradient divided by the root of its mean square: keras.optimizers.RMSprop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.graph import build as b
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Tensor
from estimator.keras.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Slot
from estimator.variables.variable import Variable


class RMSprop(Optimizer):
    """The gradient divided by the root of its mean square: r += (1 - ρ)(g² - r); w -= learning_rate · g / √(r + ε).

    Parameters
    ----------
    learning_rate : float, Tensor, callable or LearningRateSchedule
    rho : float
        How much of the running mean is kept at each step.
    momentum : float
        Which part of the last step is made again; above 0 it is a slot.
    epsilon : float
        Added under the root.
    centered : bool
        Take the square around the mean gradient, which is another slot.
    name, **kwargs
        As of :class:`~estimator.keras.optimizers.optimizer.Optimizer`.

    Source
    ------
    tf.keras.optimizers.RMSprop, Keras 2.15 rmsprop.py; slots ``velocity``, ``momentum``, ``average_gradient``
    """

    keras = "RMSprop"
    slots: Sequence[Slot] = (
        Slot("velocity", keras="rms"),
        Slot("momentum", keras="momentum", when="_has_momentum"),
        Slot("average_gradient", keras="mg", when="centered"),
    )
    lists: Mapping[str, str] = {
        "velocity": "_velocities",
        "momentum": "_momentums",
        "average_gradient": "_average_gradients",
    }
    former_names: Mapping[str, str] = {"velocity": "rms", "momentum": "momentum", "average_gradient": "mg"}
    hyper: Sequence[str] = ("rho", "momentum", "epsilon", "centered")
    _square_slot, _mean_slot = "velocity", "average_gradient"
    _defaults: Mapping[str, Any] = {"ema_overwrite_frequency": 100}

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.9,
        momentum: float = 0.0,
        epsilon: Any = 1e-7,
        centered: bool = False,
        *,
        name: str = "RMSprop",
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **{**self._defaults, **kwargs})
        self._learning_rate = self._build_learning_rate(learning_rate)
        self.rho, self.momentum, self.epsilon, self.centered = rho, momentum, epsilon, centered

    def checkpoint_children(self) -> dict[str, Any]:
        """As of the base; Keras tracks the lists of slots that it has not, too."""
        children = super().checkpoint_children()
        return children | {name: children.get(name, []) for name in self.lists.values()}

    @property
    def _has_momentum(self) -> bool:
        return self.momentum > 0

    def update_step(self, gradient: Any, variable: Variable) -> Any:
        """One step of a variable; of some rows, where there is no momentum: the means of the others decay."""
        if self._has_momentum:
            return self._with_momentum(gradient, variable)
        rate, epsilon = self._numbers(variable, "learning_rate", "epsilon")
        rows = gradient.indices if isinstance(gradient, IndexedSlices) else None
        dy = gradient if rows is None else gradient.values
        spread = self._mean(variable, self._square_slot, "rho", b.Square(dy), rows)
        if self.centered:
            spread = spread - b.Square(self._mean(variable, self._mean_slot, "rho", dy, rows))
        step = self._divided(rate * dy, spread, epsilon)
        if rows is None:
            return variable.assign_sub(step, read_value=False)
        return b.ResourceScatterSub(variable.handle, rows, step)

    def _divided(self, step: Tensor, spread: Tensor, epsilon: Tensor) -> Tensor:
        result: Tensor = step * b.Rsqrt(spread + epsilon)
        return result

    def _with_momentum(self, gradient: Any, variable: Variable) -> Any:
        dy = gradient
        if isinstance(gradient, IndexedSlices):  # all rows move on: a dense gradient is the same
            dy = b.UnsortedSegmentSum(gradient.values, gradient.indices, b.Shape(variable.as_tensor())[0])
        apply: Callable[..., Any] = (
            b.ResourceApplyCenteredRMSProp if self.centered else b.ResourceApplyRMSProp
        )
        means = ("average_gradient", "velocity") if self.centered else ("velocity",)
        numbers = self._numbers(variable, "learning_rate", "rho", "momentum", "epsilon")
        return apply(*self._handles(variable, *means, "momentum"), *numbers, dy)
