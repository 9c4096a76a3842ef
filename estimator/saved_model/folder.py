"""The folder of a SavedModel: what lies in it where, and how a new one comes into being.

::

    saved_model.pb (or saved_model.pbtxt)    graphs, signatures
    variables/variables.index, .data-*       the values of variables, a tensor bundle
    assets/                                  the files of lookup tables

A new one is filled under a hidden name beside its own, and takes that when it is complete: who looks for folders with a
SavedModel, as servers do, never finds a part of one.

Source
------
tf.saved_model.maybe_saved_model_directory, TF 1.15
"""

from __future__ import annotations

import contextlib
import errno
import os
import weakref

from estimator.core.errors import AlreadyExistsError
from estimator.core.files import explained, local_path
from estimator.core.keywords import near_keywords_of_functions
from estimator.model_dir.file_names import temporary_name
from estimator.model_dir.storage import (
    LOCAL,
    FileOps,
    make_directory,
    remove_tree,
    retried,
    sync_folders,
)
from estimator.saved_model import constants

_FILE_NAMES = (constants.SAVED_MODEL_FILENAME_PB, constants.SAVED_MODEL_FILENAME_PBTXT)
_NOT_EMPTY = frozenset((errno.ENOTEMPTY, errno.EEXIST))


class ExportDirectoryExists(AlreadyExistsError, AssertionError):
    """Something lies already where a SavedModel is to be; TensorFlow raises an AssertionError."""


def contains_saved_model(export_dir: str | os.PathLike[str]) -> bool:
    """Whether the folder has a SavedModel, in binary or text form.

    Source
    ------
    tf.saved_model.contains_saved_model, TF 1.15
    """
    folder = local_path(export_dir)
    return any(os.path.isfile(os.path.join(folder, name)) for name in _FILE_NAMES)


def saved_models_in(folder: str) -> list[str]:
    """The folders with a SavedModel: this one, those right in it, those of ``export/NAME``, where exporters write."""
    import glob  # nobody needs it who has passed the right folder

    below = [os.path.join(glob.escape(folder), *names) for names in ((), ("*",), ("export", "*", "*"))]
    return [path for pattern in below for path in sorted(glob.glob(pattern)) if contains_saved_model(path)]


def variables_prefix(folder: str) -> str:
    """The prefix of the values of variables, as that of a checkpoint."""
    return os.path.join(folder, constants.VARIABLES_DIRECTORY, constants.VARIABLES_FILENAME)


def assets_folder(folder: str) -> str:
    """Where the assets are."""
    return os.path.join(folder, constants.ASSETS_DIRECTORY)


class NewFolder:
    """A folder that is filled under another name until it is placed; what is never placed is removed.

    Parameters
    ----------
    path : path
        Its name in the end; nothing may be there but an empty folder.
    ops : FileOps
        Where it is made.
    in_place : bool
        Fill it under that very name: for one that is not read before its owner gives it another.

    Raises
    ------
    AlreadyExistsError, AssertionError
        If there is something.
    """

    def __init__(self, path: str | os.PathLike[str], ops: FileOps = LOCAL, *, in_place: bool = False) -> None:
        self.final = os.path.abspath(local_path(path))
        self._ops = ops
        self._is_placed = False
        self._discard: weakref.finalize[..., NewFolder] | None = None
        parent, name = os.path.split(self.final)
        self._unfinished = self.final if in_place else os.path.join(parent, temporary_name(name))
        if os.path.lexists(self.final) and not self._is_empty():
            raise ExportDirectoryExists(
                f"Export directory {self.final} already exists, and isn't empty. Choose another one, or remove it."
            )

    def _is_empty(self) -> bool:
        with explained(f"cannot list {self.final!r}", self.final):
            return os.path.isdir(self.final) and not retried(self._ops.listdir, self.final)

    @property
    def path(self) -> str:
        """Where it is now; it is made when this is first asked."""
        if self._is_placed:
            return self.final
        if self._discard is None:
            make_directory(self._unfinished, self._ops)
            self._discard = weakref.finalize(self, _remove, self._unfinished, self._ops)
        return self._unfinished

    def discard(self) -> None:
        """Remove what has been written, if it is not placed yet."""
        if self._discard is not None:
            self._discard()
            self._discard = None

    def place(self) -> None:
        """Give it its name; from then on it survives a power failure.

        Raises
        ------
        AlreadyExistsError, AssertionError
            If a SavedModel has come to be there meanwhile.
        OpError
            If the system refuses.
        """
        if self._is_placed:
            return
        source = self.path
        if source != self.final and contains_saved_model(self.final):
            raise ExportDirectoryExists(f"Export directory {self.final} has got a SavedModel meanwhile.")
        with explained(f"cannot export to {self.final!r}", os.path.dirname(source)):
            sync_folders(source, self._ops)  # what was removed in it on the way shall not come back
            if source != self.final:
                self._move(source)
            retried(self._ops.fsync_dir, os.path.dirname(source))
        self._is_placed = True
        if self._discard is not None:
            self._discard.detach()

    def _move(self, source: str) -> None:
        try:
            retried(self._ops.rename, source, self.final)
        except OSError as error:
            if error.errno not in _NOT_EMPTY:
                raise
            # A script has put something there itself, such as assets.extra. What makes it a SavedModel comes last.
            names = sorted(retried(self._ops.listdir, source), key=_FILE_NAMES.__contains__)
            for name in names:
                retried(self._ops.rename, os.path.join(source, name), os.path.join(self.final, name))
            retried(self._ops.rmdir, source)


def _remove(folder: str, ops: FileOps) -> None:
    with contextlib.suppress(OSError):
        remove_tree(folder, ops)


near_keywords_of_functions(__name__)
