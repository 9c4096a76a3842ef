"""Memos: what was written is read, and what is damaged says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.model_dir.memo import read_memo, write_memo
from tests.model_dir.fault_ops import Crash, FaultOps


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_memo(str(tmp_path / ".memo"), {"step": 3, "loss": float("inf"), "names": ["ä"]})
    assert read_memo(str(tmp_path / ".memo")) == {"step": 3, "loss": float("inf"), "names": ["ä"]}


def test_none_says_nothing_without_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert read_memo(str(tmp_path / ".memo")) is None
    assert not caplog.records


def test_every_bit_that_flips_is_seen(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / ".memo"
    write_memo(str(path), {"step": 3})
    data = path.read_bytes()
    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        assert read_memo(str(path)) is None
    assert len(caplog.records) == 8 * len(data)


@pytest.mark.parametrize("data", [b"", b"[1]\n" + b"0" * 8 + b"\n", b"[" * 100_000, b"\xff\n"])
def test_what_is_no_memo_says_nothing(tmp_path: Path, data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / ".memo").write_bytes(data)
    assert read_memo(str(tmp_path / ".memo")) is None
    assert "damaged" in caplog.text


def test_a_crash_leaves_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    path = str(tmp_path / ".memo")
    for at in range(100):
        write_memo(path, {"step": 1})
        ops = FaultOps(at, Crash)
        try:
            write_memo(path, {"step": 2}, ops)  # type: ignore[arg-type]
        except Crash:
            pass
        ops.close_all()
        assert read_memo(path) in ({"step": 1}, {"step": 2})
        if not ops.fired:
            break
    assert at > 4 and read_memo(path) == {"step": 2}
