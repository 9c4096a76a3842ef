"""Tests of texts as bytes and as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator.core.texts import as_bytes, as_str, as_str_any, as_text, bytes_or_text_types, path_to_str


@pytest.mark.parametrize("value", ["né", "né".encode(), bytearray("né".encode())])
def test_texts_become_bytes(value: Any) -> None:
    assert as_bytes(value) == b"n\xc3\xa9"


def test_bytes_become_texts_in_an_encoding() -> None:
    assert as_text(b"n\xe9", "latin-1") == as_str("né") == "né"
    assert as_bytes("né", encoding="latin-1") == b"n\xe9"
    assert [as_str_any(value) for value in (b"a", "b", 3)] == ["a", "b", "3"]


@pytest.mark.parametrize("function", [as_bytes, as_text])
def test_what_is_no_text_is_refused(function: Any) -> None:
    with pytest.raises(TypeError, match=r"expected binary or unicode text, got 3 \(int\)"):
        function(3)


def test_paths_become_texts() -> None:
    assert [path_to_str(path) for path in (Path("a/b"), "a", b"a", 3)] == ["a/b", "a", b"a", 3]
    assert isinstance("a", bytes_or_text_types) and isinstance(b"a", bytes_or_text_types)
