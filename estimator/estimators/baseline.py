"""Models that ignore their features: what a real one has to beat.

A classifier learns how frequent the classes are, a regressor the mean of the labels. The one variable is
``baseline/bias``, as in tf.estimator's Baseline models, so that their checkpoints open here and ours there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from estimator.calls.checks import check_settings
from estimator.calls.kept import SettledModelFn
from estimator.core.arguments import keeps_arguments
from estimator.core.errors import Gathered
from estimator.core.keywords import near_keywords
from estimator.estimators.estimator import Estimator
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor
from estimator.models.heads.canned import classifier_head, regression_head
from estimator.models.heads.head import Head, check_head
from estimator.models.spec import EstimatorSpec
from estimator.network.weighted_loss import Reduction
from estimator.optimizers.by_name import as_optimizer, check_optimizer
from estimator.settings.run_config import RunConfig
from estimator.variables.get_variable import get_variable
from estimator.variables.global_step import get_global_step
from estimator.variables.initializers import Zeros
from estimator.variables.scopes import variable_scope

LEARNING_RATE = 0.3  # of optimizers given by name


@keeps_arguments
@near_keywords
class BaselineClassifier(Estimator):
    """Predicts each class as often as it occurs in training, whatever the features.

    Parameters
    ----------
    model_dir : str or path, optional
        Where checkpoints and summaries go.
    n_classes : int
        Two: one logit and binary metrics; more: softmax.
    weight_column : str or numeric column, optional
        The feature with the weights of the examples.
    label_vocabulary : sequence of str, optional
        The classes' names, if the labels are strings.
    optimizer : str, Optimizer or callable
        A name ('Adagrad', 'Adam', 'Ftrl', 'RMSProp', 'SGD') stands for learning rate 0.3.
    config : RunConfig, optional
    loss_reduction : str
        How the losses of the examples become the training loss; the sum by default.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.BaselineClassifier, TF 2.15
    """

    def __init__(
        self,
        model_dir: Any = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        loss_reduction: str = Reduction.SUM,
    ) -> None:
        problems = Gathered(type(self).__name__)
        head = problems.result_of(classifier_head, n_classes, weight_column, label_vocabulary, loss_reduction)
        _check_rest(problems, optimizer, model_dir, config)
        super().__init__(_baseline(head, optimizer, weight_column), model_dir, config)


@keeps_arguments
@near_keywords
class BaselineRegressor(Estimator):
    """Predicts the mean of the training's labels, whatever the features.

    Parameters
    ----------
    model_dir, weight_column, optimizer, config, loss_reduction
        As :class:`BaselineClassifier` has them.
    label_dimension : int
        How many numbers are predicted for each example.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.BaselineRegressor, TF 2.15
    """

    def __init__(
        self,
        model_dir: Any = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        loss_reduction: str = Reduction.SUM,
    ) -> None:
        problems = Gathered(type(self).__name__)
        head = problems.result_of(regression_head, label_dimension, weight_column, loss_reduction)
        _check_rest(problems, optimizer, model_dir, config)
        super().__init__(_baseline(head, optimizer, weight_column), model_dir, config)


@keeps_arguments
@near_keywords
class BaselineEstimator(Estimator):
    """Logits that are the same for every example, with a head of your choice.

    Parameters
    ----------
    head : Head
        What the logits mean, such as ``tf.estimator.MultiLabelHead(n_classes=3)``.
    model_dir, optimizer, config
        As :class:`BaselineClassifier` has them.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.BaselineEstimator, TF 2.15
    """

    def __init__(
        self,
        head: Head,
        model_dir: Any = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
    ) -> None:
        problems = Gathered(type(self).__name__)
        problems.result_of(check_head, head)
        _check_rest(problems, optimizer, model_dir, config)
        super().__init__(_baseline(head, optimizer), model_dir, config)


def _check_rest(problems: Gathered, optimizer: Any, model_dir: Any, config: Any) -> None:
    """Raise what is wrong with the head, the optimizer and the settings together."""
    problems.result_of(check_optimizer, optimizer)
    problems.result_of(check_settings, model_dir, config, None)
    problems.raise_all()


def _baseline(head: Head, optimizer: Any, weight_column: Any = None) -> SettledModelFn:
    weight_key = getattr(weight_column, "key", weight_column)
    function = partial(baseline_model_fn, head=head, optimizer=optimizer, weight_key=weight_key)
    return SettledModelFn(function, goes_by=(head, weight_key))


def baseline_model_fn(
    features: Any,
    labels: Any,
    mode: str,
    config: RunConfig,
    *,
    head: Head,
    optimizer: Any,
    weight_key: str | None,
) -> EstimatorSpec:
    """The spec of logits that do not depend on the features.

    Parameters
    ----------
    features : nested structure of Tensor
    labels : Tensor or None
    mode : str
    config : RunConfig
    head : Head
    optimizer : str, Optimizer or callable
        A name stands for the optimizer with learning rate 0.3.
    weight_key : str, optional
        The feature with the weights of the examples.

    Raises
    ------
    ValueError
        If there is no feature to tell how many examples there are.
    """

    def train_op_fn(loss: Tensor) -> Any:
        return as_optimizer(optimizer, LEARNING_RATE).minimize(loss, global_step=get_global_step())

    logits = baseline_logits(features, head.logits_dimension, weight_key)
    return head.create_estimator_spec(features, mode, logits, labels, train_op_fn=train_op_fn)


def baseline_logits(features: Any, dimension: int, weight_key: str | None = None) -> Tensor:
    """The bias, repeated for each example.

    Shape
    -----
    -> [batch, dimension]

    Raises
    ------
    ValueError
        If there is no feature to tell how many examples there are.
    InvalidArgumentError
        In the run, if features have different numbers of rows.
    """
    rows = _rows(features, weight_key)
    with variable_scope("baseline"):
        bias = get_variable("bias", [dimension], initializer=Zeros())
    result: Tensor = b.Mul(bias, b.Fill(b.Pack([rows, dimension], axis=0), 1.0))
    return result


def _count(feature: Any) -> Tensor:
    """The rows of a feature, asked in the run even where they are known: predictions end when the features do."""
    if isinstance(feature, SparseTensor):
        return get_default_graph().cast(feature.dense_shape[0], "int32")
    result: Tensor = b.Shape(get_default_graph().convert(feature))[0]
    return result


def _rows(features: Any, weight_key: str | None) -> Tensor:
    """How many examples there are; weights need not be there when the model serves, and are not asked."""
    named = features if isinstance(features, Mapping) else {"features": features}
    counts = {str(key): _count(feature) for key, feature in named.items() if key != weight_key}
    if not counts:
        raise ValueError(
            f"features must not be empty: they tell how many examples there are. Given: {sorted(map(str, named))}."
        )
    first, *others = counts.values()
    if not others:
        return first
    all_counts = b.Pack(list(counts.values()), axis=0)
    told = f"features have different numbers of rows; those of {', '.join(counts)}:"
    check = b.Assert(b.All(b.Equal(all_counts, first), [0]), [told, all_counts], summarize=len(counts))
    with get_default_graph().control_dependencies([check]):
        result: Tensor = b.Identity(first)
    return result
