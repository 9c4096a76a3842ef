"""Files of PyTorch's where there is no PyTorch, and what its optimizers keep; tests/interop/test_torch.py has it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from estimator.core.errors import UnavailableError
from estimator.exchange import convert
from estimator.exchange.torch_file import moments_wanted


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
    ("group", "kept"),
    [
        ({"betas": (0.9, 0.999), "amsgrad": False}, ("exp_avg", "exp_avg_sq")),
        ({"betas": (0.9, 0.999), "amsgrad": True}, ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")),
        ({"momentum": 0.9, "dampening": 0}, ("momentum_buffer",)),
        ({"momentum": 0, "dampening": 0}, ()),
        ({"initial_accumulator_value": 0}, ("sum",)),
        ({"alpha": 0.99, "momentum": 0.9}, ()),  # RMSprop, whose formulas are others
    ],
)
def test_an_optimizers_settings_tell_what_it_keeps(group: dict[str, Any], kept: tuple[str, ...]) -> None:
    assert moments_wanted([group]) == kept
