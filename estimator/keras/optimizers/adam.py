"""Adam and its kin: running means of the gradient and of its size, corrected for having started at 0."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.keras.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Slot
from estimator.variables.variable import Variable


class Adam(Optimizer):
    """Steps of about the learning rate, in the direction of the mean gradient.

    m += (1 - β1)(g - m); v += (1 - β2)(g² - v); w -= learning_rate · √(1 - β2ᵗ) / (1 - β1ᵗ) · m / (√v + ε), with t the
    number of this step. With `amsgrad` the largest v so far takes the place of v.

    Parameters
    ----------
    learning_rate : float, Tensor, callable or LearningRateSchedule
    beta_1, beta_2 : float
        How much of the running means is kept at each step.
    epsilon : float
        Added to √v.
    amsgrad : bool
        Divide by the largest v so far, which is a third slot.
    name, **kwargs
        As of :class:`~estimator.keras.optimizers.optimizer.Optimizer`.

    Source
    ------
    tf.keras.optimizers.Adam, Keras 2.15 adam.py; slots ``m``, ``v``, ``vhat``
    """

    keras = "Adam"
    _takes_rows = False
    slots: Sequence[Slot] = (
        Slot("m", keras="m"),
        Slot("v", keras="v"),
        Slot("vhat", keras="vhat", when="amsgrad"),
    )
    lists: Mapping[str, str] = {"m": "_momentums", "v": "_velocities", "vhat": "_velocity_hats"}
    former_names: Mapping[str, str] = {"m": "m", "v": "v", "vhat": "vhat"}
    hyper: Sequence[str] = ("beta_1", "beta_2", "epsilon", "amsgrad")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: Any = 0.9,
        beta_2: Any = 0.999,
        epsilon: Any = 1e-7,
        amsgrad: bool = False,
        *,
        name: str = "Adam",
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        self._learning_rate = self._build_learning_rate(learning_rate)
        self.beta_1, self.beta_2, self.epsilon, self.amsgrad = beta_1, beta_2, epsilon, amsgrad

    def update_step(self, gradient: Tensor, variable: Variable) -> Any:
        """One step of a variable."""
        # Not ResourceApplyAdam, which takes 1 - β of a float32: 0.00099998713 in place of 0.001.
        m, v = self._slot(variable, "m"), self._slot(variable, "v")
        mean = m.assign_add((gradient - m.as_tensor()) * self._rest("beta_1", variable))
        square = v.assign_add((b.Square(gradient) - v.as_tensor()) * self._rest("beta_2", variable))
        if self.amsgrad:
            largest = self._slot(variable, "vhat")
            square = largest.assign(b.Maximum(largest.as_tensor(), square))
        size = b.Sqrt(square) + self._number("epsilon", variable)
        return variable.assign_sub(mean * self._corrected_rate(variable) / size, read_value=False)

    def _corrected_rate(self, variable: Variable) -> Tensor:
        """The learning rate, made up for the means having started at 0."""

        def rate() -> Tensor:
            first, second = self._power("beta_1", variable), self._power("beta_2", variable)
            result: Tensor = self._number("learning_rate", variable) * b.Sqrt(1.0 - second) / (1.0 - first)
            return result

        return self._once(f"corrected rate {variable.dtype.name}", rate)


class AdamW(Adam):
    """Adam with weights that decay: before each step w loses the part learning_rate · weight_decay of itself.

    Parameters
    ----------
    weight_decay : float

    Raises
    ------
    ValueError
        If there is no `weight_decay`.

    Source
    ------
    tf.keras.optimizers.AdamW, Keras 2.15 adamw.py; Loshchilov & Hutter, arXiv:1711.05101
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float | None = 0.004,
        beta_1: Any = 0.9,
        beta_2: Any = 0.999,
        epsilon: Any = 1e-7,
        amsgrad: bool = False,
        *,
        name: str = "AdamW",
        **kwargs: Any,
    ) -> None:
        if weight_decay is None:
            raise ValueError(
                "AdamW: `weight_decay` is required, a number such as 0.004; without it use Adam."
            )
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, name=name, weight_decay=weight_decay, **kwargs
        )


class Adamax(Optimizer):
    """Adam with the largest size of the gradient, which decays, in place of the root of the mean square.

    m += (1 - β1)(g - m); u = max(β2 · u, |g|); w -= learning_rate / (1 - β1ᵗ) · m / (u + ε).

    Parameters
    ----------
    learning_rate, beta_1, beta_2, epsilon, name, **kwargs
        As of :class:`Adam`.

    Source
    ------
    tf.keras.optimizers.Adamax, Keras 2.15 adamax.py; slots ``m``, ``u``
    """

    keras = "Adamax"
    _takes_rows = False
    slots: Sequence[Slot] = (Slot("m", keras="m"), Slot("u", keras="v"))
    lists: Mapping[str, str] = {"m": "_m", "u": "_u"}
    former_names: Mapping[str, str] = {"m": "m", "u": "v"}
    hyper: Sequence[str] = ("beta_1", "beta_2", "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: Any = 0.9,
        beta_2: Any = 0.999,
        epsilon: Any = 1e-7,
        *,
        name: str = "Adamax",
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        self._learning_rate = self._build_learning_rate(learning_rate)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def update_step(self, gradient: Tensor, variable: Variable) -> Any:
        """One step of a variable."""
        numbers = self._numbers(variable, "learning_rate", "beta_1", "beta_2", "epsilon")
        apply: Callable[..., Any] = b.ResourceApplyAdaMax
        return apply(*self._handles(variable, "m", "u"), self._power("beta_1", variable), *numbers, gradient)
