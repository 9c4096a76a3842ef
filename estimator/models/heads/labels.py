"""Labels as a head computes with them: of the shape of its logits, in range, class ids in place of names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.shapes import compatible, is_static, show
from estimator.functions.indexing import boolean_mask
from estimator.functions.reductions import reduce_all, reduce_any
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.graph.tensor import Tensor

NAME_THE_CLASSES = (
    "pass label_vocabulary=['setosa', ...] with the names of all classes, in the order of their ids"
)
_WIDE_LABELS = (
    " One-hot labels become class ids by labels.argmax(1); several numbers to predict are the "
    "label_dimension of a regressor."
)
_SHOWN_LABELS = 100  # text has no smallest and largest that would tell which one is wrong


def dense_labels(labels: Any, logits: Tensor, dimension: int) -> Tensor:
    """The labels as [..., dimension], where the logits are [..., n]; labels [...] get a last dimension of 1.

    That both have the same examples is checked at each run, where the static shapes leave it open.

    Raises
    ------
    ValueError
        If there are none, they are a dict or a SparseTensor, or the static shape is another one.
    """
    tensor = _one_tensor(labels, dimension)
    rank = None if logits.dims is None else len(logits.dims)
    if tensor.dims is not None and rank is not None and len(tensor.dims) == rank - 1:
        tensor = b.ExpandDims(tensor, -1)
    wanted = None if logits.dims is None else (*logits.dims[:-1], dimension)
    if not _may_be(tensor, wanted, dimension):
        raise ValueError(_other_shape(tensor, wanted, dimension))
    if is_static(tensor.dims) and is_static(wanted):
        return tensor
    expected = b.ConcatV2([b.Shape(logits)[:-1], [dimension]], 0)
    shape = b.Shape(tensor)
    told = ["labels and logits are of different examples. Shape of the labels, and the one expected:"]
    with get_default_graph().control_dependencies(
        [b.Assert(reduce_all(b.Equal(shape, expected)), [*told, shape, expected], summarize=8)]
    ):
        result: Tensor = b.Identity(tensor)
    return result


def _one_tensor(labels: Any, dimension: int) -> Tensor:
    if labels is None:
        raise ValueError(
            "You must provide a labels Tensor. Given: None. Suggested troubleshooting steps: check that input_fn "
            "returns (features, labels), and that labels is not None in train and evaluate."
        )
    if isinstance(labels, dict):
        raise ValueError(
            f"labels must be one Tensor, given a dict with the keys {sorted(labels)}; pick one of them in input_fn."
        )
    if isinstance(labels, (SparseTensor, SparseTensorValue)):
        raise ValueError(
            f"SparseTensor labels are not supported. Labels must be a Tensor of shape [batch, {dimension}]; turn them "
            "into one with tf.sparse_tensor_to_dense() in input_fn."
        )
    return get_default_graph().convert(labels)


def _may_be(tensor: Tensor, wanted: Any, dimension: int) -> bool:
    dims = tensor.dims
    if dims is not None and (len(dims) < 2 or dims[-1] not in (None, dimension)):
        return False
    return compatible(dims, wanted)


def _other_shape(tensor: Tensor, wanted: Any, dimension: int) -> str:
    dims = tensor.dims
    given = dims[-1] if dims else "none"
    return (
        f"Mismatched label shape. Expected labels dimension={dimension}. Received {given}. Suggested Fix: give labels "
        f"the shape [batch, {dimension}]{' or [batch]' if dimension == 1 else ''}; it has {show(dims)}"
        f"{'' if wanted is None else f', and the logits want {show(wanted)}'}.{_WIDE_LABELS}"
    )


# -- classes and their names ---------------------------------------------------------------------------------------


def check_vocabulary(label_vocabulary: Any, n_classes: int) -> None:
    """Check that there is a distinct name for each class.

    Raises
    ------
    ValueError
        If not.
    """
    if label_vocabulary is None:
        return
    if not isinstance(label_vocabulary, (list, tuple)):
        raise ValueError(
            f"label_vocabulary should be a list or a tuple. Given type: {type(label_vocabulary)}."
        )
    if len(label_vocabulary) != n_classes or len(set(label_vocabulary)) != n_classes:
        raise ValueError(
            f"label_vocabulary must have {n_classes} distinct names, one for each class; given: {label_vocabulary}."
        )


def class_strings(class_ids: Tensor, label_vocabulary: Sequence[str] | None) -> Tensor:
    """The names of classes, as bytes; the number as text without a vocabulary."""
    if label_vocabulary is None:
        return b.AsString(class_ids, name="str_classes")
    vocabulary = get_default_graph().constant(list(label_vocabulary), name="class_string_lookup")
    return b.GatherV2(vocabulary, class_ids, 0, name="classes")


def all_class_ids(logits: Tensor, n_classes: int) -> Tensor:
    """Every class's id (int32), repeated for each example: [batch, n_classes]."""
    ids = get_default_graph().constant([list(range(n_classes))], "int32")
    return b.Tile(ids, _repeats(logits), name="all_class_ids")


