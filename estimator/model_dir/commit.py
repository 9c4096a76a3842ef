"""How a checkpoint comes into being: a crash at any instant leaves every finished one whole.

A checkpoint exists when its index does, and it is acknowledged when the state file names it (see
state.py)::

    1  .tmp.<step>.<id>.data-00000-of-00001   written, checksummed on the way, fsync
       .tmp.<step>.<id>.meta                  written, fsync
       .tmp.<step>.<id>.index                 written, fsync, read back and compared
    2  another file set of the same step, if there is one, is withdrawn: the state file without
       it, its index, fsync of the directory, then its other files
    3  rename data, rename meta, fsync of the directory
    4  rename index: the commit                  fsync of the directory

No final name is ever opened for writing. If a step fails, everything this save has made is removed
again, the index first, and the checkpoints that were there before are untouched. (The file set of
step 2 is the exception: it is gone from the moment its successor is complete under temporary
names.)

Source
------
Layout: tensor bundle of TensorFlow 2.15. TensorFlow itself writes the index in place and
syncs nothing.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

from estimator.core import errors
from estimator.core.dtypes import DType
from estimator.core.files import explained
from estimator.core.finite import is_finite
from estimator.formats.bundle import BundleWriter
from estimator.formats.slices import SlicedArray
from estimator.model_dir.file_names import ONE_SHARD, checkpoint_name, temporary_prefix
from estimator.model_dir.retention import remove_files
from estimator.model_dir.state import forget
from estimator.model_dir.storage import FileOps, NewFile, retried

Array = np.ndarray[Any, Any]  # any shape, any element type
Value: TypeAlias = "Array | SlicedArray"

_MARGIN_BYTES = 256 << 10  # room for the state file, the directory and an events file beside it


def write_checkpoint(
    ops: FileOps,
    directory: str,
    basename: str,
    step: int | None,
    tensors: Mapping[str, Value] | Iterable[tuple[str, Value]],
    meta: bytes | None = None,
    *,
    dtype_of: Mapping[str, DType] | None = None,
    may_be_nonfinite: Collection[str] = (),
) -> str:
    """Write and commit one checkpoint and return its name; the state file does not name it yet.

    Parameters
    ----------
    ops : FileOps
        Where it is written.
    directory : str
        The model_dir, which exists.
    basename : str
        For example ``"model.ckpt"``.
    step : int or None
        The step, or None for a name without one.
    tensors : mapping, or iterable of pairs
        Name to array, or to the slices of a partitioned variable; strings are object arrays of bytes.
    meta : bytes, optional
        The serialised MetaGraphDef.
    dtype_of : mapping, optional
        The element type of those tensors whose array does not tell: bfloat16, which is kept as
        uint16 bits.
    may_be_nonfinite : collection of str
        The names of tensors that may have NaN and infinity in them.

    Raises
    ------
    InvalidArgumentError
        If another tensor has NaN or infinity in it.
    ResourceExhaustedError, PermissionDeniedError, NotFoundError, UnavailableError
        If the system refuses: see :func:`estimator.model_dir.storage.explained`.
    DataLossError
        If the index reads back differently from what was written.
    """
    pairs = tensors.items() if isinstance(tensors, Mapping) else tensors
    ordered = sorted(pairs, key=lambda pair: pair[0].encode())
    types = dtype_of or {}
    name = checkpoint_name(basename, step)
    refuse_nonfinite((pair for pair in ordered if pair[0] not in may_be_nonfinite), types, name)
    needed = _bytes_needed(ordered, meta)
    with explained(f"cannot write checkpoint {name!r} into {directory!r}", directory, size_bytes=needed):
        _check_room(ops, directory, needed)
        save = _Save(ops, directory, name, temporary_prefix(step))
        try:
            save.write_temporaries(ordered, types, meta)
            save.withdraw_others()
            save.commit()
        except BaseException:
            save.undo()
            raise
    return name


def refuse_nonfinite(ordered: Iterable[tuple[str, Value]], types: Mapping[str, DType], name: str) -> None:
    """Raise if a floating point tensor has NaN or infinity in it.

    Raises
    ------
    InvalidArgumentError
        Naming the checkpoint and the tensors.
    """
    bad = [
        key for key, value in ordered if not all(is_finite(array, types.get(key)) for array in _arrays(value))
    ]
    if bad:
        shown = ", ".join(bad[:5]) + (f" and {len(bad) - 5} more" if len(bad) > 5 else "")
        raise errors.InvalidArgumentError(
            f"checkpoint {name!r} is not written: {len(bad)} tensors have NaN or infinity in them "
            f"({shown}). The checkpoint before it is still the latest. Lower the learning rate, clip the "
            "gradients or look for NaN in the input."
        )


def _arrays(value: Value) -> tuple[Array, ...]:
    return value.arrays if isinstance(value, SlicedArray) else (value,)


def _bytes_needed(ordered: Iterable[tuple[str, Value]], meta: bytes | None) -> int:
    total = len(meta or b"")
    for key, value in ordered:
        for array in _arrays(value):
            is_text = array.dtype == object
            total += sum(len(item) + 5 for item in array.reshape(-1)) if is_text else array.nbytes
            total += len(key) + 64  # the entry in the index
    return total


def _check_room(ops: FileOps, directory: str, needed: int) -> None:
    free = ops.free_bytes(directory)
    if free is not None and free < needed + _MARGIN_BYTES:
        raise OSError(errno.ENOSPC, f"No space left on device, only {free} bytes are free", directory)


class _Save:
    """One attempt: what it has made so far, so that it can be undone."""

    def __init__(self, ops: FileOps, directory: str, name: str, prefix: str) -> None:
        self._ops = ops
        self._directory = directory
        self._name = name
        self._prefix = prefix
        self._open: NewFile | None = None
        self._made: list[str] = []  # names of files to remove if it fails, in the order of making
        self._suffixes: list[str] = []  # of the temporary files, the index last

    def write_temporaries(
        self, ordered: Iterable[tuple[str, Value]], types: Mapping[str, DType], meta: bytes | None
    ) -> None:
        data = self._create(ONE_SHARD)
        writer = BundleWriter(data)
        for key, value in ordered:
            writer.add(key, value, types.get(key))
        index_bytes = writer.finish()
        data.finish()
        if meta is not None:
            self._write(".meta", meta)
        self._write(".index", index_bytes)
        self._verify(index_bytes, data.size)

    def withdraw_others(self) -> None:
        """Remove what has this name already: an index must never stand beside another's data."""
        listing = retried(self._ops.listdir, self._directory)
        if f"{self._name}.index" in listing:
            forget(self._ops, self._directory, self._name)
        remove_files(self._ops, self._directory, self._name)

    def commit(self) -> None:
        for suffix in self._suffixes[:-1]:
            self._rename(suffix)
        retried(self._ops.fsync_dir, self._directory)
        self._rename(self._suffixes[-1])
        retried(self._ops.fsync_dir, self._directory)

    def undo(self) -> None:
        """Remove what is there of this save, the index first; another error is being reported."""
        if self._open is not None:
            self._open.abandon()
        for name in reversed(self._made):
            with contextlib.suppress(OSError):
                retried(self._ops.unlink, self._path(name))

    def _create(self, suffix: str) -> NewFile:
        self._open = NewFile(self._ops, self._path(self._prefix + suffix))
        self._made.append(self._prefix + suffix)
        self._suffixes.append(suffix)
        return self._open

    def _write(self, suffix: str, contents: bytes) -> None:
        file = self._create(suffix)
        file.write(contents)
        file.finish()

    def _verify(self, index_bytes: bytes, data_size: int) -> None:
        index_path = self._path(self._prefix + ".index")
        found_size = retried(self._ops.stat, self._path(self._prefix + ONE_SHARD)).st_size
        if retried(self._ops.read_bytes, index_path) != index_bytes or found_size != data_size:
            raise errors.DataLossError(
                f"checkpoint {self._name!r} is not committed: {index_path!r} or its data reads back "
                "differently from what was written. The checkpoint before it is still the latest. "
                "Check the disk."
            )

    def _rename(self, suffix: str) -> None:
        # Noted first: a rename that reports a failure may have happened all the same.
        self._made.append(self._name + suffix)
        retried(self._ops.rename, self._path(self._prefix + suffix), self._path(self._name + suffix))

    def _path(self, name: str) -> str:
        return os.path.join(self._directory, name)
