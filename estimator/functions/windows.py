"""How functions of convolutions and pools read their arguments: strides, paddings, data formats in all spellings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.core.shapes import show
from estimator.functions.arguments import function_scope, shape_tensor, tensor_of
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor

SPACE = {1: "W", 2: "HW", 3: "DHW"}  # the letters of data formats for so many axes of space


def layout_of(data_format: str | None, axes: int) -> str:
    """The data format, by default channels last; over one axis ``NHWC`` may stand for ``NWC``.

    Raises
    ------
    ValueError
        If it is none for so many axes of space.
    """
    letters = SPACE[axes]
    known = [f"N{letters}C", f"NC{letters}"]
    if data_format is None:
        return known[0]
    if axes == 1 and data_format in ("NHWC", "NCHW"):
        return data_format.replace("H", "")
    if data_format not in known:
        raise ValueError(f"data_format must be {known[0]} or {known[1]}, given: {data_format!r}.")
    return data_format


def per_axis(value: Any, layout: str, what: str) -> list[int]:
    """A number for each axis of a tensor, from one for all axes of space, one for each of them, or one for each axis.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    rank = len(layout)
    numbers = [1] if value is None else list(value) if hasattr(value, "__len__") else [value]
    is_text = any(isinstance(number, (str, bytes)) for number in numbers)
    if is_text or len(numbers) not in (1, rank - 2, rank):
        raise ValueError(f"{what} must have 1, {rank - 2} or {rank} numbers ({layout}), given: {value!r}.")
    if len(numbers) == rank:
        return [int(number) for number in numbers]
    space = [int(number) for number in numbers] * (rank - 2 if len(numbers) == 1 else 1)
    return [1, 1, *space] if layout.startswith("NC") else [1, *space, 1]


def moving(strides: Any, dilations: Any, layout: str) -> dict[str, list[int]]:
    """The attributes that say how windows move."""
    return {
        "strides": per_axis(strides, layout, "strides"),
        "dilations": per_axis(dilations, layout, "dilations"),
    }


def split_padding(padding: Any, layout: str) -> dict[str, Any]:
    """The attributes that a padding stands for: a word, or a pair (before, after) for each axis.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if padding is None or isinstance(padding, str):
        if padding not in ("SAME", "VALID"):
            raise ValueError(f"padding must be 'SAME', 'VALID' or a list of pairs, given: {padding!r}.")
        return {"padding": padding}
    pairs = [tuple(pair) if hasattr(pair, "__len__") else (pair,) for pair in padding]
    if len(pairs) != len(layout) or any(len(pair) != 2 for pair in pairs):
        raise ValueError(
            f"padding must be 'SAME', 'VALID' or a pair (before, after) for each of the axes {layout}, "
            f"given: {padding!r}."
        )
    return {"padding": "EXPLICIT", "explicit_paddings": [int(size) for pair in pairs for size in pair]}


def demand_given(function: str, **arguments: Any) -> None:
    """Check that arguments were passed which have a default only since they have two names.

    Raises
    ------
    TypeError
        If some were not.
    """
    missing = [name for name, value in arguments.items() if value is None]
    if missing:
        raise TypeError(f"{function} needs {' and '.join(missing)}.")


def with_one_batch(x: TensorLike, inner: int, function: Callable[..., Tensor], name: str | None) -> Tensor:
    """What the function makes of a tensor whose first axes are all one batch, the last `inner` ones an element of it.

    The function gets the tensor with a single axis for the batch, and the name of what it makes.
    """
    dims = getattr(x, "dims", None)
    if dims is None or len(dims) <= inner + 1:
        return function(x, name=name)
    with function_scope(name, "squeeze_batch_dims", x):
        outer, sizes = len(dims) - inner, b.Shape(x)
        y = function(b.Reshape(x, b.ConcatV2([[-1], sizes[outer:]], 0)), name=None)
        result: Tensor = b.Reshape(y, b.ConcatV2([sizes[:outer], b.Shape(y)[1:]], 0))
        result.set_shape((*dims[:outer], *(y.dims or (None,) * (inner + 1))[1:]))
    return result


class OneRow:
    """Sequences of points as images of one row each: how the functions over one axis of space use the ops over two.

    Parameters
    ----------
    layout : str
        ``NWC`` or ``NCW``.

    Attributes
    ----------
    axis : int
        Where the row is put in, counted from the end.
    data_format : str
        That of the images.
    """

    def __init__(self, layout: str) -> None:
        self.axis = -3 if layout == "NWC" else -2
        self.data_format = "NHWC" if layout == "NWC" else "NCHW"

    def images(self, x: Any) -> Tensor:
        """The sequences as images."""
        images: Tensor = b.ExpandDims(x, self.axis)
        return images

    def sequences(self, images: Tensor) -> Tensor:
        """The images as sequences."""
        sequences: Tensor = b.Squeeze(images, squeeze_dims=[self.axis])
        return sequences

    def numbers(self, per_axis: Sequence[Any]) -> list[Any]:
        """Numbers for each axis, with one for the row."""
        place = len(per_axis) + 1 + self.axis
        return [*per_axis[:place], 1, *per_axis[place:]]


def output_sizes(output_shape: Any, rank: int) -> Any:
    """The shape that a transposed convolution is to have, as an op takes it.

    Raises
    ------
    ValueError
        If it has another number of sizes, or one is not known.
    """
    sizes = shape_tensor(output_shape)
    known = len(sizes) if isinstance(sizes, list) else (tensor_of(sizes).dims or (None,))[0]
    if known is not None and known != rank:
        raise ValueError(f"output_shape must have {rank} sizes, given: {output_shape!r}.")
    if isinstance(sizes, list) and any(isinstance(size, int) and size < 0 for size in sizes):
        raise ValueError(
            f"output_shape must be known sizes, given: {show(tuple(sizes))}; write tf.shape(x)[0] for the batch."
        )
    return sizes
