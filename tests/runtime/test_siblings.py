"""Operations that are alike stand side by side in the order of a program."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from estimator import tf
from estimator.graph import build
from estimator.graph.tensor import Operation
from estimator.runtime.frames import needs
from estimator.runtime.order import prune, schedule
from estimator.runtime.program import make_program
from estimator.runtime.siblings import kind_of, side_by_side
from tests.runtime.loops import count_to


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def ordered(*targets: Operation) -> list[Operation]:
    fed: frozenset[Any] = frozenset()
    order = side_by_side(schedule(prune(targets, fed), fed), fed)
    for place, op in enumerate(order):
        assert set(needs(op, fed)) <= set(order[:place])
    assert set(order) == set(prune(targets, fed))
    return order


def groups(order: list[Operation], *types: str) -> list[str]:
    """The types of neighbours that have one, with how many they are."""
    runs = [(op_type, len(list(run))) for op_type, run in itertools.groupby(order, lambda op: op.type)]
    return [f"{count} {op_type}" for op_type, count in runs if op_type in types]


def ids(*shape: int | None) -> Any:
    return build.Placeholder(dtype="int64", shape=shape or (None,))


def unique(values: Any) -> Any:
    return build.Unique(values)[0]


def test_the_same_of_each_column_stands_side_by_side() -> None:
    columns = [unique(build.Neg(ids())) for _ in range(3)]
    twice = [unique(build.Mul(column, column)) for column in columns]
    order = ordered(*(column.op for column in twice))
    assert groups(order, "Unique", "Mul") == ["3 Unique", "3 Mul", "3 Unique"]


def test_a_kind_waits_for_those_of_its_siblings_that_need_another_kind() -> None:
    table = tf.get_variable("table", [5, 2], use_resource=True)
    late = [unique(build.Cast(tf.gather(table, ids()), DstT=tf.int64)[:, 0]) for _ in range(2)]
    order = ordered(unique(ids()).op, *(found.op for found in late))
    assert groups(order, "Unique", "ResourceGather") == ["2 ResourceGather", "3 Unique"]


def test_rows_of_other_types_and_widths_are_another_kind() -> None:
    wide, narrow = (
        tf.get_variable(name, [5, width], use_resource=True) for name, width in (("w", 8), ("n", 1))
    )
    same = tf.get_variable("s", [7, 8], use_resource=True)
    rows = [tf.gather(table, ids()).op.inputs[0].op for table in (wide, narrow, same)]
    assert kind_of(rows[0]) == kind_of(rows[2]) != kind_of(rows[1])
    numbers = [unique(build.Placeholder(dtype=dtype, shape=(None,))).op for dtype in ("int64", "int32")]
    assert kind_of(numbers[0]) != kind_of(numbers[1])


def test_what_writes_stays_and_all_behind_it() -> None:
    table = tf.get_variable("table", [5], use_resource=True)
    with tf.control_dependencies([table.assign(tf.zeros([5]))]):
        behind = [unique(build.Neg(ids())) for _ in range(2)]
    before = [unique(build.Neg(ids())) for _ in range(2)]
    with tf.control_dependencies(behind):
        last = [unique(build.Neg(ids())) for _ in range(2)]
    order = ordered(*(found.op for found in (*before, *last)))
    assert groups(order, "Unique", "AssignVariableOp")[:2] == ["2 Unique", "1 AssignVariableOp"]
    assert len(groups(order, "Unique")) == 5


def test_a_program_without_siblings_is_in_the_order_of_creation() -> None:
    made = [build.Neg(ids()), unique(ids()), build.Neg(ids())]
    order = [op for op in ordered(*(tensor.op for tensor in made)) if op.type != "Placeholder"]
    assert order == [tensor.op for tensor in made]


def test_a_program_with_frames_stays_as_it_is() -> None:
    counted = build.Cast(count_to(build.Neg(tf.constant(-2))), DstT="int64")
    plain = schedule(prune([unique(build.Fill([2], counted)).op for _ in range(2)], frozenset()), frozenset())
    assert side_by_side(plain, frozenset()) == plain


def test_a_program_has_its_operations_in_that_order(graph: Any) -> None:
    fed = [ids(), ids()]
    program = make_program(graph, [unique(build.Neg(column)) for column in fed], [], fed)
    assert [op.type for op in program.order] == ["Neg", "Neg", "Unique", "Unique"]
