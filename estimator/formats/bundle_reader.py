"""Reads tensor bundles: one tensor at a time, each compared with its checksum.

Tensors are read into their final array and verified on the way; a part of a tensor (:meth:`BundleReader.get_slice`)
is put together from whatever pieces are stored. The data files are read, not mapped; see
:mod:`estimator.formats.bundle_data`, and :meth:`BundleReader.view` for the exception.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np

from estimator.core.dtypes import DType, string
from estimator.core.errors import InvalidArgumentError, NotFoundError
from estimator.core.files import read_regular
from estimator.core.registry import did_you_mean
from estimator.core.tracebacks import cause_of
from estimator.formats import slices
from estimator.formats.bundle_data import DataFiles
from estimator.formats.bundle_index import Entry
from estimator.formats.checksum import crc32c
from estimator.formats.index_form import named, pieces, read_index
from estimator.formats.slices import Extent
from estimator.formats.stored_tensors import Look, StoredTensors, runs_of

Array: TypeAlias = "np.ndarray[Any, Any]"  # of whatever dtype the tensor has

_MOST_INDEX_BYTES = 256 << 20  # about a hundred bytes a tensor: millions of them


class BundleReader:
    """Reads the tensors of a bundle, each verified by its checksum.

    Parameters
    ----------
    prefix : str or path
        The path up to ``.index``.

    Attributes
    ----------
    index_crc : int
        The checksum of the whole index, which holds those of all tensors: it stands for the contents.
    form : IndexForm
        What the index says but for checksums: of checkpoints of the same tensors most likely the very same object.

    Raises
    ------
    NotFoundError
        If there is no such index; the bundles in that folder are named.
    DataLossError
        If the index is damaged, or no regular file.
    PermissionDeniedError
        If it cannot be read.
    """

    def __init__(self, prefix: str | os.PathLike[str]) -> None:
        self.prefix = os.fspath(prefix)
        self._index_path = f"{self.prefix}.index"
        try:
            data = read_regular(self._index_path, _MOST_INDEX_BYTES)
        except NotFoundError as e:
            raise NotFoundError(_no_bundle(self.prefix)) from cause_of(e)
        self.index_crc = crc32c(data)
        self.form, self._by_key = read_index(data, self._index_path)
        self.header = self.form.header
        self._entries = named(self.form, self._by_key)
        self._data = DataFiles(self.prefix, self.header)
        self._stored = StoredTensors(self._data, self.header.is_big_endian)

    def __enter__(self) -> BundleReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the data files; a later :meth:`get` opens them again. They close by themselves when the reader goes."""
        self._data.close()

    def hold(self) -> None:
        """Open all data files now: what is open stays readable when somebody deletes or replaces the checkpoint.

        Raises
        ------
        NotFoundError
            If one that has tensors is missing.
        DataLossError
            If one is too short.
        """
        for name, piece in self.form.last_pieces:
            self._data.require(name, piece)

    @property
    def entries(self) -> dict[str, Entry]:
        """Name -> where the tensor lies."""
        return dict(self._entries)

    def names(self) -> list[str]:
        """The names of all tensors, sorted; slices count as their variable."""
        return sorted(self._entries)

    def stored(self) -> list[tuple[bytes, Entry]]:
        """Everything that has bytes of its own, in the order of the keys: whole tensors, and slices of others."""
        return [(key, entry) for key, entry in self._by_key.items() if not entry.slices]

    def has(self, name: str) -> bool:
        """Whether there is a tensor of that name."""
        return name in self._entries

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a tensor.

        Raises
        ------
        NotFoundError
            If there is none of that name.
        """
        return self._entry(name).shape

    def dtype(self, name: str) -> DType:
        """The element type of a tensor.

        Raises
        ------
        NotFoundError
            If there is none of that name.
        UnimplementedError
            If its type has no counterpart in numpy.
        """
        return self._entry(name).dtype

    def specs(self) -> dict[str, tuple[tuple[int, ...], DType]]:
        """Name -> shape and element type, of all tensors.

        Raises
        ------
        UnimplementedError
            If a type has no counterpart in numpy.
        """
        return dict(self.form.specs)

    def get(self, name: str, out: Array | None = None, look: Look | None = None) -> Array:
        """The tensor's value, in an array that belongs to the caller.

        Parameters
        ----------
        name : str
            Its key.
        out : array, optional
            Of the tensor's shape and dtype; filled and returned. After an error its contents are undefined.
        look : callable, optional
            Is shown the numbers of a tensor in one piece, some at a time while they are in the processor's cache.

        Raises
        ------
        NotFoundError
            If there is no such tensor (the nearest names are given), or its data file is missing.
        InvalidArgumentError
            If `out` does not fit.
        DataLossError
            If the data file is cut off or a checksum does not match.
        UnimplementedError
            If the element type has no counterpart in numpy.
        """
        entry = self._entry(name)
        self._check_fits(name, entry, out)
        if not entry.slices:
            return self._stored.read(name, entry, out, look)
        self._require(name, entry)
        result = self._stored.allocate(name, entry) if out is None else out
        self._assemble(name, entry, [(slices.whole(entry.shape), result)])
        return result

    def get_all(self, names: Iterable[str]) -> dict[str, Array]:
        """The values of many tensors by name, read-only; small ones are read together and share their memory.

        Raises
        ------
        NotFoundError, DataLossError, UnimplementedError
            As :meth:`get`.
        """
        entries = {name: self._entries.get(name) or self._entry(name) for name in names}
        runs = self.form.runs if len(entries) == len(self._entries) else runs_of(entries)
        found = dict(chain.from_iterable(self._stored.runs(runs, entries)))
        return {name: found[name] if name in found else _frozen(self.get(name)) for name in entries}

    def get_slice(self, name: str, extents: Sequence[Extent], out: Array | None = None) -> Array:
        """A part of a tensor, however the tensor is stored: whole, or in parts that are cut elsewhere.

        Memory is taken for the part only. What is read is compared with its checksum, which for a tensor that
        lies in one piece means to read all of it.

        Parameters
        ----------
        name : str
            Its key.
        extents : sequence of (start, length) or None
            What the part takes of each dimension; None for all of it.
        out : array, optional
            Of the part's shape and the tensor's dtype; filled and returned. After an error its contents are
            undefined.

        Raises
        ------
        InvalidArgumentError
            If the tensor has no such part, or `out` does not fit.
        NotFoundError, DataLossError, UnimplementedError
            As :meth:`get`.
        """
        entry = self._entry(name)
        part = self._part(name, entry, extents)
        self._check_fits(name, part, out)
        self._require(name, entry)
        result = self._stored.allocate(name, part) if out is None else out
        self._assemble(name, entry, [(extents, result)])
        return result

    def fill_slices(self, name: str, wanted: Sequence[tuple[Sequence[Extent], Array]]) -> None:
        """Fill several arrays with parts of a tensor, reading it once; see :meth:`get_slice`.

        Parameters
        ----------
        name : str
            Its key.
        wanted : sequence of (extents, array)
            The parts, and where they go. After an error their contents are undefined.

        Raises
        ------
        InvalidArgumentError, NotFoundError, DataLossError, UnimplementedError
            As :meth:`get_slice`.
        """
        entry = self._entry(name)
        for extents, out in wanted:
            self._check_fits(name, self._part(name, entry, extents), out)
        self._assemble(name, entry, wanted)

    def view(self, name: str) -> Array:
        """The tensor's value in mapped memory, read-only: no copy, and no memory of the process's own.

        For tensors that are large and looked at in part. The checksum of the whole is compared first. The array
        stays valid after :meth:`close` and when the file is deleted or replaced; but if somebody cuts the file
        off in place meanwhile, or a network file system loses it, the system ends the process. :meth:`get`
        has no such risk.

        Raises
        ------
        InvalidArgumentError
            If the tensor's bytes are not an array of this machine's: strings, slices of a partitioned variable,
            the other byte order. Use :meth:`get` for these.
        NotFoundError, DataLossError, UnimplementedError
            As :meth:`get`.
        """
        entry = self._entry(name)
        swapped = self.header.is_big_endian == (sys.byteorder == "little")
        if entry.dtype is string or entry.slices or swapped:
            what = (
                "of strings"
                if entry.dtype is string
                else "in slices"
                if entry.slices
                else "in big-endian order"
            )
            raise InvalidArgumentError(
                f"{name!r} of {self.prefix} is stored {what} and cannot be mapped; use get({name!r})."
            )
        return self._data.mapped(name, entry).view(entry.dtype.np).reshape(entry.shape)

    def numbers(self, name: str) -> Iterator[Array]:
        """All stored numbers of a tensor as rows of some thousand, a few at a time: no tensor is too large for it.

        Numbers of one tensor always come in the same rows, those of a partitioned variable slice by slice. A row lies
        in a buffer that the next one takes, in the byte order of the file. What is read is compared with its checksum
        after the last row.

        Raises
        ------
        InvalidArgumentError
            If it holds strings.
        NotFoundError, DataLossError, UnimplementedError
            As :meth:`get`.
        """
        entry = self._entry(name)
        if entry.dtype is string:
            raise InvalidArgumentError(f"{name!r} of {self.prefix} holds strings; use get({name!r}).")
        self._require(name, entry)
        for shown, _, piece in self._pieces(name, entry):
            yield from self._stored.numbers(shown, piece)

    def is_complete(self, name: str) -> bool:
        """Whether all of the tensor is stored, and not only some slices of it.

        Raises
        ------
        NotFoundError
            If there is none of that name.
        """
        entry = self._entry(name)
        return not entry.slices or slices.cover(entry.shape, entry.slices, slices.whole(entry.shape))

    def pieces(self, name: str) -> list[tuple[tuple[Extent, ...], Entry]]:
        """What is stored of a tensor: one piece that is all of it, or several slices, and where they lie.

        Raises
        ------
        NotFoundError
            If there is none of that name.
        """
        return [(extents, entry) for _, extents, entry in self._pieces(name, self._entry(name))]

    def verify(self, names: Iterable[str] | None = None) -> None:
        """Read everything, or the tensors of these names, once and compare all checksums.

        Raises
        ------
        NotFoundError, DataLossError
            For the first tensor that :meth:`get` could not give.
        """
        for name in self._entries if names is None else names:
            for shown, _, piece in self._pieces(name, self._entry(name)):
                self._stored.check(shown, piece)

    def _entry(self, name: str) -> Entry:
        try:
            return self._entries[name]
        except KeyError:
            known = f" It has {len(self._entries)} tensors: {_first(self.names())}."
            hint = did_you_mean(name, self._entries) or known
            raise NotFoundError(f"Key {name} not found in checkpoint {self.prefix}.{hint}") from None

    def _part(self, name: str, entry: Entry, extents: Sequence[Extent]) -> Entry:
        fault = slices.find_outside(entry.shape, extents)
        if fault is not None:
            raise InvalidArgumentError(f"{name!r} of {self.prefix} has shape {list(entry.shape)}: {fault}.")
        return entry._replace(shape=slices.slice_shape(entry.shape, extents))

    def _check_fits(self, name: str, entry: Entry, out: Array | None) -> None:
        if out is not None and (out.shape != entry.shape or out.dtype != entry.dtype.np):
            raise InvalidArgumentError(
                f"{name!r} of {self.prefix} is {entry.dtype.name} {list(entry.shape)}, `out` is "
                f"{out.dtype} {list(out.shape)}."
            )

    def _pieces(self, name: str, entry: Entry) -> Iterator[tuple[str, tuple[Extent, ...], Entry]]:
        return pieces(name, entry, self._by_key)

    def _require(self, name: str, entry: Entry) -> None:
        """Raise if a file is missing or too short, before memory is taken for what the entry claims."""
        for shown, _, piece in self._pieces(name, entry):
            self._data.require(shown, piece)

    def _assemble(self, name: str, entry: Entry, wanted: Sequence[tuple[Sequence[Extent], Array]]) -> None:
        """Copy what the stored pieces have of the wanted parts; each of those is read once, row by row."""
        for extents, _ in wanted:
            self._check_covered(name, entry, extents)
        for shown, stored, piece in self._pieces(name, entry):
            if all(slices.overlap(entry.shape, stored, extents) is None for extents, _ in wanted):
                continue
            if piece.dtype is string or not piece.shape:
                slices.copy_common(entry.shape, stored, self._stored.read(shown, piece, None), wanted)
                continue
            offset = slices.slice_index(stored)[0].start or 0
            for start, rows in self._stored.rows(shown, piece):
                slices.copy_common(entry.shape, ((offset + start, len(rows)), *stored[1:]), rows, wanted)

    def _check_covered(self, name: str, entry: Entry, extents: Sequence[Extent]) -> None:
        if not slices.cover(entry.shape, entry.slices, extents):
            stored = ", ".join(map(slices.show, entry.slices[:5]))
            raise InvalidArgumentError(
                f"{self.prefix} does not have sufficient slices of {name!r} {list(entry.shape)} for "
                f"{slices.show(extents)}; it has {stored}. It was saved from some parts of a partitioned variable: "
                "restore it into the same parts."
            )


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array


def _first(names: Sequence[str], count: int = 10) -> str:
    return ", ".join(map(repr, names[:count])) + (", ..." if len(names) > count else "")


def _no_bundle(prefix: str) -> str:
    """Why there is nothing to read at that prefix, and what there is instead."""
    folder = Path(prefix).parent
    indexes = folder.glob("*.index") if folder.is_dir() else ()
    found = sorted(path.name.removesuffix(".index") for path in indexes)
    text = f"Failed to find any matching files for {prefix}: {prefix}.index does not exist."
    values = os.path.join(prefix, "variables", "variables")
    if os.path.isfile(f"{values}.index"):
        return f"{text} It is the directory of a SavedModel, whose values are {values!r}."
    if Path(prefix).is_dir():
        return f"{text} It is a directory: give one of its checkpoints, such as tf.train.latest_checkpoint({prefix!r})."
    is_part = prefix.endswith((".index", ".meta")) or ".data-" in Path(prefix).name
    if Path(prefix).is_file() and not is_part:
        return (
            f"{text} There is one file, as a checkpoint of the V1 format is, which is not read here: restore it in "
            "TensorFlow, and save it with tf.train.Saver(write_version=tf.train.SaverDef.V2)."
        )
    if is_part:
        named = [name for name in found if Path(prefix).name.startswith(f"{name}.")]
        example = str(folder / (named or found)[0]) if found else "model.ckpt-200"
        return f"{text} Give the prefix of the files, for example {example!r}."
    return f"{text} Checkpoints in {str(folder)!r}: {_first(found) if found else 'none'}."
