"""The training step of tf.contrib.training and tf.contrib.slim: a loss that trains when it is run, and what it uses.

Source
------
tf.contrib.training, TF 1.15 training.py
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core import log
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import tensor_of
from estimator.functions.checks import check_numerics as finite
from estimator.functions.clipping import clip_by_norm, global_norm
from estimator.functions.grouping import no_op, with_dependencies
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Tensor
from estimator.optimizers.optimize_loss import GradientsAndVariables, changed
from estimator.optimizers.optimizer import Optimizer
from estimator.summaries.ops import histogram, scalar
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import trainable_variables

_USE_GLOBAL_STEP = 0  # what scripts that say "the graph's" pass


def create_train_op(
    total_loss: Any,
    optimizer: Optimizer,
    global_step: Any = _USE_GLOBAL_STEP,
    update_ops: Sequence[Any] | None = None,
    variables_to_train: Sequence[Any] | None = None,
    transform_grads_fn: Callable[[GradientsAndVariables], GradientsAndVariables] | None = None,
    summarize_gradients: bool = False,
    gate_gradients: int = Optimizer.GATE_OP,
    aggregation_method: Any = None,
    colocate_gradients_with_ops: bool = False,
    check_numerics: bool = True,
) -> Tensor:
    """The loss, as a tensor that trains when it is run; it is listed in the collection TRAIN_OP.

    Parameters
    ----------
    total_loss : Tensor
        A scalar.
    optimizer : Optimizer
    global_step : Variable, optional
        By default the graph's, made if need be; with None no steps are counted.
    update_ops : list of Operation, optional
        What runs before the loss is computed; by default the collection UPDATE_OPS.
    variables_to_train : list of Variable, optional
        By default all that are trained.
    transform_grads_fn : callable, optional
        From the pairs (gradient, variable) to those that are applied; for example what
        :func:`clip_gradient_norms_fn` gives.
    summarize_gradients : bool
        Whether gradients and their norms are written as summaries.
    check_numerics : bool
        Whether a loss that is not finite is an error.
    gate_gradients, aggregation_method, colocate_gradients_with_ops
        As of Optimizer.compute_gradients.

    Raises
    ------
    ValueError
        If there are no variables to train, or one of them is not trained.

    Source
    ------
    tf.contrib.training.create_train_op, TF 1.15 training.py
    """
    step = get_or_create_global_step() if global_step is _USE_GLOBAL_STEP else global_step
    variables = trainable_variables() if variables_to_train is None else list(variables_to_train)
    _check_trained(variables)
    graph = get_default_graph()
    loss = tensor_of(total_loss, name="total_loss")
    listed = graph.get_collection(GraphKeys.UPDATE_OPS)
    updates = listed if update_ops is None else list(update_ops)
    if any(all(update is not given for given in updates) for update in listed):
        log.warning(
            "update_ops in create_train_op does not contain all the update_ops in GraphKeys.UPDATE_OPS."
        )
    if updates:
        with graph.control_dependencies(updates):
            barrier = no_op(name="update_barrier")
        loss = with_dependencies([barrier], loss)
    pairs = optimizer.compute_gradients(
        loss, variables, gate_gradients, aggregation_method, colocate_gradients_with_ops
    )
    if transform_grads_fn is not None:
        pairs = transform_grads_fn(pairs)
    if summarize_gradients:
        with graph.name_scope("summarize_grads"):
            add_gradients_summaries(pairs)
    train = optimizer.apply_gradients(pairs, global_step=step)
    with graph.name_scope("train_op"):
        if check_numerics:
            loss = finite(loss, "LossTensor is inf or nan")
        train_op = with_dependencies([train], loss)
    graph.add_to_collection(GraphKeys.TRAIN_OP, train_op)
    return train_op


def create_slim_train_op(
    total_loss: Any,
    optimizer: Optimizer,
    global_step: Any = _USE_GLOBAL_STEP,
    update_ops: Sequence[Any] | None = None,
    variables_to_train: Sequence[Any] | None = None,
    clip_gradient_norm: float = 0,
    summarize_gradients: bool = False,
    gate_gradients: int = Optimizer.GATE_OP,
    aggregation_method: Any = None,
    colocate_gradients_with_ops: bool = False,
    gradient_multipliers: Mapping[Any, Any] | None = None,
    check_numerics: bool = True,
) -> Tensor:
    """As :func:`create_train_op`, with multipliers and a norm instead of a function of the gradients.

    Parameters
    ----------
    clip_gradient_norm : float
        What each gradient by itself is clipped to, if it is above 0.
    gradient_multipliers : dict of Variable or its name to a number, optional
        As of :func:`multiply_gradients`, which comes before clipping.

    Source
    ------
    tf.contrib.slim.learning.create_train_op, TF 1.15 learning.py
    """

    def transformed(pairs: GradientsAndVariables) -> GradientsAndVariables:
        graph = get_default_graph()
        if gradient_multipliers:
            with graph.name_scope("multiply_grads"):
                pairs = multiply_gradients(pairs, gradient_multipliers)
        if clip_gradient_norm > 0:
            with graph.name_scope("clip_grads"):
                pairs = clip_gradient_norms(pairs, clip_gradient_norm)
        return pairs

    return create_train_op(
        total_loss, optimizer, global_step, update_ops, variables_to_train, transformed, summarize_gradients,
        gate_gradients, aggregation_method, colocate_gradients_with_ops, check_numerics,
    )  # fmt: skip


def _check_trained(variables: Sequence[Any]) -> None:
    if not variables:
        raise ValueError(
            "create_train_op: there are no variables to train; make them before, or give variables_to_train."
        )
    fixed = [variable.name for variable in variables if not variable.trainable]
    if fixed:
        raise ValueError(
            f"create_train_op: {', '.join(fixed)} in variables_to_train was made with trainable=False."
        )


def add_gradients_summaries(grads_and_vars: GradientsAndVariables) -> list[Tensor]:
    """Histograms of gradients, and their norms: ``weights_gradient`` and ``weights_gradient_norm``.

    Source
    ------
    tf.contrib.training.add_gradients_summaries, TF 1.15 training.py
    """
    summaries = []
    for gradient, variable in grads_and_vars:
        if gradient is None:
            log.info("Var %s has no gradient.", variable.op.name)
            continue
        values = gradient.values if isinstance(gradient, IndexedSlices) else gradient
        summaries.append(histogram(f"{variable.op.name}_gradient", values))
        summaries.append(scalar(f"{variable.op.name}_gradient_norm", global_norm([values])))
    return summaries


def clip_gradient_norms(
    gradients_to_variables: GradientsAndVariables, max_norm: float
) -> GradientsAndVariables:
    """The pairs, with each gradient by itself clipped to a norm.

    Source
    ------
    tf.contrib.training.clip_gradient_norms, TF 1.15 training.py
    """
    return [
        (changed(gradient, lambda values: clip_by_norm(values, max_norm)), variable)
        for gradient, variable in gradients_to_variables
    ]


def clip_gradient_norms_fn(max_norm: float) -> Callable[[GradientsAndVariables], GradientsAndVariables]:
    """:func:`clip_gradient_norms` to a norm, as a function for ``transform_grads_fn``."""
    return lambda gradients_to_variables: clip_gradient_norms(gradients_to_variables, max_norm)


def multiply_gradients(
    grads_and_vars: GradientsAndVariables, gradient_multipliers: Mapping[Any, Any]
) -> GradientsAndVariables:
    """The pairs, with some gradients multiplied.

    Parameters
    ----------
    grads_and_vars : list of (gradient, Variable)
    gradient_multipliers : dict of Variable or its name, without ``:0``, to a number

    Raises
    ------
    ValueError
        If it is not a list, or not a dict with something in it, or there is no gradient to multiply.

    Source
    ------
    tf.contrib.training.multiply_gradients, TF 1.15 training.py
    """
    if not isinstance(grads_and_vars, list):
        raise ValueError("`grads_and_vars` must be a list.")
    if not isinstance(gradient_multipliers, dict) or not gradient_multipliers:
        raise ValueError("`gradient_multipliers` must be a dict, and not empty.")

    def multiplied(gradient: Any, variable: Any) -> Any:
        factor = gradient_multipliers.get(variable, gradient_multipliers.get(variable.op.name))
        if factor is None:
            return gradient
        if gradient is None:
            raise ValueError(
                f"Requested multiple of `None` gradient: the loss does not depend on {variable.op.name}."
            )
        return changed(gradient, lambda values: values * tensor_of(factor, values.dtype))

    return [(multiplied(gradient, variable), variable) for gradient, variable in grads_and_vars]


near_keywords_of_functions(__name__)
