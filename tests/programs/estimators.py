"""Estimators of a model function of one's own: Estimator, EstimatorSpec, RunConfig, train_and_evaluate by their keywords."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

X = np.float32([[1.0], [2.0], [3.0], [4.0]])
Y = 2.0 * X + 1.0


def _input_fn(tf: Any) -> Any:
    return lambda: tf.data.Dataset.from_tensors(({"x": X}, Y)).repeat()


def _model_fn(tf: Any, **given: Any) -> Any:
    """A line; what is given is put into its spec."""

    def model_fn(features: Any, labels: Any, mode: Any, params: Any) -> Any:
        slope = tf.get_variable("slope", initializer=params["slope"])
        line = slope * features["x"]
        if mode == tf.estimator.ModeKeys.PREDICT:
            outputs = {"serving_default": tf.estimator.export.PredictOutput(outputs={"line": line})}
            return tf.estimator.EstimatorSpec(mode=mode, predictions={"line": line}, export_outputs=outputs)
        loss = tf.losses.mean_squared_error(labels, line)
        step = tf.train.get_or_create_global_step()
        train_op = tf.train.GradientDescentOptimizer(learning_rate=0.01).minimize(loss, global_step=step)
        metrics = {"error": tf.metrics.mean_absolute_error(labels, line)}
        made = {key: make() for key, make in given.items()}
        scaffold = made.pop("scaffold", None)
        return tf.estimator.EstimatorSpec(
            mode, None, loss, train_op, eval_metric_ops=metrics, scaffold=scaffold, **made
        )

    return model_fn


def by_keywords(tf: Any, folder: Path) -> Any:
    model = tf.estimator.Estimator(
        model_fn=_model_fn(tf), model_dir=str(folder / "model"),
        config=tf.estimator.RunConfig(tf_random_seed=3, save_checkpoints_steps=2), params={"slope": 0.5},
    )  # fmt: skip
    model.train(input_fn=_input_fn(tf), steps=3)
    other = tf.estimator.Estimator(
        _model_fn(tf), str(folder / "other"), None, {"slope": 9.0}, warm_start_from=str(folder / "model")
    )
    other.train(_input_fn(tf), max_steps=1)
    return {
        "trained": model.get_variable_value("slope"),
        "metrics": model.evaluate(input_fn=_input_fn(tf), steps=2, name="named"),
        "predictions": next(model.predict(input_fn=_input_fn(tf), predict_keys=["line"])),
        "warm": other.get_variable_value("slope"),
        "params": model.params,
        "latest": Path(model.latest_checkpoint()).name,
        "folders": sorted(path.name for path in (folder / "model").iterdir() if path.is_dir()),
    }


class _Noted:
    """Makes hooks that note when they were called."""

    def __init__(self, tf: Any) -> None:
        self.calls: list[str] = []
        self._tf = tf

    def hook(self, name: str) -> Any:
        calls = self.calls

        class Hook(self._tf.train.SessionRunHook):  # type: ignore[misc, name-defined]
            def begin(self) -> None:
                calls.append(name)

        return Hook()


def hooks_of_a_spec(tf: Any, folder: Path) -> Any:
    noted = _Noted(tf)
    model_fn = _model_fn(
        tf, training_hooks=lambda: [noted.hook("training")], evaluation_hooks=lambda: [noted.hook("evaluation")],
        training_chief_hooks=lambda: [noted.hook("chief")], prediction_hooks=lambda: [noted.hook("prediction")],
    )  # fmt: skip
    model = tf.estimator.Estimator(model_fn, str(folder / "model"), params={"slope": 0.5})
    model.train(_input_fn(tf), hooks=[noted.hook("of the call")], steps=1)
    model.evaluate(_input_fn(tf), hooks=[noted.hook("of evaluate")], steps=1)
    return sorted(noted.calls)


def scaffold_of_a_spec(tf: Any, folder: Path) -> Any:
    made: list[str] = []

    def scaffold() -> Any:
        given = tf.placeholder(tf.float32, [])
        extra = tf.get_variable("extra", [], initializer=tf.zeros_initializer())
        tf.summary.scalar("extra", extra)
        with tf.control_dependencies([tf.global_variables_initializer()]):
            initial = tf.assign(extra, given)
        return tf.train.Scaffold(
            init_op=initial.op, init_feed_dict={given: 7.0},
            init_fn=lambda scaffold, session: made.append(type(scaffold).__name__),
            saver=tf.train.Saver(var_list=tf.global_variables(), max_to_keep=2), summary_op=tf.summary.merge_all(),
            local_init_op=tf.group(tf.local_variables_initializer(), tf.tables_initializer()),
        )  # fmt: skip

    model = tf.estimator.Estimator(
        _model_fn(tf, scaffold=scaffold), str(folder / "model"), tf.estimator.RunConfig(save_checkpoints_steps=1),
        {"slope": 0.5},
    )  # fmt: skip
    model.train(_input_fn(tf), steps=4)
    return {
        "made": made,
        "extra": model.get_variable_value("extra"),
        "kept": sorted(path.stem for path in (folder / "model").glob("*.index"))[-2:],
    }


def settings(tf: Any, folder: Path) -> Any:
    config = tf.estimator.RunConfig(
        model_dir=str(folder / "model"), tf_random_seed=5, save_summary_steps=3, save_checkpoints_secs=60,
        session_config=tf.ConfigProto(log_device_placement=False), keep_checkpoint_max=2,
        keep_checkpoint_every_n_hours=4, log_step_count_steps=7, train_distribute=None, eval_distribute=None,
        experimental_distribute=None, device_fn=None, protocol=None, session_creation_timeout_secs=10,
        checkpoint_save_graph_def=True,
    )  # fmt: skip
    by_steps = config.replace(save_checkpoints_steps=11, save_checkpoints_secs=None)
    names = (
        "tf_random_seed save_summary_steps save_checkpoints_secs save_checkpoints_steps keep_checkpoint_max "
        "keep_checkpoint_every_n_hours log_step_count_steps train_distribute eval_distribute device_fn protocol "
        "session_creation_timeout_secs checkpoint_save_graph_def cluster_spec evaluation_master global_id_in_cluster "
        "is_chief master num_ps_replicas num_worker_replicas service task_id task_type experimental_max_worker_delay_secs"
    ).split()
    return [
        {name: repr(getattr(made, name)).split(" object at")[0].rpartition(".")[2] for name in names}
        for made in (config, by_steps, tf.estimator.RunConfig())
    ]


def in_turn(tf: Any, folder: Path) -> Any:
    config = tf.estimator.RunConfig(model_dir=str(folder / "model"), save_checkpoints_steps=2)
    model = tf.estimator.Estimator(_model_fn(tf), params={"slope": 0.5}, config=config)
    metrics, exports = tf.estimator.train_and_evaluate(
        estimator=model,
        train_spec=tf.estimator.TrainSpec(input_fn=_input_fn(tf), max_steps=4, hooks=[]),
        eval_spec=tf.estimator.EvalSpec(
            input_fn=_input_fn(tf),
            steps=1,
            name="held",
            hooks=None,
            exporters=None,
            start_delay_secs=0,
            throttle_secs=0,
        ),
    )
    more = tf.estimator.train_and_evaluate(
        model,
        train_spec=tf.estimator.TrainSpec(_input_fn(tf), 5),
        eval_spec=tf.estimator.EvalSpec(_input_fn(tf), 2, throttle_secs=0),
    )
    return {
        "metrics": [metrics, more[0]],
        "exports": exports,
        "folders": sorted(path.name for path in (folder / "model").iterdir() if path.is_dir()),
    }


def added_metrics(tf: Any, folder: Path) -> Any:
    model = tf.estimator.Estimator(_model_fn(tf), str(folder / "model"), params={"slope": 0.5})
    more = tf.estimator.add_metrics(
        estimator=model,
        metric_fn=lambda features, labels, predictions, config: {"labels": tf.metrics.mean(labels)},
    )
    more.train(_input_fn(tf), steps=1)
    return more.evaluate(_input_fn(tf), steps=1)


def outputs(tf: Any, folder: Path) -> Any:
    ones = tf.ones([2, 1])
    words = tf.constant([["a", "b"]])
    export = tf.estimator.export
    predicted = export.PredictOutput(outputs={"a": ones, "b": words})
    alone = export.PredictOutput(ones)
    value = export.RegressionOutput(value=ones)
    classes = export.ClassificationOutput(scores=ones, classes=words)
    return {
        "predicted": [sorted(predicted.outputs), sorted(alone.outputs), predicted.outputs["a"] is ones],
        "value": value.value is ones,
        "classes": [classes.scores is ones, classes.classes is words],
    }
