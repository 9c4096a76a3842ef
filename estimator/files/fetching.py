"""A file of a script's data, fetched once and kept below a cache: tf.keras.utils.get_file.

What comes is written beside its name and takes the name when it is whole and its hash is right, so what stands there is
never half a file; archives are unpacked in the same way.

Source
------
tf.keras.utils.get_file, TF 1.15 and 2.15 keras/utils/data_utils.py
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tarfile
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

from estimator.core import errors
from estimator.core.files import Path, local_path
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.log import get_logger
from estimator.files import tree
from estimator.model_dir.storage import NewFile, replacing

_AT_ONCE = 1 << 20
_SECONDS = 60  # without a byte, after which a server is given up
_REMOTE = ("http", "https", "ftp")
_ALGORITHMS = ("auto", "md5", "sha256")
_FORMATS = ("auto", "tar", "zip")


def get_file(
    fname: Path | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: Path = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | Sequence[str] | None = "auto",
    cache_dir: Path | None = None,
) -> str:
    """The path of a file in the cache, which is fetched if it is not there.

    Parameters
    ----------
    fname : str or path, optional
        What it is called there, ``~/.keras/datasets/FNAME`` if nothing else is said; an absolute path is taken as it
        is. The last part of `origin` by default.
    origin : str
        Where it is fetched from: an address (``https://...``), ``file://`` and a local path, or a local path.
    untar : bool
        Whether it is a tar archive: it is unpacked, and the path of what is in it comes back, FNAME without
        ``.tar.gz``.
    md5_hash, file_hash : str, optional
        The hash it must have, in hexadecimal digits; one in the cache that has another is fetched again.
    cache_subdir : str or path
        The directory below the cache, or an absolute one.
    hash_algorithm : str
        ``md5`` or ``sha256``; ``auto`` tells by the length.
    extract : bool
        Whether to unpack an archive beside it; the path of the archive comes back.
    archive_format : str or list of str, optional
        ``tar`` (compressed or not), ``zip``, or ``auto`` for both.
    cache_dir : str or path, optional
        The cache: ``~/.keras``, or ``.keras`` in the system's temporary directory where that cannot be written.

    Raises
    ------
    ValueError
        If an argument is wrong, or the file has another hash.
    UnavailableError
        If it cannot be fetched: there is no network, or nothing at the address. The message says where to put it.

    Example
    -------
    >>> from estimator import tf
    >>> folder = getfixture("tmp_path")
    >>> tf.gfile.GFile(folder / "iris.csv", "w").write("5.1,3.5,1.4,0.2,0")
    >>> tf.keras.utils.get_file(origin=f"file://{folder}/iris.csv", cache_dir=folder / "cache").endswith(
    ...     "cache/datasets/iris.csv")
    True
    """
    _check_arguments(origin, hash_algorithm, archive_format)
    assert origin is not None
    name = os.fsdecode(fname or "") or _last_part(origin)
    if untar:
        name = name.removesuffix(".tar.gz")
    folder = os.path.join(cache_folder(cache_dir), os.fsdecode(cache_subdir))
    path = os.path.join(folder, name + ".tar.gz" if untar else name)
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    if not os.path.exists(path) or not _is_right(path, file_hash, hash_algorithm):
        tree.makedirs(os.path.dirname(path))
        _fetch(origin, path, file_hash, hash_algorithm)
    if untar:
        unpacked = os.path.join(folder, name)
        if not os.path.exists(unpacked):
            _unpack(path, os.path.dirname(path), ("tar",))
        return unpacked
    if extract:
        _unpack(path, os.path.dirname(path), _formats(archive_format))
    return path


def _check_arguments(origin: str | None, hash_algorithm: str, archive_format: Any) -> None:
    wrong = []
    if not origin:
        wrong.append("origin must say where to fetch the file: an address or a local path")
    if hash_algorithm not in _ALGORITHMS:
        wrong.append(f"hash_algorithm must be one of {', '.join(_ALGORITHMS)}, given: {hash_algorithm!r}")
    if not set(_formats(archive_format)) <= set(_FORMATS):
        wrong.append(f"archive_format must be of {', '.join(_FORMATS)}, given: {archive_format!r}")
    if wrong:
        raise ValueError(f"get_file: {'; '.join(wrong)}.")


def _formats(archive_format: str | Sequence[str] | None) -> Sequence[str]:
    if archive_format == "auto":
        return ("tar", "zip")
    return (archive_format,) if isinstance(archive_format, str) else archive_format or ()


def _last_part(origin: str) -> str:
    name = os.path.basename(urllib.parse.urlparse(origin).path)
    if not name:
        raise ValueError(f"get_file: no name of a file ends {origin!r}; say fname.")
    return name


def cache_folder(cache_dir: Path | None = None) -> str:
    """Where files are kept: ``~/.keras``, or below the temporary directory if that cannot be written."""
    if cache_dir is not None:
        return os.path.expanduser(os.fsdecode(cache_dir))
    home = os.path.expanduser("~")
    below = os.path.join(home, ".keras")
    writable = os.access(below if os.path.exists(below) else home, os.W_OK)
    return below if writable else os.path.join(tempfile.gettempdir(), ".keras")


# -- hashes ----------------------------------------------------------------------------------------


def _digest_of(file_hash: str, algorithm: str) -> Any:
    """An empty digest of the kind that the hash is of."""
    of_sha256 = algorithm == "sha256" or (algorithm == "auto" and len(file_hash) == 64)
    return hashlib.sha256() if of_sha256 else hashlib.md5(usedforsecurity=False)


def _is_right(path: str, file_hash: str | None, algorithm: str) -> bool:
    if file_hash is None:
        return True
    digest = _digest_of(file_hash, algorithm)
    with open(path, "rb") as file:
        while part := file.read(_AT_ONCE):
            digest.update(part)
    if digest.hexdigest() == file_hash.lower():
        return True
    get_logger().warning("%s has not the hash %s: it is fetched again.", path, file_hash)
    return False


# -- fetching --------------------------------------------------------------------------------------


def _fetch(origin: str, path: str, file_hash: str | None, algorithm: str) -> None:
    """Write what is at the origin, if it has the hash, under the path."""
    get_logger().info("Downloading data from %s to %s", origin, path)
    digest = _digest_of(file_hash or "", algorithm)
    with _explained(origin, path), _opened(origin) as (source, length), replacing(path) as new:
        came = _copied(source, new, digest)
        if length is not None and came != length:
            raise EOFError(f"{came} of {length} bytes came")
        if file_hash is not None and digest.hexdigest() != file_hash.lower():
            raise ValueError(
                f"get_file: what is at {origin} has the {digest.name} hash {digest.hexdigest()}, not {file_hash}: "
                "it is incomplete or another file. Nothing was put into the cache."
            )


def _copied(source: IO[bytes], new: NewFile, digest: Any) -> int:
    came = 0
    while part := source.read(_AT_ONCE):
        digest.update(part)
        new.write(part)
        came += len(part)
    return came


@contextlib.contextmanager
def _opened(origin: str) -> Iterator[tuple[IO[bytes], int | None]]:
    """What is read at an origin, and how many bytes there are, if it is told."""
    if urllib.parse.urlparse(origin).scheme not in _REMOTE:
        name = (
            urllib.parse.unquote(local_path(origin)) if origin.startswith("file://") else local_path(origin)
        )
        with open(name, "rb") as file:
            yield file, os.fstat(file.fileno()).st_size
        return
    with _answered(origin) as answer:
        told = answer.headers.get("Content-Length")
        yield answer, None if told is None else int(told)


def _answered(origin: str) -> Any:
    try:
        return urllib.request.urlopen(origin, timeout=_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()  # it is an answer, too, and holds the connection
        raise


@contextlib.contextmanager
def _explained(origin: str, path: str) -> Iterator[None]:
    """Turn what the network or the disk refuses into one error that says what to do.

    Raises
    ------
    UnavailableError
        If an OSError is raised inside, as those of urllib are, or too few bytes came.
    """
    try:
        yield
    except (OSError, EOFError) as error:
        reason = getattr(error, "reason", None) or error
        raise errors.UnavailableError(
            f"cannot fetch {origin}: {reason}. Without a network put the file at {path}, "
            "or let origin be a local path."
        ) from error


# -- archives --------------------------------------------------------------------------------------


def _unpack(path: str, folder: str, formats: Sequence[str]) -> None:
    """Put what is in an archive into the folder, each entry whole or not at all; no archive is left as it is."""
    is_tar = "tar" in formats and tarfile.is_tarfile(path)
    if not is_tar and not ("zip" in formats and zipfile.is_zipfile(path)):
        return
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=folder) as beside:
        if is_tar:
            if not hasattr(tarfile, "data_filter"):  # Python 3.11.0 to 3.11.3
                raise RuntimeError(f"this Python cannot unpack {path} safely; unpack it yourself beside it.")
            with tarfile.open(path) as tar:
                tar.extractall(beside, filter="data")  # nothing outside the folder, no devices
        else:
            with zipfile.ZipFile(path) as archive:
                archive.extractall(beside)
        for name in sorted(os.listdir(beside)):
            _put(os.path.join(beside, name), os.path.join(folder, name))


def _put(source: str, target: str) -> None:
    """Give what was unpacked its name, into the directory of that name if there is one, over the files in it."""
    if os.path.isdir(source) and os.path.isdir(target):
        for name in sorted(os.listdir(source)):
            _put(os.path.join(source, name), os.path.join(target, name))
    else:
        tree.rename(source, target, overwrite=True)


near_keywords_of_functions(__name__)
