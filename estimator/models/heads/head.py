"""What all heads have in common: weights, the reduction of the loss, and the spec of each mode.

A head turns logits into predictions, and with labels into a loss and metrics. :func:`make_spec` puts what a
head gives into the EstimatorSpec of a mode; the training operation, the summaries and the names are the same
for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from estimator.core.registry import did_you_mean
from estimator.functions import math
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Tensor
from estimator.models.export_outputs import ExportOutput, PredictOutput
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.network.weighted_loss import Reduction, compute_weighted_loss, get_regularization_losses
from estimator.summaries.ops import scalar

TrainOpFn = Callable[[Tensor], Any]

NAME_THE_CLASSES = (
    "pass label_vocabulary=['setosa', ...] with the names of all classes, in the order of their ids"
)
_SHOWN_LABELS = 100  # text has no smallest and largest that would tell which one is wrong


@dataclass(frozen=True)
class Losses:
    """A batch's losses.

    Attributes
    ----------
    training : Tensor
        The scalar that is minimised, regularization included.
    per_example : Tensor
        Not reduced, not weighted; [batch, 1] or [batch, label_dimension].
    weights : Tensor or float
        Per example.
    labels : Tensor
        As the metrics want them.
    regularization : Tensor or None
        The sum of the regularization losses.
    """

    training: Tensor
    per_example: Tensor
    weights: Any  # a Tensor, or 1.0
    labels: Tensor
    regularization: Tensor | None


class Head(Protocol):
    """One kind of task.

    Attributes
    ----------
    logits_dimension : int
        The size of the last dimension of the logits.
    """

    name: str | None
    logits_dimension: int

    def predictions(self, logits: Tensor) -> dict[str, Tensor]:
        """Prediction key to tensor, each [batch, ...]."""

    def losses(self, labels: Any, logits: Tensor, features: Mapping[str, Any]) -> Losses:
        """The losses of a batch."""

    def metrics(self, predictions: Mapping[str, Tensor], losses: Losses) -> dict[str, tuple[Any, Any]]:
        """Metric key to (value, update)."""

    def export_outputs(self, predictions: Mapping[str, Tensor]) -> dict[str, ExportOutput]:
        """The signatures of an export."""


def make_spec(
    head: Head,
    features: Mapping[str, Any],
    mode: str,
    logits: Tensor,
    labels: Any,
    train_op_fn: TrainOpFn,
    scaffold: Any = None,
) -> EstimatorSpec:
    """The EstimatorSpec of a mode.

    Parameters
    ----------
    head : Head
    features : mapping of str to Tensor
    mode : str
    logits : Tensor
        [batch, head.logits_dimension].
    labels : Tensor or None
    train_op_fn : callable
        From the loss to the training operation.

    Raises
    ------
    ValueError
        If there are no labels to train or evaluate with.
    """
    with get_default_graph().name_scope(head.name or "head"):
        predictions = head.predictions(logits)
        if mode == ModeKeys.PREDICT:
            return EstimatorSpec(
                mode,
                predictions=predictions,
                export_outputs=head.export_outputs(predictions),
                scaffold=scaffold,
            )
        losses = head.losses(labels, logits, features)
        if mode == ModeKeys.EVAL:
            metrics = head.metrics(predictions, losses)
            return EstimatorSpec(
                mode,
                predictions=predictions,
                loss=losses.training,
                eval_metric_ops=metrics,
                scaffold=scaffold,
            )
        train_op = train_op_fn(losses.training)
    suffix = f"/{head.name}" if head.name else ""
    with get_default_graph().name_scope(None):
        scalar(f"loss{suffix}", losses.training)
        scalar(f"average_loss{suffix}", _weighted_mean(losses))
        if losses.regularization is not None:
            scalar(f"regularization_loss{suffix}", losses.regularization)
    return EstimatorSpec(
        mode, predictions=predictions, loss=losses.training, train_op=train_op, scaffold=scaffold
    )


def _weighted_mean(losses: Losses) -> Tensor:
    return compute_weighted_loss(
        losses.per_example, losses.weights, loss_collection=None, reduction=Reduction.MEAN
    )


def reduce_loss(
    per_example: Tensor, weight_column: Any, features: Mapping[str, Any], labels: Tensor, loss_reduction: str
) -> Losses:
    """Weight and reduce the losses of the examples, and add the regularization losses."""
    weights = example_weights(weight_column, features)
    training = compute_weighted_loss(per_example, weights, reduction=loss_reduction)
    penalties = get_regularization_losses()
    regularization = math.add_n(penalties) if penalties else None
    if regularization is not None:
        training = math.add(training, regularization, name="regularized_training_loss")
    return Losses(training, per_example, weights, labels, regularization)


_KERAS_REDUCTIONS = {"sum": Reduction.SUM, "sum_over_batch_size": Reduction.SUM_OVER_BATCH_SIZE}


def check_reduction(loss_reduction: str) -> str:
    """The reduction, if a head can train with it; also by the names of tf.keras.losses.Reduction.

    Raises
    ------
    ValueError
        If it is unknown, or reduces nothing.
    """
    known = {value: value for value in Reduction.all() if value != Reduction.NONE} | _KERAS_REDUCTIONS
    if loss_reduction not in known:
        hint = did_you_mean(str(loss_reduction), known)
        raise ValueError(f"Invalid loss_reduction: {loss_reduction}.{hint} Known: {', '.join(known)}.")
    return known[loss_reduction]


def example_weights(weight_column: Any, features: Mapping[str, Any]) -> Any:
    """The weights [batch, 1] of the examples; 1.0 without a weight column.

    Raises
    ------
    ValueError
        If the feature is missing or has another rank.
    """
    if weight_column is None:
        return 1.0
    key = getattr(weight_column, "key", weight_column)
    if key not in features:
        raise ValueError(
            f"weight_column {key!r} is not in features dictionary.{did_you_mean(str(key), features)} "
            f"It has: {', '.join(map(repr, features))}."
        )
    weights = math.cast(get_default_graph().convert(features[key]), "float32", name="weights")
    return as_column(weights, 1, f"weight_column {key!r}")


_WIDE_LABELS = (
    " One-hot labels become class ids by labels.argmax(1); several numbers to predict are the "
    "label_dimension of a regressor."
)


def as_column(tensor: Tensor, dimension: int, what: str) -> Tensor:
    """The tensor as [batch, dimension]; [batch] becomes [batch, 1].

    Raises
    ------
    ValueError
        If the static shape is another one.
    """
    dims = tensor.dims
    if dims is not None and len(dims) == 1 and dimension == 1:
        return b.ExpandDims(tensor, -1)
    if dims is not None and (len(dims) != 2 or dims[1] not in (None, dimension)):
        given = dims[-1] if dims else "none"
        raise ValueError(
            f"Mismatched label shape. Expected {what} dimension={dimension}. Received {given}. "
            f"Suggested Fix: give {what} the shape [batch, {dimension}]{' or [batch]' if dimension == 1 else ''}; "
            f"it has {tensor.shape}.{_WIDE_LABELS if what == 'labels' else ''}"
        )
    return tensor


def require_labels(labels: Any) -> Tensor:
    """The labels as a tensor.

    Raises
    ------
    ValueError
        If there are none, or they are a dict.
    """
    if labels is None:
        raise ValueError(
            "You must provide a labels Tensor. Given: None. Suggested troubleshooting steps: check that input_fn "
            "returns (features, labels), and that labels is not None in train and evaluate."
        )
    if isinstance(labels, dict):
        raise ValueError(
            f"labels must be one Tensor, given a dict with the keys {sorted(labels)}; pick one of them in input_fn."
        )
    return get_default_graph().convert(labels)


def class_strings(class_ids: Tensor, label_vocabulary: Sequence[str] | None) -> Tensor:
    """The names of classes, as bytes; the number as text without a vocabulary."""
    if label_vocabulary is None:
        return b.AsString(class_ids, name="str_classes")
    vocabulary = get_default_graph().constant(list(label_vocabulary), name="class_string_lookup")
    return b.GatherV2(vocabulary, class_ids, 0, name="classes")


def all_classes(
    logits: Tensor, n_classes: int, label_vocabulary: Sequence[str] | None
) -> tuple[Tensor, Tensor]:
    """Every class's id (int32) and name, repeated for each example: [batch, n_classes]."""
    graph = get_default_graph()
    batch = b.StridedSlice(b.Shape(logits), [0], [1], [1], shrink_axis_mask=1)
    ids = graph.constant([list(range(n_classes))], "int32")
    repeats = b.Pack([batch, graph.constant(1, "int32")], axis=0)
    names = list(label_vocabulary) if label_vocabulary else [str(number) for number in range(n_classes)]
    return (
        b.Tile(ids, repeats, name="all_class_ids"),
        b.Tile(graph.constant([names], "string"), repeats, name="all_classes"),
    )


