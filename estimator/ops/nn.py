"""Ops of neural networks: bias, activations, and the two softmax cross entropies.

Sigmoid, Tanh and Softplus are with the other element-wise functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import int64
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, broadcast, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op

# -- bias ------------------------------------------------------------------------------------------


def _channel_axis(rank: int, data_format: str) -> int:
    """Where the channels are: last, or second in NCHW and its like."""
    return 1 if data_format.startswith("NC") else rank - 1


def _biased(s: ShapeScope) -> Dims:
    dims, bias = s.shapes[0], rules.with_rank(s.shapes[1], 1, "the bias")
    if dims is None:
        return None
    if len(dims) < 2:
        raise ValueError(f"the value of a BiasAdd needs at least 2 dimensions, given: {show(dims)}.")
    axis = _channel_axis(len(dims), s.attrs["data_format"])
    size = rules.same_size(dims[axis], bias[0], f"the channels of {show(dims)} and the size of the bias")
    return (*dims[:axis], size, *dims[axis + 1 :])


@op("BiasAdd", "value: T, bias: T -> output: T", attrs={"data_format": "NHWC"}, shape=_biased)
def bias_add(xp: Any, value: Any, bias: Any, data_format: str) -> Any:
    """value + bias, repeated over every axis but the channel axis.

    Shape   value [..., C], bias [C] -> [..., C]; with NCHW value [N, C, ...]
    Source  TF op BiasAdd, nn_ops.cc
    """
    after = value.ndim - 1 - _channel_axis(value.ndim, data_format)
    return xp.add(value, xp.reshape(bias, (-1,) + (1,) * after) if after else bias)


@bias_add.gradient
def bias_add_gradient(b: Any, op: Any, dy: Any) -> Any:
    return dy, b.BiasAddGrad(dy, data_format=op.attrs["data_format"])


def _bias_grad(s: ShapeScope) -> Dims:
    dims = s.shapes[0]
    return (None if dims is None else dims[_channel_axis(len(dims), s.attrs["data_format"])],)


@op("BiasAddGrad", "out_backprop: T -> output: T", attrs={"data_format": "NHWC"}, shape=_bias_grad)
def bias_add_grad(xp: Any, out_backprop: Any, data_format: str) -> Any:
    """The sum over every axis but the channel axis, as a product with a row of ones: BLAS is faster than a reduction.

    Shape   out_backprop [..., C] -> [C]
    Source  TF op BiasAddGrad, nn_ops.cc
    """
    dy = out_backprop
    axis = _channel_axis(dy.ndim, data_format)
    if axis != dy.ndim - 1:
        dy = xp.moveaxis(dy, axis, -1)
    rows = xp.reshape(dy, (-1, dy.shape[-1]))
    return xp.dot(xp.ones(rows.shape[0], rows.dtype), rows)


@bias_add_grad.gradient
def bias_add_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.BiasAdd(b.ZerosLike(op.inputs[0]), dy, data_format=op.attrs["data_format"])


# -- activations -----------------------------------------------------------------------------------


@op("Relu", "features: T -> activations: T", shape=rules.like_first)
def relu(xp: Any, features: Any) -> Any:
    """The larger of x and 0.

    Source  TF op Relu, nn_ops.cc
    """
    return xp.maximum(features, 0)


@relu.gradient
def relu_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.ReluGrad(dy, op.outputs[0])


@op("ReluGrad", "gradients: T, features: T -> backprops: T", shape=rules.all_alike)
def relu_grad(xp: Any, gradients: Any, features: Any) -> Any:
    """The gradient where the features are above 0, else 0; the features may also be Relu's output.

    Source  TF op ReluGrad, nn_ops.cc
    """
    return xp.multiply(gradients, xp.greater(features, 0))


@relu_grad.gradient
def relu_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.ReluGrad(dy, op.inputs[1]), None


@op("Relu6", "features: T -> activations: T", shape=rules.like_first)
def relu6(xp: Any, features: Any) -> Any:
    """x cut to 0...6.

    Source  TF op Relu6, nn_ops.cc
    """
    return xp.minimum(xp.maximum(features, 0), 6)


@relu6.gradient
def relu6_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Relu6Grad(dy, op.outputs[0])


@op("Relu6Grad", "gradients: T, features: T -> backprops: T", shape=rules.all_alike)
def relu6_grad(xp: Any, gradients: Any, features: Any) -> Any:
    """The gradient where the features are between 0 and 6, else 0.

    Source  TF op Relu6Grad, nn_ops.cc
    """
    return xp.multiply(gradients, xp.logical_and(xp.greater(features, 0), xp.less(features, 6)))


@relu6_grad.gradient
def relu6_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Relu6Grad(dy, op.inputs[1]), None


@op("LeakyRelu", "features: T -> activations: T", attrs={"alpha": 0.2}, shape=rules.like_first)
def leaky_relu(xp: Any, features: Any, alpha: float) -> Any:
    """x above 0, alpha x below.

    Source  TF op LeakyRelu, nn_ops.cc
    """
    return xp.where(xp.greater(features, 0), features, xp.multiply(features, features.dtype.type(alpha)))


@leaky_relu.gradient
def leaky_relu_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.LeakyReluGrad(dy, op.inputs[0], alpha=op.attrs["alpha"])


@op(
    "LeakyReluGrad",
    "gradients: T, features: T -> backprops: T",
    attrs={"alpha": 0.2},
    shape=rules.all_alike,
)
def leaky_relu_grad(xp: Any, gradients: Any, features: Any, alpha: float) -> Any:
    """The gradient where the features are above 0, alpha times it elsewhere.

    Source  TF op LeakyReluGrad, nn_ops.cc
    """
    return xp.where(xp.greater(features, 0), gradients, xp.multiply(gradients, gradients.dtype.type(alpha)))


@leaky_relu_grad.gradient
def leaky_relu_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.LeakyReluGrad(dy, op.inputs[1], alpha=op.attrs["alpha"]), None


@op("Elu", "features: T -> activations: T", shape=rules.like_first)
def elu(xp: Any, features: Any) -> Any:
    """x above 0, exp(x) - 1 below.

    Source  TF op Elu, nn_ops.cc; Clevert, Unterthiner, Hochreiter 2015, arXiv:1511.07289
    """
    return xp.where(xp.greater(features, 0), features, xp.expm1(xp.minimum(features, 0)))


@elu.gradient
def elu_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.EluGrad(dy, op.outputs[0])


@op("EluGrad", "gradients: T, outputs: T -> backprops: T", shape=rules.all_alike)
def elu_grad(xp: Any, gradients: Any, outputs: Any) -> Any:
    """The gradient of Elu from its output: dy (y + 1) below 0, dy above.

    Source  TF op EluGrad, nn_ops.cc
    """
    return xp.where(xp.less(outputs, 0), xp.multiply(gradients, xp.add(outputs, 1)), gradients)


@elu_grad.gradient
def elu_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    gradients, outputs = op.inputs
    below = b.Cast(b.Less(outputs, 0), DstT=dy.dtype)
    return b.EluGrad(dy, outputs), b.Mul(b.Mul(dy, gradients), below)


# Scale and negative saturation that keep mean 0 and variance 1: Klambauer et al. 2017, arXiv:1706.02515, appendix 1.
_SELU_SCALE = 1.0507009873554804934193349852946
_SELU_LIMIT = 1.6732632423543772848170429916717 * _SELU_SCALE


@op("Selu", "features: T -> activations: T", shape=rules.like_first)
def selu(xp: Any, features: Any) -> Any:
    """scale x above 0, scale alpha (exp(x) - 1) below; scale 1.0507, alpha 1.6733.

    Source  TF op Selu, nn_ops.cc; arXiv:1706.02515
    """
    kind = features.dtype.type
    below = xp.multiply(xp.expm1(xp.minimum(features, 0)), kind(_SELU_LIMIT))
    return xp.where(xp.greater(features, 0), xp.multiply(features, kind(_SELU_SCALE)), below)


@selu.gradient
def selu_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.SeluGrad(dy, op.outputs[0])


@op("SeluGrad", "gradients: T, outputs: T -> backprops: T", shape=rules.all_alike)
def selu_grad(xp: Any, gradients: Any, outputs: Any) -> Any:
    """The gradient of Selu from its output: dy (y + scale alpha) below 0, dy scale above.

    Source  TF op SeluGrad, nn_ops.cc
    """
    kind = outputs.dtype.type
    slope = xp.where(xp.less(outputs, 0), xp.add(outputs, kind(_SELU_LIMIT)), kind(_SELU_SCALE))
    return xp.multiply(gradients, slope)


@selu_grad.gradient
def selu_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    gradients, outputs = op.inputs
    below = b.Cast(b.Less(outputs, 0), DstT=dy.dtype)
    return b.SeluGrad(dy, outputs), b.Mul(b.Mul(dy, gradients), below)


# -- softmax ---------------------------------------------------------------------------------------


def _at_least_vector(s: ShapeScope) -> Dims:
    if s.shapes[0] == ():
        raise ValueError("a softmax is over the last dimension; a scalar has none.")
    return s.shapes[0]


def _shifted(xp: Any, logits: Any) -> Any:
    """Logits minus their maximum over classes, so that exp cannot overflow."""
    return xp.subtract(logits, xp.max(logits, axis=-1, keepdims=True))


@op("Softmax", "logits: T -> softmax: T", shape=_at_least_vector)
def softmax(xp: Any, logits: Any) -> Any:
    """exp(x) / sum(exp(x)) over the last axis.

    Source  TF op Softmax, nn_ops.cc
    """
    exp = xp.exp(_shifted(xp, logits))
    return xp.divide(exp, xp.sum(exp, axis=-1, keepdims=True))


@softmax.gradient
def softmax_gradient(b: Any, op: Any, dy: Any) -> Any:
    y = op.outputs[0]
    return b.Mul(b.Sub(dy, b.Sum(b.Mul(dy, y), -1, keep_dims=True)), y)


@op("LogSoftmax", "logits: T -> logsoftmax: T", shape=_at_least_vector)
def log_softmax(xp: Any, logits: Any) -> Any:
    """x - log(sum(exp(x))) over the last axis.

    Source  TF op LogSoftmax, nn_ops.cc
    """
    shifted = _shifted(xp, logits)
    return xp.subtract(shifted, xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True)))


@log_softmax.gradient
def log_softmax_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Sub(dy, b.Mul(b.Exp(op.outputs[0]), b.Sum(dy, -1, keep_dims=True)))


# -- cross entropy ---------------------------------------------------------------------------------


def _cross_entropy(s: ShapeScope) -> list[Dims]:
    dims = broadcast([rules.with_rank(each, 2, "logits and labels of a cross entropy") for each in s.shapes])
    assert dims is not None
    return [dims[:1], dims]


@op(
    "SoftmaxCrossEntropyWithLogits",
    "features: T, labels: T -> loss: T, backprop: T",
    shape=_cross_entropy,
)
def softmax_cross_entropy(xp: Any, features: Any, labels: Any) -> Any:
    """-sum(labels * log_softmax(features)) for each row, and its gradient softmax(features) - labels.

    Shape   features [batch, classes], labels [batch, classes] -> loss [batch], backprop [batch, classes]
    Source  TF op SoftmaxCrossEntropyWithLogits, nn_ops.cc
    """
    shifted = _shifted(xp, features)
    exp = xp.exp(shifted)
    total = xp.sum(exp, axis=-1, keepdims=True)
    loss = xp.sum(xp.multiply(labels, xp.subtract(xp.log(total), shifted)), axis=-1)
    return [loss, xp.subtract(xp.divide(exp, total), labels)]


def _through_backprop(b: Any, op: Any, dloss: Any, dbackprop: Any) -> Any:
    """What flows into the logits: from the loss, and for second derivatives from the backprop output."""
    grad = None
    if dloss is not None:
        grad = b.Mul(b.ExpandDims(dloss, -1), op.outputs[1])
    if dbackprop is not None:
        y = b.Softmax(op.inputs[0])
        second = b.Mul(b.Sub(dbackprop, b.Sum(b.Mul(dbackprop, y), -1, keep_dims=True)), y)
        grad = second if grad is None else b.AddV2(grad, second)
    return grad


@softmax_cross_entropy.gradient
def softmax_cross_entropy_gradient(b: Any, op: Any, dloss: Any, dbackprop: Any) -> Any:
    into_labels = None
    if dloss is not None:
        into_labels = b.Mul(b.ExpandDims(dloss, -1), b.Neg(b.LogSoftmax(op.inputs[0])))
    if dbackprop is not None:
        into_labels = b.Neg(dbackprop) if into_labels is None else b.Sub(into_labels, dbackprop)
    return _through_backprop(b, op, dloss, dbackprop), into_labels


def _sparse_cross_entropy(s: ShapeScope) -> list[Dims]:
    features = rules.with_rank(s.shapes[0], 2, "the logits")
    labels = rules.with_rank(s.shapes[1], 1, "the labels")
    batch = rules.same_size(features[0], labels[0], "the batch sizes of logits and labels")
    return [(batch,), (batch, features[1])]


@op(
    "SparseSoftmaxCrossEntropyWithLogits",
    "features: T, labels: Tlabels -> loss: T, backprop: T",
    attrs={"Tlabels": int64},
    shape=_sparse_cross_entropy,
)
def sparse_softmax_cross_entropy(xp: Any, features: Any, labels: Any) -> Any:
    """-log_softmax(features)[label] for each row, and its gradient softmax(features) - one_hot(label).

    Shape   features [batch, classes], labels [batch] -> loss [batch], backprop [batch, classes]
    Raises  InvalidArgumentError if a label is not in [0, classes).
    Source  TF op SparseSoftmaxCrossEntropyWithLogits, nn_ops.cc
    """
    classes = features.shape[-1]
    if xp is np and labels.size and not (0 <= labels.min() and labels.max() < classes):
        raise InvalidArgumentError(_bad_label(labels, classes))
    shifted = _shifted(xp, features)
    exp = xp.exp(shifted)
    total = xp.sum(exp, axis=-1, keepdims=True)
    chosen = xp.equal(xp.arange(classes), labels[:, None])
    picked = xp.take_along_axis(shifted, labels[:, None], axis=-1)
    loss = xp.subtract(xp.log(total), picked)[:, 0]
    return [loss, xp.subtract(xp.divide(exp, total), chosen)]


def _bad_label(labels: Any, classes: int) -> str:
    wrong = (labels < 0) | (labels >= classes)
    row = int(np.argmax(wrong))
    return (
        f"label {int(labels[row])} (row {row} of the batch; {int(wrong.sum())} of {labels.size} labels) is outside [0, {classes}): "
        f"the logits have {classes} classes. Set n_classes to the number of classes, or number the labels from 0."
    )


@sparse_softmax_cross_entropy.gradient
def sparse_softmax_cross_entropy_gradient(b: Any, op: Any, dloss: Any, dbackprop: Any) -> Any:
    return _through_backprop(b, op, dloss, dbackprop), None
