"""From a loss per element to the loss: weights, reductions, and the collection that lists what is to be minimised.

The default reduction divides the weighted sum by the number of elements whose weight is not zero.

Source: tf.losses, TF 1.15 losses_impl.py.
"""

from __future__ import annotations

from estimator.core.dtypes import float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.constant import Array
from estimator.graph.graph import dtype_of, get_default_graph, graph_of
from estimator.graph.keys import GraphKeys
from estimator.graph.likes import TensorLike
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor
from estimator.network.weights import fitting_weights


class Reduction:
    """How a loss per element becomes one number.

    Source
    ------
    tf.losses.Reduction, TF 1.15
    """

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """Every way to reduce losses, as a tuple of texts."""
        return cls.NONE, cls.SUM, cls.MEAN, cls.SUM_OVER_BATCH_SIZE, cls.SUM_BY_NONZERO_WEIGHTS

    @classmethod
    def validate(cls, key: object) -> None:
        """Check a reduction.

        Raises
        ------
        ValueError
            If it is none.
        """
        if key not in cls.all():
            raise ValueError(f"invalid loss reduction {key!r}; known: {', '.join(cls.all())}.")


def compute_weighted_loss(
    losses: TensorLike,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """Losses per element, weighted and reduced.

    Parameters
    ----------
    losses : Tensor
    weights : Tensor or number
        A scalar, or of the same number of dimensions, each equal to that of `losses` or 1.
    loss_collection : str, optional
        Where the result is listed.
    reduction : str
        One of :class:`Reduction`.

    Raises
    ------
    ValueError
        If the weights do not fit, or the reduction is unknown.
    """
    Reduction.validate(reduction)
    graph = graph_of([losses, weights])
    losses = graph.convert(losses)
    with graph.name_scope(scope or "weighted_loss"):
        weight = fitting_weights(graph.cast(graph.convert(weights), float32), losses, "losses")
        values = graph.cast(losses, float32)
        # A Python number is known; a tensor is not taken for its value, something may have to run before it.
        number = static_value(weight) if weight.dims == () and dtype_of(weights) is None else None
        weighted = values if number == 1 else b.Mul(values, weight)  # multiplying by 1 would change no bit
        if reduction == Reduction.NONE:
            result = weighted
        else:
            result = _reduced(weighted, values, weight, number, reduction)
        result = graph.cast(result, losses.dtype) if losses.dtype.is_floating else result
        add_loss(result, loss_collection)
    graph.outermost.loss_reduction = reduction  # by it several processes put their gradients together
    return result


def _reduced(
    weighted: Tensor, values: Tensor, weight: Tensor, number: Array | None, reduction: str
) -> Tensor:
    total = reduce_sum(weighted)
    if reduction == Reduction.SUM:
        return total
    if reduction == Reduction.MEAN:
        count = reduce_sum(b.Mul(b.OnesLike(values), weight))
    elif reduction == Reduction.SUM_OVER_BATCH_SIZE:
        count = _num_elements(values)
    else:
        count = _num_elements(values) if number else num_present(values, weight)
    result: Tensor = b.DivNoNan(total, count, name="value")
    return result


def _num_elements(values: Tensor) -> Tensor:
    return values.graph.cast(b.Size(values, name="num_elements"), float32)


def num_present(values: Tensor, weight: Tensor, axes: Tensor | None = None) -> Tensor:
    """How many elements have a weight other than zero; with `axes` along these, which stay with the size 1."""
    with values.graph.name_scope("num_present"):
        present = values.graph.cast(b.NotEqual(weight, 0.0), float32)
        of_each = b.Mul(present, b.OnesLike(values), name="broadcast_weights")
        return reduce_sum(of_each, axes, keepdims=axes is not None)


def add_loss(loss: Tensor, loss_collection: str | None = GraphKeys.LOSSES) -> None:
    """List a loss of your own, so that :func:`get_total_loss` adds it.

    Raises
    ------
    TypeError
        If it is not a tensor.
    """
    if not isinstance(loss, Tensor):
        raise TypeError(f"add_loss(): the loss must be a Tensor, given: {loss!r}; use tf.constant.")
    if loss_collection:
        loss.graph.add_to_collection(loss_collection, loss)


def get_losses(scope: str | None = None, loss_collection: str = GraphKeys.LOSSES) -> list[Tensor]:
    """The losses listed so far."""
    return get_default_graph().get_collection(loss_collection, scope)


def get_regularization_losses(scope: str | None = None) -> list[Tensor]:
    """The penalties that the regularizers of variables have listed."""
    return get_default_graph().get_collection(GraphKeys.REGULARIZATION_LOSSES, scope)


def get_regularization_loss(scope: str | None = None, name: str = "total_regularization_loss") -> Tensor:
    """The sum of the regularization losses; 0 if there are none."""
    losses = get_regularization_losses(scope)
    if not losses:
        return get_default_graph().constant(0.0, float32)
    result: Tensor = b.AddN(losses, name=name)
    return result


def get_total_loss(
    add_regularization_losses: bool = True, name: str = "total_loss", scope: str | None = None
) -> Tensor:
    """The sum of all losses listed.

    Raises
    ------
    ValueError
        If none is.
    """
    losses = get_losses(scope)
    if add_regularization_losses:
        losses += get_regularization_losses(scope)
    if not losses:
        raise ValueError(
            "get_total_loss(): no loss is listed; call a function of tf.losses, or add_loss(), before."
        )
    result: Tensor = b.AddN(losses, name=name)
    return result


near_keywords_of_functions(__name__)
