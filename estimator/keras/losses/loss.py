"""Losses as objects: a loss of each example, weighted and made one number.

::

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    loss(y_true, y_pred)                        # of tensors a tensor, of arrays a value
    loss(y_true, y_pred, sample_weight=[1, 0])

A loss of your own says what an example costs::

    class Cubes(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return tf.reduce_mean(tf.abs(y_pred - y_true) ** 3, axis=-1)

Source: tf.keras.losses.Loss, Keras 2.15 losses.py and losses_utils.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core.dtypes import float32
from estimator.core.keywords import near_keywords
from estimator.core.registry import did_you_mean
from estimator.core.shapes import show
from estimator.functions.math import cast
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph, graph_of
from estimator.graph.tensor import Tensor
from estimator.keras.call_arguments import MASK
from estimator.keras.values import Valued
from estimator.network.metrics.fitting import beside


class Reduction:
    """How the losses of examples become one number.

    Source
    ------
    tf.keras.losses.Reduction, TF 2.15
    """

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """Every way to reduce losses."""
        return cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE

    @classmethod
    def validate(cls, key: object) -> None:
        """Check a reduction.

        Raises
        ------
        ValueError
            If it is none.
        """
        if key not in cls.all():
            hint = did_you_mean(str(key), cls.all())
            raise ValueError(f"Invalid Reduction Key: {key}. Expected keys are {cls.all()}.{hint}")


@near_keywords
class Loss:
    """A loss; subclasses define ``call(y_true, y_pred)``, which gives that of each example.

    Parameters
    ----------
    reduction : str
        One of :class:`Reduction`; ``"auto"`` is the sum divided by the number of losses.
    name : str, optional

    Raises
    ------
    ValueError
        If the reduction is none.
    """

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        near_keywords(cls)

    def __init__(self, reduction: str = Reduction.AUTO, name: str | None = None) -> None:
        Reduction.validate(reduction)
        self.reduction, self.name = reduction, name

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each example."""
        raise NotImplementedError(f"{type(self).__name__} must define call(self, y_true, y_pred).")

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss.

        Parameters
        ----------
        y_true, y_pred : Tensor or array
            Labels and predictions.
        sample_weight : Tensor, array or number, optional
            A scalar, or what fits beside the losses: a weight for each, or for each example.

        Returns
        -------
        Tensor or value
            A scalar; with the reduction ``"none"`` all losses.
        """
        given = {"y_true": y_true, "y_pred": y_pred, "sample_weight": sample_weight}
        prepared = vars(self).setdefault("_prepared", Valued(self._of_tensors, self._scope()))
        return prepared(given)

    def _scope(self) -> str:
        name = type(self).__name__ if self.name is None else self.name
        return "lambda" if name == "<lambda>" else name.strip("_")

    def _of_tensors(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        with get_default_graph().name_scope(self._scope()):
            losses = self.call(y_true, y_pred)
            is_mean = self.reduction in (Reduction.AUTO, Reduction.SUM_OVER_BATCH_SIZE)
            weight = masked_weights(losses, sample_weight, _mask(y_pred, losses), is_mean)
            return compute_weighted_loss(losses, weight, self.reduction)

    def get_config(self) -> dict[str, Any]:
        """What makes the same loss again."""
        return {"reduction": self.reduction, "name": self.name}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        """The loss that such a configuration describes."""
        return cls(**{name: value for name, value in config.items() if name != "fn"})

    def __getstate__(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in vars(self).items()
            if not name.startswith(("_prepared", "_outside"))
        }


class FunctionLoss(Loss):
    """The loss whose ``call`` is a function.

    Parameters
    ----------
    fn : callable
        ``fn(y_true, y_pred, **options)`` gives the loss of each example.
    reduction, name
        As of :class:`Loss`.
    options : mapping, optional
        What the function is given by keyword.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str = Reduction.AUTO,
        name: str | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(reduction, name)
        self.fn, self._options = fn, dict(options or {})

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """What the function gives; a column beside a vector is one, too."""
        graph = graph_of([y_true, y_pred])
        return self.fn(*of_one_rank(graph.convert(y_true), graph.convert(y_pred)), **self._options)

    def get_config(self) -> dict[str, Any]:
        """What makes the same loss again, with the name of the function."""
        return {**super().get_config(), **self._options, "fn": self.fn.__name__}


def of_one_rank(y_true: Tensor, y_pred: Tensor) -> tuple[Tensor, Tensor]:
    """Both without a last dimension of 1 that only one of them has; class ids beside scores stay as they are."""
    if y_true.dims is None or y_pred.dims is None:
        return y_true, y_pred
    if len(y_pred.dims) - len(y_true.dims) == 1 and y_pred.dims[-1] != 1:
        return y_true, y_pred
    return beside(y_true, y_pred), beside(y_pred, y_true)


def compute_weighted_loss(losses: Any, sample_weight: Any = None, reduction: str = Reduction.AUTO) -> Any:
    """Losses, weighted and reduced; a mean of integers is cut off, as Keras has it."""
    given = graph_of([losses]).convert(losses)
    values = given if given.dtype.is_floating else cast(given, float32)
    if sample_weight is not None:
        values = values * _weights_beside(values, cast(sample_weight, values.dtype))
    if reduction != Reduction.NONE:
        total = reduce_sum(values)
        is_sum = reduction == Reduction.SUM
        values = total if is_sum else b.DivNoNan(total, cast(b.Size(values), values.dtype), name="value")
    return values if given.dtype.is_floating else cast(values, given.dtype)


def _weights_beside(values: Tensor, weights: Tensor) -> Tensor:
    """The weights, with a last dimension of 1 more or less where that makes them fit beside the values."""
    fitting = beside(weights, values, may_grow=True)
    if fitting.dims and values.dims is not None and not _fits(fitting.dims, values.dims):
        raise ValueError(
            f"sample_weight of the shape {show(weights.dims)} does not fit losses of the shape {show(values.dims)}: "
            "give one for each loss, or one for each example."
        )
    return fitting


def _fits(weights: Sequence[int | None], values: Sequence[int | None]) -> bool:
    alike = len(weights) == len(values)
    return alike and all(
        w in (1, None) or v in (1, None) or w == v for w, v in zip(weights, values, strict=True)
    )


def _mask(y_pred: Any, losses: Any) -> Tensor | None:
    """Which losses count: those that layers and the loss itself let through."""
    masks = [mask for value in (y_pred, losses) if (mask := getattr(value, MASK, None)) is not None]
    return b.LogicalAnd(*masks) if len(masks) == 2 else next(iter(masks), None)


def masked_weights(losses: Any, sample_weight: Any, mask: Tensor | None, is_mean: bool) -> Any:
    """The weights, 0 where the mask is false; for a mean over all, so much larger that it is one over the others."""
    if mask is None:
        return sample_weight
    share = cast(mask, losses.dtype)
    if is_mean:
        share = share * (cast(b.Size(share), losses.dtype) / reduce_sum(share))
    if sample_weight is None:
        return share
    return _weights_beside(share, cast(sample_weight, losses.dtype)) * share
