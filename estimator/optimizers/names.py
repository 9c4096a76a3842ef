"""An optimizer from what users pass: an instance, a name, or a function that makes one."""

from __future__ import annotations

import inspect
from typing import Any

from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.optimizers.optimizer import OPTIMIZERS, Optimizer

DEFAULT_LEARNING_RATE = 0.05  # of canned models, where the optimizer is given by name


def get_optimizer(optimizer: Any, learning_rate: Any = None) -> Optimizer:
    """The optimizer that is meant.

    Parameters
    ----------
    optimizer : Optimizer, str or callable
        ``"Adagrad"``, ``"Adam"``, ``"SGD"``, ``"Momentum"``... are made with `learning_rate`.
    learning_rate : float or Tensor, optional
        By default 0.05.

    Raises
    ------
    ValueError
        If there is no optimizer of that name, or it needs more than a learning rate; or the given one is none.

    Source
    ------
    canned/optimizers.py of tf.estimator 1.15
    """
    if isinstance(optimizer, str):
        optimizer_class = OPTIMIZERS.get(optimizer)
        _check_needs_only_a_rate(optimizer, optimizer_class)
        made: Optimizer = optimizer_class(  # type: ignore[call-arg]
            learning_rate=DEFAULT_LEARNING_RATE if learning_rate is None else learning_rate
        )
        return made
    if callable(optimizer) and not isinstance(optimizer, Optimizer):
        optimizer = optimizer()
    if not isinstance(optimizer, Optimizer):
        raise ValueError(
            f"The given object is not an Optimizer instance. Given: {optimizer!r}. Pass an instance such as "
            f"tf.train.AdamOptimizer(0.001), a function that makes one, or one of: {', '.join(OPTIMIZERS)}."
        )
    return optimizer


def _check_needs_only_a_rate(name: str, optimizer_class: type[Optimizer]) -> None:
    parameters = inspect.signature(optimizer_class).parameters.values()
    needed = [each.name for each in parameters if each.default is each.empty and each.name != "learning_rate"]
    if needed:
        raise ValueError(
            f"optimizer {name!r} needs {', '.join(needed)} too: pass an instance, {optimizer_class.__name__}(...)."
        )


__all__ = [
    "AdagradOptimizer",
    "AdamOptimizer",
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "get_optimizer",
]
