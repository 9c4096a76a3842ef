"""Curves of precision and recall: those of a binary head's evaluation, counted by hand, as TensorBoard reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator
from tensorboard.plugins.pr_curve import metadata
from tensorboard.util.tensor_util import make_ndarray

import estimator as est
from estimator import tf


def examples() -> tuple[dict[str, Any], Any]:
    generator = np.random.default_rng(0)
    x = generator.normal(size=(60, 2)).astype(np.float32)
    return {"x": x, "w": generator.uniform(0.5, 2.0, 60).astype(np.float32)}, (x.sum(axis=1) > 0).astype(
        np.int64
    )


def dataset() -> Any:
    return tf.data.Dataset.from_tensor_slices(examples()).batch(25)


def curve(folder: Path, tag: str = "pr_curve") -> tuple[list[int], np.ndarray[Any, Any]]:
    """The steps, and the curve of the last of them."""
    accumulator = EventAccumulator(str(folder)).Reload()
    plugin = accumulator.SummaryMetadata(tag).plugin_data
    assert plugin.plugin_name == metadata.PLUGIN_NAME
    assert metadata.parse_plugin_metadata(plugin.content).num_thresholds == 200
    points = accumulator.Tensors(tag)
    return [point.step for point in points], make_ndarray(points[-1].tensor_proto)


def expected(labels: Any, scores: Any, weights: Any) -> np.ndarray[Any, Any]:
    """True and false positives, true and false negatives, precision and recall at 200 even thresholds."""
    thresholds = np.linspace(0, 1, 200)
    thresholds[[0, -1]] = -1e-7, 1 + 1e-7
    rows = []
    for threshold in thresholds.astype(np.float32):
        yes = scores > threshold
        tp, fp, tn, fn = (
            weights[each].sum()
            for each in (yes & (labels == 1), yes & (labels == 0), ~yes & (labels == 0), ~yes & (labels == 1))
        )
        rows.append((tp, fp, tn, fn, tp / (tp + fp) if tp + fp else 0.0, tp / (tp + fn)))
    return np.array(rows).T


@pytest.mark.parametrize("kind", ["canned", "public head"])
@pytest.mark.parametrize("weight_column", [None, "w"])
def test_evaluate_writes_the_curve_of_all_batches(
    tmp_path: Path, kind: str, weight_column: str | None
) -> None:
    columns = [tf.feature_column.numeric_column("x", shape=[2])]
    config = tf.estimator.RunConfig(progress=False, tf_random_seed=1)
    if kind == "canned":
        model: Any = est.LinearClassifier(columns, tmp_path, weight_column=weight_column, config=config)
    else:
        head = est.BinaryClassHead(weight_column=weight_column)
        model = est.LinearEstimator(head, columns, tmp_path, config=config)
    for _ in range(2):
        model.train(lambda: dataset().repeat(), steps=5)
        metrics = model.evaluate(dataset)
    assert not [key for key in metrics if "curve" in key]
    features, labels = examples()
    scores = np.array([row["logistic"][0] for row in model.predict(dataset)])
    weights = features["w"] if weight_column else np.ones(60)
    steps, found = curve(tmp_path / "eval")
    assert steps == [5, 10]
    np.testing.assert_allclose(found, expected(labels, scores, weights), rtol=1e-5, atol=1e-5)


def test_the_curves_of_several_heads_have_their_names(tmp_path: Path) -> None:
    heads = [est.BinaryClassHead(name="a"), est.BinaryClassHead(name="b"), est.RegressionHead(name="c")]
    columns = [tf.feature_column.numeric_column("x", shape=[2])]
    model = est.LinearEstimator(
        est.MultiHead(heads), columns, tmp_path, config=tf.estimator.RunConfig(progress=False)
    )

    def several() -> Any:
        return dataset().map(
            lambda features, label: (
                features,
                {"a": label, "b": 1 - label, "c": tf.cast(label, tf.float32)},
            )
        )

    model.train(several, steps=1)
    model.evaluate(several)
    found = {tag: curve(tmp_path / "eval", tag)[1] for tag in ("pr_curve/a", "pr_curve/b")}
    assert (
        found["pr_curve/a"][0, 0] == 60 - found["pr_curve/b"][0, 0]
    )  # the positives of one are the other's negatives
    assert "pr_curve/c" not in EventAccumulator(str(tmp_path / "eval")).Reload().Tags()["tensors"]
