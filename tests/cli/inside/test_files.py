"""Whole files."""

from __future__ import annotations

from typing import Any

from estimator.cli.inside.files import read_file_to_string, write_string_to_file


def test_a_file_is_written_and_read_at_once(tmp_path: Any) -> None:
    path = str(tmp_path / "names.txt")
    write_string_to_file(path, "Zürich\n")
    assert read_file_to_string(path) == "Zürich\n"
    assert read_file_to_string(path, binary_mode=True) == "Zürich\n".encode()
    write_string_to_file(path, b"\xff")
    assert read_file_to_string(path, True) == b"\xff"
