"""Texts as bytes and as text, whichever of both they are: tf.compat.

Source: tf.compat.{as_bytes, as_text, as_str, as_str_any, path_to_str, bytes_or_text_types}, TF 1.15 util/compat.py
"""

from __future__ import annotations

import os
from typing import Any

from estimator.core.keywords import near_keywords_of_functions


def as_bytes(bytes_or_text: str | bytes, encoding: str = "utf-8") -> bytes:
    """The bytes of a text; bytes as they are.

    Raises
    ------
    TypeError
        If it is neither.
    """
    if isinstance(bytes_or_text, (bytes, bytearray)):
        return bytes(bytes_or_text)
    return _text(bytes_or_text).encode(encoding)


def as_text(bytes_or_text: str | bytes, encoding: str = "utf-8") -> str:
    """The text that bytes are; text as it is.

    Raises
    ------
    TypeError
        If it is neither.
    """
    return bytes_or_text.decode(encoding) if isinstance(bytes_or_text, bytes) else _text(bytes_or_text)


as_str = as_text


def as_str_any(value: Any) -> str:
    """The text that bytes are, and of anything else what ``str`` makes of it."""
    return as_text(value) if isinstance(value, bytes) else str(value)


def path_to_str(path: Any) -> Any:
    """The text of a path object; what is no path object as it is."""
    return os.fspath(path) if isinstance(path, os.PathLike) else path


bytes_or_text_types = (bytes, str)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"expected binary or unicode text, got {value!r} ({type(value).__name__}).")


near_keywords_of_functions(__name__)
