"""Graphs compared by name; their order does not matter."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from estimator.formats import messages
from estimator.inspection.graphs import NodeChange, graph_difference, graph_of
from tests.inspection.fixtures import TF

ADAGRAD = TF / "dnn_iris_adagrad_default" / "model_dir" / "model.ckpt-200"


def graph(*nodes: dict[str, Any]) -> Any:
    return messages.from_dict("GraphDef", {"node": list(nodes)})


ONE = {"name": "x", "op": "Placeholder", "attr": {"dtype": {"type": "DT_FLOAT"}}}
TWO = {"name": "y", "op": "Neg", "input": ["x", "^z", "^a"]}


def test_order_is_ignored_of_nodes_and_of_control_inputs() -> None:
    again = TWO | {"input": ["x:0", "^a", "^z"]}
    assert graph_difference(graph(ONE, TWO), graph(again, ONE)).is_same


def test_what_the_runtime_adds_is_ignored() -> None:
    other = TWO | {"attr": {"_class": {"list": {"s": ["bG9jOkB4"]}}}}
    assert graph_difference(graph(TWO), graph(other)).is_same


def test_added_removed_and_changed_nodes_are_told() -> None:
    changed = {"name": "x", "op": "Const", "attr": {"dtype": {"type": "DT_INT32"}}}
    found = graph_difference(graph(ONE, TWO), graph(changed, {"name": "z", "op": "Abs"}))
    assert (found.only_a, found.only_b, found.count_a, found.count_b) == (
        (("y", "Neg"),),
        (("z", "Abs"),),
        2,
        2,
    )
    assert found.changed == (
        NodeChange("x", (("op", "Placeholder", "Const"), ("dtype", "type: DT_FLOAT", "type: DT_INT32"))),
    )


def test_a_long_constant_is_told_by_its_checksum() -> None:
    def constant(value: float) -> Any:
        made = graph({"name": "c", "op": "Const"})
        made.node[0].attr["value"].tensor.float_val.extend([value] * 2000)
        return made

    found = graph_difference(constant(1.0), constant(2.0))
    ((what, a, b),) = found.changed[0].changes
    assert what == "value" and a != b and "bytes with the checksum" in a
    assert graph_difference(constant(1.0), constant(1.0)).is_same


def test_functions_are_compared() -> None:
    def library(op: str) -> Any:
        made = graph()
        function = made.library.function.add()
        function.signature.name = "body"
        function.node_def.add(name="n", op=op)
        function.ret["out"] = "n:0"
        return made

    assert graph_difference(library("Neg"), library("Neg")).is_same
    found = graph_difference(library("Neg"), library("Abs"))
    assert found.changed == (NodeChange("function body", (("n.op", "Neg", "Abs"),)),)


def test_the_graph_of_a_checkpoint_is_in_its_meta_or_in_graph_pbtxt(tmp_path: Path) -> None:
    of_meta = graph_of(str(ADAGRAD))
    pbtxt = ADAGRAD.parent / "graph.pbtxt"
    if not pbtxt.exists():
        pytest.skip("the fixture has no graph.pbtxt")
    shutil.copy(pbtxt, tmp_path / "graph.pbtxt")
    of_text = graph_of(str(tmp_path / "model.ckpt-200"))
    found = graph_difference(of_text, of_meta)
    # TensorFlow adds the saver to the graph after it has written graph.pbtxt
    assert not found.only_a and all(name.startswith("save/") for name, _ in found.only_b)
    assert not found.changed


def test_without_a_graph_there_is_none_and_a_damaged_one_is_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert graph_of(str(tmp_path / "model.ckpt-1")) is None
    (tmp_path / "graph.pbtxt").write_text(json.dumps({"no": "graph"}))
    assert graph_of(str(tmp_path / "model.ckpt-1")) is None
    assert "is not compared" in caplog.text


@pytest.mark.parametrize("optimizer", ["adam", "adagrad", "momentum"])
def test_variables_of_references_and_of_resources_make_other_graphs(optimizer: str) -> None:
    ref, resource = (
        graph_of(str(TF / f"meta_{kind}_{optimizer}" / "model.ckpt-3")) for kind in ("ref", "resource")
    )
    assert graph_difference(ref, ref).is_same
    assert not graph_difference(ref, resource).is_same
