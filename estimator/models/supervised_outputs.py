"""What an export of a training or an evaluation gives: loss, predictions and metrics of the examples that are fed.

Their names in a signature begin with what they are: ``loss``, ``predictions/logits``, ``metrics/accuracy/value`` and
``metrics/accuracy/update_op``.

Source
------
tf.estimator.export.EvalOutput, TF 2.15 export_output.py
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from estimator.core.keywords import near_keywords
from estimator.functions.arrays import constant
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Operation, Tensor
from estimator.models.export_outputs import ExportOutput, output_names
from estimator.saved_model.signatures import supervised_eval_signature_def, supervised_train_signature_def

Message: TypeAlias = Any  # a class made at run time


@near_keywords
class SupervisedOutput(ExportOutput):
    """What an exported training or evaluation gives.

    Parameters
    ----------
    loss, predictions : Tensor or mapping of str to Tensor, optional
    metrics : mapping of str to (Tensor, Operation or Tensor), or one such pair, optional
        Values and updates; what has ``result()`` and ``updates`` is one, too.

    Attributes
    ----------
    loss, predictions, metrics : dict of str to Tensor, or None
        By their names in a signature.

    Raises
    ------
    ValueError
        If a value is no tensor, an update neither a tensor nor an operation, or a key no name.
    """

    def __init__(self, loss: Any = None, predictions: Any = None, metrics: Any = None) -> None:
        self.loss = None if loss is None else _prefixed(loss, "loss")
        self.predictions = None if predictions is None else _prefixed(predictions, "predictions")
        self.metrics = None if metrics is None else dict(_measured(metrics))
        super().__init__({**(self.loss or {}), **(self.predictions or {}), **(self.metrics or {})})


class EvalOutput(SupervisedOutput):
    """What an exported evaluation gives; its arguments are those of :class:`SupervisedOutput`.

    Source
    ------
    tf.estimator.export.EvalOutput, TF 2.15
    """

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Message:
        """A signature of an evaluation, whatever is fed."""
        return supervised_eval_signature_def(receiver_tensors, self.loss, self.predictions, self.metrics)


class TrainOutput(SupervisedOutput):
    """What an exported training gives; its arguments are those of :class:`SupervisedOutput`.

    Source
    ------
    tensorflow.python.saved_model.model_utils.export_output.TrainOutput, TF 2.15
    """

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Message:
        """A signature of a training, whatever is fed."""
        return supervised_train_signature_def(receiver_tensors, self.loss, self.predictions, self.metrics)


def _prefixed(tensors: Any, what: str) -> dict[str, Tensor]:
    named = output_names(tensors, what) if isinstance(tensors, Mapping) else {what: tensors}
    for name, tensor in named.items():
        if not isinstance(tensor, Tensor):
            raise ValueError(f"{what} output value must be a Tensor; got {tensor!r} for {name!r}.")
    return {_with_prefix(name, what): tensor for name, tensor in named.items()}


def _with_prefix(name: str, prefix: str) -> str:
    return name if name.startswith(prefix) else f"{prefix}/{name}"


def _measured(metrics: Any) -> Iterator[tuple[str, Tensor]]:
    """The value and the update of each metric by their names."""
    named = output_names(metrics, "metrics") if isinstance(metrics, Mapping) else {"metrics": metrics}
    for key, metric in named.items():
        name = _with_prefix(key, "metrics")
        value, update = metric if isinstance(metric, tuple) else (metric.result(), *metric.updates)
        if not isinstance(value, Tensor):
            raise ValueError(f"{name} output value must be a Tensor; got {value!r}.")
        if not isinstance(update, (Tensor, Operation)):
            raise ValueError(f"{name} update_op must be a Tensor or Operation; got {update!r}.")
        yield f"{name}/value", value
        yield f"{name}/update_op", _as_tensor(update)


def _as_tensor(update: Tensor | Operation) -> Tensor:
    """A tensor for the update, since a signature has no operations."""
    if isinstance(update, Tensor):
        return update
    with get_default_graph().control_dependencies([update]):
        return constant([], name="metric_op_wrapper")
