"""A cache that TensorFlow has written is one of ours, and the other way round."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from estimator.pipeline.dataset import Dataset
from tests.interop.conftest import TensorFlow

ROWS = {
    "numbers": np.array([[1.5, 2.0], [3.0, -4.0]], np.float32),
    "words": [[b"x", b""], [b"y\0", b"z" * 300]],
}
OTHERS = {"numbers": np.zeros((1, 2), np.float32), "words": [[b"not", b"read"]]}


def elements(dataset: Dataset) -> list[Any]:
    return [
        [element["numbers"].tolist(), [word.hex() for word in element["words"]]]
        for element in dataset.as_numpy_iterator()
    ]


def test_caches_are_exchanged(tensorflow: TensorFlow, tmp_path: Path) -> None:
    ours, theirs = str(tmp_path / "ours"), str(tmp_path / "theirs")
    written = elements(Dataset.from_tensor_slices(ROWS).cache(ours))
    assert tensorflow.answer("tf_cache_files.py", {"read": ours, "write": theirs}) == written
    assert elements(Dataset.from_tensor_slices(OTHERS).cache(theirs)) == written
    for suffix in (".index", ".data-00000-of-00001"):
        assert (tmp_path / f"ours{suffix}").read_bytes() == (tmp_path / f"theirs{suffix}").read_bytes()
