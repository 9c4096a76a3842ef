"""Functions of neural networks, under TensorFlow's names: activations, bias, cross entropies, dropout.

Normalisation is in :mod:`~estimator.functions.normalization`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import Dims, compatible, show
from estimator.functions.arguments import (
    function_scope,
    renamed,
    shape_tensor,
    tensor_of,
    tensors_of,
)
from estimator.functions.arrays import shape as shape_of
from estimator.functions.math import cast
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor

NUMBER_THE_CLASSES = (
    "Number the classes in input_fn, for example with np.unique(labels, return_inverse=True)[1], or let "
    "DNNClassifier(label_vocabulary=[...]) do it."
)

# -- activations -----------------------------------------------------------------------------------


def relu(features: Any, name: str | None = None) -> Tensor:
    """The larger of x and 0."""
    return b.Relu(features, name=name)


def relu6(features: Any, name: str | None = None) -> Tensor:
    """x cut to 0...6."""
    return b.Relu6(features, name=name)


def elu(features: Any, name: str | None = None) -> Tensor:
    """x above 0, exp(x) - 1 below."""
    return b.Elu(features, name=name)


def selu(features: Any, name: str | None = None) -> Tensor:
    """1.0507 x above 0, 1.0507 * 1.6733 (exp(x) - 1) below."""
    return b.Selu(features, name=name)


def leaky_relu(features: Any, alpha: float = 0.2, name: str | None = None) -> Tensor:
    """x above 0, alpha x below; integers become float32."""
    with function_scope(name, "LeakyRelu", features) as (_, scope):
        x = tensor_of(features, name="features")
        return b.LeakyRelu(cast(x, float32) if x.dtype.is_integer else x, alpha=alpha, name=scope)


def softplus(features: Any, name: str | None = None) -> Tensor:
    """log(1 + exp(x)), element by element, without overflow."""
    return b.Softplus(features, name=name)


def softsign(features: Any, name: str | None = None) -> Tensor:
    """x / (1 + abs(x))."""
    return b.Softsign(features, name=name)


def gelu(features: Any, approximate: bool = False, name: str | None = None) -> Tensor:
    """x times the probability that a standard normal value is below x.

    Source
    ------
    tf.nn.gelu, TF 2.15; Hendrycks and Gimpel 2016, arXiv:1606.08415
    """
    with function_scope(name, "Gelu", features):
        x = tensor_of(features, name="features")
        if approximate:
            share = b.Tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * b.Pow(x, 3)))
        else:
            share = b.Erf(x / math.sqrt(2))
        return 0.5 * x * (1.0 + share)


def silu(features: Any, beta: Any = 1.0, name: str | None = None) -> Tensor:
    """x * sigmoid(beta * x).

    Source
    ------
    tf.nn.swish, TF 1.15 nn_impl.py; Ramachandran, Zoph, Le 2017, arXiv:1710.05941
    """
    with function_scope(name, "swish", features) as (_, scope):
        x = tensor_of(features, name="features")
        plain = not isinstance(beta, Tensor) and beta == 1
        return b.Mul(x, b.Sigmoid(x if plain else b.Mul(beta, x)), name=scope)


swish = silu


def bias_add(value: Any, bias: Any, data_format: str | None = None, name: str | None = None) -> Tensor:
    """value + bias, repeated over every axis but that of the channels: the last, or the second in NCHW.

    Raises
    ------
    ValueError
        If the data format is unknown, or the sizes differ.
    """
    layout = data_format or "NHWC"
    if not (layout.startswith("NC") or (layout.startswith("N") and layout.endswith("C"))):
        raise ValueError(f"data_format must be like 'NHWC' or 'NCHW', given: {data_format!r}.")
    kind = "NCHW" if layout.startswith("NC") and layout != "NC" else "NHWC"
    return b.BiasAdd(value, bias, data_format=kind, name=name or "BiasAdd")


def xw_plus_b(x: TensorLike, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """x times weights, plus biases."""
    with function_scope(name, "xw_plus_b", x, weights, biases) as (_, scope):
        return b.BiasAdd(b.MatMul(x, weights), biases, name=scope)


# -- softmax ---------------------------------------------------------------------------------------


def relu_layer(x: TensorLike, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """max(x weights + biases, 0): :func:`xw_plus_b` and its activation."""
    with function_scope(name, "relu_layer", x, weights, biases) as (_, scope):
        return b.Relu(bias_add(b.MatMul(x, weights), biases), name=scope)


def crelu(features: TensorLike, name: str | None = None, axis: Any = -1) -> Tensor:
    """relu of x and of -x, one behind the other along an axis: what is positive and what is negative."""
    with function_scope(name, "CRelu", features) as (_, scope):
        x = tensor_of(features, name="features")
        return b.Relu(b.ConcatV2([x, -x], axis, name=scope))


def _last(axis: Any, dims: Dims) -> bool:
    return axis == -1 or (dims is not None and axis == len(dims) - 1)


def _swap_with_last(x: Tensor, axis: int, name: str = "transpose") -> Tensor:
    """x with `axis` and the last axis exchanged; doing it twice undoes it."""
    place, last = _place(x, axis), len(x.dims or ()) - 1
    perm = np.arange(last + 1, dtype=np.int32)
    perm[[place, last]] = last, place
    return b.Transpose(x, perm, name=name)


def _move_to_end(x: Tensor, axis: int) -> Tensor:
    """x with `axis` behind all others, which stay in order."""
    if x.dims is None:
        rank = b.Rank(x)
        start = b.AddV2(rank, axis) if axis < 0 else x.graph.at_work().convert(axis)
        behind = b.AddV2(start, 1)
        perm = b.ConcatV2([b.Range(0, start, 1), b.Range(behind, rank, 1), b.Reshape(start, [1])], 0)
        return b.Transpose(x, perm)
    place = _place(x, axis)
    return b.Transpose(x, [*range(place), *range(place + 1, len(x.dims)), place])


def _place(x: Tensor, axis: int) -> int:
    """The axis counted from the front."""
    if x.dims is None:
        raise ValueError(f"axis {axis} of {x} needs a tensor of known rank; only the last axis does not.")
    if not -len(x.dims) <= axis < len(x.dims):
        raise ValueError(f"axis {axis} is out of range for {x}.")
    return axis % len(x.dims)


def _along(op_type: str, logits: Any, axis: Any, dim: Any, name: str | None) -> Tensor:
    place = renamed("axis", axis, "dim", dim)
    place = -1 if place is None else place
    function = getattr(b, op_type)
    if place == -1:
        return function(logits, name=name)
    x = tensor_of(logits)
    if _last(place, x.dims):
        return function(x, name=name)
    return _swap_with_last(function(_swap_with_last(x, place)), place, name or "transpose")


def softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """exp(x) / sum(exp(x)) along an axis, by default the last."""
    return _along("Softmax", logits, axis, dim, name)


def log_softmax(logits: TensorLike, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """x - log(sum(exp(x))) along an axis, by default the last."""
    return _along("LogSoftmax", logits, axis, dim, name)


# -- cross entropies -------------------------------------------------------------------------------


def _two_given(function: str, labels: Any, logits: Any) -> None:
    if labels is None or logits is None:
        raise ValueError(f"{function} needs both arguments by name: labels=..., logits=...")


def sigmoid_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: TensorLike | None = None, name: str | None = None
) -> Tensor:
    """max(x, 0) - x z + log(1 + exp(-abs(x))) for labels z and logits x; exact for large x.

    Raises
    ------
    ValueError
        If labels and logits are not passed by name, or their shapes differ.

    Source
    ------
    tf.nn.sigmoid_cross_entropy_with_logits, TF 1.15 nn_impl.py
    """
    _two_given("sigmoid_cross_entropy_with_logits", labels, logits)
    with function_scope(name, "logistic_loss", logits, labels) as (_, scope):
        x, z = _alike("sigmoid_cross_entropy_with_logits", logits, labels)
        zeros = b.ZerosLike(x)
        positive = b.GreaterEqual(x, zeros)
        # Select rather than Relu and Abs: their gradients at 0 would not add up to sigmoid(0) - z.
        upper = b.Select(positive, x, zeros)
        below = b.Select(positive, b.Neg(x), x)
        return b.AddV2(b.Sub(upper, b.Mul(x, z)), b.Log1p(b.Exp(below)), name=scope)


def _alike(function: str, logits: Any, labels: Any) -> list[Tensor]:
    x, z = tensors_of(logits=logits, labels=labels)
    if not compatible(x.dims, z.dims):
        raise ValueError(
            f"{function} needs logits and labels of one shape, given: {show(x.dims)} and {show(z.dims)}."
        )
    return [x, z]


def weighted_cross_entropy_with_logits(
    labels: Any = None,
    logits: TensorLike | None = None,
    pos_weight: Any = None,
    name: str | None = None,
    targets: Any = None,
) -> Tensor:
    """As sigmoid_cross_entropy_with_logits, with the loss of positive labels times `pos_weight`.

    Source
    ------
    tf.nn.weighted_cross_entropy_with_logits, TF 1.15 nn_impl.py
    """
    truth = renamed("labels", labels, "targets", targets)
    _two_given("weighted_cross_entropy_with_logits", truth, logits)
    with function_scope(name, "logistic_loss", logits, truth) as (_, scope):
        x, z = _alike("weighted_cross_entropy_with_logits", logits, truth)
        weight = b.AddV2(1, b.Mul(b.Sub(pos_weight, b.OnesLike(z)), z))
        soft = b.AddV2(b.Log1p(b.Exp(b.Neg(b.Abs(x)))), b.Relu(b.Neg(x)))
        return b.AddV2(b.Mul(b.Sub(1, z), x), b.Mul(weight, soft), name=scope)


def softmax_cross_entropy_with_logits_v2(
    labels: Any,
    logits: TensorLike,
    axis: int | None = None,
    name: str | None = None,
    dim: int | None = None,
) -> Tensor:
    """-sum(labels * log_softmax(logits)) along an axis; the gradient flows into labels as well.

    Raises
    ------
    ValueError
        If labels and logits are not given, or have different ranks.

    Source
    ------
    tf.nn.softmax_cross_entropy_with_logits_v2, TF 1.15 nn_ops.py
    """
    _two_given("softmax_cross_entropy_with_logits", labels, logits)
    place = renamed("axis", axis, "dim", dim)
    with function_scope(name, "softmax_cross_entropy_with_logits", logits, labels) as (_, scope):
        x, z = _logits_and_labels(logits, labels)
        if place is not None and not _last(place, x.dims):
            x, z = _move_to_end(x, place), _move_to_end(z, place)
        if x.dims is not None and len(x.dims) == 2 and z.dims is not None and len(z.dims) == 2:
            return b.SoftmaxCrossEntropyWithLogits(x, z, name=scope)[0]
        batch = b.StridedSlice(b.Shape(x), [0], [-1], [1], begin_mask=1)
        rows = b.SoftmaxCrossEntropyWithLogits(_as_rows(x), _as_rows(z))[0]
        result: Tensor = b.Reshape(rows, batch, name=scope)
        if x.dims is not None:
            result.set_shape(x.dims[:-1])
        return result


def _logits_and_labels(logits: Any, labels: Any) -> tuple[Tensor, Tensor]:
    """Both as tensors; labels may be any numbers or booleans, they take the type of the logits."""
    x, z = tensor_of(logits, name="logits"), tensor_of(labels, name="labels")
    if not x.dtype.is_floating:
        raise TypeError(
            f"softmax_cross_entropy_with_logits: logits must be floating point, given: {x}; use tf.cast."
        )
    return x, cast(z, x.dtype)


def _as_rows(x: Tensor) -> Any:
    """All axes but the last as one."""
    if x.dims is not None and x.dims and x.dims[-1] is not None:
        return b.Reshape(x, [-1, x.dims[-1]])
    return b.Reshape(x, b.Pack([-1, b.Shape(x)[-1]]))


def softmax_cross_entropy_with_logits(
    _sentinel: Any = None,
    labels: Any = None,
    logits: Any = None,
    dim: int = -1,
    name: str | None = None,
    axis: int | None = None,
) -> Tensor:
    """As the _v2 form, with labels taken as constants: no gradient flows into them."""
    _two_given("softmax_cross_entropy_with_logits", labels, logits)
    with function_scope(name, "softmax_cross_entropy_with_logits_sg", logits, labels) as (_, scope):
        constant = b.StopGradient(labels, name="labels_stop_gradient")
        return softmax_cross_entropy_with_logits_v2(constant, logits, dim if axis is None else axis, scope)


def sparse_softmax_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """-log_softmax(logits)[label].

    Shape
    -----
    labels [...] int32 or int64, logits [..., classes] -> [...]

    Raises
    ------
    ValueError
        If the static shapes do not fit: labels have one dimension less than logits.
    InvalidArgumentError
        In the run, if a label is not in [0, classes).

    Source
    ------
    tf.nn.sparse_softmax_cross_entropy_with_logits, TF 1.15 nn_ops.py
    """
    _two_given("sparse_softmax_cross_entropy_with_logits", labels, logits)
    with function_scope(name, "SparseSoftmaxCrossEntropyWithLogits", labels, logits):
        z, x = tensor_of(labels, name="labels"), tensor_of(logits, name="logits")
        _check_sparse(z, x)
        if x.dims is not None and len(x.dims) == 2:
            return b.SparseSoftmaxCrossEntropyWithLogits(x, z)[0]
        rows = b.SparseSoftmaxCrossEntropyWithLogits(_as_rows(x), b.Reshape(z, [-1]))[0]
        result: Tensor = b.Reshape(rows, b.Shape(z))
        result.set_shape(z.dims)
        return result


def _check_sparse(labels: Tensor, logits: Tensor) -> None:
    if not labels.dtype.is_integer:
        advice = NUMBER_THE_CLASSES if labels.dtype.name == "string" else "Use tf.cast."
        raise TypeError(f"labels must be int32 or int64 class ids, given: {labels}. {advice}")
    if logits.dims is not None and (not logits.dims or not compatible(labels.dims, logits.dims[:-1])):
        raise ValueError(
            f"labels of shape {show(labels.dims)} do not fit logits of shape {show(logits.dims)}: "
            "labels have one dimension less, the class id instead of a value for each class. "
            "For labels of shape (batch, 1) use tf.squeeze(labels, 1)."
        )


def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
) -> Tensor:
    """exp(c) - z c for targets z and log predictions c; the full loss adds Stirling's log(z!).

    Source
    ------
    tf.nn.log_poisson_loss, TF 1.15 nn_impl.py
    """
    with function_scope(name, "log_poisson_loss", log_input, targets):
        c, z = _alike("log_poisson_loss", log_input, targets)
        loss: Tensor = b.Sub(b.Exp(c), b.Mul(c, z), name="sub")
        if not compute_full_loss:
            return loss
        stirling = b.AddV2(b.Sub(b.Mul(z, b.Log(z)), z), b.Mul(0.5, b.Log(b.Mul(2 * math.pi, z))), name="add")
        within = b.LogicalAnd(b.GreaterEqual(z, 0), b.LessEqual(z, 1))
        return b.AddV2(loss, b.Select(within, b.ZerosLike(z), stirling), name="add_1")


# -- dropout ---------------------------------------------------------------------------------------


def dropout(
    x: Any,
    keep_prob: Any = None,
    noise_shape: Sequence[int | None] | None = None,
    seed: int | None = None,
    name: str | None = None,
    rate: Any = None,
) -> Tensor:
    """x with a share `rate` of its values set to 0 and the others divided by 1 - rate.

    Parameters
    ----------
    keep_prob : float or Tensor, optional
        The older spelling of 1 - rate.
    noise_shape : sequence, optional
        Values along an axis of size 1 here are kept or dropped together; None takes the size of x.

    Raises
    ------
    ValueError
        If not exactly one of rate and keep_prob is given, or the rate is not in [0, 1), or keep_prob not in (0, 1].

    Source
    ------
    tf.nn.dropout, TF 1.15 nn_ops.py
    """
    if (rate is None) == (keep_prob is None):
        raise ValueError(
            "dropout needs either rate=, the share that is dropped, or keep_prob=, the share that is kept."
        )
    share = rate if keep_prob is None else 1 - keep_prob
    fixed = isinstance(share, (int, float, np.number))
    if fixed and not 0 <= share < 1:
        if rate is None:
            raise ValueError(f"keep_prob, the share that is kept, must be in (0, 1], given: {keep_prob}.")
        raise ValueError(f"the rate of dropout must be in [0, 1), given: {share}.")
    with function_scope(name, "dropout", x) as (graph, _):
        values = tensor_of(x, name="x")
        if not values.dtype.is_floating:
            raise ValueError(f"dropout scales its input, which must be floating point, given: {values}.")
        if fixed and share == 0:
            return values
        dropped = graph.convert(share, values.dtype)
        if dropped.dims:
            raise ValueError(f"the rate of dropout must be a scalar, given: {share!r}.")
        from estimator.functions.random import random_uniform

        draw = random_uniform(_noise_shape(values, noise_shape), dtype=values.dtype, seed=seed)
        kept = graph.cast(b.GreaterEqual(draw, dropped), values.dtype)
        scale = 1 / (1 - share) if fixed else b.RealDiv(1, b.Sub(1, dropped))
        # A product as in TensorFlow 1; to choose between x and 0, as later ones do, costs twenty times as much.
        result: Tensor = b.Mul(b.Mul(values, scale, name="mul"), kept, name="mul_1")
        result.set_shape(values.dims)
        return result


def _noise_shape(x: Tensor, noise_shape: Any) -> Any:
    if noise_shape is None:
        return shape_of(x)
    if isinstance(noise_shape, Tensor):
        return noise_shape
    sizes = list(noise_shape)
    if x.dims is not None and len(sizes) == len(x.dims):
        shape = None
        for axis, size in enumerate(sizes):
            if size is None and x.dims[axis] is not None:
                sizes[axis] = x.dims[axis]
            elif size is None:
                shape = b.Shape(x) if shape is None else shape
                sizes[axis] = shape[axis]
    return shape_tensor(sizes)


def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """The share of values that are 0."""
    with function_scope(name, "zero_fraction", value) as (graph, _):
        x = tensor_of(value, name="value")
        zero = graph.cast(b.Equal(x, b.ZerosLike(x)), float32)
        fraction = b.Mean(zero, b.Range(0, b.Rank(zero), 1), name="fraction")
        fraction.set_shape(())
        return fraction


near_keywords_of_functions(__name__)
