"""Functions inside a program: interpreter and plan run them alike, and they do what the same operations outside do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from estimator.core.dtypes import float32, int32, int64
from estimator.core.errors import FailedPreconditionError, InvalidArgumentError
from estimator.functions.random import random_uniform
from estimator.graph import build
from estimator.graph.function import FunctionGraph
from estimator.graph.graph import Graph, get_default_graph
from estimator.optimizers.adam import AdamOptimizer
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import Variable, global_variables_initializer
from tests.bodies import branches, call, loop
from tests.runtime.programs import all_values, bits
from tests.runtime.test_plan import SHAPES, grow, recipes

RUNS = 5  # generic code first, plans from the second or third run on


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        graph.seed = 3
        yield graph


def placeholder(shape: Any, dtype: Any = float32) -> Any:
    return build.Placeholder(dtype=dtype, shape=shape)


def both(
    fetches: Any, feeds: Callable[[int], dict[Any, Any]] = lambda count: {}, runs: int = RUNS
) -> list[Any]:
    """What several runs give, which interpreter and plan agree on to the bit, variables included."""
    found = []
    for executor in ("interpreter", "numpy"):
        session = Session(executor=executor)
        session.store.seed = 11
        session.run(global_variables_initializer())
        results = [session.run(fetches, feeds(count)) for count in range(runs)]
        found.append((results, bits(results), all_values(session), session.store.random_state()))
    assert found[0][1:] == found[1][1:]
    return found[1][0]


# -- values ------------------------------------------------------------------------------------------


def test_the_branch_that_the_condition_says_is_run() -> None:
    pred, x = placeholder((), bool), placeholder((None,))
    (y,) = branches(pred, lambda: [x * 2.0], lambda: [x - 1.0])
    results = both(y, lambda count: {pred: count % 2 == 0, x: [1.0, count]})
    assert [result.tolist() for result in results] == [[2, 0], [0, 0], [2, 4], [0, 2], [2, 8]]


@pytest.mark.parametrize(
    ("value", "dtype", "holds"),
    [(2, int32, True), (0, int32, False), (b"x", "string", True), (b"", "string", False), ([0.0], float32, True),
     (np.zeros(0, np.float32), float32, False)],
)  # fmt: skip
def test_a_condition_that_is_no_bool_holds_if_it_is_not_empty(value: Any, dtype: Any, holds: bool) -> None:
    """Kernels If and While, tensorflow/core/kernels/functional_ops.cc: ToBool."""
    pred = placeholder(None, dtype)
    (y,) = branches(pred, lambda: [1.0], lambda: [0.0])
    assert both(y, lambda count: {pred: value}) == [holds] * RUNS


def test_a_loop_goes_on_as_long_as_its_condition_holds() -> None:
    limit, step = placeholder((), int32), placeholder((2,))
    count, total = loop(
        lambda i, total: i < limit, lambda i, total: [i + 1, total + step], [0, [0.0, 0.0]], stateless=True
    )
    results = both([count, total], lambda run: {limit: run, step: [1.0, 10.0]})
    assert [(int(i), total.tolist()) for i, total in results] == [(n, [n, 10 * n]) for n in range(RUNS)]


def test_a_loop_may_change_the_shape_of_what_it_carries() -> None:
    values = build.PlaceholderWithDefault(np.zeros(1, np.float32), shape=(None,))
    (doubled,) = loop(
        lambda x: build.Less(build.Size(x), 8), lambda x: [build.ConcatV2([x, x + 1.0], 0)], [values]
    )
    assert [result.tolist() for result in both(doubled)] == [[0, 1, 1, 2, 1, 2, 2, 3]] * RUNS


def test_a_call_gives_its_functions_results_and_takes_none() -> None:
    x = placeholder((2,))
    scale = x + 1.0
    y, z = call(lambda a: [a * scale, scale], [x])
    assert [bits(pair) for pair in both([y, z], lambda count: {x: [count, 2.0]})] == [
        bits([np.float32([count * (count + 1), 6]), np.float32([count + 1, 3])]) for count in range(RUNS)
    ]


def test_bodies_lie_in_bodies_and_capture_through_all_of_them() -> None:
    limit, x = placeholder((), int32), placeholder(())

    def step(i: Any, total: Any) -> list[Any]:
        (term,) = branches(build.Equal(i % 2, 0), lambda: call(lambda: [x * 10.0], []), lambda: [x])
        return [i + 1, total + term]

    _, total = loop(lambda i, total: i < limit, step, [0, 0.0])
    results = both(total, lambda run: {limit: run, x: 1.0 + run})
    assert results == [(run + 1) * sum(1 if i % 2 else 10 for i in range(run)) for run in range(RUNS)]


@settings(max_examples=12, deadline=None)
@given(recipe=recipes())
def test_a_body_gives_the_bits_of_the_same_operations_outside(recipe: list[Any]) -> None:
    def grown(inputs: list[Any]) -> list[Any]:
        tensors = [build.Mul(x, 1.5) for x in inputs]  # computed, so that they may be written over
        for step in recipe:
            made = grow(tensors, *step)
            if made is not None:
                tensors.append(made)
        return tensors[-4:]

    with Graph().as_default(), Session() as session:
        inputs = [placeholder(shape) for shape in SHAPES]
        outside = grown(inputs)
        inside = call(lambda: grown(inputs), [])
        deeper = branches(
            True, lambda: call(lambda *arguments: grown(list(arguments)), inputs), lambda: outside
        )
        rng = np.random.default_rng(1)
        feeds = {x: rng.standard_normal(x.dims).astype(np.float32) for x in inputs}
        for _ in range(3):
            expected, *found = session.run([outside, inside, deeper], feeds)
            assert [bits(result) for result in found] == [bits(expected)] * 2


# -- variables ---------------------------------------------------------------------------------------


def test_a_body_reads_and_writes_the_variables_around_it() -> None:
    v = Variable([1.0, 2.0], name="v")
    add = placeholder((), bool)

    def then() -> list[Any]:
        before = build.Identity(v)
        with get_default_graph().control_dependencies([before]):
            return [before, v.assign_add([1.0, 1.0])]

    old, new = branches(add, then, lambda: [v, v])
    results = both([old, new], lambda count: {add: count != 1})
    assert [(old[0], new[0]) for old, new in results] == [(1, 2), (2, 2), (2, 3), (3, 4), (4, 5)]


def test_a_loop_writes_in_every_round() -> None:
    v, rounds = Variable(0.0, name="v"), placeholder((), int32)

    def step(i: Any) -> list[Any]:
        v.assign_add(1.0, read_value=False)
        return [i + 1]

    (count,) = loop(lambda i: i < rounds, step, [0])
    with count.graph.control_dependencies([count]):
        after = build.Identity(v)
    assert both([count, after], lambda run: {rounds: run}) == [[0, 0], [1, 1], [2, 3], [3, 6], [4, 10]]


def test_a_variable_made_inside_is_made_once_and_initialised_with_the_others() -> None:
    def step(i: Any, x: Any) -> list[Any]:
        w = get_variable("w", initializer=np.full((2, 2), 0.5, np.float32))
        return [i + 1, build.MatMul(x, w)]

    _, x = loop(lambda i, x: i < 3, step, [0, np.ones((1, 2), np.float32)])
    assert [result.tolist() for result in both(x)] == [[[1.0, 1.0]]] * RUNS
    assert [variable.name for variable in x.graph.get_collection("trainable_variables")] == ["w:0"]


def test_a_variable_without_a_value_is_named_with_the_read_in_the_body() -> None:
    v = Variable(1.0, name="v")
    (y,) = call(lambda: [build.Neg(v)], [])
    for executor in ("interpreter", "numpy"):
        session = Session(executor=executor)
        for _ in range(3):
            with pytest.raises(FailedPreconditionError, match="variable 'v' has no value yet"):
                session.run(y)


def test_a_body_may_give_a_variable_its_first_value() -> None:
    v = Variable(1.0, name="v")
    (y,) = call(lambda: [v.assign(5.0)], [])
    session = Session()
    assert [session.run(y) for _ in range(3)] == [5, 5, 5]


def test_a_variable_that_is_fed_is_fed_to_bodies_too() -> None:
    v = Variable([1.0], name="v")
    (y,) = call(lambda: [v * 2.0], [])
    session = Session()
    session.run(v.initializer)
    assert session.run(y, {v: [4.0]}).tolist() == [8.0]
    assert session.run(y).tolist() == [2.0]


def test_a_variable_that_is_fed_may_not_be_written_by_a_body() -> None:
    v = Variable([1.0], name="v")
    (y,) = call(lambda: call(lambda: [v.assign([2.0])], []), [])
    with pytest.raises(
        InvalidArgumentError, match="variable 'v' is fed, and StatefulPartitionedCall 'call'.* write it"
    ):
        Session().run(y, {v: [4.0]})


def test_a_step_of_training_may_be_made_in_a_branch_and_is_made_only_when_that_runs(graph: Graph) -> None:
    def trained(inside: bool, executor: str) -> Any:
        with Graph().as_default() as graph, Session(executor=executor) as session:
            v, x, pred = Variable([1.0, 2.0], name="v"), placeholder((2,)), placeholder((), bool)
            loss = build.Sum(build.Square(v * x), [0])

            def step() -> list[Any]:
                train = AdamOptimizer(0.1).minimize(loss, global_step=get_or_create_global_step())
                with get_default_graph().control_dependencies([train]):
                    return [build.Const(value=np.float32(1), dtype=float32)]

            (done,) = branches(pred, step, lambda: [0.0]) if inside else step()
            unconditional = [
                op.name for op in graph.get_operations() if op.name.startswith(("gradients", "Adam"))
            ]
            session.run(global_variables_initializer())
            for count in range(8):
                if inside or count % 2:
                    session.run(done, {x: [3.0, 4.0], pred: count % 2 == 1})
            return all_values(session), unconditional

    expected, operations = trained(False, "numpy")
    assert operations
    assert trained(True, "interpreter") == trained(True, "numpy") == (expected, [])


# -- order -------------------------------------------------------------------------------------------


def test_a_value_beside_a_body_that_writes_is_the_old_one() -> None:
    v = Variable([0.0], name="v")
    (written,) = call(lambda: [v.assign_add([1.0])], [])  # made first, runs last
    results = both([build.Mul(v, 1.0), written])
    assert [(old[0], new[0]) for old, new in results] == [(n, n + 1) for n in range(RUNS)]


def test_a_read_that_is_used_behind_a_body_that_writes_keeps_its_value() -> None:
    v = Variable(np.zeros(3, np.float32), name="v")
    old = build.Identity(v)
    with old.graph.control_dependencies([old]):
        (written,) = branches(
            True, lambda: call(lambda: [v.assign_add(np.ones(3, np.float32))], []), lambda: [v]
        )
    with old.graph.control_dependencies([written]):
        doubled = build.Mul(old, 2.0)
    assert [result[0] for result in both(doubled)] == [2 * n for n in range(RUNS)]


def test_a_read_handed_to_a_loop_that_writes_the_variable_does_not_change_there() -> None:
    v = Variable(np.ones(2, np.float32), name="v")
    old = build.Identity(v)

    def step(i: Any, total: Any) -> list[Any]:
        v.assign_add(np.ones(2, np.float32), read_value=False)
        return [i + 1, total + old]

    _, total = loop(lambda i, total: i < 3, step, [0, np.zeros(2, np.float32)])
    assert [result[0] for result in both(total)] == [3, 12, 21, 30, 39]


def test_a_failing_assertion_in_a_branch_comes_before_the_first_write() -> None:
    v, x = Variable(0.0, name="v"), placeholder(())

    def checked() -> list[Any]:
        build.Assert(build.Less(x, 3.0), [x])
        return [x]

    (y,) = branches(True, checked, lambda: [x], stateless=True)
    update = v.assign_add(x, read_value=False)
    session = Session()
    session.run(v.initializer)
    for _ in range(3):
        session.run([update, y], {x: 1.0})
        with pytest.raises(InvalidArgumentError, match="assertion failed"):
            session.run([update, y], {x: 3.0})
    assert session.run(v) == 3.0
    assert not session.store.torn


def test_what_a_body_waits_for_outside_has_run_before_the_call() -> None:
    v = Variable(0.0, name="v")
    update = v.assign_add(1.0, read_value=False)

    def body() -> list[Any]:
        with get_default_graph().control_dependencies([update]):
            return [build.Identity(v)]

    assert both(call(body, [])) == [[1], [2], [3], [4], [5]]


# -- random numbers ----------------------------------------------------------------------------------


def test_a_body_draws_anew_at_every_call_and_apart_from_what_has_its_name_outside() -> None:
    outside = random_uniform([3])
    _, total = loop(
        lambda i, draws: i < 2, lambda i, draws: [i + 1, build.ConcatV2([draws, random_uniform([3])], 0)],
        [0, build.PlaceholderWithDefault(np.zeros(0, np.float32), shape=(None,))],
    )  # fmt: skip
    draws = np.concatenate([np.concatenate(pair) for pair in both([outside, total])])
    assert len(np.unique(draws)) == RUNS * 9


def test_random_numbers_in_bodies_go_on_where_they_stood() -> None:
    (y,) = call(lambda: [random_uniform([2])], [])
    session = Session()
    session.run(y)
    state = session.store.random_state()
    assert list(state["counts"]) == ["called:random_uniform/RandomUniform"]
    expected = bits([session.run(y) for _ in range(3)])
    resumed = Session()
    resumed.store.restore_random_state(state)
    assert bits([resumed.run(y) for _ in range(3)]) == expected


# -- failure -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_an_error_inside_names_the_operation_in_the_body_and_the_users_line(executor: str) -> None:
    x, index = placeholder((None,)), placeholder((), int32)
    (y,) = branches(True, lambda: call(lambda: [build.GatherV2(x, index, 0, name="row")], []), lambda: [0.0])
    session = Session(executor=executor)
    for position in (0, 0, 0, 7, 7):
        if position == 0:
            session.run(y, {x: [1.0], index: position})
            continue
        with pytest.raises(
            InvalidArgumentError, match=r"test_bodies.py:.*: GatherV2 'row' failed: "
        ) as caught:
            session.run(y, {x: [1.0], index: position})
        assert caught.value.op.name == "row"
        assert not session.store.torn


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_a_loop_that_fails_in_a_later_round_has_written_in_an_earlier_one(executor: str) -> None:
    v, limit = Variable(0.0, name="v"), placeholder((), int32)

    def step(i: Any) -> list[Any]:
        with get_default_graph().control_dependencies([build.Assert(build.Less(i, limit), [i])]):
            v.assign_add(1.0, read_value=False)
        return [i + 1]

    (count,) = loop(lambda i: i < 3, step, [0])
    session = Session(executor=executor)
    session.run(v.initializer)
    for _ in range(3):
        session.run(count, {limit: 9})
    assert not session.store.torn
    with pytest.raises(InvalidArgumentError, match=r"assertion failed: \[2\]"):
        session.run(count, {limit: 2})
    assert session.store.torn


# -- memory ------------------------------------------------------------------------------------------


def test_what_a_round_gives_may_be_what_it_was_given() -> None:
    def step(i: Any, a: Any, b: Any, c: Any) -> list[Any]:
        return [i + 1, b, build.Reshape(a, [2]), a + c]

    _, a, b, c = loop(lambda i, *_: i < 5, step, [0, [1.0, 2.0], [3.0, 4.0], [0.0, 0.0]])
    results = both([a, b, c])[-1]
    assert [result.tolist() for result in results] == [[3, 4], [1, 2], [9, 14]]  # a, b, a, b, a are added up


def test_what_a_loop_gives_stays_when_it_runs_again() -> None:
    def inner(start: Any) -> Any:
        return loop(lambda i, y: i < 3, lambda i, y: [i + 1, y * 2.0], [0, start])[1]

    def step(i: Any, first: Any, second: Any) -> list[Any]:
        return [i + 1, inner(second), inner(first)]

    _, first, second = loop(lambda i, *_: i < 4, step, [0, [1.0, 1.5], [3.0, 3.5]])
    x = placeholder((2,))
    one = inner(x)
    results = both([first, second, one, inner(one)], lambda run: {x: [run, 1.0]})
    assert [result.tolist() for result in results[-1][:2]] == [[4096, 6144], [12288, 14336]]
    assert [[result.tolist() for result in row[2:]] for row in results] == [
        [[8 * run, 8], [64 * run, 64]] for run in range(RUNS)
    ]


def test_shapes_that_change_from_round_to_round_and_back_keep_their_values() -> None:
    start = build.PlaceholderWithDefault(np.float32([1, 2]), shape=(None,))

    def step(i: Any, x: Any, total: Any) -> list[Any]:
        (y,) = branches(
            build.Equal(build.Size(x), 2), lambda: [build.ConcatV2([x, x + 1.0], 0)], lambda: [x[:2] * 2.0]
        )
        return [i + 1, y, total + build.Sum(y, [0])]

    _, x, total = loop(lambda i, *_: i < 6, step, [0, start, 0.0])
    assert [(values.tolist(), float(found)) for values, found in both([x, total])] == [([8, 16], 90)] * RUNS


def test_a_round_that_fails_behind_many_names_its_operation_and_the_users_line() -> None:
    x, last = placeholder((3,)), placeholder((), int32)

    def step(i: Any, y: Any) -> list[Any]:
        return [i + 1, y + build.GatherV2(x, i, 0, name="row")]

    def cond(i: Any, y: Any) -> Any:
        checked = build.GatherV2([0, 1, 2, 3, 4], i, 0, name="checked")
        return checked < last

    _, y = loop(cond, step, [0, 0.0])
    session = Session()
    for _ in range(4):
        assert session.run(y, {x: [1.0, 2.0, 4.0], last: 3}) == 7.0
    with pytest.raises(InvalidArgumentError, match=r"test_bodies.py:.*: GatherV2 'row' failed: ") as caught:
        session.run(y, {x: [1.0, 2.0, 4.0], last: 9})
    assert caught.value.op.name == "row"
    assert session.run(y, {x: [1.0, 2.0, 4.0], last: 2}) == 3.0


def test_a_variable_that_a_round_gives_another_shape_is_seen_by_the_next() -> None:
    handle = build.VarHandleOp(dtype=float32, shape=None, shared_name="v")
    first = build.AssignVariableOp(handle, np.ones(1, np.float32))

    def step(i: Any, total: Any) -> list[Any]:
        value = build.ReadVariableOp(handle, dtype=float32)
        with get_default_graph().control_dependencies([value]):
            write = build.AssignVariableOp(handle, build.ConcatV2([value, [1.0]], 0))
        with get_default_graph().control_dependencies([write]):
            return [i + 1, total + build.Sum(value, [0])]

    _, total = loop(lambda i, *_: i < 6, step, [0, 0.0])
    for executor in ("interpreter", "numpy"):
        session = Session(executor=executor)
        for _ in range(4):
            session.run(first)
            assert session.run(total) == 21.0


# -- plans -------------------------------------------------------------------------------------------


def test_graphs_that_differ_only_inside_a_body_do_not_share_a_plan() -> None:
    for factor in (2.0, 3.0, 2.0):
        with Graph().as_default(), Session() as session:
            x = placeholder((2,))
            (y,) = call(lambda x: call(lambda x: [x * factor], [x]), [x])  # noqa: B023
            for _ in range(4):
                assert session.run(y, {x: [1.0, 10.0]}).tolist() == [factor, 10 * factor]


def test_a_plan_of_another_graph_calls_the_functions_of_its_own_whatever_they_are_called() -> None:
    for number in range(3):
        with Graph().as_default() as graph, Session() as session:
            for _ in range(number):
                FunctionGraph("called", graph)
            x, v = placeholder((2,)), Variable([1.0, 2.0], name=f"v{number}")
            (y,) = call(lambda x: [x * v], [x])  # noqa: B023
            session.run(v.initializer)
            for _ in range(4):
                assert session.run(y, {x: [1.0, 10.0]}).tolist() == [1.0, 20.0]


def test_a_body_sees_the_variable_of_another_shape_that_a_write_has_given() -> None:
    handle = build.VarHandleOp(dtype=float32, shape=None, shared_name="v")
    value = placeholder(None)
    write = build.AssignVariableOp(handle, value)
    (y,) = call(lambda: [build.ReadVariableOp(handle, dtype=float32) * 2.0], [])
    session = Session()
    for size in (2, 2, 2, 3, 3, 3, 2):
        session.run(write, {value: np.ones(size)})
        assert session.run(y).tolist() == [2.0] * size


def test_a_plan_knows_what_bodies_write_not_only_what_they_are_given() -> None:
    for writes in (False, True, False):
        with Graph().as_default() as graph, Session() as session:
            v = Variable(np.zeros(3, np.float32), name="v")
            old = build.Identity(v)
            with graph.control_dependencies([old]):
                (after,) = call(lambda: [v.assign_add(np.ones(3, np.float32)) if writes else v], [])  # noqa: B023
            with graph.control_dependencies([after]):
                doubled = build.Mul(old, 2.0)
            session.run(v.initializer)
            assert [session.run(doubled)[0] for _ in range(4)] == [2 * n if writes else 0 for n in range(4)]


def test_a_body_does_not_rest_on_static_shapes_that_what_is_fed_outside_has_changed(graph: Graph) -> None:
    x, sizes = placeholder((6,)), graph.constant([2, 3])
    rows = build.Reshape(x, sizes)
    (y,) = call(lambda: [build.Mul(build.Neg(rows), 2.0)], [])
    session = Session()
    for _ in range(4):
        assert session.run(y, {x: np.arange(6), sizes: [3, 2]}).shape == (3, 2)
        assert session.run(y, {x: np.arange(6)}).shape == (2, 3)


def test_a_run_inside_the_run_of_a_body_has_buffers_of_its_own(graph: Graph) -> None:
    x = placeholder((2,))
    session = Session()
    inner: list[Any] = []

    class Again:
        def initialize(self, values: Any) -> None:
            if not inner or inner[-1] is not None:
                return
            inner[-1] = 0
            inner[-1] = session.run(y, {x: [50.0, 60.0]}).tolist()

    graph.resources["again"] = Again()

    def body(x: Any) -> list[Any]:
        more = x + 1.0
        with get_default_graph().control_dependencies([more]):
            again = build.MakeIterator([], shared_name="again")
        with get_default_graph().control_dependencies([again]):
            return [more * 2.0]

    (y,) = call(body, [x])
    for number in range(5):
        inner.append(None)
        assert session.run(y, {x: [number, 0.0]}).tolist() == [2.0 * number + 2, 2.0]
    assert inner == [[102.0, 122.0]] * 5


def test_an_iterator_goes_on_only_when_its_branch_runs(graph: Graph) -> None:
    class Numbers:
        count = 0

        def get_next(self) -> list[Any]:
            self.count += 1
            return [np.asarray(self.count)]

    numbers = graph.resources["numbers"] = Numbers()
    pred = placeholder((), bool)

    def following() -> list[Any]:
        return build.IteratorGetNext(output_types=[int64], output_shapes=[()], shared_name="numbers")

    (y,) = branches(pred, following, lambda: [build.Const(value=np.asarray(-1), dtype=int64)])
    session = Session()
    assert [int(session.run(y, {pred: n % 2 == 0})) for n in range(7)] == [1, -1, 2, -1, 3, -1, 4]
    assert numbers.count == 4


def test_a_body_goes_by_the_shape_that_the_elements_of_a_list_have_now(graph: Graph) -> None:
    x = placeholder((None, None))
    values = build.TensorListFromTensor(x, [-1])

    def add(i: Any, total: Any) -> list[Any]:
        row = build.TensorListGetItem(values, i, [-1], element_dtype=float32)
        assert row.dims == (None,)
        return [i + 1, build.Tanh(row * 2.0) + total]

    _, total = loop(lambda i, total: i < 3, add, [0, build.ZerosLike(x)[0]])
    sizes = [2, 2, 2, 3, 3, 3, 2, 0, 0, 0]
    found = both(total, lambda count: {x: np.arange(3.0 * sizes[count]).reshape(3, -1)}, len(sizes))
    for size, value in zip(sizes, found, strict=True):
        np.testing.assert_allclose(
            value, np.tanh(np.arange(6.0 * size, step=2).reshape(3, size)).sum(0), rtol=1e-6
        )


def test_a_round_may_give_a_list_elements_of_another_shape(graph: Graph) -> None:
    start = placeholder((None,))
    values = build.TensorListPushBack(build.EmptyTensorList([-1], -1, element_dtype=float32), start)

    def grow(i: Any, values: Any, total: Any) -> list[Any]:
        last = build.TensorListGetItem(values, i, [-1], element_dtype=float32)
        longer = build.ConcatV2([last, last[:1]], 0)
        return [i + 1, build.TensorListPushBack(values, longer), total + build.Sum(last, 0)]

    _, _, total = loop(lambda i, values, total: i < 4, grow, [0, values, 0.0])
    assert both(total, lambda count: {start: [1.0, 2.0]}) == [3 + 4 + 5 + 6] * RUNS
