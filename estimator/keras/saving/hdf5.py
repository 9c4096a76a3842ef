"""HDF5 files as folders of texts and arrays, which is all of the format that Keras uses.

A file comes from anywhere, so the library that reads it is asked for little. Of links only those to the file's own
groups and arrays are followed, which may name one group twice and even go in circles. An array must be numbers that
lie in the file itself, packed by filters that HDF5 brings, and no larger than so many stored bytes can be: a file of a
kilobyte may claim terabytes. Its numbers are read when they are asked for, so that shapes can be compared first.

What is written is made in memory, since HDF5 wants to go back and forth in a file, and the door through which files
are written goes forwards.

Source
------
h5py 3.16; HDF5's registered filters (32000 is LZF, which comes with h5py); deflate makes of a byte 1032 at most
"""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from estimator.core.errors import DataLossError
from estimator.core.extras import from_extra
from estimator.core.frozen import mutable

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_MOST_ENTRIES = 1 << 20  # groups and arrays of one file
_DEEPEST = 64
_FREE_BYTES = 1 << 20  # so much memory an array may want whatever it is stored in
_MOST_EXPANSION = 1100
_FILTERS = {1, 2, 3, 4, 32000}  # deflate, shuffle, fletcher32, szip, lzf: all others load a library
_ATTRIBUTE_BYTES = 64512  # of a list of texts: what HDF5 keeps in the header of a group

Texts = str | list[str]


class StoredArray:
    """An array in an open file: what it says of itself, and its numbers when they are asked for.

    Parameters
    ----------
    dataset : h5py.Dataset
    place : str
        Which array of which file, for messages.
    """

    def __init__(self, dataset: Any, place: str) -> None:
        self._dataset = dataset
        self._place = place
        self.shape: tuple[int, ...] = tuple(dataset.shape or ())
        self.dtype: np.dtype[Any] = dataset.dtype
        _check_array(dataset, place)

    def read(self) -> np.ndarray:
        """The numbers.

        Raises
        ------
        DataLossError
            If they cannot be read, or are fewer or more than was said.
        """
        try:
            return np.asarray(self._dataset[()])
        except (OSError, RuntimeError, ValueError, TypeError) as error:
            raise DataLossError(
                f"{self._place} cannot be read: {error}. Put the file back from a copy."
            ) from error


@mutable
class Folder:
    """A group: what is said of it, and what it holds.

    Parameters
    ----------
    texts : dict from str to str or list of str
        Its attributes; those that are no texts are left out.
    folders : dict from str to Folder
        One that stands under two names is stored once.
    arrays : dict from str to numpy.ndarray or StoredArray
    """

    texts: dict[str, Texts]
    folders: dict[str, Folder]
    arrays: dict[str, Any]  # an array to write, or one that can be read

    @classmethod
    def empty(cls) -> Folder:
        """A folder with nothing in it."""
        return cls({}, {}, {})

    def folder(self, path: str) -> Folder | None:
        """The folder of that path from here, or None."""
        found: Folder | None = self
        for name in path.split("/") if path else ():
            found = found.folders.get(name) if found is not None else None
        return found

    def array(self, path: str) -> Any:  # StoredArray, np.ndarray or None
        """The array of that path from here, or None."""
        above, _, name = path.rpartition("/")
        found = self.folder(above)
        return None if found is None else found.arrays.get(name)

    def make(self, path: str) -> Folder:
        """The folder of that path from here, which is made if need be."""
        found = self
        for name in path.split("/") if path else ():
            found = found.folders.setdefault(name, Folder.empty())
        return found

    def put(self, path: str, array: np.ndarray) -> None:
        """Place an array under that path."""
        above, _, name = path.rpartition("/")
        self.make(above).arrays[name] = array

    def names(self, attribute: str) -> list[str]:
        """A list of texts; one that was too long for an attribute stands in several, which are numbered."""
        whole = self.texts.get(attribute)
        parts = [whole] if whole is not None else []
        while whole is None and (part := self.texts.get(f"{attribute}{len(parts)}")) is not None:
            parts.append(part)
        return [text for part in parts for text in ([part] if isinstance(part, str) else part)]


@contextlib.contextmanager
def opened(file: BinaryIO, name: str) -> Iterator[Folder]:
    """The folder that the file is, for as long as the block lasts.

    Parameters
    ----------
    file : binary file
        Open for reading, at any place.
    name : str
        What it is called in messages.

    Raises
    ------
    DataLossError
        If it is no HDF5 file, damaged, or holds what no file of Keras does.
    ImportError
        If h5py is not installed.
    """
    h5py = _library()
    if not is_hdf5(file):
        raise DataLossError(f"{name} is no HDF5 file, or damaged: its first bytes are others.")
    with contextlib.ExitStack() as stack:
        try:
            group = stack.enter_context(h5py.File(file, "r"))
            folder = _Reader(h5py, name).folder(group, 0)
        except (OSError, RuntimeError, ValueError, KeyError, TypeError, OverflowError) as error:
            if isinstance(error, DataLossError):
                raise
            raise DataLossError(
                f"{name} is a damaged HDF5 file: {error}. Put it back from a copy."
            ) from error
        yield folder


