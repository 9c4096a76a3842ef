"""Gradient descent: w -= learning_rate · g."""

from __future__ import annotations

from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.optimizers.by_name import register
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Hyper
from estimator.variables.variable import Variable


@register("SGD", "GradientDescent")
class GradientDescentOptimizer(Optimizer):
    """Steps down the gradient: w -= learning_rate · g.

    Not where gradients of different variables differ much in size, as in embeddings or deep networks: there one
    learning rate is too small for some and too large for others; Adagrad or Adam scale each step.

    Parameters
    ----------
    learning_rate : float, Tensor or callable

    Example
    -------
    >>> from estimator import tf
    >>> with tf.Graph().as_default(), tf.Session() as session:
    ...     w = tf.get_variable("w", initializer=[1.0, -2.0])
    ...     step = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(w * w))  # g = 2 w
    ...     session.run(tf.global_variables_initializer())
    ...     session.run(step)
    ...     print(session.run(w))
    [ 0.8 -1.6]

    Source
    ------
    tf.train.GradientDescentOptimizer, TF 1.15 gradient_descent.py
    """

    _learning_rate_tensor = Hyper("_learning_rate", "learning_rate")

    def __init__(self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent") -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        (rate,) = self._cast(handle, self._learning_rate_tensor)
        return b.ResourceApplyGradientDescent(handle.handle, rate, grad)

    def _resource_apply_sparse_duplicate_indices(
        self, grad: Tensor, handle: Variable, indices: Tensor
    ) -> Any:
        """Steps add up, so rows that come several times need no sum first."""
        (rate,) = self._cast(handle, self._learning_rate_tensor)
        return b.ResourceScatterSub(handle.handle, indices, b.Mul(grad, rate))
