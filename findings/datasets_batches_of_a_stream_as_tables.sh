#!/usr/bin/env bash
# Hugging Face datasets 5.2.0: batch(2) of a stream in the formats "arrow" and "pandas" gives tables of one row.
#
# batch(n) gives n rows as arrays of n values in the formats None and "numpy". In "arrow" and "pandas" it gives a table of one row,
# whose cells are lists of n values: (1, 1) instead of (2, 1), and the column of numbers has become one of lists. So
# whoever reads batches as tables sees one row a batch. iter(batch_size=2) gives tables of two rows.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "datasets==5.2.0" pandas
cd "$folder"
HF_HOME="$folder/cache" HF_HUB_OFFLINE=1 "$folder/venv/bin/python" - <<'PY' 2> "$folder/stderr" || { cat "$folder/stderr"; exit 1; }
import datasets

print("datasets", datasets.__version__)
stream = datasets.Dataset.from_dict({"x": [1, 2, 3, 4]}).to_iterable_dataset()

plain = next(iter(stream.batch(2)))["x"]
numbers = next(iter(stream.batch(2).with_format("numpy")))["x"]
table = next(iter(stream.batch(2).with_format("arrow")))
frame = next(iter(stream.batch(2).with_format("pandas")))
read = next(stream.with_format("arrow").iter(batch_size=2))
print("no format:", plain, "numpy:", numbers.tolist())
print("arrow:", table.shape, table.schema.field("x").type, "pandas:", frame.shape)
print("iter(batch_size=2) in arrow:", read.shape, read.schema.field("x").type)
assert plain == [1, 2] and numbers.shape == (2,)
assert table.shape == frame.shape == (1, 1) and str(table.schema.field("x").type).startswith("list")
assert read.shape == (2, 1)
PY
