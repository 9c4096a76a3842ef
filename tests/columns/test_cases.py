"""Columns make of features what TensorFlow makes of them.

tests/data/tf/columns.json was written by TensorFlow 2.15.1; with a new case it is made again by

    .venv-tf/bin/python tests/interop/tf_columns.py | sed 's/}, "/},\\n"/g' > tests/data/tf/columns.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.columns.cases import CASES, VOCABULARY_FILE, lines, record

STORED = Path(__file__).parents[1] / "data" / "tf" / "columns.json"
ANSWERS: dict[str, dict[str, Any]] = json.loads(STORED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("columns") / "vocabulary.txt"
    path.write_text(VOCABULARY_FILE, encoding="utf-8")
    return str(path)


def test_every_case_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == lines(CASES)


@pytest.mark.parametrize("case", lines(CASES))
def test_layers_give_tensorflows_values(case: str, vocabulary: str) -> None:
    answers = record(tf, case, vocabulary, tf.feature_column.sequence_input_layer)
    assert list(answers) == list(ANSWERS[case])
    for layer, wanted in ANSWERS[case].items():
        if wanted == "refused":
            assert answers[layer] == "refused", layer
            continue
        names = json.loads(
            json.dumps(wanted["variables"]).replace("sequence_features", "sequence_input_layer")
        )
        assert answers[layer]["variables"] == names, layer
        for value, other in zip(answers[layer]["values"], wanted["values"], strict=True):
            np.testing.assert_allclose(value, other, rtol=1e-5, atol=2e-6, err_msg=layer)
