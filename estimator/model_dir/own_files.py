"""Files of ours beside files of other people's: what we did not write is never written over.

A model_dir may hold a ``metadata.yaml`` or a ``graph.pbtxt`` that somebody put there for reasons of their own. Whether
a file is ours, its contents say; if not, ours goes beside it, as ``metadata.estimator.yaml``.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator

from estimator.core import errors
from estimator.core.files import read_regular


def own_path(path: str, most_bytes: int, is_ours: Callable[[bytes], bool]) -> str:
    """Where the file that is to be called `path` is written: there, or beside somebody else's file.

    Parameters
    ----------
    path : str
    most_bytes : int
        A longer file is not ours.
    is_ours : callable
        Whether the contents of a file say that it may be replaced.

    Raises
    ------
    OpError
        If the system does not tell what is there, as in a directory that may not be searched.
    """
    return next(candidate for candidate in _candidates(path) if _is_free(candidate, most_bytes, is_ours))


def _candidates(path: str) -> Iterator[str]:
    """Names without end: ``a.yaml``, ``a.estimator.yaml``, ``a.estimator-2.yaml``, ..."""
    stem, suffix = os.path.splitext(path)
    yield path
    yield f"{stem}.estimator{suffix}"
    for number in itertools.count(2):
        yield f"{stem}.estimator-{number}{suffix}"


def _is_free(path: str, most_bytes: int, is_ours: Callable[[bytes], bool]) -> bool:
    """Whether nothing has the name, or a file of ours; a link, a folder or what cannot be read is not ours."""
    if os.path.islink(path):
        return False
    try:
        return is_ours(read_regular(path, most_bytes))
    except errors.NotFoundError:
        return True
    except errors.OpError:
        if not os.path.lexists(
            path
        ):  # it is the directory that cannot be read: another name would fare no better
            raise
        return False
