"""A convolutional network that reads digits: batch normalization, dropout, and a hook that logs as it learns.

    python examples/digits/convolutional.py

Stop it at any time (Ctrl-C, kill, even kill -9) and run it again: it goes on where it stopped, bit for bit as if it had
not been stopped.
"""

from __future__ import annotations

import argparse

import digits_data

import estimator as est
from estimator import tf

MODEL_DIR = "models/digits"


def model_fn(features, labels, mode, params):
    is_training = mode == tf.estimator.ModeKeys.TRAIN
    net = tf.layers.conv2d(features, 12, 3, padding="same", use_bias=False, name="conv1")
    net = tf.nn.relu(tf.layers.batch_normalization(net, training=is_training, momentum=0.9, name="norm1"))
    net = tf.layers.max_pooling2d(net, pool_size=2, strides=2)
    net = tf.layers.conv2d(net, 24, 3, padding="same", activation=tf.nn.relu, name="conv2")
    net = tf.layers.max_pooling2d(net, pool_size=2, strides=2)
    net = tf.layers.dense(tf.layers.flatten(net), 48, activation=tf.nn.relu, name="dense")
    net = tf.layers.dropout(net, rate=params["dropout"], training=is_training)
    logits = tf.layers.dense(net, 10, name="logits")

    classes = tf.argmax(logits, 1)
    if mode == tf.estimator.ModeKeys.PREDICT:
        probabilities = tf.nn.softmax(logits)
        return est.EstimatorSpec(mode, predictions={"class": classes, "probabilities": probabilities})

    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    if mode == tf.estimator.ModeKeys.EVAL:
        accuracy = tf.metrics.accuracy(labels, classes)
        return est.EstimatorSpec(mode, loss=loss, eval_metric_ops={"accuracy": accuracy})

    hits = tf.reduce_mean(tf.cast(tf.equal(classes, labels), tf.float32), name="hits")
    tf.summary.scalar("share_of_hits", hits)
    tf.summary.image("digits", features, max_outputs=3)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):  # the averages of norm1
        train_op = tf.train.AdamOptimizer(0.003).minimize(loss, tf.train.get_global_step())
    return est.EstimatorSpec(mode, loss=loss, train_op=train_op)


def make_classifier():
    config = est.RunConfig(MODEL_DIR, tf_random_seed=1, save_checkpoints_steps=50, save_summary_steps=50)
    return est.Estimator(model_fn, config=config, params={"dropout": 0.3})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=400)
    steps = parser.parse_args().steps

    classifier = make_classifier()
    images, labels = digits_data.draw(2000, seed=1)
    logging = tf.train.LoggingTensorHook({"share of hits": "hits"}, every_n_iter=100)
    classifier.train(lambda: digits_data.train_input_fn(images, labels, 64), max_steps=steps, hooks=[logging])

    images, labels = digits_data.draw(500, seed=2)
    result = classifier.evaluate(lambda: digits_data.eval_input_fn(images, labels, 100))
    print(f"\nTest set accuracy: {result['accuracy']:0.3f} after step {result['global_step']}")

    for prediction in classifier.predict(lambda: digits_data.eval_input_fn(images[:3], None, 1)):
        print(f"This is a {prediction['class']} ({100 * prediction['probabilities'].max():.1f}%)")
    print("They are", *labels[:3])


if __name__ == "__main__":
    main()
