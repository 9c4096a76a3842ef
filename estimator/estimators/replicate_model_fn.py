"""A model on several devices: on the one there is, it is the model as it stands.

Source
------
tf.contrib.estimator.replicate_model_fn, TF 1.10 replicate_model_fn.py
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.core import log
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.signatures import argument_names
from estimator.optimizers.optimizer import Optimizer


def replicate_model_fn(
    model_fn: Callable[..., Any], loss_reduction: str = "weighted_sum", devices: Sequence[str] | None = None
) -> Callable[..., Any]:
    """The model function itself, with a warning: there is one device, so that nothing is replicated.

    Parameters
    ----------
    model_fn : callable
    loss_reduction : str
        How the losses of several devices would be joined; of one device, all ways give its loss.
    devices : list of str, optional
        Accepted for old scripts.

    Raises
    ------
    TypeError
        If `model_fn` is no function.
    """
    argument_names(model_fn, "model_fn")
    log.log_first_n(log.WARN, "replicate_model_fn: there is one device, and the model stands on it once.", 1)
    return model_fn


def TowerOptimizer(optimizer_or_optimizer_fn: Any) -> Optimizer:
    """The optimizer itself: there are no towers whose gradients it would wait for.

    Parameters
    ----------
    optimizer_or_optimizer_fn : Optimizer, or a function that gives one

    Raises
    ------
    TypeError
        If it is none.
    """
    given = optimizer_or_optimizer_fn
    made = given() if callable(given) and not isinstance(given, Optimizer) else given
    if not isinstance(made, Optimizer):
        raise TypeError(
            f"TowerOptimizer takes an optimizer, such as tf.train.AdamOptimizer(0.001), or a function that makes one, "
            f"given: {given!r}."
        )
    return made


near_keywords_of_functions(__name__)
