"""Files that a graph reads, writes and finds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import NotFoundError, OpError
from estimator.functions.files import matching_files, read_file, write_file
from estimator.runtime.session import Session

# What TensorFlow 2.15.1 found in such a directory by each pattern.
NAMES = (
    "a1.png",
    "a2.png",
    "b1.png",
    ".dot",
    "x*y",
    "[z]",
    "a-b",
    "a]b",
    "a^b",
    "sub/a1.png",
    "sub/deep/a1.png",
)
FOUND = {
    "a*": ["./a-b", "./a1.png", "./a2.png", "./a]b", "./a^b"],
    "a?.png": ["./a1.png", "./a2.png"],
    "[ab]1.png": ["./a1.png", "./b1.png"],
    "[!a]1.png": ["./b1.png"],
    "[^a]1.png": ["./b1.png"],
    "*/a1.png": ["./sub/a1.png"],
    "**/a1.png": ["./sub/a1.png"],
    "x\\*y": ["./x*y"],
    "sub": ["sub"],
    "sub/": ["sub/"],
    "sub/*": ["sub/a1.png", "sub/deep"],
    "none*": [],
    "none": [],
    "\\[z\\]": ["./[z]"],
    "[[]z]": ["./[z]"],
    "*": ["./.dot", "./[z]", "./a-b", "./a1.png", "./a2.png", "./a]b", "./a^b", "./b1.png", "./sub", "./x*y"],
    "../g/a*g": ["../g/a1.png", "../g/a2.png"],
    "a[]]b": ["./a]b"],
    "a[]-]b": ["./a-b", "./a]b"],
    "a[a^]b": ["./a^b"],
    "a[!-z]b": ["./a]b", "./a^b"],
    "a[1-2].png": ["./a1.png", "./a2.png"],
    "{a,b}1.png": [],
    "a1.png/*": [],
    "": [],
    "sub//a1.png": ["sub//a1.png"],
    "[a": [],
}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        path = tmp_path / "g" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path / "g")


def run(fetch: Any) -> Any:
    with Session() as session:
        return session.run(fetch)


@pytest.mark.parametrize("pattern", FOUND)
def test_a_pattern_finds_what_it_finds_in_tensorflow(pattern: str) -> None:
    assert [os.fsdecode(path) for path in run(matching_files(pattern))] == FOUND[pattern]


def test_patterns_together_find_their_files_in_one_order() -> None:
    here = os.fsencode(os.getcwd())
    found = run(matching_files([here + b"/b*", here + b"/a1*"]))
    assert found.tolist() == [here + b"/a1.png", here + b"/b1.png"]
    assert run(matching_files(np.zeros(0, object))).shape == (0,)


def test_what_is_written_is_read_whole_with_its_zeros() -> None:
    contents = bytes(range(256)) * 3 + b"\0\0"
    run(write_file("new/below/file", contents))
    assert Path("new/below/file").read_bytes() == contents
    assert run(read_file("new/below/file")) == contents


def test_a_name_may_come_out_of_the_graph() -> None:
    Path("b1.png").write_bytes(b"picture")
    assert run(read_file(matching_files("b?.png")[0])) == b"picture"


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(NotFoundError, match="'none.png'"):
        run(read_file("none.png"))


def test_a_directory_is_no_file() -> None:
    with pytest.raises(OpError, match="'sub' is a directory"):
        run(read_file("sub"))


def test_a_file_where_a_directory_should_be_is_named() -> None:
    with pytest.raises(OpError, match="a1.png"):
        run(write_file("a1.png/below", "x"))


def test_several_names_are_refused_when_the_graph_is_built() -> None:
    with pytest.raises(ValueError, match="filename must be a scalar"):
        read_file(["a", "b"])
