"""Which variables have no value."""

from __future__ import annotations

from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.runtime.session import Session
from estimator.variables.uninitialized import report_uninitialized_variables
from estimator.variables.variable import Variable


def test_variables_are_named_until_they_have_a_value(graph: Graph) -> None:
    # names, order and shape as TensorFlow 2.15 gives them
    w = Variable(1.0, name="w")
    loc = Variable(2.0, name="loc", collections=[GraphKeys.LOCAL_VARIABLES])
    of_all, of_one = report_uninitialized_variables(), report_uninitialized_variables([w])
    assert of_all.name == "report_uninitialized_variables/boolean_mask/GatherV2:0"
    assert of_all.dtype.name == "string" and of_all.dims == (None,)
    session = Session(graph=graph)
    assert [names.tolist() for names in session.run([of_all, of_one])] == [[b"w", b"loc"], [b"w"]]
    session.run(w.initializer)
    assert [names.tolist() for names in session.run([of_all, of_one])] == [[b"loc"], []]
    session.run(loc.initializer)
    assert session.run(of_all).tolist() == []


def test_a_graph_without_variables_misses_none(graph: Graph) -> None:
    assert Session(graph=graph).run(report_uninitialized_variables()).tolist() == []
