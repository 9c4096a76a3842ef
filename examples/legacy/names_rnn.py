"""An Estimator that reads surnames letter by letter and tells their language: two layers of GRU cells.

python examples/legacy/names_rnn.py --steps=300
"""

from __future__ import annotations

import os
import sys

import numpy as np

from estimator import tf

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "names"))
import names_data

tf.flags.DEFINE_integer("steps", 300, "How many steps are made.")
tf.flags.DEFINE_string("model_dir", "models/names_rnn", "Where the checkpoints are kept.")
FLAGS = tf.flags.FLAGS

LONGEST = 20
VOCABULARY = len(names_data.LETTERS) + 1  # 0 is the end


def encode(names):
    """(letters, lengths): int32 [names, LONGEST], 0 past the end of a name, and int32 [names]."""
    letters = np.zeros((len(names), LONGEST), np.int32)
    for row, name in zip(letters, names):
        row[: len(name)] = [names_data.LETTERS.index(letter) + 1 for letter in name[:LONGEST]]
    return letters, (letters > 0).sum(1).astype(np.int32)


def rnn_model_fn(features, labels, mode, params):
    embeddings = tf.get_variable("embeddings", [VOCABULARY, params["embedding_size"]])
    inputs = tf.nn.embedding_lookup(embeddings, features["letters"])
    cells = [tf.nn.rnn_cell.GRUCell(params["num_units"]) for _ in range(params["num_layers"])]
    if mode == tf.estimator.ModeKeys.TRAIN:
        cells = [tf.nn.rnn_cell.DropoutWrapper(cell, output_keep_prob=params["keep_prob"]) for cell in cells]
    cell = tf.nn.rnn_cell.MultiRNNCell(cells)
    _, states = tf.nn.dynamic_rnn(cell, inputs, sequence_length=features["lengths"], dtype=tf.float32)
    logits = tf.layers.dense(states[-1], len(names_data.LANGUAGES))

    classes = tf.argmax(logits, 1)
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, predictions={"class": classes, "prob": tf.nn.softmax(logits)})

    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    if mode == tf.estimator.ModeKeys.EVAL:
        metrics = {"accuracy": tf.metrics.accuracy(labels, classes)}
        return tf.estimator.EstimatorSpec(mode, loss=loss, eval_metric_ops=metrics)

    global_step = tf.train.get_global_step()
    learning_rate = tf.train.exponential_decay(params["learning_rate"], global_step, 100, 0.9, staircase=True)
    optimizer = tf.train.AdamOptimizer(learning_rate)
    gradients, variables = zip(*optimizer.compute_gradients(loss))
    gradients, _ = tf.clip_by_global_norm(gradients, 1.0)
    train_op = optimizer.apply_gradients(zip(gradients, variables), global_step=global_step)
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


def input_fn(count, seed, batch_size, epochs=1):
    names, labels = names_data.invent(count, seed)
    letters, lengths = encode(names)
    dataset = tf.data.Dataset.from_tensor_slices(({"letters": letters, "lengths": lengths}, labels))
    return dataset.shuffle(count, seed=seed).repeat(epochs).batch(batch_size)


def main(_):
    hparams = {
        "embedding_size": 8, "num_units": 24, "num_layers": 2, "keep_prob": 0.9, "learning_rate": 0.01,
    }  # fmt: skip
    config = tf.estimator.RunConfig(FLAGS.model_dir, tf_random_seed=1)
    estimator = tf.estimator.Estimator(rnn_model_fn, config=config, params=hparams)
    estimator.train(lambda: input_fn(2000, 1, 32, None), max_steps=FLAGS.steps)
    result = estimator.evaluate(lambda: input_fn(500, 2, 100))
    print("accuracy {accuracy:.3f} after step {global_step}".format(**result))

    names = ["virtanen", "schumann", "rossini", "yamamoto", "kowalski"]
    letters, lengths = encode(names)
    predict_input_fn = tf.estimator.inputs.numpy_input_fn(
        {"letters": letters, "lengths": lengths}, shuffle=False
    )
    for name, prediction in zip(names, estimator.predict(predict_input_fn)):
        print(name, "is", names_data.LANGUAGES[prediction["class"]])


if __name__ == "__main__":
    tf.logging.set_verbosity(tf.logging.INFO)
    tf.app.run()
