"""What is fetched is whole and the right file, or is not there; paths are those that TensorFlow 2.15.1 gave."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from estimator import tf

HELLO_MD5 = hashlib.md5(b"hello").hexdigest()
HELLO_SHA256 = hashlib.sha256(b"hello").hexdigest()


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files to fetch; the home folder, and so the cache, is beside it."""
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"hello")
    (folder / "b c.txt").write_bytes(b"blank")
    with tarfile.open(folder / "d.tar.gz", "w:gz") as tar:
        info = tarfile.TarInfo("d/b.txt")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"b"))
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        archive.writestr("z/b.txt", "b")
    return folder


def fetched(source: Path, fname: object, name: str, **options: object) -> str:
    """The path below the home folder of what get_file gives."""
    path = tf.keras.utils.get_file(fname, f"file://{source}/{name}", **options)  # type: ignore[arg-type]
    return os.path.relpath(path, source.parent / "home")


@pytest.mark.parametrize(
    ("fname", "name", "options", "path"),
    [
        ("a.txt", "a.txt", {}, ".keras/datasets/a.txt"),
        (None, "a.txt", {}, ".keras/datasets/a.txt"),
        ("", "a.txt", {}, ".keras/datasets/a.txt"),
        (Path("p.txt"), "a.txt", {}, ".keras/datasets/p.txt"),
        ("b.txt", "b%20c.txt", {"cache_subdir": "x/y"}, ".keras/x/y/b.txt"),
        ("q.txt", "a.txt", {"md5_hash": HELLO_MD5}, ".keras/datasets/q.txt"),
        ("q.txt", "a.txt", {"file_hash": HELLO_SHA256}, ".keras/datasets/q.txt"),
        (
            "q.txt",
            "a.txt",
            {"file_hash": HELLO_MD5.upper(), "hash_algorithm": "md5"},
            ".keras/datasets/q.txt",
        ),
        ("d", "d.tar.gz", {"untar": True}, ".keras/datasets/d"),
        ("d.tar.gz", "d.tar.gz", {"untar": True, "cache_subdir": "u"}, ".keras/u/d"),
        ("d.tar.gz", "d.tar.gz", {"extract": True}, ".keras/datasets/d.tar.gz"),
        ("z.zip", "z.zip", {"extract": True, "archive_format": ["zip"]}, ".keras/datasets/z.zip"),
        ("a.txt", "a.txt", {"extract": True}, ".keras/datasets/a.txt"),
    ],
)
def test_a_file_lies_where_tensorflow_puts_it(
    source: Path, fname: object, name: str, options: dict[str, object], path: str
) -> None:
    for _ in range(2):  # the second time it is there
        assert fetched(source, fname, name, **options) == path
    found = source.parent / "home" / path
    if options.get("untar"):
        assert (found / "b.txt").read_bytes() == b"b"
    elif options.get("extract") and name != "a.txt":
        assert (found.parent / name[0] / "b.txt").read_bytes() == b"b"
    else:
        assert found.read_bytes() in (b"hello", b"blank")
    assert not [entry for entry in found.parent.iterdir() if entry.name.startswith(".")]


def test_absolute_paths_and_other_caches_are_taken(source: Path, tmp_path: Path) -> None:
    get_file, origin = tf.keras.utils.get_file, f"file://{source}/a.txt"
    assert get_file(tmp_path / "abs" / "q.txt", origin) == str(tmp_path / "abs" / "q.txt")
    assert get_file("q", origin, cache_subdir=str(tmp_path / "s")) == str(tmp_path / "s" / "q")
    assert get_file("q", origin, cache_dir=tmp_path / "c") == str(tmp_path / "c" / "datasets" / "q")
    assert get_file("r", str(source / "b c.txt"), cache_dir=tmp_path / "c") == str(tmp_path / "c/datasets/r")


def test_what_is_in_the_cache_needs_no_network(source: Path) -> None:
    cached = source.parent / "home" / ".keras" / "datasets" / "iris.csv"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"hello")
    assert tf.keras.utils.get_file(
        "iris.csv", "http://nowhere.invalid/iris.csv", file_hash=HELLO_SHA256
    ) == str(cached)


def test_another_hash_is_fetched_again_and_a_wrong_file_refused(source: Path) -> None:
    assert fetched(source, "a.txt", "b%20c.txt") == ".keras/datasets/a.txt"
    cached = source.parent / "home" / ".keras" / "datasets" / "a.txt"
    with pytest.raises(ValueError, match=f"md5 hash {hashlib.md5(b'blank').hexdigest()}, not {HELLO_MD5}"):
        fetched(source, "a.txt", "b%20c.txt", md5_hash=HELLO_MD5)
    assert cached.read_bytes() == b"blank"
    fetched(source, "a.txt", "a.txt", md5_hash=HELLO_MD5)
    assert cached.read_bytes() == b"hello"


def test_what_cannot_be_fetched_says_where_to_put_it(source: Path) -> None:
    cached = source.parent / "home" / ".keras" / "datasets" / "n.txt"
    for origin in (f"file://{source}/nothing", "http://127.0.0.1:9/n.txt"):
        with pytest.raises(tf.errors.UnavailableError, match=f"put the file at {cached}"):
            tf.keras.utils.get_file("n.txt", origin)
    assert list(cached.parent.iterdir()) == []


def test_all_wrong_arguments_are_told_at_once() -> None:
    with pytest.raises(
        ValueError, match=r"origin must say.*hash_algorithm must be one of.*archive_format must"
    ):
        tf.keras.utils.get_file("a", hash_algorithm="sha1", archive_format="rar")
    with pytest.raises(ValueError, match="no name of a file ends 'http://x/'; say fname"):
        tf.keras.utils.get_file(origin="http://x/")


class Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/gone":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", "5" if self.path == "/whole" else "50")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *arguments: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Server) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def test_a_file_comes_from_a_server_whole_or_not_at_all(tmp_path: Path, server: str) -> None:
    path = tf.keras.utils.get_file(origin=f"{server}/whole", cache_dir=tmp_path)
    assert Path(path).read_bytes() == b"hello"
    with pytest.raises(tf.errors.UnavailableError, match="5 of 50 bytes came"):
        tf.keras.utils.get_file(origin=f"{server}/part", cache_dir=tmp_path)
    with pytest.raises(tf.errors.UnavailableError, match="Not Found"):
        tf.keras.utils.get_file(origin=f"{server}/gone", cache_dir=tmp_path)
    assert os.listdir(tmp_path / "datasets") == ["whole"]
