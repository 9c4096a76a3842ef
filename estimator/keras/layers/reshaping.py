"""The same numbers in another shape, repeated, or with more around them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from estimator.core.errors import Gathered
from estimator.core.shapes import show
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.keras.layer import Layer
from estimator.network.layers import flatten as core
from estimator.network.layers.input_spec import InputSpec
from estimator.network.layers.windows import (
    Sizes,
    data_format_of,
    is_channels_first,
    window_sizes,
    with_batch_and_channels,
    word,
)


class Flatten(core.Flatten, Layer):
    """[batch, ...] as [batch, size].

    Parameters
    ----------
    data_format : {"channels_last", "channels_first"}
        With "channels_first" the channels come last in the result all the same.

    Source
    ------
    tf.keras.layers.Flatten, TF 2.15
    """

    config_names = "data_format"

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format, **kwargs)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs as [batch, everything else]; a number for each example is a row of one."""
        if inputs.dims is not None and len(inputs.dims) == 1:
            result: Tensor = b.ExpandDims(inputs, 1)
            return result
        return super().call(inputs)


class Reshape(Layer):
    """Each example in another shape.

    Parameters
    ----------
    target_shape : sequence of int
        Without the batch; one size may be -1.

    Raises
    ------
    ValueError
        If the numbers of an example do not fit.

    Source
    ------
    tf.keras.layers.Reshape, TF 2.15
    """

    config_names = "target_shape"

    def __init__(self, target_shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs in that shape."""
        dims = inputs.dims
        sizes = self._sizes(None if dims is None else dims[1:])
        result: Tensor = b.Reshape(inputs, b.Pack([b.Shape(inputs)[0], *self.target_shape]))
        result.set_shape((None if dims is None else dims[0], *sizes))
        return result

    def _sizes(self, given: Sequence[int | None] | None) -> list[int | None]:
        """The target sizes, that of -1 found if the input's are known."""
        known = math.prod(size for size in self.target_shape if size != -1)
        if given is None or None in given:
            return [None if size == -1 else size for size in self.target_shape]
        number = math.prod(size for size in given if size is not None)
        rest = number // known if known else 0
        if known * (rest if -1 in self.target_shape else 1) != number or self.target_shape.count(-1) > 1:
            raise ValueError(
                "total size of new array must be unchanged, input_shape = "
                f"{show(tuple(given))}, output_shape = {self.target_shape} (layer: {self.name})."
            )
        return [rest if size == -1 else size for size in self.target_shape]


class Permute(Layer):
    """The axes of each example in another order.

    Parameters
    ----------
    dims : sequence of int
        The axes, from 1 on, each once.

    Raises
    ------
    ValueError
        If they are not these.

    Source
    ------
    tf.keras.layers.Permute, TF 2.15
    """

    config_names = "dims"

    def __init__(self, dims: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                f"Permute: dims must be the axes from 1 to {len(self.dims)}, each once, given: {dims!r}."
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs with their axes in that order."""
        result: Tensor = b.Transpose(inputs, [0, *self.dims])
        return result


class RepeatVector(Layer):
    """Each example n times: [batch, size] -> [batch, n, size].

    Parameters
    ----------
    n : int

    Raises
    ------
    TypeError
        If it is no whole number.

    Source
    ------
    tf.keras.layers.RepeatVector, TF 2.15
    """

    config_names = "n"

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(n, int):
            raise TypeError(f"RepeatVector: n must be a whole number, given: {n!r}.")
        self.n = n
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Tensor) -> Tensor:
        """The repeated inputs."""
        result: Tensor = b.Tile(b.ExpandDims(inputs, 1), [1, self.n, 1])
        return result


class OverSpace(Layer):
    """What works over axes of space, with the channels last or first."""

    rank: ClassVar[int]

    def __init__(self, data_format: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = data_format_of(type(self).__name__, data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)


class Padded(OverSpace):
    """What puts zeros around space.

    Parameters
    ----------
    padding : int, or for each axis of space an int or (int, int)
        How many zeros: on all sides; on both sides of each axis; or before and after.
    data_format : {"channels_last", "channels_first"}

    Raises
    ------
    ValueError
        If it is none of these.
    """

    config_names = "padding data_format"

    def __init__(self, padding: Any = 1, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format, **kwargs)
        self.padding = _sides(type(self).__name__, "padding", padding, self.rank)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs with zeros around."""
        around = with_batch_and_channels(list(map(list, self.padding)), self.data_format, [0, 0], [0, 0])
        result: Tensor = b.Pad(inputs, around)
        return result


class ZeroPadding2D(Padded):
    """Zeros around images [batch, height, width, channels].

    Source
    ------
    tf.keras.layers.ZeroPadding2D, TF 2.15
    """

    rank = 2


class ZeroPadding3D(Padded):
    """Zeros around volumes [batch, depth, height, width, channels].

    Source
    ------
    tf.keras.layers.ZeroPadding3D, TF 2.15
    """

    rank = 3


class ZeroPadding1D(Layer):
    """Zeros before and after the steps of [batch, steps, channels].

    Parameters
    ----------
    padding : int or (int, int)

    Raises
    ------
    ValueError
        If it is neither.

    Source
    ------
    tf.keras.layers.ZeroPadding1D, TF 2.15
    """

    config_names = "padding"

    def __init__(self, padding: Any = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        (self.padding,) = _sides("ZeroPadding1D", "padding", (padding,), 1)
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs with zeros around."""
        result: Tensor = b.Pad(inputs, [[0, 0], list(self.padding), [0, 0]])
        return result


class Cropped(OverSpace):
    """What cuts the margins of space off.

    Parameters
    ----------
    cropping : int, or for each axis of space an int or (int, int)
        How much is cut off; as of :class:`Padded`.
    data_format : {"channels_last", "channels_first"}

    Raises
    ------
    ValueError
        If it is none of these.
    """

    config_names = "cropping data_format"
    _default: ClassVar[int]

    def __init__(self, cropping: Any = None, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format, **kwargs)
        given = self._default if cropping is None else cropping
        self.cropping = _sides(type(self).__name__, "cropping", given, self.rank)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs without margins."""
        kept = [slice(before, -after or None) for before, after in self.cropping]
        return inputs[tuple(with_batch_and_channels(kept, self.data_format, slice(None), slice(None)))]


class Cropping2D(Cropped):
    """Images [batch, height, width, channels] without their margins; by default nothing is cut off.

    Source
    ------
    tf.keras.layers.Cropping2D, TF 2.15
    """

    rank = 2
    _default = 0


class Cropping3D(Cropped):
    """Volumes [batch, depth, height, width, channels] without their margins, by default of 1.

    Source
    ------
    tf.keras.layers.Cropping3D, TF 2.15
    """

    rank = 3
    _default = 1


class Cropping1D(Layer):
    """[batch, steps, channels] without the first and the last steps.

    Parameters
    ----------
    cropping : int or (int, int)

    Raises
    ------
    ValueError
        If it is neither.

    Source
    ------
    tf.keras.layers.Cropping1D, TF 2.15
    """

    config_names = "cropping"

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        (self.cropping,) = _sides("Cropping1D", "cropping", (cropping,), 1)
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs: Tensor) -> Tensor:
        """The steps between."""
        before, after = self.cropping
        return inputs[:, before : -after or None, :]


class UpSampling1D(Layer):
    """Each step of [batch, steps, channels] several times.

    Parameters
    ----------
    size : int

    Source
    ------
    tf.keras.layers.UpSampling1D, TF 2.15
    """

    config_names = "size"

    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = int(size)
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs: Tensor) -> Tensor:
        """The repeated steps."""
        return _repeated(inputs, 1, self.size)


class UpSampling2D(OverSpace):
    """Images enlarged by whole factors.

    Parameters
    ----------
    size : int or (int, int)
        For rows and columns.
    data_format : {"channels_last", "channels_first"}
    interpolation : {"nearest", "bilinear"}
        Each number several times, or what lies between them.

    Raises
    ------
    ValueError
        If an argument is none of these.

    Source
    ------
    tf.keras.layers.UpSampling2D, TF 2.15
    """

    config_names = "size data_format interpolation"
    rank = 2

    def __init__(
        self,
        size: Sizes = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format, **kwargs)
        layer, checked = type(self).__name__, Gathered(type(self).__name__)
        self.size = checked.result_of(window_sizes, layer, "size", size, 2)
        self.interpolation = checked.result_of(
            word, layer, "interpolation", interpolation, ("nearest", "bilinear")
        )
        checked.raise_all()

    def call(self, inputs: Tensor) -> Tensor:
        """The enlarged images."""
        first = 2 if is_channels_first(self.data_format) else 1
        if self.interpolation == "nearest":
            rows = _repeated(inputs, first, self.size[0])
            return _repeated(rows, first + 1, self.size[1])
        images = b.Transpose(inputs, [0, 2, 3, 1]) if first == 2 else inputs
        shape = b.Shape(images)
        sizes = b.Pack([shape[1] * self.size[0], shape[2] * self.size[1]])
        larger = b.ResizeBilinear(images, sizes, half_pixel_centers=True)
        result: Tensor = b.Transpose(larger, [0, 3, 1, 2]) if first == 2 else larger
        result.set_shape(_enlarged(inputs.dims, first, self.size))
        return result


class UpSampling3D(OverSpace):
    """Volumes of which each number stands several times along each axis of space.

    Parameters
    ----------
    size : int or (int, int, int)
    data_format : {"channels_last", "channels_first"}

    Raises
    ------
    ValueError
        If an argument is none of these.

    Source
    ------
    tf.keras.layers.UpSampling3D, TF 2.15
    """

    config_names = "size data_format"
    rank = 3

    def __init__(self, size: Sizes = (2, 2, 2), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format, **kwargs)
        self.size = window_sizes(type(self).__name__, "size", size, 3)

    def call(self, inputs: Tensor) -> Tensor:
        """The enlarged volumes."""
        first = 2 if is_channels_first(self.data_format) else 1
        for axis, times in enumerate(self.size, first):
            inputs = _repeated(inputs, axis, times)
        return inputs


def _repeated(inputs: Tensor, axis: int, times: int) -> Tensor:
    """Each slice along an axis several times, one after the other."""
    dims = inputs.dims
    assert dims is not None  # the rank is the layer's
    shape = b.Shape(inputs)
    sizes = [shape[place] if size is None else size for place, size in enumerate(dims)]
    repeats = [times if place == axis + 1 else 1 for place in range(len(dims) + 1)]
    tiled = b.Tile(b.ExpandDims(inputs, axis + 1), repeats)
    sizes[axis] = sizes[axis] * times
    result: Tensor = b.Reshape(tiled, b.Pack(sizes))
    result.set_shape(_enlarged(dims, axis, (times,)))
    return result


def _enlarged(dims: Any, first: int, factors: Sequence[int]) -> tuple[int | None, ...]:
    sizes = list(dims)
    for axis, factor in enumerate(factors, first):
        sizes[axis] = None if sizes[axis] is None else sizes[axis] * factor
    return tuple(sizes)


def _sides(layer: str, argument: str, value: Any, rank: int) -> tuple[tuple[int, int], ...]:
    """A number before and one after for each axis of space."""
    given = (value,) * rank if isinstance(value, int) else tuple(value)
    pairs = [(side, side) if isinstance(side, int) else tuple(side) for side in given]
    numbers = [number for pair in pairs for number in pair]
    are_pairs = len(pairs) == rank and all(len(pair) == 2 for pair in pairs)
    if not are_pairs or not all(isinstance(number, int) and number >= 0 for number in numbers):
        raise ValueError(
            f"{layer}: {argument} must be whole numbers, one for all sides or a pair for each of {rank} axes; given: "
            f"{value!r}."
        )
    return tuple(pairs)
