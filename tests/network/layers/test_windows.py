from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.network.layers.windows import (
    channels_of,
    data_format_of,
    letters,
    window_sizes,
    with_batch_and_channels,
    word,
)


@pytest.mark.parametrize(
    ("value", "rank", "sizes"),
    [(3, 2, (3, 3)), ((2, 3), 2, (2, 3)), ([4], 1, (4,)), (np.int64(2), 3, (2, 2, 2)), (2.0, 1, (2,))],
)
def test_sizes_are_one_for_all_axes_or_one_for_each(value: Any, rank: int, sizes: tuple[int, ...]) -> None:
    assert window_sizes("Conv2D", "strides", value, rank) == sizes


@pytest.mark.parametrize("value", [0, -1, 1.5, "3", None, (1, 2, 3), (1, 0), [], True, (1, None)])
def test_other_sizes_are_refused(value: Any) -> None:
    with pytest.raises(
        ValueError, match=r"Conv2D: strides must be a whole number above 0, or 2 of them; given: "
    ):
        window_sizes("Conv2D", "strides", value, 2)


def test_words_may_be_in_capitals() -> None:
    assert word("Conv2D", "padding", "SAME", ("valid", "same")) == "same"
    assert data_format_of("Conv2D", "Channels_First") == "channels_first"
    assert data_format_of("Conv2D", None) == "channels_last"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("smae", "Conv2D: padding must be 'valid' or 'same'; given: 'smae'. Did you mean 'same'"),
        (None, "Conv2D: padding must be 'valid' or 'same'; given: None"),
        (1, "Conv2D: padding must be 'valid' or 'same'; given: 1"),
    ],
)
def test_another_word_is_answered_with_those_there_are(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        word("Conv2D", "padding", value, ("valid", "same"))


@pytest.mark.parametrize(
    ("data_format", "rank", "expected"),
    [("channels_last", 1, "NWC"), ("channels_last", 2, "NHWC"), ("channels_first", 3, "NCDHW")],
)
def test_operations_call_the_format_by_letters(data_format: str, rank: int, expected: str) -> None:
    assert letters(data_format, rank) == expected


def test_sizes_of_space_stand_between_batch_and_channels_or_behind_both() -> None:
    assert with_batch_and_channels((2, 3), "channels_last") == [1, 2, 3, 1]
    assert with_batch_and_channels((2, 3), "channels_first", None, 5) == [None, 5, 2, 3]


def test_the_number_of_channels_must_be_known() -> None:
    assert channels_of("Conv2D", [None, 3, None, None], "channels_first") == 3
    with pytest.raises(
        ValueError, match=r"inputs to `Conv2D` should be defined.*\(\?, 3, \?, \?\), and axis -1"
    ):
        channels_of("Conv2D", [None, 3, None, None], "channels_last")
    with pytest.raises(ValueError, match="shape of the input is <unknown>"):
        channels_of("Conv2D", None, "channels_last")
