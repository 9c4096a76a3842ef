"""Labels: one column, several, or those of several heads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.experiments.labels import heads_of_labels, labelled, names_of_labels
from estimator.pipeline.dataset import Dataset

COLUMNS = {"x": [1.0, 2.0], "y": [0, 1], "z": [3, 4]}


@pytest.mark.parametrize(
    ("label", "names", "heads"),
    [
        (None, [], {}),
        ("y", ["y"], {"y": ""}),
        (["y", "z"], ["y", "z"], {"y": "", "z": ""}),
        ({"a": "y", "b": ["z"]}, ["y", "z"], {"y": "a", "z": "b"}),
    ],
)
def test_columns_of_labels_are_known(label: Any, names: list[str], heads: dict[str, str]) -> None:
    assert names_of_labels(label) == names
    assert heads_of_labels(label) == heads


def batch(label: Any) -> Any:
    """The only batch, with that label."""
    dataset = labelled(Dataset.from_tensor_slices(COLUMNS).batch(2), label)
    return next(iter(dataset.as_numpy_iterator()))


def test_several_columns_are_one_label() -> None:
    features, labels = batch(["y", "z"])
    assert list(features) == ["x"]
    np.testing.assert_array_equal(labels, [[0, 3], [1, 4]])


def test_labels_of_heads_have_their_names() -> None:
    features, labels = batch({"a": "y", "b": "z"})
    assert list(features) == ["x"]
    assert {name: value.tolist() for name, value in labels.items()} == {"a": [0, 1], "b": [3, 4]}
