"""Scripts of 2018 find with models of Keras what they find with TensorFlow; tests/interop asks it for the answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import reset_default_graph
from tests.keras.scripts_of_tf import SCRIPTS

ANSWERS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "tf" / "keras_scripts.json").read_text()
)


@pytest.fixture(autouse=True)
def _default_graph() -> Iterator[None]:
    reset_default_graph()
    yield
    reset_default_graph()


def compare(ours: Any, theirs: Any) -> None:
    """Compare names exactly, and numbers nearly."""
    if isinstance(theirs, dict):
        assert set(theirs) <= set(ours)
        for key, value in theirs.items():
            compare(ours[key], value)
    elif isinstance(theirs, str) or (isinstance(theirs, list) and theirs and isinstance(theirs[0], str)):
        assert ours == theirs
    else:
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=1e-5)


@pytest.mark.parametrize("name", list(SCRIPTS))
def test_a_script_finds_what_it_finds_with_tensorflow(name: str) -> None:
    compare(SCRIPTS[name](tf), ANSWERS[name])
