"""Optimizers by name, and what else may stand for one in a ready-made model."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from estimator.core.registry import Registry, did_you_mean
from estimator.optimizers.optimizer import Optimizer

OPTIMIZERS: Registry[type[Optimizer]] = Registry("optimizer")
OPTIMIZERS.expect(
    {
        "estimator.optimizers.adadelta": "Adadelta",
        "estimator.optimizers.adagrad": "Adagrad",
        "estimator.optimizers.adam": "Adam",
        "estimator.optimizers.ftrl": "Ftrl",
        "estimator.optimizers.gradient_descent": "GradientDescent SGD",
        "estimator.optimizers.momentum": "Momentum",
        "estimator.optimizers.proximal_adagrad": "ProximalAdagrad",
        "estimator.optimizers.proximal_gradient_descent": "ProximalGradientDescent",
        "estimator.optimizers.rmsprop": "RMSProp",
    }
)

_Class = TypeVar("_Class", bound=type[Optimizer])


def register(*names: str) -> Callable[[_Class], _Class]:
    """Class decorator: the optimizer is found under these names, which the table above has too."""

    def add(optimizer_class: _Class) -> _Class:
        for name in names:
            OPTIMIZERS.add(name, optimizer_class)
        return optimizer_class

    return add


def check_optimizer(optimizer: Any) -> None:
    """Check what stands for an optimizer, without making one.

    Raises
    ------
    ValueError
        If there is no optimizer of that name, it needs more than a learning rate, or something else is given.
    """
    if isinstance(optimizer, str):
        if optimizer not in OPTIMIZERS:
            raise ValueError(
                f"Unsupported optimizer name: {optimizer}. Supported names are: {tuple(OPTIMIZERS)}."
                f"{did_you_mean(optimizer, OPTIMIZERS)}"
            )
        optimizer_class = OPTIMIZERS.get(optimizer)
        parameters = inspect.signature(optimizer_class).parameters.values()
        needed = [
            parameter.name
            for parameter in parameters
            if parameter.default is parameter.empty and parameter.name != "learning_rate"
        ]
        if needed:
            raise ValueError(
                f"optimizer {optimizer!r} needs {', '.join(needed)} too: pass an instance, "
                f"{optimizer_class.__name__}(...)."
            )
    elif not isinstance(optimizer, Optimizer) and not callable(optimizer):
        raise ValueError(
            f"The given object is not an Optimizer instance. Given: {optimizer!r}. Pass an instance such as "
            f"tf.train.AdamOptimizer(0.001), a function that makes one, or one of: {', '.join(OPTIMIZERS)}."
        )


def as_optimizer(optimizer: Any, learning_rate: Any) -> Optimizer:
    """The optimizer that an instance, a name or a function stands for.

    Parameters
    ----------
    optimizer : Optimizer, str or callable
        ``"Adagrad"``, ``"Adam"``, ``"SGD"``... are made with `learning_rate`.

    Raises
    ------
    ValueError
        As :func:`check_optimizer`, or if the function gives something else.

    Source
    ------
    canned/optimizers.py of tf.estimator 1.15
    """
    check_optimizer(optimizer)
    if isinstance(optimizer, str):
        return OPTIMIZERS.get(optimizer)(learning_rate=learning_rate)  # type: ignore[call-arg]
    made = optimizer if isinstance(optimizer, Optimizer) else optimizer()
    if not isinstance(made, Optimizer):
        raise ValueError(f"The given object is not an Optimizer instance. {optimizer!r} gave: {made!r}.")
    return made
