"""Functions of a graph that are called with arrays."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.core.errors import InvalidArgumentError
from estimator.functions.checks import assert_positive
from estimator.functions.index_tables import index_table_from_tensor
from estimator.functions.scoping import control_dependencies
from estimator.graph import build
from estimator.graph.function import FunctionGraph, trace
from estimator.graph.graph import Graph
from estimator.runtime.function_call import FunctionCall
from estimator.runtime.own_session import begin
from estimator.runtime.session import Session
from estimator.variables.variable import Variable


@pytest.fixture(params=["interpreter", "numpy"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session in a graph of its own; functions are called thrice where a plan shall be met."""
    graph = Graph()
    with graph.as_default():
        yield Session(graph=graph, executor=request.param)


def traced(function: Callable[..., Any], *dims: Any) -> FunctionGraph:
    """The function of float32 arguments, which no library lists."""
    body = trace(
        function, [(float32, sizes) for sizes in dims], (0,) * len(dims), "body", capture_by_value=False
    )
    body.library.pop(body.name)
    return body


def ready(session: Session, function: Callable[..., Any], *dims: Any) -> FunctionCall:
    body = traced(function, *dims)
    return FunctionCall(begin(session), body)


def test_results_are_those_of_the_arguments_and_nothing_is_added_to_the_graph(session: Session) -> None:
    call = ready(session, lambda x, y: (build.Sub(x, y), build.Mul(x, y)), (None,), (None,))
    before = session.graph.version
    for size in (2, 3, 2, 2):
        difference, product = call([np.full(size, 5, np.float32), np.full(size, 2, np.float32)])
        assert difference.tolist() == [3.0] * size and product.tolist() == [10.0] * size
    assert session.graph.version == before and not session.graph.library


def test_variables_are_read_and_written_where_the_session_has_them(session: Session) -> None:
    total = Variable(1.0)
    call = ready(session, lambda x: total.assign_add(x), ())
    assert [call([np.float32(2)])[0].item() for _ in range(3)] == [3, 5, 7]
    assert session.run(total) == 7
    total.load(0.0, session)
    assert call([np.float32(2)])[0] == 2


def test_what_writes_runs_whether_its_result_is_wanted_or_not(session: Session) -> None:
    count = Variable(0.0)

    def function(x: Any) -> Any:
        count.assign_add(1.0)
        return build.Neg(x)

    call = ready(session, function, (2,))
    for _ in range(3):
        call([np.ones(2, np.float32)])
    assert session.run(count) == 3


def test_what_is_checked_fails(session: Session) -> None:
    def function(x: Any) -> Any:
        with control_dependencies([assert_positive(x)]):
            return build.Identity(x)

    call = ready(session, function, (None,))
    for _ in range(3):
        assert call([np.ones(2, np.float32)])[0].tolist() == [1, 1]
        with pytest.raises(InvalidArgumentError):
            call([np.array([1, -1], np.float32)])


def test_captured_tensors_are_constants_or_are_computed_at_each_call(session: Session) -> None:
    scale, offset = session.graph.constant([2.0, 3.0]), Variable(1.0)
    doubled = offset * 2.0
    call = ready(session, lambda x: build.AddV2(build.Mul(x, scale), doubled), (2,))
    assert call([np.ones(2, np.float32)])[0].tolist() == [4, 5]
    offset.load(10.0, session)
    for _ in range(3):
        assert call([np.ones(2, np.float32)])[0].tolist() == [22, 23]


def test_lookup_tables_are_those_of_the_session(session: Session) -> None:
    table = index_table_from_tensor(["a", "b"])
    call = ready(session, lambda x: (x, table.lookup(session.graph.constant(["b", "z"]))), (1,))
    for _ in range(3):
        assert call([np.ones(1, np.float32)])[1].tolist() == [1, -1]


def test_results_are_nobody_elses(session: Session) -> None:
    variable = Variable([1.0, 2.0])
    call = ready(session, lambda x: (x, variable.value()), (2,))
    given = np.ones(2, np.float32)
    for _ in range(3):
        for result in call([given]):
            result[:] = 9
    assert given.tolist() == [1, 1] and session.run(variable).tolist() == [1, 2]


def test_threads_may_call_it_at_once(session: Session) -> None:
    total = Variable(0.0)
    call = ready(session, lambda x: (build.Mul(x, 2.0), total.assign_add(1.0)), (None,))
    wrong: list[Any] = []

    def work(number: int) -> None:
        for size in range(1, 30):
            found = call([np.full(size, number, np.float32)])[0]
            wrong.extend(found[found != 2 * number])

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and session.run(total) == 4 * 29
