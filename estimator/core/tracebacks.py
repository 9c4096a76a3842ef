"""Tracebacks that show the user's lines: what lies between them is the package's affair.

An error in a training passes a dozen of the package's functions, which say nothing to the one who has to mend a model
function. :func:`shortened` takes those frames away, above the last line of the user's always, below it where the
package has raised on purpose and the message says it all. An error that may be the package's own keeps its frames,
and at the log level DEBUG all do.
"""

from __future__ import annotations

import contextlib
import dis
import functools
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import ParamSpec, TypeVar

import numpy as np

from estimator.core import log
from estimator.core.errors import EstimatorError, InternalError
from estimator.core.frozen import CONSTRUCTOR

_PURPOSE = "_estimator_raised_it_on_purpose"
_RAISE = dis.opmap["RAISE_VARARGS"]

_PYTHON = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_INSTALLED = ("site-packages", "dist-packages")  # may lie below it, and hold what the user calls

E = TypeVar("E", bound=BaseException)
P = ParamSpec("P")
R = TypeVar("R")

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_INNER = (
    _PACKAGE,
    os.path.dirname(os.path.abspath(np.__file__)) + os.sep,  # its Python functions hand on what we gave them
    os.path.abspath(contextlib.__file__),
    "<plan",
    CONSTRUCTOR,
)


def shortened(error: E) -> E:
    """The error with a traceback that has lost the frames which say nothing to the user; so have its causes.

    Who caught it goes on with a bare ``raise``, which adds no frame: the traceback ends at a line of the user's.
    """
    if not log.logger.isEnabledFor(logging.DEBUG):
        for link in _chain(error):
            frames = list(_frames(link.__traceback__))
            is_on_purpose = _is_on_purpose(link, frames)
            link.__traceback__ = _without_inner(frames, is_on_purpose)
            if is_on_purpose:
                setattr(link, _PURPOSE, True)  # the frame that told so may be gone the next time
    return error


def with_short_traceback(function: Callable[P, R]) -> Callable[P, R]:
    """The function, whose errors are shortened."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (Exception, KeyboardInterrupt) as error:
            shortened(error)
            raise  # without a name: it adds no frame of this function to the traceback

    return call


def cause_of(error: Exception) -> Exception | None:
    """What to raise an error `from` that tells all of this one: this one, unless its traceback adds nothing.

    It does if it leads into code of the user's, or if the error is a slip: neither of a kind that data cause nor raised
    by the package on purpose. In place of one that says all stands its own cause, if that is the user's.
    """
    if not _says_all(error):
        return error
    cause = error.__cause__
    return cause if isinstance(cause, Exception) and not _stays_inside(_frames(cause.__traceback__)) else None


def needs_no_traceback(error: Exception) -> bool:
    """Whether the messages of an error and of its causes are all that there is to tell: no line of the user's is in it.

    So it is for what this package says of arguments and files, and not for a slip in the package itself.
    """
    return _says_all(error) and all(
        _stays_inside(_frames(link.__traceback__)) for link in _chain(error) if link is not error
    )


def from_the_users_line(error: E) -> E:
    """The error, :func:`shortened`, whose traceback begins with a line of the user's, if there is one."""
    for link in _chain(shortened(error)):
        frames = list(_frames(link.__traceback__))
        users = [frame for frame in frames if not (_is_inner(frame) or _is_of_python(frame))]
        if users:
            link.__traceback__ = users[0]
    return error


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what Python shows as its causes."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _says_all(error: Exception) -> bool:
    """Whether data caused it, or the package raised it on purpose, and no line of the user's lies between."""
    frames = list(_frames(error.__traceback__))
    is_of_data = isinstance(
        error, (EstimatorError, ValueError, ArithmeticError, MemoryError, NotImplementedError, OSError)
    )
    is_told = is_of_data or (_is_on_purpose(error, frames) and _path(frames[-1]).startswith(_PACKAGE))
    return is_told and _stays_inside(frames)


def _stays_inside(frames: Iterable[TracebackType]) -> bool:
    return all(_is_inner(frame) or _is_of_python(frame) for frame in frames)


def _without_inner(frames: Sequence[TracebackType], is_on_purpose: bool) -> TracebackType | None:
    outer = [place for place, frame in enumerate(frames) if not _is_inner(frame)]
    last = outer[-1] if outer else -1
    kept = outer if is_on_purpose else [*outer, *range(last + 1, len(frames))]
    link: TracebackType | None = None
    for place in reversed(kept):
        frame = frames[place]
        link = TracebackType(link, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return link


def _is_on_purpose(error: BaseException, frames: Sequence[TracebackType]) -> bool:
    """Whether a ``raise`` of the package made it, and no slip in the package's own code."""
    if not frames or isinstance(error, (InternalError, AssertionError)):
        return False
    return hasattr(error, _PURPOSE) or _raises(frames[-1])


def _raises(frame: TracebackType) -> bool:
    return frame.tb_frame.f_code.co_code[frame.tb_lasti] == _RAISE


def _frames(link: TracebackType | None) -> Iterator[TracebackType]:
    while link is not None:
        yield link
        link = link.tb_next


def _is_inner(link: TracebackType) -> bool:
    return _path(link).startswith(_INNER)


def _is_of_python(link: TracebackType) -> bool:
    """Whether it is a frame of the standard library, in which what the package calls has failed."""
    path = _path(link)
    return path.startswith((_PYTHON, "<frozen ")) and not any(folder in path for folder in _INSTALLED)


def _path(link: TracebackType) -> str:
    return link.tb_frame.f_code.co_filename
