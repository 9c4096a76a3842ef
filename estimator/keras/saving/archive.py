"""``.keras`` files: an archive of a model's configuration, of what made it, and of its weights.

::

    metadata.json        {"keras_version": "3.15.1", "date_saved": "2026-11-29@20:39:46", "made_by": {...}}
    config.json          class_name, config, compile_config
    model.weights.h5     see variable_tree

Only these three are read, none is unpacked to a disk, and none may come out larger than what is in the file could
make of it. Files of 2.13 may have their weights as a pickle (.npz), which is code and never read.

Source
------
Keras 3.15.1 saving/saving_lib.py; zipfile of the standard library
"""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from estimator.core.errors import DataLossError
from estimator.core.named_tuple import NamedTuple
from estimator.keras.saving import hdf5
from estimator.keras.saving.hdf5 import Folder

KERAS_VERSION = "3.15.1"  # whose layout is written
_METADATA, _CONFIG, _WEIGHTS = "metadata.json", "config.json", "model.weights.h5"
_MOST_JSON = 64 << 20
_FREE_BYTES = 16 << 20
_MOST_EXPANSION = 100  # weights pack to half of their size; deflate could make 1032 bytes of one
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class Archive(NamedTuple):
    """What such a file holds.

    Parameters
    ----------
    config : JSON
    keras_version : str
        Empty if it is not told.
    weights : Folder
        With arrays that can be read as long as the file is open.
    """

    config: Any
    keras_version: str
    weights: Folder


def is_archive(file: BinaryIO) -> bool:
    """Whether the file begins as an archive does."""
    file.seek(0)
    begins = file.read(4) == b"PK\3\4"
    file.seek(0)
    return begins


@contextlib.contextmanager
def opened(file: BinaryIO, name: str) -> Iterator[Archive]:
    """What is in the file, for as long as the block lasts.

    Raises
    ------
    DataLossError
        If it is no such archive, or damaged, or made to fill memory.
    ImportError
        If h5py is not installed.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            config = parsed(_member(archive, _CONFIG, name, _MOST_JSON), f"{_CONFIG} of {name}")
            metadata = parsed(_member(archive, _METADATA, name, _MOST_JSON), f"{_METADATA} of {name}")
            weights = _member(archive, _WEIGHTS, name, None)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        if isinstance(error, DataLossError):
            raise
        raise DataLossError(f"{name} is a damaged archive: {error}. Put it back from a copy.") from error
    version = metadata.get("keras_version", "") if isinstance(metadata, dict) else ""
    with hdf5.opened(io.BytesIO(weights), f"{_WEIGHTS} of {name}") as folder:
        yield Archive(config, str(version), folder)


def _member(archive: zipfile.ZipFile, member: str, name: str, most_bytes: int | None) -> bytes:
    """The bytes of a member, unless they are more than it can have."""
    try:
        info = archive.getinfo(member)
    except KeyError as error:
        there = ", ".join(sorted(archive.namelist())[:8]) or "nothing"
        advice = (
            " Weights as .npz are pickles, which are never read; save as .h5."
            if "model.weights.npz" in there
            else ""
        )
        raise DataLossError(
            f"{name} is an archive without {member}, and so no model of Keras; it holds {there}.{advice}"
        ) from error
    if info.flag_bits & 1 or info.compress_type not in _PACKED:
        raise DataLossError(f"{member} of {name} is encrypted, or packed in a way that Keras does not use.")
    most = max(_FREE_BYTES, info.compress_size * _MOST_EXPANSION) if most_bytes is None else most_bytes
    if info.file_size > most:
        raise DataLossError(
            f"{member} of {name} claims {info.file_size} bytes, of which the archive stores {info.compress_size}: it "
            "is damaged or made to fill memory."
        )
    return archive.read(info)


def parsed(text: str | bytes, what: str) -> Any:
    """What the JSON says.

    Raises
    ------
    DataLossError
        If it is none.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataLossError(f"{what} is no JSON: {error}. The file is damaged.") from error


def maker(file: BinaryIO, name: str) -> Any:
    """What an archive says of its making, as :func:`written` was told; None if it says nothing.

    Raises
    ------
    DataLossError
        If it is no such archive, or damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            metadata = parsed(_member(archive, _METADATA, name, _MOST_JSON), f"{_METADATA} of {name}")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise DataLossError(f"{name} is a damaged archive: {error}. Put it back from a copy.") from error
    return metadata.get("made_by") if isinstance(metadata, dict) else None


def written(config: Any, weights: bytes, made_by: Mapping[str, Any] | None = None) -> bytes:
    """The bytes of a file.

    Parameters
    ----------
    config : JSON
        In Keras 3's words.
    weights : bytes
        An HDF5 file.
    made_by : JSON, optional
        What is to be known of its making; Keras does not look at it.
    """
    date = datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S")
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        metadata: dict[str, Any] = {"keras_version": KERAS_VERSION, "date_saved": date}
        if made_by is not None:
            metadata["made_by"] = made_by
        archive.writestr(_METADATA, json.dumps(metadata))
        archive.writestr(_CONFIG, json.dumps(config))
        archive.writestr(_WEIGHTS, weights)
    return memory.getvalue()
