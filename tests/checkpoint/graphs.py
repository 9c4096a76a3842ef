"""Small graphs of variables with a session, for the tests of the saver and of the warm start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import Variable, global_variables, global_variables_initializer


def add_variable(name: str, value: Any, *, trainable: bool = True, dtype: Any = np.float32) -> Variable:
    return Variable(np.asarray(value, dtype), trainable=trainable, name=name)


def add_slot(owner: Variable, slot: str, value: float = 0.1) -> Variable:
    """An optimizer's variable, named and marked as the optimizers do."""
    made = add_variable(f"{owner.op.name}/{slot}", np.full(owner.dims, value), trainable=False)
    made.slot_of, made.slot_name = owner, slot
    return made


def add_dense(scope: str, inputs: int, units: int, fill: float = 0.0, slot: float = 0.1) -> None:
    """Kernel and bias of a layer, each with an Adagrad slot."""
    for name, dims in (("kernel", (inputs, units)), ("bias", (units,))):
        add_slot(add_variable(f"{scope}/{name}", np.full(dims, fill)), "Adagrad", slot)


def add_dnn(*hidden: int, inputs: int = 4, classes: int = 3, fill: float = 0.0, slot: float = 0.1) -> None:
    """The variables of a DNNClassifier, with global_step."""
    widths = [inputs, *hidden]
    for layer, (before, after) in enumerate(zip(widths[:-1], widths[1:], strict=True)):
        add_dense(f"dnn/hiddenlayer_{layer}", before, after, fill, slot)
    add_dense("dnn/logits", widths[-1], classes, fill, slot)
    get_or_create_global_step()


@contextmanager
def fresh_graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def initialized_session() -> Session:
    """A session on the default graph whose variables have their initial values."""
    session = Session()
    session.run(global_variables_initializer())
    return session


def values_of(session: Session) -> dict[str, Any]:
    """A copy of every variable's value, by name."""
    return {variable.op.name: session.store.read(variable.op.name) for variable in global_variables()}
