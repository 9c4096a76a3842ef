"""Summaries that the graph writes, by the rules of TensorFlow 1.15's contrib."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.tf.contrib import summary

Run = Callable[..., Any]


def events(logdir: Path) -> list[Any]:
    """What stands behind the first event, which is of the file."""
    [name] = os.listdir(logdir)
    return list(tf.train.summary_iterator(str(logdir / name)))[1:]


def values(logdir: Path) -> list[tuple[int, str, float]]:
    return [
        (event.step, value.tag, value.simple_value)
        for event in events(logdir)
        for value in event.summary.value
    ]


def test_a_scalar_is_written_at_the_global_step(tmp_path: Path, run: Run) -> None:
    step = tf.train.get_or_create_global_step()
    with summary.create_file_writer(tmp_path).as_default(), summary.always_record_summaries():
        with tf.name_scope("layer"):
            summary.scalar("loss", tf.constant(2.5))
        summary.scalar("loss", 3, family="all", step=7)
    assert len(summary.all_summary_ops()) == 2
    run(step.assign(4))
    run(summary.all_summary_ops())
    assert sorted(values(tmp_path)) == [(4, "layer/loss", 2.5), (7, "all/all/loss", 3.0)]
    assert os.listdir(tmp_path)[0].endswith(".v2")


def test_summaries_are_recorded_every_few_steps(tmp_path: Path, run: Run) -> None:
    step = tf.train.get_or_create_global_step()
    with (
        summary.create_file_writer(str(tmp_path)).as_default(),
        summary.record_summaries_every_n_global_steps(2),
        tf.name_scope("layer"),
    ):
        summary.scalar("loss", tf.cast(step, tf.float32) / 2)
    for number in range(5):
        run(step.assign(number))
        run(summary.all_summary_ops())
    assert values(tmp_path) == [(0, "layer/loss", 0.0), (2, "layer/loss", 1.0), (4, "layer/loss", 2.0)]


def test_nothing_is_recorded_unless_somebody_says_so(tmp_path: Path, run: Run) -> None:
    writer = summary.create_file_writer(tmp_path / "logs")
    assert isinstance(summary.scalar("loss", 1.0), tf.Operation), "no writer is the default"
    with writer.as_default():
        summary.scalar("silent", 1.0)
        with summary.never_record_summaries():
            summary.scalar("never", 1.0)
            assert not run(summary.should_record_summaries())
        with summary.always_record_summaries():
            assert run(summary.should_record_summaries())
    run(summary.all_summary_ops())
    assert not (tmp_path / "logs").exists()


def test_other_kinds_of_summaries_are_those_of_tf_summary(tmp_path: Path, run: Run) -> None:
    metadata = tf.SummaryMetadata()
    metadata.plugin_data.plugin_name = "mine"
    with summary.create_file_writer(tmp_path).as_default(), summary.always_record_summaries():
        summary.histogram("h", [1.0, 2.0, 4.0], step=1)
        summary.image("i", np.zeros([2, 3, 4, 1], np.uint8), max_images=1, step=1)
        summary.generic("g", [5, 6], metadata=metadata, step=1)
    run(summary.all_summary_ops())
    found = {value.tag: value for event in events(tmp_path) for value in event.summary.value}
    assert found["h"].histo.num == 3
    assert (found["i/image"].image.height, found["i/image"].image.width) == (3, 4)
    assert found["g"].metadata.plugin_data.plugin_name == "mine"


def test_initialize_writes_the_graph(tmp_path: Path, graph: Any) -> None:
    tf.constant(1, name="marker")
    with summary.create_file_writer(tmp_path).as_default(), tf.Session() as session:
        summary.initialize(graph=graph)
        assert len(summary.summary_writer_initializer_op()) == 1
        session.run([summary.flush(), *summary.summary_writer_initializer_op()])
    [event] = events(tmp_path)
    assert "marker" in {node.name for node in tf.GraphDef.FromString(event.graph_def).node}


def test_initialize_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"No default tf\.contrib\.summary\.SummaryWriter found: make one"):
        summary.initialize()
    with (
        summary.create_file_writer(tmp_path).as_default(),
        pytest.raises(ValueError, match="session must be passed"),
    ):
        summary.initialize()


def test_graphs_and_events_are_written_as_they_are(tmp_path: Path, run: Run) -> None:
    event = tf.Event(step=3, wall_time=5.0)
    event.summary.value.add(tag="t", simple_value=2.0)
    given = tf.placeholder(tf.string, [])
    with summary.create_file_writer(tmp_path).as_default() as writer:
        imported, shown = summary.import_event(event.SerializeToString()), summary.graph(given)
        run([imported, writer.close()])
        run(shown, {given: tf.GraphDef().SerializeToString()})
    first, second = events(tmp_path)
    assert (first.step, first.wall_time, first.summary.value[0].tag) == (3, 5.0, "t")
    assert second.WhichOneof("what") == "graph_def"
    with pytest.raises(TypeError, match=r"needs a tf\.Tensor, given: Graph"):
        summary.graph(tf.get_default_graph())


def test_a_writer_without_directory_writes_nothing(tmp_path: Path, run: Run) -> None:
    with (
        summary.create_file_writer(tmp_path).as_default(),
        summary.create_file_writer(None).as_default(),
        summary.always_record_summaries(),
    ):
        summary.scalar("loss", 1.0, step=0)
    run(summary.all_summary_ops())
    assert values(tmp_path) == [(0, "loss", 1.0)], "as in TensorFlow, the outer writer stays the default"


def test_a_writer_can_stay_the_default(tmp_path: Path, run: Run) -> None:
    outer = summary.create_file_writer(None)
    with outer.as_default():  # so that the end of the block sets the default back
        pass
    writer = summary.create_file_writer(tmp_path)
    with writer.as_default(), summary.always_record_summaries():
        writer.set_as_default()
        outer.set_as_default()
        run(summary.scalar("loss", 1.0, step=0))
    assert len(values(tmp_path)) == 1


def test_summaries_write_themselves_in_a_training(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        weight = tf.get_variable("weight", [], initializer=tf.zeros_initializer())
        loss = (weight - 3.0) ** 2
        step = tf.train.get_global_step()
        with (
            summary.create_file_writer(tmp_path / "logs").as_default(),
            summary.record_summaries_every_n_global_steps(2),
        ):
            summary.scalar("loss", loss)
        with tf.control_dependencies(summary.all_summary_ops()):
            train_op = tf.train.GradientDescentOptimizer(0.25).minimize(loss, step)
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)

    estimator = tf.estimator.Estimator(model_fn, tmp_path / "model")
    estimator.train(lambda: tf.data.Dataset.from_tensors({"x": [1.0]}).repeat(), steps=3)
    assert values(tmp_path / "logs") == [(0, "loss", 9.0), (2, "loss", 0.5625)]


def test_evaluations_have_directories_of_their_own() -> None:
    assert summary.eval_dir("m") == os.path.join("m", "eval")
    assert summary.eval_dir("m", "test") == os.path.join("m", "eval_test")


def test_a_colour_for_bad_pixels_is_refused() -> None:
    with pytest.raises(ValueError, match="bad_color must be None, which is red"):
        summary.image("i", np.zeros([1, 2, 2, 1]), bad_color=[0, 0, 0, 0])
