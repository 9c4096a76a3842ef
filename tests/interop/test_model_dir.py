"""TensorFlow reads the model_dir that an Estimator of ours leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.columns.numeric import numeric_column
from estimator.estimators.dnn import DNNClassifier
from estimator.pipeline.dataset import Dataset
from estimator.settings.run_config import RunConfig
from tests.interop.conftest import TensorFlow
from tests.interop.models import Losses, values

STEPS = 20


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[float], dict[str, Any]]:
    """A DNNClassifier after 5 steps and 20 more: its model_dir, the later losses, their batches."""
    folder = tmp_path_factory.mktemp("iris") / "model_dir"
    rng = np.random.default_rng(0)
    size = (STEPS + 5) * 16
    features = {key: rng.normal(size=size).astype(np.float32) for key in ("length", "width")}
    labels = rng.integers(0, 3, size)

    def train(first: int, last: int, hooks: list[Any]) -> None:
        part = slice(16 * first, 16 * last)
        data = ({key: value[part] for key, value in features.items()}, labels[part])
        columns = [numeric_column(key) for key in features]
        config = RunConfig(str(folder), tf_random_seed=1, save_summary_steps=10)
        classifier = DNNClassifier([8, 4], columns, n_classes=3, config=config)
        classifier.train(lambda: Dataset.from_tensor_slices(data).batch(16), hooks=hooks)

    train(0, 5, [])
    noted = Losses()
    train(5, STEPS + 5, [noted])
    rows = {"c0": features["length"], "c1": features["width"], "c2": labels}
    batches = {key: value[16 * 5 :].reshape(STEPS, 16) for key, value in rows.items()}
    return folder, noted.losses, batches


@pytest.fixture(scope="module")
def read(tensorflow: TensorFlow, trained: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """What TensorFlow says of the model_dir, and the values it reads."""
    path = tmp_path_factory.mktemp("values") / "values.npz"
    answer = tensorflow.answer("tf_read.py", {"model_dir": str(trained[0]), "values": str(path)})
    return answer, dict(np.load(path))


def test_tensorflow_follows_the_state_file(read: Any, trained: Any) -> None:
    answer, folder = read[0], trained[0]
    assert answer["latest"] == str(folder / "model.ckpt-25")
    assert answer["state"] == str(folder / "model.ckpt-25")
    assert answer["all"] == [str(folder / f"model.ckpt-{step}") for step in (1, 5, 6, 25)]


def test_tensorflow_reads_every_variable(read: Any, trained: Any) -> None:
    answer, theirs = read
    ours = values(str(trained[0]))
    assert ours.keys() <= answer["variables"].keys()  # TensorFlow lists our resume tensor as well
    assert len(answer["variables"]) - len(ours) <= 1
    for name, value in ours.items():
        assert answer["variables"][name] == list(np.shape(value))
        np.testing.assert_array_equal(theirs[name], value)


def test_tensorflow_prints_graph_pbtxt_as_it_stands(read: Any) -> None:
    assert not read[0]["changed_lines"]
    assert read[0]["graph_nodes"] > 100


def test_tensorflow_reads_the_events(read: Any) -> None:
    events = read[0]["events"]
    assert events[0]["what"] == "file_version"
    assert {"graph_def", "summary"} <= {each["what"] for each in events}
    losses = [each["step"] for each in events if "loss" in each["tags"]]
    assert losses == sorted(losses)
    assert losses[0] == 1


def test_tensorflow_trains_the_estimators_graph_with_our_losses(
    tensorflow: TensorFlow, trained: Any, tmp_path: Path
) -> None:
    folder, losses, batches = trained
    np.savez(tmp_path / "batches.npz", **batches)
    request = {
        "prefix": str(folder / "model.ckpt-5"),
        "batches": str(tmp_path / "batches.npz"),
        "feeds": {f"IteratorGetNext/component_{k}:0": f"c{k}" for k in range(3)},
        "saved": str(tmp_path / "by_tensorflow"),
    }
    (answer,) = tensorflow.answer("tf_train.py", [request])
    assert answer["global_step"] == 25
    assert answer["summaries"] > 0
    np.testing.assert_allclose(answer["losses"], losses, rtol=1e-5, atol=1e-6)
    mine, theirs = values(str(folder / "model.ckpt-25")), values(request["saved"])
    assert mine.keys() == theirs.keys()
    for name, value in mine.items():
        np.testing.assert_allclose(theirs[name], value, rtol=1e-5, atol=1e-6, err_msg=name)
