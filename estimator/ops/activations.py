"""Activations that are 0, linear or exponential below 0: Relu and its family.

Sigmoid, Tanh and Softplus are with the other element-wise functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import float32
from estimator.graph import rules
from estimator.graph.op import op


@op("Relu", "features: T -> activations: T", shape=rules.like_first)
def relu(xp: Any, features: Any) -> Any:
    """The larger of x and 0.

    Source  TF op Relu, nn_ops.cc
    """
    return xp.maximum(features, xp.zeros_like(features))


@relu.emit
def relu_emit(p: Any, op: Any, features: Any) -> Any:
    out = p.out(op, reuse=[features])
    # numpy compares two arrays four at a time and more, but an array and one number one by one.
    p.call(np.maximum, features, p.zeros(features), out=out)
    return out


@relu.gradient
def relu_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.ReluGrad(dy, op.outputs[0])


@op("ReluGrad", "gradients: T, features: T -> backprops: T", shape=rules.all_alike, recorded=True)
def relu_grad(xp: Any, gradients: Any, features: Any) -> Any:
    """The gradient where the features are above 0, else 0; the features may also be Relu's output.

    Source  TF op ReluGrad, nn_ops.cc
    """
    return xp.multiply(gradients, xp.greater(features, 0))


@relu_grad.gradient
def relu_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.ReluGrad(dy, op.inputs[1]), None


@op("Relu6", "features: T -> activations: T", shape=rules.like_first, recorded=True)
def relu6(xp: Any, features: Any) -> Any:
    """x cut to 0...6.

    Source  TF op Relu6, nn_ops.cc
    """
    return xp.minimum(xp.maximum(features, 0), 6)


@relu6.gradient
def relu6_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Relu6Grad(dy, op.outputs[0])


@op("Relu6Grad", "gradients: T, features: T -> backprops: T", shape=rules.all_alike, recorded=True)
def relu6_grad(xp: Any, gradients: Any, features: Any) -> Any:
    """The gradient where the features are between 0 and 6, else 0.

    Source  TF op Relu6Grad, nn_ops.cc
    """
    return xp.multiply(gradients, xp.logical_and(xp.greater(features, 0), xp.less(features, 6)))


@relu6_grad.gradient
def relu6_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Relu6Grad(dy, op.inputs[1]), None


@op("LeakyRelu", "features: T -> activations: T", attrs={"alpha": 0.2, "T": float32}, shape=rules.like_first)
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
    attrs={"alpha": 0.2, "T": float32},
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


# Scale and negative saturation that keep mean 0 and variance 1: Klambauer et al. 2017,
# arXiv:1706.02515, appendix 1.
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
