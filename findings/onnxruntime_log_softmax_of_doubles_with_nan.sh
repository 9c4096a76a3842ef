#!/usr/bin/env bash
# onnxruntime 1.32.0: LogSoftmax of float64 gives large positive numbers for the rest of a row that has a NaN.
#
# The row [1, NaN, 2, 0] becomes about [45, NaN, 46, 44]: logarithms of probabilities, yet above 0, and the largest of them is taken
# for a class. In float32 the whole row is NaN, as the formula says, and so it is by Softmax and Log of the same float64 row.
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


def answered(op_types, row):
    kind = TensorProto.DOUBLE if row.dtype == np.float64 else TensorProto.FLOAT
    names = ["x", *(f"{op_type}_of_it" for op_type in op_types[:-1]), "y"]
    attributes = {"Softmax": {"axis": -1}, "LogSoftmax": {"axis": -1}}
    nodes = [
        helper.make_node(op_type, [before], [after], **attributes.get(op_type, {}))
        for op_type, before, after in zip(op_types, names, names[1:])
    ]
    ends = [helper.make_tensor_value_info(name, kind, [1, row.size]) for name in ("x", "y")]
    graph = helper.make_graph(nodes, "probabilities", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": row[np.newaxis]})[0][0]


row = np.array([1, np.nan, 2, 0])
singles = answered(["LogSoftmax"], row.astype(np.float32))
by_two = answered(["Softmax", "Log"], row)
doubles = answered(["LogSoftmax"], row)
print("float32:", singles.tolist(), "float64 by Softmax and Log:", by_two.tolist(), "float64:", doubles.tolist())
assert np.isnan(singles).all() and np.isnan(by_two).all()
assert np.isnan(doubles).tolist() == [False, True, False, False]
assert (doubles[[0, 2, 3]] > 40).all()
PY
