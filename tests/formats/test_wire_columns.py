"""Fields of many messages at once, beside the reader of one message."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.formats.octets import MARGIN
from estimator.formats.wire import read_numbers
from estimator.formats.wire_columns import lone_varints, repeated, varints
from tests.parsing_of_tf import sized, varint


def octets(*pieces: bytes) -> np.ndarray:
    """A buffer of these bytes."""
    return np.frombuffer(b"".join([*pieces, MARGIN]), np.uint8)


def fields_of(messages: list[bytes]) -> tuple[list[list[bytes]], set[int]]:
    """The fields 1 of each message, and which messages are not of such."""
    sizes = np.array(list(map(len, messages)), np.int64)
    ends = np.cumsum(sizes)
    buffer = octets(*messages)
    fields, others = repeated(buffer, ends - sizes, ends, 0x0A)
    found: list[list[bytes]] = [[] for _ in messages]
    for owner, begin, end in zip(*fields, strict=True):
        found[owner].append(buffer[begin:end].tobytes())
    return found, set(others.tolist())


@pytest.mark.parametrize(
    "counts", [[2] * 20, [2, 0, 1, 3], [5, *range(30), 400], [1] * 20 + [200], [0] * 3, []]
)
@pytest.mark.parametrize("size", [1, 100, 300])
def test_fields_are_found_in_any_number_of_messages(counts: list[int], size: int) -> None:
    wanted = [[bytes([owner]) * (size + owner) for _ in range(count)] for owner, count in enumerate(counts)]
    messages = [b"".join(sized(1, text) for text in of_one) for of_one in wanted]
    assert fields_of(messages) == (wanted, set())


@pytest.mark.parametrize(
    "odd",
    [sized(2, b"a"), sized(1, b"ab")[:-1], b"\x0a", b"\x0a" + b"\xff" * 11, sized(1, b"a") + b"\x08\x01"],
)
@pytest.mark.parametrize("number", [2, 20])
def test_a_message_of_other_fields_or_cut_off_is_told(odd: bytes, number: int) -> None:
    found, others = fields_of([sized(1, b"a"), odd, *[sized(1, b"b")] * number])
    assert others == {1}
    assert found[0] == [b"a"]
    assert found[2:] == [[b"b"]] * number


def test_varints_are_those_of_the_reader_of_one() -> None:
    numbers = [sign * (1 << power) + more for power in range(63) for sign in (1, -1) for more in (-1, 0, 1)]
    data = b"".join(map(varint, numbers))
    packed = np.frombuffer(data, np.uint8)
    found = varints(packed, np.flatnonzero(packed < 0x80))
    np.testing.assert_array_equal(found, numbers)
    assert found.view(np.uint64).tolist() == list(read_numbers(data))


@pytest.mark.parametrize("most", [7, 14, 49, 56])
def test_numbers_that_stand_alone_are_read_at_their_places(most: int) -> None:
    numbers = [2**power + more for power in range(most) for more in (-1, 0)]
    pieces = [varint(number) for number in numbers]
    places = np.cumsum([0, *(len(piece) + 1 for piece in pieces)])[:-1]
    found = lone_varints(octets(b"\xff".join(pieces)), places, np.array(list(map(len, pieces))))
    assert found.tolist() == numbers


@pytest.mark.parametrize("pieces", [[b"\x01", b"\x01\x02"], [b"\x01", b""], [varint(2**56)], [b"\x80"]])
def test_more_or_less_than_a_short_number_is_not_read_alone(pieces: list[bytes]) -> None:
    places = np.cumsum([0, *map(len, pieces)])[:-1]
    assert lone_varints(octets(*pieces), places, np.array(list(map(len, pieces)))) is None
