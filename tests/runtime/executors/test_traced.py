"""Runs whose operations are timed, as TensorFlow's RunOptions and RunMetadata say it."""

from __future__ import annotations

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError
from estimator.graph.graph import Graph

FULL = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)


def test_the_metadata_tells_of_each_operation_when_and_how_long() -> None:
    with Graph().as_default() as graph, tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        y = tf.matmul(x, tf.ones([2, 3]), name="y")
        z = tf.nn.relu(y, name="z")
        metadata = tf.RunMetadata()
        value = np.ones((4, 2), np.float32)
        result = session.run(z, {x: value}, options=FULL, run_metadata=metadata)
        np.testing.assert_array_equal(result, session.run(z, {x: value}))
    assert graph is not None
    [device] = metadata.step_stats.dev_stats
    assert device.device == "/job:localhost/replica:0/task:0/device:CPU:0"
    found = {node.node_name: node for node in device.node_stats}
    assert found["z"].timeline_label == "z = Relu(y)"
    assert found["y"].op_end_rel_nanos > 0
    assert found["y"].all_start_nanos + found["y"].all_end_rel_nanos == found["z"].all_start_nanos


def test_a_run_that_gives_variables_their_values_has_no_times() -> None:
    with Graph().as_default(), tf.Session() as session:
        v = tf.get_variable("v", initializer=tf.constant([1.0, 2.0]))
        metadata = tf.RunMetadata()
        session.run(v.initializer, options=FULL, run_metadata=metadata)
        assert session.run(v).tolist() == [1.0, 2.0]


def test_an_error_names_the_operation_as_it_does_without_a_trace() -> None:
    with Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.int32, [None], name="x")
        picked = tf.gather([1.0, 2.0], x, name="picked")
        assert session.run(picked, {x: [1]}).tolist() == [2.0]
        with pytest.raises(InvalidArgumentError, match="'picked' failed") as traced:
            session.run(picked, {x: [7]}, options=FULL, run_metadata=tf.RunMetadata())
        with pytest.raises(InvalidArgumentError) as plain:
            session.run(picked, {x: [7]})
    assert str(traced.value) == str(plain.value)


def test_other_options_change_nothing() -> None:
    with Graph().as_default(), tf.Session() as session:
        metadata = tf.RunMetadata()
        assert session.run(tf.constant(3), options=tf.RunOptions(), run_metadata=metadata) == 3
    assert not metadata.step_stats.dev_stats


def test_functions_and_monitored_sessions_take_them_too() -> None:
    with Graph().as_default():
        y = tf.multiply(tf.placeholder_with_default([2.0], [1]), 3.0, name="y")
        with tf.train.MonitoredSession() as monitored:
            metadata = tf.RunMetadata()
            assert monitored.run(y, options=FULL, run_metadata=metadata).tolist() == [6.0]
            assert [
                node.node_name
                for node in metadata.step_stats.dev_stats[0].node_stats
                if node.node_name == "y"
            ]
    with Graph().as_default(), tf.Session() as session:
        y = tf.multiply(tf.placeholder_with_default([2.0], [1]), 3.0, name="y")
        metadata = tf.RunMetadata()
        session.make_callable(y, accept_options=True)(options=FULL, run_metadata=metadata)
        assert len(metadata.step_stats.dev_stats) == 1
