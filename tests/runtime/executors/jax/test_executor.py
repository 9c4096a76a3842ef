from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.variable import Variable
from tests.runtime.programs import OPTIMIZERS, training

pytestmark = pytest.mark.jax


def numbers(session: Session) -> dict[str, Any]:
    return {each.name: each.value.copy() for each in session.store if each.initialized}


def assert_close(found: Any, wanted: Any) -> None:
    if isinstance(wanted, dict):
        assert found.keys() == wanted.keys()
        for key, value in wanted.items():
            assert_close(found[key], value)
    elif isinstance(wanted, (list, tuple)):
        for pair in zip(found, wanted, strict=True):
            assert_close(*pair)
    elif wanted is not None and not isinstance(wanted, bytes):
        assert np.asarray(found).dtype == np.asarray(wanted).dtype
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_training_gives_the_interpreters_numbers(optimizer: str) -> None:
    case = training(optimizer)
    ours, theirs = case.session("jax"), case.session("interpreter")
    wanted = case.fetches if optimizer == "Adam" else {key: case.fetches[key] for key in ("train", "loss")}
    for step in range(20):
        feeds = case.feeds(32, step)
        assert_close(ours.run(wanted, feeds), theirs.run(wanted, feeds))
    assert_close(numbers(ours), numbers(theirs))
    assert numbers(ours)["global_step"] == 20


def test_a_failing_check_changes_nothing_and_says_what_the_interpreter_says() -> None:
    graph = Graph()
    with graph.as_default():
        total = Variable(np.float32(1.0), name="total")
        x = build.Placeholder(dtype=np.float32, shape=(None,), name="x")
        check = build.Assert(
            build.Less(build.Sum(x, 0), np.float32(10.0)), [np.array(b"too much", object), x]
        )
        with graph.control_dependencies([check]):
            update = total.assign_add(build.Sum(x, 0) * 2.0)
    with Session(graph=graph, executor="jax") as session:
        session.run(total.initializer)
        assert session.run(update, {x: [1.0, 2.0]}) == 7.0
        with pytest.raises(InvalidArgumentError, match=r"too much.*\[8 9\]"):
            session.run(update, {x: [8.0, 9.0]})
        assert not session.store.torn
        assert session.run(update, {x: [1.0]}) == 9.0


NO_SOLUTIONS = {
    "Cholesky": ([[1, 2], [2, 1]], "decomposition was not successful"),
    "MatrixInverse": ([[1, 2], [2, 4]], "not invertible"),
    "MatrixSolve": ([[1, 2], [2, 4]], "not invertible"),
    "Svd": ([[np.nan, 2], [2, 4]], "SVD did not converge"),
}


@pytest.mark.parametrize("op_type", NO_SOLUTIONS)
def test_a_matrix_without_a_solution_is_an_error_as_under_numpy_and_changes_nothing(op_type: str) -> None:
    matrix, message = NO_SOLUTIONS[op_type]
    with Graph().as_default() as graph:
        total = Variable(np.float32(0.0), name="total")
        x = build.Placeholder(dtype=np.float32, shape=(2, 2), name="x")
        found = getattr(build, op_type)(*([x, x] if op_type == "MatrixSolve" else [x]))
        first = found[0] if op_type == "Svd" else found
        update = total.assign_add(build.Sum(build.Abs(first), np.arange(first.shape.ndims, dtype=np.int32)))
    with Session(graph=graph, executor="jax") as session:
        session.run(total.initializer)
        before = session.run(update, {x: [[2.0, 0.0], [0.0, 2.0]]})
        with pytest.raises(InvalidArgumentError, match=message):
            session.run(update, {x: matrix})
        assert session.run(total) == before > 0


def test_an_inverse_of_what_is_no_number_is_none() -> None:
    with Graph().as_default() as graph:
        x = build.Placeholder(dtype=np.float32, shape=(1, 1), name="x")
        inverse = build.MatrixInverse(x)
    with Session(graph=graph, executor="jax") as session:
        assert session.run(inverse, {x: [[4.0]]}) == 0.25
        assert np.isnan(session.run(inverse, {x: [[np.nan]]}))


def counter(limit: float = 10.0) -> tuple[Graph, Any, Any, Any]:
    """A variable to which what is fed is added, as long as it is below a limit."""
    graph = Graph()
    with graph.as_default():
        total = Variable(np.float32([1.0, 1.0]), name="total")
        x = build.Placeholder(dtype=np.float32, shape=(2,), name="x")
        read = total.read_value()
        check = build.Assert(build.Less(build.Sum(read, 0), np.float32(limit)), [np.array(b"full", object)])
        with graph.control_dependencies([check]):
            update = total.assign_add(build.Mul(x, np.float32(2.0)))
    return graph, total, x, update


