"""How metrics of tf.keras are used: outside of graphs and in model functions, of one's own; and what they refuse."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator import tf
from estimator.graph.graph import Graph, get_default_graph
from estimator.keras import metrics
from estimator.keras.metrics import Mean, Metric


class Greatest(Metric):
    """The greatest prediction, written line by line as for TensorFlow 2."""

    def __init__(self, name: str = "greatest", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.greatest = self.add_weight("greatest", initializer="zeros")
        self.times = self.add_weight(name="times", initializer="zeros")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch."""
        self.greatest.assign(tf.maximum(self.greatest, tf.reduce_max(y_pred)))
        self.times.assign_add(1.0)
        self.greatest.assign_add(0.5 * self.times)  # of the times as they have become

    def result(self) -> Any:
        """What there is."""
        return self.greatest

    def reset_state(self) -> None:
        """Begin anew, at -1."""
        super().reset_state()
        self.greatest.assign_sub(1.0)


def test_a_metric_of_ones_own_runs_line_by_line() -> None:
    metric = Greatest()
    metric.update_state([0.0], [2.0])
    assert metric.result().numpy() == 2.5
    metric.update_state([0.0], [1.0])
    assert metric.result().numpy() == 3.5
    for _ in range(2):
        metric.reset_state()
        assert metric.result().numpy() == -1.0
    assert metric([0.0], [2.0]).numpy() == 2.5


def test_a_metric_of_ones_own_is_an_operation_in_a_graph() -> None:
    with Graph().as_default(), tf.Session() as session:
        metric = Greatest()
        predictions = tf.placeholder(tf.float32, [None])
        result = metric(tf.zeros([1]), predictions)
        session.run(tf.local_variables_initializer())
        assert session.run(result, {predictions: [2.0]}) == 2.5
        assert session.run(result, {predictions: [1.0]}) == 3.5
        assert result._metric_obj is metric
        assert not tf.global_variables()


def test_calls_outside_of_graphs_do_not_grow_the_graph() -> None:
    tf.reset_default_graph()
    metric = metrics.AUC(num_thresholds=3)
    for rows in (4, 2, 3):  # of some sizes, then of any
        metric.update_state(np.ones(rows), np.ones(rows)), metric.result()
    size = len(get_default_graph().get_operations())
    for rows in (1, 5, 6):
        metric.update_state(np.zeros(rows), np.full(rows, 0.25, np.float32))
        assert metric.result().numpy() == 1.0
    metric.reset_state()
    assert metric.result().numpy() == 0.0
    assert len(get_default_graph().get_operations()) == size


def test_a_call_gives_what_has_come_of_all() -> None:
    mean = Mean()
    assert mean(2.0).numpy() == 2.0
    assert mean([4.0, 6.0]).numpy() == 4.0
    mean.reset_states()
    assert mean(1).numpy() == 1.0


def test_a_script_without_blocks_tells_tensors_and_runs_the_result() -> None:
    tf.reset_default_graph()
    mean = Mean()
    update, result = mean.update_state(tf.constant([2.0, 4.0])), mean.result()
    with tf.Session() as session:
        session.run(tf.local_variables_initializer())
        session.run(update)
        assert session.run(result) == 3.0


def test_metrics_merge() -> None:
    first, second = Mean(), Mean()
    first.update_state([1.0, 2.0])
    second.update_state([6.0])
    with tf.Session() as session:
        session.run(tf.local_variables_initializer())
        session.run([first.update_state(tf.constant([1.0, 2.0])), second.update_state(tf.constant([6.0]))])
        session.run(first.merge_state([second]))
        assert session.run(first.result()) == 3.0
    with pytest.raises(ValueError, match="not compatible with 'mean'"):
        first.merge_state([metrics.Sum()])


