"""A session that is the default until it is closed."""

from __future__ import annotations

from estimator.graph import build as b
from estimator.graph.defaults import default_sessions
from estimator.graph.graph import Graph, get_default_graph
from estimator.runtime.interactive import InteractiveSession


def test_an_interactive_session_is_the_default_until_it_is_closed() -> None:
    session = InteractiveSession()
    assert b.AddV2(1.0, 2.0).eval() == 3.0
    session.close()
    assert default_sessions() == []


def test_it_is_a_context_as_well() -> None:
    with InteractiveSession() as session:
        assert default_sessions()[-1] is session
    assert default_sessions() == []


def test_closing_twice_is_fine() -> None:
    session = InteractiveSession()
    session.close()
    session.close()
    assert default_sessions() == []


def test_a_graph_that_it_is_given_is_the_default_as_long_as_it_is() -> None:
    graph, around = Graph(), get_default_graph()
    session = InteractiveSession(graph=graph)
    assert get_default_graph() is graph and b.AddV2(1.0, 2.0).eval() == 3.0
    session.close()
    with graph.as_default():
        session.close()  # leaves no other block of that graph
        assert get_default_graph() is graph
    assert get_default_graph() is around
