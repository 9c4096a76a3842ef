"""Adagrad by dual averaging: weights computed afresh at each step from the sums of all gradients and of their squares.

s += g; a += g²; w = -learning_rate · shrink(s, l1 t) / (√a + learning_rate · l2 t), with t the number of the step, from
1, and shrink(x, limit) = sign(x) max(|x| - limit, 0).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import int64
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.optimizers.checks import check_positive
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Hyper, Slot
from estimator.variables.variable import Variable


class AdagradDAOptimizer(Optimizer):
    """Sparse weights for linear models, with penalties that grow with the steps.

    s += g; a += g²; w = -learning_rate · shrink(s, l1 t) / (√a + learning_rate · l2 t), where t is the global step
    after this one and shrink(x, limit) = sign(x) max(|x| - limit, 0). Of a table, only rows that have a gradient are
    touched; the penalties of the steps in between are made up for when one comes, as t has grown meanwhile.

    Not for deep networks: w is computed afresh from s, so that initial values are forgotten at the first step.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    global_step : Variable, Tensor or callable
        What counts the steps; give it to ``minimize``, too, which is what counts it up.
    initial_gradient_squared_accumulator_value : float
        What a starts with; positive, since w is divided by its root.
    l1_regularization_strength, l2_regularization_strength : float
        Penalties on the weights, for each step; not negative.

    Raises
    ------
    ValueError
        If `initial_gradient_squared_accumulator_value` is not positive.
    TypeError
        When gradients are applied, if `global_step` is no whole number.

    Example
    -------
    >>> from estimator import tf
    >>> with tf.Graph().as_default(), tf.Session() as session:
    ...     w = tf.get_variable("w", initializer=[0.0, 0.0])
    ...     global_step = tf.train.get_or_create_global_step()
    ...     optimizer = tf.train.AdagradDAOptimizer(0.1, global_step, l1_regularization_strength=1.0)
    ...     step = optimizer.minimize(tf.reduce_sum(w * [3.0, 0.5]), global_step)  # g = [3, 0.5]
    ...     session.run(tf.global_variables_initializer())
    ...     session.run(step)
    ...     print(session.run(w).round(4) + 0.0)  # -0.1 (3 - 1) / √(0.1 + 9); and 0.5 is within l1
    [-0.0663  0.    ]

    Source
    ------
    tf.train.AdagradDAOptimizer, TF 1.15 adagrad_da.py; slots ``gradient_accumulator`` and
    ``gradient_squared_accumulator``, called ``<var>/AdagradDA`` and ``<var>/AdagradDA_1``; J. Duchi and others,
    Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, JMLR 2011
    """

    slots = (
        Slot("gradient_accumulator"),
        Slot("gradient_squared_accumulator", start="_initial_gradient_squared_accumulator_value"),
    )
    _learning_rate_tensor = Hyper("_learning_rate", "learning_rate")
    _l1_regularization_strength_tensor = Hyper("_l1_regularization_strength", "l1_regularization_strength")
    _l2_regularization_strength_tensor = Hyper("_l2_regularization_strength", "l2_regularization_strength")
    _global_step_on_worker = Hyper("_next_step", "global_step")

    def __init__(
        self,
        learning_rate: Any,
        global_step: Any,
        initial_gradient_squared_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "AdagradDA",
    ) -> None:
        check_positive(initial_gradient_squared_accumulator_value=initial_gradient_squared_accumulator_value)
        super().__init__(use_locking, name)
        self._learning_rate, self._global_step = learning_rate, global_step
        self._initial_gradient_squared_accumulator_value = initial_gradient_squared_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength

    def _next_step(self) -> Tensor:
        given, graph = self._call_if_callable(self._global_step), get_default_graph()
        step = None if given is None else graph.convert(given)
        if step is None or not step.dtype.is_integer:
            raise TypeError(
                f"AdagradDAOptimizer: global_step must be what counts the steps, a whole number, given {given!r}; "
                "tf.train.get_or_create_global_step() is it."
            )
        return b.AddV2(graph.cast(step, int64), graph.constant(1, int64))

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        return self._applied(b.ResourceApplyAdagradDA, handle, grad)

    def _resource_apply_sparse(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        return self._applied(b.ResourceSparseApplyAdagradDA, handle, grad, indices)

    def _applied(self, apply: Callable[..., Any], variable: Variable, *gradient: Tensor) -> Any:
        handles = self._handles(variable, "gradient_accumulator", "gradient_squared_accumulator")
        hyper = self._cast(
            variable,
            self._learning_rate_tensor,
            self._l1_regularization_strength_tensor,
            self._l2_regularization_strength_tensor,
        )
        return apply(*handles, *gradient, *hyper, self._global_step_on_worker)
