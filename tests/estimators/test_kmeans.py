"""K-means: beside TensorFlow from given centers, and what the choices of first centers have to be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.columns.numeric import numeric_column
from estimator.core.errors import InvalidArgumentError
from estimator.estimators.kmeans import KMeansClustering
from estimator.graph.tensor import Tensor
from estimator.pipeline.dataset import Dataset
from estimator.settings.run_config import RunConfig
from tests.disk import unchanged
from tests.estimators.kmeans_cases import CASES, first_centers, outcome, points

STORED = Path(__file__).parents[1] / "data" / "tf" / "kmeans.json"
GIVEN = json.loads(STORED.read_text())
CONFIG = RunConfig(tf_random_seed=1, progress=False)
CLOSE = {"rtol": 1e-5, "atol": 1e-5}


@pytest.mark.parametrize("name", CASES)
def test_from_the_same_centers_it_comes_to_tensorflows(tmp_path: Path, name: str) -> None:
    wanted, found = GIVEN[name], outcome(tf, str(tmp_path), *CASES[name])
    assert found["variables"] == wanted["variables"]
    for key, value in wanted["values"].items():
        np.testing.assert_allclose(found["values"][key], value, err_msg=key, **CLOSE)
    for key in ("centers", "score", "index"):
        np.testing.assert_allclose(found[key], wanted[key], err_msg=key, **CLOSE)
    # of 1e-6 between squares the roots differ by 1e-3 where a point lies on a center
    np.testing.assert_allclose(found["transformed"], wanted["transformed"], atol=2e-3)
    assert found["metrics"] == pytest.approx(wanted["metrics"], rel=1e-5)
    assert found["types"] == wanted["types"]


@pytest.mark.parametrize("name", CASES)
def test_the_cases_move_the_centers(name: str) -> None:
    assert np.abs(np.array(GIVEN[name]["centers"]) - first_centers()).max() > 0.1


# -- mini-batches


def by_hand(batches: list[Any], every: int, cosine: bool) -> Any:
    """The centers after mini-batches by the formula, in float64."""

    def unit(rows: Any) -> Any:
        return rows / np.linalg.norm(rows, axis=1, keepdims=True) if cosine else rows

    centers = unit(first_centers().astype(np.float64))
    moved, counts, left = centers.copy(), np.full(3, 1.0 if every == 1 else 0.0), every
    for batch in batches:
        rows = unit(batch.astype(np.float64))
        nearest = ((rows[:, None] - unit(centers)) ** 2).sum(-1).argmin(1)
        if every > 1 and left <= 0:
            centers, counts, left = unit(moved).copy(), np.zeros(3), every
        for center in range(3):
            mine = rows[nearest == center]
            total = max(counts[center] + len(mine), 1)
            moved[center] += (mine.sum(0) - len(mine) * moved[center]) / total
            counts[center] += len(mine)
        left -= 1
        centers = moved.copy() if every == 1 else centers
    return centers


@pytest.mark.parametrize("distance", ["squared_euclidean", "cosine"])
@pytest.mark.parametrize(("every", "steps"), [(1, 1), (1, 5), (2, 5), (3, 7)])
def test_mini_batches_move_the_centers_by_the_formula(
    tmp_path: Path, distance: str, every: int, steps: int
) -> None:
    order = np.random.default_rng(0).permutation(24)
    rows = points()[order].reshape(3, 8, 2)
    model = KMeansClustering(
        3, tmp_path, first_centers(), distance, config=CONFIG, mini_batch_steps_per_iteration=every
    )
    model.train(lambda: Dataset.from_tensor_slices(rows).repeat(), steps=steps)
    wanted = by_hand([rows[step % 3] for step in range(steps)], every, distance == "cosine")
    np.testing.assert_allclose(model.cluster_centers(), wanted, rtol=1e-4)
    assert np.abs(wanted - by_hand([], every, distance == "cosine")).max() > 0.05


def test_a_mini_batch_gives_what_tensorflows_gives_when_it_reads_the_counts_first(tmp_path: Path) -> None:
    order = np.arange(24).reshape(3, 8).T.reshape(-1)
    model = KMeansClustering(3, tmp_path, first_centers(), config=CONFIG)
    model.train(lambda: Dataset.from_tensors(points()[order][:12]), steps=1)
    wanted = [  # one of four runs of TensorFlow 2.15
        [2.0792760848999023, 0.9325298070907593],
        [0.5470618009567261, 4.046451568603516],
        [4.645707607269287, -0.12582218647003174],
    ]
    np.testing.assert_allclose(model.cluster_centers(), wanted, rtol=1e-6)


@pytest.mark.parametrize(
    ("every", "more"), [(1, {"Variable"}), (3, {"Variable", "clusters_updated", "update_in_steps"})]
)
def test_mini_batches_have_tensorflows_variables(tmp_path: Path, every: int, more: set[str]) -> None:
    model = KMeansClustering(
        3, tmp_path, first_centers(), config=CONFIG, mini_batch_steps_per_iteration=every
    )
    model.train(batches(), steps=1)
    assert set(model.get_variable_names()) == {"clusters", "global_step", "initialized", *more}


# -- the first centers


def batches(size: int = 24, repeats: int | None = None) -> Callable[[], Dataset]:
    return lambda: Dataset.from_tensor_slices(points()).batch(size).repeat(repeats)


def after_one_step_of_many(model_dir: Path, **arguments: Any) -> Any:
    """The centers after the first step of an iteration of many: those chosen."""
    arguments.setdefault("mini_batch_steps_per_iteration", 1000)  # the centers stay, copies move
    model = KMeansClustering(model_dir=model_dir, config=CONFIG, **arguments)
    model.train(batches(), steps=1)
    return model.cluster_centers()


def rows_of(centers: Any) -> list[int]:
    """Which point each center is."""
    distances = np.abs(points()[None] - centers[:, None]).max(-1)
    assert distances.min(1).max() < 1e-6
    return [int(row) for row in distances.argmin(1)]


@pytest.mark.parametrize("initial", ["random", "kmeans_plus_plus"])
def test_the_first_centers_are_points(tmp_path: Path, initial: str) -> None:
    chosen = rows_of(after_one_step_of_many(tmp_path, num_clusters=3, initial_clusters=initial, seed=3))
    assert len(chosen) == 3


def test_kmeans_plus_plus_takes_a_point_of_each_heap(tmp_path: Path) -> None:
    apart = points() + np.repeat([[0, 0], [50, 0], [0, 50]], 8, axis=0).astype(np.float32)
    for seed in range(5):
        model = KMeansClustering(
            3, tmp_path / str(seed), "kmeans_plus_plus", seed=seed, config=CONFIG, use_mini_batch=False
        )
        model.train(lambda: Dataset.from_tensors(apart).repeat(), steps=1)
        means = sorted(apart.reshape(3, 8, 2).mean(1).tolist())
        np.testing.assert_allclose(sorted(model.cluster_centers().tolist()), means, rtol=1e-5)


def test_the_same_seed_chooses_the_same_centers_and_another_others(tmp_path: Path) -> None:
    found = [
        rows_of(after_one_step_of_many(tmp_path / str(number), num_clusters=5, seed=seed))
        for number, seed in enumerate((1, 1, 2))
    ]
    assert found[0] == found[1] != found[2]


def test_small_batches_are_taken_whole_until_there_are_enough_centers(tmp_path: Path) -> None:
    model = KMeansClustering(5, tmp_path, config=CONFIG, mini_batch_steps_per_iteration=1000)
    model.train(batches(2), steps=1)
    chosen = rows_of(model.cluster_centers())
    assert chosen[:4] == [0, 1, 2, 3] and chosen[4] in (4, 5)


def test_a_function_chooses_from_batch_after_batch(tmp_path: Path) -> None:
    asked: list[Any] = []

    def last_of_each_batch(inputs: list[Tensor], k: Tensor) -> Tensor:
        asked.append((len(inputs), k.dims))
        return inputs[0][-1:]

    model = KMeansClustering(
        3, tmp_path, last_of_each_batch, config=CONFIG, mini_batch_steps_per_iteration=1000
    )
    model.train(batches(8), steps=1)
    assert rows_of(model.cluster_centers()) == [7, 15, 23]
    assert asked == [(1, ())]


def test_input_that_ends_before_all_centers_are_chosen_is_told(tmp_path: Path) -> None:
    model = KMeansClustering(30, tmp_path, config=CONFIG)
    with pytest.raises(InvalidArgumentError, match="ended when 24 of 30 initial centers were chosen"):
        model.train(batches(24, 1))
    assert not list(tmp_path.glob("model.ckpt*"))


def test_kmeans_plus_plus_wants_all_centers_from_one_batch(tmp_path: Path) -> None:
    model = KMeansClustering(3, tmp_path, "kmeans_plus_plus", config=CONFIG)
    with pytest.raises(InvalidArgumentError, match="cannot choose 3 of 2 points"):
        model.train(batches(2), steps=1)


@pytest.mark.parametrize("every", [1, 3])
def test_training_begins_where_tensorflow_has_saved_before_centers_were_chosen(
    tmp_path: Path, every: int
) -> None:
    """TensorFlow's first checkpoint, model.ckpt-0: centers of the shape [0]."""
    values = {
        "global_step": np.int64(0), "initialized": np.False_, "clusters": np.zeros(0, np.float32),
        "Variable": np.full(3, int(every == 1), np.int64),
    }  # fmt: skip
    if every > 1:
        values |= {"clusters_updated": np.zeros(0, np.float32), "update_in_steps": np.int64(every)}
    models = {}
    for name in ("begun", "new"):
        models[name] = KMeansClustering(
            3, tmp_path / name, first_centers(), config=CONFIG, mini_batch_steps_per_iteration=every
        )
    with tf.Graph().as_default(), tf.Session() as session:
        saver = tf.train.Saver({key: tf.Variable(value) for key, value in values.items()})
        session.run(tf.global_variables_initializer())
        saver.save(session, str(tmp_path / "begun" / "model.ckpt"), 0)
    for model in models.values():
        model.train(batches(), steps=4)
    np.testing.assert_array_equal(models["begun"].cluster_centers(), models["new"].cluster_centers())


