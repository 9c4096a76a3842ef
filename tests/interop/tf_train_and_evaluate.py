"""TensorFlow trains and evaluates together, in one model_dir, one call after another.

Request: {model_dir, save_steps, throttle_secs, calls (of max_steps; null: to the end of the input), rows (of the input)}.
Answer: {exports ([checkpoint, step, is_the_final_export] of each evaluation), results (step and exports of each call),
kept (all_model_checkpoint_paths)}.
"""

import json
import os
import sys

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
request = json.load(sys.stdin)
folder = request["model_dir"]
noted = []


class Notes(tf.estimator.Exporter):
    name = "notes"

    def export(self, estimator, export_path, checkpoint_path, eval_result, is_the_final_export):
        step = int(eval_result["global_step"])
        noted.append([os.path.basename(checkpoint_path), step, bool(is_the_final_export)])
        return step


def model_fn(features, labels, mode):
    w = tf.get_variable("w", [2, 1], initializer=tf.zeros_initializer(), use_resource=True)
    y = tf.matmul(features["x"], w)
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, predictions={"y": y})
    loss = tf.losses.mean_squared_error(labels, y)
    train_op = tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


def serving():
    x = tf.placeholder(tf.float32, [None, 2])
    return tf.estimator.export.ServingInputReceiver({"x": x}, {"x": x})


def input_fn():
    x = np.linspace(-1, 1, 2 * request["rows"], dtype=np.float32).reshape(-1, 2)
    return tf.data.Dataset.from_tensor_slices(({"x": x}, x.sum(1, keepdims=True))).batch(1)


config = tf.estimator.RunConfig(folder, save_checkpoints_steps=request["save_steps"])
results = []
for max_steps in request["calls"]:
    exporters = [Notes(), tf.estimator.BestExporter("best", serving)]
    metrics, exports = tf.estimator.train_and_evaluate(
        tf.estimator.Estimator(model_fn, config=config),
        tf.estimator.TrainSpec(input_fn, max_steps=max_steps),
        tf.estimator.EvalSpec(input_fn, steps=3, exporters=exporters, throttle_secs=request["throttle_secs"]),
    )
    results.append(None if metrics is None else [int(metrics["global_step"]), exports[0]])

state = tf.train.get_checkpoint_state(folder)
print(
    json.dumps(
        {
            "exports": noted,
            "results": results,
            "kept": [os.path.basename(path) for path in state.all_model_checkpoint_paths],
        }
    )
)
