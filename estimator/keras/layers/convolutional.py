"""Convolutions, as Keras has them: of :mod:`estimator.network.layers`, and that of each channel by itself."""

from __future__ import annotations

from typing import Any, ClassVar

from estimator.core.errors import UnimplementedError
from estimator.functions import depthwise
from estimator.graph.tensor import Tensor
from estimator.keras.layer import Layer
from estimator.network.layers import convolution as core
from estimator.network.layers import convolution_transpose as transposed
from estimator.network.layers import separable_convolution as separable
from estimator.network.layers.windows import (
    Sizes,
    count,
    letters,
    window_sizes,
    with_batch_and_channels,
)

_OF_KERNEL = (
    "filters kernel_size strides padding data_format dilation_rate groups activation use_bias kernel_initializer "
    "bias_initializer kernel_regularizer bias_regularizer activity_regularizer kernel_constraint bias_constraint"
)


class Convolutional(core.Convolution, Layer):
    """What Keras' convolutions are; see :class:`~estimator.network.layers.convolution.Convolution` for arguments.

    Parameters
    ----------
    groups : int
        One: channels are not convolved in groups.
    **kwargs
        Of :class:`~estimator.keras.layer.Layer`.

    Raises
    ------
    UnimplementedError
        If there is more than one group.
    ValueError
        If another argument is none of these. The error has all problems.

    Source
    ------
    tf.keras.layers.Conv2D and its kin, TF 2.15
    """

    config_names = _OF_KERNEL

    def __init__(
        self,
        filters: int,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Sizes = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer,
            kernel_constraint, bias_constraint, **kwargs,
        )  # fmt: skip
        self.groups = _one_group(type(self).__name__, groups)


class Conv1D(Convolutional, core.Conv1D):
    """A convolution over one axis: of [batch, steps, channels]; ``padding="causal"`` sees no later step.

    Source
    ------
    tf.keras.layers.Conv1D, TF 2.15
    """


class Conv2D(Convolutional, core.Conv2D):
    """A convolution of images [batch, height, width, channels].

    Source
    ------
    tf.keras.layers.Conv2D, TF 2.15
    """


class Conv3D(Convolutional, core.Conv3D):
    """A convolution of volumes [batch, depth, height, width, channels].

    Source
    ------
    tf.keras.layers.Conv3D, TF 2.15
    """


