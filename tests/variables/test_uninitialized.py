"""Which variables have no value."""

from __future__ import annotations

import pytest

from estimator.core.errors import FailedPreconditionError
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.runtime.session import Session
from estimator.variables.uninitialized import assert_variables_initialized, report_uninitialized_variables
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


def test_an_assertion_fails_where_a_variable_has_no_value(graph: Graph) -> None:
    assert assert_variables_initialized() is None
    v, _ = Variable(1.0, name="v"), Variable(2.0, name="w")
    check, of_one = assert_variables_initialized(), assert_variables_initialized([v])
    with Session() as session:
        session.run(v.initializer)
        assert session.run(of_one) is None
        with pytest.raises(FailedPreconditionError, match="'w' has no value"):
            session.run(check)
