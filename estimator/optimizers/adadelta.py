"""Adadelta: steps as large as past steps were, over how large gradients have been.

a = ρ a + (1 - ρ) g²; u = √(d + ε) / √(a + ε) · g; w -= learning_rate · u; d = ρ d + (1 - ρ) u².
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.optimizers.by_name import register
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Hyper, Slot
from estimator.variables.variable import Variable


@register("Adadelta")
class AdadeltaOptimizer(Optimizer):
    """Steps in the units of the weights.

    a = ρ a + (1 - ρ) g²; u = √(d + ε) / √(a + ε) · g; w -= learning_rate · u; d = ρ d + (1 - ρ) u².

    Not with the default learning rate if you want the paper's method, which has 1.0; and not where training must be
    fast at first: d starts at 0, so that the first steps are of the size of √ε.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
        1.0 for the paper's method.
    rho : float, Tensor or callable
        How much of the running means is kept at each step.
    epsilon : float, Tensor or callable
        Added under both roots.

    Example
    -------
    >>> from estimator import tf
    >>> with tf.Graph().as_default(), tf.Session() as session:
    ...     w = tf.get_variable("w", initializer=[1.0, -2.0])
    ...     step = tf.train.AdadeltaOptimizer(1.0, epsilon=0.01).minimize(tf.reduce_sum(w * w))  # g = 2 w
    ...     session.run(tf.global_variables_initializer())
    ...     session.run(step)
    ...     print(session.run(w).round(4))  # 1 - √0.01 / √(0.05 · 4 + 0.01) · 2
    [ 0.5636 -1.5556]

    Source
    ------
    tf.train.AdadeltaOptimizer, TF 1.15 adadelta.py; Zeiler 2012, arXiv:1212.5701; slots ``accum`` and
    ``accum_update``, called ``<var>/Adadelta`` and ``<var>/Adadelta_1``
    """

    keras = "Adadelta"
    slots = (Slot("accum", keras="accum_grad"), Slot("accum_update", keras="accum_var"))
    _lr_t = Hyper("_lr", "lr")
    _rho_t = Hyper("_rho", "rho")
    _epsilon_t = Hyper("_epsilon", "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.95,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(use_locking, name)
        self._lr, self._rho, self._epsilon = learning_rate, rho, epsilon

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        return self._applied(b.ResourceApplyAdadelta, handle, grad)

    def _resource_apply_sparse(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        return self._applied(b.ResourceSparseApplyAdadelta, handle, grad, indices)

    def _applied(self, apply: Callable[..., Any], variable: Variable, *gradient: Tensor) -> Any:
        hyper = self._cast(variable, self._lr_t, self._rho_t, self._epsilon_t)
        return apply(*self._handles(variable, "accum", "accum_update"), *hyper, *gradient)
