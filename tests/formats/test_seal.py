"""The checksum at the end of a message's file."""

from __future__ import annotations

import pytest

from estimator.core.errors import DataLossError
from estimator.formats import messages
from estimator.formats.seal import is_sealed, sealed

MESSAGE = messages.SaverDef(filename_tensor_name="save/Const:0", max_to_keep=5)


def test_other_readers_see_the_message_and_nothing_else() -> None:
    data = sealed(messages.to_bytes(MESSAGE))
    found = messages.parse("SaverDef", data, "test")
    assert (found.filename_tensor_name, found.max_to_keep) == ("save/Const:0", 5)
    assert found.ListFields() == MESSAGE.ListFields()
    assert data[-6:-4] == bytes([0x85, 0x7D])  # protobuf's own encoding of field 2000, fixed32


def test_the_seal_is_found_and_a_message_without_one_has_none() -> None:
    assert is_sealed(sealed(b"some bytes"), "test") and is_sealed(sealed(b""), "test")
    assert not is_sealed(b"some bytes", "test") and not is_sealed(b"", "test")


def test_every_flipped_bit_breaks_the_seal() -> None:
    data = sealed(messages.to_bytes(MESSAGE))
    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            assert not is_sealed(bytes(flipped), "here")
        except DataLossError as error:
            assert error.message.startswith("here: checksum mismatch")
        else:
            assert bit // 8 in (len(data) - 6, len(data) - 5)  # the field's own key: the message is whole


def test_a_cut_file_has_no_seal() -> None:
    data = sealed(messages.to_bytes(MESSAGE))
    with pytest.raises(DataLossError, match="checksum mismatch"):
        is_sealed(data[:5] + data[-6:], "here")
    assert not any(is_sealed(data[:size], "here") for size in range(len(data)))
