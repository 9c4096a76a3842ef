"""Which line of the user's program made an operation."""

from __future__ import annotations

import contextlib
import functools
import os
import sys

from estimator.core.named_tuple import NamedTuple

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_BETWEEN = (contextlib.__file__, functools.__file__)  # through these the package calls what it has decorated


class Frame(NamedTuple):
    """A line of the user's program."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} in {self.function}"


class _OwnFiles(dict[str, bool]):
    """Whether a file is none of the user's, by its path: asked some ten times for each operation."""

    def __missing__(self, file: str) -> bool:
        self[file] = is_own = file.startswith(_PACKAGE) or file in _BETWEEN
        return is_own


_OWN = _OwnFiles()


@functools.cache
def _frame(file: str, line: int, function: str) -> Frame:
    """One for all operations that a line makes: a large graph has a hundred thousand of them."""
    return Frame(file, line, function)


def user_frame() -> Frame | None:
    """The innermost frame of the user's: the line that people want to see in an error.

    It is asked for by what is called inside the package: the first two frames are not looked at.
    """
    frame, own = sys._getframe(2), _OWN
    while frame is not None and own[frame.f_code.co_filename]:
        frame = frame.f_back  # type: ignore[assignment]
    if frame is None:
        return None
    return _frame(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)


def disown_callers() -> None:
    """Take the files of those who have called this, however far away, for none of the user's: they start a command."""
    frame = sys._getframe(1)
    while frame is not None:
        _OWN[frame.f_code.co_filename] = True
        frame = frame.f_back  # type: ignore[assignment]