@pytest.mark.parametrize(
    ("arguments", "size", "message"),
    [
        (
            {"num_clusters": 4, "use_mini_batch": False},
            2,
            r"of another shape; expected:\] \[4 2\] \[found:\] \[3 2\]",
        ),
        ({"num_clusters": 4}, 2, r"Variable +\[3\] +\[4\]"),
        ({"num_clusters": 3}, 1, r"of another shape; expected:\] \[3 1\] \[found:\] \[3 2\]"),
    ],
)
def test_centers_of_another_shape_in_the_checkpoint_are_told_before_anything_is_written(
    tmp_path: Path, arguments: Any, size: int, message: str
) -> None:
    KMeansClustering(3, tmp_path, config=CONFIG, use_mini_batch=arguments.get("use_mini_batch", True)).train(
        batches(), steps=1
    )
    other = KMeansClustering(model_dir=tmp_path, config=CONFIG, **arguments)
    narrow: Any = lambda: batches(repeats=1)().map(lambda x: x[:, :size])  # noqa: E731
    with unchanged(tmp_path), pytest.raises(InvalidArgumentError, match=message):
        other.train(narrow, steps=1)
    with pytest.raises(InvalidArgumentError, match=message):
        other.evaluate(narrow)


def test_training_goes_on_from_the_centers_of_a_checkpoint(tmp_path: Path) -> None:
    whole = KMeansClustering(3, tmp_path / "whole", first_centers(), config=CONFIG)
    whole.train(batches(8), steps=6)
    parts = KMeansClustering(3, tmp_path / "parts", first_centers(), config=CONFIG)
    parts.train(batches(8), steps=3).train(batches(8), steps=3)
    np.testing.assert_array_equal(parts.cluster_centers(), whole.cluster_centers())


