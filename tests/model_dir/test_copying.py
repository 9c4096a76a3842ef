"""A checkpoint copied into a directory of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from estimator.core.errors import DataLossError, NotFoundError, ResourceExhaustedError
from estimator.model_dir.copying import copy_checkpoint
from estimator.model_dir.finding import find_latest
from estimator.model_dir.series import CheckpointSeries
from tests.model_dir.fault_ops import FaultOps


@pytest.fixture
def prefix(tmp_path: Path) -> str:
    series = CheckpointSeries(tmp_path / "model")
    series.save("model.ckpt-10", {"w": np.zeros(3)})
    return series.save("model.ckpt-1", {"w": np.arange(1000.0)}, b"meta")


def test_the_copy_has_the_files_of_this_checkpoint_and_a_state_file(prefix: str, tmp_path: Path) -> None:
    copy = copy_checkpoint(prefix, str(tmp_path / "a" / "b"))
    found = find_latest(tmp_path / "a" / "b")
    assert found is not None and found.prefix == copy
    names = ["checkpoint", *(f"model.ckpt-1{end}" for end in (".data-00000-of-00001", ".index", ".meta"))]
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == names
    for name in names[1:]:
        assert (tmp_path / "a" / "b" / name).read_bytes() == (tmp_path / "model" / name).read_bytes()


def test_what_is_not_there_says_what_may_have_deleted_it(prefix: str, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no checkpoint .*model.ckpt-2.*keep_checkpoint_max"):
        copy_checkpoint(str(tmp_path / "model" / "model.ckpt-2"), str(tmp_path / "copy"))
    assert not (tmp_path / "copy").exists()


def test_a_full_disk_is_said(prefix: str, tmp_path: Path) -> None:
    ops = FaultOps(8, lambda: OSError(28, "No space left on device"), sticky=True)
    with pytest.raises(ResourceExhaustedError, match=r"model\.ckpt-1"):
        copy_checkpoint(prefix, str(tmp_path / "copy"), ops)  # type: ignore[arg-type]
    assert ops.fired


def test_a_damaged_checkpoint_is_not_handed_on(prefix: str, tmp_path: Path) -> None:
    data = tmp_path / "model" / "model.ckpt-1.data-00000-of-00001"
    data.write_bytes(b"\x01" + data.read_bytes()[1:])
    with pytest.raises(DataLossError, match="damaged or was replaced meanwhile"):
        copy_checkpoint(prefix, str(tmp_path / "copy"))
