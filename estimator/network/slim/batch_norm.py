"""Batch normalization in the form of tf.contrib.layers: ``decay`` for ``momentum``, and updates in place on request.

In training with the mean and variance of the batch, which also move the averages that are used otherwise::

    y = gamma (x - mean) / sqrt(variance + epsilon) + beta
    moving = decay · moving + (1 - decay) · batch

The averages are moved by operations in `updates_collections`, which the training step must wait for (optimize_loss and
create_train_op do); with None the output waits for them. Where FusedBatchNormV3 computes it, the average follows the
unbiased variance, over N - 1, and otherwise the biased one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.arg_scope import add_arg_scope
from estimator.core.dtypes import DType, float16, float32
from estimator.core.errors import UnimplementedError
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import normalization
from estimator.functions.arguments import tensor_of
from estimator.functions.control_flow.cond import cond
from estimator.functions.moments import weighted_moments
from estimator.functions.over_processes import of_all
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.batch_normalization import move_average
from estimator.network.layers.layer import demand_floating, tensor_or_bool
from estimator.network.slim.formats import is_channels_first, known_rank, known_size
from estimator.network.slim.named_outputs import OutputsCollections, collect_named_outputs
from estimator.network.slim.weights import VariablesCollections, collections_of
from estimator.variables.initializers import Ones, Zeros
from estimator.variables.model_variables import ScopeLike, model_variable
from estimator.variables.scopes import get_variable_scope, variable_scope


@add_arg_scope
def batch_norm(
    inputs: TensorLike,
    decay: float = 0.999,
    center: bool = True,
    scale: bool = False,
    epsilon: float = 0.001,
    activation_fn: Callable[..., Any] | None = None,
    param_initializers: Mapping[str, Any] | None = None,
    param_regularizers: Mapping[str, Any] | None = None,
    updates_collections: str | Sequence[str] | None = GraphKeys.UPDATE_OPS,
    is_training: TensorLike = True,
    reuse: bool | None = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: OutputsCollections = None,
    trainable: bool = True,
    batch_weights: TensorLike | None = None,
    fused: bool | None = None,
    data_format: str | None = "NHWC",
    zero_debias_moving_mean: bool = False,
    scope: ScopeLike = None,
    renorm: bool = False,
    renorm_clipping: Mapping[str, TensorLike] | None = None,
    renorm_decay: float = 0.99,
    adjustment: Callable[[Any], Any] | None = None,
) -> Tensor:
    """Each channel normalized over the batch.

    Parameters
    ----------
    inputs : Tensor
        Floating point, with a known rank and number of channels.
    decay : float
        How much of the moving averages is kept at each step.
    center, scale : bool
        Whether there is a `beta`, a `gamma`.
    epsilon : float
        Added to the variance.
    activation_fn : callable, optional
    param_initializers : dict, optional
        Initializers of ``beta``, ``gamma``, ``moving_mean`` and ``moving_variance``; by default 0, 1, 0, 1.
    param_regularizers : dict, optional
        Regularizers of ``beta`` and ``gamma``.
    updates_collections : str or list of str, optional
        Where the operations that move the averages are listed. None: the output waits for them.
    is_training : bool or bool Tensor
        Whether the batch's own mean and variance are used.
    reuse : bool, optional
        Take the variables that there are in the scope, which must be given.
    variables_collections : list of str, or dict of them by the variables' names, optional
        Further collections of the variables.
    outputs_collections : str or list of str, optional
        Collections of the result.
    trainable : bool
        Whether beta and gamma are trained.
    batch_weights : Tensor, optional
        How much each example counts for mean and variance.
    fused : bool, optional
        False: without FusedBatchNormV3. Otherwise it is used for ranks 2 and 4, and for 5 if the updates are listed in
        UPDATE_OPS; but not in double precision or with `batch_weights`.
    data_format : {"NHWC", "NCHW"}
        Where the channels are: last, or second.
    scope : str or VariableScope, optional
        By default the first free form of ``BatchNorm``.
    zero_debias_moving_mean, renorm, renorm_clipping, renorm_decay, adjustment
        Not available.

    Shape
    -----
    inputs [..., channels] -> the same; beta, gamma, moving_mean, moving_variance [channels]

    Raises
    ------
    TypeError
        If the input is not floating point.
    ValueError
        If the data format is none of these, or the rank or the number of channels is not known.
    UnimplementedError
        For what is not available.

    Source
    ------
    tf.contrib.layers.batch_norm, TF 1.15 layers.py; Ioffe and Szegedy 2015, arXiv:1502.03167
    """
    _refuse(zero_debias_moving_mean=zero_debias_moving_mean, renorm=renorm, adjustment=adjustment)
    channels_first = is_channels_first("batch_norm", data_format, 2)
    with variable_scope(scope, "BatchNorm", reuse=reuse) as opened:
        x = tensor_of(inputs, name="inputs")
        demand_floating(x.dtype, "batch_norm")
        layout = _Layout(known_rank("batch_norm", x), channels_first)
        may_be_fused = fused is not False and batch_weights is None and x.dtype in (float16, float32)
        is_fused = may_be_fused and layout.rank in (
            (2, 4, 5) if updates_collections == GraphKeys.UPDATE_OPS else (2, 4)
        )
        # TensorFlow takes the layer of tf.layers where that can do it: it makes gamma before beta, and lists no updates
        # of one that is not trained
        is_of_tf_layers = (
            updates_collections == GraphKeys.UPDATE_OPS
            and batch_weights is None
            and not (fused is not False and layout.rank == 2)
        )
        weights = _Weights(
            known_size("batch_norm", x, layout.axis), float32 if is_fused else x.dtype, center, scale, trainable,
            param_initializers or {}, param_regularizers or {}, variables_collections, is_of_tf_layers,
        )  # fmt: skip

        training = tensor_or_bool(is_training)
        stays = training is False or (is_of_tf_layers and not trainable)

        def after_updates(mean: Any, variance: Any, *outputs: Tensor) -> Sequence[Tensor]:
            """The outputs, which wait for the averages to move if nothing else does."""
            return outputs if stays else _moved(weights, mean, variance, decay, updates_collections, outputs)

        normalized = _fused_output if is_fused else _plain_output
        y = normalized(x, weights, layout, epsilon, training, batch_weights, after_updates)
        y.set_shape(x.dims)
        if activation_fn is not None:
            y = activation_fn(y)
        result: Tensor = collect_named_outputs(outputs_collections, opened.name, y)
        return result


class _Layout:
    """Where the channels of an input are, among how many axes."""

    def __init__(self, rank: int, channels_first: bool) -> None:
        self.rank = rank
        self.axis = 1 if channels_first else rank - 1

    @property
    def of_fused(self) -> str:
        """How FusedBatchNormV3 calls it."""
        space = "DHW" if self.rank == 5 else "HW"
        return f"NC{space}" if self.axis == 1 and self.rank > 2 else f"N{space}C"

    def along_axis(self, values: Any) -> Any:
        """Values of the channels in a shape that broadcasts against the inputs."""
        if values is None or self.axis == self.rank - 1:
            return values
        return b.Reshape(values, [-1 if axis == self.axis else 1 for axis in range(self.rank)])


class _Weights:
    """The variables, and what moves the averages among them."""

    def __init__(
        self,
        size: int,
        dtype: DType,
        center: bool,
        scale: bool,
        trainable: bool,
        initializers: Mapping[str, Any],
        regularizers: Mapping[str, Any],
        collections: VariablesCollections,
        gamma_first: bool,
    ) -> None:
        def made(name: str, first: Any, is_trained: bool) -> Any:
            return model_variable(
                name, [size], dtype, initializers.get(name, first), regularizers.get(name), is_trained,
                collections_of(collections, name),
            )  # fmt: skip

        self.size = size
        wanted = {"gamma": (scale, Ones()), "beta": (center, Zeros())}
        trained = {
            name: made(name, first, trainable) if is_wanted else None
            for name, (is_wanted, first) in (wanted.items() if gamma_first else reversed(wanted.items()))
        }
        self.beta, self.gamma = trained["beta"], trained["gamma"]
        # as TensorFlow, which opens the scope once more to have the averages in one part
        with variable_scope(get_variable_scope()) as again:
            again.set_partitioner(None)
            self.mean = made("moving_mean", Zeros(), False)
            self.variance = made("moving_variance", Ones(), False)


def _fused_output(
    x: Tensor, weights: _Weights, layout: _Layout, epsilon: float, training: Tensor | bool,
    batch_weights: TensorLike | None,
    after_updates: Callable[..., Sequence[Tensor]],
) -> Tensor:  # fmt: skip
    """The output of FusedBatchNormV3, which takes images: a matrix is images of one point."""
    images = b.Reshape(x, [-1, 1, 1, weights.size]) if layout.rank == 2 else x
    y, mean, variance = _chosen(training, lambda how: _fused(images, weights, layout, epsilon, how))
    (y,) = after_updates(mean, variance, y)
    result: Tensor = b.Reshape(y, b.Shape(x)) if layout.rank == 2 else y
    return result


def _plain_output(
    x: Tensor, weights: _Weights, layout: _Layout, epsilon: float, training: Tensor | bool,
    batch_weights: TensorLike | None, after_updates: Callable[..., Sequence[Tensor]],
) -> Tensor:  # fmt: skip
    """The output of the formula."""
    mean, variance = _chosen(training, lambda how: _moments(x, weights, layout, how, batch_weights))
    mean, variance = after_updates(mean, variance, mean, variance)
    mean, variance, beta, gamma = (
        layout.along_axis(value) for value in (mean, variance, weights.beta, weights.gamma)
    )
    return normalization.batch_normalization(x, mean, variance, beta, gamma, epsilon)


def _chosen(training: Tensor | bool, way: Callable[[bool], Any]) -> Any:
    """What one of two ways gives, that of training or the other, when the graph is built or when it runs."""
    if isinstance(training, bool):
        return way(training)
    return cond(training, lambda: way(True), lambda: way(False))


def _fused(
    images: Tensor, weights: _Weights, layout: _Layout, epsilon: float, in_training: bool
) -> tuple[Tensor, Any, Any]:
    """The output, and the mean and variance of each channel that it is made with."""
    beta = np.zeros(weights.size, np.float32) if weights.beta is None else weights.beta
    gamma = np.ones(weights.size, np.float32) if weights.gamma is None else weights.gamma
    averages = weights.mean.as_tensor(), weights.variance.as_tensor()
    y, mean, variance = normalization.fused_batch_norm(
        images, gamma, beta, *averages, epsilon, layout.of_fused, in_training
    )
    return (y, mean, variance) if in_training else (y, *averages)


def _moments(
    x: Tensor, weights: _Weights, layout: _Layout, in_training: bool, batch_weights: TensorLike | None
) -> tuple[Any, Any]:
    """The mean and variance of each channel."""
    if not in_training:
        return weights.mean.as_tensor(), weights.variance.as_tensor()
    axes = [axis for axis in range(layout.rank) if axis != layout.axis]
    if batch_weights is None:
        return normalization.moments(x, axes)
    of_examples = b.Reshape(tensor_of(batch_weights), [-1, *[1] * (layout.rank - 1)])
    return weighted_moments(x, axes, of_examples)


def _moved(
    weights: _Weights,
    mean: Any,
    variance: Any,
    decay: float,
    collections: str | Sequence[str] | None,
    outputs: Sequence[Tensor],
) -> Sequence[Tensor]:
    """The outputs; the averages are moved by operations that are listed, or that the outputs wait for.

    Where is_training turns out False, mean and variance are the averages themselves, and nothing moves.
    """
    values = zip((weights.mean, weights.variance), of_all([mean, variance]), strict=True)
    updates = [move_average(moving, value, 1.0 - decay) for moving, value in values]
    graph = get_default_graph()
    if collections is None:
        with graph.control_dependencies(updates):
            return [b.Identity(output) for output in outputs]
    for update in updates:
        graph.add_to_collections(collections, update)
    return outputs


def _refuse(**given: Any) -> None:
    asked = [name for name, value in given.items() if value]
    if asked:
        raise UnimplementedError(
            f"batch_norm: {', '.join(asked)} is not available; plain batch normalization is."
        )


near_keywords_of_functions(__name__)
