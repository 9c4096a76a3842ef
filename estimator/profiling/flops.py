"""How many floating point operations an operation takes, as TensorFlow's profiler counts them.

A count is a convention more than a measure: a product of matrices is a multiplication and an addition for each pair, a
comparison counts like an addition, exp and tanh count nothing, and of what has a size that only a run tells, nothing is
counted. It is TensorFlow's convention, so that the number which a paper or a script prints is the same.

Source
------
the counts that tf.profiler.profile gives, TF 2.15, observed; tests/profiling has them for each of these ops
"""

from __future__ import annotations

import math
from collections.abc import Callable

from estimator.graph.tensor import Operation

Sizes = tuple[int, ...]


def float_ops(op: Operation) -> int | None:
    """The number of one run of an operation; None if it has no count, or if a size is not known.

    Parameters
    ----------
    op : Operation
    """
    count = _COUNTS.get(op.type)
    shapes = [tensor.dims for tensor in (*op.inputs, *op.outputs)]
    if count is None or any(dims is None or None in dims for dims in shapes):
        return None
    return count(op)


def has_count(op_type: str) -> bool:
    """Whether operations of a type are counted."""
    return op_type in _COUNTS


def _dims(tensor: object) -> Sizes:
    return tuple(tensor.dims)  # type: ignore[attr-defined]  # known: float_ops has looked


def _size(tensor: object) -> int:
    return math.prod(_dims(tensor))


def _of_each_input(number: int) -> Callable[[Operation], int]:
    return lambda op: number * _size(op.inputs[0])


def _of_each_result(number: int) -> Callable[[Operation], int]:
    return lambda op: number * _size(op.outputs[0])


def _reduced(op: Operation) -> int:
    return _size(op.inputs[0]) - _size(op.outputs[0])


def _matrix_product(op: Operation) -> int:
    first = _dims(op.inputs[0])
    is_transposed = op.attrs["transpose_a" if op.type == "MatMul" else "adj_x"]
    return 2 * _size(op.outputs[0]) * first[-2 if is_transposed else -1]


def _convolution(op: Operation) -> int:
    *window, channels, _ = _dims(op.inputs[1])
    return 2 * _size(op.outputs[0]) * math.prod(window) * channels


def _depthwise(op: Operation) -> int:
    return 2 * _size(op.outputs[0]) * math.prod(_dims(op.inputs[1])[:2])


def _back_through_convolution(image: Sizes, window: Sizes, op: Operation) -> int:
    """Twice the image's values, times the window, times the channels that came out, over the stride."""
    height, width, _, channels = window
    across = math.prod(op.attrs["strides"])
    return 2 * math.prod(image) * height * width * channels // across


def _to_image(op: Operation) -> int:
    return _back_through_convolution(_dims(op.outputs[0]), _dims(op.inputs[1]), op)


def _to_window(op: Operation) -> int:
    return _back_through_convolution(_dims(op.inputs[0]), _dims(op.outputs[0]), op)


def _pool(op: Operation) -> int:
    return _size(op.outputs[0]) * math.prod(op.attrs["ksize"])


_COUNTS: dict[str, Callable[[Operation], int]] = {
    **dict.fromkeys("Reciprocal Square Log Neg AssignAdd AssignSub".split(), _of_each_input(1)),
    "Rsqrt": _of_each_input(2),
    "Softmax": _of_each_input(5),
    "L2Loss": lambda op: 3 * _size(op.inputs[0]) - 1,
    **dict.fromkeys(
        (
            "Add AddV2 Sub Mul RealDiv Maximum Minimum Pow Greater GreaterEqual Less LessEqual Equal NotEqual BiasAdd"
        ).split(),
        _of_each_result(1),
    ),
    "SquaredDifference": _of_each_result(2),
    "RsqrtGrad": _of_each_result(4),
    "AddN": lambda op: (len(op.inputs) - 1) * _size(op.outputs[0]),
    "Mean": _of_each_input(1),
    **dict.fromkeys("Sum ArgMax ArgMin BiasAddGrad".split(), _reduced),
    **dict.fromkeys("MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3".split(), _matrix_product),
    **dict.fromkeys("Conv2D Conv3D".split(), _convolution),
    "DepthwiseConv2dNative": _depthwise,
    "Dilation2D": _depthwise,
    "Conv2DBackpropInput": _to_image,
    "Conv2DBackpropFilter": _to_window,
    **dict.fromkeys("AvgPool MaxPool".split(), _pool),
    "AvgPoolGrad": lambda op: 2 * _size(op.inputs[1]) * math.prod(op.attrs["ksize"]),
    "MaxPoolGrad": lambda op: _size(op.inputs[1]) * math.prod(op.attrs["ksize"]) + _size(op.inputs[2]),
}
