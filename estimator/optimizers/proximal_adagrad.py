"""Proximal Adagrad: Adagrad's step, then a step towards zero for l1 and l2.

a += g²; r = learning_rate / √a; w = shrink(w - r g, r l1) / (1 + r l2), with shrink(x, t) = sign(x) max(|x| - t, 0).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.optimizers.by_name import register
from estimator.optimizers.checks import check_not_negative, check_positive
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Hyper, Slot
from estimator.variables.variable import Variable


@register("ProximalAdagrad")
class ProximalAdagradOptimizer(Optimizer):
    """Adagrad with penalties that make weights exactly zero.

    a += g²; r = learning_rate / √a; w = shrink(w - r g, r l1) / (1 + r l2), where
    shrink(x, t) = sign(x) max(|x| - t, 0).

    Not for deep networks, whose weights should rarely be 0; for linear models Ftrl finds sparser weights.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    initial_accumulator_value : float
        What a starts with; positive.
    l1_regularization_strength, l2_regularization_strength : float
        Penalties on the weights.

    Raises
    ------
    ValueError
        If `initial_accumulator_value` is not positive, or a penalty is below 0.

    Example
    -------
    >>> from estimator import tf
    >>> with tf.Graph().as_default(), tf.Session() as session:
    ...     w = tf.get_variable("w", initializer=[1.0, -2.0])
    ...     optimizer = tf.train.ProximalAdagradOptimizer(0.1, l1_regularization_strength=1.0)
    ...     step = optimizer.minimize(tf.reduce_sum(w * w))  # g = 2 w
    ...     session.run(tf.global_variables_initializer())
    ...     session.run(step)
    ...     print(session.run(w).round(4))  # r = 0.1 / √(0.1 + 4); 1 - 2 r - r
    [ 0.8518 -1.8754]

    Source
    ------
    tf.train.ProximalAdagradOptimizer, TF 1.15 proximal_adagrad.py; slot ``accumulator``, called
    ``<var>/ProximalAdagrad``
    """

    slots = (Slot("accumulator", start="_initial_accumulator_value"),)
    _learning_rate_tensor = Hyper("_learning_rate", "learning_rate")
    _l1_regularization_strength_tensor = Hyper("_l1_regularization_strength", "l1_regularization_strength")
    _l2_regularization_strength_tensor = Hyper("_l2_regularization_strength", "l2_regularization_strength")

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalAdagrad",
    ) -> None:
        check_positive(initial_accumulator_value=initial_accumulator_value)
        check_not_negative(
            l1_regularization_strength=l1_regularization_strength,
            l2_regularization_strength=l2_regularization_strength,
        )
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_accumulator_value = initial_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        return self._applied(b.ResourceApplyProximalAdagrad, handle, grad)

    def _resource_apply_sparse(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        return self._applied(b.ResourceSparseApplyProximalAdagrad, handle, grad, indices)

    def _applied(self, apply: Callable[..., Any], variable: Variable, *gradient: Tensor) -> Any:
        hyper = self._cast(
            variable,
            self._learning_rate_tensor,
            self._l1_regularization_strength_tensor,
            self._l2_regularization_strength_tensor,
        )
        return apply(*self._handles(variable, "accumulator"), *hyper, *gradient)
