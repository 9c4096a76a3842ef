"""What a head is: it turns logits into predictions, and with labels into a loss, metrics and a training operation.

:class:`Head` puts the parts into the EstimatorSpec of a mode; kinds of tasks fill them in. Heads of one task share
:mod:`estimator.models.heads.single`; a head of several is :mod:`estimator.models.heads.multi_head`. The heads of
tf.compat.v1's ready-made models are the public ones in another :class:`Form`: they differ in values, not in code.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from estimator.core.constancy import Unchanging
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import show
from estimator.functions import math
from estimator.functions.grouping import group
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Tensor
from estimator.models.export_outputs import ExportOutput, PredictOutput
from estimator.models.heads.loss import sum_of
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.network.metrics.areas import auc, auc_of_lines, interpolated_auc
from estimator.optimizers.optimizer import Optimizer
from estimator.summaries.ops import scalar
from estimator.variables.global_step import get_global_step

TrainOpFn = Callable[[Tensor], Any]


class Form(NamedTuple):
    """In what the heads of tf.compat.v1's ready-made models differ from the public ones.

    Attributes
    ----------
    roc, pr : callable
        The areas under the curves.
    baseline_of_nothing : float
        The accuracy_baseline where no example has weight.
    averages_in_training : bool
        Whether training summarises the average loss beside a loss that is a sum.
    loss_collection : str or None
        Where the training loss is listed.
    scope : str or None
        Where the names of the training operation begin; None: below those of the head.
    """

    roc: Callable[..., Any]
    pr: Callable[..., Any]
    baseline_of_nothing: float
    averages_in_training: bool
    loss_collection: str | None
    scope: str | None


PUBLIC = Form(interpolated_auc, partial(interpolated_auc, curve="PR"), 0.0, False, None, "training")
CANNED = Form(auc, auc_of_lines, 1.0, True, GraphKeys.LOSSES, None)


class Outcome(NamedTuple):
    """What comes of a batch with labels: the loss, metrics if it is evaluated, and what training summarises."""

    loss: Tensor
    metrics: dict[str, Any]
    summaries: dict[str, Tensor]


class Head(Unchanging, abc.ABC):
    """One kind of task, or several at once.

    A subclass says what the abstract members do; :meth:`create_estimator_spec` makes of them what a model_fn returns.

    Source
    ------
    tf.estimator.Head, TF 2.15 base_head.py
    """

    form: Form = PUBLIC

    @property
    @abc.abstractmethod
    def name(self) -> str | None:
        """Appended to the keys of metrics and summaries, after a slash."""

    @property
    @abc.abstractmethod
    def logits_dimension(self) -> int:
        """The size of the last dimension of the logits."""

    @property
    @abc.abstractmethod
    def loss_reduction(self) -> str:
        """How the losses of the examples become the training loss."""

    @abc.abstractmethod
    def loss(
        self,
        labels: Any,
        logits: Any,
        features: Any = None,
        mode: str | None = None,
        regularization_losses: Sequence[Tensor] | None = None,
    ) -> Tensor:
        """The number that is minimised, regularization included."""

    @abc.abstractmethod
    def predictions(self, logits: Any, keys: Sequence[str] | None = None) -> dict[Any, Tensor]:
        """Prediction key to tensor, each [batch, ...]; only those of `keys`, if any are given."""

    @abc.abstractmethod
    def metrics(self, regularization_losses: Sequence[Tensor] | None = None) -> dict[str, Any]:
        """Metric key to a metric that has seen nothing, for :meth:`update_metrics`."""

    @abc.abstractmethod
    def update_metrics(
        self,
        eval_metrics: dict[str, Any],
        features: Any,
        logits: Any,
        labels: Any,
        regularization_losses: Sequence[Tensor] | None = None,
    ) -> dict[str, Any]:
        """The same dict, its metrics updated with a batch."""

    def create_estimator_spec(
        self,
        features: Any,
        mode: str,
        logits: Any,
        labels: Any = None,
        optimizer: Optimizer | None = None,
        trainable_variables: Sequence[Any] | None = None,
        train_op_fn: TrainOpFn | None = None,
        update_ops: Sequence[Any] | None = None,
        regularization_losses: Sequence[Tensor] | None = None,
    ) -> EstimatorSpec:
        """What a model function returns in a mode.

        Parameters
        ----------
        features : mapping of str to Tensor
            Weights are found there.
        mode : str
        logits : Tensor
            [..., logits_dimension].
        labels : Tensor, optional
            Needed to train and to evaluate.
        optimizer : Optimizer, optional
            Minimises the loss; to train, this or `train_op_fn` is needed.
        trainable_variables : sequence of Variable, optional
            What the optimizer changes; default: the trainable variables of the graph.
        train_op_fn : callable, optional
            From the loss to the training operation.
        update_ops : sequence of Operation, optional
            Run with each step, such as updates of batch normalisation.
        regularization_losses : sequence of Tensor, optional
            Scalars that are added to the loss.

        Raises
        ------
        ValueError
            If an argument does not fit, or there are no labels to train or evaluate with.

        Source
        ------
        tf.estimator.Head.create_estimator_spec, TF 2.15 base_head.py
        """
        with get_default_graph().name_scope(self.name or "head"):
            predictions = self.predictions(logits)
            if mode == ModeKeys.PREDICT:
                outputs = self._export_outputs(predictions, features, logits)
                return EstimatorSpec(mode, predictions=predictions, export_outputs=outputs)
            found = self._outcome(features, mode, logits, labels, regularization_losses)
            if mode != ModeKeys.TRAIN:
                return EstimatorSpec(
                    mode, predictions=predictions, loss=found.loss, eval_metric_ops=found.metrics
                )
            train_op = self._train_op(found.loss, optimizer, trainable_variables, train_op_fn, update_ops)
        self._summarize(found, sum_of(regularization_losses))
        return EstimatorSpec(mode, predictions=predictions, loss=found.loss, train_op=train_op)

    def _export_outputs(
        self, predictions: Mapping[Any, Tensor], features: Any, logits: Any
    ) -> dict[str, ExportOutput]:
        """The signatures of an export."""
        output = PredictOutput(dict(predictions))
        return {"serving_default": output, "predict": output}

    def _outcome(
        self, features: Any, mode: str, logits: Any, labels: Any, regularization_losses: Any
    ) -> Outcome:
        """The loss and, to evaluate, the metrics."""
        loss = self.loss(labels, logits, features, mode, regularization_losses)
        if mode == ModeKeys.TRAIN:
            return Outcome(loss, {}, {})
        metrics = self.metrics(regularization_losses)
        return Outcome(
            loss, self.update_metrics(metrics, features, logits, labels, regularization_losses), {}
        )

    def _summary_key(self, key: str) -> str:
        return f"{key}/{self.name}" if self.name else key

    def _tag(self, key: str) -> str:
        """What a summary of the whole is called."""
        return self._summary_key(key)

    def _summarize(self, found: Outcome, regularization: Tensor | None) -> None:
        tensors = {**found.summaries, self._tag("loss"): found.loss}
        if regularization is not None:
            tensors[self._tag("regularization_loss")] = regularization
        with get_default_graph().name_scope(None):
            for tag, tensor in tensors.items():
                scalar(tag, tensor)

    def _train_op(
        self, loss: Tensor, optimizer: Any, variables: Any, train_op_fn: TrainOpFn | None, update_ops: Any
    ) -> Any:
        """The operation of a step."""
        _check_training(optimizer, variables, train_op_fn, update_ops)
        graph = get_default_graph()
        graph.outermost.loss_reduction = self.loss_reduction  # summaries have called other losses since
        if self.form.scope is None:
            return _minimized(loss, optimizer, variables, train_op_fn, update_ops)
        with graph.name_scope(None), graph.name_scope(self.form.scope):
            return _minimized(loss, optimizer, variables, train_op_fn, update_ops)


def check_head(head: Any) -> Head:
    """The head.

    Raises
    ------
    TypeError
        If it is none.
    """
    if not isinstance(head, Head):
        raise TypeError(
            f"head must be a tf.estimator.Head such as tf.estimator.RegressionHead(), given: {head!r}."
        )
    return head


def _check_training(optimizer: Any, variables: Any, train_op_fn: Any, update_ops: Any) -> None:
    """Check what makes a training operation.

    Raises
    ------
    ValueError
        If there is none or two, or something has a wrong type.
    """
    if optimizer is not None and train_op_fn is not None:
        raise ValueError("train_op_fn and optimizer cannot both be set.")
    if optimizer is None and train_op_fn is None:
        raise ValueError("train_op_fn and optimizer cannot both be None: one of them has to train the model.")
    if optimizer is not None and not isinstance(optimizer, Optimizer):
        raise ValueError(
            f"The given optimizer is not an Optimizer instance. Received optimizer of type {type(optimizer)}; pass one "
            "such as tf.train.AdagradOptimizer(0.05)."
        )
    for name, given in (("trainable_variables", variables), ("update_ops", update_ops)):
        if given is not None and not isinstance(given, (list, tuple)):
            raise ValueError(f"{name} should be a list or a tuple. Given type: {type(given)}.")


def _minimized(loss: Tensor, optimizer: Any, variables: Any, train_op_fn: Any, update_ops: Any) -> Any:
    if train_op_fn is not None:
        train_op = train_op_fn(loss)
    else:
        train_op = optimizer.minimize(loss, global_step=get_global_step(), var_list=variables)
    return train_op if update_ops is None else group(train_op, *update_ops)


def minimize_with_updates(optimizer: Any, loss: Tensor, global_step: Any) -> Any:
    """Minimise after the graph's UPDATE_OPS have run."""
    with get_default_graph().control_dependencies(get_default_graph().get_collection(GraphKeys.UPDATE_OPS)):
        return optimizer.minimize(loss, global_step=global_step)


def checked_logits(logits: Any, dimension: int) -> Tensor:
    """The logits as float32, checked to be [..., dimension].

    Raises
    ------
    ValueError
        If the static shape is another one; in the run, where only that tells, an InvalidArgumentError.
    """
    graph = get_default_graph()
    tensor: Tensor = math.cast(graph.convert(logits), "float32")
    dims = tensor.dims
    wanted = f"logits shape must be [D0, D1, ... DN, logits_dimension] with logits_dimension={dimension}"
    if dims is not None and (len(dims) < 2 or dims[-1] not in (None, dimension)):
        raise ValueError(f"{wanted}, got {show(dims)}.")
    if dims is not None and dims[-1] is not None:
        return tensor
    shape = b.Shape(tensor)
    with graph.control_dependencies([b.Assert(b.Equal(shape[-1], dimension), [wanted, shape], summarize=8)]):
        result: Tensor = b.Identity(tensor)
    return result
