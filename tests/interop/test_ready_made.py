"""TensorFlow trains the graphs of our linear, wide & deep and embedding models, whole and in parts, to our numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.checkpoint.reader import load_checkpoint
from estimator.estimators.estimator import Estimator
from estimator.settings.run_config import RunConfig
from tests.interop.conftest import TensorFlow
from tests.interop.models import STEPS, Losses

FC = tf.feature_column
BATCH, FIRST = 16, 5
AGE = FC.numeric_column("age")
DECADE = FC.bucketized_column(AGE, [20.0, 40.0, 60.0])
JOB = FC.categorical_column_with_hash_bucket("job", 12)
SCHOOL = FC.categorical_column_with_vocabulary_list("school", ["none", "some", "all"], num_oov_buckets=2)
WIDE = [AGE, DECADE, JOB, SCHOOL, FC.crossed_column([DECADE, "job", "school"], 30)]
DEEP = [AGE, FC.embedding_column(JOB, 4), FC.indicator_column(SCHOOL)]
IN_TWO = tf.fixed_size_partitioner(2)

MODELS: dict[str, Callable[..., Estimator]] = {
    "linear": lambda **given: tf.estimator.LinearClassifier(WIDE, **given),
    "linear of three classes in parts": lambda **given: tf.estimator.LinearClassifier(
        WIDE, n_classes=3, partitioner=IN_TWO, sparse_combiner="mean", **given
    ),
    "embeddings": lambda **given: tf.estimator.DNNRegressor([6, 4], DEEP, **given),
    "embeddings in parts": lambda **given: tf.estimator.DNNClassifier(
        [6], DEEP, input_layer_partitioner=IN_TWO, optimizer="Adam", **given
    ),
    "wide and deep": lambda **given: tf.estimator.DNNLinearCombinedClassifier(
        linear_feature_columns=WIDE, dnn_feature_columns=DEEP, dnn_hidden_units=[6, 4], **given
    ),
    "wide and deep in parts": lambda **given: tf.estimator.DNNLinearCombinedRegressor(
        linear_feature_columns=WIDE, dnn_feature_columns=DEEP, dnn_hidden_units=[6], dnn_optimizer="Adam",
        input_layer_partitioner=IN_TWO, **given,
    ),
}  # fmt: skip


def _data() -> tuple[dict[str, Any], Any]:
    rng = np.random.default_rng(0)
    size = (FIRST + STEPS) * BATCH
    words = {"job": [f"job {n}" for n in range(9)], "school": ["none", "some", "all", "other"]}
    features = {"age": rng.uniform(0, 80, size).astype(np.float32)}
    return features | {key: np.array(rng.choice(known, size)) for key, known in words.items()}, rng.integers(
        0, 2, size
    )


def _trained(name: str, folder: Path) -> tuple[dict[str, Any], list[float]]:
    """What TensorFlow is asked to do from our checkpoint on, and the losses that we had on the way."""
    features, labels = _data()
    noted = Losses()
    for first, last, hooks in ((0, FIRST, []), (FIRST, FIRST + STEPS, [noted])):
        part = slice(BATCH * first, BATCH * last)
        data = {key: value[part] for key, value in features.items()}, labels[part]
        model = MODELS[name](model_dir=str(folder), config=RunConfig(tf_random_seed=1, progress=False))
        model.train(lambda data=data: tf.data.Dataset.from_tensor_slices(data).batch(BATCH), hooks=hooks)
    arrays = [features[key] for key in sorted(features)] + [labels]
    batches = {f"c{k}": rows[BATCH * FIRST :].reshape(STEPS, BATCH) for k, rows in enumerate(arrays)}
    np.savez(folder / "batches.npz", **batches)
    request = {
        "prefix": str(folder / f"model.ckpt-{FIRST}"),
        "batches": str(folder / "batches.npz"),
        "feeds": {f"IteratorGetNext/component_{k}:0": f"c{k}" for k in range(len(arrays))},
        "saved": str(folder / "by_tensorflow"),
    }
    return request, noted.losses


@pytest.fixture(scope="module")
def both(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any, Any]]:
    """For each model the folder, our losses, and what TensorFlow did from the same checkpoint on the same batches."""
    folders = {name: tmp_path_factory.mktemp("model") for name in MODELS}
    ours = {name: _trained(name, folder) for name, folder in folders.items()}
    theirs = tensorflow.answer("tf_train.py", [request for request, _ in ours.values()])
    return {name: (folders[name], ours[name][1], their) for name, their in zip(MODELS, theirs, strict=True)}


@pytest.mark.parametrize("name", MODELS)
def test_tensorflow_trains_on_with_our_losses(both: Any, name: str) -> None:
    _, losses, theirs = both[name]
    assert theirs["global_step"] == FIRST + STEPS
    assert theirs["summaries"] > 0
    np.testing.assert_allclose(theirs["losses"], losses, rtol=2e-5, atol=1e-6)


def _weights(prefix: Path) -> dict[str, Any]:
    """The variables of a checkpoint and what is kept of whole ones: a part's own slot cannot be read without it."""
    with load_checkpoint(str(prefix)) as reader:
        names = [
            name for name in reader.get_variable_to_shape_map() if not re.search("/(part|t)_[0-9]+/", name)
        ]
        return {name: reader.get_tensor(name) for name in names}


@pytest.mark.parametrize("name", MODELS)
def test_tensorflow_ends_at_our_variables(both: Any, name: str) -> None:
    folder = both[name][0]
    start, ours, theirs = (
        _weights(folder / prefix)
        for prefix in (f"model.ckpt-{FIRST}", f"model.ckpt-{FIRST + STEPS}", "by_tensorflow")
    )
    assert ours.keys() == theirs.keys()
    for key, value in ours.items():
        np.testing.assert_allclose(theirs[key], value, rtol=1e-5, atol=2e-6, err_msg=key)
        assert np.any(value != start[key]), key  # else the comparison would say nothing
