"""Predictors of TensorFlow's exports of ready-made models answer as TensorFlow does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from estimator.estimators.predictor import from_saved_model
from tests.interop.conftest import TensorFlow


def arrays(value: Any) -> Any:
    """What stands in JSON, with texts as Latin-1."""
    found = np.array(value, object)
    is_text = isinstance(found.flat[0], str)
    return (
        np.vectorize(lambda text: text.encode("latin-1"), otypes=[object])(found)
        if is_text
        else np.array(value)
    )


def test_exports_of_ready_made_models_answer_here_as_in_tensorflow(
    tensorflow: TensorFlow, tmp_path: Path
) -> None:
    (tmp_path / "words.txt").write_text("tea\nmilk\n")
    rows = tensorflow.answer(
        "tf_predictors.py", {"folder": str(tmp_path / "made"), "vocabulary": str(tmp_path / "words.txt")}
    )
    files = [(Path(folder) / "saved_model.pb").read_bytes() for folder in {row["folder"] for row in rows}]
    assert {b"VariableV2" in file for file in files} == {True, False}  # references and resources
    assert {row["signature"] for row in rows} == {
        "serving_default",
        "predict",
        "classification",
        "regression",
    }
    for row in rows:
        predictor = from_saved_model(row["folder"], row["signature"])
        found = predictor({name: arrays(value) for name, value in row["inputs"].items()})
        where = f"{row['folder']} {row['signature']}"
        assert sorted(found) == sorted(row["outputs"]), where
        for name, wanted in row["outputs"].items():
            if found[name].dtype == object:
                assert found[name].tolist() == arrays(wanted).tolist(), f"{where} {name}"
            else:
                np.testing.assert_allclose(
                    found[name], wanted, rtol=1e-6, atol=1e-6, err_msg=f"{where} {name}"
                )
