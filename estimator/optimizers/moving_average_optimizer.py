"""An optimizer whose checkpoints hold moving averages in place of the variables.

::

    optimizer = MovingAverageOptimizer(tf.train.AdamOptimizer(0.001), average_decay=0.999)
    train_op = optimizer.minimize(loss, global_step)
    scaffold = tf.train.Scaffold(saver=optimizer.swapping_saver())

Source
------
tf.contrib.opt.MovingAverageOptimizer, TF 1.15 moving_average_optimizer.py
"""

from __future__ import annotations

from typing import Any

from estimator.checkpoint.saver import Saver
from estimator.functions.grouping import group
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Operation
from estimator.optimizers.moving_averages import ExponentialMovingAverage
from estimator.optimizers.optimizer import Optimizer
from estimator.variables.variable import Variable, global_variables


class MovingAverageOptimizer(Optimizer):
    """An optimizer, and after each of its steps a moving average of what it has changed.

    Parameters
    ----------
    opt : Optimizer
        What computes and applies gradients.
    average_decay : float
        How much of an average is kept at each step.
    num_updates : int or Tensor, optional
        A number of steps, in the beginning of which less is kept; see ExponentialMovingAverage.
    sequential_update : bool
        Whether the averages follow the updates; otherwise they take in what the variables were before.

    Raises
    ------
    TypeError
        If `opt` is no optimizer.
    """

    def __init__(
        self,
        opt: Optimizer,
        average_decay: float = 0.9999,
        num_updates: Any = None,
        sequential_update: bool = True,
    ) -> None:
        if not isinstance(opt, Optimizer):
            raise TypeError(f"MovingAverageOptimizer is made around an optimizer, given: {opt!r}.")
        super().__init__(False, "MovingAverage")
        self._optimizer, self._is_sequential = opt, sequential_update
        self._averages = ExponentialMovingAverage(average_decay, num_updates)
        self._swapped: dict[str, Variable] = {}

    def compute_gradients(self, *args: Any, **kwargs: Any) -> Any:
        """The gradients, as the optimizer inside computes them."""
        return self._optimizer.compute_gradients(*args, **kwargs)

    def apply_gradients(
        self, grads_and_vars: Any, global_step: Variable | None = None, name: str | None = None
    ) -> Operation:
        """The operation that changes the variables by their gradients, and their averages.

        Parameters
        ----------
        grads_and_vars, global_step, name
            See :meth:`~estimator.optimizers.optimizer.Optimizer.apply_gradients`.
        """
        pairs = list(grads_and_vars)
        train_op = self._optimizer.apply_gradients(pairs, global_step, name)
        variables = [variable for gradient, variable in pairs if gradient is not None]
        with get_default_graph().control_dependencies([train_op] if self._is_sequential else []):
            average_op = self._averages.apply(variables)
        for variable in variables:
            average = self._averages.average(variable)
            assert average is not None  # it was made just now
            self._swapped |= {variable.op.name: average, average.op.name: variable}
        return group(train_op, average_op, name="train_with_avg")

    def swapping_saver(self, var_list: Any = None, name: str = "swapping_saver", **kwargs: Any) -> Saver:
        """A Saver that saves each average under the name of its variable, and the variable under that of the average.

        It is for the training; whatever evaluates or predicts takes the averages for the variables.

        Parameters
        ----------
        var_list : list or dict of Variables, optional
            What is saved; by default all there is.
        name : str
        **kwargs
            Further arguments of Saver.

        Raises
        ------
        RuntimeError
            If the training step has not been made before.
        ValueError
            If a variable is saved without its average, or the other way round.
        """
        if not self._swapped:
            raise RuntimeError("Must call apply_gradients or minimize before creating the swapping_saver.")
        listed = global_variables() if var_list is None else var_list
        if not isinstance(listed, dict):
            listed = {variable.op.name: variable for variable in listed}
        saved = {variable.op.name for variable in listed.values()}
        swapped = {}
        for key, variable in listed.items():
            other = self._swapped.get(variable.op.name, variable)
            if other.op.name not in saved:
                raise ValueError(
                    f"Variable to swap {other.op.name} is not part of variables to save: {variable.op.name} and it are "
                    "saved under one another's names. Add it to var_list."
                )
            swapped[key] = other
        return Saver(swapped, name=name, **kwargs)
