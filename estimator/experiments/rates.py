"""Optimizers whose learning rate is a decay: made in the graph of a training, where the global step is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.frozen import frozen
from estimator.graph.graph import Graph
from estimator.optimizers.optimizer import Optimizer
from estimator.variables.global_step import get_or_create_global_step

_STEP_IS_X = ("piecewise_constant",)


@frozen
class Decay:
    """A learning rate that depends on the global step.

    Attributes
    ----------
    function : callable
        One of :mod:`estimator.functions.decay`.
    arguments : mapping of str to object
        All but the global step.
    """

    function: Callable[..., Any]
    arguments: Mapping[str, Any]

    def __call__(self) -> Any:
        """The rate as a tensor of the current graph."""
        name = "x" if self.function.__name__ in _STEP_IS_X else "global_step"
        return self.function(**self.arguments, **{name: get_or_create_global_step()})


@frozen
class DecayedOptimizer:
    """Makes an optimizer, some of whose arguments are decays, when a model asks for it.

    Attributes
    ----------
    optimizer : type of Optimizer
    arguments : mapping of str to object
    """

    optimizer: Callable[..., Optimizer]
    arguments: Mapping[str, Any]

    def __call__(self) -> Optimizer:
        """The optimizer, in the current graph."""
        return self.optimizer(
            **{name: value() if isinstance(value, Decay) else value for name, value in self.arguments.items()}
        )

    def check(self) -> None:
        """Make one in a graph that nobody needs.

        Raises
        ------
        TypeError, ValueError
            If an argument is not valid.
        """
        with Graph().as_default():
            self()
