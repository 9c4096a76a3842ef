"""Averages of variables over the steps of a training, with which a model is often evaluated in their place.

::

    averages = ExponentialMovingAverage(0.999, num_updates=global_step)
    step = optimizer.minimize(loss, global_step)
    with control_dependencies([step]):
        train_op = averages.apply(trainable_variables())

    Saver(averages.variables_to_restore()).restore(session, prefix)   # the variables get their averages

Source
------
tf.train.ExponentialMovingAverage, TF 1.15 moving_averages.py
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from estimator.core.keywords import near_keywords
from estimator.core.shapes import is_static, show
from estimator.functions.arrays import zeros
from estimator.functions.grouping import group
from estimator.functions.math import cast, minimum
from estimator.functions.over_processes import of_all
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation, Tensor
from estimator.optimizers.slots import make_beside
from estimator.variables.variable import (
    Variable,
    global_variables,
    moving_average_variables,
    trainable_variables,
)


@near_keywords
class ExponentialMovingAverage:
    """Keeps an average of each variable or tensor: ``average -= (1 - decay) * (average - value)``.

    The average of a variable begins with its initial value, that of a tensor with 0.

    Parameters
    ----------
    decay : float or Tensor
        How much of the average stays: 0.999 looks back over about a thousand steps.
    num_updates : int, Tensor or Variable, optional
        How many steps there were: the decay is then at most ``(1 + num_updates) / (10 + num_updates)``, so that the
        average follows faster at first.
    zero_debias : bool
        Whether the averages of tensors are made up for the 0 that they begin with.
    name : str
        What the averages' names end in.

    Example
    -------
    The average of ``w`` is the variable ``w/ExponentialMovingAverage``.
    """

    def __init__(
        self,
        decay: Any,
        num_updates: Any = None,
        zero_debias: bool = False,
        name: str = "ExponentialMovingAverage",
    ) -> None:
        self._decay = decay
        self._num_updates = num_updates
        self._zero_debias = zero_debias
        self._name = name
        self._averages: dict[Any, Variable] = {}

    @property
    def name(self) -> str:
        """What the averages' names end in."""
        return self._name

    def apply(self, var_list: Iterable[Any] | None = None) -> Operation:
        """The operation that moves the averages on; they are made where there are none yet.

        Parameters
        ----------
        var_list : sequence of Variable or Tensor, optional
            By default all trainable variables.

        Raises
        ------
        TypeError
            If one is not of a floating point type, or no variable and no tensor.
        ValueError
            If the shape of a tensor is not known.
        """
        averaged = list(trainable_variables() if var_list is None else var_list)
        for value in averaged:
            _check(value)
        graph = get_default_graph()
        for value in averaged:
            if value not in self._averages:
                self._averages[value] = self._make(value)
        with graph.name_scope(self._name) as scope:
            decay = self._current_decay(graph)
            moves = [
                _moved(graph, self._averages[value], value, decay, self._is_debiased(value))
                for value in averaged
            ]
            return group(*moves, name=scope)

    def average(self, var: Any) -> Variable | None:
        """The variable with the average, or None if there is none."""
        return self._averages.get(var)

    def average_name(self, var: Any) -> str:
        """What the average of a variable or tensor is called, or would be."""
        made = self.average(var)
        if made is not None:
            return made.op.name
        return get_default_graph().unique_name(f"{var.op.name}/{self._name}", mark_as_used=False)

    def variables_to_restore(
        self, moving_avg_variables: Iterable[Variable] | None = None
    ) -> dict[str, Variable]:
        """For a Saver: the names of the averages with the variables that take them, and all others by their own names.

        Parameters
        ----------
        moving_avg_variables : sequence of Variable, optional
            Which take their averages; by default those that are trained or have been averaged.
        """
        if moving_avg_variables is None:
            moving_avg_variables = [*trainable_variables(), *moving_average_variables()]
        takers = list(dict.fromkeys(moving_avg_variables))
        by_name = {self.average_name(variable): variable for variable in takers}
        for variable in global_variables():
            if variable not in takers:
                by_name.setdefault(variable.op.name, variable)
        return by_name

    def _make(self, value: Any) -> Variable:
        if not isinstance(value, Variable):
            return _zeros_beside(value, self._name)
        get_default_graph().add_to_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, value)
        return make_beside(value, self._name, value.initialized_value, value.dtype)

    def _is_debiased(self, value: Any) -> bool:
        return self._zero_debias and not isinstance(value, Variable)

    def _current_decay(self, graph: Graph) -> Tensor:
        decay = graph.convert(self._decay, name="decay")
        if self._num_updates is None:
            return decay
        updates = cast(self._num_updates, "float32", name="num_updates")
        return minimum(decay, (1.0 + updates) / (10.0 + updates))


def _check(value: Any) -> None:
    if not isinstance(value, (Tensor, Variable)):
        raise TypeError(
            f"ExponentialMovingAverage averages variables and tensors, given: {value!r} ({type(value).__name__}); "
            "pass a list of them."
        )
    if not value.dtype.is_floating:
        raise TypeError(
            f"The variables must be half, float, or double: {value.name} is {value.dtype.name}; average "
            "tf.cast(x, tf.float32) in its place."
        )
    if isinstance(value, Tensor) and not is_static(value.dims):
        raise ValueError(
            f"the tensor {value.name!r} has the shape {show(value.dims)}, which is not known before the graph runs; "
            "its average needs one: reduce it, or set_shape."
        )


def _zeros_beside(primary: Any, name: str, shape: Any = None) -> Variable:
    """A variable of zeros, of the shape of what it belongs to if none is given."""
    shape = primary.shape if shape is None else shape
    return make_beside(primary, name, lambda: zeros(shape, primary.dtype), primary.dtype)


def assign_moving_average(
    variable: Variable, value: Any, decay: Any, zero_debias: bool = True, name: str | None = None
) -> Any:  # a tensor, or what reads a variable
    """Move one average on: ``variable -= (1 - decay) * (variable - value)``; its new value.

    Parameters
    ----------
    variable : Variable
        The average.
    value : Tensor
        What it moves towards.
    decay : float or Tensor
        How much of the average stays.
    zero_debias : bool
        Whether it is made up for the 0 that it begins with, by two variables beside it.
    name : str, optional
        Of the operations.

    Source
    ------
    tensorflow/python/training/moving_averages.py, which is not public; packages use it
    """
    graph = get_default_graph()
    return _moved(graph, variable, value, graph.convert(decay), zero_debias, name, read_value=True)


def _moved(
    graph: Graph,
    average: Variable,
    value: Any,
    decay: Tensor,
    is_debiased: bool,
    name: str | None = None,
    read_value: bool = False,
) -> Any:  # an Operation, unless the value is read
    """The operation that moves one average on."""
    with graph.name_scope(name or "AssignMovingAvg") as scope:
        if isinstance(value, Tensor):  # each process has its own; variables are equal in all of them
            (value,) = of_all([value])
        rate = graph.cast(1.0 - decay, average.dtype)
        if not is_debiased:
            return average.assign_sub((average - value) * rate, name=scope, read_value=read_value)
        biased, steps = _zeros_beside(average, "biased"), _zeros_beside(average, "local_step", ())
        moved = biased.assign_sub((biased - value) * rate)
        # What share of it are values; the rest is the 0 of its beginning.
        share = 1.0 - (1.0 - rate) ** steps.assign_add(1.0)
        return average.assign(moved / share, name=scope, read_value=read_value)
