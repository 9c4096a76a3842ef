"""Bytes at many places of a buffer."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.formats.octets import joined, octets_at, pieces_at

LETTERS = np.frombuffer(b"abcdefghi", np.uint8)


@pytest.mark.parametrize("sizes", [[3, 3], [0, 0], [2, 0, 1], []])
def test_pieces_are_joined(sizes: list[int]) -> None:
    begins = np.arange(len(sizes)) * 3
    wanted = b"".join(b"abcdefghi"[begin : begin + size] for begin, size in zip(begins, sizes, strict=True))
    assert joined(LETTERS, begins, np.array(sizes, np.int64)).tobytes() == wanted


def test_pieces_of_one_size_are_rows() -> None:
    assert [row.tobytes() for row in pieces_at(LETTERS, np.array([7, 0, 1]), 2)] == [b"hi", b"ab", b"bc"]


def test_a_place_beyond_the_end_is_no_error() -> None:
    assert octets_at(LETTERS, np.array([1, 1 << 40])).tobytes()[:1] == b"b"
