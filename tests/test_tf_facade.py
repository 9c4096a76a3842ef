"""A script of 2018 runs with ``from estimator import tf``: placeholders, a Session, a loop of one's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from estimator import tf

X = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
Y = 2 * X + 1


@pytest.fixture
def line() -> dict[str, object]:
    """A line through points, as every tutorial had it."""
    x = tf.placeholder(tf.float32, [None, 1], name="x")
    y = tf.placeholder(tf.float32, [None, 1], name="y")
    with tf.variable_scope("line"):
        w = tf.get_variable("w", [1, 1], initializer=tf.zeros_initializer())
        b = tf.get_variable("b", [1], initializer=tf.zeros_initializer())
    prediction = tf.matmul(x, w) + b
    loss = tf.reduce_mean(tf.square(prediction - y), name="loss")
    step = tf.train.get_or_create_global_step()
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=step)
    return {"x": x, "y": y, "w": w, "b": b, "loss": loss, "step": step, "train": train}


def _descend(steps: int) -> tuple[float, float]:
    """The same by hand: w -= 0.1 * mean(2 (wx + b - y) x), b -= 0.1 * mean(2 (wx + b - y))."""
    w, b = 0.0, 0.0
    for _ in range(steps):
        error = 2 * (w * X + b - Y)
        w, b = w - 0.1 * float(np.mean(error * X)), b - 0.1 * float(np.mean(error))
    return w, b


def test_gradient_descent_in_a_session_follows_the_formula(line: dict) -> None:
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(20):
            session.run(line["train"], feed_dict={line["x"]: X, line["y"]: Y})
        w, b, step = session.run([line["w"], line["b"], line["step"]])
    np.testing.assert_allclose([w[0, 0], b[0]], _descend(20), rtol=1e-5)
    assert step == 20


def test_a_saver_brings_the_weights_back(line: dict, tmp_path: Path) -> None:
    saver = tf.train.Saver()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(line["train"], {line["x"]: X, line["y"]: Y})
        prefix = saver.save(session, str(tmp_path / "model"), global_step=line["step"])
    assert tf.train.latest_checkpoint(str(tmp_path)) == prefix == str(tmp_path / "model-1")
    with tf.Session() as session:
        saver.restore(session, prefix)
        w, b = session.run([line["w"], line["b"]])
    np.testing.assert_allclose([w[0, 0], b[0]], _descend(1), rtol=1e-6)


def test_a_monitored_session_runs_until_its_hook_says_so(line: dict) -> None:
    hooks = [tf.train.StopAtStepHook(last_step=3)]
    with tf.train.MonitoredTrainingSession(hooks=hooks, log_step_count_steps=None) as session:
        while not session.should_stop():
            session.run(line["train"], {line["x"]: X, line["y"]: Y})
        assert session.should_stop()


def test_graphs_of_ones_own_hold_what_is_made_inside() -> None:
    graph = tf.Graph()
    with graph.as_default(), tf.name_scope("outer"):
        total = tf.add(tf.constant([1.0, 2.0]), 1.0, name="total")
        tf.add_to_collection("kept", total)
    assert total.graph is graph is not tf.get_default_graph()
    assert (total.name, graph.get_collection("kept")) == ("outer/total:0", [total])
    with tf.Session(graph=graph) as session:
        assert total.eval().tolist() == [2.0, 3.0]
        assert session.run("outer/total:0").tolist() == [2.0, 3.0]


def test_slices_newaxis_and_one_hot_work_as_in_model_functions() -> None:
    classes = tf.argmax(tf.constant([[0.1, 0.9], [0.8, 0.2]]), 1)
    with tf.Session() as session:
        assert session.run(classes[:, tf.newaxis]).tolist() == [[1], [0]]
        assert session.run(tf.one_hot(classes, 3, 1, 0)).tolist() == [[0, 1, 0], [1, 0, 0]]
        assert session.run(tf.cast(classes, tf.float32)).dtype == np.float32


def test_update_ops_and_group_make_one_training_operation() -> None:
    count = tf.Variable(0, name="count", trainable=False)
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign_add(count, 1))
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        both = tf.group(tf.no_op(), tf.assign_add(count, 10))
    with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as session:
        session.run(tf.global_variables_initializer())
        assert session.run(both) is None
        assert session.run(count) == 11


def test_tf_estimator_has_the_script_of_a_model_function(tmp_path: Path) -> None:
    def model_fn(features, labels, mode, params):  # type: ignore[no-untyped-def]
        logits = tf.layers.dense(tf.feature_column.input_layer(features, params["columns"]), 2)
        if mode == tf.estimator.ModeKeys.PREDICT:
            return tf.estimator.EstimatorSpec(mode, predictions={"class": tf.argmax(logits, 1)})
        loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)
        train = tf.train.AdamOptimizer(0.1).minimize(loss, global_step=tf.train.get_global_step())
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train)

    def input_fn() -> object:
        x = np.array([[0.0], [1.0]], np.float32)
        return tf.data.Dataset.from_tensor_slices(({"x": x}, np.array([0, 1]))).repeat().batch(2)

    config = tf.estimator.RunConfig(model_dir=str(tmp_path), tf_random_seed=1)
    columns = [tf.feature_column.numeric_column("x")]
    classifier = tf.estimator.Estimator(model_fn, config=config, params={"columns": columns})
    classifier.train(input_fn, max_steps=40)
    predicted = classifier.predict(
        tf.estimator.inputs.numpy_input_fn({"x": np.array([[0.0], [1.0]], np.float32)}, shuffle=False)
    )
    assert [each["class"] for each in predicted] == [0, 1]


def test_a_script_ends_with_what_main_returns() -> None:
    with pytest.raises(SystemExit) as end:
        tf.app.run(lambda argv: len(argv), argv=["script", "--flag"])
    assert end.value.code == 2
