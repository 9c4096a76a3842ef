"""A graph of its own for each test, and a session of it whose variables are initialised."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import estimator.network  # noqa: F401  declares the ops
from estimator.graph.graph import Graph
from estimator.network.variables import global_variables_initializer, local_variables_initializer
from estimator.runtime.session import Session


@pytest.fixture
def graph() -> Iterator[Graph]:
    """The default graph of the test, seeded."""
    made = Graph()
    made.seed = 1
    with made.as_default():
        yield made


@pytest.fixture
def run(graph: Graph) -> Iterator[Callable[..., Any]]:
    """Runs fetches; the variables are initialised before the first run."""
    session: list[Session] = []

    def call(fetches: Any, feed_dict: Any = None) -> Any:
        if not session:
            session.append(Session(graph=graph))
            session[0].run([global_variables_initializer(), local_variables_initializer()])
        return session[0].run(fetches, feed_dict)

    yield call
    for each in session:
        each.close()
