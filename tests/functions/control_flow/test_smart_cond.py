"""Branches that are chosen while the graph is built, where they can be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import bool as bool_
from estimator.functions.arrays import placeholder
from estimator.functions.control_flow.smart_cond import smart_cond, smart_constant_value
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.variable import Variable


@pytest.mark.parametrize("known", [True, False, 1, 0, np.bool_(True), np.bool_(False)])
def test_a_known_value_chooses_at_once(known: Any) -> None:
    with Graph().as_default() as graph:
        assert smart_cond(known, lambda: "yes", lambda: "no") == ("yes" if known else "no")
        constant = graph.constant(bool(known))
        assert smart_cond(constant, lambda: "yes", lambda: "no") == ("yes" if known else "no")
        assert not [op for op in graph.get_operations() if "If" in op.type]


def test_a_variable_or_a_fed_value_chooses_in_the_run() -> None:
    with Graph().as_default() as graph:
        fed, variable = placeholder(bool_, []), Variable(False)
        assert smart_constant_value(fed) is None and smart_constant_value(variable) is None
        both = [
            smart_cond(pred, lambda: graph.constant(1), lambda: graph.constant(2)) for pred in (fed, variable)
        ]
        session = Session(graph=graph)
        session.run(variable.initializer)
        assert session.run(both, {fed: True}) == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((True, "yes", print), "true_fn must be a function, given: 'yes'"),
        ((2, print, print), "pred must be a bool, 0, 1 or a tensor of bool, given: 2"),
        (("on", print, print), "pred must be a bool, 0, 1 or a tensor of bool, given: 'on'"),
    ],
)
def test_what_cannot_be_a_branch_says_so(arguments: Any, message: str) -> None:
    with Graph().as_default(), pytest.raises(TypeError, match=message):
        smart_cond(*arguments)
