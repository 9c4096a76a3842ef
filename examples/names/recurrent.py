"""A recurrent network that tells from its letters, as many as there are, which language a surname comes from.

    python examples/names/recurrent.py

The model is given plain text, so that an export takes names as they are. Stop it at any time (Ctrl-C, kill, even
kill -9) and run it again: it goes on where it stopped, bit for bit as if it had not been stopped.
"""

from __future__ import annotations

import argparse

import names_data
import numpy as np

import estimator as est
from estimator import tf

MODEL_DIR = "models/names"
NAMES = np.array(["Virtanen", "Schumann", "Rossini", "Yamamoto", "Kowalski"])


def letters(names):
    """(ids, lengths): int64 [batch, time] with 0 past the end of a name, and how many letters each name has [batch]."""
    split = tf.string_split(tf.strings.lower(names), delimiter="")
    keys, known = list(names_data.LETTERS), len(names_data.LETTERS)
    initializer = tf.lookup.KeyValueTensorInitializer(keys, np.arange(known) + 1)
    table = tf.lookup.StaticHashTable(initializer, default_value=known + 1)
    ids = tf.SparseTensor(split.indices, table.lookup(split.values), split.dense_shape)
    lengths = tf.math.bincount(tf.cast(split.indices[:, 0], tf.int32), minlength=tf.size(names))
    return tf.sparse.to_dense(ids), lengths


def model_fn(features, labels, mode, params):
    is_training = mode == tf.estimator.ModeKeys.TRAIN
    ids, lengths = letters(features["name"])
    table = tf.get_variable("embedding", [len(names_data.LETTERS) + 2, params["depth"]])
    cell = tf.nn.rnn_cell.LSTMCell(params["units"])
    if is_training:
        keep_prob = 1 - params["dropout"]
        cell = tf.nn.rnn_cell.DropoutWrapper(cell, input_keep_prob=keep_prob, output_keep_prob=keep_prob)
    _, state = tf.nn.dynamic_rnn(
        cell, tf.nn.embedding_lookup(table, ids), sequence_length=lengths, dtype=tf.float32
    )
    logits = tf.layers.dense(state.h, len(names_data.LANGUAGES), name="logits")

    classes = tf.argmax(logits, 1)
    if mode == tf.estimator.ModeKeys.PREDICT:
        probabilities = tf.nn.softmax(logits)
        return est.EstimatorSpec(mode, predictions={"class": classes, "probabilities": probabilities})

    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    if mode == tf.estimator.ModeKeys.EVAL:
        accuracy = tf.metrics.accuracy(labels, classes)
        return est.EstimatorSpec(mode, loss=loss, eval_metric_ops={"accuracy": accuracy})

    tf.summary.scalar("letters", tf.reduce_mean(tf.cast(lengths, tf.float32)))
    variables = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), 1.0)
    train_op = tf.train.AdamOptimizer(0.01).apply_gradients(
        zip(gradients, variables, strict=True), tf.train.get_global_step()
    )
    return est.EstimatorSpec(mode, loss=loss, train_op=train_op)


def make_classifier():
    config = est.RunConfig(MODEL_DIR, tf_random_seed=1, save_checkpoints_steps=50, save_summary_steps=50)
    return est.Estimator(model_fn, config=config, params={"depth": 8, "units": 24, "dropout": 0.15})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=300)
    steps = parser.parse_args().steps

    classifier = make_classifier()
    names, labels = names_data.invent(2000, seed=1)
    classifier.train(lambda: names_data.train_input_fn(names, labels, 32), max_steps=steps)

    names, labels = names_data.invent(500, seed=2)
    result = classifier.evaluate(lambda: names_data.eval_input_fn(names, labels, 100))
    print(f"\nTest set accuracy: {result['accuracy']:0.3f} after step {result['global_step']}")

    predictions = classifier.predict(lambda: names_data.eval_input_fn(NAMES, None, 2))
    for name, prediction in zip(NAMES, predictions, strict=True):
        language = names_data.LANGUAGES[prediction["class"]]
        print(f"{name} is {language} ({100 * prediction['probabilities'].max():.1f}%)")


if __name__ == "__main__":
    main()
