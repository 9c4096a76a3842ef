"""Sequences of one length; the rows are what TensorFlow 2.15 documents and gives."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.keras.texts.padding import pad_sequences

ROWS = [[1], [2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("arguments", "rows"),
    [
        ({}, [[0, 0, 1], [0, 2, 3], [4, 5, 6]]),
        ({"value": -1}, [[-1, -1, 1], [-1, 2, 3], [4, 5, 6]]),
        ({"padding": "post"}, [[1, 0, 0], [2, 3, 0], [4, 5, 6]]),
        ({"maxlen": 2}, [[0, 1], [2, 3], [5, 6]]),
        ({"maxlen": 2, "truncating": "post", "padding": "post"}, [[1, 0], [2, 3], [4, 5]]),
        ({"maxlen": 0}, [[], [], []]),
    ],
)
def test_pads_and_cuts(arguments: dict[str, Any], rows: list[list[int]]) -> None:
    assert pad_sequences(ROWS, **arguments).tolist() == rows


def test_elements_may_be_vectors_and_sequences_empty() -> None:
    padded = pad_sequences([[], [[1, 2]]], maxlen=2, dtype="float32")
    assert padded.tolist() == [[[0, 0], [0, 0]], [[0, 0], [1, 2]]]


@pytest.mark.parametrize(
    ("sequences", "arguments", "message"),
    [
        (3, {}, "must be iterable"),
        ([1, 2], {}, "Found non-iterable: 1"),
        (ROWS, {"padding": "left"}, 'Padding type "left" not understood'),
        (ROWS, {"truncating": "left"}, 'Truncating type "left" not understood'),
        (ROWS, {"value": "x"}, "dtype=object"),
        ([[1], [[2]]], {}, "sequence at position 1 is different"),
    ],
)
def test_says_what_is_wrong(sequences: Any, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pad_sequences(sequences, **arguments)
