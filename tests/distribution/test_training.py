"""Trainings of several processes: replicas with the same bits after many steps, and what one process comes to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator import tf
from estimator.distribution.collective import current
from tests.distribution.ranks import in_ranks

pytestmark = pytest.mark.mpi

RNG = np.random.default_rng(5)
ROWS = 4800
FEATURES = RNG.normal(size=(ROWS, 4)).astype(np.float32)
LABELS = (np.abs(FEATURES).argmax(1) % 3).astype(np.int64)
WORDS = RNG.integers(0, 30, (ROWS, 5))
STEPS, BATCH = 200, 6


def _mlp(features: Any, labels: Any, mode: str) -> Any:
    hidden = tf.layers.dense(features["x"], 16, tf.nn.relu)
    return _spec(tf.layers.dense(hidden, 3), labels, mode)


def _normalized(features: Any, labels: Any, mode: str) -> Any:
    """Batch normalization, plain and fused, and dropout."""
    training = mode == tf.estimator.ModeKeys.TRAIN
    hidden = tf.layers.dense(features["x"], 16)
    hidden = tf.nn.relu(tf.layers.batch_normalization(hidden, training=training, momentum=0.9))
    hidden = tf.layers.dropout(hidden, 0.3, training=training)
    images = tf.reshape(hidden, [-1, 4, 4, 1])
    images = tf.layers.batch_normalization(tf.layers.conv2d(images, 2, 3), training=training)
    return _spec(tf.layers.dense(tf.layers.flatten(images), 3), labels, mode)


def _embedded(features: Any, labels: Any, mode: str) -> Any:
    table = tf.get_variable("table", [30, 4])
    parts = tf.get_variable("parts", [30, 4], partitioner=tf.fixed_size_partitioner(3))
    words = features["words"]
    found = tf.nn.embedding_lookup(table, words) + tf.nn.embedding_lookup(parts, words)
    return _spec(tf.layers.dense(tf.reduce_sum(found, 1), 3), labels, mode, tf.contrib.opt.LazyAdamOptimizer)


def _spec(logits: Any, labels: Any, mode: str, optimizer: Any = tf.train.AdamOptimizer) -> Any:
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    loss = tf.reduce_mean(losses)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train_op = optimizer(0.01).minimize(loss, tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


MODELS = {"mlp": _mlp, "normalized": _normalized, "embedded": _embedded}


def _columns() -> list[Any]:
    words = tf.feature_column.categorical_column_with_identity("words", 30)
    return [tf.feature_column.numeric_column("x", [4]), tf.feature_column.embedding_column(words, 3)]


def _estimator(name: str, model_dir: str | None, **settings: Any) -> Any:
    config = est.RunConfig(
        model_dir, tf_random_seed=11, save_checkpoints_steps=10**6, progress=False, **settings
    )
    if name in MODELS:
        return est.Estimator(MODELS[name], config=config)
    if name == "clusters":
        kmeans = tf.compat.v1.estimator.experimental.KMeans
        return kmeans(3, use_mini_batch=False, feature_columns=_columns()[:1], config=config)
    if name == "canned":
        return est.DNNClassifier([8], _columns(), n_classes=3, config=config)
    return est.DNNLinearCombinedClassifier(
        linear_feature_columns=_columns()[:1], dnn_feature_columns=_columns(), dnn_hidden_units=[8],
        n_classes=3, config=config,
    )  # fmt: skip


def _input(rows: int, is_labelled: bool) -> Any:
    def input_fn() -> Any:
        features = {"x": FEATURES, "words": WORDS}
        slices = (features, LABELS) if is_labelled else features
        return tf.data.Dataset.from_tensor_slices(slices).batch(rows).repeat()

    return input_fn


def trained(
    names: list[str], folder: str | None, steps: int, rows: int, settings: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """The variables of each model after the training, in a temporary model_dir if there is no folder."""
    found = {}
    for name in names:
        model = _estimator(name, folder and f"{folder}/{name}", **settings)

        class Keeping(tf.train.SessionRunHook):  # type: ignore[misc,name-defined]
            def end(self, session: Any) -> None:
                variables = tf.global_variables()
                found[name] = session.run({variable.op.name: variable for variable in variables})  # noqa: B023

        model.train(_input(rows, name != "clusters"), hooks=[Keeping()], steps=steps)
    return found


def _bits(values: dict[str, Any]) -> dict[str, bytes]:
    return {name: np.asarray(value).tobytes() for name, value in values.items()}


@pytest.mark.parametrize(
    ("size", "names"), [(2, [*MODELS, "canned", "combined", "clusters"]), (4, ["normalized", "canned"])]
)
def test_replicas_have_the_same_bits(size: int, names: list[str], tmp_path: Any) -> None:
    first, *others = in_ranks(
        size, trained, names, None, STEPS, BATCH, {}, timeout=90, environment=_temporary(tmp_path)
    )
    for name in names:
        assert first[name]["global_step"] == STEPS
        for other in others:
            assert _bits(other[name]) == _bits(first[name]), name


def ended(batches: list[int]) -> int:
    """The steps of a training whose processes have so many batches of their own."""
    rank = current().rank

    def input_fn() -> Any:
        rows = slice(0, batches[rank] * BATCH)
        data = tf.data.Dataset.from_tensor_slices(({"x": FEATURES[rows]}, LABELS[rows])).batch(BATCH)
        options = tf.data.Options()
        options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.OFF
        return data.with_options(options)

    model = _estimator("mlp", None)
    model.train(input_fn)
    return int(model.get_variable_value("global_step"))


@pytest.mark.parametrize("batches", [[5, 3], [2, 4]])
def test_all_end_with_the_shortest_input(batches: list[int], tmp_path: Any) -> None:
    assert in_ranks(2, ended, batches, environment=_temporary(tmp_path)) == [min(batches)] * 2


def test_the_executor_of_jax_has_replicas_too(tmp_path: Any) -> None:
    pytest.importorskip("jax")
    environment = {"ESTIMATOR_EXECUTOR": "jax", **_temporary(tmp_path)}
    names = ["mlp", "embedded"]
    first, second = in_ranks(2, trained, names, None, 20, BATCH, {}, environment=environment)
    usual = trained(names, str(tmp_path / "alone"), 20, 2 * BATCH, {})
    for name in names:
        assert _bits(first[name]) == _bits(second[name])
        assert all(_difference(first[name][key], value) < 1e-5 for key, value in usual[name].items())


def _difference(one: Any, other: Any) -> float:
    """The largest, as a part of what is more than 1."""
    first, second = np.asarray(one, np.float64), np.asarray(other, np.float64)
    return float(np.max(np.abs(first - second) / np.maximum(1, np.abs(second))))


def _temporary(folder: Any) -> dict[str, str]:
    """The environment of processes whose temporary folders lie in that one."""
    return {"TMPDIR": str(folder)}


def trained_by_a_script(steps: int) -> list[Any]:
    """A loop around a session, without seeds: nothing says that the processes begin alike."""
    with tf.Graph().as_default():
        part = slice(current().rank * 8, current().rank * 8 + 8)
        logits = tf.layers.dense(tf.layers.dropout(tf.constant(FEATURES[part]), training=True), 3)
        loss = tf.losses.sparse_softmax_cross_entropy(LABELS[part], logits)
        train_op = tf.train.AdamOptimizer(0.1).minimize(loss)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            for _ in range(steps):
                session.run(train_op)
            return list(session.run(tf.global_variables()))


def test_a_script_with_a_loop_of_its_own_has_replicas_too() -> None:
    first, second = in_ranks(2, trained_by_a_script, 5)
    again, _ = in_ranks(2, trained_by_a_script, 5)
    assert [value.tobytes() for value in first] == [value.tobytes() for value in second]
    assert first[0].tobytes() != again[0].tobytes(), "each job draws its own"


@pytest.mark.parametrize("settings", [{}, {"gradient_reduction": "mean"}])
def test_processes_come_to_what_one_with_all_their_batches_does(settings: Any, tmp_path: Any) -> None:
    names = ["mlp", "embedded", "canned", "combined", "clusters"]
    of_two, _ = in_ranks(
        2, trained, names, None, 20, BATCH, settings, timeout=90, environment=_temporary(tmp_path)
    )
    alone = trained(names, str(tmp_path), 20, 2 * BATCH, settings)
    differ = {
        name: max(_difference(of_two[name][key], value) for key, value in alone[name].items())
        for name in names
    }
    canned = (
        {"canned", "combined"} if settings else set()
    )  # their loss is a sum, whose mean has half the slope
    assert all(differ[name] < 1e-5 for name in set(names) - canned), differ
    assert all(differ[name] > 1e-3 for name in canned), differ
