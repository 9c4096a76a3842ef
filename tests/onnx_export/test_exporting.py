"""Every rule on the rows that its op has, and what is refused."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import onnx
import pytest

from estimator.core.dtypes import float32, int32, string
from estimator.core.errors import UsageError
from estimator.functions.arrays import placeholder
from estimator.functions.scoping import control_dependencies
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.onnx_export import document
from estimator.onnx_export.exporting import RULES, to_onnx
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.variable import global_variables_initializer
from tests.onnx_export.runtime import check_graph, run_onnx
from tests.ops.test_contract import EXAMPLES, Call, unknown_batch

ROWS = {op_type: [row for row in EXAMPLES if row.op == op_type] for op_type in sorted(RULES)}

# shown here and in the families' tests, with what the rows leave out
WITHOUT_EXPORTED_ROW: set[str] = {
    "FusedBatchNorm",
    "FusedBatchNormV2",
    "FusedBatchNormV3",
    "LookupTableFindV2",
    "ResourceGather",
    "TruncateDiv",
}


@pytest.mark.parametrize("op_type", ROWS)
def test_a_row_of_an_op_is_exported_right_or_refused(op_type: str) -> None:
    exported = 0
    for row in ROWS[op_type]:
        for shape in (np.shape, unknown_batch):
            call = Call(row, shape)
            try:
                check_graph(call.graph, call.feeds, call.outputs)
            except UsageError:
                continue
            exported += 1
    assert bool(exported) != (op_type in WITHOUT_EXPORTED_ROW)


def _export(graph: Graph, inputs: dict[str, Any], outputs: dict[str, Any]) -> bytes:
    with Session(graph=graph) as session:
        return to_onnx(session, inputs, outputs)


def test_variables_are_initializers_under_their_own_names() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(float32, [None, 2])
        kernel = get_variable("dense/kernel", initializer=np.float32([[1.0], [2.0]]))
        y = build.MatMul(x, kernel)
        ready = global_variables_initializer()
    with Session(graph=graph) as session:
        session.run(ready)
        model = to_onnx(session, {"x": x}, {"y": y})
    (initializer,) = onnx.load_from_string(model).graph.initializer
    assert initializer.name == "dense/kernel"
    np.testing.assert_array_equal(onnx.numpy_helper.to_array(initializer), [[1.0], [2.0]])
    assert run_onnx(model, {"x": np.float32([[1, 1], [0, 2]])})["y"].tolist() == [[3.0], [4.0]]


def test_versions_are_those_that_older_runtimes_read() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(float32, [None, 2])
        y = build.Relu(x)
    model = onnx.load_from_string(_export(graph, {"x": x}, {"y": y}))
    assert model.ir_version == 8
    assert {opset.domain: opset.version for opset in model.opset_import}[""] == 17
    dims = model.graph.input[0].type.tensor_type.shape.dim
    assert (dims[0].dim_param, dims[1].dim_value) == ("batch", 2)


def test_what_depends_on_nothing_that_is_fed_is_computed() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(float32, [None])
        scale = build.Lgamma(np.float32(5.0))  # for which there is no rule: log(4!)
        y = build.Mul(x, scale)
    model = _export(graph, {"x": x}, {"y": y, "scale": scale})
    assert [node.op_type for node in onnx.load_from_string(model).graph.node] == [
        "Mul",
        "Identity",
        "Identity",
    ]
    found = run_onnx(model, {"x": np.float32([2])})
    np.testing.assert_allclose(found["scale"], np.log(24), rtol=1e-6)
    np.testing.assert_allclose(found["y"], [2 * np.log(24)], rtol=1e-6)


def test_all_operations_that_cannot_go_are_in_one_error() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(float32, [None], name="x")
        y = build.Lgamma(x, name="first")
        y = build.Digamma(build.Relu(y), name="third")
        z = build.Pow(build.Cast(x, DstT=int32), np.int32(2), name="second")
    with pytest.raises(UsageError) as error:
        _export(graph, {"x": x}, {"y": y, "z": z})
    assert len(error.value.problems) == 3
    text = str(error.value)
    assert "Lgamma 'first' (created at" in text and "there is no rule" in text
    assert "Digamma 'third'" in text
    assert "Pow 'second'" in text and "of int32; it is exported of float32, float64." in text


def test_a_placeholder_that_is_not_fed_is_named() -> None:
    graph = Graph()
    with graph.as_default():
        x, rate = placeholder(float32, [None], name="x"), placeholder(float32, [], name="rate")
        y = build.Mul(x, rate)
    with pytest.raises(UsageError, match="Placeholder 'rate'.*not among the inputs"):
        _export(graph, {"x": x}, {"y": y})


def test_a_placeholder_with_a_default_has_it() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(float32, [None])
        rate = build.PlaceholderWithDefault(np.float32(0.5), shape=())
        y = build.Mul(x, rate)
    assert run_onnx(_export(graph, {"x": x}, {"y": y}), {"x": np.float32([4])})["y"].tolist() == [2.0]


def test_random_numbers_are_refused() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(float32, [2])
        y = build.Add(x, build.RandomUniform([2], dtype=float32, name="noise"))
    with pytest.raises(UsageError, match="RandomUniform 'noise'"):
        _export(graph, {"x": x}, {"y": y})


def test_a_change_of_a_variable_that_an_output_waits_for_is_refused() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(float32, [None])
        count = get_variable("count", initializer=np.float32(0))
        with control_dependencies([count.assign_add(1.0)]):
            y = build.Relu(x)
        ready = global_variables_initializer()
    with Session(graph=graph) as session:
        session.run(ready)
        with pytest.raises(UsageError, match="AssignAddVariableOp"):
            to_onnx(session, {"x": x}, {"y": y})


def test_checks_are_left_out_and_named(caplog: pytest.LogCaptureFixture) -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(float32, [None])
        check = build.Assert(build.All(build.Greater(x, np.float32(0)), [0]), [x], name="positive")
        with control_dependencies([check]):
            y = build.Relu(x)
    with caplog.at_level(logging.WARNING, "estimator"):
        model = _export(graph, {"x": x}, {"y": y})
    assert "ONNX has no checks, so the model goes on where these would fail: positive" in caplog.text
    assert run_onnx(model, {"x": np.float32([-1, 1])})["y"].tolist() == [0.0, 1.0]


def test_names_that_onnx_cannot_have_are_listed() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(float32, None)
        y = build.Cast(placeholder(float32, [None]), DstT="bfloat16")
    with pytest.raises(UsageError) as error:
        _export(graph, {"x": x, "sparse": object()}, {"x": y})
    text = str(error.value)
    assert "'x' names an input and an output" in text
    assert "'x' is bfloat16, which is not exported" in text
    assert "the number of axes of 'x' is not known" in text
    assert "input 'sparse' is <object object" in text


def test_an_output_may_be_called_as_a_variable_is() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(float32, [None])
        y = build.Mul(x, get_variable("y", initializer=np.float32(3)))
        ready = global_variables_initializer()
    with Session(graph=graph) as session:
        session.run(ready)
        model = to_onnx(session, {"x": x}, {"y": y})
    assert run_onnx(model, {"x": np.float32([2])})["y"].tolist() == [6.0]


def test_a_model_that_no_file_can_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MOST_BYTES", 100)
    graph = Graph()
    with graph.as_default():
        ids = placeholder(int32, [None])
        rows = build.GatherV2(np.zeros((10, 10), np.float32), ids, np.int32(0))
    with pytest.raises(ValueError, match="bytes, and an ONNX file fewer than 2 GB"):
        _export(graph, {"ids": ids}, {"rows": rows})


def test_a_value_of_a_type_that_onnx_does_not_have_is_named() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(float32, [None])
        y = build.Real(build.Mul(build.Complex(x, x), np.complex64(1j)))
    with pytest.raises(UsageError, match="Mul.*of complex64, which is not exported"):
        _export(graph, {"x": x}, {"y": y})


def test_what_is_fed_need_not_be_a_placeholder() -> None:
    graph = Graph()
    with graph.as_default():
        words = placeholder(string, [None])
        middle = build.Cast(build.StringLength(words), DstT=float32)
        y = build.Neg(middle)
    model = _export(graph, {"middle": middle}, {"y": y, "same": middle})
    found = run_onnx(model, {"middle": np.float32([3])})
    assert (found["y"].tolist(), found["same"].tolist()) == ([-3.0], [3.0])


def test_a_tensor_whose_rank_only_a_run_tells_is_refused() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(float32, [None])
        y = build.Reshape(x, placeholder(int32, [None], name="shape"))
        z = build.Rank(y)
    with pytest.raises(UsageError, match="not known before a run: use tensor.set_shape"):
        _export(graph, {"x": x, "shape": graph.get_tensor_by_name("shape:0")}, {"z": z})
