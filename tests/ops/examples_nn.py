"""Examples of ops/nn.py and ops/activations.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example, f32, i32, normal

X, DY = normal(3, 4, seed=1), normal(3, 4, seed=2)
IMAGE, BIAS = normal(2, 3, 4, 5, seed=3), normal(5, seed=4)
CHANNELS = normal(3, seed=5)
CORNERS = f32(-2, 0, 3, 6, 7)
ROW = f32([[1, 2, 3], [1000, 1000, -1000], [0, 0, 0]])


def _softmax(x: Any) -> Any:
    exp = np.exp(x.astype(np.float64) - x.max(-1, keepdims=True))
    return (exp / exp.sum(-1, keepdims=True)).astype(x.dtype)


def _log_softmax(x: Any) -> Any:
    wide = x.astype(np.float64) - x.max(-1, keepdims=True)
    return (wide - np.log(np.exp(wide).sum(-1, keepdims=True))).astype(x.dtype)


def _cross_entropy(x: Any, labels: Any) -> Any:
    return -(labels * _log_softmax(x)).sum(-1), _softmax(x) - labels


def _sparse_cross_entropy(x: Any, labels: Any) -> Any:
    return _cross_entropy(x, np.eye(x.shape[-1], dtype=np.float32)[labels])


def _elu(x: Any) -> Any:
    return np.where(x > 0, x, np.exp(np.minimum(x, 0)) - 1)


# scale and alpha of Selu: arXiv:1706.02515
_SCALE, _ALPHA = np.float32(1.0507009873554805), np.float32(1.6732632423543772)

_BIAS = [
    Example("BiasAdd", [X, normal(4)], lambda x, bias: x + bias),
    Example("BiasAdd", [IMAGE, BIAS], lambda x, bias: x + bias, note="image"),
    Example(
        "BiasAdd",
        [IMAGE, CHANNELS],
        lambda x, bias: x + bias[:, None, None],
        attrs={"data_format": "NCHW"},
        note="channels first",
    ),
    Example("BiasAdd", [X[:0], normal(4)], lambda x, bias: X[:0], note="no rows"),
    Example("BiasAddGrad", [DY], lambda dy: dy.sum(0)),
    Example("BiasAddGrad", [IMAGE], lambda dy: dy.sum((0, 1, 2)), rtol=1e-4, note="image"),
    Example(
        "BiasAddGrad",
        [IMAGE],
        lambda dy: dy.sum((0, 2, 3)),
        attrs={"data_format": "NCHW"},
        rtol=1e-4,
        note="channels first",
    ),
    Example("BiasAddGrad", [X[:0]], lambda dy: np.zeros(4, np.float32), note="no rows"),
]

_ACTIVATIONS = [
    Example("Relu", [X], lambda x: x * (x > 0)),
    Example("Relu", [CORNERS], lambda x: f32(0, 0, 3, 6, 7), gradients=[], note="corners"),
    Example("Relu", [f32(np.nan, np.inf)], lambda x: x, gradients=[], note="nan"),
    Example("ReluGrad", [DY, X], lambda dy, x: dy * (x > 0), gradients=[0]),
    Example(
        "ReluGrad",
        [f32(1, 1, 1, 1, 1), CORNERS],
        lambda dy, x: f32(0, 0, 1, 1, 1),
        gradients=[0],
        note="corners",
    ),
    Example("Relu6", [3 * X + 3], lambda x: np.clip(x, 0, 6)),
    Example("Relu6", [CORNERS], lambda x: f32(0, 0, 3, 6, 6), gradients=[], note="corners"),
    Example("Relu6Grad", [DY, 3 * X + 3], lambda dy, x: dy * ((x > 0) & (x < 6)), gradients=[0]),
    Example(
        "Relu6Grad",
        [f32(1, 1, 1, 1, 1), CORNERS],
        lambda dy, x: f32(0, 0, 1, 0, 0),
        gradients=[0],
        note="corners",
    ),
    Example("LeakyRelu", [X], lambda x: np.where(x > 0, x, np.float32(0.2) * x)),
    Example(
        "LeakyRelu",
        [X],
        lambda x: np.where(x > 0, x, np.float32(0.1) * x),
        attrs={"alpha": 0.1},
        note="alpha",
    ),
    Example("LeakyReluGrad", [DY, X], lambda dy, x: np.where(x > 0, dy, np.float32(0.2) * dy), gradients=[0]),
    Example("Elu", [X], _elu),
    Example("Elu", [f32(-200, 0, 200)], lambda x: f32(-1, 0, 200), gradients=[], note="corners"),
    Example("EluGrad", [DY, _elu(X)], lambda dy, y: np.where(y < 0, dy * (y + 1), dy)),
    Example("Selu", [X], lambda x: _SCALE * np.where(x > 0, x, _ALPHA * (np.exp(x) - 1))),
    Example("SeluGrad", [DY, _elu(X)], lambda dy, y: dy * np.where(y < 0, y + _SCALE * _ALPHA, _SCALE)),
]

_SOFTMAX = [
    Example("Softmax", [X], _softmax),
    Example("Softmax", [ROW], _softmax, gradients=[], note="large"),
    Example("Softmax", [IMAGE], _softmax, note="image"),
    Example("LogSoftmax", [X], _log_softmax),
    Example("LogSoftmax", [ROW], _log_softmax, gradients=[], note="large"),
    *[
        Example(name, [X[:, :0]], lambda x: x, gradients=[], note="no classes")
        for name in ("Softmax", "LogSoftmax")
    ],
    Example("SoftmaxCrossEntropyWithLogits", [X, _softmax(DY)], _cross_entropy, rtol=1e-4),
    Example(
        "SoftmaxCrossEntropyWithLogits",
        [X[:, :0], X[:, :0]],
        lambda x, z: (np.zeros(len(x), np.float32), x),
        gradients=[],
        note="no classes",
    ),
    Example(
        "SoftmaxCrossEntropyWithLogits",
        [X[:0], X[:0]],
        lambda x, z: (f32([]), X[:0]),
        gradients=[],
        note="no rows",
    ),
    Example("SparseSoftmaxCrossEntropyWithLogits", [X, i32(0, 3, 1)], _sparse_cross_entropy, rtol=1e-4),
    Example(
        "SparseSoftmaxCrossEntropyWithLogits",
        [ROW, np.array([2, 0, 1])],
        _sparse_cross_entropy,
        rtol=1e-4,
        gradients=[],
        note="large",
    ),
    Example(
        "SparseSoftmaxCrossEntropyWithLogits",
        [X[:0], i32([])],
        lambda x, z: (f32([]), X[:0]),
        gradients=[],
        note="no rows",
    ),
]

EXAMPLES = _BIAS + _ACTIVATIONS + _SOFTMAX
