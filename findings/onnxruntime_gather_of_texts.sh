#!/usr/bin/env bash
# onnxruntime 1.32.0: Gather of rows of texts copies the first text of each row and leaves the others empty.
#
# ONNX says that Gather picks whole slices, of texts as of numbers. The CPU kernel picks whole rows of numbers, but of a row of
# several texts the first alone: the others are empty, and nothing is said. A table of words that is read by ids, several words
# to an id, exports and loads and answers wrongly. GatherND on the same data is right.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "onnxruntime==1.32.0" "onnx==1.23.2"
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

print("onnxruntime", onnxruntime.__version__, "onnx", onnx.__version__)


def picked(op, kind, table, ids):
    nodes = [helper.make_node(op, ["table", "ids"], ["rows"])]
    inputs = [
        helper.make_tensor_value_info("table", kind, table.shape),
        helper.make_tensor_value_info("ids", TensorProto.INT64, ids.shape),
    ]
    outputs = [helper.make_tensor_value_info("rows", kind, (len(ids), table.shape[1]))]
    graph = helper.make_graph(nodes, "picked", inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"table": table, "ids": ids})[0].tolist()


texts = np.array([["red", "rot"], ["blue", "blau"]], object)
numbers = np.array([[1, 10], [2, 20]], np.int64)
ids = np.array([1, 0], np.int64)
of_texts = picked("Gather", TensorProto.STRING, texts, ids)
of_numbers = picked("Gather", TensorProto.INT64, numbers, ids)
by_gather_nd = picked("GatherND", TensorProto.STRING, texts, ids[:, None])
print("Gather of texts:  ", of_texts)
print("Gather of numbers:", of_numbers)
print("GatherND of texts:", by_gather_nd)
assert of_numbers == [[2, 20], [1, 10]]
assert by_gather_nd == [["blue", "blau"], ["red", "rot"]]
assert [row[0] for row in of_texts] == ["blue", "red"] and of_texts != by_gather_nd
PY
