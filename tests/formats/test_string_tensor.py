"""The stored form of string tensors, against bytes of TensorFlow."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.errors import DataLossError, InvalidArgumentError
from estimator.formats.checksum import mask
from estimator.formats.string_tensor import as_array, decode_strings, encode_strings

# [[b"a", b"bb"], [b"ccc", b""]] as TensorFlow stores it; the entry's checksum field is 0xfbe51210
STORED = bytes.fromhex("01020300 8ffebc12 616262636363")
VALUE = np.array([[b"a", b"bb"], [b"ccc", b""]], object)


def test_strings_are_stored_as_tensorflow_does() -> None:
    data, crc = encode_strings(VALUE, "s")
    assert data == STORED
    assert mask(crc) == 0xFBE51210


def test_stored_strings_read_back_with_their_checksum() -> None:
    elements, crc = decode_strings(STORED, 4, "s")
    assert elements == [b"a", b"bb", b"ccc", b""]
    assert mask(crc) == 0xFBE51210


def test_no_elements_are_just_the_checksum_of_nothing() -> None:
    assert encode_strings(np.empty((0,), object), "s")[0].hex() == "d8ea82a2"
    assert decode_strings(bytes.fromhex("d8ea82a2"), 0, "s")[0] == []


def test_trailing_zero_bytes_survive() -> None:
    data, _ = encode_strings(as_array([b"a\0", b"\0"]), "s")
    assert decode_strings(data, 2, "s")[0] == [b"a\0", b"\0"]


@pytest.mark.parametrize("position", range(8))
def test_damaged_lengths_are_refused(position: int) -> None:
    damaged = bytearray(STORED)
    damaged[position] ^= 1
    with pytest.raises(DataLossError, match="here: the length checksum does not match"):
        decode_strings(bytes(damaged), 4, "here")


def test_more_elements_than_bytes_are_refused_before_memory_is_taken() -> None:
    with pytest.raises(
        DataLossError, match="1000000000000 strings need at least 1000000000004 bytes, 14 are"
    ):
        decode_strings(STORED, 10**12, "here")


def test_missing_string_bytes_are_refused() -> None:
    with pytest.raises(DataLossError, match="6 bytes of strings expected, 5 are stored"):
        decode_strings(STORED[:-1], 4, "here")


def test_an_element_of_another_kind_is_named() -> None:
    with pytest.raises(InvalidArgumentError, match=r"'s': a string tensor holds bytes or str, given: 3\."):
        encode_strings(np.array([b"a", 3], object), "s")
