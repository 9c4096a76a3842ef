from __future__ import annotations

from collections.abc import Iterator

import pytest

from estimator.functions import grouping
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.slices import IndexedSlices


@pytest.fixture
def graph() -> Iterator[Graph]:
    made = Graph()
    with made.as_default():
        yield made


def test_a_group_waits_for_all_and_leaves_out_none(graph: Graph) -> None:
    first, second = b.NoOp(name="first"), graph.constant(1.0)
    together = grouping.group(first, None, [second], name="both")
    assert (together.name, together.control_inputs) == ("both", (first, second.op))


def test_a_tuple_is_available_only_when_all_of_it_is(graph: Graph) -> None:
    left, right = graph.constant(1.0), graph.constant(2.0)
    joined = grouping.tuple([left, None, right])
    assert joined[1] is None
    (gate,) = joined[0].op.control_inputs
    assert set(gate.control_inputs) == {left.op, right.op}


def test_rows_in_a_tuple_stay_rows(graph: Graph) -> None:
    rows = IndexedSlices(graph.constant([1.0]), graph.constant([3]))
    other = graph.constant(2.0)
    held, _ = grouping.tuple([rows, other])
    assert isinstance(held, IndexedSlices)
    (gate,) = held.values.op.control_inputs
    assert set(gate.control_inputs) == {rows.values.op, other.op}


@pytest.mark.parametrize("tensors", [[], [None]])
def test_a_tuple_of_nothing_is_refused(graph: Graph, tensors: list[None]) -> None:
    with pytest.raises(ValueError, match="must have at least one Tensor"):
        grouping.tuple(tensors)
