from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.variable import Variable
from tests.runtime.programs import OPTIMIZERS, training

pytestmark = pytest.mark.jax


def numbers(session: Session) -> dict[str, Any]:
    return {each.name: each.value.copy() for each in session.store if each.initialized}


def assert_close(found: Any, wanted: Any) -> None:
    if isinstance(wanted, dict):
        assert found.keys() == wanted.keys()
        for key, value in wanted.items():
            assert_close(found[key], value)
    elif isinstance(wanted, (list, tuple)):
        for pair in zip(found, wanted, strict=True):
            assert_close(*pair)
    elif wanted is not None and not isinstance(wanted, bytes):
        assert np.asarray(found).dtype == np.asarray(wanted).dtype
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_training_gives_the_interpreters_numbers(optimizer: str) -> None:
    case = training(optimizer)
    ours, theirs = case.session("jax"), case.session("interpreter")
    for step in range(20):
        feeds = case.feeds(32, step)
        found, wanted = ours.run(case.fetches, feeds), theirs.run(case.fetches, feeds)
        assert_close(found["gradients"], wanted["gradients"])
    assert_close(found, wanted)
    assert_close(numbers(ours), numbers(theirs))
    assert found["step"] == 20


def test_a_failing_check_changes_nothing_and_says_what_the_interpreter_says() -> None:
    graph = Graph()
    with graph.as_default():
        total = Variable(np.float32(1.0), name="total")
        x = build.Placeholder(dtype=np.float32, shape=(None,), name="x")
        check = build.Assert(
            build.Less(build.Sum(x, 0), np.float32(10.0)), [np.array(b"too much", object), x]
        )
        with graph.control_dependencies([check]):
            update = total.assign_add(build.Sum(x, 0) * 2.0)
    with Session(graph=graph, executor="jax") as session:
        session.run(total.initializer)
        assert session.run(update, {x: [1.0, 2.0]}) == 7.0
        with pytest.raises(InvalidArgumentError, match=r"too much.*\[8 9\]"):
            session.run(update, {x: [8.0, 9.0]})
        assert not session.store.torn
        assert session.run(update, {x: [1.0]}) == 9.0
