"""Graphs become GraphDefs that TensorFlow can run, and come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator.ops  # noqa: F401  declares the ops
from estimator.core import dtypes
from estimator.core.errors import DataLossError, InvalidArgumentError, UnimplementedError
from estimator.formats import messages
from estimator.graph import build, written
from estimator.graph.graph import Graph
from estimator.graph.graphdef import from_graph_def, to_graph_def
from estimator.graph.text import graph_text
from estimator.runtime.session import Session
from tests.graph.graphs import GRAPHS, classifier

MODEL_DIR = Path(__file__).parents[1] / "data/tf/dnn_iris_adagrad_default/model_dir"


def nodes(graph_def: Any) -> dict[str, Any]:
    return {node.name: node for node in graph_def.node}


def parsed(text: str) -> Any:
    return messages.parse_text("GraphDef", text, "the test")


# -- out ---------------------------------------------------------------------------------------------------------------


def test_every_attribute_is_written_with_its_type() -> None:
    graph = Graph()
    with graph.as_default():
        x = build.Placeholder(dtype=dtypes.float32, shape=(None, 4), name="x")
        build.MatMul(x, np.ones((4, 2), np.float32), name="product")
    node = nodes(to_graph_def(graph))["product"]
    assert list(node.input) == ["x", "product/b"]
    assert node.attr["T"].type == messages.DataType.Value("DT_FLOAT")
    assert node.attr["transpose_a"].WhichOneof("value") == "b"


def test_outputs_are_numbered_across_output_arguments() -> None:
    graph = Graph()
    with graph.as_default():
        logits = build.Placeholder(dtype=dtypes.float32, shape=(2, 3))
        _, backprop = build.SparseSoftmaxCrossEntropyWithLogits(logits, np.array([0, 1]), name="loss")
        build.Identity(backprop, name="backprop")
    assert list(nodes(to_graph_def(graph))["backprop"].input) == ["loss:1"]


def test_control_inputs_come_after_the_data() -> None:
    graph = Graph()
    with graph.as_default():
        first, one = build.NoOp(name="first"), graph.constant(1.0, name="one")
        with graph.control_dependencies([first]):
            build.Identity(one, name="second")
    assert list(nodes(to_graph_def(graph))["second"].input) == ["one", "^first"]


def test_an_iterator_is_written_as_placeholders() -> None:
    found = nodes(to_graph_def(classifier()))
    assert "IteratorGetNext" not in found
    labels = found["IteratorGetNext/component_1"]
    assert labels.op == "Placeholder"
    assert labels.attr["dtype"].type == messages.DataType.Value("DT_INT64")
    assert [dim.size for dim in labels.attr["shape"].shape.dim] == [-1]
    assert "IteratorGetNext/component_1" in found["losses"].input


def test_an_iterator_of_one_component_keeps_its_name() -> None:
    graph = Graph()
    with graph.as_default():
        (x,) = build.IteratorGetNext(
            output_types=[dtypes.float32], output_shapes=[(3,)], shared_name="input", name="input"
        )
        with graph.control_dependencies([x]):
            build.Neg(x, name="negative")
    found = nodes(to_graph_def(graph))
    assert found["input"].op == "Placeholder"
    assert list(found["negative"].input) == [
        "input"
    ]  # to wait for a placeholder would mean having to feed it


def test_a_placeholder_gives_way_to_an_operation_of_its_name() -> None:
    graph = Graph()
    with graph.as_default():
        graph.constant(1.0, name="it/component_0/")
        x, _ = build.IteratorGetNext(
            output_types=[dtypes.float32] * 2, output_shapes=[(), ()], shared_name="input", name="it"
        )
        build.Neg(x, name="negative")
    found = nodes(to_graph_def(graph))
    assert found["it/component_0"].op == "Const"
    assert list(found["negative"].input) == ["it/component_0_1"]


def test_what_waits_for_an_op_that_is_not_written_waits_for_what_that_waited_for() -> None:
    graph = Graph()
    with graph.as_default():
        first = build.NoOp(name="first")
        with graph.control_dependencies([first]):
            start = build.MakeIterator([], shared_name="input", name="start")
        with graph.control_dependencies([start]):
            build.NoOp(name="last")
    found = nodes(to_graph_def(graph))
    assert "start" not in found
    assert list(found["last"].input) == ["^first"]


def test_a_large_constant_is_written_as_a_placeholder() -> None:
    graph = Graph()
    size = written.LARGEST_CONSTANT // 4
    graph.constant(np.arange(size, dtype=np.float32), name="fits")
    graph.constant(np.arange(size + 1, dtype=np.float32), name="large")
    graph.constant([b"x" * (written.LARGEST_CONSTANT + 1)], name="text")
    graph.constant(np.zeros(size + 1, np.float32), name="zeros")
    found = nodes(to_graph_def(graph))
    kinds = {name: node.op for name, node in found.items()}
    assert kinds == {"fits": "Const", "large": "Placeholder", "text": "Placeholder", "zeros": "Const"}
    assert [dim.size for dim in found["large"].attr["shape"].shape.dim] == [size + 1]


def test_one_value_many_times_takes_some_bytes_in_a_file_and_is_the_same_again() -> None:
    graph = Graph()
    graph.constant(0.1, name="filled", shape=(1000, 1000))
    graph.constant(np.full((1000, 1000), 0.1, np.float32), name="given")
    message = to_graph_def(graph)
    assert message.ByteSize() < 400
    assert len(graph_text(graph)) < 1500
    again = Graph()
    from_graph_def(message, again)
    for name in ("filled", "given"):
        value = again.get_operation_by_name(name).attrs["value"]
        assert (value.shape, value.dtype, np.unique(value)) == ((1000, 1000), np.float32, np.float32(0.1))


@pytest.mark.parametrize("write", [to_graph_def, graph_text])
def test_a_graph_that_no_file_can_hold_is_an_error_that_names_the_largest_constants(
    write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "LARGEST_GRAPH", 8000)
    graph = Graph()
    graph.constant(np.arange(1500, dtype=np.float32), name="table")
    graph.constant(np.arange(499, dtype=np.float32), name="small")
    graph.constant(0.0, shape=(100, 1000), name="filled")
    write(graph)
    graph.constant(1.0, name="one_more")
    graph.constant(2.0, name="too_many")
    with pytest.raises(
        InvalidArgumentError, match=r"5 constants of 8,008 bytes .* 8,000.* 'table' \(6,000 bytes\), 'small'"
    ):
        write(graph)


def test_the_same_graph_gives_the_same_bytes() -> None:
    first, second = (messages.to_bytes(to_graph_def(classifier(), add_shapes=True)) for _ in range(2))
    assert first == second


def test_the_graph_knows_its_own_graph_def() -> None:
    graph = classifier()
    assert graph.as_graph_def(add_shapes=True) == to_graph_def(graph, add_shapes=True)


# -- in ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_comes_back_as_it_was(name: str) -> None:
    graph_def = to_graph_def(GRAPHS[name]())
    copy = Graph()
    from_graph_def(messages.parse("GraphDef", messages.to_bytes(graph_def), "the test"), copy)
    assert messages.to_text(to_graph_def(copy)) == messages.to_text(graph_def)


def test_nodes_may_stand_in_any_order() -> None:
    graph_def = to_graph_def(classifier())
    backwards = messages.GraphDef(node=reversed(graph_def.node), versions=graph_def.versions)
    copy = Graph()
    made = from_graph_def(backwards, copy)
    assert [op.name for op in made] == [node.name for node in backwards.node]
    assert nodes(to_graph_def(copy)) == nodes(graph_def)


def test_an_imported_graph_runs_below_a_prefix_on_mapped_inputs() -> None:
    source = Graph()
    with source.as_default():
        x = build.Placeholder(dtype=dtypes.float32, shape=(), name="x")
        build.Mul(x, 3.0, name="product")
    graph = Graph()
    with graph.as_default():
        two = graph.constant(2.0)
        from_graph_def(to_graph_def(source), graph, name="copy", input_map={"x:0": two})
        with Session(graph=graph) as session:
            assert session.run("copy/product:0") == 6.0


def test_attributes_may_be_left_to_their_defaults_and_notes_are_skipped() -> None:
    graph = Graph()
    from_graph_def(
        parsed(
            'node { name: "s" op: "Squeeze" input: "x" attr { key: "T" value { type: DT_FLOAT } } '
            '  attr { key: "_class" value { list { s: "loc:@x" } } } attr { key: "from_2030" value { b: false } } } '
            'node { name: "x" op: "Placeholder" device: "/cpu:0" attr { key: "dtype" value { type: DT_FLOAT } } }'
        ),
        graph,
    )
    assert graph.get_operation_by_name("s").attrs["squeeze_dims"] == []
    assert graph.get_operation_by_name("x").outputs[0].dims is None
    assert graph.get_operation_by_name("x").device == "/cpu:0"


@pytest.mark.parametrize("name", ["graph.pbtxt", "model.ckpt-200.meta"])
def test_ops_that_are_not_known_are_all_listed_and_nothing_is_added(name: str) -> None:
    """What TensorFlow 2.15's DNNClassifier wrote."""
    data = (MODEL_DIR / name).read_bytes()
    if name.endswith(".meta"):
        graph_def = messages.parse("MetaGraphDef", data, name).graph_def
    else:
        graph_def = messages.parse_text("GraphDef", data, name)
    graph = Graph()
    with pytest.raises(UnimplementedError) as caught:
        from_graph_def(graph_def, graph)
    assert "IteratorV2 " in str(caught.value)  # a resource there; ours is another op of a similar name
    assert "save/ShardedFilename" in str(caught.value)
    assert graph.get_operations() == []


