"""What TensorFlow's messages say of an op and of an operation."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.core.dtypes import float32
from estimator.formats import messages
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.importer import from_graph_def


@pytest.fixture
def graph() -> Any:
    with Graph().as_default() as graph:
        yield graph


def test_an_op_is_described_as_by_tensorflow(graph: Graph) -> None:
    described = build.MatMul([[1.0]], [[2.0]]).op.op_def
    # tf.matmul(...).op.op_def of TensorFlow 2.15.1, but for the order of the attributes
    assert [(arg.name, arg.type_attr) for arg in described.input_arg] == [("a", "T"), ("b", "T")]
    assert [(arg.name, arg.type_attr) for arg in described.output_arg] == [("product", "T")]
    attrs = {attr.name: attr for attr in described.attr}
    assert {name: attr.type for name, attr in attrs.items()} == {
        "transpose_a": "bool", "transpose_b": "bool", "T": "type",
    }  # fmt: skip
    assert attrs["transpose_a"].HasField("default_value") and not attrs["T"].HasField("default_value")
    assert messages.DataType.Value("DT_FLOAT") in attrs["T"].allowed_values.list.type
    assert not described.is_stateful


def test_lists_and_state_are_described(graph: Graph) -> None:
    packed = build.Pack([1.0, 2.0]).op.op_def
    assert (packed.input_arg[0].number_attr, packed.input_arg[0].type_attr) == ("N", "T")
    assert build.VarHandleOp(dtype=float32, shape=()).op.op_def.is_stateful
    assert build.RandomUniform([2], dtype=float32).op.op_def.is_stateful


def test_attributes_come_as_tensorflows_python_gives_them(graph: Graph) -> None:
    image = build.Fill([1, 3, 3, 1], 1.0)
    conv = build.Conv2D(image, build.Fill([1, 1, 1, 1], 1.0), strides=[1, 1, 1, 1], padding="SAME").op
    # op.get_attr(...) of TensorFlow 2.15.1
    assert conv.get_attr("padding") == b"SAME" and conv.get_attr("data_format") == b"NHWC"
    assert conv.get_attr("strides") == [1, 1, 1, 1] and conv.get_attr("use_cudnn_on_gpu") is True
    assert conv.get_attr("T") is float32
    shape = build.Placeholder(dtype=float32, shape=[None, 3]).op.get_attr("shape")
    assert str(shape).split() == "dim { size: -1 } dim { size: 3 }".split()
    value = graph.constant([1.0, 2.0]).op.get_attr("value")
    assert (value.dtype, value.tensor_shape.dim[0].size) == (messages.DataType.Value("DT_FLOAT"), 2)


def test_an_attribute_that_is_not_there_is_told_with_those_that_are(graph: Graph) -> None:
    with pytest.raises(ValueError, match=r"^Neg 'Neg' has no attribute 'U'; it has: T\.$"):
        build.Neg(1.0).op.get_attr("U")


def test_the_gradient_that_replaces_an_ops_own_is_an_attribute(graph: Graph) -> None:
    with graph.gradient_override_map({"Square": "Mine"}):
        assert build.Square(2.0).op.get_attr("_gradient_op_type") == b"Mine"


def test_the_line_that_made_an_operation_is_its_traceback(graph: Graph) -> None:
    (line,) = build.Neg(1.0).op.traceback
    assert line.filename == __file__
    assert line.line == "(line,) = build.Neg(1.0).op.traceback"


def test_an_operation_says_with_which_others_it_is_to_be(graph: Graph) -> None:
    a, c = graph.constant(1.0, name="a"), graph.constant(1.0, name="c")
    with graph.device("/cpu:1"):
        placed = graph.constant(1.0)
    with graph.colocate_with(a):
        with graph.colocate_with(c, ignore_existing=True):
            alone = graph.constant(2.0)
        with graph.device("/gpu:3"), graph.colocate_with(c.op):
            both = graph.constant(2.0)
        with graph.colocate_with(None, ignore_existing=True):
            free = graph.constant(2.0, name="free")
    with graph.colocate_with(placed):
        beside = graph.constant(3.0)
    # what TensorFlow 2.15.1 gives
    assert alone.op.colocation_groups() == [b"loc:@c"]
    assert both.op.colocation_groups() == [b"loc:@a", b"loc:@c"] and both.device == ""
    assert free.op.colocation_groups() == [b"loc:@free"]
    assert beside.device == placed.device == "/device:CPU:1"
    assert both.op.get_attr("_class") == [b"loc:@a", b"loc:@c"]
    assert "_class" not in free.op.node_def.attr
    with pytest.raises(ValueError, match="ignore_existing=True"):
        graph.colocate_with(None)


def test_a_file_keeps_with_which_others_an_operation_is_to_be(graph: Graph) -> None:
    with graph.colocate_with(graph.constant(1.0, name="a")):
        graph.constant(2.0, name="b")
    other = Graph()
    from_graph_def(graph.as_graph_def(), other, "under")
    assert other.get_operation_by_name("under/b").colocation_groups() == [b"loc:@under/a"]


def test_a_graph_tells_the_version_of_its_files(graph: Graph) -> None:
    assert graph.graph_def_versions == graph.as_graph_def().versions
    assert graph.graph_def_versions.producer > 21
