"""Under which name a file of ours is written, where somebody else's file may have that name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from estimator.core.errors import OpError
from estimator.model_dir.own_files import own_path


def is_ours(contents: bytes) -> bool:
    return contents.startswith(b"ours")


def name_for(directory: Path) -> str:
    return os.path.basename(own_path(str(directory / "a.yaml"), 1000, is_ours))


def test_a_name_that_is_free_or_ours_is_used(tmp_path: Path) -> None:
    assert name_for(tmp_path) == "a.yaml"
    (tmp_path / "a.yaml").write_text("ours, written before")
    assert name_for(tmp_path) == "a.yaml"


STRANGERS: dict[str, Callable[[Path], object]] = {
    "another file": lambda path: path.write_text("theirs"),
    "a file of ours grown beyond measure": lambda path: path.write_text("ours" * 1000),
    "a folder": lambda path: path.mkdir(),
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "a link to a file of ours": lambda path: path.symlink_to("ours.txt"),
    "a named pipe, which would be read without end": lambda path: os.mkfifo(path),
}


@pytest.mark.parametrize("make", STRANGERS.values(), ids=list(STRANGERS))
def test_what_is_not_ours_keeps_its_name(make: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "ours.txt").write_text("ours")
    make(tmp_path / "a.yaml")
    assert name_for(tmp_path) == "a.estimator.yaml"
    make(tmp_path / "a.estimator.yaml")
    assert name_for(tmp_path) == "a.estimator-2.yaml"


def test_a_directory_that_cannot_be_read_is_an_error_and_no_search_without_end(tmp_path: Path) -> None:
    with pytest.raises(OpError, match="ENAMETOOLONG"):  # as with a directory that one may not search
        name_for(tmp_path / ("long" * 100))
