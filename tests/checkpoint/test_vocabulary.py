"""Where the entries of a vocabulary were in an older one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator.checkpoint.vocabulary import VocabInfo, old_places


def test_entries_are_found_by_their_text_and_buckets_begin_anew(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"a\r\nb\nc\n")
    (tmp_path / "new").write_text("c\nx\na\nb")
    assert old_places(VocabInfo(tmp_path / "new", 3, 2, tmp_path / "old")).tolist() == [2, -1, 0, -1, -1]
    assert old_places(VocabInfo(tmp_path / "new", 4, 0, tmp_path / "old", 2)).tolist() == [-1, -1, 0, 1]


def test_arguments_are_checked_together() -> None:
    wrong: Any = {"new_vocab": "", "new_vocab_size": 0, "num_oov_buckets": -1, "old_vocab": 3, "axis": 2}
    with pytest.raises(ValueError) as caught:
        VocabInfo(**wrong, old_vocab_size=0, backup_initializer=0.5)
    assert "VocabInfo: 7 problems" in str(caught.value)
    assert "The only supported values for the axis argument are 0 and 1. Provided axis: 2." in str(
        caught.value
    )
