"""Scripts of the years before estimators: placeholders, a loop of session.run, Saver, import_meta_graph."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from estimator import tf

X = np.linspace(-1, 1, 12, dtype=np.float32).reshape(6, 2)
Y = X @ np.array([[2.0], [-3.0]], np.float32) + 1


def build() -> None:
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    y = tf.placeholder(tf.float32, [None, 1], name="y")
    w = tf.Variable(tf.zeros([2, 1]), name="w")
    b = tf.Variable(tf.zeros([1]), name="b")
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + b - y), name="loss")
    tf.train.GradientDescentOptimizer(0.1).minimize(loss, name="train")


def train(directory: Path) -> float:
    """Fifty steps, a checkpoint at every tenth and one at the end; returns the last loss."""
    build()
    saver = tf.train.Saver(max_to_keep=6)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(50):
            sess.run("train", feed_dict={"x:0": X, "y:0": Y})
            if i % 10 == 0:
                saver.save(sess, str(directory / "my-model"), global_step=i)
        saver.save(sess, str(directory / "final-model.ckpt"), global_step=i)
        return float(sess.run("loss:0", feed_dict={"x:0": X, "y:0": Y}))


def test_a_loop_leaves_six_checkpoints_of_three_files_each(tmp_path: Path) -> None:
    train(tmp_path / "new")
    names = [*(f"my-model-{i}" for i in range(0, 50, 10)), "final-model.ckpt-49"]
    files = [f"{name}{end}" for name in names for end in (".data-00000-of-00001", ".index", ".meta")]
    assert sorted(os.listdir(tmp_path / "new")) == sorted([*files, "checkpoint"])
    state = tf.train.get_checkpoint_state(str(tmp_path / "new"))
    assert state.model_checkpoint_path == str(tmp_path / "new" / "final-model.ckpt-49")
    assert [os.path.basename(each) for each in state.all_model_checkpoint_paths] == names
    assert all(map(tf.train.checkpoint_exists, state.all_model_checkpoint_paths))


def test_another_script_goes_on_without_the_code_that_built_the_graph(tmp_path: Path) -> None:
    loss = train(tmp_path)
    tf.reset_default_graph()
    latest = tf.train.latest_checkpoint(str(tmp_path))
    saver = tf.train.import_meta_graph(latest + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, latest)
        graph = tf.get_default_graph()
        feed = {graph.get_tensor_by_name("x:0"): X, graph.get_tensor_by_name("y:0"): Y}
        assert sess.run(graph.get_tensor_by_name("loss:0"), feed) == pytest.approx(loss, rel=1e-6)
        for _ in range(50):
            sess.run(tf.get_collection("train_op")[0], feed)
        assert sess.run("loss:0", feed) < 0.5 * loss
        assert [v.name for v in tf.trainable_variables()] == ["w:0", "b:0"]
        assert saver.save(sess, str(tmp_path / "again"), global_step=100) == str(tmp_path / "again-100")


def test_values_are_read_without_a_graph(tmp_path: Path) -> None:
    train(tmp_path)
    assert tf.train.list_variables(str(tmp_path)) == [("b", [1]), ("w", [2, 1])]
    reader = tf.train.NewCheckpointReader(tf.train.latest_checkpoint(str(tmp_path)))
    assert reader.get_variable_to_shape_map() == {"b": [1], "w": [2, 1]}
    assert np.array_equal(reader.get_tensor("w"), tf.train.load_variable(str(tmp_path), "w"))


def test_arrays_are_kept_by_a_manager(tmp_path: Path) -> None:
    weights = np.zeros((2, 1), np.float32)
    checkpoint = tf.train.Checkpoint(weights=weights, step=np.array(0))
    manager = tf.train.CheckpointManager(checkpoint, str(tmp_path), max_to_keep=2)
    assert manager.restore_or_initialize() is None
    for _ in range(3):
        checkpoint.step += 1
        weights += 1
        manager.save()
    weights[:] = 0
    checkpoint.restore(manager.latest_checkpoint).assert_consumed()
    assert weights.tolist() == [[3.0], [3.0]] and len(manager.checkpoints) == 2
