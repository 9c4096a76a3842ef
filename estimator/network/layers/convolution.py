"""Convolutions over one, two or three axes of space: activation(convolution(inputs, kernel) + bias)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from estimator.core.errors import Gathered, raise_problems
from estimator.core.shapes import ShapeLike
from estimator.functions import convolution
from estimator.functions.arrays import pad
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_function import function_of
from estimator.network.layers.by_name import ActivationLike, ConstraintLike, InitializerLike, RegularizerLike
from estimator.network.layers.input_spec import InputSpec
from estimator.network.layers.layer import Layer, demand_floating
from estimator.network.layers.windows import (
    Sizes,
    channels_of,
    count,
    data_format_of,
    is_channels_first,
    letters,
    window_sizes,
    with_batch_and_channels,
    word,
)
from estimator.variables.initializers import Zeros

_ZEROS = Zeros()


class Convolution(Layer):
    """What :class:`Conv1D`, :class:`Conv2D` and :class:`Conv3D` are, and more remotely all layers with such kernels.

    Parameters
    ----------
    filters : int
        The number of channels of the output.
    kernel_size : int, or one for each axis of space
    strides : int, or one for each axis of space
        The steps of the window.
    padding : {"valid", "same", "causal"}
        "same": as many places as the input has (divided by the strides), zeros around it. "causal", over one axis: the
        zeros all before it, so that no place sees a later one.
    data_format : {"channels_last", "channels_first"}
    dilation_rate : int, or one for each axis of space
        The distance of the places that the kernel takes; not together with strides.
    activation : callable, optional
        For example ``tf.nn.relu``; by default none.
    use_bias : bool
    kernel_initializer, bias_initializer : callable, optional
        By default glorot_uniform (or the scope's) and zeros.
    kernel_regularizer, bias_regularizer, activity_regularizer : callable, optional
        From the variable, or the output, to a loss; see :class:`~estimator.network.layers.layer.Layer`.
    kernel_constraint, bias_constraint : callable, optional
        What the variable becomes after each update.

    Functions may be given by name, such as ``"relu"``, ``"zeros"`` or ``"l2"``; see
    :mod:`estimator.network.layers.by_name`.

    Shape
    -----
    inputs [batch, space..., channels] -> [batch, space..., filters], with channels_first [batch, channels, space...];
    kernel [kernel_size..., channels, filters], bias [filters]

    Raises
    ------
    TypeError
        If the input is not floating point.
    ValueError
        If an argument is none of these, or the number of channels is not known. The error has all problems.

    Source
    ------
    tf.layers.Conv1D, Conv2D and Conv3D, TF 1.15 python/layers/convolutional.py
    """

    rank: ClassVar[int]  # the number of axes of space
    _paddings: ClassVar[tuple[str, ...]] = ("valid", "same")
    activation: Callable[[Any], Any] | None

    def __init__(
        self,
        filters: int,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        dilation_rate: Sizes = 1,
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
        super().__init__(trainable, name, **kwargs)
        layer = type(self).__name__
        checked = Gathered(layer)
        self.filters: int = checked.result_of(count, layer, "filters", filters)
        self.kernel_size = checked.result_of(window_sizes, layer, "kernel_size", kernel_size, self.rank)
        self.strides = checked.result_of(window_sizes, layer, "strides", strides, self.rank)
        self.dilation_rate = checked.result_of(window_sizes, layer, "dilation_rate", dilation_rate, self.rank)
        self.padding: str = checked.result_of(word, layer, "padding", padding, self._paddings)
        self.data_format: str = checked.result_of(data_format_of, layer, data_format)
        checked.result_of(_demand_one_of_them, layer, self.strides, self.dilation_rate)
        functions = checked.result_of(lambda: self._resolved(
            activation=activation, activity_regularizer=activity_regularizer,
            kernel_initializer=kernel_initializer, bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer, bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint, bias_constraint=bias_constraint,
        ))  # fmt: skip
        checked.raise_all()
        vars(self).update(functions)
        self.use_bias = use_bias
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def build(self, input_shape: ShapeLike) -> None:
        """Make kernel and bias.

        Raises
        ------
        TypeError
            If the input is not floating point.
        ValueError
            If the number of its channels is not known.
        """
        layer = type(self).__name__
        demand_floating(self.dtype, layer)
        channels = channels_of(layer, input_shape, self.data_format)
        axis = 1 if self._channels_first else self.rank + 1
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})
        self._make_kernels(channels)
        self.bias = (
            self.add_weight("bias", [self.filters], **self._declared("bias")) if self.use_bias else None
        )
        self.built = True

    @property
    def _channels_first(self) -> bool:
        return is_channels_first(self.data_format)

    def _make_kernels(self, channels: int) -> None:
        shape = [*self.kernel_size, channels, self.filters]
        self.kernel = self.add_weight("kernel", shape, **self._declared("kernel"))

    def call(self, inputs: Tensor) -> Tensor:
        """The convolved inputs, with bias and activation."""
        outputs = self._convolve(inputs)
        if self.bias is not None:
            outputs = self._with_bias(outputs)
        outputs = self._finished(outputs)
        return outputs if self.activation is None else self.activation(outputs)

    def _convolve(self, inputs: Tensor) -> Tensor:
        return convolution.convolution(
            self._padded(inputs), self.kernel, self._op_padding, self.strides, self.dilation_rate,
            name=type(self).__name__, data_format=letters(self.data_format, self.rank),
        )  # fmt: skip

    @property
    def _op_padding(self) -> str:
        return "VALID" if self.padding == "causal" else self.padding.upper()

    def _padded(self, inputs: Tensor) -> Tensor:
        """The inputs, with the zeros before them that causal padding means."""
        if self.padding != "causal":
            return inputs
        before = self.dilation_rate[0] * (self.kernel_size[0] - 1)
        return pad(inputs, with_batch_and_channels([[before, 0]], self.data_format, [0, 0], [0, 0]))

    def _with_bias(self, outputs: Tensor) -> Tensor:
        result: Tensor = b.BiasAdd(outputs, self.bias, data_format="NCHW" if self._channels_first else "NHWC")
        return result

    def _finished(self, outputs: Tensor) -> Tensor:
        """The outputs in the shape that people see."""
        return outputs


def _demand_one_of_them(
    layer: str, strides: tuple[int, ...] | None, dilation_rate: tuple[int, ...] | None
) -> None:
    if strides and dilation_rate and max(strides) > 1 and max(dilation_rate) > 1:
        raise_problems(
            layer,
            [
                "`strides > 1` not supported in conjunction with `dilation_rate > 1`; given: "
                f"strides={strides} and dilation_rate={dilation_rate}."
            ],
        )


class Conv1D(Convolution):
    """A :class:`Convolution` over one axis: of [batch, steps, channels], with a kernel [size, channels, filters].

    Source
    ------
    tf.layers.Conv1D, TF 1.15 python/layers/convolutional.py
    """

    rank = 1
    _paddings = ("valid", "same", "causal")

    def _with_bias(self, outputs: Tensor) -> Tensor:
        if self._channels_first:  # as TensorFlow, whose BiasAdd of three axes knows the channels last only
            result: Tensor = outputs + b.Reshape(self.bias, [1, self.filters, 1])
            return result
        return super()._with_bias(outputs)


class Conv2D(Convolution):
    """A :class:`Convolution` of images [batch, height, width, channels], with a kernel [h, w, channels, filters].

    Source
    ------
    tf.layers.Conv2D, TF 1.15 python/layers/convolutional.py
    """

    rank = 2


class Conv3D(Convolution):
    """A :class:`Convolution` of volumes [batch, depth, height, width, channels].

    Source
    ------
    tf.layers.Conv3D, TF 1.15 python/layers/convolutional.py
    """

    rank = 3


class ConvolutionFunction(Protocol):
    """The signature of conv1d, conv2d and conv3d: what :class:`Convolution` takes."""

    def __call__(
        self,
        inputs: TensorLike,
        filters: int,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        dilation_rate: Sizes = 1,
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


conv1d: ConvolutionFunction = function_of(Conv1D, ConvolutionFunction.__call__, "conv1d")
conv2d: ConvolutionFunction = function_of(Conv2D, ConvolutionFunction.__call__, "conv2d")
conv3d: ConvolutionFunction = function_of(Conv3D, ConvolutionFunction.__call__, "conv3d")
