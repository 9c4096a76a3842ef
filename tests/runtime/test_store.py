"""The values of variables and the state of the random ops."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.core.errors import FailedPreconditionError, InvalidArgumentError
from estimator.functions.indexing import gather
from estimator.graph import build
from estimator.graph.function import FunctionGraph
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.runtime import store as store_module
from estimator.runtime.session import Session
from estimator.runtime.store import VariableStore
from estimator.variables.variable import Variable, global_variables_initializer
from tests.distribution.threads import in_threads
from tests.runtime.programs import training


@pytest.fixture
def session() -> Any:
    with Session(graph=Graph()) as session:
        yield session


def places(store: VariableStore) -> dict[str, tuple[int, int, int] | None]:
    return {s.name: (s.place.index, s.place.start, s.place.stop) if s.place else None for s in store}


def variables(*names: str, size: int = 3) -> list[Variable]:
    return [Variable(np.ones(size, np.float32), name=name) for name in names]


def total(each: list[Variable]) -> Tensor:
    result: Tensor = build.Sum(build.AddN([build.Square(variable) for variable in each]), [0])
    return result


# -- values ------------------------------------------------------------------------------------------


def test_values_are_copied_in_and_out(session: Session) -> None:
    (v,) = variables("v")
    source = np.ones(3, np.float32)
    session.store.assign("v", source)
    source += 1
    read = session.store.read("v")
    read += 1
    assert session.run(v).tolist() == [1, 1, 1]


def test_a_value_of_another_type_is_refused(session: Session) -> None:
    variables("v")
    session.store.assign("v", np.ones(3, np.float32))
    with pytest.raises(InvalidArgumentError, match="variable 'v' is float32; a float64 cannot be assigned"):
        session.store.assign("v", np.ones(3))


def test_a_value_of_a_shape_that_the_graph_rules_out_is_refused(session: Session) -> None:
    (v,) = variables("v")
    session.run(v.initializer)
    with pytest.raises(InvalidArgumentError, match=r"variable 'v' has shape \(3,\); a value of shape \(4,\)"):
        session.store.assign("v", np.ones(4, np.float32))


def test_reading_what_has_no_value_says_what_to_run(session: Session) -> None:
    session.store.of_handle(variables("v")[0].handle)
    with pytest.raises(
        FailedPreconditionError, match="variable 'v' has no value yet: run tf.global_variables_init"
    ):
        session.store.read("v")
    with pytest.raises(KeyError, match="there is no variable 'w'"):
        session.store.read("w")
    assert not session.store.is_initialized("v")
    assert not session.store.is_initialized("w")


def test_restoring_copies_into_place_so_that_plans_go_on(session: Session) -> None:
    (v,) = variables("v")
    double = build.Mul(v, 2.0)
    session.run(v.initializer)
    for _ in range(3):
        session.run(double)
    array, layout = session.store.storage("v").array, session.store.layout
    session.store.assign("v", np.full(3, 5, np.float32))
    assert session.run(double).tolist() == [10, 10, 10]
    assert session.store.storage("v").array is array
    assert session.store.layout == layout


def test_another_shape_is_another_array_and_plans_are_made_anew(session: Session) -> None:
    handle = build.VarHandleOp(dtype=float32, shape=(None,), shared_name="v")
    double = build.Mul(build.ReadVariableOp(handle, dtype=float32), 2.0)
    for size in (1, 2, 3, 2, 1):
        session.store.assign("v", np.ones(size, np.float32))
        for _ in range(3):
            assert session.run(double).tolist() == [2.0] * size


# -- arenas ------------------------------------------------------------------------------------------


def test_variables_of_one_minimize_lie_side_by_side_and_their_slots_in_the_same_order(
    session: Session,
) -> None:
    each = variables("a", "b", "c")
    AdagradOptimizer(0.1).minimize(total(each))
    session.run(global_variables_initializer())
    assert places(session.store) == {
        "a": (0, 0, 3), "b": (0, 3, 6), "c": (0, 6, 9),
        "a/Adagrad": (1, 0, 3), "b/Adagrad": (1, 3, 6), "c/Adagrad": (1, 6, 9),
    }  # fmt: skip


def test_each_minimize_has_an_arena_of_its_own(session: Session) -> None:
    first, second = variables("a", "b"), variables("c", "d")
    GradientDescentOptimizer(0.1).minimize(total(first), var_list=first)
    GradientDescentOptimizer(0.1).minimize(total(second), var_list=second)
    session.run(global_variables_initializer())
    assert {place and place[0] for place in places(session.store).values()} == {0, 1}


def test_what_two_optimizers_change_has_an_array_of_its_own(session: Session) -> None:
    shared, own = variables("shared"), variables("own", "other")
    GradientDescentOptimizer(0.1).minimize(total(shared + own), var_list=shared + own)
    GradientDescentOptimizer(0.2).minimize(total(shared), var_list=shared)
    session.run(global_variables_initializer())
    found = places(session.store)
    assert found["shared"] is None
    assert None not in (found["own"], found["other"])


def test_tables_that_are_updated_by_rows_lie_side_by_side_by_the_shape_of_their_rows(
    session: Session,
) -> None:
    sizes = {"a": (4, 2), "b": (3, 1), "c": (5, 2), "d": (2, 1), "e": (6, 2)}
    tables = [Variable(np.ones(shape, np.float32), name=name) for name, shape in sizes.items()]
    rows = [gather(table, np.array([0, 1])) for table in tables]
    losses = [build.Sum(part, [0, 1]) for part in rows]
    AdagradOptimizer(0.1).minimize(build.AddN(losses[:4]), var_list=tables[:4])
    AdagradOptimizer(0.2).minimize(losses[4], var_list=tables[4:])
    session.run(global_variables_initializer())
    found = places(session.store)
    assert [found[name] for name in ("a", "c", "b", "d", "e")] == [
        (0, 0, 8), (0, 8, 18), (2, 0, 3), (2, 3, 5), (4, 0, 12),
    ]  # fmt: skip
    assert found["c/Adagrad"] == (1, 8, 18)
    assert session.store.storage("c").value.shape == (5, 2)


def test_large_variables_stay_outside(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "ARENA_LIMIT", 16)
    each = [*variables("a", "b"), *variables("large", size=5)]
    GradientDescentOptimizer(0.1).minimize(build.AddV2(total(each[:2]), total(each[2:])))
    session.run(global_variables_initializer())
    assert places(session.store) == {"a": (0, 0, 3), "b": (0, 3, 6), "large": None}


def test_variables_made_later_have_arrays_of_their_own_or_a_new_arena(session: Session) -> None:
    first = variables("a")
    GradientDescentOptimizer(0.1).minimize(total(first))
    session.run(global_variables_initializer())
    arrays = {each.name: each.array for each in session.store}
    later = variables("x", "y")
    train = GradientDescentOptimizer(0.5).minimize(total(later), var_list=later)
    session.run([each.initializer for each in later])
    assert session.store.storage("a").array is arrays["a"]
    for _ in range(3):
        session.run(train)
    assert session.run(later)[0].tolist() == [0, 0, 0]  # w - 0.5 * 2 w


def test_restoring_before_anything_ran_lies_in_the_arena_too(session: Session) -> None:
    each = variables("a", "b")
    train = GradientDescentOptimizer(0.25).minimize(total(each))
    session.store.assign("b", np.full(3, 8, np.float32))
    session.store.assign("a", np.full(3, 4, np.float32))
    assert places(session.store) == {"a": (0, 0, 3), "b": (0, 3, 6)}
    for _ in range(3):
        session.run(train)  # halves
    assert [value[0] for value in session.run(each)] == [0.5, 1.0]


# -- randomness --------------------------------------------------------------------------------------


def noise(graph_seed: int | None = 1, **attrs: Any) -> tuple[Session, Tensor]:
    graph = Graph()
    graph.seed = graph_seed
    with graph.as_default():
        draw = build.RandomUniform([3], dtype=float32, **attrs)
    return Session(graph=graph), draw


def test_each_execution_draws_anew_and_the_same_seeds_draw_the_same() -> None:
    first, draw = noise(seed=1, seed2=2)
    second, again = noise(seed=1, seed2=2)
    drawn = [first.run(draw).tolist() for _ in range(4)]
    assert drawn == [second.run(again).tolist() for _ in range(4)]
    assert len({tuple(values) for values in drawn}) == 4


def test_other_seeds_draw_other_numbers() -> None:
    drawn = set()
    for attrs in ({"seed": 1, "seed2": 2}, {"seed": 2, "seed2": 1}, {"seed": 1}, {"seed2": 1}):
        session, draw = noise(**attrs)
        drawn.add(tuple(session.run(draw)))
    assert len(drawn) == 4


def test_ops_without_a_seed_differ_from_each_other_and_from_other_sessions() -> None:
    graph = Graph()
    with graph.as_default():
        draws = [build.RandomUniform([3], dtype=float32) for _ in range(2)]
    drawn = [tuple(value) for _ in range(2) for value in Session(graph=graph).run(draws)]
    assert len(set(drawn)) == 4


def test_ops_count_for_themselves() -> None:
    graph = Graph()
    with graph.as_default():
        a, c = (build.RandomUniform([3], dtype=float32, seed=1, seed2=seed) for seed in (1, 2))
    session, reference = Session(graph=graph), Session(graph=graph)
    for _ in range(3):
        session.run(a)
    assert session.run(c).tolist() == reference.run(c).tolist()


def test_an_operation_in_a_function_counts_apart_from_its_namesake_outside() -> None:
    graph = Graph()
    graph.seed = 3
    bodies = [graph, FunctionGraph("body", graph)]
    bodies.append(FunctionGraph("inner", bodies[1]))
    ops = []
    for body in bodies:
        with body.as_default():
            ops.append(build.RandomUniform([3], dtype=float32, name="noise").op)
    store = Session(graph=graph).store
    drawn = [store.generator(op).random(3).tolist() for op in (*ops, *ops)]
    assert len({tuple(draw) for draw in drawn}) == 6
    assert store.random_state()["counts"] == {"noise": 2, "body:noise": 2, "inner:noise": 2}


def test_a_datasets_function_counts_under_plain_names() -> None:
    body = FunctionGraph("Dataset.map", Graph(), capture_by_value=True)
    with body.as_default():
        noise = build.RandomUniform([3], dtype=float32, name="noise")
    session = Session(graph=body)
    session.run(noise)
    assert session.store.random_state()["counts"] == {"noise": 1}


def test_a_restored_state_draws_what_an_uninterrupted_run_draws() -> None:
    whole, draw = noise(seed=0)
    state: Any = None
    drawn = []
    for count in range(6):
        if count == 3:
            state = whole.store.random_state()
        drawn.append(whole.run(draw).tolist())
    resumed, again = noise(seed=0)
    resumed.store.restore_random_state(state)
    assert [resumed.run(again).tolist() for _ in range(3)] == drawn[3:]


def test_a_training_with_dropout_resumes_as_if_it_had_not_been_interrupted() -> None:
    model = training("Adam")
    whole = model.session()
    for seed in range(4):
        whole.run(model.fetches["train"], model.feeds(5, seed))
    first = model.session()
    for seed in range(2):
        first.run(model.fetches["train"], model.feeds(5, seed))
    second = Session(graph=model.graph)
    for storage in first.store:
        second.store.assign(storage.name, storage.value)
    second.store.restore_random_state(first.store.random_state())
    for seed in range(2, 4):
        second.run(model.fetches["train"], model.feeds(5, seed))
    assert all(second.store.read(each.name).tobytes() == each.value.tobytes() for each in whole.store)


def test_processes_draw_apart_but_for_what_variables_begin_with() -> None:
    def draws(rank: int) -> list[list[float]]:
        with Graph().as_default() as graph:
            dropped, first, chosen = (
                build.RandomUniform([3], dtype=float32, seed=5, seed2=7, name=name)
                for name in ("dropout/random", "kernel/Initializer/random", "chosen")
            )
            graph.equal_draws.add(chosen.op)
            with Session(graph=graph) as session:
                return [values.tolist() for values in session.run([dropped, first, chosen])]

    own, other, third = in_threads(3, draws)
    assert own == draws(0), "the first process draws what one alone does"
    assert own[1:] == other[1:] == third[1:]
    assert own[0] not in (other[0], third[0])
    assert other[0] != third[0]
