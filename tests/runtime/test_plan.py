"""The plan gives the interpreter's bits, whatever it does with memory."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.core.dtypes import float32, string
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.runtime import store
from estimator.runtime.facts import Facts
from estimator.runtime.lifetimes import Lifetimes
from estimator.runtime.session import Session
from estimator.runtime.updates import find_update_runs
from estimator.variables.variable import Variable, global_variables_initializer
from tests.runtime.programs import OPTIMIZERS, Training, all_values, answers, bits, training

SIZES = [
    8,
    8,
    8,
    1,
    1,
    1,
    8,
    5,
    5,
    5,
    8,
]  # each size generic first, then by a plan; the last batch is smaller


def steps(model: Training, executor: str, sizes: list[int] = SIZES) -> Any:
    """All that the steps give, and the variables at the end."""
    session = model.session(executor)
    results = [bits(session.run(model.fetches, model.feeds(size, seed))) for seed, size in enumerate(sizes)]
    return results, all_values(session)


# -- whole trainings ---------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_training_with_dropout_metrics_and_summaries_is_the_interpreters(optimizer: str) -> None:
    model = training(optimizer)
    assert steps(model, "numpy") == steps(model, "interpreter")


def test_every_tensor_on_the_way_can_be_fetched() -> None:
    model = training()
    session, reference = model.session("numpy"), model.session("interpreter")
    operations = session.prepare(model.fetches, list(model.feeds(3))).program.order
    tensors = [t for op in operations for t in op.outputs if t.dtype.name != "resource"]
    assert len(tensors) > 100
    for seed in range(3):
        fetches = [model.fetches["train"], *tensors]
        assert bits(session.run(fetches, model.feeds(6, seed))) == bits(
            reference.run(fetches, model.feeds(6, seed))
        )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_updates_of_neighbours_in_an_arena_are_one_run(optimizer: str) -> None:
    model = training(optimizer)
    session = model.session()
    program = session.prepare(model.fetches["train"], [model.x, model.labels]).program
    lifetimes = Lifetimes(program, Facts(program, [(5, 4), (5,)]))
    (run,) = find_update_runs(program.order, session.store, lifetimes)
    assert [part.update for part in run.parts] == [op for op in program.order if op.definition.apply]
    assert len(run.parts) == 6
    assert run.size == 4 * 10 + 10 + 10 * 7 + 7 + 7 * 3 + 3


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_updates_one_by_one_give_the_bits_of_fused_ones(
    optimizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fused = steps(training(optimizer), "numpy", [8] * 4)
    monkeypatch.setattr(store, "ARENA_LIMIT", 0)  # nothing fits an arena
    model = training(optimizer)
    session = model.session()
    assert all(each.place is None for each in session.store)
    assert steps(model, "numpy", [8] * 4) == fused


@pytest.mark.parametrize("size", [131_073, 140_000, 196_608])
@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "Ftrl"])
def test_blocks_and_the_rest_behind_them_give_the_bits_of_one_call(size: int, optimizer: str) -> None:
    def trained(executor: str) -> dict[str, bytes]:
        with Session(graph=Graph(), executor=executor) as session:
            x = build.Placeholder(dtype=float32, shape=(size,))
            v = Variable(np.linspace(-1, 1, size, dtype=np.float32), name="v")
            train = OPTIMIZERS[optimizer]().minimize(build.Sum(build.Mul(build.Square(v), x), [0]))
            session.run(global_variables_initializer())
            values = np.random.default_rng(2).random(size, np.float32)
            for _ in range(3):
                session.run(train, {x: values})
            return all_values(session)

    assert trained("numpy") == trained("interpreter")


def test_two_optimizers_share_a_variable() -> None:
    def trained(executor: str) -> Any:
        with Session(graph=Graph(), executor=executor) as session:
            a, c = Variable(np.ones(3, np.float32), name="a"), Variable(np.ones(3, np.float32), name="c")
            loss = build.Sum(build.Square(build.AddV2(a, c)), [0])
            slow = GradientDescentOptimizer(0.1).minimize(loss, var_list=[a, c])
            fast = AdagradOptimizer(0.5).minimize(loss, var_list=[c])
            session.run(global_variables_initializer())
            for _ in range(4):
                session.run(slow)
                session.run(fast)
            return all_values(session), session.run([a, c])

    planned, (a, c) = trained("numpy")
    assert planned == trained("interpreter")[0]
    assert not np.array_equal(a, c)


def test_variables_with_one_and_the_same_gradient_both_move() -> None:
    with Session(graph=Graph()) as session:
        a, c = Variable(np.zeros(3, np.float32), name="a"), Variable(np.zeros(3, np.float32), name="c")
        x = build.Placeholder(dtype=float32, shape=(3,))
        train = GradientDescentOptimizer(1.0).minimize(build.Sum(build.Mul(build.AddV2(a, c), x), [0]))
        session.run(global_variables_initializer())
        for _ in range(4):
            session.run(train, {x: [1.0, 2.0, 3.0]})
        assert [value.tolist() for value in session.run([a, c])] == [[-4, -8, -12]] * 2


def test_a_plan_is_used_by_the_next_graph_that_does_the_same_on_its_own_variables() -> None:
    first, second = training(), training()
    assert steps(first, "numpy", [4] * 3) == steps(second, "numpy", [4] * 3)


def test_graphs_that_differ_in_a_constant_do_not_share_a_plan() -> None:
    for factor in (2.0, 3.0):
        with Session(graph=Graph()) as session:
            x = build.Placeholder(dtype=float32, shape=(2,))
            y = build.Mul(x, factor)
            for _ in range(3):
                assert session.run(y, {x: [1.0, 10.0]}).tolist() == [factor, 10 * factor]


# -- memory ------------------------------------------------------------------------------------------


def test_a_read_before_a_write_keeps_the_old_value() -> None:
    with Session(graph=Graph()) as session:
        v = Variable(np.zeros(3, np.float32), name="v")
        old = build.Identity(v)
        with session.graph.control_dependencies([old]):
            write = v.assign_add([1.0, 1.0, 1.0])
        with session.graph.control_dependencies([write]):
            doubled = build.Mul(old, 2.0)  # of the value before the write
        session.run(v.initializer)
        for count in range(4):
            assert session.run([doubled, write])[0].tolist() == [2.0 * count] * 3


def test_results_are_the_callers_own() -> None:
    with Session(graph=Graph()) as session:
        x = build.Placeholder(dtype=float32, shape=(2,))
        v = Variable(np.ones(2, np.float32), name="v")
        session.run(v.initializer)
        fetches = [build.Neg(x), build.Reshape(x, [2, 1]), x, v, build.Identity(v)]
        source = np.array([1, 2], np.float32)
        for _ in range(3):
            for result in session.run(fetches, {x: source}):
                result += 100
        assert source.tolist() == [1, 2]
        assert session.run(v).tolist() == [1, 1]


def test_results_of_earlier_runs_do_not_change() -> None:
    with Session(graph=Graph()) as session:
        x = build.Placeholder(dtype=float32, shape=(2,))
        y = build.Neg(x)
        results = [session.run(y, {x: [float(count), 0.0]}) for count in range(5)]
        assert [result[0] for result in results] == [0, -1, -2, -3, -4]


def test_fed_tensors_in_the_middle_replace_what_leads_to_them() -> None:
    with Session(graph=Graph()) as session:
        x = build.Placeholder(dtype=float32, shape=(None,))
        middle = build.Mul(x, 2.0)
        end = build.AddV2(middle, 1.0)
        for _ in range(3):
            assert session.run(end, {middle: [5.0]}).tolist() == [6.0]


def test_a_fed_tensor_stays_fed_where_its_operation_runs_all_the_same() -> None:
    with Session(graph=Graph()) as session:
        x = build.Placeholder(dtype=float32, shape=(None,))
        middle = build.Mul(x, 2.0)
        other = build.Square(x)
        with session.graph.control_dependencies([middle.op]):
            end = build.AddV2(build.Neg(other), middle)
        for _ in range(3):
            result = session.run([middle.op, end], {x: [1.0], middle: [50.0]})
            assert result[1].tolist() == [49.0]


def test_a_fed_constant_counts_and_the_static_shapes_that_rest_on_it_do_not() -> None:
    with Session(graph=Graph()) as session:
        x = build.Placeholder(dtype=float32, shape=(6,))
        sizes = session.graph.constant([2, 3])
        y = build.Mul(build.Reshape(x, sizes), 2.0)
        for _ in range(3):
            assert session.run(y, {x: np.arange(6), sizes: [3, 2]}).shape == (3, 2)


SHAPES = [(2, 3), (3, 2), (6,), (3, 3), (2, 2), (1, 3)]
UNARY = ["Neg", "Tanh", "Square", "Relu", "Identity", "Exp", "Sigmoid", "Softmax"]
BINARY = ["AddV2", "Mul", "Sub", "Maximum", "SquaredDifference"]


@st.composite
def recipes(draw: st.DrawFn) -> list[tuple[str, int, int, int]]:
    """Operations by name, with numbers that choose their inputs and attributes."""
    number = st.integers(0, 30)
    names = st.sampled_from([*UNARY, *BINARY, "Reshape", "MatMul", "Sum", "Transpose", "ConcatV2", "AddN"])
    return draw(st.lists(st.tuples(names, number, number, number), min_size=3, max_size=14))


def grow(tensors: list[Tensor], name: str, first: int, second: int, third: int) -> Tensor | None:
    """One more tensor; None if the operation does not fit the inputs chosen."""
    a, c = tensors[first % len(tensors)], tensors[second % len(tensors)]
    rank = len(a.dims or ())
    if name in UNARY:
        result = getattr(build, name)(a) if name != "Softmax" or rank == 2 else build.Neg(a)
    elif name == "Reshape":
        result = build.Reshape(a, [[-1], [1, -1], [-1, 1]][third % 3])
    elif name == "Transpose":
        result = build.Transpose(a, list(range(rank))[::-1])
    elif name == "Sum":
        result = build.Sum(a, [third % rank], keep_dims=True) if rank else a
    elif name == "ConcatV2":
        if a.dims is None or c.dims is None or a.dims[1:] != c.dims[1:] or not rank:
            return None
        result = build.ConcatV2([a, c], 0)
    else:
        try:
            result = build.AddN([a, c, a]) if name == "AddN" else getattr(build, name)(a, c)
        except ValueError:  # shapes that do not go together
            return None
    return None if np.prod(result.dims) > 500 else result


@settings(max_examples=60, deadline=None)
@given(recipe=recipes(), wanted=st.sets(st.integers(0, 30), min_size=1, max_size=4))
def test_using_memory_again_never_harms_a_later_read(recipe: list[Any], wanted: set[int]) -> None:
    graph = Graph()
    rng = np.random.default_rng(1)
    with graph.as_default():
        inputs = [build.Placeholder(dtype=float32, shape=shape) for shape in SHAPES]
        tensors = [build.Mul(each, 1.5) for each in inputs]  # computed, so that they may be written over
        for step in recipe:
            made = grow(tensors, *step)
            if made is not None:
                tensors.append(made)
    feeds = {each: rng.standard_normal(each.dims).astype(np.float32) for each in inputs}
    fetches = [tensors[-1], *(tensors[index % len(tensors)] for index in sorted(wanted))]
    with Session(graph=graph, executor="interpreter") as session:
        expected = bits(session.run(fetches, feeds))
    with Session(graph=graph) as session:
        for _ in range(3):
            assert bits(session.run(fetches, feeds)) == expected


# -- when it is used ---------------------------------------------------------------------------------


def test_a_shape_that_only_the_run_tells_is_planned_around() -> None:
    with Session(graph=Graph()) as session:
        x = build.Placeholder(dtype=float32, shape=(None,))
        places = build.Where(build.Greater(x, 0.0))
        count = build.Mul(build.Cast(build.Shape(places), DstT=float32), 2.0)
        for values, expected in [([1.0, -1.0], 2.0), ([1.0, 1.0], 4.0), ([-1.0, -1.0], 0.0)] * 2:
            assert session.run(count, {x: values})[0] == expected


def test_shapes_that_turn_out_not_to_fit_are_named_by_the_plan_too() -> None:
    with Session(graph=Graph()) as session:
        x, y = (build.Placeholder(dtype=float32, shape=None, name=name) for name in "xy")
        total = build.AddV2(x, y, name="total")
        for _ in range(3):
            with pytest.raises(
                InvalidArgumentError, match=r"test_plan.py.*'total' failed.*x:0 \(2,\).*y:0 \(3,\)"
            ):
                session.run(total, {x: [1.0, 2.0], y: [1.0, 2.0, 3.0]})


TEXTS = {  # what TensorFlow 2.15 gives for x = "a\0" and xs = ["a\0", "b"]
    "joined scalars": (lambda x, xs: build.Add(x, "b\0"), b"a\0b\0"),
    "joined rows, twice": (
        lambda x, xs: build.Add(build.Add(xs, ["x", "y\0"]), x),
        [b"a\0xa\0", b"by\0a\0"],
    ),
    "one of a row": (lambda x, xs: xs[0], b"a\0"),
    "gathered": (lambda x, xs: build.GatherV2(xs, 0, 0), b"a\0"),
    "unpacked": (lambda x, xs: build.Unpack(xs, num=2)[0], b"a\0"),
    "packed": (lambda x, xs: build.Pack([x, "c\0"]), [b"a\0", b"c\0"]),
    "padded": (lambda x, xs: build.Pad(xs, [[1, 0]]), [b"", b"a\0", b"b"]),
    "reshaped": (lambda x, xs: build.Reshape(xs[:1], np.zeros(0, np.int32)), b"a\0"),
    "folded": (lambda x, xs: build.Add("a", build.Add("b\0", "\0")), b"ab\0\0"),
}


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
@pytest.mark.parametrize("name", TEXTS)
def test_texts_keep_their_last_bytes(name: str, executor: str) -> None:
    make, expected = TEXTS[name]
    with Session(graph=Graph(), executor=executor) as session:
        x, xs = (build.Placeholder(dtype=string, shape=shape) for shape in ((), (2,)))
        result = make(x, xs)
        for _ in range(3):  # generic, planned, planned again
            value = session.run(result, {x: b"a\0", xs: [b"a\0", b"b"]})
            assert (value.tolist() if isinstance(value, np.ndarray) else value) == expected


def test_a_variable_of_texts_is_read_before_it_is_written() -> None:
    with Session(graph=Graph(), executor="numpy") as session:
        texts = Variable(["a\0", "b"])
        before = texts.value()
        with session.graph.control_dependencies([before]):
            longer = texts.assign(build.Add(before, "\0"))
        session.run(global_variables_initializer())
        for count in range(3):
            old, new = session.run([before, longer])
            assert old.tolist() == [b"a\0" + b"\0" * count, b"b" + b"\0" * count]
            assert new.tolist() == [text + b"\0" for text in old]


def test_folded_values_give_no_numpy_warnings() -> None:
    with Session(graph=Graph()) as session:
        x = build.Placeholder(dtype=float32, shape=())
        y = build.AddV2(build.Log(0.0), x)
        for _ in range(3):
            assert session.run(y, {x: 1.0}) == -np.inf


def test_arguments_that_a_plan_does_not_know_are_read_in_the_run_where_the_shape_is_known_without_them() -> (
    None
):
    with Graph().as_default():
        row, index, axis = (
            build.Placeholder(dtype=dtype, shape=shape)
            for dtype, shape in (("float32", (4,)), ("int32", ()), ("int32", ()))
        )
        axes = build.Placeholder(dtype="int32", shape=(1,))
        nothing = build.Placeholder(dtype="int32", shape=(0, 2))
        fetches = [
            build.GatherV2(row, index, axis), build.ReverseV2(build.Reshape(row, [2, 2]), axes),
            build.Pad(build.Reshape(row[:1], []), nothing),
        ]  # fmt: skip
        found = []
        for executor in ("interpreter", "numpy"):
            session = Session(executor=executor)
            for place in (0, 0, 0, 1, 1):
                feeds = {row: [1, 2, 3, 4], index: 2, axis: 0, axes: [place], nothing: np.zeros((0, 2))}
                found.append([value.tolist() for value in session.run(fetches, feeds)])
    first, second = [3.0, [[3.0, 4.0], [1.0, 2.0]], 1.0], [3.0, [[2.0, 1.0], [4.0, 3.0]], 1.0]
    assert found == [first, first, first, second, second] * 2


@pytest.mark.parametrize("target", [[-1], [-1, 2], [2, -1], [-1, 1, 1]])
def test_a_view_of_rows_whose_number_only_the_run_tells_is_the_interpreters(target: list[int]) -> None:
    def rows(x: Tensor) -> Any:
        matrix = build.Tile(build.Reshape(build.Unique(x)[0], [-1, 1]), [1, 2])
        view = build.Reshape(matrix, target)
        return view, build.Reshape(view, [-1]), build.Neg(build.Reshape(view, [-1]))

    for values in ([3, 1, 3, 2], [5, 5], []):
        found = answers(rows, np.array(values, np.float32))
        assert found.plan == found.interpreter


def test_what_several_operations_do_alike_is_done_once_with_the_bits_of_the_interpreter() -> None:
    def made(x: Tensor, shares: bool) -> Any:
        first = build.Neg(x)
        again, last = (first, first) if shares else (build.Neg(x), build.Neg(x))
        changed = build.Exp(first)  # it must not be written over the memory that `again` lies in
        return build.Mul(changed, again), build.Unique(again)[0], build.Unique(last)[1]

    x = np.array([1.0, 2.0, 1.0], np.float32)
    found, shared = (answers(partial(made, shares=shares), x) for shares in (False, True))
    assert found.plan == found.interpreter == shared.plan
    assert len(found.lines) == len(shared.lines)
