"""Wide and deep models: the logits are those of a linear model and of a feed-forward network added up.

Each part has columns and an optimizer of its own; a model may have one of them only. Variables are named as
tf.estimator's DNNLinearCombined models name theirs, and slots are stored under the same keys, so that their checkpoints
open here and ours there.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from typing import Any

from estimator.calls.checks import check_settings
from estimator.calls.kept import SettledModelFn
from estimator.core.arguments import keeps_arguments
from estimator.core.errors import Gathered, raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.estimators.dnn import Network
from estimator.estimators.estimator import Estimator
from estimator.estimators.linear import Linear
from estimator.estimators.ready_made import check_features, one_part_each, summarize_layer, with_saver
from estimator.functions import nn
from estimator.functions.grouping import group
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Tensor
from estimator.models.heads.canned import classifier_head, regression_head
from estimator.models.heads.head import Head, check_head
from estimator.models.spec import EstimatorSpec
from estimator.network.weighted_loss import Reduction, get_regularization_losses
from estimator.optimizers.by_name import as_optimizer, check_optimizer
from estimator.settings.run_config import RunConfig
from estimator.variables.global_step import get_global_step
from estimator.variables.scopes import VariableScope, variable_scope

DNN_LEARNING_RATE = 0.001  # of optimizers given by name
LINEAR_LEARNING_RATE = 0.005  # likewise, and less with more than 40,000 columns


@keeps_arguments
@near_keywords
class DNNLinearCombinedClassifier(Estimator):
    """A linear model and a feed-forward network that classify together.

    Parameters
    ----------
    model_dir : str or path, optional
        Where checkpoints and summaries go.
    linear_feature_columns, dnn_feature_columns : sequence of columns, optional
        Those of each part: dense and categorical ones of the linear model, dense ones of the network. A part without
        columns is left out.
    linear_optimizer, dnn_optimizer : str, Optimizer or callable
        What trains each part. A name ('Adagrad', 'Adam', 'Ftrl', 'RMSProp', 'SGD') stands for learning rate 0.001 in
        the network, and 1 / sqrt(number of columns), at most 0.005, in the linear model.
    dnn_hidden_units : sequence of int
        The sizes of the network's hidden layers; needed if it has columns.
    dnn_activation_fn : callable or str, optional
        Applied to each hidden layer.
    dnn_dropout : float, optional
        The rate at which hidden values are dropped in training.
    n_classes : int
        Two: one logit and binary metrics; more: softmax.
    weight_column : str or numeric column, optional
        The feature with the weights of the examples.
    label_vocabulary : sequence of str, optional
        The classes' names, if the labels are strings.
    input_layer_partitioner : callable, optional
        Into how many parts the variables of the columns are made, such as ``tf.fixed_size_partitioner(4)``.
    config : RunConfig, optional
    warm_start_from : str or WarmStartSettings, optional
        Where the first weights come from, if model_dir has no checkpoint.
    loss_reduction : str
        How the losses of the examples become the training loss; the sum by default.
    batch_norm : bool
        Whether hidden layers are batch-normalised after their activation.
    linear_sparse_combiner : str
        How the linear weights of an example's ids in one column become one: 'sum', 'mean', or 'sqrtn'.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.DNNLinearCombinedClassifier, TF 2.15
    """

    def __init__(
        self,
        model_dir: Any = None,
        linear_feature_columns: Sequence[Any] | None = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Sequence[Any] | None = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Callable[[Tensor], Tensor] | None = nn.relu,
        dnn_dropout: float | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = Reduction.SUM,
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        problems = Gathered(type(self).__name__)
        head = problems.result_of(classifier_head, n_classes, weight_column, label_vocabulary, loss_reduction)
        wide = (linear_feature_columns, linear_sparse_combiner, input_layer_partitioner)
        deep = (
            dnn_hidden_units, dnn_feature_columns, dnn_activation_fn, dnn_dropout, batch_norm,
            input_layer_partitioner,
        )  # fmt: skip
        parts = _checked(
            problems, wide, deep, (linear_optimizer, dnn_optimizer), (model_dir, config, warm_start_from)
        )
        super().__init__(_wide_and_deep(head, parts), model_dir, config, None, warm_start_from)


@keeps_arguments
@near_keywords
class DNNLinearCombinedRegressor(Estimator):
    """A linear model and a feed-forward network that predict numbers together.

    Parameters
    ----------
    model_dir, linear_feature_columns, linear_optimizer, dnn_feature_columns, dnn_optimizer, dnn_hidden_units
        As :class:`DNNLinearCombinedClassifier` has them.
    dnn_activation_fn, dnn_dropout, weight_column, input_layer_partitioner, config, warm_start_from, batch_norm
        As :class:`DNNLinearCombinedClassifier` has them.
    label_dimension : int
        How many numbers are predicted for each example.
    loss_reduction : str
        How the losses of the examples become the training loss; the sum by default.
    linear_sparse_combiner : str
        How the linear weights of an example's ids in one column become one: 'sum', 'mean', or 'sqrtn'.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.DNNLinearCombinedRegressor, TF 2.15
    """

    def __init__(
        self,
        model_dir: Any = None,
        linear_feature_columns: Sequence[Any] | None = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Sequence[Any] | None = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Callable[[Tensor], Tensor] | None = nn.relu,
        dnn_dropout: float | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = Reduction.SUM,
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        problems = Gathered(type(self).__name__)
        head = problems.result_of(regression_head, label_dimension, weight_column, loss_reduction)
        wide = (linear_feature_columns, linear_sparse_combiner, input_layer_partitioner)
        deep = (
            dnn_hidden_units, dnn_feature_columns, dnn_activation_fn, dnn_dropout, batch_norm,
            input_layer_partitioner,
        )  # fmt: skip
        parts = _checked(
            problems, wide, deep, (linear_optimizer, dnn_optimizer), (model_dir, config, warm_start_from)
        )
        super().__init__(_wide_and_deep(head, parts), model_dir, config, None, warm_start_from)


@keeps_arguments
@near_keywords
class DNNLinearCombinedEstimator(Estimator):
    """A linear model and a feed-forward network with a head of your choice.

    Parameters
    ----------
    head : Head
        What the logits mean, such as ``tf.estimator.MultiLabelHead(n_classes=3)``.
    model_dir, linear_feature_columns, linear_optimizer, dnn_feature_columns, dnn_optimizer, dnn_hidden_units
        As :class:`DNNLinearCombinedClassifier` has them.
    dnn_activation_fn, dnn_dropout, input_layer_partitioner, config, batch_norm, linear_sparse_combiner
        As :class:`DNNLinearCombinedClassifier` has them.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.DNNLinearCombinedEstimator, TF 2.15
    """

    def __init__(
        self,
        head: Head,
        model_dir: Any = None,
        linear_feature_columns: Sequence[Any] | None = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Sequence[Any] | None = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Callable[[Tensor], Tensor] | None = nn.relu,
        dnn_dropout: float | None = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        problems = Gathered(type(self).__name__)
        problems.result_of(check_head, head)
        wide = (linear_feature_columns, linear_sparse_combiner, input_layer_partitioner)
        deep = (
            dnn_hidden_units, dnn_feature_columns, dnn_activation_fn, dnn_dropout, batch_norm,
            input_layer_partitioner,
        )  # fmt: skip
        parts = _checked(problems, wide, deep, (linear_optimizer, dnn_optimizer), (model_dir, config, None))
        super().__init__(_wide_and_deep(head, parts), model_dir, config)


@frozen
class WideAndDeep:
    """The two parts of a model, one of which may be missing, and what trains each.

    Parameters
    ----------
    wide : Linear or None
    deep : Network or None
    wide_optimizer, deep_optimizer : str, Optimizer or callable
    """

    wide: Linear | None
    deep: Network | None
    wide_optimizer: Any
    deep_optimizer: Any


def _checked(
    problems: Gathered,
    wide: Sequence[Any],
    deep: Sequence[Any],
    optimizers: Sequence[Any],
    settings: Sequence[Any],
) -> WideAndDeep:
    """The parts of these arguments; what is wrong with them, the optimizers or the settings is raised together."""
    columns, (units, dnn_columns, *other) = wide[0], deep
    has_wide, has_deep = _has_any(columns), _has_any(dnn_columns)
    problems.result_of(raise_problems, "columns", list(_missing(has_wide, has_deep, units)))
    linear = problems.result_of(Linear, *wide) if has_wide else None
    network = problems.result_of(Network, units or (), dnn_columns, *other) if has_deep else None
    for optimizer in optimizers:
        problems.result_of(check_optimizer, optimizer)
    problems.result_of(check_settings, *settings)
    problems.raise_all()
    return WideAndDeep(linear, network, *optimizers)


def _has_any(columns: Any) -> bool:
    """Whether columns are given: neither None nor an empty list."""
    return columns is not None and not (hasattr(columns, "__len__") and len(columns) == 0)


def _missing(has_wide: bool, has_deep: bool, hidden_units: Any) -> Iterator[str]:
    if not has_wide and not has_deep:
        yield "Either linear_feature_columns or dnn_feature_columns must be defined; both are missing."
    if has_deep and not hidden_units:
        yield (
            "dnn_hidden_units must be defined when dnn_feature_columns is specified, such as [64, 32]; given: "
            f"{hidden_units!r}."
        )


def _wide_and_deep(head: Head, parts: WideAndDeep) -> SettledModelFn:
    function = partial(wide_and_deep_model_fn, head=head, parts=parts)
    return SettledModelFn(function, goes_by=(head, parts.wide, parts.deep))


def wide_and_deep_model_fn(
    features: Any, labels: Any, mode: str, config: RunConfig, *, head: Head, parts: WideAndDeep
) -> EstimatorSpec:
    """The spec of a linear model and a feed-forward network with a head.

    Parameters
    ----------
    features : mapping of str to Tensor
    labels : Tensor or None
    mode : str
    config : RunConfig
        Says how many checkpoints are kept.
    head : Head
    parts : WideAndDeep

    Raises
    ------
    ValueError
        If features are not a dict, or a column's feature is missing.
    """
    check_features(features)
    logits, trained = [], []
    if parts.deep is not None:
        with variable_scope("dnn", partitioner=one_part_each(config)) as scope:
            logits.append(parts.deep.logits(features, mode, head.logits_dimension))
        trained.append((scope, parts.deep_optimizer, DNN_LEARNING_RATE))
    if parts.wide is not None:
        with variable_scope("linear", partitioner=parts.wide.partitioner or one_part_each(config)) as scope:
            logits.append(parts.wide.logits(features, head.logits_dimension, mode))
            summarize_layer(logits[-1], "linear", mode)
        trained.append((scope, parts.wide_optimizer, parts.wide.rate(LINEAR_LEARNING_RATE)))
    spec = head.create_estimator_spec(
        features, mode, reduce(operator.add, logits), labels,
        train_op_fn=lambda loss: _train_op(loss, trained), regularization_losses=get_regularization_losses(),
    )  # fmt: skip
    return with_saver(spec, config, "dnn_linear_v1", parts.deep_optimizer, parts.wide_optimizer)


def _train_op(loss: Tensor, trained: Sequence[tuple[VariableScope, Any, float]]) -> Any:
    """One step of each optimizer on the variables of its scope, after the graph's UPDATE_OPS, and then the count."""
    graph = get_default_graph()
    with graph.control_dependencies(graph.get_collection(GraphKeys.UPDATE_OPS)):
        steps = [
            as_optimizer(optimizer, rate).minimize(loss, var_list=scope.trainable_variables())
            for scope, optimizer, rate in trained
        ]
    with graph.control_dependencies([group(*steps)]):
        return get_global_step().assign_add(1).op
