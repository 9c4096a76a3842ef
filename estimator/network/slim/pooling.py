"""Pooling of images and volumes, in the form of tf.contrib.layers."""

from __future__ import annotations

from estimator.core.arg_scope import add_arg_scope
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import tensor_of
from estimator.functions.scoping import name_scope
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers import pooling as layers
from estimator.network.layers.input_spec import check_inputs
from estimator.network.layers.windows import Sizes
from estimator.network.slim.formats import is_channels_first, of_layers
from estimator.network.slim.named_outputs import OutputsCollections, collect_named_outputs


@add_arg_scope
def max_pool2d(
    inputs: TensorLike,
    kernel_size: Sizes,
    stride: Sizes = 2,
    padding: str = "VALID",
    data_format: str | None = "NHWC",
    outputs_collections: OutputsCollections = None,
    scope: str | None = None,
) -> Tensor:
    """The largest number that each window of images sees.

    Parameters
    ----------
    inputs : Tensor
    kernel_size, stride : int, or one for height and one for width
        The size of the window, and its steps.
    padding : {"VALID", "SAME"}
        "SAME": also windows that see only a part of the input; what lies outside counts for nothing.
    data_format : {"NHWC", "NCHW"}
    outputs_collections : str or list of str, optional
        Collections of the result.
    scope : str, optional
        The name scope; by default a form of ``MaxPool2D``.

    Shape
    -----
    inputs [batch, height, width, channels] -> [batch, places, places, channels]

    Raises
    ------
    ValueError
        If an argument is none of these.

    Source
    ------
    tf.contrib.layers.max_pool2d, TF 1.15 layers.py
    """
    return _pooled(
        layers.MaxPooling2D, "MaxPool2D", inputs, kernel_size, stride, padding, data_format,
        outputs_collections, scope,
    )  # fmt: skip


@add_arg_scope
def avg_pool2d(
    inputs: TensorLike,
    kernel_size: Sizes,
    stride: Sizes = 2,
    padding: str = "VALID",
    data_format: str | None = "NHWC",
    outputs_collections: OutputsCollections = None,
    scope: str | None = None,
) -> Tensor:
    """The mean of what each window of images sees; arguments as of :func:`max_pool2d`.

    Source
    ------
    tf.contrib.layers.avg_pool2d, TF 1.15 layers.py
    """
    return _pooled(
        layers.AveragePooling2D, "AvgPool2D", inputs, kernel_size, stride, padding, data_format,
        outputs_collections, scope,
    )  # fmt: skip


@add_arg_scope
def max_pool3d(
    inputs: TensorLike,
    kernel_size: Sizes,
    stride: Sizes = 2,
    padding: str = "VALID",
    data_format: str | None = "NDHWC",
    outputs_collections: OutputsCollections = None,
    scope: str | None = None,
) -> Tensor:
    """The largest number that each window of volumes sees; arguments as of :func:`max_pool2d`.

    Source
    ------
    tf.contrib.layers.max_pool3d, TF 1.15 layers.py
    """
    return _pooled(
        layers.MaxPooling3D, "MaxPool3D", inputs, kernel_size, stride, padding, data_format,
        outputs_collections, scope,
    )  # fmt: skip


@add_arg_scope
def avg_pool3d(
    inputs: TensorLike,
    kernel_size: Sizes,
    stride: Sizes = 2,
    padding: str = "VALID",
    data_format: str | None = "NDHWC",
    outputs_collections: OutputsCollections = None,
    scope: str | None = None,
) -> Tensor:
    """The mean of what each window of volumes sees; arguments as of :func:`max_pool2d`.

    Source
    ------
    tf.contrib.layers.avg_pool3d, TF 1.15 layers.py
    """
    return _pooled(
        layers.AveragePooling3D, "AvgPool3D", inputs, kernel_size, stride, padding, data_format,
        outputs_collections, scope,
    )  # fmt: skip


def _pooled(
    kind: type[layers.Pooling],
    default_name: str,
    inputs: TensorLike,
    kernel_size: Sizes,
    stride: Sizes,
    padding: str,
    data_format: str | None,
    outputs_collections: OutputsCollections,
    scope: str | None,
) -> Tensor:
    channels_first = is_channels_first(default_name, data_format, kind.rank)
    with name_scope(scope, default_name, [inputs]) as opened:
        x = tensor_of(inputs, name="inputs")
        layer = kind(kernel_size, stride, padding, of_layers(channels_first))
        check_inputs(layer.input_spec, x, default_name)
        result: Tensor = collect_named_outputs(outputs_collections, opened, layer.call(x))
        return result


near_keywords_of_functions(__name__)
