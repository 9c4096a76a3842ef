"""Linear models: their weighted sums against the formula, their defaults, names and parts.

TensorFlow's own numbers for them are in test_tensorflow_model_dirs.py; names, tags and defaults here are those that
tf.compat.v1.estimator of TensorFlow 2.15.1 shows for the same models.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from estimator import tf
from estimator.checkpoint.reader import list_variables
from estimator.columns.column import FeatureColumn
from estimator.estimators.estimator import Estimator
from estimator.estimators.linear import LinearClassifier, LinearEstimator, LinearRegressor
from estimator.settings.run_config import RunConfig

FC = tf.feature_column
CONFIG = RunConfig(tf_random_seed=1, progress=False)
X = FC.numeric_column("x", shape=2)
C = FC.categorical_column_with_vocabulary_list("c", ["a", "b", "d"])
FEATURES = {
    "x": np.float32([[1, 2], [3, -1], [0, 1], [2, 2]]),
    "c": np.array([["a", "b"], ["b", ""], ["z", ""], ["d", "a"]]),
}
LABELS = np.array([0, 1, 1, 0])
REAL = np.float32([1, 2, -1, 0.5])
WEIGHTS = "linear/linear_model"


def input_fn(labels: Any = LABELS) -> Any:
    return tf.data.Dataset.from_tensor_slices((FEATURES, labels)).batch(4).repeat(3)


def trained(model: Estimator, labels: Any = LABELS, **arguments: Any) -> dict[str, Any]:
    """What a model has after three steps."""
    model.train(lambda: input_fn(labels), steps=3, **arguments)
    return {name: model.get_variable_value(name) for name in model.get_variable_names()}


class Names(tf.train.SessionRunHook):  # type: ignore[misc]  # the facade's types are told in stubs
    """Remembers the variables of the graph that is trained."""

    def begin(self) -> None:
        self.names = [variable.name for variable in tf.trainable_variables()]


def tags(model_dir: Path) -> dict[str, set[str]]:
    """The tags of scalars and histograms in the events of a training."""
    events = EventAccumulator(str(model_dir), size_guidance={"histograms": 0}).Reload()
    return {kind: set(events.Tags()[kind]) for kind in ("scalars", "histograms")}


# -- what it computes


@pytest.mark.parametrize("combiner", ["sum", "mean", "sqrtn"])
def test_predictions_are_a_weighted_sum_and_a_bias(combiner: str, tmp_path: Path) -> None:
    model = LinearRegressor([X, C], tmp_path, config=CONFIG, sparse_combiner=combiner)
    found = trained(model, REAL)
    table = found[f"{WEIGHTS}/c/weights"]
    ids = [[0, 1], [1], [], [2, 0]]
    divide = {"sum": lambda count: 1, "mean": lambda count: count, "sqrtn": np.sqrt}[combiner]
    words = [table[row].sum(0) / divide(len(row)) if row else np.zeros(1) for row in ids]
    expected = FEATURES["x"] @ found[f"{WEIGHTS}/x/weights"] + words + found[f"{WEIGHTS}/bias_weights"]
    rows = model.predict(lambda: tf.data.Dataset.from_tensor_slices(FEATURES).batch(4))
    np.testing.assert_allclose([row["predictions"] for row in rows], expected, rtol=1e-5)
    assert np.abs(table).min() > 1e-3  # each of the words has learnt


def test_a_first_step_is_that_of_ftrl_with_a_rate_of_a_fifth(tmp_path: Path) -> None:
    model = LinearRegressor([X], tmp_path, config=CONFIG)
    model.train(lambda: input_fn(REAL), steps=1)
    gradient = 2 * (FEATURES["x"].T @ -REAL)[:, None]  # of the sum of squared errors at weights of 0
    root = np.sqrt(0.1 + gradient**2)
    expected = -gradient / (root / 0.2)  # sigma times the weight is 0
    np.testing.assert_allclose(model.get_variable_value(f"{WEIGHTS}/x/weights"), expected, rtol=1e-5)


@pytest.mark.parametrize(("count", "rate"), [(3, 0.2), (36, 1 / 6)])
def test_without_an_optimizer_the_rate_falls_with_the_number_of_columns(
    count: int, rate: float, tmp_path: Path
) -> None:
    columns = [
        FC.categorical_column_with_identity("c", 4),
        *(FC.numeric_column(f"x{n}") for n in range(count - 1)),
    ]
    features = {"c": np.array([0, 1])} | {f"x{n}": np.float32([n, 1]) for n in range(count - 1)}
    data = features, np.array([0, 1])

    def weights(name: str, optimizer: Any) -> dict[str, Any]:
        model = LinearClassifier(columns, tmp_path / name, optimizer=optimizer, config=CONFIG)
        model.train(lambda: tf.data.Dataset.from_tensor_slices(data).batch(2), steps=1)
        return {name: model.get_variable_value(name) for name in model.get_variable_names()}

    found, expected = weights("none", None), weights("given", tf.train.FtrlOptimizer(rate))
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert (found[name] == value).all(), name


def test_a_head_of_ones_own_says_what_the_logits_mean(tmp_path: Path) -> None:
    model = LinearEstimator(tf.estimator.MultiLabelHead(3), [X], tmp_path, config=CONFIG)
    found = trained(model, np.array([[1, 0, 1], [0, 1, 0], [1, 1, 0], [0, 0, 1]]))
    assert found[f"{WEIGHTS}/x/weights"].shape == (2, 3)


def test_a_step_changes_only_the_rows_of_the_batchs_ids(tmp_path: Path) -> None:
    column = FC.categorical_column_with_identity("i", 1000)
    data = {"i": np.array([3, 500, 3, 999])}, LABELS
    model = LinearClassifier([column], tmp_path, optimizer="Adagrad", config=CONFIG)
    model.train(lambda: tf.data.Dataset.from_tensor_slices(data).batch(4), steps=1)
    changed = np.flatnonzero(model.get_variable_value(f"{WEIGHTS}/i/weights"))
    assert changed.tolist() == [500, 999]  # the two labels of row 3 outweigh each other
    slots = model.get_variable_value(f"{WEIGHTS}/i/weights/part_0/Adagrad")
    assert np.flatnonzero(slots != np.float32(0.1)).tolist() == [500, 999]


# -- names, summaries, parts


def test_variables_slots_and_summaries_are_called_as_tensorflows(tmp_path: Path) -> None:
    hook = Names()
    found = trained(LinearClassifier([X, C], tmp_path, config=CONFIG), hooks=[hook])
    weights = [f"{WEIGHTS}/{name}" for name in ("bias_weights", "c/weights", "x/weights")]
    slots = {f"{name}/part_0/{slot}" for name in weights for slot in ("Ftrl", "Ftrl_1")}
    assert set(found) == {"global_step", *weights, *slots}
    assert sorted(hook.names) == [f"{name}/part_0:0" for name in weights]
    assert tags(tmp_path) == {
        "scalars": {"average_loss", "linear/bias", "linear/fraction_of_zero_weights", "loss"},
        "histograms": set(),
    }


@pytest.mark.parametrize("partitioner", [None, tf.fixed_size_partitioner(2)])
def test_the_biases_of_several_classes_are_a_histogram(partitioner: Any, tmp_path: Path) -> None:
    model = LinearClassifier([X], tmp_path, n_classes=3, config=CONFIG, partitioner=partitioner)
    model.train(lambda: input_fn(), steps=1)
    assert tags(tmp_path)["histograms"] == {"linear/bias"}


def test_the_fraction_of_zero_weights_counts_all_but_the_bias(tmp_path: Path) -> None:
    columns = [X, FC.categorical_column_with_identity("i", 8)]
    data = {"x": FEATURES["x"][:1], "i": np.array([5])}, LABELS[:1]
    model = LinearClassifier(columns, tmp_path, config=RunConfig(save_summary_steps=1, progress=False))
    model.train(lambda: tf.data.Dataset.from_tensor_slices(data).batch(1).repeat(2), steps=2)
    values = [
        event.value
        for event in EventAccumulator(str(tmp_path)).Reload().Scalars("linear/fraction_of_zero_weights")
    ]
    assert values == pytest.approx([1.0, 0.7])  # both of x and one of eight have moved by the second step


def test_a_partitioner_cuts_the_weights_and_a_checkpoint_of_another_cut_goes_on(tmp_path: Path) -> None:
    hook = Names()
    cut = LinearClassifier([X, C], tmp_path, config=CONFIG, partitioner=tf.fixed_size_partitioner(2))
    cut.train(lambda: input_fn(), steps=3, hooks=[hook])
    assert {f"{WEIGHTS}/c/weights/part_0:0", f"{WEIGHTS}/c/weights/part_1:0"} <= set(hook.names)
    shapes = dict(list_variables(tmp_path))
    assert shapes[f"{WEIGHTS}/c/weights"] == [3, 1]
    assert shapes[f"{WEIGHTS}/c/weights/part_1/Ftrl"] == [3, 1]  # its own slice of that
    whole = trained(LinearClassifier([X, C], tmp_path / "whole", config=CONFIG))
    np.testing.assert_allclose(
        cut.get_variable_value(f"{WEIGHTS}/c/weights"), whole[f"{WEIGHTS}/c/weights"], rtol=1e-6
    )
    other = LinearClassifier([X, C], tmp_path, config=CONFIG)
    assert other.evaluate(lambda: input_fn())["global_step"] == 3


# -- what is refused


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError) as error:
        LinearClassifier(
            [3], tmp_path / "m", n_classes=1, optimizer="Frtl", partitioner=2, sparse_combiner="max",
        )  # fmt: skip
    text = str(error.value)
    for problem in (
        "n_classes", "name: Frtl.", "Did you mean 'Ftrl'", "partitioner must be callable", "sparse_combiner must be one of",
        "must be feature columns",
    ):  # fmt: skip
        assert problem in text
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("columns", [[], None, "x"])
def test_a_linear_model_needs_columns(columns: Any) -> None:
    with pytest.raises(ValueError, match="feature_columns"):
        LinearRegressor(columns)


def test_features_without_names_are_refused(tmp_path: Path) -> None:
    model = LinearRegressor([X], tmp_path / "m", config=CONFIG)
    with pytest.raises(ValueError, match="features should be a dictionary of `Tensor`s"):
        model.train(lambda: tf.data.Dataset.from_tensor_slices((FEATURES["x"], REAL)).batch(2), steps=1)
    assert not (tmp_path / "m").exists()


def test_columns_may_be_a_generator(tmp_path: Path) -> None:
    columns: Any = (column for column in (X, C))
    model = LinearClassifier(columns, tmp_path, config=CONFIG)
    trained(model)
    assert model.evaluate(lambda: input_fn())["global_step"] == 3


def test_a_single_column_is_as_good_as_a_list(tmp_path: Path) -> None:
    single: FeatureColumn = X
    assert f"{WEIGHTS}/x/weights" in trained(LinearRegressor(single, tmp_path, config=CONFIG), REAL)  # type: ignore[arg-type]
