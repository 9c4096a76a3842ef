"""Separable convolutions: first over space, each channel by itself, then over channels, each place by itself."""

from __future__ import annotations

from typing import Any, Protocol

from estimator.functions import depthwise as functions
from estimator.functions.arrays import expand_dims, squeeze
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_function import function_of
from estimator.network.layers.by_name import ActivationLike, ConstraintLike, InitializerLike, RegularizerLike
from estimator.network.layers.convolution import Convolution
from estimator.network.layers.windows import Sizes, count, letters, with_batch_and_channels
from estimator.variables.initializers import Zeros

_ZEROS = Zeros()


class SeparableConvolution(Convolution):
    """What :class:`SeparableConv1D` and :class:`SeparableConv2D` are.

    Parameters are those of :class:`~estimator.network.layers.convolution.Convolution`, but that there are two kernels.

    Parameters
    ----------
    depth_multiplier : int
        How many channels the first convolution makes of each.
    depthwise_initializer, pointwise_initializer : callable, optional
        Of the first and the second kernel; by default glorot_uniform (or the scope's).
    depthwise_regularizer, pointwise_regularizer, depthwise_constraint, pointwise_constraint : callable, optional

    Shape
    -----
    inputs [batch, space..., channels] -> [batch, space..., filters];
    depthwise_kernel [kernel_size..., channels, depth_multiplier],
    pointwise_kernel [1..., channels · depth_multiplier, filters], bias [filters]

    Source
    ------
    tf.layers.SeparableConv1D and SeparableConv2D, TF 1.15 python/layers/convolutional.py
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        dilation_rate: Sizes = 1,
        depth_multiplier: int = 1,
        activation: ActivationLike = None,
        use_bias: bool = True,
        depthwise_initializer: InitializerLike = None,
        pointwise_initializer: InitializerLike = None,
        bias_initializer: InitializerLike = _ZEROS,
        depthwise_regularizer: RegularizerLike = None,
        pointwise_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        activity_regularizer: RegularizerLike = None,
        depthwise_constraint: ConstraintLike = None,
        pointwise_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            bias_initializer=bias_initializer, bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer, bias_constraint=bias_constraint,
            trainable=trainable, name=name, **kwargs,
        )  # fmt: skip
        self.depth_multiplier = count(type(self).__name__, "depth_multiplier", depth_multiplier)
        self._take(
            depthwise_initializer=depthwise_initializer, pointwise_initializer=pointwise_initializer,
            depthwise_regularizer=depthwise_regularizer, pointwise_regularizer=pointwise_regularizer,
            depthwise_constraint=depthwise_constraint, pointwise_constraint=pointwise_constraint,
        )  # fmt: skip

    def _make_kernels(self, channels: int) -> None:
        between = channels * self.depth_multiplier
        shape = [*self.kernel_size, channels, self.depth_multiplier]
        self.depthwise_kernel = self.add_weight("depthwise_kernel", shape, **self._declared("depthwise"))
        shape = [*[1] * self.rank, between, self.filters]
        self.pointwise_kernel = self.add_weight("pointwise_kernel", shape, **self._declared("pointwise"))

    def _separable(self, images: Tensor, depthwise: Any, pointwise: Any, strides: Any, rate: Any) -> Tensor:
        return functions.separable_conv2d(
            images, depthwise, pointwise, with_batch_and_channels(strides, self.data_format), self._op_padding, rate,
            data_format=letters(self.data_format, 2),
        )  # fmt: skip


class SeparableConv1D(SeparableConvolution):
    """A :class:`SeparableConvolution` over one axis: of [batch, steps, channels].

    Source
    ------
    tf.layers.SeparableConv1D, TF 1.15 python/layers/convolutional.py
    """

    rank = 1
    _paddings = ("valid", "same", "causal")

    def _convolve(self, inputs: Tensor) -> Tensor:
        """The convolution of images of height 1, which they stay until the bias is added."""
        images = expand_dims(self._padded(inputs), self._height_axis)
        kernels = expand_dims(self.depthwise_kernel, 0), expand_dims(self.pointwise_kernel, 0)
        return self._separable(images, *kernels, self.strides * 2, (1, *self.dilation_rate))

    @property
    def _height_axis(self) -> int:
        return 2 if self._channels_first else 1

    def _finished(self, outputs: Tensor) -> Tensor:
        return squeeze(outputs, [self._height_axis])


class SeparableConv2D(SeparableConvolution):
    """A :class:`SeparableConvolution` of images [batch, height, width, channels].

    Source
    ------
    tf.layers.SeparableConv2D, TF 1.15 python/layers/convolutional.py
    """

    rank = 2

    def _convolve(self, inputs: Tensor) -> Tensor:
        return self._separable(
            inputs, self.depthwise_kernel, self.pointwise_kernel, self.strides, self.dilation_rate
        )


class SeparableConvolutionFunction(Protocol):
    """The signature of separable_conv1d and separable_conv2d: what :class:`SeparableConvolution` takes."""

    def __call__(
        self,
        inputs: TensorLike,
        filters: int,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        dilation_rate: Sizes = 1,
        depth_multiplier: int = 1,
        activation: ActivationLike = None,
        use_bias: bool = True,
        depthwise_initializer: InitializerLike = None,
        pointwise_initializer: InitializerLike = None,
        bias_initializer: InitializerLike = _ZEROS,
        depthwise_regularizer: RegularizerLike = None,
        pointwise_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        activity_regularizer: RegularizerLike = None,
        depthwise_constraint: ConstraintLike = None,
        pointwise_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        trainable: bool = True,
        name: str | None = None,
        reuse: bool | None = None,
    ) -> Tensor:
        """The output of a new layer."""


separable_conv1d: SeparableConvolutionFunction = function_of(
    SeparableConv1D, SeparableConvolutionFunction.__call__, "separable_conv1d"
)
separable_conv2d: SeparableConvolutionFunction = function_of(
    SeparableConv2D, SeparableConvolutionFunction.__call__, "separable_conv2d"
)
