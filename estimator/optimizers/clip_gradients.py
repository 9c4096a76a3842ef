"""Gradients clipped between an optimizer's two steps: as an optimizer around another, and as a function of pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.clipping import clip_by_global_norm
from estimator.graph.tensor import Operation
from estimator.optimizers.optimizer import Optimizer
from estimator.variables.variable import Variable

Pairs = list[tuple[Any, Any]]


def clip_gradients_by_norm(optimizer: Optimizer, clip_norm: Any) -> Optimizer:
    """An optimizer that clips gradients before another applies them: for ready-made models.

    Parameters
    ----------
    optimizer : Optimizer
        What computes and applies the gradients, and has the slots.
    clip_norm : float or scalar Tensor
        The largest norm of all gradients together.

    Raises
    ------
    TypeError
        If `optimizer` is none.

    Source
    ------
    tf.contrib.estimator.clip_gradients_by_norm, TF 1.15 extenders.py
    """
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"clip_gradients_by_norm: an Optimizer such as tf.train.AdamOptimizer() is needed, given: {optimizer!r}."
        )
    return _Changing(
        optimizer,
        lambda pairs: clip_gradients_by_global_norm(pairs, clip_norm),
        f"ClipByNorm{optimizer.get_name()}",
    )


def clip_gradients_by_global_norm(gradients_variables: Pairs, clip_norm: Any = 20.0) -> Pairs:
    """The pairs, with all gradients scaled so that together they are no longer than `clip_norm`.

    Parameters
    ----------
    gradients_variables : list of (gradient, Variable)
        As compute_gradients gives them.
    clip_norm : float or scalar Tensor

    Source
    ------
    tf.contrib.opt.clip_gradients_by_global_norm, TF 1.15 multitask_optimizer_wrapper.py
    """
    clipped, _ = clip_by_global_norm([gradient for gradient, _ in gradients_variables], clip_norm)
    return [
        (gradient, variable) for gradient, (_, variable) in zip(clipped, gradients_variables, strict=True)
    ]


class _Changing(Optimizer):
    """An optimizer around another: the gradients are changed before that applies them."""

    def __init__(self, optimizer: Optimizer, change: Callable[[Pairs], Pairs], name: str) -> None:
        super().__init__(False, name)
        self._optimizer, self._change = optimizer, change
        self.keras = optimizer.keras

    def compute_gradients(self, *args: Any, **kwargs: Any) -> Pairs:
        """Those of the optimizer inside."""
        return self._optimizer.compute_gradients(*args, **kwargs)

    def apply_gradients(
        self, grads_and_vars: Any, global_step: Variable | None = None, name: str | None = None
    ) -> Operation:
        """Apply the gradients, changed, by the optimizer inside."""
        return self._optimizer.apply_gradients(self._change(list(grads_and_vars)), global_step, name)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """That of the optimizer inside."""
        return self._optimizer.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> list[str]:
        """Those of the optimizer inside."""
        return self._optimizer.get_slot_names(*args, **kwargs)

    def variables(self) -> list[Variable]:
        """Those of the optimizer inside."""
        return self._optimizer.variables()


near_keywords_of_functions(__name__)