def test_the_training_part_of_tensorflows_graph_is_read_node_by_node() -> None:
    """All nodes of TensorFlow's file whose ops are known, with what they need from the others mapped away."""
    data = (MODEL_DIR / "graph.pbtxt").read_bytes()
    graph_def = messages.parse_text("GraphDef", data, "graph.pbtxt")
    wanted = [node for node in graph_def.node if node.name.startswith("dnn/hiddenlayer_0/kernel/part_0")]
    graph = Graph()
    made = from_graph_def(messages.GraphDef(node=wanted), graph)
    again = nodes(to_graph_def(graph))
    assert len(made) == len(wanted) > 8
    for node in wanted:
        assert list(again[node.name].input) == list(node.input)
        for key, attr in node.attr.items():
            if key in again[node.name].attr and attr.WhichOneof("value") != "tensor":
                assert again[node.name].attr[key] == attr


PLACEHOLDER = 'node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }'
DAMAGED = {
    "an input that is missing": (
        'node { name: "n" op: "Neg" input: "x" }',
        DataLossError,
        "no node of that name",
    ),
    "a circle": (
        'node { name: "a" op: "NoOp" input: "^b" } node { name: "b" op: "NoOp" input: "^a" }',
        DataLossError,
        "depends on itself",
    ),
    "an output that is not there": (
        PLACEHOLDER + 'node { name: "n" op: "Neg" input: "x:1" }',
        DataLossError,
        "has 1 outputs",
    ),
    "too few inputs": ('node { name: "n" op: "Neg" }', DataLossError, "too few for 'x'"),
    "too many inputs": (
        PLACEHOLDER + 'node { name: "n" op: "Neg" input: "x" input: "x" }',
        DataLossError,
        "1 inputs too many",
    ),
    "two nodes of a name": (PLACEHOLDER * 2, DataLossError, "two nodes of the name 'x'"),
    "an attribute that is missing": ('node { name: "x" op: "Placeholder" }', DataLossError, "dtype"),
    "an attribute of another kind": (
        'node { name: "x" op: "Placeholder" attr { key: "dtype" value { i: 1 } } }',
        DataLossError,
        "attribute 'dtype' of node 'x' should be a type, but it is a i",
    ),
    "an unknown type": (
        'node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_QINT8 } } }',
        InvalidArgumentError,
        "type number 11",
    ),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_graph_def_that_contradicts_itself_is_refused(damage: str) -> None:
    text, error, message = DAMAGED[damage]
    with pytest.raises(error, match=message):
        from_graph_def(parsed(text), Graph())


def test_a_name_that_is_taken_gets_a_number_wherever_it_is_an_input() -> None:
    graph = Graph()
    with graph.as_default():
        for name in ("x", "x_1", "y"):
            graph.constant(1.0, name=name)
    text = """
        node { name: "x" op: "NoOp" }
        node { name: "x_2" op: "NoOp" input: "^x" }
        node { name: "y" op: "Const" attr { key: "dtype" value { type: DT_FLOAT } }
               attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape {} float_val: 2 } } } }
        node { name: "z" op: "Neg" input: "y:0" input: "^x_2" attr { key: "T" value { type: DT_FLOAT } } }
    """
    made = from_graph_def(parsed(text), graph)
    assert [op.name for op in made] == ["x_3", "x_2", "y_1", "z"]
    assert [op.name for op in made[1].control_inputs] == ["x_3"]
    assert made[3].inputs[0] is made[2].outputs[0]


def test_a_deep_graph_is_read_without_recursion() -> None:
    graph = Graph()
    with graph.as_default():
        x = graph.constant(1.0)
        for _ in range(1500):
            x = build.Neg(x)
    graph_def = to_graph_def(graph)
    backwards = messages.GraphDef(node=reversed(graph_def.node))
    assert len(from_graph_def(backwards, Graph())) == 1501
