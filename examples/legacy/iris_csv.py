"""A linear classifier that reads iris flowers from files line by line: TextLineDataset and decode_csv.

python examples/legacy/iris_csv.py --steps=200
"""

from __future__ import annotations

import os

from estimator import tf

tf.app.flags.DEFINE_integer("steps", 200, "How many steps are made.")
tf.app.flags.DEFINE_integer("batch_size", 40, "Flowers a step.")
tf.app.flags.DEFINE_string("model_dir", "models/iris_csv", "Where the checkpoints are kept.")
FLAGS = tf.app.flags.FLAGS

IRIS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "iris")
COLUMNS = ["SepalLength", "SepalWidth", "PetalLength", "PetalWidth", "Species"]
DEFAULTS = [[0.0], [0.0], [0.0], [0.0], [0]]


def parse_line(line):
    features = dict(zip(COLUMNS, tf.decode_csv(line, DEFAULTS)))
    label = features.pop("Species")
    return features, label


def input_fn(name, batch_size, epochs=1):
    dataset = tf.data.TextLineDataset(os.path.join(IRIS, f"iris_{name}.csv")).skip(1)
    return dataset.map(parse_line).repeat(epochs).batch(batch_size)


def main(_):
    classifier = tf.estimator.LinearClassifier(
        feature_columns=[tf.feature_column.numeric_column(key) for key in COLUMNS[:-1]],
        n_classes=3,
        optimizer=tf.train.AdamOptimizer(0.1),
        model_dir=FLAGS.model_dir,
    )
    classifier.train(lambda: input_fn("training", FLAGS.batch_size, epochs=None), steps=FLAGS.steps)
    result = classifier.evaluate(lambda: input_fn("test", FLAGS.batch_size))
    print("accuracy {accuracy:.3f}, average loss {average_loss:.4f}, step {global_step}".format(**result))


if __name__ == "__main__":
    tf.app.run()
