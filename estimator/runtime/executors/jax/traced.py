"""What tracing is, for those who lower operations to jax: the parts of a segment that is being compiled.

While jax traces a segment, the value of a tensor is one of these: a numpy array if it is known already, by which
lowerings may go (a shape, an axis, a number of rounds); a tracer of jax's, of which only shape and type are known; for
the handle of a variable a :class:`Cell`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Protocol

import numpy as np

from estimator.core.errors import EstimatorError
from estimator.graph.liveness import Wanted
from estimator.graph.tensor import Operation
from estimator.runtime.program import Program


class CannotLower(EstimatorError):
    """An operation does not go into a segment of the device: the host runs it, as the interpreter would.

    Parameters
    ----------
    reason : str
        Why, for who asks what runs where.
    """


class Trace(Protocol):
    """A segment while it is traced.

    Attributes
    ----------
    state : dict
        What operations read and change, by keys of their own: values of variables (see :func:`variable_key`), numbers
        of draws, whether all checks have held (:data:`HOLDS`). What control flow runs changes it in a copy, of which
        what changed is carried on.
    outcomes : dict
        What is remembered of parts that were traced for their shapes, see :mod:`.outcomes`.
    """

    state: dict[Hashable, Any]
    outcomes: dict[Hashable, Any]

    def body(self, op: Operation, attr: str, place: int = 0) -> Program:
        """The program of a function that an attribute of an operation names, as far as its results are wanted."""

    def wanted(self, op: Operation, attr: str) -> Wanted:
        """Which results of the functions that an attribute of an operation names somebody needs."""

    def walk(self, program: Program, given: Sequence[Any]) -> list[Any]:
        """What a program gives for these values, all of its operations lowered."""

    def demand(self, holds: Any) -> None:
        """Have a run that finds this false be made again by the interpreter, which says what is wrong."""

    def draw_key(self, op: Operation) -> Any:
        """For an execution of a random operation: three words of 64 bits, its key and the number of those before."""


HOLDS = (
    "holds"  # the key in the state of whether all checks have held; absent as long as nothing was demanded
)


def variable_key(name: str) -> Hashable:
    """The key in the state of a trace under which the value of a variable stands."""
    return "variable", name


def draw_key(name: str) -> Hashable:
    """The key in the state of a trace under which the words of :meth:`Trace.draw_key` stand."""
    return "draw", name


class Cell:
    """A variable while a segment is traced: what kernels know of a storage.

    Parameters
    ----------
    trace : Trace
    name : str
    """

    def __init__(self, trace: Trace, name: str) -> None:
        self.trace = trace
        self.name = name

    @property
    def value(self) -> Any:
        """What it holds by now."""
        return self.trace.state[variable_key(self.name)]

    def write(self, value: Any) -> None:
        """Give it another value."""
        self.trace.state[variable_key(self.name)] = value

    initialized = True  # a segment does not run while one of its variables has no value


def is_known(value: Any) -> bool:
    """Whether a value is known while a segment is traced."""
    return isinstance(value, (np.ndarray, np.generic, int))
