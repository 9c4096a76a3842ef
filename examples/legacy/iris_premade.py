"""A ready-made classifier of iris flowers, in the manner of TensorFlow's first page on Estimators.

python examples/legacy/iris_premade.py --batch_size 100 --train_steps 200
"""

from __future__ import annotations

import argparse
import os
import sys

import numpy as np

from estimator import tf

IRIS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "iris")
FEATURES = ["SepalLength", "SepalWidth", "PetalLength", "PetalWidth"]
SPECIES = ["Setosa", "Versicolor", "Virginica"]

parser = argparse.ArgumentParser()
parser.add_argument("--batch_size", default=100, type=int, help="flowers a step")
parser.add_argument("--train_steps", default=200, type=int, help="training steps")


def load_data(name):
    rows = np.loadtxt(os.path.join(IRIS, f"iris_{name}.csv"), np.float32, delimiter=",", skiprows=1)
    return dict(zip(FEATURES, rows.T[:4])), rows[:, 4].astype(np.int32)


def train_input_fn(features, labels, batch_size):
    dataset = tf.data.Dataset.from_tensor_slices((dict(features), labels))
    return dataset.shuffle(1000).repeat().batch(batch_size)


def eval_input_fn(features, labels, batch_size):
    inputs = dict(features) if labels is None else (dict(features), labels)
    return tf.data.Dataset.from_tensor_slices(inputs).batch(batch_size)


def main(argv):
    args = parser.parse_args(argv[1:])
    train_x, train_y = load_data("training")
    test_x, test_y = load_data("test")

    my_feature_columns = []
    for key in train_x:
        my_feature_columns.append(tf.feature_column.numeric_column(key=key))

    classifier = tf.estimator.DNNClassifier(
        feature_columns=my_feature_columns,
        hidden_units=[10, 10],
        n_classes=3,
        model_dir="models/iris_premade",
    )
    classifier.train(
        input_fn=lambda: train_input_fn(train_x, train_y, args.batch_size), steps=args.train_steps
    )
    eval_result = classifier.evaluate(input_fn=lambda: eval_input_fn(test_x, test_y, args.batch_size))
    print("\nTest set accuracy: {accuracy:0.3f}\n".format(**eval_result))

    expected = ["Setosa", "Versicolor", "Virginica"]
    predict_x = {
        "SepalLength": [5.1, 5.9, 6.9],
        "SepalWidth": [3.3, 3.0, 3.1],
        "PetalLength": [1.7, 4.2, 5.4],
        "PetalWidth": [0.5, 1.5, 2.1],
    }
    predictions = classifier.predict(
        input_fn=lambda: eval_input_fn(predict_x, labels=None, batch_size=args.batch_size)
    )
    template = 'Prediction is "{}" ({:.1f}%), expected "{}"'
    for pred_dict, expec in zip(predictions, expected):
        class_id = pred_dict["class_ids"][0]
        probability = pred_dict["probabilities"][class_id]
        print(template.format(SPECIES[class_id], 100 * probability, expec))


if __name__ == "__main__":
    tf.logging.set_verbosity(tf.logging.INFO)
    tf.app.run(main, argv=sys.argv)
