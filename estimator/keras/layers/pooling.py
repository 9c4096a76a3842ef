"""Pooling, as Keras has it: over windows, as :mod:`estimator.network.layers.pooling`, and over all of space."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from estimator.functions.math import cast
from estimator.functions.reductions import reduce_max, reduce_mean, reduce_sum
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.keras.layer import Layer
from estimator.network.layers import pooling as core
from estimator.network.layers.input_spec import InputSpec
from estimator.network.layers.windows import Sizes, data_format_of, is_channels_first


class Windows(core.Pooling, Layer):
    """What Keras' pooling layers are.

    Parameters
    ----------
    pool_size : int, or one for each axis of space
    strides : int, or one for each axis of space, optional
        By default the windows lie side by side.
    padding : {"valid", "same"}
    data_format : {"channels_last", "channels_first"}

    Raises
    ------
    ValueError
        If an argument is none of these. The error has all problems.

    Source
    ------
    tf.keras.layers.MaxPooling2D and its kin, TF 2.15
    """

    config_names = "pool_size padding strides data_format"

    def __init__(
        self,
        pool_size: Sizes = 2,
        strides: Sizes | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, pool_size if strides is None else strides, padding, data_format, **kwargs)


class MaxPooling1D(Windows, core.MaxPooling1D):
    """The largest numbers of windows of [batch, steps, channels].

    Source
    ------
    tf.keras.layers.MaxPooling1D, TF 2.15
    """


class MaxPooling2D(Windows, core.MaxPooling2D):
    """The largest numbers of windows of [batch, height, width, channels].

    Source
    ------
    tf.keras.layers.MaxPooling2D, TF 2.15
    """


class MaxPooling3D(Windows, core.MaxPooling3D):
    """The largest numbers of windows of [batch, depth, height, width, channels].

    Source
    ------
    tf.keras.layers.MaxPooling3D, TF 2.15
    """


class AveragePooling1D(Windows, core.AveragePooling1D):
    """The means of windows of [batch, steps, channels].

    Source
    ------
    tf.keras.layers.AveragePooling1D, TF 2.15
    """


class AveragePooling2D(Windows, core.AveragePooling2D):
    """The means of windows of [batch, height, width, channels].

    Source
    ------
    tf.keras.layers.AveragePooling2D, TF 2.15
    """


class AveragePooling3D(Windows, core.AveragePooling3D):
    """The means of windows of [batch, depth, height, width, channels].

    Source
    ------
    tf.keras.layers.AveragePooling3D, TF 2.15
    """


class GlobalPooling(Layer):
    """What pools all of space to one number for each channel.

    Parameters
    ----------
    data_format : {"channels_last", "channels_first"}
    keepdims : bool
        Whether the axes of space stay, of size 1.

    Shape
    -----
    inputs [batch, space..., channels] -> [batch, channels]

    Raises
    ------
    ValueError
        If the format is neither.

    Source
    ------
    tf.keras.layers.GlobalAveragePooling2D and its kin, TF 2.15
    """

    config_names = "data_format keepdims"
    rank: ClassVar[int]
    _reduce: ClassVar[Callable[..., Tensor]]

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = data_format_of(type(self).__name__, data_format)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def _space(self) -> list[int]:
        first = 2 if is_channels_first(self.data_format) else 1
        return list(range(first, first + self.rank))

    def call(self, inputs: Tensor) -> Tensor:
        """The pooled inputs."""
        return type(self)._reduce(inputs, self._space, keepdims=self.keepdims)


class GlobalAveragePooling1D(GlobalPooling):
    """The mean of each channel over the steps; of a masked input over those that are not masked.

    Source
    ------
    tf.keras.layers.GlobalAveragePooling1D, TF 2.15
    """

    rank = 1
    _reduce = reduce_mean
    supports_masking = True

    def call(self, inputs: Tensor, mask: Any = None) -> Tensor:
        """The pooled inputs."""
        if mask is None:
            return super().call(inputs)
        (steps,) = self._space
        kept = b.ExpandDims(cast(mask, inputs.dtype), 3 - steps)
        total = reduce_sum(inputs * kept, [steps], keepdims=self.keepdims)
        return total / reduce_sum(kept, [steps], keepdims=self.keepdims)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """None: the steps are gone."""
        return None


class GlobalAveragePooling2D(GlobalPooling):
    """The mean of each channel of images.

    Source
    ------
    tf.keras.layers.GlobalAveragePooling2D, TF 2.15
    """

    rank = 2
    _reduce = reduce_mean


class GlobalAveragePooling3D(GlobalPooling):
    """The mean of each channel of volumes.

    Source
    ------
    tf.keras.layers.GlobalAveragePooling3D, TF 2.15
    """

    rank = 3
    _reduce = reduce_mean


class GlobalMaxPooling1D(GlobalPooling):
    """The largest number of each channel over the steps.

    Source
    ------
    tf.keras.layers.GlobalMaxPooling1D, TF 2.15
    """

    rank = 1
    _reduce = reduce_max


class GlobalMaxPooling2D(GlobalPooling):
    """The largest number of each channel of images.

    Source
    ------
    tf.keras.layers.GlobalMaxPooling2D, TF 2.15
    """

    rank = 2
    _reduce = reduce_max


class GlobalMaxPooling3D(GlobalPooling):
    """The largest number of each channel of volumes.

    Source
    ------
    tf.keras.layers.GlobalMaxPooling3D, TF 2.15
    """

    rank = 3
    _reduce = reduce_max
