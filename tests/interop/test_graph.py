"""TensorFlow imports a graph of every op that we declare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from estimator.core.dtypes import as_dtype
from estimator.core.shapes import compatible
from estimator.formats import messages
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from tests.interop.conftest import TensorFlow
from tests.ops.example import all_examples

# Inputs whose sizes or values TensorFlow must know when it imports the operation.
MUST_BE_KNOWN: dict[str, set[int]] = {
    "SpaceToBatchND": {1, 2},
    "BatchToSpaceND": {1, 2},
    "MatrixSetDiagV2": {0, 1, 2},
    "MatrixSetDiagV3": {0, 1, 2},
    "ParallelConcat": {0},
}
# Rows that TensorFlow refuses when it imports them, or whose shapes it does not know: it leaves out pools over channels.
REFUSED = {("Betainc", "scalar and row"), ("AvgPool", "along channels")}


def _inputs(value: Any) -> Any:
    if isinstance(value, list):
        return [_inputs(part) for part in value]
    array = np.asarray(value)
    dims = (None, *array.shape[1:]) if array.ndim else ()
    return build.Placeholder(dtype=as_dtype(array.dtype), shape=dims)


def every_op() -> Graph:
    """Each example of an op once, on placeholders whose first size is not known."""
    graph = Graph()
    with graph.as_default():
        for row in all_examples():
            if (row.op, row.note) in REFUSED:
                continue
            inputs = [
                value if place in row.constants or place in MUST_BE_KNOWN.get(row.op, ()) else _inputs(value)
                for place, value in enumerate(row.inputs)
            ]
            getattr(build, row.op)(*inputs, **row.attrs)
    return graph


def test_tensorflow_imports_every_op_and_agrees_on_the_shapes(tensorflow: TensorFlow, tmp_path: Path) -> None:
    graph = every_op()
    path = tmp_path / "graph.pb"
    path.write_bytes(messages.to_bytes(to_graph_def(graph)))
    shapes = tensorflow.answer("tf_graph.py", {"graph_def": str(path)})["shapes"]
    ours = {tensor.name: tensor.dims for op in graph.get_operations() for tensor in op.outputs}
    assert shapes.keys() == ours.keys()
    differing = {name: (dims, shapes[name]) for name, dims in ours.items() if not _agree(dims, shapes[name])}
    assert not differing


def _agree(ours: Any, theirs: list[int | None] | None) -> bool:
    return compatible(ours, None if theirs is None else tuple(theirs))
