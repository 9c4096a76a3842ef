"""Graphs become GraphDefs that TensorFlow can run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes
from estimator.core.errors import InvalidArgumentError
from estimator.formats import messages
from estimator.functions.random import random_uniform
from estimator.graph import build, written
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from estimator.graph.importer import from_graph_def
from estimator.graph.text import graph_text
from estimator.variables.variable import Variable
from tests.bodies import branches, branches_by_number, loop
from tests.graph.graphs import bodies, classifier


def nodes(graph_def: Any) -> dict[str, Any]:
    return {node.name: node for node in graph_def.node}


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


def test_a_function_says_of_the_handles_it_takes_what_their_variables_are() -> None:
    (step,) = (
        function for function in to_graph_def(bodies()).library.function if function.signature.name == "step"
    )
    noted = {arg.name: [*map(str, arg.handle_data)] for arg in step.signature.input_arg if arg.handle_data}
    resource = messages.DataType.Value("DT_RESOURCE")
    assert list(noted) == [arg.name for arg in step.signature.input_arg if arg.type == resource]
    (text,) = noted.values()
    assert text == ["dtype: DT_FLOAT\nshape {\n  dim {\n    size: 2\n  }\n  dim {\n    size: 2\n  }\n}\n"]


def test_branches_and_loops_are_lowered_where_nothing_in_them_has_an_order() -> None:
    v = Variable(1.0, name="v")
    one = build.Const(value=np.float32(1), dtype=dtypes.float32)

    def checked() -> list[Any]:
        build.Assert(True, [one])
        return [one]

    made = {
        "pure": branches_by_number(0, [lambda: [one], lambda: [-one]], stateless=True),
        "reads": branches(True, lambda: [v.read_value()], lambda: [one]),
        "draws": loop(lambda x: x < 1.0, lambda x: [x + random_uniform([])], [one]),
        "writes": loop(lambda x: x < 1.0, lambda x: [v.assign_add(x)], [one]),
        "checks": branches(True, checked, lambda: [one]),
    }
    lowered = {
        name for name, outputs in made.items() if "_lower_using_switch_merge" in outputs[0].op.node_def.attr
    }
    assert lowered == {"pure", "reads", "draws"}


def test_the_graph_knows_its_own_graph_def() -> None:
    graph = classifier()
    assert graph.as_graph_def(add_shapes=True) == to_graph_def(graph, add_shapes=True)


def test_messages_that_were_given_may_be_changed_without_changing_the_next() -> None:
    graph = Graph()
    with graph.as_default():
        x = build.Placeholder(dtype=dtypes.float32, shape=(None, 4), name="x")
    written_before = to_graph_def(graph, add_shapes=True)
    changed = to_graph_def(graph, add_shapes=True)
    changed.node[0].attr["shape"].shape.dim[1].size = 9
    changed.node[0].attr["_output_shapes"].list.shape[0].dim[1].size = 9
    x.op.get_attr("shape").dim[1].size = 9
    assert to_graph_def(graph, add_shapes=True) == written_before