def test_a_check_of_variables_that_fails_leaves_them_as_they_were() -> None:
    graph, total, x, update = counter()
    with Session(graph=graph, executor="jax") as session:
        session.run(total.initializer)
        session.run(update, {x: [3.0, 3.0]})
        with pytest.raises(InvalidArgumentError, match="full"):
            session.run(update, {x: [1.0, 1.0]})
        assert session.run(total).tolist() == [7.0, 7.0]
        assert not session.store.torn


def test_variables_stay_on_the_device_and_hosts_writes_between_runs_count() -> None:
    graph, total, x, update = counter(1e9)
    with Session(graph=graph, executor="jax") as session:
        session.run(total.initializer)
        session.run(update, {x: [1.0, 2.0]})
        storage = session.store.storage("total")
        assert storage.on_device is not None
        assert storage.value.tolist() == [3.0, 5.0]
        session.store.assign("total", np.float32([10.0, 10.0]))
        assert session.run(update, {x: [1.0, 2.0]}).tolist() == [12.0, 14.0]
        explanation = session.explain(update, {x: [1.0, 1.0]}, runs=1)  # runs a plan of numpy's
        assert explanation.rows
        assert session.run(update, {x: [0.0, 0.0]}).tolist() == [16.0, 18.0]


def test_what_was_fed_may_be_changed_afterwards() -> None:
    graph = Graph()
    with graph.as_default():
        held = Variable(np.zeros(1024, np.float32), name="held")
        x = build.Placeholder(dtype=np.float32, shape=(1024,))
        update = build.AssignVariableOp(held.handle, build.Reshape(x, np.int32([1024])))
        more = held.assign_add(build.Mul(x, np.float32(0.0)))
    with Session(graph=graph, executor="jax") as session:
        session.run(held.initializer)
        session.run(more, {x: np.ones(1024, np.float32)})
        batch = np.full(1024, 3.0, np.float32)
        session.run(update, {x: batch})
        result = session.run(more, {x: batch})
        batch[...] = 9.0
        assert set(session.run(held).tolist()) == {3.0}
        result[...] = 5.0  # what a run gives is the caller's
        assert set(session.run(held).tolist()) == {3.0}


def test_a_second_session_of_the_same_model_does_not_compile_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from estimator.runtime.executors.jax import executor

    compiled = []
    lowered = executor.lowered
    monkeypatch.setattr(executor, "lowered", lambda *given: compiled.append(given) or lowered(*given))
    for _ in range(2):
        graph, total, x, update = counter(12345.0)
        with Session(graph=graph, executor="jax") as session:
            session.run(total.initializer)
            session.run(update, {x: [1.0, 1.0]})
            session.run(update, {x: [1.0, 1.0]})
    assert len(compiled) == 1


def test_a_run_that_loses_what_it_was_given_leaves_a_torn_store(monkeypatch: pytest.MonkeyPatch) -> None:
    from estimator.runtime.executors.jax import executor

    graph, total, x, update = counter(54321.0)
    with Session(graph=graph, executor="jax") as session:
        session.run(total.initializer)
        session.run(update, {x: [1.0, 1.0]})

        def interrupted(part: Any, *given: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(executor, "_keep", interrupted)
        with pytest.raises(KeyboardInterrupt):
            session.run(update, {x: [1.0, 1.0]})
        assert session.store.torn


def test_whole_numbers_of_64_bits_stay_what_they_are() -> None:
    graph = Graph()
    with graph.as_default():
        count = Variable(np.int64(2**40), name="count")
        x = build.Placeholder(dtype=np.int64, shape=())
        update = count.assign_add(build.Mul(x, np.int64(3)))
    with Session(graph=graph, executor="jax") as session:
        session.run(count.initializer)
        assert session.run(update, {x: 2**41}) == 2**40 + 3 * 2**41


def test_a_program_that_is_compiled_again_and_again_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from estimator.runtime.executors.jax import executor

    monkeypatch.setattr(executor, "_MANY_SHAPES", 3)
    with Graph().as_default() as graph:
        x = build.Placeholder(dtype=np.float32, shape=(None,), name="x")
        total = build.Sum(build.Mul(x, np.float32(7.5)), 0, name="told")
    with Session(graph=graph, executor="jax") as session:
        told = []
        for size in (1, 2, 2, 3, 4, 5):
            assert session.run(total, {x: np.ones(size)}) == 7.5 * size
            told.append(caplog.text.count("for 3 shapes"))
    assert told == [0, 0, 0, 1, 1, 1]
    assert "Sum 'told'" in caplog.text


def test_a_script_that_has_jax_not_compile_has_ours_compiled_all_the_same() -> None:
    from estimator.runtime.executors.jax import executor
    from estimator.runtime.executors.jax.library import jax

    graph, total, x, update = counter()
    executor._layouts.clear()
    with jax.disable_jit(), Session(graph=graph, executor="jax") as session:
        session.run(total.initializer)
        assert session.run(update, {x: [1.0, 2.0]}).tolist() == [3.0, 5.0]
