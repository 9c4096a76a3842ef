"""Files that TensorFlow 2.15.1 wrote, and the values it read back from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

_TF_FILES = Path(__file__).parent.parent / "data" / "tf"


@pytest.fixture
def tf_files() -> Path:
    """The folder of what TensorFlow wrote."""
    return _TF_FILES


@pytest.fixture
def expected() -> Callable[[str], dict[str, Any]]:
    """Bundle folder -> name -> what TensorFlow says is in it; strings as object arrays of bytes."""
    return _expected


def _expected(folder: str) -> dict[str, Any]:
    described = json.loads((_TF_FILES / folder / "expected.json").read_text())["tensors"]
    with np.load(_TF_FILES / folder / "expected.npz") as arrays:
        values: dict[str, Any] = {name: arrays[name] for name in arrays.files}
    for name, tensor in described.items():
        if "values_hex" in tensor:
            flat = [bytes.fromhex(each) for each in np.ravel(tensor["values_hex"]).tolist()]
            values[name] = np.fromiter(flat, object, len(flat)).reshape(tensor["shape"])
    assert values.keys() == described.keys()
    return values
