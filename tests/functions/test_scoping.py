"""Scopes, collections and the default session as functions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from estimator import tf
from estimator.core.dtypes import float32, float64, int32
from estimator.core.errors import InvalidArgumentError
from estimator.functions import arrays, diagonals, scoping
from estimator.functions.arrays import constant, identity
from estimator.functions.random import set_random_seed
from estimator.graph import build
from estimator.graph.function import FunctionGraph
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from estimator.variables.variable import Variable


def test_a_value_that_is_known_is_told_before_the_graph_runs() -> None:
    x = tf.placeholder(tf.int32, [])
    assert tf.get_static_value(tf.constant([1, 2]) + 1).tolist() == [2, 3]
    assert tf.get_static_value(x) is None
    assert tf.get_static_value(tf.stack([x, 2])) is None
    assert tf.get_static_value(tf.stack([x, 2]), partial=True).tolist() == [None, 2]
    with pytest.raises(TypeError, match="takes a tensor, given: 3"):
        tf.get_static_value(3)


def test_name_scope_takes_the_default_name_only_where_there_is_no_name() -> None:
    with scoping.name_scope("given", "default") as given, scoping.name_scope(None, "default") as inner:
        assert (given, inner) == ("given/", "given/default/")


def test_name_scope_without_any_name_leaves_all_scopes() -> None:
    with scoping.name_scope("outer"), scoping.name_scope(None):
        assert constant(1, name="here").name == "here:0"


def test_name_scope_goes_to_the_graph_of_its_values() -> None:
    graph = Graph()
    with graph.as_default():
        value = constant(1.0)
    with scoping.name_scope("scope", values=[value]):
        assert get_default_graph() is graph
        assert identity(value, name="same").name == "scope/same:0"


def test_name_scope_with_values_and_no_name_says_what_to_pass() -> None:
    with pytest.raises(ValueError, match="pass name or default_name"), scoping.name_scope(None, values=[1]):
        raise AssertionError("entered")


def test_an_init_scope_leaves_what_is_waited_for_and_keeps_the_name_scope() -> None:
    guard = build.NoOp(name="guard")
    with scoping.name_scope("outer"), scoping.control_dependencies([guard]):
        inside = build.NoOp()
        with scoping.init_scope():
            lifted = build.NoOp()
        behind = build.NoOp()
    assert [op.name for op in (inside, lifted, behind)] == ["outer/NoOp", "outer/NoOp_1", "outer/NoOp_2"]
    assert [list(op.control_inputs) for op in (inside, lifted, behind)] == [[guard], [], [guard]]


def test_an_init_scope_in_a_function_belongs_to_the_graph_around_it() -> None:
    graph = get_default_graph()
    with FunctionGraph("body").as_default() as body:
        inside = constant(1.0)
        with scoping.init_scope():
            assert get_default_graph() is graph
            lifted = constant(2.0)
    assert (inside.graph, lifted.graph) == (body, graph)


def test_collections_are_those_of_the_default_graph() -> None:
    scoping.add_to_collection("a", 1)
    scoping.add_to_collections(["a", "b"], 2)
    scoping.get_collection("a").append("lost")
    scoping.get_collection_ref("b").append(3)
    assert (scoping.get_collection("a"), scoping.get_collection("b")) == ([1, 2], [2, 3])
    assert Graph().get_collection("a") == []


def test_the_default_session_is_the_innermost_one_or_none() -> None:
    assert scoping.get_default_session() is None
    with Session() as outer:
        with Session() as inner:
            assert scoping.get_default_session() is inner
        assert scoping.get_default_session() is outer
    assert scoping.get_default_session() is None


@pytest.mark.parametrize(
    ("value", "hint", "dtype"),
    [([1.0, 2.0], None, float32), (1, None, int32), (1, float32, float32), (1.5, int32, float32)],
)
def test_a_python_value_becomes_the_preferred_type_where_it_can(
    value: object, hint: object, dtype: object
) -> None:
    assert scoping.convert_to_tensor(value, preferred_dtype=hint).dtype is dtype


def test_a_tensor_is_converted_to_itself_and_never_to_another_type() -> None:
    tensor = constant([1.0])
    assert scoping.convert_to_tensor(tensor) is tensor
    with pytest.raises(TypeError, match="use tf.cast"):
        scoping.convert_to_tensor(tensor, dtype=float64)


def test_a_converted_value_takes_the_name() -> None:
    assert scoping.convert_to_tensor([1.0], name="named").name == "named:0"


def test_is_tensor_knows_tensors_and_variables() -> None:
    assert scoping.is_tensor(constant(1))
    assert scoping.is_tensor(Variable(1.0, name="v"))
    assert not scoping.is_tensor(np.zeros(3))


def test_an_assertion_stops_what_depends_on_it_and_shows_the_data() -> None:
    value = constant([3, 4])
    check = scoping.Assert(constant(False), [value], name="check")
    with scoping.control_dependencies([check]):
        after = identity(value)
    with Session() as session, pytest.raises(InvalidArgumentError, match=r"\[3 4\]"):
        session.run(after)


@pytest.mark.parametrize(
    ("summarize", "shown"), [(None, r"\[1 2 3\.\.\. "), (2, r"\[1 2\.\.\. "), (-1, r"\[1 2 3 4\]")]
)
def test_an_assertion_shows_as_many_values_as_are_wanted(summarize: int | None, shown: str) -> None:
    check = scoping.Assert(constant(False), [constant([1, 2, 3, 4])], summarize=summarize)
    with Session() as session, pytest.raises(InvalidArgumentError, match=shown):
        session.run(check)


def test_the_graphs_seed_can_be_taken_away(graph: Graph) -> None:
    set_random_seed(None)
    assert graph.seed is None


def test_a_device_is_accepted() -> None:
    with scoping.device("/gpu:0"):
        assert constant(1, name="somewhere").op.name == "somewhere"
    assert not scoping.executing_eagerly()


CONSTANTS: dict[str, Callable[[], Tensor]] = {
    "constant": lambda: arrays.constant(0),
    "convert_to_tensor": lambda: scoping.convert_to_tensor([1.0]),
    "zeros": lambda: arrays.zeros([2]),
    "many zeros": lambda: arrays.zeros([2000]),
    "ones": lambda: arrays.ones([2]),
    "eye": lambda: diagonals.eye(2),
    "fill": lambda: arrays.fill([2], 1.0),
    "range": lambda: arrays.range(3),
    "linspace": lambda: arrays.linspace(0.0, 1.0, 3),
    "shape": lambda: arrays.shape([1.0, 2.0]),
    "size": lambda: arrays.size([1.0, 2.0]),
    "rank": lambda: arrays.rank([1.0, 2.0]),
    "an operand": lambda: build.Neg(2.0),
}


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
@pytest.mark.parametrize("make", CONSTANTS.values(), ids=CONSTANTS)
def test_a_constant_runs_what_it_waits_for(make: Callable[[], Tensor], executor: str) -> None:
    count = Variable(0)
    with scoping.control_dependencies([count.assign_add(100)]):
        value = make()
    with Session(executor=executor) as session:
        session.run(count.initializer)
        for _ in range(3):  # the later runs are planned for these shapes
            session.run(value)
        assert session.run(count) == 300


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_an_assert_guards_a_constant_and_what_is_computed_from_it(executor: str) -> None:
    holds = arrays.placeholder("bool", [])
    with scoping.control_dependencies([scoping.Assert(holds, ["guarded"])]):
        guarded = arrays.constant(2.0)
    doubled = build.Mul(guarded, 2.0)
    with Session(executor=executor) as session:
        assert session.run([guarded, doubled], {holds: True}) == [2.0, 4.0]
        for fetch in (guarded, doubled):
            for _ in range(3):
                with pytest.raises(InvalidArgumentError, match="guarded"):
                    session.run(fetch, {holds: False})


def test_a_name_scope_is_entered_again_under_a_new_name(graph: Graph) -> None:
    scope = scoping.name_scope("a")
    with scope as first:
        pass
    with scope as second:
        pass
    assert (first, second) == ("a/", "a_1/")


def test_values_that_are_sparse_stay_so_and_others_become_tensors(graph: Graph) -> None:
    value = SparseTensorValue([[0]], [1.0], [3])
    sparse = scoping.convert_to_tensor_or_sparse_tensor(value)
    assert isinstance(sparse, SparseTensor)
    assert scoping.convert_to_tensor_or_sparse_tensor(sparse, float32) is sparse
    assert scoping.convert_to_tensor_or_indexed_slices(sparse) is sparse
    assert isinstance(scoping.convert_to_tensor_or_indexed_slices([1.0], float64), Tensor)
    for convert in (scoping.convert_to_tensor_or_sparse_tensor, scoping.convert_to_tensor_or_indexed_slices):
        with pytest.raises(TypeError, match="float32, but float64 is wanted; use tf.cast"):
            convert(sparse, float64)


def test_control_flow_is_functional_whatever_a_script_says() -> None:
    scoping.enable_control_flow_v2()
    scoping.disable_control_flow_v2()
    assert scoping.control_flow_v2_enabled()
