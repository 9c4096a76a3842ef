"""A convolutional Estimator of pictures of digits, in the manner of TensorFlow's guide to layers.

python examples/legacy/digits_convolution.py --steps=300
"""

from __future__ import annotations

import os
import sys

from estimator import tf

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "digits"))
import digits_data

tf.app.flags.DEFINE_integer("steps", 300, "How many steps are made.")
tf.app.flags.DEFINE_string("model_dir", "models/digits_convolution", "Where the checkpoints are kept.")
FLAGS = tf.app.flags.FLAGS


def cnn_model_fn(features, labels, mode):
    size = digits_data.SIZE
    input_layer = tf.reshape(features["x"], [-1, size, size, 1])
    conv1 = tf.layers.conv2d(
        inputs=input_layer, filters=8, kernel_size=[5, 5], padding="same", activation=tf.nn.relu
    )
    pool1 = tf.layers.max_pooling2d(inputs=conv1, pool_size=[2, 2], strides=2)
    conv2 = tf.layers.conv2d(
        inputs=pool1, filters=16, kernel_size=[3, 3], padding="same", activation=tf.nn.relu
    )
    pool2 = tf.layers.max_pooling2d(inputs=conv2, pool_size=[2, 2], strides=2)
    pool2_flat = tf.reshape(pool2, [-1, (size // 4) ** 2 * 16])
    dense = tf.layers.dense(inputs=pool2_flat, units=48, activation=tf.nn.relu)
    dropout = tf.layers.dropout(inputs=dense, rate=0.4, training=mode == tf.estimator.ModeKeys.TRAIN)
    logits = tf.layers.dense(inputs=dropout, units=10)

    predictions = {
        "classes": tf.argmax(input=logits, axis=1),
        "probabilities": tf.nn.softmax(logits, name="softmax_tensor"),
    }
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode=mode, predictions=predictions)

    onehot_labels = tf.one_hot(indices=tf.cast(labels, tf.int32), depth=10)
    loss = tf.losses.softmax_cross_entropy(onehot_labels=onehot_labels, logits=logits)
    if mode == tf.estimator.ModeKeys.TRAIN:
        optimizer = tf.train.AdamOptimizer(learning_rate=0.002)
        train_op = optimizer.minimize(loss=loss, global_step=tf.train.get_global_step())
        return tf.estimator.EstimatorSpec(mode=mode, loss=loss, train_op=train_op)

    eval_metric_ops = {"accuracy": tf.metrics.accuracy(labels=labels, predictions=predictions["classes"])}
    return tf.estimator.EstimatorSpec(mode=mode, loss=loss, eval_metric_ops=eval_metric_ops)


def main(unused_argv):
    train_data, train_labels = digits_data.draw(2000, seed=1)
    eval_data, eval_labels = digits_data.draw(500, seed=2)

    config = tf.estimator.RunConfig(model_dir=FLAGS.model_dir, tf_random_seed=1)
    classifier = tf.estimator.Estimator(model_fn=cnn_model_fn, config=config)
    logging_hook = tf.train.LoggingTensorHook(tensors={"probabilities": "softmax_tensor"}, every_n_iter=100)
    train_input_fn = tf.estimator.inputs.numpy_input_fn(
        x={"x": train_data}, y=train_labels, batch_size=64, num_epochs=None, shuffle=True
    )
    classifier.train(input_fn=train_input_fn, steps=FLAGS.steps, hooks=[logging_hook])

    eval_input_fn = tf.estimator.inputs.numpy_input_fn(
        x={"x": eval_data}, y=eval_labels, num_epochs=1, shuffle=False
    )
    eval_results = classifier.evaluate(input_fn=eval_input_fn)
    print("accuracy {accuracy:.3f} after step {global_step}".format(**eval_results))


if __name__ == "__main__":
    tf.logging.set_verbosity(tf.logging.INFO)
    tf.app.run()
