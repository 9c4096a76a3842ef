"""What models say of themselves and compute is what TensorFlow's do; tests/interop asks TensorFlow for the answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import reset_default_graph
from tests.keras.models_of_tf import GRAPHS, MODELS, drawn, told

STORED = Path(__file__).parents[1] / "data" / "tf"
EAGER: dict[str, Any] = json.loads((STORED / "keras_models_eager.json").read_text())
GRAPH: dict[str, Any] = json.loads((STORED / "keras_models_graph.json").read_text())
NUMBERS = ("results", "trained", "values")


@pytest.fixture(autouse=True)
def _default_graph() -> Iterator[None]:
    reset_default_graph()
    yield
    reset_default_graph()


def compare_numbers(ours: Any, theirs: Any) -> None:
    """Compare nested lists and dicts of numbers."""
    if isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        for key, value in theirs.items():
            compare_numbers(ours[key], value)
    elif theirs and isinstance(theirs, list) and isinstance(theirs[0], (dict, list)):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            compare_numbers(one, other)
    elif theirs is not None:
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", list(MODELS))
def test_a_model_outside_of_graphs_is_as_in_tensorflow(name: str) -> None:
    ours = json.loads(json.dumps(told(tf, name)))
    for key, value in EAGER[name].items():
        if key in NUMBERS:
            compare_numbers(ours[key], value)
        elif key == "config":
            assert json.loads(ours[key]) == json.loads(value)
        else:
            assert ours[key] == value, key


@pytest.mark.parametrize("name", list(GRAPHS))
def test_a_model_in_a_graph_is_as_in_tensorflow(name: str) -> None:
    ours = json.loads(json.dumps(drawn(tf, name)))
    for key, value in GRAPH[name].items():
        assert ours[key] == value, key
