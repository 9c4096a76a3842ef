"""Files that anybody may have put there: no waiting, no flood, and one error that says what is there."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import estimator
from estimator.core import errors
from estimator.core.files import explained, open_regular, read_regular


def test_a_regular_file_is_read_also_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"some bytes")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert read_regular(tmp_path / "link", 10) == b"some bytes"
    with open_regular(str(tmp_path / "file")) as file:
        assert file.read() == b"some bytes"


def test_a_long_file_is_read_to_its_end(tmp_path: Path) -> None:
    contents = bytes(range(1, 256)) * 1000
    (tmp_path / "file").write_bytes(contents)
    assert read_regular(tmp_path / "file", len(contents)) == contents


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "nowhere", tmp_path / "file" / "below"):
        with pytest.raises(errors.NotFoundError, match=f"cannot read '{path}'"):
            read_regular(path, 10)


def test_a_fifo_that_nobody_writes_to_is_an_error_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(errors.DataLossError, match=r"fifo' is a FIFO, where a file is expected.*Remove it"):
        read_regular(tmp_path / "fifo", 10)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no such device")
def test_a_link_to_a_device_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "zero").symlink_to("/dev/zero")
    with pytest.raises(errors.DataLossError, match="zero' is a device"):
        read_regular(tmp_path / "zero", 10)


def test_a_directory_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(errors.DataLossError, match="is a directory"):
        open_regular(tmp_path)


def test_what_cannot_be_opened_is_an_error_of_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's name has 108 bytes at most
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        with pytest.raises(errors.OpError, match="cannot read 'socket'"):
            open_regular("socket")
    Path("round").symlink_to("round")
    with pytest.raises(errors.OpError, match="cannot read 'round'.*ELOOP"):
        open_regular("round")


def test_a_file_may_have_so_many_bytes_and_not_one_more(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_regular(tmp_path / "file", 5) == b"12345"
    with pytest.raises(errors.DataLossError, match="has 5 bytes, more than the 4 that such a file may have"):
        read_regular(tmp_path / "file", 4)


@pytest.mark.parametrize(("size", "what"), [(1 << 40, "more than the"), (1 << 34, "begins with 65536 zeros")])
def test_a_sparse_file_takes_no_memory(tmp_path: Path, size: int, what: str) -> None:
    with open(tmp_path / "sparse", "wb") as file:
        file.truncate(size)
    with pytest.raises(errors.DataLossError, match=what):
        read_regular(tmp_path / "sparse", 1 << 35)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.ENOSPC, errors.ResourceExhaustedError),
        (errno.EDQUOT, errors.ResourceExhaustedError),
        (errno.EROFS, errors.PermissionDeniedError),
        (errno.EACCES, errors.PermissionDeniedError),
        (errno.ENOENT, errors.NotFoundError),
        (errno.EISDIR, errors.AlreadyExistsError),
        (errno.EIO, errors.UnavailableError),
    ],
)
def test_the_error_names_the_file_and_the_code(code: int, kind: type[errors.OpError]) -> None:
    with pytest.raises(kind, match=errno.errorcode[code]) as caught, explained("cannot write 'a'", "/m", 7):
        raise OSError(code, os.strerror(code), "/m/a")
    assert caught.value.message.startswith(f"cannot write 'a' (7 bytes needed): {errno.errorcode[code]}, ")
    assert "'/m/a'" in caught.value.message


def test_a_file_in_the_way_of_a_directory_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "export").write_text("")
    with (
        pytest.raises(errors.NotFoundError, match=r"ENOTDIR, .*/export'\)\. .* is a file and no directory"),
        explained("cannot list", str(tmp_path)),
    ):
        os.listdir(tmp_path / "export")


def test_a_renaming_onto_a_directory_names_the_directory(tmp_path: Path) -> None:
    (tmp_path / "new").touch()
    (tmp_path / "taken").mkdir()
    with pytest.raises(errors.AlreadyExistsError, match=r"EISDIR, .*/taken'\). A directory .*move it away"):
        with explained("cannot write", str(tmp_path)):
            os.rename(tmp_path / "new", tmp_path / "taken")


def test_a_renaming_of_what_is_gone_names_what_is_gone(tmp_path: Path) -> None:
    with (
        pytest.raises(errors.NotFoundError, match=r"ENOENT, .*/old'\)"),
        explained("cannot write", str(tmp_path)),
    ):
        os.rename(tmp_path / "old", tmp_path / "new")


_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from estimator import tf
assert tf.__file__.startswith(sys.argv[1])
with tf.Session() as session:
    assert session.run(tf.constant([1.0]) + 1.0).tolist() == [2.0]
from estimator.core.tensorflow_names import tensorflow_names
assert "relu" in tensorflow_names()["tf.nn"]
"""


def test_the_package_may_be_imported_from_an_archive(tmp_path: Path) -> None:
    package = Path(estimator.__file__).parent
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as written:
        for path in package.rglob("*"):
            if path.suffix in (".py", ".txt"):
                written.write(path, path.relative_to(package.parent))
    subprocess.run([sys.executable, "-c", _PROGRAM, str(archive)], check=True, cwd=tmp_path)
