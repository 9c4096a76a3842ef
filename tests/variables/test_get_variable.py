from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import string
from estimator.graph import build
from estimator.graph.function import FunctionGraph
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.variables.get_variable import get_local_variable, get_variable
from estimator.variables.initializers import Constant, Ones, Zeros
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.regularizers import l2_regularizer
from estimator.variables.scopes import AUTO_REUSE, variable_scope
from estimator.variables.variable import local_variables, trainable_variables


def test_a_name_is_given_once_and_the_error_shows_where(graph: Graph) -> None:
    get_variable("w", [2])
    with pytest.raises(
        ValueError,
        match=r"Variable w already exists, disallowed.*test_get_variable\.py:\d+.*tf.reset_default_graph\(\)",
    ):
        get_variable("w", [2])


def test_reuse_gives_the_same_variable(graph: Graph) -> None:
    with variable_scope("a"):
        first = get_variable("w", [2])
    with variable_scope("a", reuse=True):
        assert get_variable("w", [2]) is first
        assert get_variable("w") is first


def test_reuse_of_what_is_not_there_suggests_the_nearest_name(graph: Graph) -> None:
    get_variable("kernel", [2])
    with variable_scope("a"):
        get_variable("kernel", [2])
    with (
        variable_scope("a", reuse=True),
        pytest.raises(ValueError, match=r"a/kernal does not exist.*'a/kernel'.*AUTO_REUSE"),
    ):
        get_variable("kernal", [2])


def test_auto_reuse_makes_and_then_shares(graph: Graph) -> None:
    made = []
    for _ in range(2):
        with variable_scope("a", reuse=AUTO_REUSE):
            made.append(get_variable("w", [2]))
    assert made[0] is made[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"shape": [3]}, r"specified shape \(3,\) and found shape \(2,\)"),
        ({"dtype": "float64"}, "specified dtype float64"),
    ],
)
def test_sharing_with_another_shape_or_type_is_refused(graph: Graph, arguments: Any, message: str) -> None:
    get_variable("w", [2])
    with variable_scope("", reuse=True), pytest.raises(ValueError, match=message):
        get_variable("w", **arguments)


@pytest.mark.parametrize("shape", [None, [None, 4]])
def test_the_shape_must_be_known(graph: Graph, shape: Any) -> None:
    with pytest.raises(ValueError, match=r"Shape of a new variable \(w\) must be fully defined"):
        get_variable("w", shape)


def test_a_value_as_initializer_has_its_own_shape_and_type(graph: Graph) -> None:
    variable = get_variable("w", initializer=np.array([1, 2], np.int64))
    assert (variable.dims, variable.dtype.name) == ((2,), "int64")
    with pytest.raises(ValueError, match="do not give a shape"):
        get_variable("v", [2], initializer=[1.0, 2.0])


def test_floats_start_with_glorot_uniform_and_integers_with_zeros(
    graph: Graph, run: Callable[..., Any]
) -> None:
    weights, counts = get_variable("w", [40, 20]), get_variable("n", [3], dtype="int32")
    values = run(weights)
    limit = np.sqrt(6 / 60)  # glorot: 6 / (fan_in + fan_out)
    assert -limit <= values.min() < -0.8 * limit < 0.8 * limit < values.max() <= limit
    np.testing.assert_array_equal(run(counts), [0, 0, 0])


def test_the_scope_hands_down_initializer_regularizer_and_type(graph: Graph, run: Callable[..., Any]) -> None:
    with variable_scope("a", initializer=Constant(2.0), regularizer=l2_regularizer(0.5), dtype="float64"):
        with variable_scope("b"):
            w = get_variable("w", [2])
        get_variable("v", [2], initializer=Ones(), regularizer=lambda _: None)
    (loss,) = graph.get_collection(GraphKeys.REGULARIZATION_LOSSES)
    assert w.dtype.name == "float64"
    assert run(loss) == 2.0  # 0.5 * (2² + 2²) / 2
    assert loss.op.name.startswith("a/b/w/Regularizer/")


def test_a_plain_function_of_the_shape_is_an_initializer(graph: Graph, run: Callable[..., Any]) -> None:
    w = get_variable("w", [2], initializer=lambda shape: np.full(shape, 3.0, np.float32))
    np.testing.assert_array_equal(run(w), [3.0, 3.0])


def test_initial_values_do_not_depend_on_what_else_the_graph_has() -> None:
    from estimator.runtime.session import Session

    values = []
    for with_more in (False, True):
        graph = Graph()
        graph.seed = 3
        with graph.as_default():
            if with_more:
                get_variable("more", [5])
            w = get_variable("w", [4])
            with Session(graph=graph) as session:
                session.run(w.initializer)
                values.append(session.run(w))
    np.testing.assert_array_equal(*values)


