"""What layers compute about their windows (2.15.1 gave the values)."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.cli.inside import layers


@pytest.mark.parametrize(
    ("function", "arguments", "length"),
    [
        (layers.conv_output_length, (10, 3, "same", 2), 5),
        (layers.conv_output_length, (10, 3, "valid", 1, 2), 6),
        (layers.conv_output_length, (10, 3, "full", 2), 6),
        (layers.conv_output_length, (None, 3, "same", 2), None),
        (layers.conv_input_length, (5, 3, "same", 2), 9),
        (layers.conv_input_length, (5, 3, "valid", 2), 11),
        (layers.conv_input_length, (5, 3, "full", 2), 7),
        (layers.conv_input_length, (None, 3, "full", 2), None),
        (layers.deconv_output_length, (5, 3, "same", 2), 10),
        (layers.deconv_output_length, (5, 3, "valid", 2), 11),
        (layers.deconv_output_length, (5, 3, "full", 2), 7),
        (layers.deconv_output_length, (None, 3, "full", 2), None),
        (layers.convert_data_format, ("channels_first", 4), "NCHW"),
        (layers.convert_data_format, ("channels_last", 5), "NDHWC"),
        (layers.normalize_data_format, ("CHANNELS_FIRST",), "channels_first"),
        (layers.normalize_padding, ("SAME",), "same"),
        (layers.normalize_tuple, (2, 3, "strides"), (2, 2, 2)),
        (layers.normalize_tuple, ([1, 2], 2, "strides"), (1, 2)),
    ],
)
def test_a_window_is_computed_as_tensorflow_does(function: Any, arguments: Any, length: Any) -> None:
    assert function(*arguments) == length


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (layers.conv_output_length, (10, 3, "causal", 2), "padding must be 'valid' or 'same' or 'full'"),
        (layers.convert_data_format, ("channels_last", 6), "ndim must be 3, 4 or 5, given: 6"),
        (layers.normalize_padding, ("full",), "padding must be 'valid' or 'same'; given: 'full'"),
        (layers.normalize_tuple, ([1, 2], 3, "strides"), "strides must be a whole number above 0"),
    ],
)
def test_what_is_no_window_says_so(function: Any, arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        function(*arguments)
