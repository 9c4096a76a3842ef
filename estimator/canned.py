"""Estimators that are ready to use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.estimator import Estimator
from estimator.graph.tensor import Tensor
from estimator.models.canned.dnn import Network, dnn_model_fn
from estimator.models.heads.binary import BinaryClassHead
from estimator.models.heads.head import Head
from estimator.models.heads.multi_class import MultiClassHead
from estimator.models.heads.regression import RegressionHead
from estimator.network.functions import nn
from estimator.network.weighted_loss import Reduction
from estimator.optimizers.optimizer import check_optimizer
from estimator.run_config import RunConfig


def _dnn(head: Head, network: Network, optimizer: Any) -> Callable[..., Any]:
    check_optimizer(optimizer)

    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> Any:
        """A feed-forward network over feature columns."""
        return dnn_model_fn(features, labels, mode, config, head=head, network=network, optimizer=optimizer)

    return model_fn


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
    activation_fn : callable, optional
        Applied to each hidden layer.
    dropout : float, optional
        The rate at which hidden values are dropped in training.
    input_layer_partitioner : object, optional
        Accepted for old scripts.
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
        head: Head
        if n_classes == 2:
            head = BinaryClassHead(weight_column, label_vocabulary, loss_reduction)
        else:
            head = MultiClassHead(n_classes, weight_column, label_vocabulary, loss_reduction)
        network = Network(hidden_units, feature_columns, activation_fn, dropout, batch_norm)
        super().__init__(_dnn(head, network, optimizer), model_dir, config, None, warm_start_from)


class DNNRegressor(Estimator):
    """A feed-forward network that predicts numbers.

    Parameters
    ----------
    hidden_units, feature_columns, model_dir, weight_column, optimizer, activation_fn, dropout, config, warm_start_from
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
        head = RegressionHead(label_dimension, weight_column, loss_reduction)
        network = Network(hidden_units, feature_columns, activation_fn, dropout, batch_norm)
        super().__init__(_dnn(head, network, optimizer), model_dir, config, None, warm_start_from)
