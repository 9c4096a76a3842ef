"""What every test has at hand: seeded randomness, a clock that is set by hand, and a clean slate.

No test sees the machine's TF_CONFIG or a default graph that another test left behind.
"""

from __future__ import annotations

import gc
import importlib
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core import log
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.variable import global_variables_initializer, local_variables_initializer

# A shell starts a program in the background with Ctrl-C ignored, which tests raise all the same.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What collecting fifty thousand tests has made stays to the end: no search for cycles needs to look at it."""
    gc.collect()
    gc.freeze()


class FakeClock:
    """A clock that moves only when told; calling it gives the seconds.

    Parameters
    ----------
    seconds : float
        What it shows first.
    """

    def __init__(self, seconds: float = 1_500_000_000.0) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.seconds += seconds


@pytest.fixture
def rng() -> np.random.Generator:
    """The one source of random test data."""
    return np.random.default_rng(0)


@pytest.fixture
def clock() -> FakeClock:
    """A clock that the test sets."""
    return FakeClock()


@pytest.fixture(autouse=True)
def _no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)


@pytest.fixture(autouse=True)
def _fresh_default_graph() -> Iterator[None]:
    """A new default graph after each test; a test that built none pays nothing."""
    yield
    if "estimator.graph.graph" in sys.modules:
        reset = getattr(importlib.import_module("estimator.graph.graph"), "reset_default_graph", None)
        if reset is not None:
            reset()


@pytest.fixture(autouse=True)
def _the_same_log() -> Iterator[None]:
    """No test leaves the log with another level, or as that of one of many processes."""
    levels = [(kept, kept.level) for kept in (log.tensorflow_logger, log.logger)]
    yield
    for kept, level in levels:
        if kept.level != level:
            kept.setLevel(level)
    while log._OF_ONE:
        log.logger.removeFilter(log._OF_ONE.pop())


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
