#!/usr/bin/env bash
# safetensors 0.8.0: safetensors.numpy.save writes arrays that are not row-major with wrong values, and says nothing.
#
# The bytes are taken as they lie in memory (or, of a strided array, as its values lie one after the other up to the size of
# its shape), and the shape is that of the array: a transposed weight is another weight when it is loaded. The side of
# torch refuses such tensors. np.ascontiguousarray before saving is the way around.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "safetensors==0.8.0" numpy
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import numpy as np
import safetensors
from safetensors.numpy import load, save

print("safetensors", safetensors.__version__)
matrix = np.arange(6, dtype=np.float32).reshape(2, 3)
for name, array in (("transposed", matrix.T), ("column-major", np.asfortranarray(matrix))):
    back = load(save({"x": array}))["x"]
    print(name, array.tolist(), "is loaded as", back.tolist())
    assert back.shape == array.shape and not np.array_equal(back, array)
    assert np.array_equal(load(save({"x": np.ascontiguousarray(array)}))["x"], array)
PY
