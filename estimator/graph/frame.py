"""Which line of the user's program made an operation."""

from __future__ import annotations

import functools
import os
import sys
from typing import NamedTuple

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class Frame(NamedTuple):
    """A line of the user's program."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} in {self.function}"


@functools.cache
def _is_own(file: str) -> bool:
    return file.startswith(_PACKAGE)


@functools.cache
def _frame(file: str, line: int, function: str) -> Frame:
    """One for all operations that a line makes: a large graph has a hundred thousand of them."""
    return Frame(file, line, function)


def user_frame() -> Frame | None:
    """The innermost frame outside the package: the line that people want to see in an error."""
    frame = sys._getframe(1)
    while frame is not None and _is_own(frame.f_code.co_filename):
        frame = frame.f_back  # type: ignore[assignment]
    if frame is None:
        return None
    return _frame(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
