"""A classifier of iris flowers whose model function is written out: layers, a loss, metrics, an optimizer.

python examples/legacy/iris_custom.py --train_steps 500
"""

from __future__ import annotations

import argparse
import os

import numpy as np

from estimator import tf

IRIS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "iris")
FEATURES = ["SepalLength", "SepalWidth", "PetalLength", "PetalWidth"]
SPECIES = ["Setosa", "Versicolor", "Virginica"]

parser = argparse.ArgumentParser()
parser.add_argument("--batch_size", default=100, type=int, help="flowers a step")
parser.add_argument("--train_steps", default=500, type=int, help="training steps")


def load_data(name):
    rows = np.loadtxt(os.path.join(IRIS, f"iris_{name}.csv"), np.float32, delimiter=",", skiprows=1)
    return dict(zip(FEATURES, rows.T[:4])), rows[:, 4].astype(np.int32)


def my_model(features, labels, mode, params):
    net = tf.feature_column.input_layer(features, params["feature_columns"])
    for units in params["hidden_units"]:
        net = tf.layers.dense(net, units=units, activation=tf.nn.relu)
    logits = tf.layers.dense(net, params["n_classes"], activation=None)

    predicted_classes = tf.argmax(logits, 1)
    if mode == tf.estimator.ModeKeys.PREDICT:
        predictions = {
            "class_ids": predicted_classes[:, tf.newaxis],
            "probabilities": tf.nn.softmax(logits),
            "logits": logits,
        }
        return tf.estimator.EstimatorSpec(mode, predictions=predictions)

    loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)
    accuracy = tf.metrics.accuracy(labels=labels, predictions=predicted_classes, name="acc_op")
    tf.summary.scalar("accuracy", accuracy[1])
    if mode == tf.estimator.ModeKeys.EVAL:
        return tf.estimator.EstimatorSpec(mode, loss=loss, eval_metric_ops={"accuracy": accuracy})

    assert mode == tf.estimator.ModeKeys.TRAIN
    optimizer = tf.train.AdagradOptimizer(learning_rate=0.1)
    train_op = optimizer.minimize(loss, global_step=tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


def main(argv):
    args = parser.parse_args(argv[1:])
    train_x, train_y = load_data("training")
    test_x, test_y = load_data("test")

    classifier = tf.estimator.Estimator(
        model_fn=my_model,
        model_dir="models/iris_custom_legacy",
        params={
            "feature_columns": [tf.feature_column.numeric_column(key=key) for key in train_x],
            "hidden_units": [10, 10],
            "n_classes": 3,
        },
    )
    classifier.train(
        input_fn=tf.estimator.inputs.numpy_input_fn(
            x=train_x, y=train_y, batch_size=args.batch_size, num_epochs=None, shuffle=True
        ),
        steps=args.train_steps,
    )
    eval_result = classifier.evaluate(
        input_fn=tf.estimator.inputs.numpy_input_fn(x=test_x, y=test_y, num_epochs=1, shuffle=False)
    )
    print("\nTest set accuracy: {accuracy:0.3f}\n".format(**eval_result))

    expected = ["Setosa", "Versicolor", "Virginica"]
    predict_x = {
        "SepalLength": np.array([5.1, 5.9, 6.9], np.float32),
        "SepalWidth": np.array([3.3, 3.0, 3.1], np.float32),
        "PetalLength": np.array([1.7, 4.2, 5.4], np.float32),
        "PetalWidth": np.array([0.5, 1.5, 2.1], np.float32),
    }
    predictions = classifier.predict(
        input_fn=tf.estimator.inputs.numpy_input_fn(x=predict_x, num_epochs=1, shuffle=False)
    )
    for pred_dict, expec in zip(predictions, expected):
        class_id = pred_dict["class_ids"][0]
        probability = pred_dict["probabilities"][class_id]
        print(f'Prediction is "{SPECIES[class_id]}" ({100 * probability:.1f}%), expected "{expec}"')


if __name__ == "__main__":
    tf.logging.set_verbosity(tf.logging.INFO)
    tf.app.run(main)
