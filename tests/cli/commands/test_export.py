"""The command `export`: SavedModels and ONNX, which give the predictions of the model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.cli.commands import export, train
from estimator.estimators.predictor import from_saved_model
from estimator.experiments.experiment import Experiment
from tests.cli.iris import NUMBERS, contents, rows_of, write_iris

CONFIG = ["--config=iris.yaml", "--verbosity=error"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, before = tmp_path_factory.mktemp("export"), Path.cwd()
    write_iris(folder)
    os.chdir(folder)
    try:
        assert train.main(CONFIG) == 0
    finally:
        os.chdir(before)
    return folder


@pytest.fixture
def folder(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(home)
    capsys.readouterr()
    return home


def code_of(*arguments: str) -> int:
    try:
        return export.main(arguments)
    except SystemExit as end:
        return int(str(end.code))


def features(folder: Path) -> dict[str, np.ndarray]:
    rows = rows_of(folder / "test.csv")
    return {name: np.array([row[name] for row in rows], np.float32).reshape(-1, 1) for name in NUMBERS}


def probabilities(folder: Path) -> np.ndarray:
    changes = {"predict.input.csv": "test.csv"}
    rows = Experiment.read(folder / "iris.yaml", changes).predict()
    return np.stack([row["probabilities"] for row in rows])


def examples(columns: dict[str, np.ndarray]) -> list[bytes]:
    made = []
    for row in zip(*columns.values(), strict=True):
        feature: dict[str, Any] = {
            name: tf.train.Feature(float_list=tf.train.FloatList(value=value))
            for name, value in zip(columns, row, strict=True)
        }
        made.append(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())
    return made


def test_a_saved_model_takes_tf_examples(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(*CONFIG) == 0
    path = capsys.readouterr().out.rstrip("\n")
    assert os.path.dirname(path) == "models/iris/export"
    found = from_saved_model(path)({"inputs": examples(features(folder))})["scores"]
    np.testing.assert_allclose(found, probabilities(folder), rtol=1e-5)


def test_a_saved_model_takes_features_if_it_is_asked_to(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        code_of("--model_dir=models/iris", "--receiver=features", "--export_dir=raw", "--as_text", CONFIG[1])
        == 0
    )
    path = capsys.readouterr().out.rstrip("\n")
    assert os.path.exists(os.path.join(path, "saved_model.pbtxt"))
    found = from_saved_model(path, "predict")(features(folder))["probabilities"]
    np.testing.assert_allclose(found, probabilities(folder), rtol=1e-5)


def test_onnx_gives_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    assert code_of(*CONFIG, "--onnx=out/iris.onnx") == 0
    path = capsys.readouterr().out.rstrip("\n")
    session = onnxruntime.InferenceSession(path)
    fed = {each.name: features(folder)[each.name.partition(":")[0]] for each in session.get_inputs()}
    (found,) = session.run(["probabilities"], fed)
    np.testing.assert_allclose(found, probabilities(folder), rtol=1e-5)


def test_another_checkpoint_can_be_exported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(*CONFIG, "--checkpoint=1", "--export_dir=first") == 0
    path = capsys.readouterr().out.rstrip("\n")
    found = from_saved_model(path)({"inputs": examples(features(folder))})["scores"]
    assert np.abs(found - probabilities(folder)).max() > 1e-3


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (["--onnx=a.onnx", "--export_dir=b"], 2, "--export_dir is of SavedModels"),
        (["--onnx=a.onnx", "--receiver=examples"], 2, "ONNX knows nothing of Examples"),
        (["--checkpoint=bets"], 1, "no checkpoint 'bets'. Did you mean 'best'?"),
        (["--export_dir=iris.yaml"], 1, "'iris.yaml'"),
    ],
)
def test_what_is_wrong_is_told(
    flags: list[str], code: int, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(folder)
    assert code_of(*CONFIG, *flags) == code
    assert said in capsys.readouterr().err
    assert contents(folder) == before