def test_a_spec_takes_metrics_as_they_are() -> None:
    with Graph().as_default(), tf.Session() as session:
        predictions = tf.placeholder(tf.float32, [2])
        error, own = metrics.MeanAbsoluteError(), Greatest()
        for metric in (error, own):
            metric.update_state(tf.zeros([2]), predictions)
        spec = est.EstimatorSpec(
            est.ModeKeys.EVAL, loss=tf.constant(1.0), eval_metric_ops={"error": error, "greatest": own}
        )
        session.run(tf.local_variables_initializer())
        for batch in ([0.0, 1.0], [2.0, 3.0]):
            session.run([update for _, update in spec.eval_metric_ops.values()], {predictions: batch})
        values = {name: session.run(value) for name, (value, _) in spec.eval_metric_ops.items()}
        assert values == {
            "error": 1.5,
            "greatest": 4.0,
        }  # 1 + 0.5 after the first batch, 3 + 1 after the second


def test_a_metric_that_was_told_of_nothing_is_refused_in_a_spec() -> None:
    with Graph().as_default():
        loss = tf.constant(1.0)
        with pytest.raises(ValueError, match=r'call update_state\(...\) on the "mean" metric'):
            est.EstimatorSpec(est.ModeKeys.EVAL, loss=loss, eval_metric_ops={"m": Mean()})


def test_metrics_are_found_by_name() -> None:
    assert metrics.get("mse") is metrics.mean_squared_error
    assert isinstance(metrics.get("AUC"), metrics.AUC)
    assert metrics.get({"class_name": "Recall", "config": {"top_k": 3}}).top_k == 3
    assert metrics.get(len) is len
    assert metrics.deserialize(metrics.serialize(metrics.mse)) is metrics.mse
    config = metrics.serialize(Mean(name="m"))
    assert config == {
        "module": "keras.metrics",
        "class_name": "Mean",
        "config": {"name": "m", "dtype": "float32"},
        "registered_name": None,
    }
    with pytest.raises(ValueError, match="Unknown metric function: 'acuracy'"):
        metrics.get("acuracy")


def test_a_function_becomes_a_metric() -> None:
    metric = metrics.MeanMetricWrapper(
        lambda y_true, y_pred, scale: scale * (y_pred - y_true), "gap", scale=2.0
    )
    metric.update_state([1.0, 2.0], [2.0, 4.0])
    assert metric.result().numpy() == 3.0
    wrapped = metrics.MeanMetricWrapper(metrics.mean_squared_error)
    assert metrics.MeanMetricWrapper.from_config({"fn": "mse", "name": "m"}).name == "m"
    assert wrapped.get_config()["fn"] is metrics.mean_squared_error


def test_a_copy_begins_anew() -> None:
    mean = Mean(name="m")
    mean.update_state(3.0)
    again = copy.deepcopy(mean)
    assert again.get_config() == mean.get_config()
    assert again.result().numpy() == 0.0


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Threshold values must be in \[0, 1\], given: \[1.5\]"):
        metrics.Precision(thresholds=[0.5, 1.5])
    with pytest.raises(ValueError, match="curve"):
        metrics.AUC(curve="roc")
    with pytest.raises(ValueError, match="summation_method"):
        metrics.AUC(summation_method="trapezoidal")
    with pytest.raises(ValueError, match="num_labels"):
        metrics.AUC(num_labels=3)
    with pytest.raises(ValueError, match="num_thresholds"):
        metrics.AUC(num_thresholds=1)
    with pytest.raises(ValueError, match=r"specificity must be in the range \[0, 1\]"):
        metrics.SensitivityAtSpecificity(2.0)
    with pytest.raises(ValueError, match="num_thresholds"):
        metrics.RecallAtPrecision(0.5, num_thresholds=0)
    with pytest.raises(ValueError, match=r"Target class ids \[3\] are out of range"):
        metrics.IoU(num_classes=3, target_class_ids=[0, 3])
    with pytest.raises(ValueError, match="shape"):
        metrics.MeanTensor(shape=[2]).update_state([1.0])
    with pytest.raises(ValueError, match="no value yet"):
        metrics.MeanTensor().result()
    with pytest.raises(ValueError, match="accuracy: labels have the shape"):
        metrics.Accuracy().update_state([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(NotImplementedError, match="must define update_state"):
        Metric().update_state([1.0])
