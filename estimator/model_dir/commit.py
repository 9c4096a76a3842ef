"""How a checkpoint comes into being: a crash at any instant leaves every finished one whole.

A checkpoint exists when its index does, and it is acknowledged when the state file names it (see
state.py)::

    1  .tmp.<step>.<id>.data-00000-of-00001   written, checksummed on the way, fsync
       .tmp.<step>.<id>.meta                  written, fsync
       .tmp.<step>.<id>.index                 written, fsync, read back and compared
    2  rename data, rename meta, fsync of the directory
    3  rename index: the commit                  fsync of the directory

No final name is ever opened for writing. If a step fails, everything this save has made is removed
again, the index first, and the checkpoints that were there before are untouched.

A name that is saved again is harder, because index and data must change together and their names are
given. The way out is that the names of data files have their number in them, and the index says that
number. An index that counts two data files is put over the old one, when the new data is there under
the name that goes with it; then data and index are brought to the usual names::

    2  link data as .data-00000-of-00002         fsync of the directory
    3  rename the index that counts two: the commit   fsync of the directory
    4  rename meta, rename data over the old data     fsync of the directory
    5  rename the index that counts one          fsync of the directory
    6  unlink .data-00000-of-00002

At every instant the index speaks of data that is there and whole, the old or the new. Where the file
system has no links, the data stays under its second name, and the next save of the name, which finds
the usual one free, needs no bridge.

Source
------
Layout: tensor bundle of TensorFlow 2.15, whose reader takes the number of data files from the index
(tensor_bundle.cc) and opens those that it needs. TensorFlow itself writes the index in place and syncs
nothing.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from estimator.core import errors
from estimator.core.dtypes import DType
from estimator.core.files import explained
from estimator.core.finite import all_finite, is_finite
from estimator.formats.bundle import BundleWriter
from estimator.formats.slices import SlicedArray
from estimator.formats.written_index import LastIndex
from estimator.model_dir.file_names import ONE_SHARD, step_of, temporary_prefix
from estimator.model_dir.retention import indexed_shards, remove_superseded
from estimator.model_dir.storage import FileOps, NewFile, retried

Array = np.ndarray[Any, Any]  # any shape, any element type
Value: TypeAlias = "Array | SlicedArray"

_META, _INDEX = ".meta", ".index"
_BRIDGE, _BRIDGE_SHARD = ".bridge", ".data-00000-of-00002"
_NO_LINKS = frozenset(
    (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL, errno.EACCES)
)
_MARGIN_BYTES = 256 << 10  # room for the state file, the directory and an events file beside it


def write_checkpoint(
    ops: FileOps,
    directory: str,
    name: str,
    tensors: Mapping[str, Value] | Iterable[tuple[str, Value]],
    meta: bytes | None = None,
    *,
    dtype_of: Mapping[str, DType] | None = None,
    may_be_nonfinite: Collection[str] = (),
    last_index: LastIndex | None = None,
) -> None:
    """Write and commit one checkpoint; the state file does not name it yet.

    Parameters
    ----------
    ops : FileOps
        Where it is written.
    directory : str
        The model_dir, which exists.
    name : str
        For example ``"model.ckpt-200"``. What is there under this name stays whole until the new one is.
    tensors : mapping, or iterable of pairs
        Name to array, or to the slices of a partitioned variable; strings are object arrays of bytes.
    meta : bytes, optional
        The serialised MetaGraphDef.
    dtype_of : mapping, optional
        The element type of those tensors whose array does not tell: bfloat16, which is kept as
        uint16 bits.
    may_be_nonfinite : collection of str
        The names of tensors that may have NaN and infinity in them.
    last_index : LastIndex, optional
        That of the checkpoint before: where only values differ, little of the new one is made anew.

    Raises
    ------
    InvalidArgumentError
        If another tensor has NaN or infinity in it.
    ResourceExhaustedError, PermissionDeniedError, NotFoundError, UnavailableError
        If the system refuses: see :func:`estimator.core.files.explained`.
    DataLossError
        If the index reads back differently from what was written.
    """
    pairs = tensors.items() if isinstance(tensors, Mapping) else tensors
    ordered = sorted(pairs, key=lambda pair: pair[0].encode())
    types = dtype_of or {}
    arrays = _arrays(ordered)
    refuse_nonfinite([pair for pair in arrays if pair[0] not in may_be_nonfinite], types, name)
    needed = _size_of(arrays, meta)
    with explained(f"cannot write checkpoint {name!r} into {directory!r}", directory, size_bytes=needed):
        _check_room(ops, directory, needed)
        save = _Save(ops, directory, name)
        try:
            save.write_temporaries(ordered, types, meta, last_index)
            save.commit()
        except BaseException:
            save.undo()
            raise


def refuse_nonfinite(arrays: Sequence[tuple[str, Array]], types: Mapping[str, DType], name: str) -> None:
    """Raise if one of the arrays, given with the names of their tensors, has NaN or infinity in it.

    Raises
    ------
    InvalidArgumentError
        Naming the checkpoint and the tensors.
    """
    if all_finite([(array, types.get(key)) for key, array in arrays]):
        return
    bad = list(dict.fromkeys(key for key, array in arrays if not is_finite(array, types.get(key))))
    if bad:
        shown = ", ".join(bad[:5]) + (f" and {len(bad) - 5} more" if len(bad) > 5 else "")
        raise errors.InvalidArgumentError(
            f"checkpoint {name!r} is not written: {len(bad)} tensors have NaN or infinity in them "
            f"({shown}). The checkpoint before it is still the latest. Lower the learning rate, clip the "
            "gradients or look for NaN in the input."
        )


def _arrays(ordered: Sequence[tuple[str, Value]]) -> list[tuple[str, Array]]:
    """The arrays of tensors, each with the name of its tensor."""
    whole = [(key, value) for key, value in ordered if not isinstance(value, SlicedArray)]
    if len(whole) == len(ordered):  # nearly always
        return whole
    sliced = [(key, value) for key, value in ordered if isinstance(value, SlicedArray)]
    return whole + [(key, array) for key, value in sliced for array in value.arrays]


def bytes_needed(tensors: Mapping[str, Value], meta: bytes | None) -> int:
    """About how many bytes the files of a checkpoint take."""
    return _size_of(_arrays(list(tensors.items())), meta)


def _size_of(arrays: Sequence[tuple[str, Array]], meta: bytes | None) -> int:
    texts = [array for _, array in arrays if array.dtype.kind == "O"]
    data = sum([array.nbytes for _, array in arrays]) - sum([array.nbytes for array in texts])
    data += sum(len(item) + 5 for array in texts for item in array.reshape(-1))
    index = sum([len(key) for key, _ in arrays]) + 64 * len(arrays)
    return len(meta or b"") + data + index


def _check_room(ops: FileOps, directory: str, needed: int) -> None:
    free = ops.free_bytes(directory)
    if free is not None and free < needed + _MARGIN_BYTES:
        raise OSError(errno.ENOSPC, f"No space left on device, only {free} bytes are free", directory)


class _Save:
    """One attempt: what it has made so far, so that it can be undone."""

    def __init__(self, ops: FileOps, directory: str, name: str) -> None:
        self._ops = ops
        self._directory = directory
        self._name = name
        self._prefix = temporary_prefix(step_of(name))
        self._shards_before = indexed_shards(directory, name)  # None: there is no index of that name
        self._open: NewFile | None = None
        self._temporaries: list[str] = []
        self._placed: list[str] = []  # final names, in the order in which they were given
        self._committing = b""  # the index with which this checkpoint takes the name
        self._is_committed = False

    def write_temporaries(
        self,
        ordered: Iterable[tuple[str, Value]],
        types: Mapping[str, DType],
        meta: bytes | None,
        last_index: LastIndex | None,
    ) -> None:
        data = self._create(ONE_SHARD)
        writer = BundleWriter(data, last_index)
        writer.add_all(ordered, types)
        self._committing = writer.finish()
        data.finish()
        if meta is not None:
            self._write(_META, meta)
        self._write_index(_INDEX, data.size)
        if self._shards_before == 1:  # the usual name of the data is taken
            self._committing = writer.finish(num_shards=2)
            self._write_index(_BRIDGE, data.size)

    def commit(self) -> None:
        """Give the files their names."""
        if self._shards_before is None:
            self._place(ONE_SHARD, ONE_SHARD)
            self._place_meta()
            self._commit_with(_INDEX)
            return
        if self._shards_before == 1:
            self._replace_by_bridge()
        else:
            # The index that is there counts more files: the usual name is free, and the old data is not touched.
            self._place(ONE_SHARD, ONE_SHARD)
            self._commit_with(_INDEX)
            self._place_meta()  # not before: until the commit the old .meta goes with the old index
        remove_superseded(self._ops, self._directory, self._name)

    def _replace_by_bridge(self) -> None:
        is_linked = self._place_bridge_data()
        self._commit_with(_BRIDGE)
        self._place_meta()
        if is_linked:
            self._place(ONE_SHARD, ONE_SHARD)
            self._sync()
            self._place(_INDEX, _INDEX)
            self._sync()
        else:
            retried(self._ops.unlink, self._path(self._prefix + _INDEX))

    def undo(self) -> None:
        """Remove what is there of this save, the index first; another error is being reported."""
        if self._open is not None:
            self._open.abandon()
        for name in [*reversed(self._unwanted()), *self._temporaries]:
            with contextlib.suppress(OSError):
                retried(self._ops.unlink, self._path(name))
        if self._shards_before is not None:
            with contextlib.suppress(errors.OpError, OSError):
                remove_superseded(self._ops, self._directory, self._name)

    def _unwanted(self) -> list[str]:
        """The final names that go when the save has failed."""
        index = self._name + _INDEX
        if self._shards_before is None:
            return self._placed  # the index was the last of them, so it is the first to go
        if self._is_committed:
            return []  # the old one is no more, and the new one is whole
        # The rename of the index has reported a failure. It may have happened all the same; then the data stays.
        try:
            happened = retried(self._ops.read_bytes, self._path(index)) == self._committing
        except (errors.OpError, OSError):
            happened = True  # data too many is cleared away later; an index without its data is a loss
        return [] if happened else [name for name in self._placed if name != index]

    def _commit_with(self, suffix: str) -> None:
        self._sync()
        self._place(suffix, _INDEX)
        self._is_committed = True
        self._sync()

    def _place_bridge_data(self) -> bool:
        """Give the data its second name; False if it has only that one then, because there are no links here."""
        source, target = self._path(self._prefix + ONE_SHARD), self._path(self._name + _BRIDGE_SHARD)
        with contextlib.suppress(FileNotFoundError):  # left by a save that was killed; no index speaks of it
            retried(self._ops.unlink, target)
        self._placed.append(self._name + _BRIDGE_SHARD)
        try:
            retried(self._ops.link, source, target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            retried(self._ops.rename, source, target)
            return False
        return True

    def _place_meta(self) -> None:
        if self._prefix + _META in self._temporaries:
            self._place(_META, _META)

    def _create(self, suffix: str) -> NewFile:
        self._open = NewFile(self._ops, self._path(self._prefix + suffix))
        self._temporaries.append(self._prefix + suffix)
        return self._open

    def _write(self, suffix: str, contents: bytes) -> None:
        file = self._create(suffix)
        file.write(contents)
        file.finish()

    def _write_index(self, suffix: str, data_size: int) -> None:
        self._write(suffix, self._committing)
        path = self._path(self._prefix + suffix)
        found_size = retried(self._ops.stat, self._path(self._prefix + ONE_SHARD)).st_size
        if retried(self._ops.read_bytes, path) != self._committing or found_size != data_size:
            raise errors.DataLossError(
                f"checkpoint {self._name!r} is not committed: {path!r} or its data reads back "
                "differently from what was written. The checkpoint before it is still the latest. "
                "Check the disk."
            )

    def _place(self, suffix: str, final: str) -> None:
        # Noted first: a rename that reports a failure may have happened all the same.
        self._placed.append(self._name + final)
        retried(self._ops.rename, self._path(self._prefix + suffix), self._path(self._name + final))

    def _sync(self) -> None:
        retried(self._ops.fsync_dir, self._directory)

    def _path(self, name: str) -> str:
        return os.path.join(self._directory, name)
