"""Linear models over feature columns: the logits are a weighted sum of the features, and a bias.

Variables are named as tf.estimator's linear models name theirs, and slots are stored under the same keys, so that
their checkpoints open here and ours there. All weights begin with 0. Those of a categorical column are a table, of
which a step reads and changes only the rows of the batch's ids.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from estimator.calls.checks import check_settings
from estimator.calls.kept import SettledModelFn
from estimator.columns.column import CategoricalColumn, DenseColumn, Weights, checked_columns
from estimator.columns.linear_model import check_linear, weighted
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
    with_saver,
)
from estimator.functions import nn
from estimator.functions.arrays import concat
from estimator.functions.math import add_n
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.models.heads.canned import classifier_head, regression_head
from estimator.models.heads.head import Head, check_head, minimize_with_updates
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.network.weighted_loss import Reduction, get_regularization_losses
from estimator.optimizers.by_name import as_optimizer, check_optimizer
from estimator.settings.run_config import RunConfig
from estimator.summaries.ops import histogram, scalar
from estimator.variables.global_step import get_global_step
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import Variable

LEARNING_RATE = 0.2  # of optimizers given by name


@keeps_arguments
@near_keywords
class LinearClassifier(Estimator):
    """A linear model that classifies.

    Parameters
    ----------
    feature_columns : sequence of columns
        Dense and categorical ones.
    model_dir : str or path, optional
        Where checkpoints and summaries go.
    n_classes : int
        Two: one logit and binary metrics; more: softmax.
    weight_column : str or numeric column, optional
        The feature with the weights of the examples.
    label_vocabulary : sequence of str, optional
        The classes' names, if the labels are strings.
    optimizer : str, Optimizer or callable
        A name ('Adagrad', 'Adam', 'Ftrl', 'RMSProp', 'SGD') stands for learning rate 0.2. None is Ftrl with a
        learning rate of 1 / sqrt(number of columns), at most 0.2.
    config : RunConfig, optional
    partitioner : callable, optional
        Into how many parts a variable is made, such as ``tf.fixed_size_partitioner(4)``.
    warm_start_from : str or WarmStartSettings, optional
        Where the first weights come from, if model_dir has no checkpoint.
    loss_reduction : str
        How the losses of the examples become the training loss; the sum by default.
    sparse_combiner : str
        How the weights of an example's ids in one column become one: 'sum', 'mean', or 'sqrtn'.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.LinearClassifier, TF 2.15
    """

    def __init__(
        self,
        feature_columns: Sequence[Any],
        model_dir: Any = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        partitioner: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = Reduction.SUM,
        sparse_combiner: str = "sum",
    ) -> None:
        problems = Gathered(type(self).__name__)
        head = problems.result_of(classifier_head, n_classes, weight_column, label_vocabulary, loss_reduction)
        weights = _checked(
            problems, (feature_columns, sparse_combiner, partitioner), optimizer,
            (model_dir, config, warm_start_from),
        )  # fmt: skip
        super().__init__(_linear(head, weights, optimizer), model_dir, config, None, warm_start_from)


@keeps_arguments
@near_keywords
class LinearRegressor(Estimator):
    """A linear model that predicts numbers.

    Parameters
    ----------
    feature_columns, model_dir, weight_column, optimizer, config, partitioner, warm_start_from, sparse_combiner
        As :class:`LinearClassifier` has them.
    label_dimension : int
        How many numbers are predicted for each example.
    loss_reduction : str
        How the losses of the examples become the training loss; the sum by default.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.LinearRegressor, TF 2.15
    """

    def __init__(
        self,
        feature_columns: Sequence[Any],
        model_dir: Any = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        partitioner: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = Reduction.SUM,
        sparse_combiner: str = "sum",
    ) -> None:
        problems = Gathered(type(self).__name__)
        head = problems.result_of(regression_head, label_dimension, weight_column, loss_reduction)
        weights = _checked(
            problems, (feature_columns, sparse_combiner, partitioner), optimizer,
            (model_dir, config, warm_start_from),
        )  # fmt: skip
        super().__init__(_linear(head, weights, optimizer), model_dir, config, None, warm_start_from)


@keeps_arguments
@near_keywords
class LinearEstimator(Estimator):
    """A linear model with a head of your choice.

    Parameters
    ----------
    head : Head
        What the logits mean, such as ``tf.estimator.MultiLabelHead(n_classes=3)``.
    feature_columns, model_dir, optimizer, config, partitioner, sparse_combiner, warm_start_from
        As :class:`LinearClassifier` has them.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.LinearEstimator, TF 2.15
    """

    def __init__(
        self,
        head: Head,
        feature_columns: Sequence[Any],
        model_dir: Any = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        partitioner: Any = None,
        sparse_combiner: str = "sum",
        warm_start_from: Any = None,
    ) -> None:
        problems = Gathered(type(self).__name__)
        problems.result_of(check_head, head)
        weights = _checked(
            problems, (feature_columns, sparse_combiner, partitioner), optimizer,
            (model_dir, config, warm_start_from),
        )  # fmt: skip
        super().__init__(_linear(head, weights, optimizer), model_dir, config, None, warm_start_from)


def _checked(problems: Gathered, weights: Sequence[Any], optimizer: Any, settings: Sequence[Any]) -> Linear:
    """The weights of these arguments; what is wrong with them, the optimizer or the settings is raised together."""
    made: Linear = problems.result_of(Linear, *weights)
    if optimizer is not None:
        problems.result_of(check_optimizer, optimizer)
    problems.result_of(check_settings, *settings)
    problems.raise_all()
    return made


def _linear(head: Head, weights: Linear, optimizer: Any) -> SettledModelFn:
    function = partial(linear_model_fn, head=head, weights=weights, optimizer=optimizer)
    return SettledModelFn(function, goes_by=(head, weights))


@frozen
class Linear:
    """The weights of a linear model.

    Parameters
    ----------
    feature_columns : sequence of columns
        Dense and categorical ones.
    sparse_combiner : {'sum', 'mean', 'sqrtn'}
        How the weights of an example's ids in one column become one.
    partitioner : callable, optional
        Into how many parts each variable is made; one by default.

    Raises
    ------
    ValueError
        If there is no such combiner, the partitioner is no function, or a column is of another kind.
    """

    feature_columns: Sequence[Any]
    sparse_combiner: str = "sum"
    partitioner: Any = None

    def __post_init__(self) -> None:
        problems = Gathered("a linear model")
        problems.result_of(check_linear, 1, self.sparse_combiner)
        problems.result_of(
            raise_problems, "a linear model", list(partitioner_problems("partitioner", self.partitioner))
        )
        columns = problems.result_of(checked_columns, self.feature_columns, DenseColumn, CategoricalColumn)
        problems.raise_all()
        object.__setattr__(self, "feature_columns", tuple(columns))  # a generator can be read once only

    def rate(self, highest: float) -> float:
        """The learning rate 1 / sqrt(number of columns), at most `highest`."""
        return min(highest, 1 / math.sqrt(len(self.feature_columns)))

    def logits(self, features: Mapping[str, Any], dimension: int, mode: str | None = None) -> Tensor:
        """The weighted sums [batch, dimension], with summaries of the weights but in prediction."""
        variables: dict[Any, list[Variable]] = {}
        logits = weighted(
            features, self.feature_columns, dimension, self.sparse_combiner, Weights(),
            naming_of(self.feature_columns), variables,
        )  # fmt: skip
        if mode != ModeKeys.PREDICT:
            bias = variables.pop("bias")
            if dimension > 1:
                histogram("bias", concat(bias, 0))
            else:
                scalar("bias", bias[0][0])
            scalar("fraction_of_zero_weights", _fraction_of_zeros(sum(variables.values(), [])))
        return logits


def _fraction_of_zeros(weights: Sequence[Variable]) -> Tensor:
    sizes = [variable.shape.num_elements() or 0 for variable in weights]
    with get_default_graph().name_scope("zero_fraction"):
        zeros = [
            nn.zero_fraction(variable) * float(size)
            for variable, size in zip(weights, sizes, strict=True)
            if size
        ]
        return add_n(zeros) / float(sum(sizes))


def linear_model_fn(
    features: Any, labels: Any, mode: str, config: RunConfig, *, head: Head, weights: Linear, optimizer: Any
) -> EstimatorSpec:
    """The spec of a linear model with a head.

    Parameters
    ----------
    features : mapping of str to Tensor
    labels : Tensor or None
    mode : str
    config : RunConfig
        Says how many checkpoints are kept.
    head : Head
    weights : Linear
    optimizer : str, Optimizer, callable or None
        A name stands for the optimizer with learning rate 0.2, None for Ftrl with `weights.rate(0.2)`.

    Raises
    ------
    ValueError
        If features are not a dict, or a column's feature is missing.
    """
    check_features(features)
    with variable_scope("linear", partitioner=weights.partitioner or one_part_each(config)):
        logits = weights.logits(features, head.logits_dimension, mode)

        def train_op_fn(loss: Tensor) -> Any:
            rate = LEARNING_RATE if optimizer is not None else weights.rate(LEARNING_RATE)
            made = as_optimizer("Ftrl" if optimizer is None else optimizer, rate)
            return minimize_with_updates(made, loss, get_global_step())

        spec = head.create_estimator_spec(
            features, mode, logits, labels, train_op_fn=train_op_fn,
            regularization_losses=get_regularization_losses(),
        )  # fmt: skip
        return with_saver(spec, config, "linear_v1", optimizer)
