"""Pooling over one, two or three axes of space: the largest number, or the mean, of what a window sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from estimator.core.errors import Gathered
from estimator.functions import pooling
from estimator.functions.arrays import expand_dims, squeeze
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_function import function_of
from estimator.network.layers.input_spec import InputSpec
from estimator.network.layers.layer import Layer
from estimator.network.layers.windows import (
    Sizes,
    data_format_of,
    is_channels_first,
    letters,
    window_sizes,
    with_batch_and_channels,
    word,
)


class Pooling(Layer):
    """What the layers of this module are; each channel is pooled by itself.

    Parameters
    ----------
    pool_size : int, or one for each axis of space
    strides : int, or one for each axis of space
        The steps of the window.
    padding : {"valid", "same"}
        "same": also windows that see only a part of the input; what lies outside counts for nothing.
    data_format : {"channels_last", "channels_first"}

    Shape
    -----
    inputs [batch, space..., channels] -> [batch, smaller..., channels], with channels_first [batch, channels, space...]

    Raises
    ------
    ValueError
        If an argument is none of these. The error has all problems.

    Source
    ------
    tf.layers.MaxPooling2D and its kin, TF 1.15 python/layers/pooling.py
    """

    rank: ClassVar[int]  # the number of axes of space
    _pool: ClassVar[Callable[..., Tensor]]

    def __init__(
        self,
        pool_size: Sizes,
        strides: Sizes,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        layer = type(self).__name__
        checked = Gathered(layer)
        self.pool_size = checked.result_of(window_sizes, layer, "pool_size", pool_size, self.rank)
        self.strides = checked.result_of(window_sizes, layer, "strides", strides, self.rank)
        self.padding: str = checked.result_of(word, layer, "padding", padding, ("valid", "same"))
        self.data_format: str = checked.result_of(data_format_of, layer, data_format)
        checked.raise_all()
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Tensor) -> Tensor:
        """The pooled inputs."""
        return self._pooled(inputs, self.pool_size, self.strides)

    def _pooled(self, inputs: Tensor, size: tuple[int, ...], strides: tuple[int, ...]) -> Tensor:
        pool = type(self)._pool
        return pool(
            inputs, *(with_batch_and_channels(sizes, self.data_format) for sizes in (size, strides)),
            self.padding.upper(), data_format=letters(self.data_format, len(size)),
        )  # fmt: skip


class _Pooling1D(Pooling):
    """Pooling of one axis: that of images of width 1."""

    rank = 1

    def call(self, inputs: Tensor) -> Tensor:
        """The pooled inputs."""
        width = 3 if is_channels_first(self.data_format) else 2
        images = expand_dims(inputs, width)
        return squeeze(self._pooled(images, (*self.pool_size, 1), (*self.strides, 1)), [width])


class MaxPooling1D(_Pooling1D):
    """The largest numbers of windows of [batch, steps, channels]; see :class:`Pooling`.

    Source
    ------
    tf.layers.MaxPooling1D, TF 1.15 python/layers/pooling.py
    """

    _pool = pooling.max_pool


class MaxPooling2D(Pooling):
    """The largest numbers of windows of [batch, height, width, channels]; see :class:`Pooling`.

    Source
    ------
    tf.layers.MaxPooling2D, TF 1.15 python/layers/pooling.py
    """

    rank = 2
    _pool = pooling.max_pool


class MaxPooling3D(Pooling):
    """The largest numbers of windows of [batch, depth, height, width, channels]; see :class:`Pooling`.

    Source
    ------
    tf.layers.MaxPooling3D, TF 1.15 python/layers/pooling.py
    """

    rank = 3
    _pool = pooling.max_pool3d


class AveragePooling1D(_Pooling1D):
    """The means of windows of [batch, steps, channels]; see :class:`Pooling`.

    Source
    ------
    tf.layers.AveragePooling1D, TF 1.15 python/layers/pooling.py
    """

    _pool = pooling.avg_pool


class AveragePooling2D(Pooling):
    """The means of windows of [batch, height, width, channels]; see :class:`Pooling`.

    Source
    ------
    tf.layers.AveragePooling2D, TF 1.15 python/layers/pooling.py
    """

    rank = 2
    _pool = pooling.avg_pool


class AveragePooling3D(Pooling):
    """The means of windows of [batch, depth, height, width, channels]; see :class:`Pooling`.

    Source
    ------
    tf.layers.AveragePooling3D, TF 1.15 python/layers/pooling.py
    """

    rank = 3
    _pool = pooling.avg_pool3d


class PoolingFunction(Protocol):
    """The signature of max_pooling2d and its kin: what :class:`Pooling` takes."""

    def __call__(
        self,
        inputs: TensorLike,
        pool_size: Sizes,
        strides: Sizes,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        name: str | None = None,
    ) -> Tensor:
        """The output of a new layer."""


max_pooling1d: PoolingFunction = function_of(MaxPooling1D, PoolingFunction.__call__, "max_pooling1d")
max_pooling2d: PoolingFunction = function_of(MaxPooling2D, PoolingFunction.__call__, "max_pooling2d")
max_pooling3d: PoolingFunction = function_of(MaxPooling3D, PoolingFunction.__call__, "max_pooling3d")
average_pooling1d: PoolingFunction = function_of(
    AveragePooling1D, PoolingFunction.__call__, "average_pooling1d"
)
average_pooling2d: PoolingFunction = function_of(
    AveragePooling2D, PoolingFunction.__call__, "average_pooling2d"
)
average_pooling3d: PoolingFunction = function_of(
    AveragePooling3D, PoolingFunction.__call__, "average_pooling3d"
)
