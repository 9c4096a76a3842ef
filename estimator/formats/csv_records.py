"""The records of CSV files: lines, but for those that end within a quoted field.

A record ends with LF, CR, or both, or with the file. A place behind an odd number of quotes is within a quoted
field, since a quote that belongs to the field is written twice.

Source
------
RFC 4180; TF 2.15 core/kernels/data/experimental/csv_dataset_op.cc
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

_RECORD = re.compile(rb'((?:[^"\r\n]+|"[^"]*"?)*)(?:\r\n|\r|\n|$)')
_BARE_RECORD = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n|$)")


def csv_records(file: BinaryIO, *, has_quotes: bool) -> Iterator[tuple[bytes, int]]:
    """The records of a buffered file, without what ends them, and how many bytes of the file each takes.

    Parameters
    ----------
    file : buffered binary file
    has_quotes : bool
        Whether a field may be quoted.
    """
    for line in file:
        text = _whole(line, file) if has_quotes and b'"' in line else line
        record = text.removesuffix(b"\n").removesuffix(b"\r")
        if b"\r" in record:
            yield from _parted(text, _RECORD if has_quotes else _BARE_RECORD)
        else:
            yield record, len(text)


def _whole(line: bytes, file: BinaryIO) -> bytes:
    """The line, and those that follow, up to the end of the quoted field in which it ends."""
    lines = [line]
    is_open = line.count(b'"') % 2
    while is_open and (line := file.readline()):
        lines.append(line)
        is_open ^= line.count(b'"') % 2
    return b"".join(lines)


def _parted(text: bytes, pattern: re.Pattern[bytes]) -> Iterator[tuple[bytes, int]]:
    """The records of lines in which there are CRs."""
    for match in pattern.finditer(text):
        if match.end() > match.start():
            yield match[1], match.end() - match.start()
