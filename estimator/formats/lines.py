"""The lines of text files, as TensorFlow's readers split them.

A line ends with LF or with the file; what is behind the last LF is a line unless it is empty. A CR before the end of a
line belongs to the end. TextLineDataset drops every other CR, too; TextLineReader keeps those.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO


def text_lines(file: BinaryIO, *, keep_inner_returns: bool) -> Iterator[bytes]:
    """The lines of a file, without what ends them.

    Parameters
    ----------
    file : buffered binary file
    keep_inner_returns : bool
        Whether CRs other than the last one of a line stay.

    Source
    ------
    TF 2.15 core/kernels/text_line_reader_op.cc, core/lib/io/buffered_inputstream.cc
    """
    for line in file:
        ended = line.endswith(b"\n")
        text = line.removesuffix(b"\n")
        text = text.removesuffix(b"\r") if keep_inner_returns else text.replace(b"\r", b"")
        if text or ended:
            yield text
