"""One call from a loss to a training step: the optimizer, clipping, noise, summaries and what batch norm moves.

::

    train_op = optimize_loss(
        loss, tf.train.get_global_step(), learning_rate=0.1, optimizer="Adagrad", clip_gradients=5.0,
        learning_rate_decay_fn=lambda rate, step: tf.train.exponential_decay(rate, step, 1000, 0.9),
    )

What is done to the gradients, in this order: noise, multipliers, clipping.

Source
------
tf.contrib.layers.optimize_loss and adaptive_clipping_fn, TF 1.15 optimizers.py
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.registry import did_you_mean
from estimator.core.shapes import show
from estimator.functions.arguments import tensor_of
from estimator.functions.clipping import clip_by_global_norm, global_norm
from estimator.functions.grouping import with_dependencies
from estimator.functions.logic import where
from estimator.functions.math import cast, exp, log, maximum, minimum, sqrt, square
from estimator.functions.random import truncated_normal
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Tensor
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.ftrl import FtrlOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.rmsprop import RMSPropOptimizer
from estimator.summaries.ops import histogram, scalar
from estimator.variables.get_variable import get_variable
from estimator.variables.global_step import assert_global_step, get_global_step
from estimator.variables.initializers import Constant, Zeros
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import trainable_variables

OPTIMIZER_CLS_NAMES: dict[str, Callable[..., Optimizer]] = {
    "Adagrad": AdagradOptimizer,
    "Adam": AdamOptimizer,
    "Ftrl": FtrlOptimizer,
    "Momentum": lambda learning_rate: MomentumOptimizer(learning_rate, momentum=0.9),
    "RMSProp": RMSPropOptimizer,
    "SGD": GradientDescentOptimizer,
}
OPTIMIZER_SUMMARIES = ["learning_rate", "loss", "gradients", "gradient_norm", "global_gradient_norm"]
_BY_DEFAULT = ("loss", "learning_rate", "global_gradient_norm")

GradientsAndVariables: TypeAlias = "list[tuple[Any, Any]]"


def optimize_loss(
    loss: Any,
    global_step: Any,
    learning_rate: Any,
    optimizer: Any,
    gradient_noise_scale: float | None = None,
    gradient_multipliers: Mapping[Any, Any] | None = None,
    clip_gradients: float | Callable[[GradientsAndVariables], GradientsAndVariables] | None = None,
    learning_rate_decay_fn: Callable[[Any, Any], Any] | None = None,
    update_ops: Sequence[Any] | None = None,
    variables: Sequence[Any] | None = None,
    name: str | None = None,
    summaries: Sequence[str] | None = None,
    colocate_gradients_with_ops: bool = False,
    increment_global_step: bool = True,
) -> Tensor:
    """The loss, as a tensor that trains when it is run.

    Parameters
    ----------
    loss : Tensor
        A scalar.
    global_step : Variable, optional
        By default the graph's, if it has one.
    learning_rate : float or scalar Tensor, optional
        A number becomes the variable ``OptimizeLoss/learning_rate``.
    optimizer : str, class, Optimizer or callable
        One of ``OPTIMIZER_CLS_NAMES`` or a class, which are made with the learning rate; an instance; or a function
        that gives one, from the learning rate if there is one.
    gradient_noise_scale : float, optional
        How much truncated normal noise is added to each gradient.
    gradient_multipliers : dict of Variable or its name to a number, optional
        What gradients are multiplied by.
    clip_gradients : float or callable, optional
        The largest norm of all gradients together, or a function of the pairs (gradient, variable), such as
        :func:`adaptive_clipping_fn` makes.
    learning_rate_decay_fn : callable, optional
        From the learning rate and the global step to the learning rate that counts.
    update_ops : list of Operation, optional
        What runs before the loss is computed; by default the collection UPDATE_OPS.
    variables : list of Variable, optional
        By default all that are trained.
    name : str, optional
        The scope; by default the first free form of ``OptimizeLoss``.
    summaries : list of str, optional
        Which of ``OPTIMIZER_SUMMARIES`` are written; by default loss, learning_rate and global_gradient_norm.
    colocate_gradients_with_ops : bool
        Accepted for old scripts: there is one device.
    increment_global_step : bool
        Whether a step counts.

    Raises
    ------
    ValueError
        If an argument is none of these, or something is missing that another needs. The error has all problems.

    Source
    ------
    tf.contrib.layers.optimize_loss, TF 1.15 optimizers.py
    """
    loss = tensor_of(loss, name="loss")
    if global_step is None:
        global_step = get_global_step()
    else:
        assert_global_step(global_step)
    wanted = list(_BY_DEFAULT if summaries is None else summaries)
    _check(
        loss, global_step, learning_rate, optimizer, clip_gradients, learning_rate_decay_fn, wanted
    )  # before anything is added to the graph
    graph = get_default_graph()
    with variable_scope(name, "OptimizeLoss"):
        updates = graph.get_collection(GraphKeys.UPDATE_OPS) if update_ops is None else list(update_ops)
        if updates:
            loss = with_dependencies(updates, loss)
        rate = _learning_rate(learning_rate)
        if rate is not None and learning_rate_decay_fn is not None:
            rate = learning_rate_decay_fn(rate, global_step)
            if "learning_rate" in wanted:
                scalar("learning_rate", rate)
        trains = _optimizer(optimizer, rate)
        pairs = trains.compute_gradients(
            loss, trainable_variables() if variables is None else list(variables)
        )
        if gradient_noise_scale is not None:
            pairs = _with_noise(pairs, gradient_noise_scale)
        if gradient_multipliers is not None:
            pairs = _multiplied(pairs, gradient_multipliers)
        shows_norm = "global_gradient_norm" in wanted or "gradient_norm" in wanted
        if shows_norm:
            scalar("global_norm/gradient_norm", global_norm([gradient for gradient, _ in pairs]))
        if clip_gradients is not None:
            pairs = clip_gradients(pairs) if callable(clip_gradients) else _clipped(pairs, clip_gradients)
        if "loss" in wanted:
            scalar("loss", loss)
        _summarize_gradients(pairs, wanted)
        if clip_gradients is not None and shows_norm:
            scalar("global_norm/clipped_gradient_norm", global_norm([gradient for gradient, _ in pairs]))
        train = trains.apply_gradients(pairs, global_step if increment_global_step else None, name="train")
        return with_dependencies([train], loss)


def _check(
    loss: Tensor,
    global_step: Any,
    learning_rate: Any,
    optimizer: Any,
    clip_gradients: Any,
    decay_fn: Any,
    summaries: Sequence[str],
) -> None:
    problems = []
    if loss.dims not in (None, ()):
        problems.append(f"the loss must be a scalar, and {loss.name} has the shape {show(loss.dims)}")
    is_number = isinstance(learning_rate, numbers.Real) and not isinstance(learning_rate, bool)
    if is_number and learning_rate < 0:
        problems.append(f"Invalid learning_rate {learning_rate}: it must not be negative")
    elif learning_rate is not None and not is_number and getattr(learning_rate, "dims", None) != ():
        problems.append(f"Learning rate should be 0d Tensor or float. Got {learning_rate!r}")
    problems += _problems_of_optimizer(optimizer, learning_rate is not None)
    if learning_rate is not None and decay_fn is not None and global_step is None:
        problems.append("global_step is required for learning_rate_decay_fn")
    problems += [
        f"Summaries should be one of {OPTIMIZER_SUMMARIES}, you provided {given!r}."
        f"{did_you_mean(given, OPTIMIZER_SUMMARIES)}"
        for given in summaries
        if given not in OPTIMIZER_SUMMARIES
    ]
    is_limit = isinstance(clip_gradients, (numbers.Real, Tensor)) and not isinstance(clip_gradients, bool)
    if clip_gradients is not None and not is_limit and not callable(clip_gradients):
        problems.append(
            f"Unknown type {type(clip_gradients).__name__} for clip_gradients: {clip_gradients!r}"
        )
    raise_problems("optimize_loss", problems)


def _problems_of_optimizer(optimizer: Any, has_rate: bool) -> list[str]:
    if isinstance(optimizer, str) and optimizer not in OPTIMIZER_CLS_NAMES:
        return [
            f"Optimizer name should be one of [{', '.join(OPTIMIZER_CLS_NAMES)}], you provided {optimizer}."
            f"{did_you_mean(optimizer, OPTIMIZER_CLS_NAMES)}"
        ]
    is_class = isinstance(optimizer, type) and issubclass(optimizer, Optimizer)
    if (is_class or isinstance(optimizer, str)) and not has_rate:
        shown = optimizer.__name__ if is_class else optimizer
        return [f"Learning rate is None, but should be specified if optimizer is string or class ({shown})"]
    if not isinstance(optimizer, (str, Optimizer)) and not callable(optimizer):
        return [
            "Unrecognized optimizer: should be string, subclass of Optimizer, instance of subclass of Optimizer or "
            f"function with one argument. Got {optimizer!r}"
        ]
    return []


def _learning_rate(given: Any) -> Any:
    if isinstance(given, numbers.Real):
        return get_variable("learning_rate", [], trainable=False, initializer=Constant(float(given)))
    return given


def _optimizer(given: Any, rate: Any) -> Optimizer:
    if isinstance(given, Optimizer):
        return given
    if isinstance(given, str) or (isinstance(given, type) and issubclass(given, Optimizer)):
        make: Callable[..., Optimizer] = OPTIMIZER_CLS_NAMES[given] if isinstance(given, str) else given
        return make(learning_rate=rate)
    made = given() if rate is None else given(rate)
    if not isinstance(made, Optimizer):
        raise ValueError(
            f"Unrecognized optimizer: function should return subclass of Optimizer. Got {made!r}."
        )
    return made


def changed(gradient: Any, change: Callable[[Any], Any]) -> Any:
    """A gradient, or its rows, changed; None stays."""
    if isinstance(gradient, IndexedSlices):
        return IndexedSlices(change(gradient.values), gradient.indices, gradient.dense_shape)
    return None if gradient is None else change(gradient)


def _with_noise(pairs: GradientsAndVariables, scale: float) -> GradientsAndVariables:
    def noisy(gradient: Any, variable: Any) -> Any:
        return gradient + truncated_normal(variable.dims, dtype=variable.dtype) * scale

    return [
        (gradient if gradient is None else noisy(gradient, variable), variable)
        for gradient, variable in pairs
    ]


def _multiplied(pairs: GradientsAndVariables, multipliers: Mapping[Any, Any]) -> GradientsAndVariables:
    def multiplied(gradient: Any, variable: Any) -> Any:
        factor = multipliers.get(variable, multipliers.get(variable.name))
        return (
            gradient
            if factor is None
            else changed(gradient, lambda values: values * cast(factor, values.dtype))
        )

    return [(multiplied(gradient, variable), variable) for gradient, variable in pairs]


def _clipped(pairs: GradientsAndVariables, norm: Any) -> GradientsAndVariables:
    clipped, _ = clip_by_global_norm([gradient for gradient, _ in pairs], norm)
    return [(gradient, variable) for gradient, (_, variable) in zip(clipped, pairs, strict=True)]


def _summarize_gradients(pairs: GradientsAndVariables, wanted: Sequence[str]) -> None:
    for gradient, variable in pairs:
        values = gradient.values if isinstance(gradient, IndexedSlices) else gradient
        name = variable.name.replace(":", "_")
        if values is not None and "gradients" in wanted:
            histogram(f"gradients/{name}", values)
        if values is not None and "gradient_norm" in wanted:
            scalar(f"gradient_norm/{name}", global_norm([values]))


def adaptive_clipping_fn(
    std_factor: float = 2.0,
    decay: float = 0.95,
    static_max_norm: float | None = None,
    global_step: Any = None,
    report_summary: bool = False,
    epsilon: float = 1e-8,
    name: str | None = None,
) -> Callable[[GradientsAndVariables], GradientsAndVariables]:
    """A function for ``clip_gradients``: the limit follows the norms that there were.

    Where the norm of all gradients is above ``exp(mean + std_factor · std)`` of the logarithms of the norms before,
    they are scaled to ``exp(mean)``.

    Parameters
    ----------
    std_factor : float
        How many standard deviations are usual.
    decay : float
        Of the averages.
    static_max_norm : float, optional
        A norm that is too much in any case.
    global_step : Variable, optional
        With it the averages follow faster at first.
    report_summary : bool
        Whether the limit is written as a summary.
    epsilon : float
        Added before logarithms.
    name : str, optional
        The scope of the averages; by default the first free form of ``AdaptiveMaxNorm``.

    Source
    ------
    tf.contrib.layers.adaptive_clipping_fn, TF 1.15 optimizers.py
    """

    def clip(pairs: GradientsAndVariables) -> GradientsAndVariables:
        norm = global_norm([gradient for gradient, _ in pairs])
        usual, log_mean = _usual_norm(norm, std_factor, decay, global_step, epsilon, name)
        if report_summary:
            scalar("global_norm/adaptive_max_gradient_norm", usual)
        factor = where(norm < usual, b.OnesLike(norm), exp(log_mean) / norm)
        if static_max_norm is not None:
            factor = minimum(static_max_norm / norm, factor)
        return [(changed(gradient, lambda values: values * factor), variable) for gradient, variable in pairs]

    return clip


def _usual_norm(
    norm: Tensor, std_factor: float, decay: Any, global_step: Any, epsilon: float, name: str | None
) -> tuple[Tensor, Tensor]:
    """The largest norm that is usual, and the mean of the logarithms, both after this step's norm is counted."""
    with variable_scope(name, "AdaptiveMaxNorm"):
        log_norm = log(norm + epsilon)
        if global_step is not None:
            steps = cast(global_step, "float32")
            decay = minimum(decay, steps / (steps + 1.0))

        def average(of: str, value: Tensor) -> Tensor:
            kept = get_variable(of, value.dims, value.dtype, Zeros(), trainable=False)
            moved: Tensor = kept.assign_sub((kept - value) * (1.0 - decay))
            return moved

        mean, of_squares = average("mean", log_norm), average("sq_mean", square(log_norm))
        std = sqrt(maximum(epsilon, of_squares - square(mean)))
        return exp(mean + std_factor * std), mean


near_keywords_of_functions(__name__)
