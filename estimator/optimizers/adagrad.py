"""Adagrad: a += g²; w -= learning_rate · g / √a."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.optimizers.by_name import register
from estimator.optimizers.checks import check_positive
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Hyper, Slot
from estimator.variables.variable import Variable


@register("Adagrad")
class AdagradOptimizer(Optimizer):
    """Steps that become smaller where gradients have been large.

    a += g²; w -= learning_rate · g / √a. Rare features, whose gradients are mostly 0, keep taking large steps: good for
    sparse data and embeddings. Of a table, only rows that have a gradient are touched.

    Not for long trainings of deep networks: a only grows, so that steps end by being too small.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    initial_accumulator_value : float
        What a starts with; positive, since it is divided by its root.

    Raises
    ------
    ValueError
        If `initial_accumulator_value` is not positive.

    Example
    -------
    >>> from estimator import tf
    >>> with tf.Graph().as_default(), tf.Session() as session:
    ...     w = tf.get_variable("w", initializer=[1.0, -2.0])
    ...     step = tf.train.AdagradOptimizer(0.1).minimize(tf.reduce_sum(w * w))  # g = 2 w
    ...     session.run(tf.global_variables_initializer())
    ...     session.run(step)
    ...     print(session.run(w).round(4))  # 1 - 0.1 · 2 / √(0.1 + 4)
    [ 0.9012 -1.9003]

    Source
    ------
    tf.train.AdagradOptimizer, TF 1.15 adagrad.py; slot ``accumulator``, called ``<var>/Adagrad``
    """

    keras = "Adagrad"
    slots = (Slot("accumulator", keras="accumulator", start="_initial_accumulator_value"),)
    _learning_rate_tensor = Hyper("_learning_rate", "learning_rate")

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "Adagrad",
    ) -> None:
        check_positive(initial_accumulator_value=initial_accumulator_value)
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_accumulator_value = initial_accumulator_value

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        return self._applied(b.ResourceApplyAdagrad, handle, grad)

    def _resource_apply_sparse(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        return self._applied(b.ResourceSparseApplyAdagrad, handle, grad, indices)

    def _applied(self, apply: Callable[..., Any], variable: Variable, *gradient: Tensor) -> Any:
        rate = self._cast(variable, self._learning_rate_tensor)
        return apply(*self._handles(variable, "accumulator"), *rate, *gradient)
