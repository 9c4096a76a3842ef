from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions.arrays import constant, identity, placeholder
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.variable import Variable

TABLE = np.arange(12, dtype=np.float32).reshape(3, 4)


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        (1, [1, 2, 3, 4]),
        (slice(1, 3), 5),
        ((slice(None), 1), [1, 2, 3]),
        ((0, slice(None, None, 2)), [7, 8]),
        ((..., slice(-1, None)), [[1], [2], [3]]),
        (slice(None), [[1], [2], [3]]),
        ((slice(None, None, -1), 0), [1, 2, 3]),
        ((None, 0), 1),
        ((0, 0), 9),
        (slice(2, 9), [1, 2, 3, 4]),
    ],
    ids=str,
)
def test_a_part_is_replaced_as_numpy_does_it(graph: Graph, executor: str, key: Any, value: Any) -> None:
    expected = TABLE.copy()
    expected[key] = value
    table = Variable(TABLE)
    step = table[key].assign(np.array(value, np.float32))
    with Session(graph=graph, executor=executor) as session:
        session.run(table.initializer)
        for _ in range(3):  # interpreted, then planned
            np.testing.assert_array_equal(session.run(step), expected)
        np.testing.assert_array_equal(session.run(table), expected)


def test_a_part_may_be_where_a_tensor_says(graph: Graph) -> None:
    table, at = Variable(TABLE), placeholder("int32", [])
    step = table[at, 1:3].assign([-1.0, -2.0])
    with Session() as session:
        session.run(table.initializer)
        assert session.run(step, {at: 2})[2].tolist() == [8, -1, -2, 11]
        assert session.run(step, {at: 0})[0].tolist() == [0, -1, -2, 3]


def test_what_waits_for_the_write_reads_the_new_value(graph: Graph) -> None:
    table = Variable(TABLE)
    with graph.control_dependencies([table[0].assign(np.ones(4, np.float32))]):
        after = identity(table.read_value())
    with Session() as session:
        session.run(table.initializer)
        assert session.run(after)[0].tolist() == [1, 1, 1, 1]


def test_a_part_is_a_tensor_like_others(graph: Graph) -> None:
    table = get_variable("table", initializer=TABLE)
    part = table[0]
    (slope,) = gradients(part, [table])
    with Session() as session:
        session.run(table.initializer)
        assert session.run(slope).tolist() == [[1, 1, 1, 1], [0] * 4, [0] * 4]
    assert (part.name, part is part.op.outputs[0]) == ("strided_slice:0", True)
    assert part.assign(TABLE[1]).dims == (3, 4)


def test_only_parts_of_variables_are_assigned(graph: Graph) -> None:
    table = Variable(TABLE)
    for tensor in (table[0] + 1.0, identity(table)[0], constant(TABLE)[0], table.value()):
        assert not hasattr(tensor, "assign")


def test_a_value_that_does_not_fit_is_told(graph: Graph) -> None:
    table, fed = Variable(TABLE), placeholder("float32", None)
    with pytest.raises(ValueError, match=r"a value of \(3,\) does not fit a slice of \(4,\)"):
        table[0].assign([1.0, 2.0, 3.0])
    step = table[0].assign(fed)
    with Session() as session:
        session.run(table.initializer)
        with pytest.raises(InvalidArgumentError, match=r"a value of \(3,\) does not fit a slice of \(4,\)"):
            session.run(step, {fed: [1.0, 2.0, 3.0]})
        np.testing.assert_array_equal(session.run(table), TABLE)