def test_a_local_variable_is_neither_trained_nor_saved(graph: Graph) -> None:
    variable = get_local_variable("total", [], initializer=Zeros())
    assert local_variables() == [variable]
    assert not variable.trainable
    assert not graph.get_collection(GraphKeys.GLOBAL_VARIABLES)


def test_custom_getters_nest_from_the_inside_out(graph: Graph) -> None:
    calls = []

    def getter(label: str) -> Callable[..., Any]:
        def get(inner: Callable[..., Any], name: str, *args: Any, **kwargs: Any) -> Any:
            calls.append((label, name))
            return inner(name, *args, **kwargs)

        return get

    with (
        variable_scope("a", custom_getter=getter("outer")),
        variable_scope("b", custom_getter=getter("inner")),
    ):
        variable = get_variable("w", [1])
    assert calls == [("inner", "a/b/w"), ("outer", "a/b/w")]
    assert variable.name == "a/b/w:0"


def test_a_body_makes_its_variables_in_the_outermost_graph_and_uses_its_scopes(graph: Graph) -> None:
    outer = FunctionGraph("outer", graph)
    inner = FunctionGraph("inner", outer)
    with variable_scope("cell"), outer.as_default(), inner.as_default(), variable_scope("gate"):
        with inner.control_dependencies([build.NoOp()]):
            made = get_variable("w", [2], regularizer=l2_regularizer(0.1))
        read = made * 2.0
    assert made.name == "cell/gate/w:0"
    assert made.graph is made.initializer.graph is graph
    assert list(made.initializer.control_inputs) == []
    assert graph.get_collection(GraphKeys.TRAINABLE_VARIABLES) == [made]
    assert [loss.graph for loss in graph.get_collection(GraphKeys.REGULARIZATION_LOSSES)] == [graph]
    assert read.graph is inner
    assert list(outer.captures) == [made.handle]
    with variable_scope("cell/gate", reuse=True):
        assert get_variable("w") is made


def test_the_parts_of_a_variable_made_in_a_body_lie_outside(graph: Graph) -> None:
    value = graph.constant(np.arange(4, dtype=np.float32))
    with FunctionGraph("body", graph).as_default() as body:
        made = get_variable("w", initializer=value, partitioner=fixed_size_partitioner(2))
        whole = made.as_tensor()
    assert [part.graph for part in made] == [graph, graph]
    assert whole.graph is body


def test_the_name_of_an_initializer_is_told_from_a_value() -> None:
    with Graph().as_default():
        for arguments in ({"shape": [2]}, {"dtype": "float32"}):
            with pytest.raises(TypeError, match=r"'zeros'; give a function such as tf.zeros_initializer\(\)"):
                get_variable("w", initializer="zeros", **arguments)
        assert get_variable("greeting", initializer="hello").dtype is string


def test_what_a_custom_getter_adds_is_named_outside_of_the_scope(graph: Graph) -> None:
    def half(getter: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return build.Mul(getter(*args, **kwargs), 0.5, name="half")

    with variable_scope("a"), variable_scope("b", custom_getter=half):
        assert get_variable("w", [1]).name == "half:0"  # as TensorFlow 2.15 has it
        assert get_variable("u", [1]).name == "half_1:0"
    assert [variable.name for variable in trainable_variables()] == ["a/b/w:0", "a/b/u:0"]


def test_a_custom_getter_decides_whether_a_variable_is_shared(graph: Graph) -> None:
    """As in TensorFlow, what it does not hand on is not said: a getter that is given the name alone makes a new one."""
    first = get_variable("w", [2])
    with variable_scope("", reuse=True, custom_getter=lambda getter, name, **given: getter(name, **given)):
        assert get_variable("w", [2]) is first
    with (
        variable_scope(
            "", reuse=True, custom_getter=lambda getter, name, shape, **given: getter(name, shape)
        ),
        pytest.raises(ValueError, match="Variable w already exists, disallowed"),
    ):
        get_variable("w", [2])


def test_a_getter_of_the_call_takes_the_place_of_the_scopes(graph: Graph) -> None:
    def ending(end: str) -> Any:
        return lambda getter, name, *args, **kwargs: getter(name + end, *args, **kwargs)

    with variable_scope("a", custom_getter=ending("g")):
        # TensorFlow 2.15.1's name
        assert get_variable("w", [1], custom_getter=ending("h")).name == "a/wh:0"
    with pytest.raises(ValueError, match="custom_getter must be a function, given: 3"):
        get_variable("v", [1], custom_getter=3)  # type: ignore[arg-type]