class Transposed(transposed.TransposedConvolution, Layer):
    """What Keras' transposed convolutions are, which make space larger.

    Parameters
    ----------
    output_padding : int, or one for each axis of space, optional
        Of the sizes that give the input's by the convolution, how many above the smallest; less than the strides.

    Raises
    ------
    UnimplementedError
        If there is a dilation.
    ValueError
        If an argument is none of these.

    Source
    ------
    tf.keras.layers.Conv2DTranspose and Conv3DTranspose, TF 2.15
    """

    config_names = f"{_OF_KERNEL} output_padding"
    groups = 1

    def __init__(
        self,
        filters: int,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        output_padding: Sizes | None = None,
        data_format: str | None = None,
        dilation_rate: Sizes = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        groups: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters, kernel_size, strides, padding, data_format, activation, use_bias, kernel_initializer,
            bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer, kernel_constraint,
            bias_constraint, **kwargs,
        )  # fmt: skip
        layer = type(self).__name__
        _one_group(layer, groups)
        if any(rate != 1 for rate in window_sizes(layer, "dilation_rate", dilation_rate, self.rank)):
            raise UnimplementedError(f"{layer}: dilation_rate is not available, given: {dilation_rate}.")
        self.output_padding = _paddings_of(layer, output_padding, self.strides)

    def _longer(self, lengths: Any) -> list[Any]:
        if self.output_padding is None:
            return super()._longer(lengths)
        around = [2 * (size // 2) if self.padding == "same" else 0 for size in self.kernel_size]
        rows = zip(lengths, self.strides, self.kernel_size, around, self.output_padding, strict=True)
        return [
            None if length is None else (length - 1) * stride + size - pad + more
            for length, stride, size, pad, more in rows
        ]


class Conv2DTranspose(Transposed, transposed.Conv2DTranspose):
    """A transposed convolution of images [batch, height, width, channels].

    Source
    ------
    tf.keras.layers.Conv2DTranspose, TF 2.15
    """


class Conv3DTranspose(Transposed, transposed.Conv3DTranspose):
    """A transposed convolution of volumes [batch, depth, height, width, channels].

    Source
    ------
    tf.keras.layers.Conv3DTranspose, TF 2.15
    """

    config_names = Transposed.config_names.replace("dilation_rate ", "")  # as in Keras


class Separable(separable.SeparableConvolution, Layer):
    """What Keras' separable convolutions are: over space each channel by itself, then over channels.

    Parameters
    ----------
    kernel_initializer, kernel_regularizer, kernel_constraint : optional
        In Keras' configurations of these layers, and of no effect: there are two kernels.

    Source
    ------
    tf.keras.layers.SeparableConv1D and SeparableConv2D, TF 2.15
    """

    config_names = (
        f"{_OF_KERNEL} depth_multiplier depthwise_initializer pointwise_initializer depthwise_regularizer "
        "pointwise_regularizer depthwise_constraint pointwise_constraint"
    )

    def __init__(
        self,
        filters: int,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Sizes = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        groups: int = 1,
        kernel_initializer: Any = "glorot_uniform",
        kernel_regularizer: Any = None,
        kernel_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters, kernel_size, strides, padding, data_format, dilation_rate, depth_multiplier, activation, use_bias,
            depthwise_initializer, pointwise_initializer, bias_initializer, depthwise_regularizer,
            pointwise_regularizer, bias_regularizer, activity_regularizer, depthwise_constraint, pointwise_constraint,
            bias_constraint, **kwargs,
        )  # fmt: skip
        self.groups = _one_group(type(self).__name__, groups)
        self._take(
            kernel_initializer=kernel_initializer, kernel_regularizer=kernel_regularizer,
            kernel_constraint=kernel_constraint,
        )  # fmt: skip


class SeparableConv1D(Separable, separable.SeparableConv1D):
    """A separable convolution over one axis: of [batch, steps, channels].

    Source
    ------
    tf.keras.layers.SeparableConv1D, TF 2.15
    """


class SeparableConv2D(Separable, separable.SeparableConv2D):
    """A separable convolution of images [batch, height, width, channels].

    Source
    ------
    tf.keras.layers.SeparableConv2D, TF 2.15
    """


class DepthwiseConv2D(core.Conv2D, Layer):
    """A convolution of images in which each channel has kernels of its own.

    Parameters
    ----------
    depth_multiplier : int
        How many channels it makes of each.

    Shape
    -----
    inputs [batch, height, width, channels] -> [batch, height, width, channels · depth_multiplier];
    depthwise_kernel [height, width, channels, depth_multiplier], bias [channels · depth_multiplier]

    Raises
    ------
    ValueError
        If an argument is none of these.

    Source
    ------
    tf.keras.layers.DepthwiseConv2D, TF 2.15
    """

    config_names: ClassVar[str] = (
        "kernel_size strides padding data_format dilation_rate groups activation use_bias bias_initializer "
        "bias_regularizer activity_regularizer bias_constraint depth_multiplier depthwise_initializer "
        "depthwise_regularizer depthwise_constraint"
    )

    def __init__(
        self,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Sizes = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        groups: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            1, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias, None, bias_initializer,
            None, bias_regularizer, activity_regularizer, None, bias_constraint, **kwargs,
        )  # fmt: skip
        layer = type(self).__name__
        self.groups = _one_group(layer, groups)
        self.depth_multiplier = count(layer, "depth_multiplier", depth_multiplier)
        self._take(
            depthwise_initializer=depthwise_initializer, depthwise_regularizer=depthwise_regularizer,
            depthwise_constraint=depthwise_constraint,
        )  # fmt: skip

    def _make_kernels(self, channels: int) -> None:
        self.filters = channels * self.depth_multiplier  # as many as the bias has
        shape = [*self.kernel_size, channels, self.depth_multiplier]
        self.depthwise_kernel = self.add_weight("depthwise_kernel", shape, **self._declared("depthwise"))

    def _convolve(self, inputs: Tensor) -> Tensor:
        return depthwise.depthwise_conv2d(
            inputs, self.depthwise_kernel, with_batch_and_channels(self.strides, self.data_format),
            self._op_padding, self.dilation_rate, data_format=letters(self.data_format, 2),
        )  # fmt: skip


def _one_group(layer: str, groups: int) -> int:
    if groups != 1:
        raise UnimplementedError(
            f"{layer}: groups={groups} is not available; DepthwiseConv2D has a group for each channel."
        )
    return groups


def _paddings_of(
    layer: str, output_padding: Sizes | None, strides: tuple[int, ...]
) -> tuple[int, ...] | None:
    if output_padding is None:
        return None
    given = (output_padding,) * len(strides) if isinstance(output_padding, int) else tuple(output_padding)
    if len(given) != len(strides) or any(more >= stride for more, stride in zip(given, strides, strict=True)):
        raise ValueError(
            f"{layer}: output_padding must be less than the strides {strides}, given: {output_padding}."
        )
    return given
