"""TensorFlow Serving's own client, in its own process, asks our server: `make interop-serving`."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator.formats import messages, serving_fields
from tests.interop.conftest import TensorFlow
from tests.serving.sources.test_export_folder import export

MODEL = {"name": "pets"}
PETS = {"age": [1.0, 9.0, 4.0], "kind": ["cat", "dog", "fish"]}
TYPES = {"age": "float32", "kind": "string"}
EXAMPLES = [dict(zip(PETS, row, strict=True)) for row in zip(*PETS.values(), strict=True)]
NAMES = ["calm", "loud", "gone"]


def _columns() -> list[Any]:
    kind = est.feature_column.categorical_column_with_vocabulary_list(
        "kind", ["cat", "dog"], num_oov_buckets=1
    )
    return [est.feature_column.numeric_column("age"), est.feature_column.indicator_column(kind)]


def _input_fn() -> Any:
    return est.data.Dataset.from_tensors(
        ({key: np.array(value) for key, value in PETS.items()}, np.array(NAMES))
    )


def _classifier(folder: Path) -> est.DNNClassifier:
    return est.DNNClassifier([4], _columns(), str(folder / "pets"), n_classes=3, label_vocabulary=NAMES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    _classifier(folder).train(lambda: _input_fn().repeat(), steps=20)
    export(folder / "half", 3)
    export(folder / "half", 5, two=3.0)
    (folder / "models.yaml").write_text(
        "models:\n  pets: {model_dir: pets}\n  half: {export_dir: half, versions: all, labels: {old: 3}}\n"
    )
    return folder


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "estimator", "serve", f"--config={folder / 'models.yaml'}"]
    with subprocess.Popen(
        [*command, "--grpc_port=0", "--http_port=none"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        found = re.search(r":(\d+)$", process.stdout.readline())
        assert found
        yield int(found[1])
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 0


@pytest.fixture(scope="module")
def answers(port: int, serving_api: TensorFlow) -> list[Any]:
    method = "tensorflow/serving/classify"
    calls = [
        ["predict", MODEL, {"inputs": PETS, "types": TYPES}],
        ["classify", MODEL | {"signature_name": "classification"}, {"examples": EXAMPLES}],
        ["predict", {"name": "half"}, {"inputs": {"x": [0.0]}, "types": {"x": "float32"}}],
        ["predict", {"name": "half", "version": 3}, {"inputs": {"x": [0.0]}, "types": {"x": "float32"}}],
        [
            "predict",
            {"name": "half", "version_label": "old"},
            {"inputs": {"x": [0.0] * 3}, "types": {"x": "float32"}},
        ],
        ["metadata", {"name": "half"}, {}],
        ["status", {"name": "half"}, {}],
        ["status", MODEL, {}],
        ["predict", {"name": "hal"}, {"inputs": {}, "types": {}}],
        ["predict", {"name": "half"}, {"inputs": {"x": [0]}, "types": {"x": "int64"}}],
        ["classify", {"name": "half"}, {"examples": EXAMPLES}],
        ["multi_inference", MODEL, {"examples": EXAMPLES, "signatures": {"classification": method}}],
        ["predict", MODEL, {"inputs": PETS, "types": TYPES, "outputs": ["class_ids"]}],
        ["metadata", MODEL, {}],
    ]
    found: list[Any] = serving_api.answer("tf_serving.py", {"port": port, "calls": calls})
    return found


def test_a_prediction_is_that_of_the_estimator(folder: Path, answers: list[Any]) -> None:
    expected = list(_classifier(folder).predict(_input_fn))
    found = answers[0]
    assert (found["version"], found["signature"]) == (20, "serving_default")
    for key in ("probabilities", "logits"):
        np.testing.assert_allclose(found["outputs"][key], [row[key] for row in expected], 1e-6)
    assert found["outputs"]["classes"] == [[row["classes"][0].decode()] for row in expected]
    assert len(found["floats"]["probabilities"]) == 9  # scripts read the field as it is


def test_a_classification_has_labels_and_scores(folder: Path, answers: list[Any]) -> None:
    expected = list(_classifier(folder).predict(_input_fn))
    for row, prediction in zip(answers[1], expected, strict=True):
        assert [label for label, _ in row] == NAMES
        np.testing.assert_allclose([score for _, score in row], prediction["probabilities"], 1e-6)


def test_versions_are_found_by_number_and_label(answers: list[Any]) -> None:
    assert [(found["version"], found["outputs"]["y"]) for found in answers[2:5]] == [
        (5, [3.0]),
        (3, [2.0]),
        (3, [2.0, 2.0, 2.0]),
    ]


def test_metadata_and_status_are_read(answers: list[Any]) -> None:
    metadata, half, pets = answers[5:8]
    assert metadata["serving_default"] == {
        "method": "tensorflow/serving/predict",
        "inputs": {"x": ["float32", [-1]]},
    }
    assert half == [[5, "AVAILABLE", 0], [3, "AVAILABLE", 0]]
    assert pets == [[20, "AVAILABLE", 0]]
    assert {"serving_default", "predict", "classification"} <= answers[13].keys()


def test_errors_have_their_codes(answers: list[Any]) -> None:
    unknown, of_another_type, no_classifier = answers[8:11]
    assert (unknown["code"], "Did you mean 'half'" in unknown["details"]) == ("NOT_FOUND", True)
    assert (of_another_type["code"], "must be float32" in of_another_type["details"]) == (
        "INVALID_ARGUMENT",
        True,
    )
    assert no_classifier["code"] == "INVALID_ARGUMENT"


def test_several_inferences_and_chosen_outputs_are_answered(answers: list[Any]) -> None:
    assert answers[11] == ["classification_result"]
    assert list(answers[12]["outputs"]) == ["class_ids"]


def test_every_field_has_the_number_and_type_of_the_original(serving_api: TensorFlow) -> None:
    names = [name for name, _ in messages._messages(serving_fields.MESSAGES)]
    theirs = serving_api.answer("tf_serving.py", {"fields": names})
    assert len(names) > 25
    for name in names:
        for field in messages.get(f"serving.{name}").DESCRIPTOR.fields:
            expected = [field.name, field.type, field.is_repeated]
            assert theirs[name][str(field.number)] == expected, name
