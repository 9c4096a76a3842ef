"""Model directories that TensorFlow 2.15 trained: they evaluate and predict to its numbers, and train on as it did.

Each folder of tests/data/tf/dnn_* holds the model_dir, the data, and in expected.* what tf.compat.v1.estimator gave.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.canned import DNNClassifier, DNNRegressor
from estimator.checkpoint.reader import load_checkpoint
from estimator.columns.numeric import numeric_column
from estimator.estimator import Estimator
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.pipeline.dataset import Dataset
from estimator.run_config import RunConfig

FOLDER = Path(__file__).parent / "data" / "tf"
CONTINUED = [f"dnn_iris_v1_{name}" for name in ("adagrad", "adam", "momentum", "nesterov", "sgd")]
ALL = ["dnn_iris_adagrad_default", *CONTINUED, "dnn_binary", "dnn_regressor"]

OPTIMIZERS: dict[str, Any] = {
    "Adagrad": AdagradOptimizer,
    "Adam": AdamOptimizer,
    "Momentum": MomentumOptimizer,
    "SGD": GradientDescentOptimizer,
}


class Case:
    """One folder: the Estimator on a copy of its model_dir, its data, and what TensorFlow gave."""

    def __init__(self, name: str, model_dir: Path) -> None:
        source = FOLDER / name
        shutil.copytree(source / "model_dir", model_dir)
        self.model_dir = model_dir
        self.expected = json.loads((source / "expected.json").read_text())
        self.arrays = dict(np.load(source / "expected.npz"))
        data = dict(np.load(source / "data.npz"))
        self.labels = data.pop("__labels__")
        self.features = data
        case = self.expected["case"]
        optimizer: Any = "Adagrad"
        if isinstance(case.get("optimizer"), list):
            kind, arguments = case["optimizer"]
            optimizer = OPTIMIZERS[kind](**arguments)
        columns = [numeric_column(column[1]) for column in case["columns"]]
        kind = DNNClassifier if case["kind"] == "DNNClassifier" else DNNRegressor
        self.estimator: Estimator = kind(
            case["hidden"], columns, str(model_dir), optimizer=optimizer, config=RunConfig(tf_random_seed=1), **case.get("kw", {})
        )

    def train_on(self, steps: int) -> None:
        """Continue with the batches that TensorFlow continued with, one element a batch."""
        rows = self.arrays["cont_batches"][:steps]
        features = {name: values[rows] for name, values in self.features.items()}
        self.estimator.train(lambda: Dataset.from_tensor_slices((features, self.labels[rows])), steps=steps)


@pytest.fixture(params=ALL)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    return Case(request.param, tmp_path / "model_dir")


def test_evaluate_gives_tensorflows_metrics(case: Case) -> None:
    batch = case.expected["eval_batch"]
    metrics = case.estimator.evaluate(lambda: Dataset.from_tensor_slices((case.features, case.labels)).batch(batch))
    assert set(metrics) == set(case.expected["evaluate"])
    for key, value in case.expected["evaluate"].items():
        np.testing.assert_allclose(metrics[key], value, rtol=1e-5, atol=1e-6, err_msg=key)


def test_predict_gives_tensorflows_predictions(case: Case) -> None:
    count = case.expected["n_predict"]
    features = {name: values[:count] for name, values in case.features.items()}
    rows = list(case.estimator.predict(lambda: Dataset.from_tensor_slices(features).batch(7)))
    keys = [key.removeprefix("predict/") for key in case.arrays if key.startswith("predict/")]
    assert set(rows[0]) == set(keys)
    for key in keys:
        expected, found = case.arrays[f"predict/{key}"], np.stack([row[key] for row in rows])
        if expected.dtype.kind == "S":
            assert (found.astype("S") == expected).all(), key
        else:
            assert found.dtype == expected.dtype, key
            np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6, err_msg=key)


@pytest.mark.parametrize("steps", [1, 5])
@pytest.mark.parametrize("name", CONTINUED)
def test_training_continues_as_tensorflow_did(name: str, steps: int, tmp_path: Path) -> None:
    case = Case(name, tmp_path / "model_dir")
    case.train_on(steps)
    wanted = {key.partition("/")[2]: value for key, value in case.arrays.items() if key.startswith(f"vars_after_{steps}/")}
    with load_checkpoint(str(case.model_dir)) as reader:
        assert set(reader.get_variable_to_shape_map()) == set(wanted)
        for key, value in wanted.items():
            # relative too: slots reach 20, where neighbouring float32 numbers are 2e-6 apart
            np.testing.assert_allclose(reader.get_tensor(key), value, rtol=1e-5, atol=1e-5, err_msg=key)


@pytest.mark.parametrize("name", CONTINUED)
def test_five_steps_move_every_weight_more_than_the_tolerance(name: str) -> None:
    """The comparison above can fail: standing still would not pass it."""
    arrays = np.load(FOLDER / name / "expected.npz")
    moved = [np.abs(arrays[f"vars_after_5/{key}"] - arrays[f"vars_trained/{key}"]).max() for key in ("dnn/logits/kernel", "dnn/logits/bias")]
    assert min(moved) > 1e-4
