"""The files of the datasets, as others have put them there: nothing is fetched, and nothing in them is executed.

Arrays of lists are stored as pickles. Of those only arrays and plain values are made; whatever else a
pickle asks for is refused.
"""

from __future__ import annotations

import os
import pickle
from typing import IO, Any
from zipfile import BadZipFile

import numpy as np

from estimator.core.errors import DataLossError, NotFoundError
from estimator.files.fetching import cache_folder

Array = np.ndarray[Any, Any]
Pairs = tuple[tuple[Array, Array], tuple[Array, Array]]
STORE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


def local_path(name: str | os.PathLike[str], origin: str, sha256: str | None = None) -> str:
    """The path of a file or folder below ``~/.keras/datasets``; an absolute one is taken as it is.

    Parameters
    ----------
    name : str or path
    origin : str
        Where others get it from, for the message.
    sha256 : str, optional
        Of the public file, likewise.

    Raises
    ------
    NotFoundError
        If it is not there; the message says what to put where.
    """
    path = os.path.join(cache_folder(), "datasets", os.fspath(name))
    if os.path.exists(path):
        return path
    digest = f" Its sha256 is {sha256}." if sha256 else ""
    raise NotFoundError(
        f"the data are read from {path}, which is not there; nothing is fetched. Get {origin} and put it there.{digest}"
    )


def arrays_in(path: str, *names: str) -> list[Array]:
    """Arrays of an .npz file, by their names.

    Raises
    ------
    DataLossError
        If it is no such file, lacks one of them, or has something else than arrays and lists in it.
    """
    try:
        with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
            missing = [name for name in names if name not in file.files]
            if missing:
                raise DataLossError(f"{path} has no {', '.join(missing)}; it has {', '.join(file.files)}.")
            return [_array(file, name) for name in names]
    except DataLossError:
        raise
    except (ValueError, OSError, EOFError, TypeError, AttributeError, BadZipFile) as error:
        raise DataLossError(f"{path} cannot be read as an .npz file: {error}") from error


def _array(file: Any, name: str) -> Array:
    with file.zip.open(f"{name}.npy") as member:
        version = np.lib.format.read_magic(member)
        read = (
            np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        )
        has_objects = read(member)[2].hasobject
        if has_objects:
            return np.asarray(plain_pickle(member), object)
    return np.asarray(file[name])


def plain_pickle(file: IO[bytes], encoding: str = "ASCII") -> Any:
    """What a pickle of arrays, lists, dicts, texts and numbers holds.

    Raises
    ------
    DataLossError
        If it asks for anything else.
    """
    try:
        return _PlainUnpickler(file, encoding=encoding).load()
    except DataLossError:
        raise
    except (pickle.UnpicklingError, EOFError, AttributeError, IndexError, TypeError, ValueError) as error:
        raise DataLossError(f"a pickle of arrays cannot be read: {error}") from error


_MAKES_ARRAYS = np.array(0).__reduce__()[0]
_MAKES_SCALARS = np.float32(0).__reduce__()[0]


class _PlainUnpickler(pickle.Unpickler):
    """Makes arrays, and nothing that could do something."""

    def find_class(self, module: str, name: str) -> Any:
        """The few functions of numpy by which arrays are made."""
        if module in ("numpy.core.multiarray", "numpy._core.multiarray"):
            found = {"_reconstruct": _MAKES_ARRAYS, "scalar": _MAKES_SCALARS}.get(name)
            if found is not None:
                return found
        if module == "numpy" and name in ("ndarray", "dtype"):
            return getattr(np, name)
        if (module, name) == ("_codecs", "encode"):  # bytes, by Python 2's protocols
            return _encode
        raise DataLossError(f"a file of arrays asks for {module}.{name}, which is not made of files.")


def _encode(text: str, encoding: str) -> bytes:
    return text.encode("latin-1" if encoding in ("latin1", "latin-1") else "utf-8")
