"""Weights by their places."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import UsageError
from estimator.graph.graph import Graph
from estimator.keras.saving import archive, hdf5, variable_tree
from estimator.keras.saving.hdf5 import Folder
from estimator.keras.saving.variable_tree import Place, fit, numbered, write
from estimator.variables.get_variable import get_variable

DATA = Path(__file__).parents[2] / "data" / "keras"


class Thing:
    """A layer, as far as files of weights know it."""

    def __init__(self, name: str, *shapes: Sequence[int]) -> None:
        self.name = name
        self.own_weights = [get_variable(f"{name}/{number}", shape) for number, shape in enumerate(shapes)]


@pytest.fixture(autouse=True)
def _graph() -> Any:
    with Graph().as_default():
        yield


def places() -> list[Place]:
    """Two layers, the second of which has another place in 2.15."""
    return [
        Place("", "", Thing("model")),
        Place("layers/dense", "layers/dense", Thing("a", [2, 3], [3])),
        Place("tail", "layers/dense_1", Thing("b", [3])),
    ]


def ones(wanted: Sequence[Place]) -> dict[int, np.ndarray]:
    return {
        id(weight): np.ones(weight.shape.as_list(), np.float32)
        for place in wanted
        for weight in place.layer.own_weights
    }


def back(folder: Folder) -> Folder:
    with hdf5.opened(io.BytesIO(hdf5.written(folder)), "m") as found:
        return found


def test_what_is_written_stands_where_each_keras_looks() -> None:
    wanted = places()
    folder = back(write(wanted, ones(wanted), [np.asarray(3), np.asarray(0.5)]))
    assert folder.folders["vars"].texts == {"name": "model"}
    assert [array.shape for array in numbered(folder, "layers/dense")] == [(2, 3), (3,)]
    assert len(numbered(folder, "tail")) == len(numbered(folder, "layers/dense_1")) == 1
    assert len(numbered(folder, "optimizer")) == 2
    result = fit(wanted, folder)
    assert [weight.name for weight, _ in result.pairs] == ["a/0:0", "a/1:0", "b/0:0"]
    assert not result.problems and result.remarks == []


def test_a_place_that_is_anothers_in_2_15_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "estimator")
    wanted = [
        Place("layers/dense", "zed", Thing("zed", [1])),
        Place("abc", "layers/dense", Thing("abc", [1])),
    ]
    folder = back(write(wanted, ones(wanted), None))
    assert "tf.keras 2.15 takes other layers' weights for abc" in caplog.text
    assert folder.folder("layers/dense/vars") is not None and folder.folder("abc/vars") is not None


def test_numbers_are_counted_and_not_spelt() -> None:
    folder = Folder.empty()
    for number in range(12):
        folder.put(f"optimizer/vars/{number}", np.asarray(number))
    assert [int(array) for array in numbered(folder, "optimizer")] == list(range(12))


@pytest.mark.parametrize("version", ["2.15", "3.15"])
def test_files_of_both_versions_fit(version: str) -> None:
    layers = [Thing("hidden", [3, 4], [4]), Thing("norm", [4], [4], [4], [4]), Thing("classes", [4, 3], [3])]
    paths = ["layers/dense", "layers/batch_normalization", "layers/dense_1"]
    wanted = [Place(path, path, layer) for path, layer in zip(paths, layers, strict=True)]
    for name in ("sequential.weights.h5", "sequential.keras"):
        with (DATA / version / name).open("rb") as file:
            if name.endswith(".keras"):
                with archive.opened(file, name) as content:
                    result = fit(wanted, content.weights)
            else:
                with hdf5.opened(file, name) as folder:
                    assert variable_tree.is_tree(folder)
                    result = fit(wanted, folder)
        assert len(result.pairs) == 8 and not result.problems and not result.remarks


def test_what_does_not_fit_is_told_with_both_sides() -> None:
    wanted = places()
    folder = write(wanted, ones(wanted), None)
    wrong = [
        Place("", "", Thing("m")),
        Place("layers/dense", "layers/dense", Thing("x", [2, 4], [3])),
        Place("head", "head", Thing("y", [7])),
    ]
    result = fit(wrong, folder)
    with pytest.raises(UsageError) as raised:
        result.values("'m.weights.h5'")
    assert str(raised.value).splitlines()[1:] == [
        "  - layer 'x': 'layers/dense/vars/0' of the file has shape (2, 3), the model's 'x/0:0' (2, 4).",
        "  - layer 'y': the file has 0 weights at 'head', the model 1. In the file: none. In the model: y/0:0 (7,).",
    ]
    assert result.remarks == [
        "the model has no layer for what the file has at layers/dense_1, tail; it is left out."
    ]
