"""Whether a checkpoint holds given values already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.resume import RESUME_KEY, ResumeState, encode_resume
from estimator.checkpoint.unchanged import holds
from estimator.formats.bundle import BundleReader
from estimator.formats.slices import SlicedArray
from estimator.model_dir.series import CheckpointSeries

HALVES = SlicedArray((4,), ((((0, 2),), np.zeros(2, np.float32)), (((2, 2),), np.ones(2, np.float32))))
VALUES: dict[str, Any] = {
    "w": np.arange(6, dtype=np.float32).reshape(2, 3),
    "step": np.array(7),
    "words": np.array([b"a", b"b\0"], object),
    "halves": HALVES,
}


@pytest.fixture
def prefix(tmp_path: Path) -> str:
    return CheckpointSeries(tmp_path).save("m-1", VALUES)


def test_the_very_values_are_held(prefix: str) -> None:
    assert holds(prefix, VALUES)


OTHERS: dict[str, dict[str, Any]] = {
    "a number": {"w": VALUES["w"] + 1},
    "the same bytes in another shape": {"w": VALUES["w"].reshape(3, 2)},
    "a text": {"words": np.array([b"a", b"b"], object)},
    "texts of the same bytes, cut elsewhere": {"words": np.array([b"ab", b"\0"], object)},
    "a slice": {"halves": SlicedArray((4,), (HALVES.slices[0], (((2, 2),), np.zeros(2, np.float32))))},
    "other slices": {"halves": np.array([0, 0, 1, 1], np.float32)},
    "one more": {"more": np.array(1)},
}


@pytest.mark.parametrize("other", OTHERS)
def test_other_values_are_not_held(prefix: str, other: str) -> None:
    assert not holds(prefix, VALUES | OTHERS[other])


def test_what_is_left_out_now_is_a_difference(prefix: str) -> None:
    assert not holds(prefix, {key: value for key, value in VALUES.items() if key != "step"})


def test_what_is_not_a_variables_does_not_count(prefix: str) -> None:
    assert holds(prefix, VALUES | {RESUME_KEY: encode_resume(ResumeState())})


def test_no_checkpoint_and_a_broken_one_hold_nothing(prefix: str, tmp_path: Path) -> None:
    assert not holds(str(tmp_path / "m-2"), VALUES)
    (tmp_path / "m-1.index").write_bytes(b"garbage")
    assert not holds(prefix, VALUES)


def test_the_data_file_is_not_read(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BundleReader, "get", None)
    assert holds(prefix, VALUES)


def test_an_index_whose_data_is_gone_holds_nothing(prefix: str, tmp_path: Path) -> None:
    (tmp_path / "m-1.data-00000-of-00001").unlink()
    assert not holds(prefix, VALUES)
