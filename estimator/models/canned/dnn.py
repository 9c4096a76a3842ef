"""Feed-forward networks over feature columns.

Variables and operations are named as tf.estimator's DNN models name theirs, and slots are stored under the
same keys, so that their checkpoints open here and ours there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from estimator.checkpoint.saver import Saver
from estimator.columns.input_layer import input_layer
from estimator.graph.tensor import Tensor
from estimator.models.heads.head import Head, make_spec, minimize_with_updates
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.network.functions import nn
from estimator.network.global_step import get_global_step
from estimator.network.initializers import GlorotUniform
from estimator.network.layers.batch_normalization import batch_normalization
from estimator.network.layers.dense import dense
from estimator.network.layers.dropout import dropout as drop_out
from estimator.network.scopes import variable_scope
from estimator.optimizers.optimizer import as_optimizer
from estimator.summaries.ops import histogram, scalar
from estimator.training.scaffold import Scaffold

LEARNING_RATE = 0.05  # of optimizers given by name
BATCH_NORM_MOMENTUM = 0.999


@dataclass(frozen=True)
class Network:
    """The shape of a feed-forward network.

    Parameters
    ----------
    hidden_units : sequence of int
        The sizes of the hidden layers.
    feature_columns : sequence of columns
        What the input layer is made of.
    activation_fn : callable, optional
        Applied to each hidden layer.
    dropout : float, optional
        The rate at which hidden values are dropped in training.
    batch_norm : bool
        Whether each hidden layer is normalised after its activation (and dropout), with momentum 0.999.

    Raises
    ------
    ValueError
        If a size or the rate is out of range.
    """

    hidden_units: Sequence[int]
    feature_columns: Sequence[Any]
    activation_fn: Callable[[Tensor], Tensor] | None = nn.relu
    dropout: float | None = None
    batch_norm: bool = False

    def __post_init__(self) -> None:
        units = self.hidden_units
        if isinstance(units, (str, int)) or not all(
            hasattr(size, "__index__") and int(size) > 0 for size in units
        ):
            raise ValueError(f"hidden_units must be a list of sizes > 0, such as [10, 10]; given: {units!r}.")
        if self.dropout is not None and not 0 <= self.dropout < 1:
            raise ValueError(
                f"dropout is the rate of dropped values and must be in [0, 1); given: {self.dropout}."
            )

    def logits(self, features: Mapping[str, Any], mode: str, dimension: int) -> Tensor:
        """The output layer [batch, dimension]."""
        with variable_scope("input_from_feature_columns"):
            net = input_layer(features, self.feature_columns)
        for number, units in enumerate(self.hidden_units):
            net = dense(
                net, int(units), activation=self.activation_fn, kernel_initializer=GlorotUniform(),
                name=f"hiddenlayer_{number}",
            )  # fmt: skip
            if self.dropout is not None and mode == ModeKeys.TRAIN:
                net = drop_out(net, rate=self.dropout, training=True)
            if self.batch_norm:
                net = batch_normalization(
                    net, momentum=BATCH_NORM_MOMENTUM, training=mode == ModeKeys.TRAIN,
                    name=f"hiddenlayer_{number}/batchnorm_{number}",
                )  # fmt: skip
            _summarize(net, f"dnn/hiddenlayer_{number}")
        logits = dense(net, dimension, activation=None, kernel_initializer=GlorotUniform(), name="logits")
        _summarize(logits, "dnn/logits")
        return logits


def _summarize(layer: Tensor, name: str) -> None:
    scalar(f"{name}/fraction_of_zero_values", nn.zero_fraction(layer))
    histogram(f"{name}/activation", layer)


def dnn_model_fn(
    features: Any, labels: Any, mode: str, config: Any, *, head: Head, network: Network, optimizer: Any
) -> EstimatorSpec:
    """The spec of a feed-forward network with a head.

    Parameters
    ----------
    features : mapping of str to Tensor
    labels : Tensor or None
    mode : str
    config : RunConfig
        Says how many checkpoints are kept.
    head : Head
    network : Network
    optimizer : str, Optimizer or callable
        A name stands for the optimizer with learning rate 0.05.

    Raises
    ------
    ValueError
        If features are no dict, or a column's feature is missing.
    """
    if not isinstance(features, Mapping):
        raise ValueError(f"features should be a dictionary of `Tensor`s. Given type: {type(features)}.")
    with variable_scope("dnn"):
        logits = network.logits(features, mode, head.logits_dimension)

        def train_op_fn(loss: Tensor) -> Any:
            return minimize_with_updates(as_optimizer(optimizer, LEARNING_RATE), loss, get_global_step())

        saver = Saver(
            max_to_keep=config.keep_checkpoint_max,
            keep_checkpoint_every_n_hours=config.keep_checkpoint_every_n_hours,
            dialect="dnn_v1",
            missing_slots=config.missing_slots,
            defer_build=True,
        )
        return make_spec(head, features, mode, logits, labels, train_op_fn, Scaffold(saver=saver))
