"""Protobuf's wire format, read field by field."""

from __future__ import annotations

import pytest

from estimator.formats.wire import MalformedError, read_fields, read_number

NUMBER = b"\x08\xac\x02"  # 1: 300
LONG = b"\x11abcdefgh"  # 2: 8 bytes
TEXT = b"\x1a\x02hi"  # 3: "hi"
GROUP = b"\x23\x08\x05\x2b\x2c\x24"  # 4: {1: 5, 5: {}}
SHORT = b"\x2dwxyz"  # 5: 4 bytes


def test_fields_come_in_order_with_what_they_hold() -> None:
    assert list(read_fields(NUMBER + LONG + TEXT + GROUP + SHORT)) == [
        (1, 0, b"\xac\x02"),
        (2, 1, b"abcdefgh"),
        (3, 2, b"hi"),
        (4, 3, GROUP),
        (5, 5, b"wxyz"),
    ]


@pytest.mark.parametrize("field", [NUMBER, LONG, TEXT, GROUP, SHORT])
def test_a_field_that_is_cut_off_is_none(field: bytes) -> None:
    for size in range(1, len(field)):
        with pytest.raises(MalformedError):
            list(read_fields(field[:size]))


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(b"\x00\x01", id="no number"),
        pytest.param(b"\x0e", id="no type"),
        pytest.param(b"\x0c", id="an end without a group"),
        pytest.param(b"\x0b\x14", id="the end of another group"),
        pytest.param(b"\x08" + b"\xff" * 10 + b"\x01", id="a number without end"),
        pytest.param(b"\x0b" * 1000 + b"\x0c" * 1000, id="too many groups in one another"),
    ],
)
def test_what_is_no_field_is_refused(bad: bytes) -> None:
    with pytest.raises(MalformedError):
        list(read_fields(bad))


def test_a_number_has_seven_bits_a_byte() -> None:
    assert read_number(b"\x01\xff\x7f", 1) == (0x3FFF, 3)
