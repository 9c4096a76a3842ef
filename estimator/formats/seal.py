"""A checksum at the end of a message's file, where other readers do not see it.

protobuf skips a field that a message does not have. So the last six bytes of the file are one such field, number 2000
of type fixed32, with the masked checksum of all bytes before it::

    message | 85 7d | masked crc32c, little-endian

TensorFlow reads such a file as if they were not there. If somebody changes the message and writes it again, the field
goes along and no longer fits, or is left out with all unknown fields.

Source
------
protobuf's encoding: key = field number * 8 + wire type, as a varint; unknown fields
"""

from __future__ import annotations

import struct

from estimator.core.errors import DataLossError
from estimator.formats.checksum import crc32c, mask

_KEY = bytes((0x85, 0x7D))  # 2000 * 8 + 5 as a varint
_SIZE = len(_KEY) + 4


def sealed(message: bytes) -> bytes:
    """The bytes of a message with its checksum."""
    return message + _KEY + struct.pack("<I", mask(crc32c(message)))


def is_sealed(data: bytes, source: str) -> bool:
    """Whether the bytes end in a checksum, which fits.

    Raises
    ------
    DataLossError
        If it does not fit.
    """
    if data[-_SIZE:-4] != _KEY:
        return False
    (stored,) = struct.unpack("<I", data[-4:])
    calculated = mask(crc32c(data[:-_SIZE]))
    if stored != calculated:
        raise DataLossError(
            f"{source}: checksum mismatch: stored {stored:#010x}, calculated {calculated:#010x} over "
            f"{len(data) - _SIZE} bytes; the file is damaged, or another program has changed it."
        )
    return True
