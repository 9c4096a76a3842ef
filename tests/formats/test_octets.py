"""Bytes at many places of a buffer."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.formats.octets import MARGIN, TOO_LONG, joined, octets_at, pieces_at, sizes_at
from tests.parsing_of_tf import varint

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


def test_sizes_are_read_at_any_place() -> None:
    wanted = [0, 1, 127, 128, 16_383, 16_384, 2**21 - 1, 2**21, 2**28 - 1]
    pieces = [varint(size) for size in wanted]
    places = np.cumsum([0, *map(len, pieces)])[:-1]
    sizes, widths = sizes_at(np.frombuffer(b"".join([*pieces, MARGIN]), np.uint8), places)
    assert sizes.tolist() == wanted
    assert widths.tolist() == list(map(len, pieces))


@pytest.mark.parametrize(("most_bytes", "size"), [(4, 2**28), (9, 2**63)])
def test_a_size_that_does_not_end_leads_beyond_any_end(most_bytes: int, size: int) -> None:
    numbers = varint(size) + varint(5) + varint(size - 1) + MARGIN
    places = np.array([0, most_bytes + 1, most_bytes + 2])
    sizes, _ = sizes_at(np.frombuffer(numbers, np.uint8), places, most_bytes)
    assert sizes.tolist() == [TOO_LONG, 5, size - 1]
