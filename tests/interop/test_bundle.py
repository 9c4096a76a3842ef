"""Our .index and .data are, byte for byte, those of TensorFlow's SaveV2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import as_dtype
from estimator.formats.bundle_writer import BundleWriter
from tests.interop.conftest import TensorFlow

NUMBERS = "float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool complex64 complex128".split()


def _bundles(rng: np.random.Generator) -> dict[str, list[tuple[str, str, Any]]]:
    """Bundle to (name, dtype, value)."""
    types = [
        (f"t/{name}", name, (rng.normal(size=(3, 5)) * 50).astype(as_dtype(name).np)) for name in NUMBERS
    ]
    types.append(("t/bfloat16", "bfloat16", rng.integers(0, 2**15, (4, 4)).astype(np.uint16)))
    words = np.array([b"", b"a", b"\x00zero\x00", "Größe".encode(), b"x" * 300, b"y"], object).reshape(2, 3)
    shapes = [(f"s/{len(shape)}/{k}", "float32", rng.normal(size=shape).astype(np.float32))
              for k, shape in enumerate([(), (0,), (1,), (2, 0, 3), (1, 1, 1), (7, 300)])]  # fmt: skip
    many = [
        (f"layer_{k:03}/{'kernel' * (k % 3)}/x", "float32", np.full(k % 7, k, np.float32)) for k in range(700)
    ]
    return {
        "types": types,
        "strings": [("words", "string", words), ("one", "string", np.array(b"one", object))],
        "shapes": shapes,
        "many": many,
        "large": [
            ("large", "float32", rng.normal(size=(1100, 1000)).astype(np.float32)),
            ("z", "int64", np.int64(1)),
        ],
    }


@pytest.fixture(scope="module")
def written(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder that TensorFlow wrote into, and what it wrote."""
    folder = tmp_path_factory.mktemp("bundles")
    bundles = _bundles(np.random.default_rng(0))
    arrays: dict[str, Any] = {}
    request: dict[str, Any] = {"arrays": str(folder / "arrays.npz"), "bundles": []}
    for bundle, tensors in bundles.items():
        entries = []
        for name, dtype, value in sorted(tensors):
            if dtype == "string":
                flat = [each.hex() for each in value.ravel().tolist()]
                source: Any = {"strings": flat, "shape": list(value.shape)}
            else:
                source = f"a{len(arrays)}"
                arrays[source] = value
            entries.append([name, dtype, source])
        request["bundles"].append({"prefix": str(folder / bundle), "tensors": entries})
    np.savez(request["arrays"], **arrays)
    tensorflow.answer("tf_bundle.py", request)
    return folder, bundles


@pytest.mark.parametrize("bundle", ["types", "strings", "shapes", "many", "large"])
def test_the_files_are_those_of_tensorflow(
    written: tuple[Path, dict[str, Any]], bundle: str, tmp_path: Path
) -> None:
    folder, bundles = written
    data_name = f"{bundle}.data-00000-of-00001"
    with (tmp_path / data_name).open("wb") as file:
        writer = BundleWriter(file)
        for name, dtype, value in sorted(bundles[bundle], key=lambda each: each[0]):
            writer.add(name, np.asarray(value), as_dtype(dtype))
        index = writer.finish()
    assert (tmp_path / data_name).read_bytes() == (folder / data_name).read_bytes()
    assert index == (folder / f"{bundle}.index").read_bytes()
