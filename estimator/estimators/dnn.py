"""Feed-forward networks over feature columns.

Variables and operations are named as tf.estimator's DNN models name theirs, and slots are stored under the
same keys, so that their checkpoints open here and ours there.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from estimator.calls.checks import check_settings
from estimator.calls.kept import SettledModelFn
from estimator.columns.column import DenseColumn, Weights, checked_columns
from estimator.columns.input_layer import joined
from estimator.core.arguments import keeps_arguments
from estimator.core.errors import Gathered, raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.estimators.estimator import Estimator
from estimator.estimators.ready_made import (
    check_features,
    naming_of,
    one_part_each,
    partitioner_problems,
    summarize_layer,
    with_saver,
)
from estimator.functions import nn
from estimator.graph.tensor import Tensor
from estimator.models.heads.canned import classifier_head, regression_head
from estimator.models.heads.head import Head, check_head, minimize_with_updates
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.network.layers.by_name import functions_of
from estimator.network.layers.dense import dense
from estimator.network.weighted_loss import Reduction, get_regularization_losses
from estimator.optimizers.by_name import as_optimizer, check_optimizer
from estimator.settings.run_config import RunConfig
from estimator.variables.global_step import get_global_step
from estimator.variables.initializers import GlorotUniform
from estimator.variables.scopes import variable_scope

LEARNING_RATE = 0.05  # of optimizers given by name
BATCH_NORM_MOMENTUM = 0.999


@keeps_arguments
@near_keywords
class DNNClassifier(Estimator):
    """A feed-forward network that classifies.

    Parameters
    ----------
    hidden_units : sequence of int
        The sizes of the hidden layers.
    feature_columns : sequence of columns
        Dense columns; they are concatenated in the order of their names.
    model_dir : str or path, optional
        Where checkpoints and summaries go.
    n_classes : int
        Two: one logit and binary metrics; more: softmax.
    weight_column : str or numeric column, optional
        The feature with the weights of the examples.
    label_vocabulary : sequence of str, optional
        The classes' names, if the labels are strings.
    optimizer : str, Optimizer or callable
        A name ('Adagrad', 'Adam', 'Ftrl', 'RMSProp', 'SGD') stands for learning rate 0.05.
    activation_fn : callable or str, optional
        Applied to each hidden layer.
    dropout : float, optional
        The rate at which hidden values are dropped in training.
    input_layer_partitioner : callable, optional
        Into how many parts the variables of the columns are made, such as ``tf.fixed_size_partitioner(4)``.
    config : RunConfig, optional
    warm_start_from : str or WarmStartSettings, optional
        Where the first weights come from, if model_dir has no checkpoint.
    loss_reduction : str
        How the losses of the examples become the training loss; the sum by default.
    batch_norm : bool
        Whether hidden layers are batch-normalised after their activation.

    Raises
    ------
    ValueError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.DNNClassifier, TF 2.15
    """

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Sequence[Any],
        model_dir: Any = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Adagrad",
        activation_fn: Callable[[Tensor], Tensor] | None = nn.relu,
        dropout: float | None = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = Reduction.SUM,
        batch_norm: bool = False,
    ) -> None:
        problems = Gathered(type(self).__name__)
        head = problems.result_of(classifier_head, n_classes, weight_column, label_vocabulary, loss_reduction)
        network = _checked_network(
            problems, (hidden_units, feature_columns, activation_fn, dropout, batch_norm, input_layer_partitioner),
            optimizer, (model_dir, config, warm_start_from),
        )  # fmt: skip
        super().__init__(_dnn(head, network, optimizer), model_dir, config, None, warm_start_from)


@keeps_arguments
@near_keywords
class DNNRegressor(Estimator):
    """A feed-forward network that predicts numbers.

    Parameters
    ----------
    hidden_units, feature_columns, model_dir, weight_column, optimizer, activation_fn, dropout, config
        As :class:`DNNClassifier` has them.
    input_layer_partitioner, warm_start_from, batch_norm
        As :class:`DNNClassifier` has them.
    label_dimension : int
        How many numbers are predicted for each example.
    loss_reduction : str
        How the losses of the examples become the training loss; the sum by default.

    Raises
    ------
    ValueError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.DNNRegressor, TF 2.15
    """

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Sequence[Any],
        model_dir: Any = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Adagrad",
        activation_fn: Callable[[Tensor], Tensor] | None = nn.relu,
        dropout: float | None = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = Reduction.SUM,
        batch_norm: bool = False,
    ) -> None:
        problems = Gathered(type(self).__name__)
        head = problems.result_of(regression_head, label_dimension, weight_column, loss_reduction)
        network = _checked_network(
            problems, (hidden_units, feature_columns, activation_fn, dropout, batch_norm, input_layer_partitioner),
            optimizer, (model_dir, config, warm_start_from),
        )  # fmt: skip
        super().__init__(_dnn(head, network, optimizer), model_dir, config, None, warm_start_from)


@keeps_arguments
@near_keywords
class DNNEstimator(Estimator):
    """A feed-forward network with a head of your choice.

    Parameters
    ----------
    head : Head
        What the logits mean, such as ``tf.estimator.MultiLabelHead(n_classes=3)``.
    hidden_units, feature_columns, model_dir, optimizer, activation_fn, dropout, input_layer_partitioner, config
        As :class:`DNNClassifier` has them.
    warm_start_from, batch_norm
        As :class:`DNNClassifier` has them.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.DNNEstimator, TF 2.15
    """

    def __init__(
        self,
        head: Head,
        hidden_units: Sequence[int],
        feature_columns: Sequence[Any],
        model_dir: Any = None,
        optimizer: Any = "Adagrad",
        activation_fn: Callable[[Tensor], Tensor] | None = nn.relu,
        dropout: float | None = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        batch_norm: bool = False,
    ) -> None:
        problems = Gathered(type(self).__name__)
        problems.result_of(check_head, head)
        network = _checked_network(
            problems, (hidden_units, feature_columns, activation_fn, dropout, batch_norm, input_layer_partitioner),
            optimizer, (model_dir, config, warm_start_from),
        )  # fmt: skip
        super().__init__(_dnn(head, network, optimizer), model_dir, config, None, warm_start_from)


def _checked_network(
    problems: Gathered, network: Sequence[Any], optimizer: Any, settings: Sequence[Any]
) -> Network:
    """The network of these arguments; what is wrong with them, the optimizer or the settings is raised together."""
    made: Network = problems.result_of(Network, *network)
    problems.result_of(check_optimizer, optimizer)
    problems.result_of(check_settings, *settings)
    problems.raise_all()
    return made


def _dnn(head: Head, network: Network, optimizer: Any) -> SettledModelFn:
    function = partial(dnn_model_fn, head=head, network=network, optimizer=optimizer)
    return SettledModelFn(function, goes_by=(head, network))


@frozen
class Network:
    """The shape of a feed-forward network.

    Parameters
    ----------
    hidden_units : sequence of int
        The sizes of the hidden layers.
    feature_columns : sequence of columns
        What the input layer is made of.
    activation_fn : callable or str, optional
        Applied to each hidden layer.
    dropout : float, optional
        The rate at which hidden values are dropped in training.
    batch_norm : bool
        Whether each hidden layer is normalised after its activation (and dropout), with momentum 0.999.
    input_layer_partitioner : callable, optional
        Into how many parts the variables of the columns are made; as others by default.

    Raises
    ------
    ValueError
        If a size or the rate is out of range, the activation or partitioner is not a function, or a column is not a
        dense one.
    """

    hidden_units: Sequence[int]
    feature_columns: Sequence[Any]
    activation_fn: Callable[[Tensor], Tensor] | None = nn.relu
    dropout: float | None = None
    batch_norm: bool = False
    input_layer_partitioner: Any = None

    def __post_init__(self) -> None:
        problems = Gathered("a network")
        problems.result_of(raise_problems, "a network", list(self._problems()))
        named = problems.result_of(partial(functions_of, "a network", activation_fn=self.activation_fn))
        columns = problems.result_of(checked_columns, self.feature_columns, DenseColumn)
        problems.raise_all()
        object.__setattr__(self, "activation_fn", named["activation_fn"])
        object.__setattr__(self, "hidden_units", tuple(self.hidden_units))
        object.__setattr__(self, "feature_columns", tuple(columns))  # a generator can be read once only

    def _problems(self) -> Iterator[str]:
        units = self.hidden_units
        if isinstance(units, str) or not isinstance(units, Iterable) or not all(map(_is_size, units)):
            yield f"hidden_units must be a list of sizes > 0, such as [10, 10]; given: {units!r}."
        rate = self.dropout
        if rate is not None and not (isinstance(rate, numbers.Real) and 0 <= rate < 1):
            yield f"dropout is the rate of dropped values and must be in [0, 1); given: {rate!r}."
        yield from partitioner_problems("input_layer_partitioner", self.input_layer_partitioner)

    def logits(self, features: Mapping[str, Any], mode: str, dimension: int) -> Tensor:
        """The output layer [batch, dimension]."""
        with variable_scope("input_from_feature_columns", partitioner=self.input_layer_partitioner):
            net = joined(features, self.feature_columns, Weights(), naming_of(self.feature_columns))
        for number, units in enumerate(self.hidden_units):
            net = dense(
                net, int(units), activation=self.activation_fn, kernel_initializer=GlorotUniform(),
                name=f"hiddenlayer_{number}",
            )  # fmt: skip
            if self.dropout is not None and mode == ModeKeys.TRAIN:
                net = _dropped(net, self.dropout)
            if self.batch_norm:
                net = _normalized(net, mode, f"hiddenlayer_{number}/batchnorm_{number}")
            summarize_layer(net, f"dnn/hiddenlayer_{number}", mode)
        logits = dense(net, dimension, activation=None, kernel_initializer=GlorotUniform(), name="logits")
        summarize_layer(logits, "dnn/logits", mode)
        return logits


# Most networks have neither of these layers, which bring branches and their gradients with them.


def _dropped(net: Tensor, rate: float) -> Tensor:
    from estimator.network.layers.dropout import dropout

    return dropout(net, rate=rate, training=True)


def _normalized(net: Tensor, mode: str, name: str) -> Tensor:
    from estimator.network.layers.batch_normalization import batch_normalization

    return batch_normalization(net, momentum=BATCH_NORM_MOMENTUM, training=mode == ModeKeys.TRAIN, name=name)


def _is_size(value: Any) -> bool:
    return hasattr(value, "__index__") and 0 < int(value) < 1 << 31


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
        If features are not a dict, or a column's feature is missing.
    """
    check_features(features)
    with variable_scope("dnn", partitioner=one_part_each(config)):
        logits = network.logits(features, mode, head.logits_dimension)

        def train_op_fn(loss: Tensor) -> Any:
            return minimize_with_updates(as_optimizer(optimizer, LEARNING_RATE), loss, get_global_step())

        spec = head.create_estimator_spec(
            features, mode, logits, labels, train_op_fn=train_op_fn,
            regularization_losses=get_regularization_losses(),
        )  # fmt: skip
        return with_saver(spec, config, "dnn_v1", optimizer)
