"""What ``compile`` was told: the optimizer, and a loss and metrics for each output.

Objects are made of names and functions when the outputs are first known. They are made once, so that training,
validation and evaluation share the variables of a metric.

Source
------
keras/src/engine/compile_utils.py, TF 2.15 (what is the loss, how metrics are called, in which order)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core import log, nest
from estimator.functions.math import add_n
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.keras import losses, metrics, optimizers
from estimator.keras.losses.loss import FunctionLoss
from estimator.keras.naming import in_snake_case
from estimator.keras.serialization import deserialize, serialize
from estimator.keras.training.outputs import for_each_output, mask_of, masked, matched, output_names

_BY_SHAPE = {
    "accuracy": ("binary_accuracy", "sparse_categorical_accuracy", "categorical_accuracy"),
    "crossentropy": ("binary_crossentropy", "sparse_categorical_crossentropy", "categorical_crossentropy"),
}
_SHORT = {"acc": "accuracy", "ce": "crossentropy"}


class Compiled:
    """The arguments of one ``compile``, and what became of them.

    Parameters
    ----------
    optimizer, loss, metrics, loss_weights, weighted_metrics, run_eagerly, steps_per_execution, jit_compile
        As of :meth:`estimator.keras.training.trainer.Trainer.compile`.

    Attributes
    ----------
    optimizer : Optimizer

    Raises
    ------
    ValueError
        If a name stands for no optimizer, or a metric is given twice.
    """

    def __init__(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        loss_weights: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: Any = None,
        steps_per_execution: Any = None,
        jit_compile: Any = None,
    ) -> None:
        if run_eagerly:
            log.warning(
                "compile(run_eagerly=True) changes nothing: a step is planned, and runs as its graph says."
            )
        self.optimizer = optimizers.get(optimizer)
        self.loss, self.loss_weights = loss, loss_weights
        self.given_metrics, self.weighted_metrics = metrics, weighted_metrics
        self._options = {
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
        }
        self._total: Any = None  # the mean of the loss
        self._outputs: list[_Output] | None = None
        self._added: dict[str, Any] = {}  # means of what layers report, by name
        _refuse_twice([*nest.flatten(metrics), *nest.flatten(weighted_metrics)])

    @property
    def metrics(self) -> list[Any]:
        """The metrics there are by now, in the order in which they are reported: the loss first."""
        outputs = self._outputs or []
        means = [] if self._total is None else [self._total]
        means += [output.mean for output in outputs if output.mean is not None]
        return [*means, *self.own_metrics, *self._added.values()]

    @property
    def own_metrics(self) -> list[Any]:
        """The metrics that were asked for, without the means of losses."""
        return [metric for output in self._outputs or [] for metric in (*output.metrics, *output.weighted)]

    def loss_of(
        self,
        y: Any,
        predictions: Any,
        sample_weight: Any,
        added: Sequence[Tensor],
        names: Sequence[str] | None,
    ) -> Tensor | None:
        """The total loss of a batch, in the default graph, which also goes into the means.

        Parameters
        ----------
        y, predictions, sample_weight : structure of Tensor, or None
        added : sequence of Tensor
            What regularizers and ``add_loss`` add.
        names : sequence of str, optional
            Of the outputs.

        Raises
        ------
        ValueError
            If something does not fit the outputs.
        """
        outputs = self._for_outputs(y, predictions, names)
        names = [output.name for output in outputs]
        labels = for_each_output(y, predictions, names, "y")
        weights = for_each_output(sample_weight, predictions, names, "sample_weight")
        values: list[Tensor] = []
        rows: Tensor | None = None
        for output, label, prediction, weight in zip(
            outputs, labels, nest.flatten(predictions), weights, strict=True
        ):
            if label is None or output.loss is None:
                continue
            rows = _rows_of(label) if rows is None else rows
            values.append(output.weighted_loss(label, prediction, weight, rows))
        if added:
            values.append(add_n([b.Cast(loss, DstT=values[0].dtype) if values else loss for loss in added]))
        if not values:
            return None
        total = values[0] if len(values) == 1 else add_n(values)
        self._total.update_state(total, sample_weight=rows)
        return total

    def update_metrics(
        self, y: Any, predictions: Any, sample_weight: Any, names: Sequence[str] | None
    ) -> None:
        """Let the metrics know of a batch, in the default graph."""
        outputs = self._for_outputs(y, predictions, names)
        names = [output.name for output in outputs]
        labels = for_each_output(y, predictions, names, "y")
        weights = for_each_output(sample_weight, predictions, names, "sample_weight")
        for output, label, prediction, weight in zip(
            outputs, labels, nest.flatten(predictions), weights, strict=True
        ):
            if label is not None:
                output.update(label, prediction, weight)

    def report(self, name: str, value: Tensor) -> None:
        """Let the mean of what a layer reports know of a batch."""
        if name not in self._added:
            self._added[name] = metrics.Mean(name=name)
        self._added[name].update_state(value)

    def _for_outputs(self, y: Any, predictions: Any, names: Sequence[str] | None) -> list[_Output]:
        if self._outputs is None:
            names = list(names or output_names(predictions))
            self._total = metrics.Mean(name="loss")
            self._outputs = self._made(y, predictions, names)
        return self._outputs

    def _made(self, y: Any, predictions: Any, names: list[str]) -> list[_Output]:
        flat = nest.flatten(predictions)
        labels = for_each_output(y, predictions, names, "y")
        each_loss = for_each_output(self.loss, predictions, names, "loss")
        factors = for_each_output(self.loss_weights, predictions, names, "loss_weights")
        own = _metrics_for_each(self.given_metrics, predictions, names, "metrics")
        weighted = _metrics_for_each(self.weighted_metrics, predictions, names, "weighted_metrics")
        made = []
        for place, name in enumerate(names):
            is_one = len(names) == 1
            loss = as_loss(each_loss[place])
            mean = None if is_one or loss is None else metrics.Mean(name=f"{name}_loss")
            pair = labels[place], flat[place]
            made.append(
                _Output(
                    name,
                    loss,
                    factors[place],
                    mean,
                    [as_metric(metric, *pair) for metric in own[place]],
                    [as_metric(metric, *pair) for metric in weighted[place]],
                )
            )
        _name_metrics(made)
        return made

    def get_config(self) -> dict[str, Any]:
        """The arguments as plain values, as Keras 2.15 stores them."""
        return {
            "optimizer": serialize(self.optimizer),
            "loss": _told(self.loss),
            "metrics": _told(self.given_metrics),
            "loss_weights": self.loss_weights,
            "weighted_metrics": _told(self.weighted_metrics),
            **self._options,
        }


class _Output:
    """One output: its loss, and the metrics of it.

    Parameters
    ----------
    name : str
    loss : Loss or None
    factor : number or None
        What the loss counts in the total.
    mean : Mean or None
        Of the loss, where there are several outputs.
    own, weighted : list of Metric
        The weighted ones get the weights of the examples.
    """

    def __init__(
        self, name: str, loss: Any, factor: Any, mean: Any, own: list[Any], weighted: list[Any]
    ) -> None:
        self.name, self.loss, self.factor, self.mean = name, loss, factor, mean
        self.metrics, self.weighted = own, weighted

    def weighted_loss(self, y: Tensor, prediction: Tensor, weight: Tensor | None, rows: Tensor) -> Tensor:
        """What the output adds to the total."""
        y, weight = matched(y, prediction, weight)
        value = self.loss(y, prediction, sample_weight=masked(weight, mask_of(prediction)))
        if self.mean is not None:
            self.mean.update_state(value, sample_weight=rows)
        return value if self.factor is None else value * self.factor

    def update(self, y: Tensor, prediction: Tensor, weight: Tensor | None) -> None:
        """Let the metrics know of a batch."""
        if not (self.metrics or self.weighted):
            return
        y, weight = matched(y, prediction, weight)
        mask = mask_of(prediction)
        for metric in self.metrics:
            metric.update_state(y, prediction, sample_weight=mask)
        for metric in self.weighted:
            metric.update_state(y, prediction, sample_weight=masked(weight, mask))


def _rows_of(label: Any) -> Tensor:
    """How many examples a batch has."""
    return label.nrows() if hasattr(label, "nrows") else b.Shape(label)[0]


def _metrics_for_each(given: Any, outputs: Any, names: Sequence[str], what: str) -> list[list[Any]]:
    """Lists of metrics, one for each output; a list that holds no list is for all."""
    for_all = not nest.is_nested(given) or (
        isinstance(given, (list, tuple)) and not any(map(nest.is_nested, given))
    )
    if not for_all:
        found = for_each_output(given, outputs, names, what)
        return [_without_none(metric) for metric in found]
    listed = _without_none(given)
    if len(names) == 1:
        return [listed]
    return [[_copied(metric) for metric in listed] for _ in names]


def _without_none(given: Any) -> list[Any]:
    return [metric for metric in nest.flatten(given) if metric is not None]


def copied(compiled: Compiled, optimizer: Any) -> Compiled:
    """The same arguments for another graph: objects of metrics are made again."""
    own = nest.map_structure(_copied, compiled.given_metrics)
    weighted = nest.map_structure(_copied, compiled.weighted_metrics)
    return Compiled(optimizer, compiled.loss, own, compiled.loss_weights, weighted)


def _copied(metric: Any) -> Any:
    return type(metric).from_config(metric.get_config()) if isinstance(metric, metrics.Metric) else metric


def as_loss(given: Any) -> Any:
    """The Loss of a name, a function, a configuration or a Loss; None of None.

    Raises
    ------
    ValueError
        If it is none.
    """
    if given is None:
        return None
    found = losses.get(given)
    if isinstance(found, losses.Loss):
        return found
    return FunctionLoss(found, name=_name_of(found, "Loss"))


def as_metric(given: Any, y: Any, prediction: Tensor) -> Any:
    """The Metric of a name, a function, a configuration or a Metric; ``accuracy`` goes by the shapes.

    Raises
    ------
    ValueError
        If it is none.
    """
    found = metrics.get(_by_shape(given, y, prediction))
    if isinstance(found, metrics.Metric):
        return found
    name = given if isinstance(given, str) else _name_of(given, "Metric")
    return metrics.MeanMetricWrapper(found, name=name)


def _by_shape(given: Any, y: Any, prediction: Tensor) -> Any:
    key = str(given).lower()
    key = _SHORT.get(key, key)
    if key not in _BY_SHAPE or not isinstance(given, str):
        return given
    binary, sparse, categorical = _BY_SHAPE[key]
    last = (prediction.dims or (None,))[-1]
    if last == 1:
        return binary
    label_dims = () if y is None else y.dims or ()
    lacks_axis = len(label_dims) < len(prediction.dims or ())
    is_column = label_dims[-1:] == (1,) and (last or 0) > 1
    return sparse if lacks_axis or is_column else categorical


def _name_of(function: Any, what: str) -> str:
    if not callable(function):
        raise ValueError(f"{what} should be a callable, received: {function!r}")
    name = getattr(function, "name", None) or getattr(function, "__name__", None)
    return str(name) if name else in_snake_case(type(function).__name__)


def _name_metrics(outputs: list[_Output]) -> None:
    """Begin the names with those of several outputs; weighted ones say so where names are taken."""
    taken: set[str] = set()
    for output in outputs:
        head = f"{output.name}_" if len(outputs) > 1 else ""
        for metric in output.metrics:
            metric._name = _free(head + metric.name, taken)
        for metric in output.weighted:
            plain = head + metric.name
            metric._name = _free(f"{head}weighted_{metric.name}" if plain in taken else plain, taken)


def _free(name: str, taken: set[str]) -> str:
    if name in taken:
        raise ValueError(
            f"Found two metrics with the same name: {name}. All the metrics added to the model need to have unique "
            "names: pass an object with another one, such as keras.metrics.AUC(name='auc_2')."
        )
    taken.add(name)
    return name


def _refuse_twice(given: Sequence[Any]) -> None:
    objects = [metric for metric in given if isinstance(metric, metrics.Metric)]
    twice = [metric for metric in objects if sum(metric is other for other in objects) > 1]
    if twice:
        raise ValueError(
            "Found duplicated metrics object in the user provided metrics and weighted metrics. It would be updated "
            f"twice for each batch. Duplicated items: {sorted({metric.name for metric in twice})}"
        )


def _told(given: Any) -> Any:
    """A structure of names, functions and objects as plain values; names stay what they are."""
    if isinstance(given, Mapping):
        return {key: _told(value) for key, value in given.items()}
    if isinstance(given, (list, tuple)):
        return [_told(value) for value in given]
    return given if given is None or isinstance(given, str) else serialize(given)


def from_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of ``compile`` that were stored."""
    return {key: _untold(value) for key, value in config.items()}


def _untold(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "class_name" in value:
            return deserialize(value)
        return {key: _untold(part) for key, part in value.items()}
    return [_untold(part) for part in value] if isinstance(value, (list, tuple)) else value
