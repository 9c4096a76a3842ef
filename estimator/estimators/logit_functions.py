"""The parts of ready-made models by themselves: functions that make logits of features, for a model function.

    logits = dnn_logit_fn_builder(1, [16, 16], columns, tf.nn.relu, None, None, False)(features, mode)
    return head.create_estimator_spec(features, mode, logits, labels, optimizer=optimizer)

Their variables are called as in the ready-made models, without the scope ``dnn`` or ``linear`` around.

Source
------
tf.estimator.experimental.{dnn_logit_fn_builder, linear_logit_fn_builder, call_logit_fn}, TF 2.15 (compat.v1)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core.counts import whole_number
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.signatures import argument_names
from estimator.estimators.dnn import Network
from estimator.estimators.linear import Linear
from estimator.graph.tensor import Tensor

LogitFn = Callable[..., Any]


def dnn_logit_fn_builder(
    units: int,
    hidden_units: Sequence[int],
    feature_columns: Sequence[Any],
    activation_fn: Callable[[Tensor], Tensor] | None,
    dropout: float | None,
    input_layer_partitioner: Any,
    batch_norm: bool,
) -> LogitFn:
    """A function of `features` and `mode` that gives the logits of a feed-forward network.

    Parameters
    ----------
    units : int
        How many logits.
    hidden_units, feature_columns, activation_fn, dropout, input_layer_partitioner, batch_norm
        As :class:`estimator.estimators.dnn.DNNClassifier` has them.

    Shape
    -----
    -> [batch, units]

    Raises
    ------
    ValueError
        If an argument is not valid.
    """
    size = _checked(units)
    network = Network(
        hidden_units, feature_columns, activation_fn, dropout, batch_norm, input_layer_partitioner
    )

    def dnn_logit_fn(features: Mapping[str, Any], mode: str) -> Tensor:
        return network.logits(features, mode, size)

    return dnn_logit_fn


def linear_logit_fn_builder(
    units: int, feature_columns: Sequence[Any], sparse_combiner: str = "sum"
) -> LogitFn:
    """A function of `features` that gives the logits of a linear model.

    Parameters
    ----------
    units : int
        How many logits.
    feature_columns, sparse_combiner
        As :class:`estimator.estimators.linear.LinearClassifier` has them.

    Shape
    -----
    -> [batch, units]

    Raises
    ------
    ValueError
        If an argument is not valid.
    """
    size = _checked(units)
    weights = Linear(feature_columns, sparse_combiner)

    def linear_logit_fn(features: Mapping[str, Any]) -> Tensor:
        return weights.logits(features, size)

    return linear_logit_fn


def call_logit_fn(logit_fn: LogitFn, features: Any, mode: str, params: Any, config: Any) -> Any:
    """What a function of features gives, with those of `mode`, `params` and `config` that it asks for.

    Parameters
    ----------
    logit_fn : callable
        Of `features`, and perhaps of the others, by these names.
    features : dict of Tensors
    mode : str
    params : object
    config : RunConfig

    Returns
    -------
    Tensor or dict of str to Tensor

    Raises
    ------
    ValueError
        If it gives something else.
    """
    asked = argument_names(logit_fn, "logit_fn")
    given = {"mode": mode, "params": params, "config": config}
    logits = logit_fn(features=features, **{name: value for name, value in given.items() if name in asked})
    parts = list(logits.values()) if isinstance(logits, dict) else [logits]
    if not all(isinstance(part, Tensor) for part in parts):
        raise ValueError(
            f"logit_fn should return a Tensor or a dictionary mapping strings to Tensors, it returned: {logits!r}."
        )
    return logits


def _checked(units: Any) -> int:
    size = whole_number(units)
    if size is None or size < 1:
        raise ValueError(f"units must be an int above 0, given: {units!r}.")
    return size


near_keywords_of_functions(__name__)
