#!/usr/bin/env bash
# onnxruntime 1.32.0: ReduceSum of int64 loses the last digits of sums above 2**53, as if it were done in float64.
#
# Four times 2**53 + 1 are summed to 4 too little, though each number and the sum are far from the limits of int64. Add of the same
# numbers is exact. Sums of ids, hashes or times in nanoseconds are wrong in a model that was exact where it was made.
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


def answered(node, inputs, initializers=()):
    given = [helper.make_tensor_value_info(name, TensorProto.INT64, array.shape) for name, array in inputs.items()]
    output = helper.make_tensor_value_info("sum", TensorProto.INT64, ())
    graph = helper.make_graph([node], "sums", given, [output], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return int(session.run(None, inputs)[0])


number = 2**53 + 1
numbers = np.full(4, number, np.int64)
axes = helper.make_tensor("axes", TensorProto.INT64, [1], [0])
reduce_sum = helper.make_node("ReduceSum", ["x", "axes"], ["sum"], keepdims=0)
reduced = answered(reduce_sum, {"x": numbers}, [axes])
added = answered(helper.make_node("Add", ["a", "b"], ["sum"]), {"a": np.array(number), "b": np.array(3 * number)})
print("ReduceSum:", reduced, "Add:", added, "exact:", 4 * number)
assert added == 4 * number
assert reduced != 4 * number and reduced == int(numbers.astype(np.float64).sum())
PY
