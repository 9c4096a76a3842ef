"""Files of PyTorch's where there is no PyTorch; tests/interop/test_torch.py has it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from estimator.core.errors import UnavailableError
from estimator.exchange import convert


def test_without_torch_a_file_of_its_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    (tmp_path / "net.pth").write_bytes(b"PK")
    with pytest.raises(
        UnavailableError, match=r"torch is not installed.*pip install 'numpy-estimator\[torch\]'"
    ):
        convert(tmp_path / "net.pth", tmp_path / "model")
    assert not (tmp_path / "model").exists()
