"""A whole file, read or written at once.

Source: tensorflow/python/lib/io/file_io.py
"""

from __future__ import annotations

from typing import Any

from estimator.files.gfile import GFile


def read_file_to_string(filename: Any, binary_mode: bool = False) -> str | bytes:
    """What a file contains, as text or as bytes.

    Raises
    ------
    NotFoundError
        If there is no such file.
    """
    with GFile(filename, "rb" if binary_mode else "r") as file:
        content: str | bytes = file.read()
    return content


def write_string_to_file(filename: Any, file_content: str | bytes) -> None:
    """Make a file that contains this."""
    with GFile(filename, "wb" if isinstance(file_content, bytes) else "w") as file:
        file.write(file_content)