def is_hdf5(file: BinaryIO) -> bool:
    """Whether it begins as HDF5 files of Keras do; HDF5 itself allows other bytes in front."""
    file.seek(0)
    begins = file.read(len(_SIGNATURE)) == _SIGNATURE
    file.seek(0)
    return begins


def written(folder: Folder) -> bytes:
    """The bytes of a file that holds the folder.

    Raises
    ------
    ImportError
        If h5py is not installed.
    """
    h5py = _library()
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        _write(file, folder, {id(folder): file})
    return memory.getvalue()


def _library() -> Any:  # the module h5py, which has no types
    with from_extra("keras", "files of Keras need"):
        import h5py
    return h5py


class _Reader:
    """Walks through an open file, and counts what it finds."""

    def __init__(self, h5py: Any, name: str) -> None:
        self._h5py = h5py
        self._name = name
        self._found = 0

    def folder(self, group: Any, depth: int) -> Folder:
        """What the group holds, down to the arrays."""
        place = f"{group.name!r} of {self._name}"
        self._found += 1 + len(group)
        if depth > _DEEPEST or self._found > _MOST_ENTRIES:
            raise DataLossError(
                f"{self._name} holds groups without end (at {place[:200]}); nothing is read from it."
            )
        result = Folder(self._texts(group, place), {}, {})
        for name in group:
            if not isinstance(group.get(name, getlink=True), self._h5py.HardLink):
                raise DataLossError(f"{name!r} in {place} is a link to elsewhere, which is not followed.")
            entry = group[name]
            if isinstance(entry, self._h5py.Group):
                result.folders[name] = self.folder(entry, depth + 1)
            elif isinstance(entry, self._h5py.Dataset):
                result.arrays[name] = StoredArray(entry, f"array {entry.name!r} of {self._name}")
        return result

    def _texts(self, group: Any, place: str) -> dict[str, Texts]:
        texts: dict[str, Texts] = {}
        for name in group.attrs:
            value = group.attrs[name]
            if isinstance(value, (str, bytes)):
                texts[name] = _decoded(value, place)
            elif isinstance(value, np.ndarray) and (value.dtype.kind in "SOU" or not value.size):
                texts[name] = [_decoded(text, place) for text in value.ravel().tolist()]
        return texts


def _decoded(value: str | bytes, place: str) -> str:
    try:
        return value.decode() if isinstance(value, bytes) else value.encode().decode()
    except (UnicodeError, AttributeError) as error:
        raise DataLossError(f"an attribute of {place} is no text in UTF-8; the file is damaged.") from error


def _check_array(dataset: Any, place: str) -> None:
    """Refuse what is no plain array of numbers in this file."""
    if dataset.dtype.kind not in "biuf":
        raise DataLossError(f"{place} holds no numbers ({dataset.dtype}); nothing is read from it.")
    if dataset.external or dataset.is_virtual:
        raise DataLossError(f"{place} lies in other files, which are not opened.")
    properties = dataset.id.get_create_plist()
    filters = {properties.get_filter(number)[0] for number in range(properties.get_nfilters())}
    if filters - _FILTERS:
        raise DataLossError(f"{place} is packed by filters that are not used: {sorted(filters - _FILTERS)}.")
    declared = math.prod(dataset.shape or (0,)) * dataset.dtype.itemsize
    stored = dataset.id.get_storage_size()
    if declared > max(_FREE_BYTES, stored * _MOST_EXPANSION):
        raise DataLossError(
            f"{place} claims {declared} bytes, of which the file stores {stored}: it is damaged or made to fill memory."
        )


def _write(group: Any, folder: Folder, made: dict[int, Any]) -> None:
    """Put what the folder holds into an open group; what is in the file already gets one more name."""
    for name, texts in folder.texts.items():
        _write_texts(group, name, texts)
    for name, array in folder.arrays.items():
        group.create_dataset(name, data=array)
    for name, inner in folder.folders.items():
        if id(inner) in made:
            group[name] = made[id(inner)]
        else:
            made[id(inner)] = group.create_group(name)
            _write(made[id(inner)], inner, made)


def _write_texts(group: Any, name: str, texts: Texts) -> None:
    if isinstance(texts, str):
        group.attrs[name] = texts
        return
    encoded = [text.encode() for text in texts]
    parts = 1
    while max(part.nbytes for part in np.array_split(encoded, parts)) > _ATTRIBUTE_BYTES:
        parts += 1
    if parts == 1:
        group.attrs[name] = encoded
    for number, part in enumerate(np.array_split(encoded, parts) if parts > 1 else ()):
        group.attrs[f"{name}{number}"] = part
