"""Momentum: m = momentum · m + g; w -= learning_rate · m.

With Nesterov's look ahead: w -= learning_rate · (g + momentum · m). Keras' form keeps steps, not gradients:
m = momentum · m - learning_rate · g; w += m, or with look ahead w += momentum · m - learning_rate · g.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.optimizers.by_name import register
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Hyper, Slot
from estimator.variables.slot_role import KERAS_FORMS
from estimator.variables.variable import Variable

KERAS_FORMS["SGD"] = "MomentumOptimizer(..., keras_form=True)"


@register("Momentum")
class MomentumOptimizer(Optimizer):
    """Gradient descent that keeps a part of its last direction.

    m = momentum · m + g; w -= learning_rate · m, or with look ahead w -= learning_rate · (g + momentum · m). Where the
    gradient keeps its direction, steps become 1 / (1 - momentum) times as long: take a smaller learning rate than for
    gradient descent. Of a table, only rows that have a gradient move; their m stands still meanwhile.

    Not for very few steps, or gradients that are mostly noise: it then runs on in old directions.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    momentum : float, Tensor or callable
        The part that is kept, for example 0.9.
    use_nesterov : bool
        Look ahead.
    keras_form : bool
        The formula and the slot of tf.keras.optimizers.SGD; a model_dir of tf.estimator with that optimizer
        continues with it.

    Example
    -------
    >>> from estimator import tf
    >>> with tf.Graph().as_default(), tf.Session() as session:
    ...     w = tf.get_variable("w", initializer=[1.0, -2.0])
    ...     step = tf.train.MomentumOptimizer(0.1, momentum=0.9).minimize(tf.reduce_sum(w * w))  # g = 2 w
    ...     session.run(tf.global_variables_initializer())
    ...     for _ in range(2):
    ...         session.run(step)
    ...     print(session.run(w).round(3))  # 1 - 0.2 - 0.1 (0.9 · 2 + 1.6)
    [ 0.46 -0.92]

    Source
    ------
    tf.train.MomentumOptimizer, TF 1.15 momentum.py; slot ``momentum``, called ``<var>/Momentum``
    """

    slots = (Slot("momentum", keras="momentum"),)
    _learning_rate_tensor = Hyper("_learning_rate", "learning_rate")
    _momentum_tensor = Hyper("_momentum", "momentum")

    def __init__(
        self,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
        *,
        keras_form: bool = False,
    ) -> None:
        super().__init__(use_locking, f"Keras{name}" if keras_form else name)
        self.keras = "SGD" if keras_form else None
        self._learning_rate, self._momentum, self._use_nesterov = learning_rate, momentum, use_nesterov

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        apply = b.ResourceApplyKerasMomentum if self.keras else b.ResourceApplyMomentum
        return self._applied(apply, handle, grad)

    def _resource_apply_sparse(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        apply = b.ResourceSparseApplyKerasMomentum if self.keras else b.ResourceSparseApplyMomentum
        return self._applied(apply, handle, grad, indices)

    def _applied(self, apply: Callable[..., Any], variable: Variable, *gradient: Tensor) -> Any:
        rate, kept = self._cast(variable, self._learning_rate_tensor, self._momentum_tensor)
        handles = self._handles(variable, "momentum")
        return apply(*handles, rate, *gradient, kept, use_nesterov=self._use_nesterov)
