"""What is stored of TensorFlow's functions of images is what it gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.functions.image.test_against_tensorflow import STORED
from tests.interop.conftest import TensorFlow


def test_the_stored_values_are_tensorflows(tensorflow: TensorFlow, tmp_path: Path) -> None:
    path = tmp_path / "images.npz"
    tensorflow.answer("tf_images.py", {"values": str(path)})
    fresh, stored = np.load(path), np.load(STORED)
    assert sorted(fresh.files) == sorted(stored.files)
    for key in stored.files:
        np.testing.assert_allclose(stored[key], fresh[key], rtol=1e-6, atol=1e-7)
