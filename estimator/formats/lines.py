"""The lines of text files, as TensorFlow splits them.

A line ends with LF or with the file; what is behind the last LF is a line unless it is empty. A CR before the end of a
line belongs to the end. Datasets drop every other CR, too, before they ask whether anything is behind the last LF;
readers keep those.

Source
------
TF 2.15 core/kernels/text_line_reader_op.cc, core/kernels/data/text_line_dataset_op.cc,
core/lib/io/buffered_inputstream.cc
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO


def text_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a buffered file as a reader gives them: with the CRs inside of them."""
    for line in file:
        ended = line.endswith(b"\n")
        text = line.removesuffix(b"\n").removesuffix(b"\r")
        if text or ended:
            yield text


def read_lines(file: BinaryIO, count: int) -> tuple[list[bytes], int]:
    """The next lines of a buffered file as a dataset gives them, without any CR, and how many bytes they took.

    There are fewer than `count` only at the end of the file.
    """
    block = b"".join(islice(file, count))
    lines = block.replace(b"\r", b"").split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines, len(block)
