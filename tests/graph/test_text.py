"""graph.pbtxt is what protobuf prints for the same graph."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes
from estimator.core.dtypes import as_dtype
from estimator.formats import messages
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from estimator.graph.importer import from_graph_def
from estimator.graph.op import NameAttrList
from estimator.graph.text import graph_text
from estimator.graph.written import Attr
from tests.bodies import traced
from tests.graph.graphs import GRAPHS
from tests.ops.example import all_examples

TENSORFLOWS = Path(__file__).parents[1] / "data/tf/dnn_iris_adagrad_default/model_dir/graph.pbtxt"


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("add_shapes", [False, True])
def test_the_text_is_what_protobuf_prints(name: str, add_shapes: bool) -> None:
    graph = GRAPHS[name]()
    assert graph_text(graph, add_shapes) == messages.to_text(to_graph_def(graph, add_shapes))


def _placeholders(value: Any) -> Any:
    if isinstance(value, list):
        return [_placeholders(each) for each in value]
    array = np.asarray(value)
    return build.Placeholder(dtype=as_dtype(array.dtype), shape=array.shape)


def test_the_text_of_every_op_is_what_protobuf_prints() -> None:
    graph = Graph()
    with graph.as_default():
        for row in all_examples():
            inputs = [
                value if place in row.constants else _placeholders(value)
                for place, value in enumerate(row.inputs)
            ]
            getattr(build, row.op)(*inputs, **row.attrs)
    assert graph_text(graph, True) == messages.to_text(to_graph_def(graph, True))


def test_functions_of_a_library_are_written() -> None:
    theirs = messages.parse_text("GraphDef", TENSORFLOWS.read_bytes(), str(TENSORFLOWS))
    only_functions = messages.GraphDef(library=theirs.library)
    assert only_functions.library.function
    graph = Graph()
    from_graph_def(only_functions, graph)
    assert graph_text(graph) == messages.to_text(to_graph_def(graph))
    assert to_graph_def(graph).library == theirs.library


def test_functions_in_attributes_keep_attributes_of_their_own() -> None:
    """An attribute of every kind; the list that is empty may be one of anything."""
    graph = Graph()
    with graph.as_default():
        x = build.Placeholder(dtype=dtypes.float32, shape=(2,))
        inner = {
            "b": Attr("bool", True), "f": Attr("float", 0.5), "i": Attr("int", -1), "s": Attr("string", "text"),
            "shape": Attr("shape", (None, 2)), "type": Attr("type", dtypes.int64), "none": Attr("list(int)", []),
            "tensor": Attr("tensor", (np.float32([1, 2]), dtypes.float32)), "list": Attr("list(type)", [dtypes.bool]),
            "func": Attr("func", NameAttrList("g", {"list": Attr("list(string)", ["a", "b"])})),
        }  # fmt: skip
        body = traced(lambda x: [x], [x], "f")
        function = NameAttrList(body.name, inner)
        build.PartitionedCall([x], Tout=[dtypes.float32], f=function, name="call")
        build.Case(0, [x], Tout=[dtypes.float32], branches=[function, body.name], name="case")
    graph_def = to_graph_def(graph)
    assert graph_text(graph) == messages.to_text(graph_def)
    copy = Graph()
    from_graph_def(graph_def, copy)
    assert to_graph_def(copy) == graph_def
    assert copy.get_operation_by_name("call").attrs["f"].attrs["shape"] == inner["shape"]
    first, second = copy.get_operation_by_name("case").attrs["branches"]
    assert (first.attrs["shape"], second) == (inner["shape"], NameAttrList("f"))


def test_random_floats_are_printed_as_protobuf_prints_them(rng: np.random.Generator) -> None:
    bits = rng.integers(0, 2**32, 500, np.uint32)
    graph = Graph()
    for value in bits.view(np.float32):
        graph.constant(value)
    assert graph_text(graph) == messages.to_text(to_graph_def(graph))


def test_text_can_be_made_without_protobuf() -> None:
    program = (
        "import sys; from estimator.graph.text import graph_text; from estimator.graph.graph import Graph; "
        "import estimator.ops; graph = Graph(); graph.constant([1.0, 2.0]); assert 'tensor_content' in graph_text(graph); "
        "sys.exit('google.protobuf' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def _calls_to_write(nodes: int) -> int:
    """How many calls of functions it takes to write a chain of so many nodes."""
    graph = Graph()
    with graph.as_default():
        x = build.Placeholder(dtype=dtypes.float32, shape=(None, 4))
        for _ in range(nodes):
            x = build.Tanh(x)
    events: list[str] = []
    sys.setprofile(lambda frame, event, argument: events.append(event))
    try:
        text = graph_text(graph)
    finally:
        sys.setprofile(None)
    assert text.count("node {") == nodes + 1
    return events.count("call") + events.count("c_call")


def test_the_work_grows_as_the_graph_does() -> None:
    assert _calls_to_write(800) < 2.2 * _calls_to_write(400)