def ids_of_strings(labels: Tensor, label_vocabulary: Sequence[str]) -> Tensor:
    """The class ids [batch, 1] of labels given as strings.

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
    vocabulary = get_default_graph().constant([list(label_vocabulary)], "string")
    matches = b.Equal(labels, vocabulary)
    known = b.All(b.Any(matches, [1]), [0])
    data = [f"labels must be in label_vocabulary {list(label_vocabulary)}; labels:", labels]
    with get_default_graph().control_dependencies([b.Assert(known, data, summarize=_SHOWN_LABELS)]):
        ids = b.ArgMax(b.Cast(matches, DstT="int32"), 1)
    return b.ExpandDims(ids, 1)


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


def check_range(labels: Tensor, n_classes: int, given: Tensor) -> Tensor:
    """The labels, checked at each run to be in [0, n_classes - 1]; what is not a number fails too.

    `given` are the same before they were cast, as the message shows them.
    """
    graph = get_default_graph()
    highest, lowest = (graph.constant(bound, labels.dtype) for bound in (n_classes - 1, 0))
    too_big = b.Assert(
        b.All(b.LessEqual(labels, highest), [0, 1]),
        ["Labels must <= n_classes - 1", f"n_classes={n_classes}", given],
    )
    negative = b.Assert(b.All(b.GreaterEqual(labels, lowest), [0, 1]), ["Labels must >= 0", given])
    with graph.control_dependencies([too_big, negative]):
        return b.Identity(labels, name="labels")


def default_export(predictions: Mapping[str, Tensor]) -> dict[str, ExportOutput]:
    """The predictions under ``predict`` and as the default."""
    output = PredictOutput(dict(predictions))
    return {"serving_default": output, "predict": output}


def minimize_with_updates(optimizer: Any, loss: Tensor, global_step: Any) -> Any:
    """Minimise after the graph's UPDATE_OPS have run."""
    with get_default_graph().control_dependencies(get_default_graph().get_collection(GraphKeys.UPDATE_OPS)):
        return optimizer.minimize(loss, global_step=global_step)
