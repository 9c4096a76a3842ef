"""Files of PyTorch's where there is no PyTorch; tests/interop/test_torch.py has it."""

from __future__ import annotations

import sys
import types
import warnings
from pathlib import Path

import pytest

from estimator.core.errors import DataLossError, UnavailableError
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


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (EOFError(), "it is no file of torch.save's, or damaged"),
        (KeyError(101), "it is no file of torch.save's, or damaged"),
        (RuntimeError(), "RuntimeError"),
        (RuntimeError("no ZIP\nat byte 3"), "no ZIP"),
    ],
)
def test_whatever_the_reader_raises_is_one_sentence(
    error: Exception, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object, **__: object) -> None:
        warnings.warn("a line of PyTorch's own", stacklevel=1)
        raise error

    torch = types.ModuleType("torch")
    torch.load = load  # type: ignore[attr-defined]  # what it raises for damaged files of several kinds
    monkeypatch.setitem(sys.modules, "torch", torch)
    (tmp_path / "net.pth").write_bytes(b"")
    with pytest.raises(
        DataLossError, match=f"cannot be read with weights_only=True: {said}. Save state dicts"
    ):
        convert(tmp_path / "net.pth", tmp_path / "model")
