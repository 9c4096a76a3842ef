"""What categorical columns are made of: ids of words, entries of sparse tensors, rows that are added up."""

from __future__ import annotations

from estimator.core import dtypes
from estimator.graph.tensor import Operation
from estimator.onnx_export.arrays import from_the_front
from estimator.onnx_export.rules import FLOAT, INTS, NUMBERS, TEXT, Nodes, Rules, rank_of, refuse

RULES = rules = Rules()


@rules("LookupTableFindV2", TEXT | {dtypes.int64})
def _lookup(export: Nodes, op: Operation, table: str, keys: str, default: str) -> str:
    entries = export.entries(op.inputs[0])
    kinds = {dtypes.string: "strings", dtypes.int64: "int64s"}
    source, target = op.inputs[1].dtype, op.outputs[0].dtype
    if target not in kinds:
        refuse(f"of values of {target.name}")
    if op.inputs[2].dims != ():
        refuse("it has a default for each key")
    fallback = export.text(op.inputs[2]) if target is dtypes.string else int(export.value(op.inputs[2]))
    attrs = {
        f"keys_{kinds[source]}": list(entries),
        f"values_{kinds[target]}": list(entries.values()),
        f"default_{kinds[target][:-1]}": fallback,
    }
    return export.add("LabelEncoder", keys, domain="ai.onnx.ml", **attrs)


@rules("Bucketize", NUMBERS)
def _bucketize(export: Nodes, op: Operation, x: str) -> str:
    # the boundaries are of float32, and whole numbers are compared as such; of a NaN no boundary is greater
    dtype = op.inputs[0].dtype if op.inputs[0].dtype.is_floating else dtypes.float32
    bounds = export.cast(export.constant(op.attrs["boundaries"], dtypes.float32), dtype)
    numbers = export.add("Unsqueeze", export.cast(x, dtype), export.constant([-1]))
    reached = export.cast(export.add("Not", export.add("Less", numbers, bounds)), dtypes.int32)
    return export.add("ReduceSum", reached, export.constant([-1]), keepdims=0)


@rules("Where", frozenset([dtypes.bool, dtypes.float32, dtypes.int32, dtypes.int64]))
def _where(export: Nodes, op: Operation, condition: str) -> str:
    return export.add("Transpose", export.add("NonZero", condition), perm=[1, 0])


@rules("Unique", INTS | TEXT)
def _unique(export: Nodes, op: Operation, x: str) -> list[str]:
    dtype = op.inputs[0].dtype
    wide = export.cast(x, dtypes.int64) if dtype is dtypes.int32 else x
    found, _, places = export.add_several(3, "Unique", wide, sorted=0)
    return [
        export.cast(found, dtype) if dtype is dtypes.int32 else found,
        export.cast(places, op.outputs[1].dtype),
    ]


@rules("ScatterNd", FLOAT | INTS)
def _scatter_nd(export: Nodes, op: Operation, indices: str, updates: str, shape: str) -> str:
    if rank_of(op.inputs[0]) < 1 or (op.inputs[0].dims or (None,))[-1] in (0, None):
        refuse("how many axes its indices go along is none, or not known before a run")
    zeros = export.add("Expand", export.constant(0, op.inputs[1].dtype), export.cast(shape, dtypes.int64))
    places = export.cast(from_the_front(export, op.inputs[0], indices), dtypes.int64)
    return export.add("ScatterND", zeros, places, updates, reduction="add")


@rules("SparseFillEmptyRows", NUMBERS | TEXT)
def _fill_empty_rows(
    export: Nodes, op: Operation, indices: str, values: str, dense_shape: str, default: str
) -> list[str]:
    width = (op.inputs[0].dims or (None, None))[1]
    if width is None:
        refuse(f"the number of axes of {op.inputs[0].name!r} is not known before a run")
    zero, one, first = export.constant(0), export.constant(1), export.constant([0])
    rows = export.add("Gather", indices, zero, axis=1)
    n_rows = export.add("Gather", dense_shape, first)
    none_yet = export.add("Expand", zero, n_rows)
    ones = export.add("Expand", one, export.add("Shape", rows))
    empty = export.add("Equal", export.add("ScatterElements", none_yet, rows, ones), zero)
    added = export.add("Reshape", export.add("NonZero", empty), export.constant([-1]))
    added_indices = export.add(
        "Pad", export.add("Unsqueeze", added, export.constant([1])), export.constant([0, 0, 0, width - 1])
    )
    order = _stable_order(export, export.add("Concat", rows, added, axis=0))
    together = export.add("Concat", indices, added_indices, axis=0)
    defaults = export.add("Expand", default, export.add("Shape", added))
    filled = export.add("Concat", values, defaults, axis=0)
    places = export.add("ScatterElements", order, order, _count_up(export, order))  # where each has gone
    kept = export.add("Slice", places, first, export.add("Shape", rows))
    return [export.add("Gather", together, order), export.add("Gather", filled, order), empty, kept]


def _stable_order(export: Nodes, rows: str) -> str:
    """The places of the rows in ascending order, those of equal ones as they came."""
    size = export.add("Shape", rows)
    keys = export.add("Add", export.add("Mul", rows, size), _count_up(export, rows))  # no two are equal
    _, order = export.add_several(2, "TopK", keys, size, axis=0, largest=0)
    return order


def _count_up(export: Nodes, like: str) -> str:
    """0, 1, ... for as many elements as something has."""
    return export.add("Range", export.constant(0), export.add("Size", like), export.constant(1))


@rules("SparseSegmentSum SparseSegmentMean SparseSegmentSqrtN", FLOAT)
def _sparse_segments(export: Nodes, op: Operation, data: str, indices: str, segment_ids: str) -> str:
    picked = export.add("Gather", data, from_the_front(export, op.inputs[1], indices))
    return _segments(export, op, picked, segment_ids)


@rules("SegmentSum SegmentMean", FLOAT)
def _dense_segments(export: Nodes, op: Operation, data: str, segment_ids: str) -> str:
    return _segments(export, op, data, segment_ids)


def _segments(export: Nodes, op: Operation, rows: str, segment_ids: str) -> str:
    """The rows of each segment as one; zeros where no row is of a segment."""
    ids = export.cast(segment_ids, dtypes.int64)
    greatest = export.add("ReduceMax", export.add("Concat", export.constant([-1]), ids, axis=0), axes=[0])
    count = export.add("Add", greatest, export.constant([1]))
    inner = export.add("Shape", rows, start=1)
    places = export.add("Unsqueeze", ids, export.constant([1]))
    nothing = export.constant(0, dtypes.float32)
    zeros = export.add("Expand", nothing, export.add("Concat", count, inner, axis=0))
    sums = export.add("ScatterND", zeros, places, rows, reduction="add")
    if op.type.endswith("Sum"):
        return sums
    ones = export.add("Expand", export.constant(1, dtypes.float32), export.add("Shape", ids))
    counts = export.add("ScatterND", export.add("Expand", nothing, count), places, ones, reduction="add")
    sizes = export.add("Max", counts, export.constant(1, dtypes.float32))
    if op.type.endswith("SqrtN"):
        sizes = export.add("Sqrt", sizes)
    axes = list(range(1, rank_of(op.outputs[0])))
    return export.add("Div", sums, export.add("Unsqueeze", sizes, export.constant(axes)) if axes else sizes)
