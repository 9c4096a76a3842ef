"""Elements kept in files, which the next process finds.

FILENAME.index and FILENAME.data-00000-of-00001 are a tensor bundle, as TensorFlow writes it: under a key such as
``"     12_0"`` lies a component of an element. The data are written beside, under another name, and the index comes
last: the elements are there when it is. Meanwhile FILENAME_0.lockfile keeps others from writing the same; one that was
left by a process which is no more counts for nothing, and what that has half written is made anew.

Source
------
TF 2.15 core/kernels/data/cache_dataset_ops.cc: names of files and keys, errors
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Sequence

from estimator.core import log
from estimator.core.dtypes import as_dtype
from estimator.core.errors import AlreadyExistsError, InvalidArgumentError, OpError
from estimator.core.files import explained, read_regular
from estimator.formats.bundle import BundleReader, BundleWriter
from estimator.model_dir.file_names import is_temporary
from estimator.model_dir.lock import briefly_locked, has_ended, process_note
from estimator.model_dir.storage import LOCAL, NewFile, retried, write_atomically
from estimator.pipeline.components import arrays_of, components_of, tensor_specs
from estimator.pipeline.element import Array, Element
from estimator.pipeline.specs import Spec, check_component

_SHARD = ".data-00000-of-00001"
_MOST_LOCK_BYTES = 4096
_PLACES = 7  # of the number of an element in a key


class FileCache:
    """Elements in files.

    Parameters
    ----------
    filename : str
        With which the names of the files begin.
    specs : sequence of Spec
        Of the components of an element.
    """

    def __init__(self, filename: str, specs: Sequence[Spec]) -> None:
        self._filename = filename
        self._specs = specs
        self._arrays = [part for spec in specs for part in tensor_specs(spec)]
        self._reader: BundleReader | None = None
        self._writer: _Writer | None = None
        self._count = 0

    @property
    def is_whole(self) -> bool:
        """Whether all elements are there."""
        return self._reader is not None

    @property
    def is_working(self) -> bool:
        """Whether it is writing."""
        return self._writer is not None

    def begin(self) -> None:
        """Look whether the elements are there; else write them.

        Raises
        ------
        AlreadyExistsError
            If somebody is writing them.
        InvalidArgumentError, DataLossError
            If there are others, or the files are damaged.
        """
        self.rest()
        _clear_up(self._filename)
        if self._reader is None and os.path.exists(f"{self._filename}.index"):
            self._read()
        elif self._reader is None:
            self._count, self._writer = 0, _Writer(self._filename)

    def _read(self) -> None:
        reader = BundleReader(self._filename)
        self._count, rest = divmod(len(reader.entries), len(self._arrays))
        keys = {
            self._key(number, place) for number in range(self._count) for place in range(len(self._arrays))
        }
        if rest or keys != set(reader.entries):
            raise InvalidArgumentError(
                f"{self._filename!r} is no cache of elements with {len(self._arrays)} components: it has "
                f"{len(reader.entries)} tensors, such as {sorted(reader.entries)[:3]}. Cache to another file, or "
                "delete this one."
            )
        self._reader = reader

    def _key(self, number: int, place: int) -> str:
        return f"{number:{_PLACES}}_{place:{len(str(len(self._arrays) - 1))}}"

    def add(self, element: Element) -> None:
        """Write one more, unless writing was given up."""
        if self._writer is not None:
            for place, array in enumerate(arrays_of(element)):
                self._writer.add(self._key(self._count, place), array)
            self._count += 1

    def complete(self) -> None:
        """Let the files appear, unless writing was given up."""
        if self._writer is not None:
            self._writer.publish()
            self._writer = None
            self._read()

    def elements(self, first: int, count: int) -> list[Element]:
        """Some of all.

        Raises
        ------
        InvalidArgumentError
            If they are of another type or shape.
        DataLossError
            If the files are damaged.
        """
        return [self._element(number) for number in range(first, min(first + count, self._count))]

    def _element(self, number: int) -> Element:
        assert self._reader is not None
        arrays = [self._reader.get(self._key(number, place)) for place in range(len(self._arrays))]
        for place, (array, spec) in enumerate(zip(arrays, self._arrays, strict=True)):
            if not check_component(array, spec):
                raise InvalidArgumentError(
                    f"Data type mismatch at component {place}: expected {spec.dtype.name} of shape {spec.shape} but "
                    f"got {as_dtype(array.dtype).name} of shape {list(array.shape)} in the cache {self._filename!r}. "
                    "Cache to another file, or delete this one."
                )
        return components_of(self._specs, arrays)

    def rest(self) -> None:
        """Give up what is written in part: who goes on reading reads on without it."""
        if self._writer is not None:
            self._writer.abandon()
            self._writer = None

    def forked(self) -> None:
        """In another process: the files that are being written are the first one's."""
        self._writer = None

    def __del__(self) -> None:
        self.rest()


