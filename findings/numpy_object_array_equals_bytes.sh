#!/usr/bin/env bash
# numpy 2.4.6: an object array of bytes, compared with a bytes object that ends in NUL, misses the very element.
#
# np.array([b"ab\0", b"ab"], object) == b"ab\0" gives [False, True], where Python's == on each element gives [True, False];
# np.isin and np.equal likewise, and str with a final NUL too. The scalar becomes a fixed-width string on the way, which
# has no trailing NULs, before the elements are asked. Whoever keeps binary strings in object arrays (keys, hashes,
# serialized messages) must compare with a one-element object array, or in Python.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "numpy==2.4.6"
"$folder/venv/bin/python" - <<'PY'
import numpy as np

wanted = b"ab\0"
texts = np.array([b"ab\0", b"ab"], dtype=object)
one = np.empty(1, object)
one[0] = wanted
print("numpy", np.__version__)
print("array == bytes:            ", (texts == wanted).tolist())
print("Python's == on each element:", [text == wanted for text in texts])
print("array == object array:     ", (texts == one).tolist())
assert (texts == wanted).tolist() == [False, True]
assert np.isin(texts, [wanted]).tolist() == [False, True]
assert [text == wanted for text in texts] == (texts == one).tolist() == [True, False]
PY
