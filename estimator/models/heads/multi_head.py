"""Several tasks on one model: a head of heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core.arguments import keeps_arguments
from estimator.core.keywords import near_keywords
from estimator.core.registry import did_you_mean
from estimator.core.shapes import show
from estimator.functions import math
from estimator.functions.arrays import split
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.models.export_outputs import DEFAULT_KEY, ExportOutput, PredictOutput
from estimator.models.heads.head import Head, Outcome
from estimator.models.heads.loss import sum_of
from estimator.models.heads.single import Metric, UpdatedMetric
from estimator.models.spec import ModeKeys
from estimator.network.metrics.averages import mean


@keeps_arguments
@near_keywords
class MultiHead(Head):
    """Labels are a dict by the heads' names; so may logits be, or one tensor that is split among the heads.

    The loss is the sum of the heads' losses, predictions have keys (head's name, key), and by default the first head
    is served.

    Parameters
    ----------
    heads : sequence of Head
        Each with a name of its own.
    head_weights : sequence of float, optional
        How much each head's loss counts.

    Raises
    ------
    ValueError
        If there is no head, one has no name or that of another, or there is another number of weights.

    Source
    ------
    tf.estimator.MultiHead, TF 2.15
    """

    def __init__(self, heads: Sequence[Head], head_weights: Sequence[float] | None = None) -> None:
        self._heads = tuple(heads or ())
        self._head_weights = tuple(head_weights or ())
        if not self._heads:
            raise ValueError(f"Must specify heads. Given: {heads}")
        if self._head_weights and len(self._head_weights) != len(self._heads):
            raise ValueError(
                f"heads and head_weights must have the same size. Given len(heads): {len(self._heads)}. "
                f"Given len(head_weights): {len(self._head_weights)}."
            )
        names = [head.name for head in self._heads]
        for head in self._heads:
            if head.name is None:
                raise ValueError(f"All given heads must have name specified. Given: {head}")
            if names.count(head.name) > 1:
                raise ValueError(f"All given heads must have names of their own. Given: {names}.")

    @property
    def name(self) -> str:
        """The heads' names, joined."""
        return "_".join(map(str, self._names))

    @property
    def logits_dimension(self) -> int:
        """How many logits the heads need together."""
        return sum(head.logits_dimension for head in self._heads)

    @property
    def loss_reduction(self) -> str:
        """That of all heads.

        Raises
        ------
        ValueError
            If they differ.
        """
        found = [head.loss_reduction for head in self._heads]
        if len(set(found)) > 1:
            raise ValueError(f"The loss_reduction must be the same for different heads. Given: {found}")
        return found[0]

    @property
    def _names(self) -> list[str]:
        return [str(head.name) for head in self._heads]

    def loss(
        self,
        labels: Any,
        logits: Any,
        features: Any = None,
        mode: str | None = None,
        regularization_losses: Sequence[Tensor] | None = None,
    ) -> Tensor:
        """The weighted sum of the heads' losses, with the regularization losses.

        Raises
        ------
        ValueError
            If a head has no logits or no labels, or they do not fit.
        """
        of_head, truth = self._split(logits), self._labels(labels)
        losses = [
            head.loss(truth[name], of_head[name], features, mode) for name, head in self._named().items()
        ]
        return self._merged(losses, sum_of(regularization_losses))

    def predictions(self, logits: Any, keys: Sequence[Any] | None = None) -> dict[Any, Tensor]:
        """(Head's name, prediction key) to tensor; only those of `keys`, if any are given.

        Raises
        ------
        ValueError
            If a head has no logits, or there is no prediction of a key.
        """
        of_head = self._split(logits)
        found = {
            (name, key): tensor
            for name, head in self._named().items()
            for key, tensor in head.predictions(of_head[name]).items()
        }
        for key in keys or ():
            if key not in found:
                raise ValueError(
                    f"Prediction key must be a pair of a head's name and its key, given: {key!r}. There are: "
                    f"{list(found)}."
                )
        return {key: found[key] for key in keys} if keys else found

    def metrics(self, regularization_losses: Sequence[Tensor] | None = None) -> dict[str, Any]:
        """The metrics of all heads by their keys, and the loss of each."""
        keys = [f"loss/{name}" for name in self._names]
        if regularization_losses:
            keys.append(self._summary_key("regularization_loss"))
        found: dict[str, Any] = {key: Metric(key, None) for key in keys}
        for head in self._heads:
            found |= head.metrics()
        return found

    def update_metrics(
        self,
        eval_metrics: dict[str, Any],
        features: Any,
        logits: Any,
        labels: Any,
        regularization_losses: Sequence[Tensor] | None = None,
    ) -> dict[str, Any]:
        """The dict, its metrics updated with a batch.

        Raises
        ------
        ValueError
            As :meth:`loss`.
        """
        found = self._outcome(features, ModeKeys.EVAL, logits, labels, regularization_losses)
        eval_metrics.update(found.metrics)
        return eval_metrics

    def _outcome(
        self, features: Any, mode: str, logits: Any, labels: Any, regularization_losses: Any
    ) -> Outcome:
        of_head, truth = self._split(logits), self._labels(labels)
        losses: list[Tensor] = []
        metrics: dict[str, Any] = {}
        summaries: dict[str, Tensor] = {}
        for name, head in self._named().items():
            with get_default_graph().name_scope(name):
                found = head._outcome(features, mode, of_head[name], truth[name], None)
            losses.append(found.loss)
            summaries |= {f"loss/{name}": found.loss, **found.summaries}
            metrics |= found.metrics
            if mode == ModeKeys.EVAL:
                metrics[f"loss/{name}"] = UpdatedMetric(*mean(found.loss, name=f"loss/{name}"))
        regularization = sum_of(regularization_losses)
        if mode == ModeKeys.EVAL and regularization is not None:
            of_all = mean(regularization, name="regularization_loss")
            metrics[self._summary_key("regularization_loss")] = UpdatedMetric(*of_all)
        return Outcome(self._merged(losses, regularization), metrics, summaries)

    def _merged(self, losses: Sequence[Tensor], regularization: Tensor | None) -> Tensor:
        if self._head_weights:
            weighted = zip(losses, self._head_weights, strict=True)
            losses = [math.multiply(loss, weight) for loss, weight in weighted]
        return math.add_n([*losses, *([] if regularization is None else [regularization])])

    def _tag(self, key: str) -> str:
        return key

    def _export_outputs(
        self, predictions: Mapping[Any, Tensor], features: Any, logits: Any
    ) -> dict[str, ExportOutput]:
        """Each head's signatures below its name, and all predictions under ``predict``."""
        of_head = self._split(logits)
        found: dict[str, ExportOutput] = {}
        for name, head in self._named().items():
            spec = head.create_estimator_spec(features, ModeKeys.PREDICT, of_head[name])
            for key, output in spec.export_outputs.items():
                found[name if key == DEFAULT_KEY else f"{name}/{key}"] = output
        return {DEFAULT_KEY: found[self._names[0]], **found, "predict": PredictOutput(dict(predictions))}

    def _named(self) -> dict[str, Head]:
        return dict(zip(self._names, self._heads, strict=True))

    def _labels(self, labels: Any) -> Mapping[str, Any]:
        if not isinstance(labels, Mapping):
            raise ValueError(
                f"labels must be a dict. Given: {labels}. Its keys are the heads: {self._names}."
            )
        return self._complete(labels, "labels")

    def _split(self, logits: Any) -> Mapping[str, Any]:
        """The logits of each head by its name."""
        if isinstance(logits, Mapping):
            return self._complete(logits, "logits")
        tensor = get_default_graph().convert(logits)
        sizes = [head.logits_dimension for head in self._heads]
        last = tensor.dims[-1] if tensor.dims else None
        if tensor.dims == () or last not in (None, sum(sizes)):
            raise ValueError(
                f"Could not split logits of shape {show(tensor.dims)} among the heads with individual logits "
                f"dimensions: {sizes}. The last dimension of the logits tensor should equal {sum(sizes)}."
            )
        return dict(zip(self._names, split(tensor, sizes, axis=-1), strict=True))

    def _complete(self, given: Mapping[str, Any], what: str) -> Mapping[str, Any]:
        missing = [name for name in self._names if name not in given]
        if missing:
            hint = did_you_mean(missing[0], map(str, given))
            raise ValueError(
                f"{what} has missing values for head(s): {missing}.{hint} It has: {sorted(map(str, given))}."
            )
        return given
