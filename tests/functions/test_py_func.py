"""Tests of Python functions in a graph; what functions are given and may give is what TensorFlow 2.15's py_func says."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core import errors
from estimator.core.dtypes import float32, float64, int32, int64, string
from estimator.core.errors import GradientError, InvalidArgumentError, NotFoundError
from estimator.functions.control_flow.cond import cond
from estimator.functions.control_flow.while_loop import while_loop
from estimator.functions.py_func import numpy_function, py_func, py_function
from estimator.graph import build as b
from estimator.graph.function import FunctionGraph
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from estimator.graph.importer import from_graph_def
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.functions import Running, traced
from estimator.pipeline.specs import TensorSpec
from estimator.pipeline.stage import Context
from estimator.runtime.session import Session

Run = Callable[..., Any]


def failure(run: Run, function: Any, inp: Any, types: Any, make: Any = py_func) -> Exception:
    with pytest.raises(errors.OpError) as caught:
        run(make(function, inp, types))
    return caught.value


# -- what goes in and out ----------------------------------------------------------------------------------------------


def test_a_function_takes_scalars_text_and_arrays(run: Run) -> None:
    given: list[Any] = []

    def look(*values: Any) -> Any:
        given.extend(values)
        return np.float32(0)

    run(py_func(look, [1.5, "a", ["a", "bc"], [[1, 2]], True], float32))
    assert [type(value) for value in given] == [np.float32, bytes, np.ndarray, np.ndarray, np.bool_]
    assert given[1] == b"a"
    assert given[2].tolist() == [b"a", b"bc"]
    assert given[3].dtype == np.int32


@pytest.mark.parametrize(
    ("result", "types", "wanted"),
    [
        (1, int64, 1),
        (1.5, float64, 1.5),
        ("é", string, "é".encode()),
        (b"a\0", string, b"a\0"),
        (np.array(["a", "bc"]), string, [b"a", b"bc"]),
        ([1.0, 2.0], [float64, float64], [1.0, 2.0]),
        ((np.int32(1), "x"), (int32, string), [1, b"x"]),
        (np.float64(1), [float64], [1.0]),
        ([np.float64(1)], float64, 1.0),
        (np.zeros((2, 0), np.float32), float32, np.zeros((2, 0))),
    ],
)
def test_results_have_the_stated_types(run: Run, result: Any, types: Any, wanted: Any) -> None:
    got = run(py_func(lambda: result, [], types))
    np.testing.assert_array_equal(np.array(got, object), np.array(wanted, object))


def test_a_function_that_gives_nothing_is_an_operation(run: Run) -> None:
    calls: list[int] = []
    operation = py_func(lambda x: calls.append(int(x)), [3], [])
    assert operation.type == "PyFunc"
    for _ in range(3):  # interpreted, then planned
        run(operation)
    assert calls == [3, 3, 3]


def test_what_a_function_keeps_or_gives_is_nobody_elses(run: Run, graph: Graph) -> None:
    kept: list[Any] = []
    shared = np.zeros(2, np.float32)

    def keep(x: Any) -> Any:
        kept.append(x)
        shared[:] = x
        return shared

    x = b.Placeholder(dtype=float32, shape=[2])
    y = b.Mul(py_func(keep, [b.Mul(x, 1.0)], float32), 1.0)
    results = [run(y, {x: [value, value]}) for value in (1, 2, 3, 4)]
    assert [value[0] for value in kept] == [1, 2, 3, 4]
    assert [value[0] for value in results] == [1, 2, 3, 4]


def test_py_function_gives_what_answers_numpy_and_takes_python_numbers(run: Run) -> None:
    def double(x: Any, text: Any) -> Any:
        assert type(text.numpy()) is bytes
        assert type(x.numpy()) is np.ndarray
        return [x.numpy() * 2 + x, 2, text.numpy().decode() + "!"]

    got = run(py_function(double, [[1.0, 2.0], "a"], [float32, float32, string]))
    assert got[0].tolist() == [3.0, 6.0]
    assert got[1:] == [2.0, b"a!"]


def test_numpy_function_is_py_func(run: Run) -> None:
    result = numpy_function(lambda x: x + x, [[1.0]], float32, name="mine")
    assert (result.name, result.op.type, result.dims) == ("mine:0", "PyFunc", None)
    assert run(result).tolist() == [2.0]


def test_a_stateless_function_is_another_op(run: Run) -> None:
    result = py_func(lambda x: x, [1.0], float32, stateful=False)
    assert result.op.type == "PyFuncStateless"
    assert run(result) == 1.0


def test_a_function_may_run_the_session_that_runs_it(graph: Graph) -> None:
    with Session() as session:
        inner = b.Add(1.0, 2.0)
        assert session.run(py_func(lambda: session.run(inner), [], float32)) == 3.0


# -- what is wrong -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "types", "text"),
    [
        (
            lambda: 1.0,
            float32,
            "float64, but Tout states float32: np.asarray(value, np.float32) makes it that",
        ),
        (lambda: "a", float32, "text or an object, but Tout states float32"),
        (lambda: 3, string, "int64, but Tout states string: give text"),
        (lambda: None, float32, "returned 0 values, but Tout states 1: (float32)"),
        (lambda: 1, [], "returned 1 values, but Tout states 0"),
        (lambda: [1.0, 2.0], float64, "returned 2 values, but Tout states 1"),
    ],
)
def test_wrong_results_name_the_function_and_what_it_gave(
    run: Run, function: Any, types: Any, text: str
) -> None:
    message = str(failure(run, function, [], types))
    assert text in message
    assert f"<lambda> ({__file__}:{function.__code__.co_firstlineno})" in message


def test_all_wrong_results_are_named(run: Run) -> None:
    message = str(failure(run, lambda: [1, 2.0, 3], [], [float32, float64, string]))
    assert "value 0: int64" in message
    assert "value 2: int64" in message
    assert "value 1" not in message


def test_py_function_refuses_numbers_that_would_change(run: Run) -> None:
    assert "2.5 does not fit into int32" in str(failure(run, lambda x: 2.5, [1.0], int32, py_function))


class _Odd(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ValueError("boo"), errors.InvalidArgumentError),
        (TypeError("boo"), errors.InvalidArgumentError),
        (StopIteration(), errors.OutOfRangeError),
        (MemoryError(), errors.ResourceExhaustedError),
        (NotImplementedError("boo"), errors.UnimplementedError),
        (_Odd("boo"), errors.UnknownError),
        (errors.AbortedError("boo"), errors.AbortedError),
    ],
)
def test_an_error_of_the_function_keeps_its_traceback(run: Run, error: Exception, kind: type) -> None:
    def raises() -> Any:
        raise error

    caught = failure(run, raises, [], float32)
    assert type(caught) is kind
    assert caught.__cause__ is error
    assert "in raises" in "".join(traceback.format_exception(caught))
    if type(error) is not errors.AbortedError:
        assert f"raised {type(error).__name__}" in str(caught)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((3, [], float32), "func must be a function, given: 3"),
        ((print, 1.0, float32), "inp must be a list"),
        ((print, [], None), "Tout must be"),
    ],
)
def test_bad_arguments_are_refused(graph: Graph, arguments: Any, text: str) -> None:
    with pytest.raises(TypeError, match=text):
        py_func(*arguments)


def test_no_gradient_flows_through_py_func_and_py_function_has_none(graph: Graph) -> None:
    x = b.Placeholder(dtype=float32, shape=[])
    assert gradients(py_func(lambda x: x, [x], float32), x) == [None]
    with pytest.raises(GradientError, match="EagerPyFunc"):
        gradients(py_function(lambda x: x, [x], float32), x)


def test_a_graph_from_a_file_says_that_it_has_no_functions(graph: Graph) -> None:
    y = py_func(lambda x: x, [b.Placeholder(dtype=float32, shape=[])], float32, name="mine")
    with Graph().as_default() as read:
        from_graph_def(to_graph_def(graph), read)
        with Session(graph=read) as session:
            with pytest.raises(NotFoundError, match="a file holds no Python functions"):
                session.run(y.name, {"Placeholder:0": 1.0})
            assert session.run(y.name, {y.name: 2.0}) == 2.0


def test_a_failure_behind_a_function_does_not_tear_the_variables(graph: Graph) -> None:
    def fail() -> Any:
        raise ValueError

    with graph.control_dependencies([py_func(lambda: None, [], [])]):
        late = py_func(fail, [], [])
    with Session() as session:
        with pytest.raises(InvalidArgumentError):
            session.run(late)
        assert not session.store.torn


# -- in bodies and datasets --------------------------------------------------------------------------------------------


def test_a_function_in_a_branch_runs_with_its_branch(run: Run) -> None:
    calls: list[str] = []

    def branch(name: str) -> Any:
        py_func(lambda: calls.append(name), [], [])
        return 1.0

    pred = b.Placeholder(dtype="bool", shape=[])
    chosen = cond(pred, lambda: branch("then"), lambda: branch("else"))
    for value in (True, False, False):
        run(chosen, {pred: value})
    assert calls == ["then", "else", "else"]


def test_a_loop_calls_a_function_once_a_round_also_for_its_gradient(run: Run) -> None:
    calls: list[float] = []

    def noted(x: Any) -> Any:
        calls.append(float(x))
        return np.float32(2.0)

    def step(i: Any, x: Any) -> Any:
        factor = py_func(noted, [x], float32)
        factor.set_shape([])
        return i + 1, x * factor

    x = b.Placeholder(dtype=float32, shape=[])
    _, y = while_loop(lambda i, x: i < 3, step, [0, x])
    assert run([y, gradients(y, x)[0]], {x: 1.0}) == [8.0, 8.0]
    assert calls == [1.0, 2.0, 4.0]


def test_a_dataset_calls_a_function_for_each_element(graph: Graph) -> None:
    dataset = Dataset.from_tensor_slices(np.arange(3)).map(lambda x: py_func(lambda v: v * 2, [x], int64))
    following = dataset.make_one_shot_iterator().get_next()
    with Session() as session:
        assert [session.run(following) for _ in range(3)] == [0, 2, 4]


def test_random_numbers_beside_a_function_in_a_branch_go_on(graph: Graph) -> None:
    def drawn(x: Any) -> Any:
        py_func(lambda: None, [], [])
        return cond(x >= 0, lambda: b.RandomUniform([1], dtype=float32, seed=1, seed2=2), lambda: [0.0])

    body, _ = traced(drawn, TensorSpec([], int64), "Dataset.map")
    running = Running(body, Context(1))
    before = running([np.int64(1)])
    state = running.state()
    following = running([np.int64(1)])
    running.restore(state)
    assert running([np.int64(1)]) == following != before


def test_the_token_is_the_same_for_the_same_program() -> None:
    tokens = []
    for _ in range(2):
        with Graph().as_default():
            tokens.append([py_func(max, [1, 2], int32).op.attrs["token"] for _ in range(2)])
    assert tokens == [["pyfunc_0_max", "pyfunc_1_max"]] * 2


def test_two_graphs_that_share_a_token_call_their_own_functions() -> None:
    def results(value: float) -> Any:
        with Graph().as_default(), Session() as session:
            y = py_func(lambda: value, [], float64)
            return [session.run(y) for _ in range(4)]  # the plan is the same

    assert results(1.0) + results(2.0) == [1.0] * 4 + [2.0] * 4


def test_a_function_in_a_body_stands_in_the_outermost_graph(graph: Graph) -> None:
    body = FunctionGraph("body")
    with body.as_default():
        token = py_func(max, [1, 2], int32).op.attrs["token"]
    assert token in graph.resources
