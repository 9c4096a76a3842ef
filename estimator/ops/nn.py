"""Ops of neural networks: bias, softmax, and the two softmax cross entropies."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from estimator.core.dtypes import int64
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, broadcast, show
from estimator.graph import rules
from estimator.graph.conditions import holds
from estimator.graph.op import ShapeScope, op
from estimator.ops._sums import max_of_rows, sum_of

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


@bias_add.emit
def bias_add_emit(p: Any, op: Any, value: Any, bias: Any) -> Any:
    target = p.out(op, reuse=[value])
    after = len(value.dims) - 1 - _channel_axis(len(value.dims), op.attrs["data_format"])
    p.call(np.add, value, p.view(bias, (*bias.dims, *(1,) * after)), out=target)
    return target


@bias_add.gradient
def bias_add_gradient(b: Any, op: Any, dy: Any) -> Any:
    return dy, b.BiasAddGrad(dy, data_format=op.attrs["data_format"])


def _bias_grad(s: ShapeScope) -> Dims:
    dims = s.shapes[0]
    return (None if dims is None else dims[_channel_axis(len(dims), s.attrs["data_format"])],)


@op("BiasAddGrad", "out_backprop: T -> output: T", attrs={"data_format": "NHWC"}, shape=_bias_grad)
def bias_add_grad(xp: Any, out_backprop: Any, data_format: str) -> Any:
    """The sum over every axis but the channel axis.

    It is a product with a row of ones: BLAS is faster than a reduction.

    Shape   out_backprop [..., C] -> [C]
    Source  TF op BiasAddGrad, nn_ops.cc
    """
    dy = out_backprop
    axis = _channel_axis(dy.ndim, data_format)
    if axis != dy.ndim - 1:
        dy = xp.moveaxis(dy, axis, -1)
    rows = xp.reshape(dy, (-1, dy.shape[-1]))
    if not isinstance(rows, np.ndarray):  # another library compiles a sum that is no slower
        return xp.sum(rows, axis=0, dtype=rows.dtype)
    return xp.dot(xp.ones(rows.shape[0], rows.dtype), rows)


@bias_add_grad.emit
def bias_add_grad_emit(p: Any, op: Any, dy: Any) -> Any:
    target = p.out(op)
    if _channel_axis(len(dy.dims), op.attrs["data_format"]) == len(dy.dims) - 1:
        rows = dy.size // max(dy.dims[-1], 1)
        p.call(np.dot, p.constant(np.ones(rows, dy.dtype)), p.view(dy, (rows, dy.dims[-1])), out=target)
    else:
        p.call(_bias_grad_into, target, dy, op.attrs["data_format"])
    return target


def _bias_grad_into(target: Any, dy: Any, data_format: str) -> None:
    target[...] = bias_add_grad(np, dy, data_format)


@bias_add_grad.gradient
def bias_add_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.BiasAdd(b.ZerosLike(op.inputs[0]), dy, data_format=op.attrs["data_format"])


# -- softmax ---------------------------------------------------------------------------------------


def _at_least_vector(s: ShapeScope) -> Dims:
    if s.shapes[0] == ():
        raise ValueError("a softmax is over the last dimension; a scalar has none.")
    return s.shapes[0]


def _shifted(xp: Any, logits: Any) -> Any:
    """Logits minus their maximum over classes, so that exp cannot overflow."""
    if not logits.shape[-1]:
        return logits  # there is no maximum of nothing
    return xp.subtract(logits, max_of_rows(xp, logits, (-1,), True))


@op("Softmax", "logits: T -> softmax: T", shape=_at_least_vector, recorded=True)
def softmax(xp: Any, logits: Any) -> Any:
    """exp(x) / sum(exp(x)) over the last axis.

    Source  TF op Softmax, nn_ops.cc
    """
    exp = xp.exp(_shifted(xp, logits))
    return xp.divide(exp, sum_of(xp, exp, (-1,), True))


@softmax.gradient
def softmax_gradient(b: Any, op: Any, dy: Any) -> Any:
    y = op.outputs[0]
    return b.Mul(b.Sub(dy, b.Sum(b.Mul(dy, y), -1, keep_dims=True)), y)


@op("LogSoftmax", "logits: T -> logsoftmax: T", shape=_at_least_vector, recorded=True)
def log_softmax(xp: Any, logits: Any) -> Any:
    """x - log(sum(exp(x))) over the last axis.

    Source  TF op LogSoftmax, nn_ops.cc
    """
    shifted = _shifted(xp, logits)
    return xp.subtract(shifted, xp.log(sum_of(xp, xp.exp(shifted), (-1,), True)))


@log_softmax.gradient
def log_softmax_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Sub(dy, b.Mul(b.Exp(op.outputs[0]), b.Sum(dy, -1, keep_dims=True)))


# -- cross entropy ---------------------------------------------------------------------------------


def _cross_entropy(s: ShapeScope) -> list[Dims]:
    dims = broadcast(
        [rules.with_rank(shape, 2, "logits and labels of a cross entropy") for shape in s.shapes]
    )
    assert dims is not None
    return [dims[:1], dims]


@op(
    "SoftmaxCrossEntropyWithLogits",
    "features: T, labels: T -> loss: T, backprop: T",
    shape=_cross_entropy,
    recorded=True,
)
def softmax_cross_entropy(xp: Any, features: Any, labels: Any) -> Any:
    """-sum(labels * log_softmax(features)) for each row, and its gradient softmax(features) - labels.

    Shape   features [batch, classes], labels [batch, classes] -> loss [batch], backprop [batch, classes]
    Source  TF op SoftmaxCrossEntropyWithLogits, nn_ops.cc
    """
    shifted = _shifted(xp, features)
    exp = xp.exp(shifted)
    total = sum_of(xp, exp, (-1,), True)
    loss = sum_of(xp, xp.multiply(labels, xp.subtract(xp.log(total), shifted)), (-1,))
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
    _check_labels(labels, classes)
    shifted = _shifted(xp, features)
    exp = xp.exp(shifted)
    total = sum_of(xp, exp, (-1,), True)
    chosen = xp.equal(xp.arange(classes), labels[:, None])
    picked = xp.take_along_axis(shifted, labels[:, None], axis=-1)
    loss = xp.subtract(xp.log(total), picked)[:, 0]
    return [loss, xp.subtract(xp.divide(exp, total), chosen)]


def _check_labels(labels: Any, classes: int) -> None:
    if not labels.size or holds((labels.min() >= 0) & (labels.max() < classes)):
        return
    wrong = (labels < 0) | (labels >= classes)
    row = int(np.argmax(wrong))
    raise InvalidArgumentError(
        f"label {int(labels[row])} (row {row} of the batch; {int(wrong.sum())} of {labels.size} labels) "
        f"is outside [0, {classes}): the logits have {classes} classes. "
        "Set n_classes to the number of classes, or number the labels from 0."
    )


@sparse_softmax_cross_entropy.emit
def sparse_softmax_cross_entropy_emit(p: Any, op: Any, features: Any, labels: Any) -> Any:
    batch, classes = features.dims
    loss, backprop = p.out(op, 0), p.out(op, 1)
    shifted, column = p.scratch(features), p.scratch(features._replace(dims=(batch, 1)))
    if not p.are_within(op.inputs[1], classes):  # as the head of a canned model has checked
        _emit_check(p, labels, classes)
    if classes:
        max_of_rows.emit(p, features, (-1,), True, column)
        p.call(np.subtract, features, column, out=shifted)
    p.call(np.exp, shifted, out=backprop)
    sum_of.emit(p, backprop, (-1,), True, column)
    p.call(np.divide, backprop, column, out=backprop)
    p.call(np.log, column, out=column)
    _emit_chosen(p, labels, shifted, p.view(column, (batch,)), loss, backprop)
    return [loss, backprop]


def _emit_check(p: Any, labels: Any, classes: int) -> None:
    """The check that all labels are classes: read as numbers without a sign, those below 0 are large."""
    kind = np.dtype(f"u{labels.dtype.itemsize}")
    is_class = p.scratch(labels, bool)
    limit = min(classes, np.iinfo(labels.dtype).max + 1)
    p.call(np.less, p.retyped(labels, kind), kind.type(limit), out=is_class)
    p.unless_all(is_class, _check_labels, labels, classes)


def _emit_chosen(p: Any, labels: Any, shifted: Any, log_total: Any, loss: Any, backprop: Any) -> None:
    """What concerns the labels' own columns: the loss, and one less in the gradient."""
    batch, classes = shifted.dims
    places, chosen = p.scratch(labels, np.intp), p.scratch(loss)
    p.call(np.add, labels, p.constant(np.arange(batch) * classes), out=places)
    logits, gradient = (p.view(matrix, (batch * classes,)) for matrix in (shifted, backprop))
    p.call(
        np.ndarray.take, logits, places, None, chosen, "clip"
    )  # the labels are checked, and clip checks nothing
    p.call(np.subtract, log_total, chosen, out=loss)
    p.call(np.ndarray.take, gradient, places, None, chosen, "clip")
    p.call(np.subtract, chosen, chosen.dtype.type(1), out=chosen)
    p.call(operator.setitem, gradient, places, chosen)


@sparse_softmax_cross_entropy.gradient
def sparse_softmax_cross_entropy_gradient(b: Any, op: Any, dloss: Any, dbackprop: Any) -> Any:
    return _through_backprop(b, op, dloss, dbackprop), None