# -- input


def test_features_by_name_are_put_side_by_side_in_their_order(tmp_path: Path) -> None:
    named = {"b": points()[:, 1], "a": points()[:, :1]}
    one = KMeansClustering(3, tmp_path / "one", first_centers(), use_mini_batch=False, config=CONFIG)
    one.train(lambda: Dataset.from_tensors(points()).repeat(), steps=2)
    two = KMeansClustering(3, tmp_path / "two", first_centers(), use_mini_batch=False, config=CONFIG)
    two.train(lambda: Dataset.from_tensors(named).repeat(), steps=2)
    np.testing.assert_array_equal(one.cluster_centers(), two.cluster_centers())


def test_columns_say_what_points_are_made_of(tmp_path: Path) -> None:
    named = {"x": points(), "other": np.full((24, 1), 1e6, np.float32)}
    model = KMeansClustering(
        3, tmp_path, first_centers(), config=CONFIG, feature_columns=[numeric_column("x", shape=2)]
    )
    model.train(lambda: Dataset.from_tensors(named).repeat(), steps=1)
    assert model.cluster_centers().shape == (3, 2) and model.cluster_centers().max() < 10


def test_points_of_an_unknown_size_are_refused(tmp_path: Path) -> None:
    model = KMeansClustering(2, tmp_path, config=CONFIG)
    with pytest.raises(ValueError, match=r"points must be of shape \[batch, size\].*given: \(\?,\)"):
        model.train(lambda: Dataset.from_tensor_slices(points()[:, 0]).batch(4), steps=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"initial_clusters": "randm"},
            "Unsupported initialization algorithm 'randm'. Did you mean 'random'",
        ),
        (
            {"distance_metric": "euclid"},
            "Unsupported distance metric 'euclid'.*Known: squared_euclidean, cosine",
        ),
        ({"num_clusters": 0}, "num_clusters must be a whole number > 0, given: 0"),
        ({"initial_clusters": np.zeros(3)}, r"must be an array \[num_clusters, size\].*\(3,\)"),
        (
            {"num_clusters": 2.5, "mini_batch_steps_per_iteration": 0},
            r"(?s)num_clusters must be.*2.5.*mini_batch_steps_per_iteration must be.*0",
        ),
    ],
)
def test_wrong_arguments_are_refused_at_once(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        KMeansClustering(**{"num_clusters": 2, **arguments})
