"""A small model and a hook that writes down its calls, for the tests of the loop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from estimator.functions.grouping import group
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import Variable


@dataclass
class Counting:
    """A graph whose step adds 1 to the global step and doubles `weight`, which is the loss."""

    graph: Graph
    step: Variable
    weight: Variable
    loss: Any
    train_op: Any


@contextmanager
def counting() -> Iterator[Counting]:
    """The graph, as the default one."""
    with Graph().as_default() as graph:
        step = get_or_create_global_step()
        weight = Variable(np.float32(1.0), name="weight")
        loss = b.Identity(weight, name="loss")
        with graph.control_dependencies([loss]):
            doubled = weight.assign_add(weight, read_value=False)
        train_op = group(doubled, step.assign_add(1, read_value=False))
        yield Counting(graph, step, weight, loss, train_op)


class Diary(SessionRunHook):
    """Writes each call into a list that several of them share.

    Parameters
    ----------
    entries : list of str
    name : str
        Begins each entry.
    args : SessionRunArgs, optional
        What before_run returns.
    """

    def __init__(self, entries: list[str], name: str = "", args: SessionRunArgs | None = None) -> None:
        self.entries = entries
        self.name = name
        self.args = args
        self.results: list[Any] = []

    def _note(self, call: str) -> None:
        self.entries.append(f"{self.name} {call}".strip())

    def begin(self) -> None:
        self._note("begin")

    def after_create_session(self, session: Any, coord: Any) -> None:
        self._note("after_create_session")

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        self._note("before_run")
        return self.args

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        self._note("after_run")
        self.results.append(run_values.results)

    def end(self, session: Any) -> None:
        self._note("end")

    def failed(self, error: BaseException) -> None:
        self._note(f"failed {type(error).__name__}")