def all_classes(logits: Tensor, n_classes: int, label_vocabulary: Sequence[str] | None) -> Tensor:
    """Every class's name, repeated for each example: [batch, n_classes]."""
    names = list(label_vocabulary) if label_vocabulary else [str(number) for number in range(n_classes)]
    return b.Tile(get_default_graph().constant([names], "string"), _repeats(logits), name="all_classes")


def _repeats(logits: Tensor) -> Tensor:
    batch = b.StridedSlice(b.Shape(logits), [0], [1], [1], shrink_axis_mask=1)
    return b.Pack([batch, get_default_graph().constant(1, "int32")], axis=0)


def ids_of_strings(labels: Tensor, label_vocabulary: Sequence[str]) -> Tensor:
    """The class ids [..., 1] of labels given as strings.

    The run fails with the label and the vocabulary, if a label is not in it.

    Raises
    ------
    ValueError
        If they are not strings.
    """
    if labels.dtype.name != "string":
        raise ValueError(
            f"Labels dtype should be string if there is a vocabulary. Instead got {labels.dtype}; leave "
            f"label_vocabulary={list(label_vocabulary)} out for labels that are class ids."
        )
    matches = b.Equal(labels, get_default_graph().constant(list(label_vocabulary), "string"))
    known = reduce_any(matches, -1)
    others = boolean_mask(labels, b.ExpandDims(b.LogicalNot(known), -1))
    data = [f"labels must be in label_vocabulary {list(label_vocabulary)}; these are not:", others]
    with get_default_graph().control_dependencies(
        [b.Assert(reduce_all(known), data, summarize=_SHOWN_LABELS)]
    ):
        ids = b.ArgMax(b.Cast(matches, DstT="int32"), -1)
    return b.ExpandDims(ids, -1)


def indicators(labels: SparseTensor, n_classes: int, label_vocabulary: Sequence[str] | None) -> Tensor:
    """1 for each class that is among the labels of an example, else 0; [..., n_classes], int64.

    Raises
    ------
    ValueError
        If the labels are neither class ids nor names of classes.
    """
    given = labels.values
    if given.dtype.name == "string" and label_vocabulary is not None:
        ids = ids_of_strings(b.ExpandDims(given, -1), label_vocabulary)
    elif given.dtype.is_integer:
        message = f"labels must be an integer SparseTensor with values in [0, {n_classes})"
        whole = get_default_graph().cast(given, "int64")
        ids = b.ExpandDims(check_range(whole, n_classes, given, message), -1)
    else:
        raise ValueError(f"Labels dtype should be integer. Instead got {given.dtype}; {NAME_THE_CLASSES}.")
    places = b.ConcatV2([labels.indices[:, :-1], ids], 1)
    whole_shape = b.ConcatV2([labels.dense_shape[:-1], get_default_graph().constant([n_classes], "int64")], 0)
    counts = b.ScatterNd(places, b.OnesLike(ids[:, 0]), whole_shape)
    result: Tensor = b.Minimum(counts, get_default_graph().constant(1, "int64"))
    if labels.dims is not None:
        result.set_shape((*labels.dims[:-1], n_classes))
    return result


def check_ids(labels: Tensor, n_classes: int) -> Tensor:
    """Integer labels as int64, checked at each run to be in [0, n_classes).

    Raises
    ------
    ValueError
        If they are not integers.
    """
    if not labels.dtype.is_integer:
        advice = NAME_THE_CLASSES if labels.dtype.name == "string" else "cast them in input_fn"
        raise ValueError(f"Labels dtype should be integer. Instead got {labels.dtype}; {advice}.")
    return check_range(get_default_graph().cast(labels, "int64"), n_classes, labels)


def check_range(labels: Tensor, n_classes: int, given: Tensor, message: str | None = None) -> Tensor:
    """The labels, checked at each run to be in [0, n_classes - 1]; what is not a number fails too.

    `given` are the same before they were cast, as the message shows them.
    """
    graph = get_default_graph()
    highest, lowest = (graph.constant(bound, labels.dtype) for bound in (n_classes - 1, 0))
    too_big = [message] if message else ["Labels must <= n_classes - 1", f"n_classes={n_classes}"]
    advice = (
        f"The ids of {n_classes} classes are 0 to {n_classes - 1}: subtract 1 from ids that begin at 1, leave out "
        "examples whose class is not known, or pass another n_classes."
    )
    checks = [
        b.Assert(reduce_all(b.LessEqual(labels, highest)), [*too_big, given, advice]),
        b.Assert(reduce_all(b.GreaterEqual(labels, lowest)), [message or "Labels must >= 0", given, advice]),
    ]
    with graph.control_dependencies(checks):
        return b.Identity(labels, name="labels")
