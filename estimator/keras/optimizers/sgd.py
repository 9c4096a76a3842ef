"""Gradient descent with momentum: keras.optimizers.SGD."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.keras.optimizers.checks import check_share
from estimator.keras.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Slot
from estimator.variables.variable import Variable


class SGD(Optimizer):
    """Steps down the gradient: m = momentum · m - learning_rate · g; w += m.

    Parameters
    ----------
    learning_rate : float, Tensor, callable or LearningRateSchedule
    momentum : float
        Which part of the last step is made again, in [0, 1].
    nesterov : bool
        Look ahead: w += momentum · m - learning_rate · g.
    name, **kwargs
        As of :class:`~estimator.keras.optimizers.optimizer.Optimizer`.

    Raises
    ------
    ValueError
        If `momentum` is not in [0, 1].

    Source
    ------
    tf.keras.optimizers.SGD, Keras 2.15 sgd.py; slot ``m``, which is there without momentum, too
    """

    keras = "SGD"
    _takes_rows = False
    slots: Sequence[Slot] = (Slot("m", keras="momentum"),)
    lists: Mapping[str, str] = {"m": "momentums"}
    former_names: Mapping[str, str] = {"m": "momentum"}
    hyper: Sequence[str] = ("momentum", "nesterov")

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: Any = 0.0,
        nesterov: bool = False,
        *,
        name: str = "SGD",
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        self._learning_rate = self._build_learning_rate(learning_rate)
        check_share(momentum=momentum)
        self.momentum, self.nesterov = momentum, nesterov

    def update_step(self, gradient: Tensor, variable: Variable) -> Any:
        """One step of a variable."""
        rate, kept = self._numbers(variable, "learning_rate", "momentum")
        apply: Callable[..., Any] = b.ResourceApplyKerasMomentum
        return apply(*self._handles(variable, "m"), rate, gradient, kept, use_nesterov=self.nesterov)
