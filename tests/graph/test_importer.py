"""GraphDefs, ours and TensorFlow's, become graphs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes
from estimator.core.errors import DataLossError, InvalidArgumentError, UnimplementedError
from estimator.formats import messages
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from estimator.graph.importer import from_graph_def
from estimator.runtime.session import Session
from tests.graph.graphs import GRAPHS, bodies, classifier
from tests.runtime.loops import count_to

MODEL_DIR = Path(__file__).parents[1] / "data/tf/dnn_iris_adagrad_default/model_dir"


def nodes(graph_def: Any) -> dict[str, Any]:
    return {node.name: node for node in graph_def.node}


def parsed(text: str) -> Any:
    return messages.parse_text("GraphDef", text, "the test")


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


def counting(limit: int = 3) -> Graph:
    graph = Graph()
    with graph.as_default():
        build.Identity(count_to(limit), name="left")
    return graph


def test_a_loop_comes_back_as_it_was_whatever_the_order() -> None:
    graph_def = to_graph_def(counting())
    for listed in (graph_def.node, list(reversed(graph_def.node))):
        copy = Graph()
        from_graph_def(messages.GraphDef(node=listed, versions=graph_def.versions), copy)
        assert nodes(to_graph_def(copy)) == nodes(graph_def)
        with Session(graph=copy) as session:
            assert session.run("left:0") == 3


def test_the_head_of_a_loop_has_the_shape_that_the_file_notes() -> None:
    for add_shapes, expected in ((True, ()), (False, None)):
        copy = Graph()
        from_graph_def(to_graph_def(counting(), add_shapes=add_shapes), copy)
        assert copy.get_tensor_by_name("Merge:0").dims == expected


def test_loops_keep_apart_that_are_imported_below_a_prefix_or_twice() -> None:
    copy = Graph()
    for prefix in ("", "", "a", "b"):
        from_graph_def(to_graph_def(counting()), copy, name=prefix)
    enters = [op for op in copy.get_operations() if op.type == "Enter"]
    assert {op.attrs["frame_name"] for op in enters} == {"count", "count_1", "a/count", "b/count"}
    with Session(graph=copy) as session:
        assert session.run(["left:0", "left_1:0", "a/left:0", "b/left:0"]) == [3] * 4


def test_a_loop_that_nothing_enters_is_refused() -> None:
    text = """
        node { name: "head" op: "Merge" input: "next" attr { key: "T" value { type: DT_FLOAT } } attr { key: "N" value { i: 1 } } }
        node { name: "next" op: "NextIteration" input: "head" attr { key: "T" value { type: DT_FLOAT } } }
    """
    with pytest.raises(DataLossError, match="depends on itself"):
        from_graph_def(parsed(text), Graph())


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
    assert "TensorSliceDataset" in str(caught.value)
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


# -- functions ---------------------------------------------------------------------------------------------------------


def run_bodies(graph: Graph, prefix: str = "") -> Any:
    session = Session(graph=graph)
    session.run(f"{prefix}v/Assign")
    x = np.arange(8, dtype=np.float32).reshape(2, 4)
    return [
        [
            value.tolist()
            for value in session.run([f"{prefix}total:0", f"{prefix}after:0"], {f"{prefix}x:0": x})
        ]
        for _ in range(3)
    ]


def test_functions_come_back_as_graphs_that_run_also_beside_those_they_came_from() -> None:
    graph = bodies()
    assert sorted(graph.library) == ["branch0", "branch1", "cond", "otherwise", "step", "then"]
    expected = run_bodies(graph)
    graph_def = to_graph_def(graph)
    copy = Graph()
    from_graph_def(graph_def, copy)
    assert run_bodies(copy) == expected
    from_graph_def(graph_def, graph, name="again")  # the same variable, by way of other functions
    assert graph.get_operation_by_name("again/loop").attrs["body"].name == "step_1"
    assert run_bodies(graph, "again/") == expected


def test_functions_that_nobody_calls_are_kept_as_they_were_read() -> None:
    text = 'library { function { signature { name: "f" } node_def { name: "a" op: "NotKnownHere" } } }'
    graph = Graph()
    from_graph_def(parsed(text), graph)
    assert to_graph_def(graph).library == parsed(text).library


def test_a_file_that_turns_out_to_be_broken_leaves_no_function_behind() -> None:
    graph_def = to_graph_def(bodies())
    (loop,) = (node for node in graph_def.node if node.op == "While")
    loop.attr["T"].list.type[0] = messages.DataType.Value("DT_FLOAT")  # all functions have been made by then
    graph = Graph()
    with pytest.raises(DataLossError, match="contradicts itself"):
        from_graph_def(graph_def, graph)
    assert graph.library == {}


def test_ops_that_are_not_known_are_looked_for_in_functions_too() -> None:
    graph_def = to_graph_def(bodies())
    (then,) = (function for function in graph_def.library.function if function.signature.name == "then")
    then.node_def.add(name="odd", op="NotKnownHere")
    graph = Graph()
    with pytest.raises(UnimplementedError, match="NotKnownHere +for example 'odd'"):
        from_graph_def(graph_def, graph)
    assert graph.get_operations() == []
    assert graph.library == {}


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


@pytest.mark.parametrize(
    ("producer", "dims"), [(0, None), (19, None), (21, None), (22, ()), (1645, ())]
)  # as TensorFlow 2.15 reads them
def test_a_placeholder_of_no_dimensions_was_one_of_unknown_shape_once(producer: int, dims: Any) -> None:
    text = """
        node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } }
               attr { key: "shape" value { shape {} } } }
        node { name: "r" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } }
               attr { key: "shape" value { shape { dim { size: 2 } } } } }
    """
    message = messages.parse_text("GraphDef", text, "test")
    message.versions.producer = producer
    scalar, row = from_graph_def(message, Graph())
    assert scalar.outputs[0].dims == dims
    assert row.outputs[0].dims == (2,)
    assert not message.node[0].attr["shape"].shape.unknown_rank  # what is given is not changed
