"""Vocabularies: text files of which each line is an entry."""

from __future__ import annotations

from estimator.core.errors import InvalidArgumentError
from estimator.core.files import read_regular

_MOST_BYTES = 2**34


def read_lines(path: str, most: int = -1) -> list[bytes]:
    """The lines of a file, without their ends, the first `most` of them if that is not negative.

    Raises
    ------
    NotFoundError, PermissionDeniedError, DataLossError
        If the file cannot be read.
    InvalidArgumentError
        If a line is empty, or there are none, or fewer than `most`.
    """
    lines = read_regular(path, _MOST_BYTES).split(b"\n")
    if not lines[-1]:
        lines.pop()
    if not lines:
        raise InvalidArgumentError(f"the vocabulary file {path!r} is empty.")
    if len(lines) < most:
        raise InvalidArgumentError(
            f"Invalid vocab_size in {path!r}: expected {most} lines, but it has {len(lines)}."
        )
    if most >= 0:
        del lines[most:]
    lines = [line.removesuffix(b"\r") for line in lines]
    if b"" in lines:
        raise InvalidArgumentError(
            f"Invalid content in {path!r}: line {lines.index(b'') + 1} is empty; remove it."
        )
    return lines
