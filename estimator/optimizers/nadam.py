"""Nadam: Adam that steps along what the mean gradient will be, as Nesterov's momentum does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.functions.grouping import group
from estimator.functions.indexing import gather
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.optimizers.adam import AdamOptimizer
from estimator.variables.variable import Variable


class NadamOptimizer(AdamOptimizer):
    """Adam with ``β1 m + (1 - β1) g`` in place of m.

    Of a gradient of some rows, only these move; both means decay everywhere.

    Parameters
    ----------
    learning_rate, beta1, beta2, epsilon : float, Tensor or callable
        As for :class:`~estimator.optimizers.adam.AdamOptimizer`.

    Source
    ------
    tf.contrib.opt.NadamOptimizer, TF 1.15 nadam_optimizer.py; Dozat 2015. Its slots are Adam's.
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

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        apply: Callable[..., Any] = b.ResourceApplyAdam
        return apply(*self._handles(handle, "m", "v"), *self._numbers(handle), grad, use_nesterov=True)

    def _apply_sparse_shared(
        self, grad: Tensor, var: Variable, indices: Tensor, scatter_add: Callable[..., Tensor]
    ) -> Any:
        beta1_power, beta2_power, lr, beta1, beta2, epsilon = self._numbers(var)
        rate = lr * b.Sqrt(1 - beta2_power) / (1 - beta1_power)
        part = grad * (1 - beta1)
        m = self._moved(var, "m", beta1, indices, part, scatter_add)
        v = self._moved(var, "v", beta2, indices, grad * grad * (1 - beta2), scatter_add)
        ahead = part + beta1 * gather(m, indices)
        step = scatter_add(var, indices, -rate * ahead / (b.Sqrt(gather(v, indices)) + epsilon))
        return group(step, m, v)
