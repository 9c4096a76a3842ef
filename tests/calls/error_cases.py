"""What TensorFlow's Estimator refuses: forty-six kinds of mistakes, and the words in which it says so.

One and the same call is made here (test_error_cases.py) and in real TensorFlow (tests/interop/test_error_cases.py):
the words are its, not ours. The makers of the calls are in makers_of_mistakes.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.calls.makers_of_mistakes import (
    LABELS,
    Case,
    another_graphs_tensor,
    classified,
    cluster,
    column,
    configured,
    evaluated,
    fed,
    made,
    model,
    model_fn_of,
    not_a_number,
    predicted,
    returned,
    rows,
    setting,
    spec,
    train_and_evaluate,
    trained,
    widened,
    with_one_more_variable,
)

PAIR = {"chief": ["a:1"], "worker": ["b:1"]}

CASES: dict[str, Case] = {
    "1 both save schedules": Case(
        setting(save_checkpoints_steps=1, save_checkpoints_secs=1),
        "ValueError",
        "`save_checkpoints_steps` and `save_checkpoints_secs` cannot be both set.",
    ),
    "2 a setting out of its range": Case(
        setting(save_summary_steps=-1), "ValueError", "save_summary_steps should be >= 0"
    ),
    "2 a setting that must be above 0": Case(
        setting(log_step_count_steps=0), "ValueError", "log_step_count_steps should be > 0"
    ),
    "2 an empty model_dir": Case(setting(model_dir=""), "ValueError", "model_dir should be non-empty"),
    "2 a seed that is text": Case(
        setting(tf_random_seed="1"), "ValueError", "tf_random_seed must be integer."
    ),
    "2 a session_config of another type": Case(
        setting(session_config=1), "ValueError", "session_config must be instance of ConfigProto"
    ),
    "2 an unknown protocol": Case(
        setting(protocol="http"), "ValueError", "protocol should be grpc or grpc+verbs"
    ),
    "2 a device_fn of other arguments": Case(
        setting(device_fn=lambda: None),
        "ValueError",
        'device_fn must be callable with exactly one argument "op".',
    ),
    "3 replacing what is no setting": Case(
        lambda tf, model_dir: tf.estimator.RunConfig().replace(is_chief=True),
        "ValueError",
        "Replacing is_chief is not supported. Allowed properties are",
    ),
    "4 no chief": Case(
        cluster({"worker": ["a:1"]}, {"type": "worker", "index": 0}),
        "ValueError",
        'If "cluster" is set in TF_CONFIG, it must have one "chief" node.',
    ),
    "4 two chiefs": Case(
        cluster({"chief": ["a:1", "b:1"]}, {"type": "chief", "index": 0}),
        "ValueError",
        'must have only one "chief" node',
    ),
    "5 no task type": Case(cluster(PAIR), "ValueError", "task type must be set."),
    "5 no task index": Case(cluster(PAIR, {"type": "worker"}), "ValueError", "task index must be set."),
    "5 an unknown task type": Case(
        cluster(PAIR, {"type": "foo", "index": 0}),
        "ValueError",
        "foo is not a valid task_type in the cluster_spec",
    ),
    "5 an index too big": Case(
        cluster(PAIR, {"type": "worker", "index": 9}),
        "ValueError",
        "9 is not a valid task_id for task_type worker",
    ),
    "6 no JSON": Case(configured("{"), "ValueError", "line 1 column 2 (char 1)"),
    "7 two model_dirs": Case(
        lambda tf, model_dir: tf.estimator.Estimator(
            model_fn_of, model_dir, tf.estimator.RunConfig(model_dir=f"{model_dir}2")
        ),
        "ValueError",
        "`model_dir` are set both in constructor and `RunConfig`, but with different values.",
    ),
    "7 two model_dirs, one in the environment": Case(
        configured({"model_dir": "/elsewhere"}), "ValueError", "/elsewhere"
    ),
    "8 no model_fn": Case(made(None), "ValueError", "model_fn must be provided to Estimator."),
    "9 no features": Case(
        made(lambda labels, mode: None), "ValueError", "must include features argument."
    ),
    "10 an argument too many": Case(
        made(lambda features, foo: None), "ValueError", "has following not expected args: ['foo']"
    ),
    "11 params are not taken": Case(
        made(lambda features: None, params={"a": 1}), "ValueError", "does not include params argument, but params"
    ),
    "12 another config": Case(
        made(model_fn_of, config={"a": 1}),
        "ValueError",
        "config must be an instance of `RunConfig`, but provided",
    ),
    "13 an overridden method": Case(
        lambda tf, model_dir: type("Mine", (tf.estimator.Estimator,), {"train": lambda self: None})(model_fn_of),
        "ValueError",
        "override members of Estimator. ",
    ),
    "14 a warm start from a number": Case(
        made(model_fn_of, warm_start_from=1),
        "ValueError",
        "warm_start_from must be a string or a WarmStartSettings, instead got <class 'int'>",
    ),
    "15 steps and max_steps": Case(
        trained(max_steps=1), "ValueError", "Can not provide both steps and max_steps."
    ),
    "16 no steps": Case(trained(steps=0), "ValueError", "Must specify steps > 0, given: 0"),
    "16 no max_steps": Case(
        trained(steps=None, max_steps=0), "ValueError", "Must specify max_steps > 0, given: 0"
    ),
    "17 a hook of another type": Case(
        trained(hooks=["a"]), "TypeError", "Hooks must be a SessionRunHook, given: "
    ),
    "18 a listener of another type": Case(
        trained(saving_listeners=["a"]), "TypeError", "saving_listeners must be a list of CheckpointSaverListener"
    ),
    "19 an input_fn that is none": Case(fed(lambda tf: 1), "TypeError", "unsupported callable"),
    "19 an input_fn that is none, in a TrainSpec": Case(
        lambda tf, model_dir: tf.estimator.TrainSpec(1), "TypeError", "input_fn` must be callable, given: 1"
    ),
    "20 three of an input_fn": Case(
        fed(lambda tf: lambda: (tf.constant(1), tf.constant(2), tf.constant(3))),
        "ValueError",
        "as a len 2 tuple.",
    ),
    "21 labels are not taken": Case(
        lambda tf, model_dir: model(tf, model_dir, lambda features: None).train(rows(tf), steps=1),
        "ValueError",
        "model_fn does not take labels, but input_fn returns labels.",
    ),
    "22 no spec": Case(returned(None), "ValueError", "model_fn should return an EstimatorSpec."),
    "22 a dict for a spec": Case(returned({}), "ValueError", "model_fn should return an EstimatorSpec."),
    "23 no train_op": Case(spec(train_op=None), "ValueError", "Missing train_op."),
    "24 no loss": Case(spec(loss=None), "ValueError", "Missing loss."),
    "25 no predictions": Case(spec("infer", predictions=None), "ValueError", "Missing predictions."),
    "26 a number for a loss": Case(spec(loss=1.0), "TypeError", "loss must be Tensor, given: 1.0"),
    "27 a loss of two": Case(
        spec("eval", loss=lambda loss: loss + np.ones(2, np.float32)), "ValueError", "Loss must be scalar, given: "
    ),
    "28 text for a train_op": Case(
        spec(train_op="x"), "TypeError", "train_op must be Operation or Tensor, given: "
    ),
    "29 numbers for predictions": Case(
        spec("infer", predictions={"a": 1.0}), "TypeError", "predictions[a] must be Tensor, given: 1.0"
    ),
    "30 a tensor of another graph": Case(
        another_graphs_tensor, "ValueError", 'loss with "Const:0" must be from the default graph.'
    ),
    "31 metrics in a list": Case(
        spec("eval", eval_metric_ops=[1]), "TypeError", "eval_metric_ops must be a dict, given: [1]"
    ),
    "31 a metric that is no pair": Case(
        spec("eval", eval_metric_ops={"a": 1}),
        "TypeError",
        "Values of eval_metric_ops must be (metric_value, update_op) tuples, given: 1 for key: a",
    ),
    "32 a metric called loss": Case(
        spec("eval", eval_metric_ops=lambda loss: {"loss": (loss, loss)}), "ValueError", "Metric with name "
    ),
    "33 a hook of the spec": Case(
        spec(training_hooks=["a"]), "TypeError", "All hooks must be SessionRunHook instances, given: "
    ),
    "33 a scaffold": Case(spec(scaffold=1), "TypeError", "scaffold must be tf.train.Scaffold"),
    "34 exports in a list": Case(
        spec("infer", export_outputs=[1]), "TypeError", "`export_outputs` must be dict, received: [1]"
    ),
    "34 an export of another type": Case(
        spec("infer", export_outputs={"a": 1}),
        "TypeError",
        "Values in `export_outputs` must be ExportOutput objects, received: ",
    ),
    "35 listeners without checkpoints": Case(
        lambda tf, model_dir: model(tf, model_dir, save_checkpoints_steps=None).train(
            rows(tf), steps=1, saving_listeners=[tf.train.CheckpointSaverListener()]
        ),
        "ValueError",
        "There should be a CheckpointSaverHook to use saving_listeners",
    ),
    "36 a variable before the training": Case(
        lambda tf, model_dir: model(tf, model_dir).get_variable_value("w"),
        "ValueError",
        "Could not find trained model in model_dir: {model_dir}",
    ),
    "36 the names before the training": Case(
        lambda tf, model_dir: model(tf, model_dir).get_variable_names(),
        "ValueError",
        "Could not find trained model in model_dir: {model_dir}",
    ),
    "37 predictions of two lengths": Case(
        predicted(lambda loss: {"a": np.float32(1) * loss + np.ones(2, np.float32), "b": loss + np.ones(3, np.float32)}),
        "ValueError",
        "Batch length of predictions should be same. b has different batch length than others",
    ),
    "37 an unknown key": Case(
        predicted(lambda loss: {"a": loss + np.ones(2, np.float32)}, predict_keys=["zzz"]),
        "ValueError",
        "Expected to run at least one output from ",
    ),
    "37 a key of one tensor": Case(
        predicted(lambda loss: loss + np.ones(2, np.float32), predict_keys=["zzz"]),
        "ValueError",
        "predict_keys argument is not valid in case of non-dict predictions",
    ),
    "38 a loss that is no number": Case(
        not_a_number, "NanLossDuringTrainingError", "NaN loss during training."
    ),
    "39 another shape": Case(
        widened,
        "InvalidArgumentError",
        "shape in shape_and_slice spec [5] does not match the shape stored in checkpoint: [3]",
    ),
    "40 a variable that is not there": Case(
        with_one_more_variable, "NotFoundError", "Key more not found in checkpoint"
    ),
    "41 a checkpoint that is not there": Case(
        lambda tf, model_dir: model(tf, model_dir).evaluate(rows(tf), checkpoint_path=f"{model_dir}/no-1"),
        "ValueError",
        "The passed save_path is not a valid checkpoint: {model_dir}/no-1",
    ),
    "42 max_steps of a TrainSpec": Case(
        lambda tf, model_dir: tf.estimator.TrainSpec(rows(tf), 0), "ValueError", "Must specify max_steps > 0, given: 0"
    ),
    "42 steps of an EvalSpec": Case(evaluated(steps=0), "ValueError", "Must specify steps > 0, given: 0"),
    "42 a name that is a number": Case(evaluated(name=1), "TypeError", "`name` must be string, given: 1"),
    "42 an exporter of another type": Case(
        lambda tf, model_dir: tf.estimator.EvalSpec(rows(tf), exporters=[1]), "TypeError", "`exporters` must be an Exporter"
    ),
    "42 one name twice": Case(
        evaluated(exporters=["a", "a"]), "ValueError", "`exporters` must have unique names."
    ),
    "42 an exporter without a name": Case(
        evaluated(exporters=[""]), "ValueError", "An Exporter cannot have a name that is `None` or empty."
    ),
    "42 a delay below 0": Case(
        evaluated(start_delay_secs=-1), "ValueError", "Must specify start_delay_secs >= 0, given: -1"
    ),
    "42 a throttle below 0": Case(
        evaluated(throttle_secs=-1), "ValueError", "Must specify throttle_secs >= 0, given: -1"
    ),
    "43 no estimator": Case(
        train_and_evaluate("estimator"),
        "TypeError",
        "`estimator` must have type `tf.estimator.Estimator`",
    ),
    "43 no TrainSpec": Case(
        train_and_evaluate("train_spec"), "TypeError", "`train_spec` must have type `tf.estimator.TrainSpec`"
    ),
    "43 no EvalSpec": Case(
        train_and_evaluate("eval_spec"), "TypeError", "`eval_spec` must have type `tf.estimator.EvalSpec`"
    ),
    "44 a label too big": Case(
        classified([0, 3, 1, 2]), "InvalidArgumentError", "assertion failed: [Labels must <= n_classes - 1]"
    ),
    "44 a label below 0": Case(
        classified([0, -1, 1, 2]), "InvalidArgumentError", "assertion failed: [Labels must >= 0"
    ),
    "44 no labels": Case(
        classified(None),
        "ValueError",
        "You must provide a labels Tensor. Given: None. Suggested troubleshooting steps:",
    ),
    "44 three labels a row": Case(
        classified(np.zeros((4, 3), np.int64)),
        "ValueError",
        "Mismatched label shape. Expected labels dimension=1.",
    ),
    "44 real labels": Case(
        classified(np.zeros(4, np.float32)),
        "ValueError",
        "Labels dtype should be integer. Instead got <dtype: 'float32'>",
    ),
    "45 a missing feature": Case(
        classified(LABELS, {"y": np.ones(4, np.float32)}), "ValueError", "Feature x is not in features dictionary."
    ),
    "45 one array of features": Case(
        classified(LABELS, np.ones(4, np.float32)),
        "ValueError",
        "features should be a dictionary of `Tensor`s. Given type: ",
    ),
    "45 a categorical column": Case(
        classified(LABELS, columns=lambda tf: [tf.feature_column.categorical_column_with_identity("x", 3)]),
        "ValueError",
        "You can wrap a categorical column with an embedding_column or indicator_column.",
    ),
    "45 a column twice": Case(
        classified(LABELS, columns=lambda tf: [tf.feature_column.numeric_column("x")] * 2),
        "ValueError",
        "Duplicate feature column name found for columns: ",
    ),
    "45 no columns": Case(
        classified(LABELS, columns=lambda tf: []), "ValueError", "feature_columns must not be empty."
    ),
    "46 one class": Case(classified(LABELS, n_classes=1), "ValueError", "n_classes must be > 2: 1."),
    "46 an unknown optimizer": Case(
        classified(LABELS, optimizer="Foo"),
        "ValueError",
        "Unsupported optimizer name: Foo. Supported names are: (",
    ),
    "46 a number for an optimizer": Case(
        classified(LABELS, optimizer=3), "ValueError", "The given object is not an Optimizer instance. Given: 3"
    ),
    "46 an unknown reduction": Case(
        classified(LABELS, loss_reduction="foo"), "ValueError", "Invalid loss_reduction: foo"
    ),
    "46 neither wide nor deep": Case(
        lambda tf, model_dir: tf.estimator.DNNLinearCombinedClassifier(model_dir),
        "ValueError",
        "Either linear_feature_columns or dnn_feature_columns must be defined",
    ),
    "column: a width of 0": Case(
        column("numeric_column", "x", shape=0), "ValueError", "shape dimensions must be greater than 0. shape: (0,), key: x"
    ),
    "column: text for numbers": Case(
        lambda tf, model_dir: tf.feature_column.numeric_column("x", dtype=tf.string), "ValueError", "dtype must be convertible to float. "
    ),
    "column: a default of another shape": Case(
        column("numeric_column", "x", shape=2, default_value=[1.0]),
        "ValueError",
        "The shape of default_value must be equal to given shape. ",
    ),
    "column: boundaries that fall": Case(
        lambda tf, model_dir: tf.feature_column.bucketized_column(tf.feature_column.numeric_column("x"), [1, 0]),
        "ValueError",
        "boundaries must be a sorted list",
    ),
    "column: buckets of a name": Case(
        column("bucketized_column", "x", [0]),
        "ValueError",
        "source_column must be a column generated with numeric_column(). Given: ",
    ),
    "column: no buckets of a hash": Case(
        column("categorical_column_with_hash_bucket", "a", 0), "ValueError", "hash_bucket_size must be at least 1. "
    ),
    "column: an empty vocabulary": Case(
        column("categorical_column_with_vocabulary_list", "a", []),
        "ValueError",
        "vocabulary_list [] must be non-empty, column_name: a",
    ),
    "column: a word twice": Case(
        column("categorical_column_with_vocabulary_list", "a", ["x", "x"]),
        "ValueError",
        "Duplicate keys in vocabulary_list",
    ),
    "column: buckets and a default": Case(
        column("categorical_column_with_vocabulary_list", "a", ["x"], default_value=0, num_oov_buckets=1),
        "ValueError",
        "Can't specify both num_oov_buckets and default_value in a.",
    ),
    "column: no identities": Case(
        column("categorical_column_with_identity", "a", 0), "ValueError", "num_buckets 0 < 1, column_name a"
    ),
    "column: an embedding of no width": Case(
        lambda tf, model_dir: tf.feature_column.embedding_column(
            tf.feature_column.categorical_column_with_identity("a", 3), 0
        ),
        "ValueError",
        "Invalid dimension 0.",
    ),
    "column: a cross of one": Case(
        column("crossed_column", ["a"], 9), "ValueError", "keys must be a list with length > 1. Given: ['a']"
    ),
    "column: a cross of a hash": Case(
        lambda tf, model_dir: tf.feature_column.crossed_column(
            ["a", tf.feature_column.categorical_column_with_hash_bucket("b", 9)], 9
        ),
        "ValueError",
        "categorical_column_with_hash_bucket is not supported for crossing. ",
    ),
}  # fmt: skip


def outcome(tf: Any, name: str, model_dir: str) -> list[Any]:
    """What the case gives with these names: the classes of its error, and what it says; [] if there is none."""
    try:
        with tf.Graph().as_default():
            CASES[name].call(tf, model_dir)
    except Exception as error:
        return [[kind.__name__ for kind in type(error).__mro__], str(error)]
    return []


def is_told(name: str, model_dir: str, found: list[Any]) -> bool:
    """Whether the outcome is the error that the case names, in its words."""
    case = CASES[name]
    return bool(found) and case.error in found[0] and case.gist.replace("{model_dir}", model_dir) in found[1]
