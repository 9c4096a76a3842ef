"""What is known of tensors while the graph is built; tests/runtime/test_facts.py has what a plan knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int32, int64
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.static import FOLD_LIMIT, GRAPH, FitCheck, may_misfit, static_dims, static_value
from estimator.graph.tensor import Operation, Tensor


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def given(dtype: Any = float32, dims: Any = (2,)) -> Tensor:
    result: Tensor = build.Placeholder(dtype=dtype, shape=dims)
    return result


def test_pure_ops_of_constants_are_known(graph: Graph) -> None:
    value = static_value(build.AddV2(build.Mul(graph.constant([1, 2]), 3), 1))
    assert value is not None and value.tolist() == [4, 7]
    assert static_value(given()) is None
    assert static_value(build.AddV2(given(), 1.0)) is None


def test_shapes_and_sizes_are_known_where_the_static_shape_is() -> None:
    shape, size = static_value(build.Shape(given(dims=(2, 3)))), static_value(build.Size(given(dims=(2, 3))))
    assert shape is not None and shape.tolist() == [2, 3]
    assert size == 6
    assert static_value(build.Rank(given(dims=(None, 3)))) == 2  # whatever the sizes
    assert static_value(build.Rank(given(dims=None))) is None
    assert static_value(build.Shape(given(dims=(None, 3)))) is None


def test_random_and_fed_values_are_never_known(graph: Graph) -> None:
    assert static_value(build.RandomUniform([2], dtype=float32)) is None
    assert static_value(build.PlaceholderWithDefault(graph.constant(1.0), shape=())) is None


def test_large_values_are_not_folded(graph: Graph) -> None:
    assert static_value(build.Neg(np.ones(FOLD_LIMIT, np.float32))) is not None
    assert static_value(build.Neg(np.ones(FOLD_LIMIT + 1, np.float32))) is None


def test_what_fails_is_not_known_and_fails_in_the_run(graph: Graph) -> None:
    assert static_value(build.FloorDiv(graph.constant(1), 0)) is None
    assert static_value(build.Log(0.0)) == -np.inf


def test_a_shape_is_known_in_part() -> None:
    x = given(dims=(None, 3, 4))
    shape = build.Shape(x)
    cases: list[tuple[Tensor, Any]] = [
        (shape, (None, 3, 4)),
        (build.Identity(build.Cast(shape, DstT=int64)), (None, 3, 4)),
        (shape[1:], (3, 4)),
        (shape[:1], (None,)),
        (build.Pack([shape[0], shape[2], 7]), (None, 4, 7)),
        (build.ConcatV2([shape[:1], [5], shape[2:]], 0), (None, 5, 4)),
        (build.ConcatV2([given(int32, (None,)), [5]], 0), None),
        (given(int32, (2,)), (None, None)),
        (given(int32, (None,)), None),
    ]
    for tensor, expected in cases:
        assert static_dims(tensor) == expected
    assert build.Reshape(x, build.Pack([shape[0], 12])).dims == (None, 12)


def test_what_waits_for_something_to_run_is_not_taken_for_its_value(graph: Graph) -> None:
    one = graph.constant(1.0)
    with graph.control_dependencies([build.NoOp()]):
        waiting = build.Neg(one)
    assert static_value(waiting) is None


# -- what is checked again in every run ------------------------------------------------------------


def asked(monkeypatch: pytest.MonkeyPatch, op: Operation) -> list[Any]:
    """The shapes with which the rule of an operation is asked from now on."""
    rule, calls = op.definition.shape, []

    def noted(scope: Any) -> Any:
        calls.append(tuple(scope.shapes))
        return rule(scope)

    monkeypatch.setattr(op.definition, "shape", noted)
    return calls


def test_only_the_run_tells_if_a_value_fits_that_its_rule_looks_at(graph: Graph) -> None:
    x, integers, axis = given(dims=(2, 3)), given(int32, (2,)), given(int32, ())
    for fed in (
        build.GatherV2(x, integers, axis),
        build.Reshape(x, integers),
        build.OneHot(integers, axis, 1, 0),
    ):
        assert may_misfit(fed.op, GRAPH)
    for known in (build.GatherV2(x, integers, 0), build.Reshape(x, [3, 2]), build.OneHot(integers, 3, 1, 0)):
        assert not may_misfit(known.op, GRAPH)


def test_what_has_fitted_once_is_not_asked_again(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    op = build.SparseReorder(given(int64, None), given(dims=None), given(int64, None))[0].op
    calls, check = asked(monkeypatch, op), FitCheck(op)
    two, three = (
        [np.zeros((rows, 2), np.int64), np.zeros(rows, np.float32), np.array([4, 4])] for rows in (2, 3)
    )
    for values in (two, two, three, two, three):
        check(values)
    assert calls == [((2, 2), (2,), (2,)), ((3, 2), (3,), (2,))]


def test_what_does_not_fit_is_refused_each_time(graph: Graph) -> None:
    check = FitCheck(build.SparseReorder(given(int64, None), given(dims=None), given(int64, None))[0].op)
    for _ in range(2):
        with pytest.raises(ValueError, match="not compatible"):
            check([np.zeros((2, 2), np.int64), np.zeros(3, np.float32), np.array([4, 4])])


def test_values_that_a_rule_looks_at_are_remembered_with_the_shapes(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    op = build.GatherV2(given(dims=None), given(int64, None), given(int64, None)).op
    calls, check = asked(monkeypatch, op), FitCheck(op)
    for axis in (0, 1, 0, 1, 1):
        check([np.ones((2, 3)), np.array([1]), np.array(axis)])
    assert len(calls) == 2
    for _ in range(2):
        with pytest.raises(ValueError, match="axis 2 is out of range"):
            check([np.ones((2, 3)), np.array([1]), np.array(2)])


def test_a_value_that_a_rule_looks_at_only_later_counts_from_then_on(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    op = build.Reshape(given(dims=None), given(int64, None)).op
    check = FitCheck(op)

    def fickle(scope: Any) -> Any:  # it looks at the shape only of tensors that have values
        if 0 not in scope.shapes[0] and scope.value(1).sum() > 6:
            raise ValueError("too large")

    monkeypatch.setattr(op.definition, "shape", fickle)
    check([np.ones(0), np.array([7])])
    check([np.ones(2), np.array([1])])
    check([np.ones(0), np.array([1])])
    with pytest.raises(ValueError, match="too large"):
        check([np.ones(2), np.array([7])])


@pytest.mark.parametrize("sizes", [np.full(20, 1), np.array(["a"], object)], ids=["long", "texts"])
def test_a_value_that_is_not_remembered_is_looked_at_each_time(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, sizes: Any
) -> None:
    op = build.Reshape(given(dims=None), given(int64, None)).op
    monkeypatch.setattr(op.definition, "shape", lambda scope: scope.value(1))
    calls, check = asked(monkeypatch, op), FitCheck(op)
    for _ in range(3):
        check([np.ones(1), sizes])
    assert len(calls) == 3


def test_the_value_of_a_constant_is_always_the_same(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    op = build.GatherV2(given(dims=None), given(int64, None), 0).op
    calls, check = asked(monkeypatch, op), FitCheck(op)
    for _ in range(3):
        check([np.ones((2, 3)), np.array([1]), np.array(0)])
    assert len(calls) == 1
