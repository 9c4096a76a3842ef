"""What layers compute about their windows.

Source: tensorflow/python/layers/utils.py
"""

from __future__ import annotations

from typing import Any

from estimator.network.layers.windows import data_format_of, letters, window_sizes, word

_PADDINGS = ("valid", "same", "full")


def convert_data_format(data_format: Any, ndim: int) -> str:
    """The letters of a format of so many dimensions: ``NHWC`` for 4 and ``channels_last``.

    Raises
    ------
    ValueError
        If it is no format, or there is none of so many dimensions.
    """
    if ndim not in (3, 4, 5):
        raise ValueError(f"convert_data_format: ndim must be 3, 4 or 5, given: {ndim!r}.")
    return letters(data_format_of("convert_data_format", data_format), ndim - 2)


def normalize_data_format(value: Any) -> str:
    """``channels_last`` or ``channels_first``, in small letters.

    Raises
    ------
    ValueError
        If it is neither.
    """
    return data_format_of("normalize_data_format", value)


def normalize_padding(value: Any) -> str:
    """``valid`` or ``same``, in small letters.

    Raises
    ------
    ValueError
        If it is neither.
    """
    return word("normalize_padding", "padding", value, _PADDINGS[:2])


def normalize_tuple(value: Any, n: int, name: str) -> tuple[int, ...]:
    """The whole number for each of `n` axes, of one for all or of `n`.

    Raises
    ------
    ValueError
        If it is neither; `name` says of which argument.
    """
    return window_sizes("normalize_tuple", name, value, n)


def conv_output_length(
    input_length: int | None, filter_size: int, padding: str, stride: int, dilation: int = 1
) -> int | None:
    """How long a convolution makes an axis, None for one that is not known.

    Parameters
    ----------
    input_length : int, optional
    filter_size, stride, dilation : int
    padding : str
        ``same``, ``valid`` or ``full``, which adds all that a filter reaches.

    Raises
    ------
    ValueError
        If it is no padding.
    """
    if input_length is None:
        return None
    reach = filter_size + (filter_size - 1) * (dilation - 1) - 1
    added = {"same": 0, "valid": -reach, "full": reach}
    return (input_length + added[_padding(padding)] + stride - 1) // stride


def conv_input_length(output_length: int | None, filter_size: int, padding: str, stride: int) -> int | None:
    """How long an axis is that a convolution makes so long, None for one that is not known.

    Raises
    ------
    ValueError
        If it is no padding.
    """
    if output_length is None:
        return None
    pad = {"same": filter_size // 2, "valid": 0, "full": filter_size - 1}[_padding(padding)]
    return (output_length - 1) * stride - 2 * pad + filter_size


def deconv_output_length(input_length: int | None, filter_size: int, padding: str, stride: int) -> int | None:
    """How long a transposed convolution makes an axis, None for one that is not known.

    Raises
    ------
    ValueError
        If it is no padding.
    """
    if input_length is None:
        return None
    added = {"same": 0, "valid": max(filter_size - stride, 0), "full": -(stride + filter_size - 2)}
    return input_length * stride + added[_padding(padding)]


def _padding(padding: str) -> str:
    return word("conv_output_length", "padding", padding, _PADDINGS)
