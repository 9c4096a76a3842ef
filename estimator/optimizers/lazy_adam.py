"""Lazy Adam: of a gradient of some rows, the running means of these rows alone move."""

from __future__ import annotations

from typing import Any

from estimator.functions.grouping import group
from estimator.functions.indexing import gather
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.optimizers.adam import AdamOptimizer
from estimator.variables.variable import Variable


class LazyAdamOptimizer(AdamOptimizer):
    """Adam for large tables that are looked up: rows that were not stay as they are, with their means.

    Gradients of whole variables are Adam's.

    Parameters
    ----------
    learning_rate, beta1, beta2, epsilon : float, Tensor or callable
        As for :class:`~estimator.optimizers.adam.AdamOptimizer`.

    Source
    ------
    tf.contrib.opt.LazyAdamOptimizer, TF 1.15 lazy_adam_optimizer.py. Its slots are Adam's.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon, use_locking, name)

    def _resource_apply_sparse(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        beta1_power, beta2_power, lr, beta1, beta2, epsilon = self._numbers(handle)
        rate = lr * b.Sqrt(1 - beta2_power) / (1 - beta1_power)
        m, v = self._slot(handle, "m"), self._slot(handle, "v")
        new_m = beta1 * gather(m, indices) + (1 - beta1) * grad
        new_v = beta2 * gather(v, indices) + (1 - beta2) * grad * grad
        step = rate * new_m / (b.Sqrt(new_v) + epsilon)
        with step.graph.control_dependencies([new_m, new_v]):  # what a row was is read before it is written
            return group(
                b.ResourceScatterUpdate(m.handle, indices, new_m),
                b.ResourceScatterUpdate(v.handle, indices, new_v),
                b.ResourceScatterSub(handle.handle, indices, step),
            )
