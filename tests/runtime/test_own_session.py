"""The session at hand, and the values of tensors and variables in it."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import numpy as np
import pytest

from estimator.functions.index_tables import index_table_from_tensor
from estimator.graph import build
from estimator.graph.graph import Graph, get_default_graph, reset_default_graph
from estimator.runtime.interactive import InteractiveSession
from estimator.runtime.own_session import begin, give_session, session_at_hand
from estimator.runtime.session import Session
from estimator.variables.variable import Variable


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    """A new default graph, outside of all blocks."""
    reset_default_graph()
    yield get_default_graph()
    reset_default_graph()


def test_a_tensor_has_a_value_where_no_graph_is_entered(graph: Graph) -> None:
    total = build.AddV2(graph.constant([1.0, 2.0]), 3.0)
    assert type(total.numpy()) is np.ndarray
    assert total.numpy().tolist() == [4.0, 5.0]


def test_a_variable_begins_with_its_initial_value_and_keeps_what_is_written(graph: Graph) -> None:
    variable = Variable([1.0, 2.0])
    assert (variable * 2.0).numpy().tolist() == [2.0, 4.0]
    session_at_hand(graph).run(variable.assign([5.0, 6.0]))
    Variable(7.0)  # whose initial value is due
    assert variable.numpy().tolist() == [5.0, 6.0]


def test_inside_a_graph_there_is_no_attribute_numpy_and_the_message_says_what_to_do(graph: Graph) -> None:
    tensor, variable = graph.constant(1.0, name="one"), Variable(1.0, name="w")
    with graph.as_default():
        assert not hasattr(tensor, "numpy") and not hasattr(variable, "numpy")
        with pytest.raises(AttributeError, match=r"'one:0' has no value until.*session\.run\(tensor\)"):
            tensor.numpy()
    with Session(graph=graph), pytest.raises(AttributeError, match=r"'Variable' object.*'w:0'"):
        variable.numpy()


def test_an_interactive_session_is_at_hand_until_it_is_closed(graph: Graph) -> None:
    variable = Variable(1.0)
    session = InteractiveSession()
    assert session_at_hand(graph) is session
    session.run(variable.assign(8.0))
    assert variable.numpy() == 8.0
    session.close()
    assert variable.numpy() == 1.0


def test_a_default_session_of_another_graph_is_passed_over(graph: Graph) -> None:
    outer, other = Session(graph=graph), Session(graph=Graph())
    with outer.as_default(), other.as_default():
        assert session_at_hand(graph) is outer


def test_a_given_session_is_at_hand_until_it_is_closed(graph: Graph) -> None:
    own, given = session_at_hand(graph), Session(graph=graph)
    give_session(given)
    assert session_at_hand(graph) is given
    given.close()
    assert session_at_hand(graph) not in (own, given)


def test_a_variable_whose_initial_value_is_fed_is_left_to_whoever_feeds_it(graph: Graph) -> None:
    rows = build.Placeholder(dtype="float32", shape=[2])
    fed, known = Variable(build.Mul(rows, 2.0)), Variable(3.0)
    assert known.numpy() == 3.0
    session = begin(session_at_hand(graph))
    session.run(fed.initializer, {rows: [1.0, 2.0]})
    assert fed.numpy().tolist() == [2.0, 4.0]


def test_tables_are_filled_once(graph: Graph) -> None:
    assert index_table_from_tensor(["a", "b"]).lookup(graph.constant(["b", "x"])).numpy().tolist() == [1, -1]
    later = index_table_from_tensor(["c", "d"])
    assert later.lookup(graph.constant("d")).numpy() == 1


def test_what_a_loop_reads_is_read_in_the_session_of_the_graph_around_it(graph: Graph) -> None:
    from estimator.functions.control_flow.cond import cond

    variable = Variable(4.0)
    assert cond(graph.constant(True), lambda: variable * 2.0, lambda: variable * 3.0).numpy() == 8.0


def test_threads_share_the_session_and_one_initial_value(graph: Graph) -> None:
    variable = Variable(lambda: build.RandomUniform([3], dtype="float32"), dtype="float32")
    barrier, seen = threading.Barrier(4), []

    def read() -> None:
        barrier.wait()
        seen.append((begin(session_at_hand(graph)), session_at_hand(graph).run(variable).tolist()))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4 and all(found == seen[0] for found in seen)


def test_the_session_goes_with_the_graph() -> None:
    reset_default_graph()  # the fixture keeps the first one
    session = weakref.ref(session_at_hand(get_default_graph()))
    assert Variable(1.0).numpy() == 1.0
    reset_default_graph()
    gc.collect()
    assert session() is None
