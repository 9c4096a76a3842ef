"""Names, scopes, control dependencies, collections, and the default graph."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from estimator.core import dtypes
from estimator.formats import messages
from estimator.graph import build
from estimator.graph.graph import Graph, get_default_graph, graph_of, reset_default_graph
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.session import Session
from estimator.variables.variable import Variable


@pytest.fixture
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def nothing(name: str = "NoOp") -> Operation:
    result: Operation = build.NoOp(name=name)
    return result


def names(*wanted: str) -> list[str]:
    return [nothing(name).name for name in wanted]


def controls(thing: Tensor | Operation) -> list[str]:
    op = thing.op if isinstance(thing, Tensor) else thing
    return [each.name for each in op.control_inputs]


# -- names; the expectations were printed by TensorFlow 2.15's compat.v1 ------------------------------


def test_a_name_that_is_taken_gets_the_next_free_number_whatever_its_case(graph: Graph) -> None:
    assert names("a", "a", "A", "a_1", "a", "a_1") == ["a", "a_1", "A_2", "a_1_1", "a_3", "a_1_2"]


def test_scopes_count_like_names_and_are_entered_again_with_a_slash(graph: Graph) -> None:
    with graph.name_scope("s") as scope:
        assert (scope, graph.get_name_scope()) == ("s/", "s")
        assert names("a", "a") == ["s/a", "s/a_1"]
        for expected in ("s/t/", "s/t_1/"):
            with graph.name_scope("t") as inner:
                assert inner == expected
                assert names("a") == [expected + "a"]
        with graph.name_scope(None) as outermost:
            assert outermost == ""
            assert names("q") == ["q"]
        with graph.name_scope("s/"):
            assert names("a") == ["s/a_2"]
    with graph.name_scope("s") as scope:
        assert scope == "s_1/"
    with graph.name_scope("s/"):
        assert names("a") == ["s/a_3"]
        with graph.name_scope("u") as inner:
            assert inner == "s/u/"
    assert graph.get_name_scope() == ""


def test_an_operation_may_bear_the_name_of_its_scope(graph: Graph) -> None:
    with graph.name_scope("v") as scope:
        assert nothing(scope).name == "v"
    assert nothing("v").name == "v_1"


def test_a_name_can_be_asked_for_without_taking_it(graph: Graph) -> None:
    assert graph.unique_name("z", mark_as_used=False) == "z"
    assert [graph.unique_name("z"), graph.unique_name("z")] == ["z", "z_1"]


def test_a_name_without_characters_is_the_type_of_the_op(graph: Graph) -> None:
    assert names("", "") == ["NoOp", "NoOp_1"]


@pytest.mark.parametrize("name", ["_a", "a b", "a:0", "-x", "é"])
def test_names_that_tensorflow_refuses_are_refused(graph: Graph, name: str) -> None:
    with pytest.raises(ValueError, match="is not a valid name; allowed are letters"):
        nothing(name)


def test_inside_a_scope_a_name_may_begin_with_an_underscore(graph: Graph) -> None:
    with graph.name_scope("s"):
        assert names("_x") == ["s/_x"]


def test_a_failed_block_leaves_its_scopes(graph: Graph) -> None:
    first = nothing()
    with pytest.raises(KeyError), graph.name_scope("s"), graph.control_dependencies([first]):
        raise KeyError
    assert nothing("a").name == "a"
    assert nothing("b").control_inputs == ()


# -- control dependencies; likewise TensorFlow's ----------------------------------------------------


def test_operations_wait_unless_an_input_waited_already(graph: Graph) -> None:
    a, c = build.Neg(1.0, name="a"), build.Neg(2.0, name="b")
    with graph.control_dependencies([a]):
        x = build.Identity(c)
        y = build.Identity(x)
        z = build.Identity(a)
        constant = graph.constant(1.0)
    assert [controls(each) for each in (x, y, z, constant)] == [["a"], [], [], ["a"]]


def test_a_constant_made_for_an_input_waits_in_the_operations_place(graph: Graph) -> None:
    a, c = build.Neg(1.0, name="a"), build.Neg(2.0, name="b")
    with graph.control_dependencies([a]):
        total = build.AddV2(c, 1.0)
    assert [controls(each) for each in (total, total.op.inputs[1])] == [[], ["a"]]


def test_waiting_for_a_variable_or_for_rows_adds_no_operation(graph: Graph) -> None:
    variable = Variable([1.0, 2.0], name="v")
    rows = IndexedSlices(graph.constant([1.0], name="values"), graph.constant([0]))
    before = graph.version
    with graph.control_dependencies([variable, rows]):
        assert controls(graph.constant(0)) == ["v", "values"]
    assert graph.version == before + 1


def test_blocks_nest_and_none_leaves_them_all(graph: Graph) -> None:
    a, c = build.Neg(1.0, name="a"), build.Neg(2.0, name="b")
    with graph.control_dependencies([a]):
        x = build.Identity(c)
        with graph.control_dependencies([c.op]):
            assert controls(nothing()) == ["a", "b"]
            assert controls(build.Identity(c)) == ["a"]  # b is its input
            assert controls(build.Identity(x)) == ["b"]
            with graph.control_dependencies(None):
                assert controls(nothing()) == []
                with graph.control_dependencies(["a:0"]):
                    assert controls(nothing()) == ["a"]
        assert controls(nothing()) == ["a"]
    assert controls(nothing()) == []


def test_an_operation_waits_once_for_what_several_blocks_name(graph: Graph) -> None:
    a = nothing("a")
    with graph.control_dependencies([a, a]), graph.control_dependencies([a]):
        assert controls(nothing()) == ["a"]


def test_only_operations_can_be_waited_for(graph: Graph) -> None:
    with pytest.raises(TypeError, match=r"3 \(int\) is neither a Tensor, an Operation nor a name"):
        with graph.control_dependencies([3]):
            pass


# -- elements ----------------------------------------------------------------------------------------


def test_names_stand_for_operations_and_tensors(graph: Graph) -> None:
    x = build.Neg(1.0, name="s/x")
    assert graph.as_graph_element("s/x") is x.op
    assert graph.as_graph_element("s/x:0") is x
    assert graph.get_operations() == [x.op.inputs[0].op, x.op]
    assert graph.version == 2


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("hiden", KeyError, "no operation 'hiden'. Did you mean 'hidden'"),
        ("hiden:0", KeyError, "no operation 'hiden'. Did you mean 'hidden'"),
        ("hidden:3", KeyError, "Neg 'hidden' has 1 outputs; there is no 'hidden:3'"),
        ("hidden:x", ValueError, "'hidden:x' is not a tensor name"),
        (["hidden"], TypeError, "neither a Tensor, an Operation nor a name"),
    ],
)
def test_a_wrong_name_is_answered(graph: Graph, name: Any, error: type[Exception], message: str) -> None:
    build.Neg(1.0, name="hidden")
    with pytest.raises(error, match=message):
        graph.as_graph_element(name)


def test_a_tensor_name_needs_its_number(graph: Graph) -> None:
    with pytest.raises(ValueError, match="'x' is not a tensor name: write .* for example 'x:0'"):
        graph.get_tensor_by_name("x")


def test_elements_of_other_graphs_are_refused_and_so_are_inputs(graph: Graph) -> None:
    other = Graph().constant(1.0)
    with pytest.raises(ValueError, match="not an element of this graph"):
        graph.as_graph_element(other)
    with pytest.raises(ValueError, match="was made in another graph. Make it inside the same model_fn"):
        build.AddV2(graph.constant(1.0), other)


# -- collections -------------------------------------------------------------------------------------


def test_collections_are_lists_and_copies_of_them(graph: Graph) -> None:
    graph.add_to_collection("k", 1)
    graph.add_to_collections(["k", "k", "other"], 2)
    graph.add_to_collections("k", 3)
    graph.add_to_collection(("a key of our own",), 0)
    graph.get_collection("k").append(4)
    assert graph.get_collection("k") == [1, 2, 3]
    graph.get_collection_ref("k").append(5)
    assert graph.get_collection("k") == [1, 2, 3, 5]
    assert graph.get_all_collection_keys() == ["k", "other"]
    graph.clear_collection("k")
    assert graph.get_collection("k") == []


def test_a_scope_picks_what_has_a_name_that_begins_so(graph: Graph) -> None:
    with graph.name_scope("dnn"):
        inside = build.Neg(1.0)
    for value in (inside, build.Neg(1.0, name="linear"), "no name"):
        graph.add_to_collection("k", value)
    assert graph.get_collection("k", "dnn") == [inside]
    assert graph.get_collection("k", "d.*Neg") == [inside]
    assert graph.get_collection("k", "Neg") == []


# -- the graph as a whole ----------------------------------------------------------------------------


def test_a_finalized_graph_says_what_could_not_be_added(graph: Graph) -> None:
    graph.finalize()
    assert graph.finalized
    with pytest.raises(
        RuntimeError, match="Graph is finalized and cannot be modified: NoOp 'late' cannot be added"
    ):
        nothing("late")


def test_the_innermost_graph_is_the_default_one(graph: Graph) -> None:
    other = Graph()
    with other.as_default():
        assert get_default_graph() is other
        with graph.as_default():
            assert get_default_graph() is graph
        assert get_default_graph() is other
    assert get_default_graph() is graph


def test_each_thread_has_defaults_of_its_own(graph: Graph) -> None:
    found: list[Graph] = []
    thread = threading.Thread(target=lambda: found.extend([get_default_graph(), get_default_graph()]))
    thread.start()
    thread.join()
    assert found[0] is found[1]
    assert found[0] is not graph


def test_the_default_graph_can_be_left_behind_but_not_inside_a_block() -> None:
    before = get_default_graph()
    reset_default_graph()
    assert get_default_graph() is not before
    with Graph().as_default(), pytest.raises(AssertionError, match="cannot be used inside"):
        reset_default_graph()


def test_a_graph_and_a_class_stand_for_no_element(graph: Graph) -> None:
    for value in (graph, Variable):
        with pytest.raises(TypeError, match="is neither a Tensor, an Operation nor a name of one"):
            graph.as_graph_element(value)


def test_operations_go_to_the_graph_of_their_inputs(graph: Graph) -> None:
    other = Graph()
    x = other.constant(1.0)
    assert build.Neg(x).graph is other
    assert build.Pack([1.0, x]).graph is other
    assert graph_of([1, [2, [x]]]) is other
    assert graph_of([1]) is graph


def test_operations_say_for_which_device_they_are(graph: Graph) -> None:
    def by_type(op: Operation) -> str:
        return "/cpu:1" if op.type == "Const" else "/gpu:0"

    with graph.device("/gpu:1"):
        outer = graph.constant(1.0)
        with graph.device("/job:ps"), graph.device("/cpu:0"):
            inner = graph.constant(1.0)
        with graph.device(None):
            nowhere = graph.constant(1.0)
    with graph.device(by_type):
        chosen = graph.constant(1.0)
        other = build.Neg(chosen)
    tensors = [outer, inner, nowhere, chosen, other, graph.constant(1.0)]
    assert [tensor.device for tensor in tensors] == [
        "/device:GPU:1", "/job:ps/device:CPU:0", "", "/cpu:1", "/gpu:0", ""
    ]  # fmt: skip
    assert graph.as_graph_def().node[0].device == "/device:GPU:1"


def test_a_control_block_that_nobody_keeps_lasts(graph: Graph) -> None:
    first = build.NoOp()
    graph.control_dependencies([first]).__enter__()
    gc.collect()
    assert graph.constant(1.0).op.control_inputs == (first,)


def test_what_is_asked_for_by_name_must_be_of_the_kind_that_is_allowed(graph: Graph) -> None:
    one = graph.constant(1.0, name="one")
    assert graph.as_graph_element("one:0", allow_operation=False) is one
    assert graph.as_graph_element(one.op, allow_tensor=False) is one.op
    with pytest.raises(ValueError, match="'one' is Operation 'one', but a Tensor is wanted here"):
        graph.as_graph_element("one", allow_operation=False)
    with pytest.raises(ValueError, match="'one:0' is Tensor 'one:0', but an Operation is wanted here"):
        graph.as_graph_element("one:0", allow_tensor=False)
    with pytest.raises(TypeError, match="an Operation is wanted here"):
        graph.as_graph_element(one, allow_tensor=False)

    with pytest.raises(ValueError, match="cannot both be False"):
        graph.as_graph_element(one, allow_tensor=False, allow_operation=False)


def test_a_name_may_be_bytes_and_that_of_a_tensor_is_none_of_an_operation(graph: Graph) -> None:
    one = graph.constant(1.0, name="one")
    assert graph.as_graph_element(b"one:0") is one
    with pytest.raises(ValueError, match="'one:0' is the name of a tensor, not of an operation"):
        graph.get_operation_by_name("one:0")


@pytest.mark.parametrize("get", ["get_operation_by_name", "get_tensor_by_name"])
def test_a_name_is_a_text(graph: Graph, get: str) -> None:
    with pytest.raises(TypeError, match="is a text, given: 3"):
        getattr(graph, get)(3)


def test_what_else_scripts_ask_of_a_graph_and_an_operation(graph: Graph) -> None:
    one = graph.constant(1.0, name="one")
    with graph.colocate_with(one), graph.container("box") as box:
        two = graph.constant(2.0)
    assert (box, graph.building_function, two.op.values()) == ("box", False, (two,))
    assert one.op.colocation_groups() == [b"loc:@one"]
    assert [graph.unique_name("y", mark_as_used=False), graph.unique_name("y"), graph.unique_name("y")] == [
        "y",
        "y",
        "y_1",
    ]
    graph.add_to_collection("mine", one)
    assert graph.collections == ["mine"]


@pytest.mark.parametrize("name", [3, b"x"])
def test_a_new_name_is_a_text(graph: Graph, name: Any) -> None:
    with pytest.raises(TypeError, match="a name is a text, given: "):
        graph.unique_name(name)
    with pytest.raises(TypeError, match="a name is a text, given: "), graph.name_scope(name):
        pass


def test_an_operation_is_made_as_files_describe_it(graph: Graph) -> None:
    x = graph.constant(2.0)
    negative = graph.create_op(
        "Neg", [x], [dtypes.float32], name="q", attrs={"T": messages.AttrValue(type=1)}
    )
    joined = graph.create_op(
        "Pack", [x, x], attrs={"N": messages.AttrValue(i=2), "axis": messages.AttrValue(i=0)}
    )
    nothing = graph.create_op("NoOp", [], [], name="n")
    assert (negative.name, joined.name, nothing.name, nothing.outputs) == ("q", "Pack", "n", ())
    with Session() as session:
        assert session.run(negative.outputs[0]) == -2.0
        assert session.run(joined.outputs[0]).tolist() == [2.0, 2.0]
    with pytest.raises(ValueError, match="unknown op 'Nego'. Did you mean 'Neg'"):
        graph.create_op("Nego", [x])
