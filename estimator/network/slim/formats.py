"""How tf.contrib.layers calls the order of axes: ``NHWC`` and ``NCHW``, and their kin for other numbers of axes."""

from __future__ import annotations

from estimator.core.errors import raise_problems
from estimator.core.shapes import show
from estimator.graph.tensor import Tensor

_KNOWN = {1: ("NCW", "NWC"), 2: ("NCHW", "NHWC"), 3: ("NCDHW", "NDHWC")}


def is_channels_first(layer: str, data_format: str | None, *ranks: int) -> bool:
    """Whether the channels come before the axes of space; None means that they come last.

    Parameters
    ----------
    layer : str
        Whose argument it is, for the message.
    data_format : str, optional
    *ranks : int
        How many axes of space there may be.

    Raises
    ------
    ValueError
        If it is none of the known ones.
    """
    known = [name for rank in ranks for name in _KNOWN[rank]]
    if data_format is not None and data_format not in known:
        raise_problems(layer, [f"data_format has to be either {' or '.join(known)}. Given: {data_format!r}."])
    return bool(data_format) and str(data_format).startswith("NC")


def of_layers(channels_first: bool) -> str:
    """What :mod:`estimator.network.layers` calls it."""
    return "channels_first" if channels_first else "channels_last"


def known_rank(layer: str, x: Tensor) -> int:
    """The number of dimensions of an input.

    Raises
    ------
    ValueError
        If it is not known.
    """
    if x.dims is None:
        raise ValueError(f"{layer}: the input {x.name} has undefined rank; use set_shape.")
    return len(x.dims)


def known_size(layer: str, x: Tensor, axis: int) -> int:
    """The size of an input along an axis, of which variables have the size.

    Raises
    ------
    ValueError
        If it is not known, or there is no such axis.
    """
    rank = known_rank(layer, x)
    size = x.dims[axis] if x.dims is not None and -rank <= axis < rank else None
    if size is None:
        raise ValueError(
            f"{layer}: the input {x.name} has undefined channels dimension, axis {axis}; its shape is {show(x.dims)}. "
            "Use set_shape."
        )
    return size
