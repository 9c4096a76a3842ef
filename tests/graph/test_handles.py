"""One variable under several handles: whoever reads, writes, feeds or saves it agrees on which one it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.import_meta import export_meta_graph, import_meta_graph
from estimator.core.dtypes import DType, float32, float64, int32, resource
from estimator.core.errors import FailedPreconditionError, InvalidArgumentError
from estimator.graph import build
from estimator.graph.function import FunctionGraph
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.handles import handle_dims, is_handle, variable_of
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from estimator.variables.variable import Variable, global_variables, global_variables_initializer
from tests.runtime.programs import OPTIMIZERS, all_values


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def handle(shared_name: str = "v", shape: Any = (2,), dtype: DType = float32, container: str = "") -> Tensor:
    """A handle of its own."""
    result: Tensor = build.VarHandleOp(
        dtype=dtype, shape=shape, shared_name=shared_name, container=container, name="handle"
    )
    return result


def read(of: Tensor) -> Tensor:
    """A read of the variable."""
    result: Tensor = build.ReadVariableOp(of, dtype=of.op.attrs["dtype"])
    return result


# -- names ---------------------------------------------------------------------------------------------------


def test_a_variable_is_known_by_the_name_it_shares_or_by_its_own() -> None:
    assert [variable_of(handle("v")), variable_of(handle("v")), variable_of(handle(""))] == [
        "v",
        "v",
        "handle_2",
    ]


def test_containers_keep_variables_of_one_name_apart() -> None:
    assert variable_of(handle("v", container="box")) not in (None, variable_of(handle("v")))


def test_a_handle_captured_by_functions_inside_functions_is_the_variables(graph: Graph) -> None:
    v = handle("v")
    body = FunctionGraph("body", graph)
    inner = FunctionGraph("inner", body)
    stand_in = inner.capture(v)
    assert is_handle(stand_in) and stand_in is not v
    assert variable_of(stand_in) == "v"
    assert handle_dims(stand_in) == (2,)


def test_a_handle_that_is_an_argument_is_known_only_when_it_runs(graph: Graph) -> None:
    argument = FunctionGraph("body", graph).add_argument(resource, ())
    assert variable_of(argument) is None
    assert handle_dims(argument) is None


def test_an_optimizers_update_writes_its_variable_and_its_slots() -> None:
    v, accum = handle("v"), handle("accum")
    update = build.ResourceApplyAdagrad(v, accum, 0.1, [1.0, 1.0])
    assert update.written == (v, accum)


@pytest.mark.parametrize(
    "use",
    [
        lambda v, x: build.ReadVariableOp(v, dtype=float64),
        build.AssignVariableOp,
        build.AssignAddVariableOp,
        lambda v, x: build.ResourceApplyGradientDescent(v, build.Cast(0.1, DstT=float64), x),
    ],
)
def test_an_operation_for_another_type_is_refused_when_it_is_made(use: Any) -> None:
    value = build.Placeholder(dtype=float64, shape=(2,))
    with pytest.raises(
        ValueError, match=r"variable 'handle' is float32, but \w+ is made for float64: use tf.cast"
    ):
        use(handle("v"), value)


# -- runs ----------------------------------------------------------------------------------------------------


def trials(make: Any, runs: int = 4) -> Any:
    """What both executors give, run by run, and the variables at the end; they must agree."""
    found = []
    for executor in ("interpreter", "numpy"):
        with Session(graph=Graph(), executor=executor) as session:
            fetches = make()
            session.run(global_variables_initializer())
            results = [[np.asarray(each).tolist() for each in session.run(fetches)] for _ in range(runs)]
            found.append((results, all_values(session)))
    assert found[0] == found[1]
    return found[0][0]


def test_a_meta_graph_imported_beside_its_origin_brings_no_second_variable() -> None:
    def old_value_and_write() -> list[Any]:
        v = Variable(0.0, name="v")
        import_meta_graph(export_meta_graph(), import_scope="again")
        again = next(each for each in global_variables() if each is not v)
        old = v.as_tensor()
        with get_default_graph().control_dependencies([old]):
            write = again.assign_add(1.0, read_value=False)
        with get_default_graph().control_dependencies([write]):
            return [build.Identity(old), again.as_tensor(), v]

    assert trials(old_value_and_write) == [[count, count + 1, count + 1] for count in range(4)]


@pytest.mark.parametrize("kind", ["assign", "add", "apply"])
def test_a_value_read_through_one_handle_is_not_changed_by_a_write_through_the_other(kind: str) -> None:
    def old_value_and_write() -> list[Any]:
        v = Variable([1.0, 2.0], name="v")
        other, slot = handle("v"), Variable([0.1, 0.1], name="slot")
        old = read(v.handle)
        grown = build.Mul(old, 2.0)
        with get_default_graph().control_dependencies([old, grown]):
            if kind == "assign":
                write = build.AssignVariableOp(other, grown)
            elif kind == "add":
                write = build.AssignAddVariableOp(other, old)
            else:
                write = build.ResourceApplyAdagrad(other, slot.handle, -1.0, grown)
        with get_default_graph().control_dependencies([write]):
            return [build.Identity(old), read(v.handle), read(other)]

    results = trials(old_value_and_write)
    assert all(new == seen_by_other and new != old for old, new, seen_by_other in results)
    assert [old for old, _, _ in results[1:]] == [new for _, new, _ in results[:-1]]


@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_what_an_optimizer_trains_is_seen_through_another_handle(optimizer: str) -> None:
    def loss_and_train() -> list[Any]:
        a, c = Variable([1.0, 2.0], name="a"), Variable([3.0], name="c")
        loss = build.Sum(
            build.ConcatV2([build.Square(read(handle("a"))), build.Square(a), build.Square(c)], 0), [0]
        )
        return [loss, OPTIMIZERS[optimizer]().minimize(loss).outputs or read(handle("a"))]

    losses = [loss for loss, _ in trials(loss_and_train)]
    assert losses[0] == 2 * (1.0 + 4.0) + 9.0


def test_two_handles_written_in_one_run_write_one_after_the_other() -> None:
    def both() -> list[Any]:
        v = Variable([0.0, 0.0], name="v")
        first = build.AssignAddVariableOp(v.handle, [1.0, 1.0])
        with get_default_graph().control_dependencies([first]):
            second = build.AssignAddVariableOp(handle("v"), [10.0, 10.0])
        with get_default_graph().control_dependencies([second]):
            return [read(v.handle)]

    assert trials(both, 3) == [[[11.0, 11.0]], [[22.0, 22.0]], [[33.0, 33.0]]]


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_a_fed_variable_is_fed_under_all_its_handles(executor: str) -> None:
    session = Session(executor=executor)
    v, other = Variable([1.0, 2.0], name="v"), handle("v")
    fetches = [read(v.handle), read(other), other, build.VarIsInitializedOp(other)]
    for _ in range(3):
        for fed in (v, other):
            *values, initialized = session.run(fetches, {fed: [5.0, 6.0]})
            assert [value.tolist() for value in values] == [[5.0, 6.0]] * 3
            assert initialized
    session.run(v.initializer)
    assert session.run(other).tolist() == [1.0, 2.0]
    with pytest.raises(InvalidArgumentError, match="is fed, and AssignAddVariableOp .* would write it"):
        session.run(build.AssignAddVariableOp(other, [1.0, 1.0]), {v: [5.0, 6.0]})


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_a_variable_is_initialised_through_any_handle(executor: str) -> None:
    session = Session(executor=executor)
    v, other = Variable([1.0, 2.0], name="v"), handle("v")
    checks = [build.VarIsInitializedOp(each) for each in (v.handle, other)]
    assert session.run(checks) == [False, False]
    with pytest.raises(FailedPreconditionError, match="variable 'v' has no value yet"):
        session.run(other)
    session.run(build.AssignVariableOp(other, [3.0, 4.0]))
    for _ in range(3):
        assert session.run(checks) == [True, True]
        assert session.run([v, other])[0].tolist() == [3.0, 4.0]


def test_a_handle_without_a_shared_name_can_be_loaded() -> None:
    session = Session()
    own = handle("")
    v = Variable.of_handle(own, build.AssignVariableOp(own, [1.0, 2.0]), None)
    v.load([5.0, 6.0], session)
    assert session.run(read(own)).tolist() == [5.0, 6.0]


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
@pytest.mark.parametrize("other", [{"dtype": int32}, {"shape": (3,)}, {"shape": (2, 1)}])
def test_handles_that_contradict_one_another_are_an_error_that_says_how(executor: str, other: Any) -> None:
    session = Session(executor=executor)
    v, wrong = Variable([1.0, 2.0], name="v"), handle("v", **other)
    session.run(v.initializer)
    for _ in range(3):
        with pytest.raises(InvalidArgumentError) as caught:
            session.run(read(wrong))
        assert "'handle'" in str(caught.value) and "it is float32 of shape (2,)" in str(caught.value)
        assert "another shared_name" in str(caught.value)
    assert session.run(v).tolist() == [1.0, 2.0]


def test_a_handle_of_unknown_shape_does_not_let_go_of_the_shape_that_another_knows() -> None:
    session = Session()
    v, vague = Variable([1.0, 2.0], name="v"), handle("v", shape=None)
    session.run(v.initializer)
    value = build.Placeholder(dtype=float32, shape=None)
    write = build.AssignVariableOp(vague, value)
    doubled = build.Mul(v, 2.0)
    for count in range(4):
        session.run(write, {value: [count, 1.0]})
        assert session.run(doubled).tolist() == [2.0 * count, 2.0]
    with pytest.raises(InvalidArgumentError, match=r"has shape \(2,\); a value of shape \(3,\)"):
        session.run(write, {value: [1.0, 2.0, 3.0]})
