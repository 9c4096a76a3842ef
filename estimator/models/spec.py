"""What a model function returns: the operations of one mode, checked when they are handed over.

Each mode needs its own part::

    EstimatorSpec(ModeKeys.TRAIN, loss=loss, train_op=train_op)
    EstimatorSpec(ModeKeys.EVAL, loss=loss, eval_metric_ops={"accuracy": (value, update_op)})
    EstimatorSpec(ModeKeys.PREDICT, predictions={"class_ids": class_ids})

and may carry the parts of the others, so that one return statement can serve all three.

Source
------
tf.estimator.EstimatorSpec, tf.estimator.ModeKeys, TF 2.15 model_fn.py
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from estimator.core import nest
from estimator.core.errors import UsageError
from estimator.core.keywords import near_keywords
from estimator.core.named_tuple import NamedTuple
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Operation, Tensor
from estimator.models.export_outputs import (
    DEFAULT_KEY,
    ExportOutput,
    PredictOutput,
    output_names,
    with_default,
)
from estimator.training.scaffold import Scaffold
from estimator.training.session_run_hook import SessionRunHook

LOSS_METRIC_KEY = "loss"
AVERAGE_LOSS_METRIC_KEY = "average_loss"


class ModeKeys:
    """The modes a model function is called in."""

    TRAIN = "train"
    EVAL = "eval"
    PREDICT = "infer"


_REQUIRED = {
    ModeKeys.TRAIN: ("train_op", "loss"),
    ModeKeys.EVAL: ("loss",),
    ModeKeys.PREDICT: ("predictions",),
}
_REDUCE = "Reduce it, for example with tf.reduce_mean(loss), or leave the reduction to tf.losses."
_HOW_TO_GIVE = {
    "train_op": (
        "To train, pass EstimatorSpec(..., train_op=optimizer.minimize(loss, global_step=tf.train.get_global_step()))."
    ),
    "loss": (
        "To train and to evaluate, pass EstimatorSpec(..., loss=loss), one number for the batch, such as the functions "
        "of tf.losses give."
    ),
    "predictions": (
        'To predict, pass EstimatorSpec(..., predictions={"logits": logits}) before labels are used: there are none.'
    ),
}


class _Fields(NamedTuple):
    mode: str
    predictions: Any
    loss: Any
    train_op: Any
    eval_metric_ops: Any
    export_outputs: Any
    training_chief_hooks: Any
    training_hooks: Any
    scaffold: Any
    evaluation_hooks: Any
    prediction_hooks: Any


@near_keywords
class EstimatorSpec(_Fields):
    """The operations that a model function hands to the Estimator; a tuple that cannot be changed.

    Parameters
    ----------
    mode : str
        One of :class:`ModeKeys`.
    predictions : Tensor or mapping of str to Tensor, optional
        Required to predict, and then not empty.
    loss : Tensor, optional
        A scalar, or of shape [1]. Required to train and to evaluate.
    train_op : Operation or Tensor, optional
        One step; it must increment the global step. Required to train.
    eval_metric_ops : mapping of str to (Tensor, Operation or Tensor), optional
        Name to (value, update); each of the two may be a nested structure of them. A metric of tf.keras.metrics that
        was told of the batch, ``metric.update_state(labels, predictions)``, stands for its pair.
    export_outputs : mapping of str to ExportOutput, optional
        The signatures of an export; by default the predictions under ``serving_default``.
    training_chief_hooks, training_hooks, evaluation_hooks, prediction_hooks : sequence of SessionRunHook, optional
    scaffold : Scaffold, optional
        How the variables get their values.

    Raises
    ------
    ValueError
        If a part is missing for the mode, is not a scalar, or is of another graph.
    TypeError
        If a part is of a wrong type. Several problems are told in one error.
    """

    __slots__ = ()

    def __new__(
        cls,
        mode: str,
        predictions: Any = None,
        loss: Any = None,
        train_op: Any = None,
        eval_metric_ops: Mapping[str, Any] | None = None,
        export_outputs: Mapping[str, Any] | None = None,
        training_chief_hooks: Sequence[SessionRunHook] | None = None,
        training_hooks: Sequence[SessionRunHook] | None = None,
        scaffold: Scaffold | None = None,
        evaluation_hooks: Sequence[SessionRunHook] | None = None,
        prediction_hooks: Sequence[SessionRunHook] | None = None,
    ) -> EstimatorSpec:
        """Check the parts and fill in what is not given."""
        predictions, loss, eval_metric_ops = map(_read, (predictions, loss, _as_pairs(eval_metric_ops)))
        hooks = {
            "training_chief_hooks": training_chief_hooks,
            "training_hooks": training_hooks,
            "evaluation_hooks": evaluation_hooks,
            "prediction_hooks": prediction_hooks,
        }
        _raise(
            [
                *_check_mode(mode, predictions, loss, train_op),
                *_check_predictions(predictions, mode, export_outputs),
                *_check_metrics(eval_metric_ops),
                *_check_export_outputs(export_outputs),
                *_check_hooks(hooks),
                *_check_scaffold(scaffold),
            ]
        )
        predictions = {} if predictions is None else predictions
        return super().__new__(
            cls,
            mode=mode,
            predictions=predictions,
            loss=_as_scalar(loss),
            train_op=train_op,
            eval_metric_ops={} if eval_metric_ops is None else dict(eval_metric_ops),
            export_outputs=_with_default_output(mode, predictions, export_outputs),
            scaffold=scaffold or Scaffold(),
            **{name: tuple(given or ()) for name, given in hooks.items()},
        )

    def _replace(self, **fields: Any) -> EstimatorSpec:
        """The spec with other fields, checked again.

        Raises
        ------
        ValueError
            If the mode is to be another one, or a new field is not right.
        """
        if fields.get("mode", self.mode) != self.mode:
            raise ValueError(
                f"mode of EstimatorSpec cannot be changed from {self.mode!r} to {fields['mode']!r}."
            )
        unknown = sorted(set(fields) - set(self._fields))
        if unknown:
            raise ValueError(f"EstimatorSpec has no field {unknown[0]!r}; it has: {', '.join(self._fields)}.")
        return EstimatorSpec(**{**self._asdict(), **fields})


def _raise(problems: Sequence[Exception]) -> None:
    """One problem as it is; several in one error of the common type."""
    if len(problems) == 1:
        raise problems[0]
    if problems:
        error = UsageError("EstimatorSpec", [str(problem) for problem in problems])
        if all(isinstance(problem, TypeError) for problem in problems):
            raise TypeError(str(error))
        raise error


def _check_mode(mode: Any, predictions: Any, loss: Any, train_op: Any) -> Iterator[Exception]:
    modes = (ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.PREDICT)
    if mode not in modes:
        yield ValueError(f"mode must be one of {', '.join(map(repr, modes))}, given: {mode!r}.")
    given = {"train_op": train_op, "loss": loss, "predictions": predictions}
    for part in _REQUIRED.get(mode, ()):
        if given[part] is None:
            yield ValueError(f"Missing {part}. {_HOW_TO_GIVE[part]}")
    if loss is not None:
        yield from _check_loss(loss)
    if train_op is not None:
        yield from _check_element(train_op, "train_op")


def _check_loss(loss: Any) -> Iterator[Exception]:
    found = list(_check_tensor(loss, "loss"))
    yield from found
    if found:
        return
    if loss.dims is not None and any(size not in (None, 1) for size in loss.dims):
        yield ValueError(f"Loss must be scalar, given: {loss}. {_REDUCE}")


def _check_tensor(value: Any, name: str) -> Iterator[Exception]:
    if not isinstance(value, Tensor):
        yield TypeError(f"{name} must be Tensor, given: {value!r}.")
    elif value.graph is not get_default_graph():
        yield _foreign(value, name)


def _check_element(value: Any, name: str) -> Iterator[Exception]:
    if not isinstance(value, (Tensor, Operation)):
        yield TypeError(f"{name} must be Operation or Tensor, given: {value!r}.")
    elif value.graph is not get_default_graph():
        yield _foreign(value, name)


def _foreign(value: Tensor | Operation, name: str) -> ValueError:
    op = value if isinstance(value, Operation) else value.op
    made = f" It was made at {op.frame}." if op.frame else ""
    return ValueError(
        f'{name} with "{value.name}" must be from the default graph.{made} Make it inside the model_fn: every call of '
        "train, evaluate and predict has a graph of its own, so a tensor kept from an earlier call or made at the "
        "top of the script, or inside another `with graph.as_default()`, cannot be used."
    )


def _check_predictions(predictions: Any, mode: Any, export_outputs: Any) -> Iterator[Exception]:
    if predictions is None:
        return
    if not isinstance(predictions, Mapping):
        yield from _check_tensor(predictions, "predictions")
        return
    for key, value in predictions.items():
        yield from _check_tensor(value, f"predictions[{key}]")
    if mode == ModeKeys.PREDICT and not predictions:
        yield ValueError(f"Missing predictions: the dict is empty. {_HOW_TO_GIVE['predictions']}")
    if mode == ModeKeys.PREDICT and export_outputs is None:
        try:
            output_names(predictions)
        except ValueError as error:
            yield error


def _check_metrics(metrics: Any) -> Iterator[Exception]:
    if metrics is None:
        return
    if not isinstance(metrics, Mapping):
        yield TypeError(f"eval_metric_ops must be a dict, given: {metrics!r}.")
        return
    for key, pair in metrics.items():
        if _is_metric(pair):
            yield ValueError(
                f'Please call update_state(...) on the "{pair.name}" metric, once and in this graph: it stands as '
                f"eval_metric_ops[{key!r}], and was told of {len(pair.updates)} batches here."
            )
            continue
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            yield TypeError(
                f"Values of eval_metric_ops must be (metric_value, update_op) tuples, given: {pair!r} for key: {key}."
            )
            continue
        for part, structure in zip(("value", "update_op"), pair, strict=True):
            for element in nest.flatten(structure):
                yield from _check_element(element, f"eval_metric_ops[{key}] {part}")


def _check_export_outputs(outputs: Any) -> Iterator[Exception]:
    if outputs is None:
        return
    if not isinstance(outputs, Mapping):
        yield TypeError(f"`export_outputs` must be dict, received: {outputs!r}.")
        return
    wrong = {key: value for key, value in outputs.items() if not isinstance(value, ExportOutput)}
    for key, value in wrong.items():
        yield TypeError(
            f"Values in `export_outputs` must be ExportOutput objects, received: {value!r} for key: {key}; "
            "wrap it in tf.estimator.export.PredictOutput."
        )
    if not wrong:
        try:
            with_default(outputs)
        except ValueError as error:
            yield error


def _check_hooks(hooks: Mapping[str, Any]) -> Iterator[Exception]:
    for name, given in hooks.items():
        if given is None:
            continue
        if not isinstance(given, Sequence):
            yield TypeError(f"{name} must be a list of SessionRunHook instances, given: {given!r}.")
            continue
        for hook in given:
            if not isinstance(hook, SessionRunHook):
                yield TypeError(f"All hooks must be SessionRunHook instances, given: {hook!r} in {name}.")


def _check_scaffold(scaffold: Any) -> Iterator[Exception]:
    if scaffold is not None and not isinstance(scaffold, Scaffold):
        yield TypeError(f"scaffold must be tf.train.Scaffold, given: {scaffold!r}.")


def _is_metric(value: Any) -> bool:
    """Whether it is an object of tf.keras.metrics, which stands above."""
    return hasattr(value, "update_state") and hasattr(value, "updates")


def _as_pairs(metrics: Any) -> Any:
    """The metrics with pairs in place of objects that were told of one batch; others are left to be checked."""
    if not isinstance(metrics, Mapping):
        return metrics
    return {
        key: (value.result(), value.updates[0]) if _is_metric(value) and len(value.updates) == 1 else value
        for key, value in metrics.items()
    }


def _read(structure: Any) -> Any:
    """The structure with variables read; anything else in it stays as it is, to be checked."""
    if hasattr(structure, "as_tensor"):
        return structure.as_tensor()
    if isinstance(structure, (Mapping, list, tuple)):
        return nest.pack_as(structure, [_read(element) for element in nest.flatten(structure)])
    return structure


def _as_scalar(loss: Any) -> Any:
    """The loss as a scalar; whether it is one number may be known only when the graph runs."""
    if loss is None or loss.dims == ():
        return loss
    if loss.dims is not None and None not in loss.dims:
        return b.Reshape(loss, [])
    size = b.Size(loss)
    told = [f"Loss must be scalar, given: {loss}, which has in this batch the size", size, _REDUCE]
    with get_default_graph().control_dependencies([b.Assert(b.Equal(size, 1), told)]):
        return b.Reshape(loss, [])


def _with_default_output(mode: str, predictions: Any, outputs: Any) -> Any:
    if outputs is not None:
        return with_default(outputs)
    return {DEFAULT_KEY: PredictOutput(predictions)} if mode == ModeKeys.PREDICT else None
