"""Transposed convolutions, which make space larger: the gradient of a convolution by its input, as a layer."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from estimator.functions import transposed
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_function import function_of
from estimator.network.layers.by_name import ActivationLike, ConstraintLike, InitializerLike, RegularizerLike
from estimator.network.layers.convolution import Convolution
from estimator.network.layers.windows import Sizes, letters, with_batch_and_channels
from estimator.variables.initializers import Zeros

_ZEROS = Zeros()


class TransposedConvolution(Convolution):
    """What :class:`Conv2DTranspose` and :class:`Conv3DTranspose` are.

    Parameters are those of :class:`~estimator.network.layers.convolution.Convolution`, without dilation.

    Shape
    -----
    inputs [batch, space..., channels] -> [batch, larger..., filters]; kernel [kernel_size..., filters, channels],
    bias [filters]. With "same" a size becomes size · stride, with "valid" max(kernel_size - stride, 0) more.

    Source
    ------
    tf.layers.Conv2DTranspose and Conv3DTranspose, TF 1.15 python/layers/convolutional.py
    """

    _functions: ClassVar[dict[int, Any]] = {
        2: transposed.conv2d_transpose,
        3: transposed.conv3d_transpose,
    }

    def __init__(
        self,
        filters: int,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        activation: ActivationLike = None,
        use_bias: bool = True,
        kernel_initializer: InitializerLike = None,
        bias_initializer: InitializerLike = _ZEROS,
        kernel_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        activity_regularizer: RegularizerLike = None,
        kernel_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters, kernel_size, strides, padding, data_format, activation=activation, use_bias=use_bias,
            kernel_initializer=kernel_initializer, bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer, bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint, bias_constraint=bias_constraint,
            trainable=trainable, name=name, **kwargs,
        )  # fmt: skip

    def _make_kernels(self, channels: int) -> None:
        shape = [*self.kernel_size, self.filters, channels]
        self.kernel = self.add_weight("kernel", shape, **self._declared("kernel"))

    def _convolve(self, inputs: Tensor) -> Tensor:
        assert inputs.dims is not None  # build() needs the channels known
        first = 2 if self._channels_first else 1
        known = inputs.dims[first : first + self.rank]
        shape = b.Shape(inputs)
        lengths = [shape[first + place] if size is None else size for place, size in enumerate(known)]
        output_shape = with_batch_and_channels(
            self._longer(lengths), self.data_format, shape[0], self.filters
        )
        result: Tensor = self._functions[self.rank](
            inputs, self.kernel, b.Pack(output_shape), with_batch_and_channels(self.strides, self.data_format),
            self._op_padding, letters(self.data_format, self.rank),
        )  # fmt: skip
        static = [
            None if size is None else longer for size, longer in zip(known, self._longer(known), strict=True)
        ]
        result.set_shape(with_batch_and_channels(static, self.data_format, inputs.dims[0], self.filters))
        return result

    def _longer(self, lengths: Any) -> list[Any]:
        """Each length as the output has it; None stays None."""
        over = [
            max(size - stride, 0) if self.padding == "valid" else 0
            for size, stride in zip(self.kernel_size, self.strides, strict=True)
        ]
        return [
            None if length is None else length * stride + more
            for length, stride, more in zip(lengths, self.strides, over, strict=True)
        ]


class Conv2DTranspose(TransposedConvolution):
    """A :class:`TransposedConvolution` of images [batch, height, width, channels].

    Source
    ------
    tf.layers.Conv2DTranspose, TF 1.15 python/layers/convolutional.py
    """

    rank = 2


class Conv3DTranspose(TransposedConvolution):
    """A :class:`TransposedConvolution` of volumes [batch, depth, height, width, channels].

    Source
    ------
    tf.layers.Conv3DTranspose, TF 1.15 python/layers/convolutional.py
    """

    rank = 3


class TransposedConvolutionFunction(Protocol):
    """The signature of conv2d_transpose and conv3d_transpose: what :class:`TransposedConvolution` takes."""

    def __call__(
        self,
        inputs: TensorLike,
        filters: int,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        activation: ActivationLike = None,
        use_bias: bool = True,
        kernel_initializer: InitializerLike = None,
        bias_initializer: InitializerLike = _ZEROS,
        kernel_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        activity_regularizer: RegularizerLike = None,
        kernel_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        trainable: bool = True,
        name: str | None = None,
        reuse: bool | None = None,
    ) -> Tensor:
        """The output of a new layer."""


conv2d_transpose: TransposedConvolutionFunction = function_of(
    Conv2DTranspose, TransposedConvolutionFunction.__call__, "conv2d_transpose"
)
conv3d_transpose: TransposedConvolutionFunction = function_of(
    Conv3DTranspose, TransposedConvolutionFunction.__call__, "conv3d_transpose"
)
