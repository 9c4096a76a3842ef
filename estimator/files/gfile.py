"""A file of a script, opened as TensorFlow opens it: tf.gfile.GFile.

Nothing is opened before it is needed, so a name that is not there is noticed at the first read, and a file begins to
exist at the first write. Reading and writing have places of their own, also in the modes with a plus; writing begins
with an empty file unless it appends.

Source
------
tf.gfile.GFile, TF 1.15 lib/io/file_io.py
"""

from __future__ import annotations

import os
from typing import IO, Any

from estimator.core import errors
from estimator.core.files import Path, local_path
from estimator.core.keywords import near_keywords
from estimator.core.texts import as_bytes, as_str_any
from estimator.files.paths import refused_as_in_tensorflow, settled_path

_MODES = ("r", "w", "a", "r+", "w+", "a+")
_FROM_START, _FROM_HERE, _FROM_END = 0, 1, 2


@near_keywords
class GFile:
    """A file that is read or written.

    Parameters
    ----------
    name : str or path
        A local path, or ``file://`` and one.
    mode : str
        ``r``, ``w``, ``a``, ``r+``, ``w+`` or ``a+``, with ``b`` for bytes instead of text in UTF-8.

    Raises
    ------
    InvalidArgumentError
        If there is no such mode.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> with GFile(folder / "names.txt", "w") as file:
    ...     file.write("ada\\ngrace\\n")
    >>> list(GFile(folder / "names.txt"))
    ['ada\\n', 'grace\\n']
    """

    def __init__(self, name: Path, mode: str = "r") -> None:
        if mode.replace("b", "") not in _MODES:
            raise errors.InvalidArgumentError(
                f"mode {mode!r} is none of {', '.join(_MODES)}, with or without b."
            )
        self._name = name
        self._mode = mode
        self._reader: IO[bytes] | None = None
        self._writer: IO[bytes] | None = None

    @property
    def name(self) -> Path:
        """The name it was given."""
        return self._name

    @property
    def mode(self) -> str:
        """The mode it was given."""
        return self._mode

    def size(self) -> int:
        """How many bytes the file has on the disk; those written since the last `flush` may be missing."""
        path = settled_path(self._name)
        with refused_as_in_tensorflow(path):
            return os.stat(path).st_size

    def read(self, n: int = -1) -> Any:
        """The next `n` bytes, or all that are left, as bytes or text by the mode; nothing at the end.

        Raises
        ------
        NotFoundError, FailedPreconditionError, PermissionDeniedError
            If there is no such file, it is a directory, or may not be read.
        InvalidArgumentError
            If `n` is below -1.
        UnicodeDecodeError
            If bytes are no text.
        """
        if n < -1:
            raise errors.InvalidArgumentError(f"cannot read a negative number of bytes: {n}.")
        reader = self._reading()
        with refused_as_in_tensorflow(local_path(self._name)):
            return self._shown(reader.read(n))

    def readline(self) -> Any:
        """The next line with its end, without carriage returns; nothing at the end of the file."""
        reader = self._reading()
        with refused_as_in_tensorflow(local_path(self._name)):
            return self._shown(reader.readline().replace(b"\r", b""))

    def readlines(self) -> list[Any]:
        """The lines that are left."""
        return list(self)

    def __iter__(self) -> GFile:
        return self

    def __next__(self) -> Any:
        if line := self.readline():
            return line
        raise StopIteration

    next = __next__

    def seek(self, offset: int | None = None, whence: int = _FROM_START, position: int | None = None) -> None:
        """Go on reading elsewhere.

        Parameters
        ----------
        offset : int
            How many bytes from there.
        whence : int
            From where: 0 the start, 1 the present place, 2 the end.
        position : int
            An old name of `offset`.

        Raises
        ------
        InvalidArgumentError
            If the place is before the start.
        OutOfRangeError
            If it is behind the end, where reading then goes on.
        TypeError
            If none or both of `offset` and `position` are given.
        """
        if (offset is None) == (position is None):
            raise TypeError("seek() takes an offset, or a position, and not both.")
        given = offset if offset is not None else position
        starts = {_FROM_START: lambda: 0, _FROM_HERE: self.tell, _FROM_END: self.size}
        if whence not in starts:
            raise errors.InvalidArgumentError(
                f"invalid whence argument: {whence}. Valid values are 0, 1 and 2."
            )
        reader = self._reading()
        place, size = starts[whence]() + (given or 0), self.size()
        if place < 0:
            raise errors.InvalidArgumentError(f"seeking to a negative position: {place}.")
        reader.seek(min(place, size))
        if place > size:
            raise errors.OutOfRangeError(f"reached end of file: position {place} of {size}.")

    def tell(self) -> int:
        """Where reading goes on, in bytes; in a mode without reading, where writing does."""
        return (self._reading() if self._may_read() else self._writing()).tell()

    def seekable(self) -> bool:
        """True: local files are."""
        return True

    def write(self, file_content: str | bytes) -> None:
        """Write text, in UTF-8, or bytes.

        Raises
        ------
        PermissionDeniedError
            If the mode is for reading.
        NotFoundError, FailedPreconditionError, ResourceExhaustedError
            If the directory is not there, the name is a directory's, or the disk is full.
        TypeError
            If it is neither text nor bytes.
        """
        data = as_bytes(file_content)
        writer = self._writing()
        with refused_as_in_tensorflow(local_path(self._name)):
            writer.write(data)

    def flush(self) -> None:
        """Let others see what has been written."""
        if self._writer is not None:
            with refused_as_in_tensorflow(local_path(self._name)):
                self._writer.flush()

    def close(self) -> None:
        """Write out what is left and close the file."""
        reader, self._reader = self._reader, None
        writer, self._writer = self._writer, None
        if reader is not None:
            reader.close()
        if writer is not None:
            with refused_as_in_tensorflow(local_path(self._name)):
                writer.close()

    def __enter__(self) -> GFile:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()

    def __del__(self) -> None:
        if "_writer" in vars(self):  # its constructor has not refused
            self.close()

    def _may_read(self) -> bool:
        return "r" in self._mode or "+" in self._mode

    def _reading(self) -> IO[bytes]:
        if not self._may_read():
            raise errors.PermissionDeniedError(
                f"{self._name!s} is not open for reading: its mode is {self._mode!r}."
            )
        if self._reader is None:
            path = settled_path(self._name)
            with refused_as_in_tensorflow(path):
                self._reader = open(path, "rb")
        return self._reader

    def _writing(self) -> IO[bytes]:
        if self._mode.replace("b", "") == "r":
            raise errors.PermissionDeniedError(
                f"{self._name!s} is not open for writing: its mode is {self._mode!r}."
            )
        if self._writer is None:
            path = local_path(self._name)
            with refused_as_in_tensorflow(path):
                self._writer = open(path, "ab") if "a" in self._mode else open(path, "wb")
        return self._writer

    def _shown(self, data: bytes) -> Any:
        return data if "b" in self._mode else as_str_any(data)