class _Writer:
    """The files while they are written."""

    def __init__(self, filename: str) -> None:
        self._filename = filename
        self._folder = os.path.dirname(filename)
        data_path = f"{filename}_0{_SHARD}"
        with self._explained(_MOST_LOCK_BYTES):
            self._lock = _lock(f"{filename}_0.lockfile", self._folder)
            try:
                _remove_parts(filename)  # of a process that is no more
                self._data = NewFile(LOCAL, data_path)
            except BaseException:
                self._lock.abandon()
                raise
        self._bundle = BundleWriter(self._data)

    def add(self, key: str, array: Array) -> None:
        """One component."""
        with self._explained(array.nbytes):
            self._bundle.add(key, array)

    def _explained(self, size_bytes: int) -> contextlib.AbstractContextManager[None]:
        return explained(
            f"cannot cache a dataset in {self._filename!r}", self._folder or os.curdir, size_bytes=size_bytes
        )

    def publish(self) -> None:
        """Give the files their names, the index last."""
        try:
            with self._explained(self._data.size):
                self._data.publish(f"{self._filename}{_SHARD}")
                # else a power failure may leave an index without its data
                retried(LOCAL.fsync_dir, self._folder or os.curdir)
            write_atomically(f"{self._filename}.index", self._bundle.finish())
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Take away what is left, the lock last."""
        self._data.abandon()
        self._lock.abandon()


def _clear_up(filename: str) -> None:
    """Remove what a process that is no more has left of its writing."""
    path, folder = f"{filename}_0.lockfile", os.path.dirname(filename)
    if not os.path.lexists(path):
        return
    with briefly_locked(folder), contextlib.suppress(OSError, OpError):
        if not _is_abandoned(read_regular(path, _MOST_LOCK_BYTES)):
            return
        log.warning("the process that was caching a dataset in %r is no more.", path)
        _remove_parts(filename)
        retried(LOCAL.unlink, path)


def _remove_parts(filename: str) -> None:
    """Remove what nobody writes any more."""
    folder, base = os.path.split(filename)
    index = f".{base}.index"
    rest = [name for name in os.listdir(folder or os.curdir) if is_temporary(name) and name.endswith(index)]
    for name in [*rest, f"{base}_0{_SHARD}"]:
        with contextlib.suppress(FileNotFoundError):
            retried(LOCAL.unlink, os.path.join(folder, name))


def _is_abandoned(note: bytes) -> bool:
    """Whether the process that has written a lockfile is no more; one that is cut off is of none that lives.

    TensorFlow's have the first line alone. A power failure may have left zeros.
    """
    note = note.rstrip(b"\0")
    process = note.partition(b"\n")[2]
    return has_ended(process) or not note or (process != b"" and not process.endswith(b"\n"))


def _lock(path: str, folder: str) -> NewFile:
    """The file that says that somebody is writing."""
    with briefly_locked(folder):
        if os.path.lexists(path):
            note = read_regular(path, _MOST_LOCK_BYTES)
            if not _is_abandoned(note):
                raise AlreadyExistsError(
                    "There appears to be a concurrent caching iterator running - cache lockfile already exists "
                    f"({path!r}). If you are sure no other running computations are using this cache prefix, delete "
                    "the lockfile and re-initialize the iterator. Lockfile contents: "
                    f"{note.decode(errors='replace').strip()}"
                )
            log.warning("the process that was caching a dataset in %r is no more: it is done anew.", path)
            retried(LOCAL.unlink, path)
        lock = NewFile(LOCAL, path)
        try:
            lock.write(f"Created at: {int(time.time())}\n".encode() + process_note())
            lock.close()
        except BaseException:
            lock.abandon()
            raise
        return lock
