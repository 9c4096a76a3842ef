"""How the folders meta_* beside this file were made: by TensorFlow 2.15.1, with this script, in this folder.

A classifier of two dense layers is built with variables as references or as resources and with each of four
optimizers. It trains three steps, is saved by a Saver (which writes the .meta), and trains five steps more.
expected.npz has the batch, the five losses, and every variable after the last step.
"""

import os
import sys

import numpy as np
import tensorflow.compat.v1 as tf

OPTIMIZERS = {
    "sgd": lambda: tf.train.GradientDescentOptimizer(0.1),
    "momentum": lambda: tf.train.MomentumOptimizer(0.05, 0.9, use_nesterov=True),
    "adagrad": lambda: tf.train.AdagradOptimizer(0.1),
    "adam": lambda: tf.train.AdamOptimizer(0.02),
}


def dense(x, units, name, activation=None):
    with tf.variable_scope(name):
        kernel = tf.get_variable(
            "kernel", [x.shape[1], units], initializer=tf.glorot_uniform_initializer(seed=1)
        )
        bias = tf.get_variable("bias", [units], initializer=tf.zeros_initializer())
        result = tf.nn.bias_add(tf.matmul(x, kernel), bias)
        return activation(result) if activation else result


def build(optimizer):
    tf.set_random_seed(3)
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    y = tf.placeholder(tf.int32, [None], name="y")
    step = tf.train.get_or_create_global_step()
    logits = dense(dense(x, 5, "hidden", tf.nn.relu), 3, "logits")
    tf.identity(logits, name="scores")
    loss = tf.losses.sparse_softmax_cross_entropy(y, logits)
    tf.identity(loss, name="loss")
    tf.summary.scalar("loss_summary", loss)
    tf.add_to_collection("train_op", optimizer.minimize(loss, global_step=step, name="train_op"))
    seen = tf.get_variable("seen", [], initializer=tf.zeros_initializer(), trainable=False)
    tf.assign_add(seen, 1.0, name="count")  # of a reference, a tensor; of a resource, a read after the write


def make(kind, optimizer):
    folder = f"meta_{kind}_{optimizer}"
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(0)
    batch = {"x:0": rng.normal(size=(8, 4)).astype(np.float32), "y:0": rng.integers(0, 3, 8).astype(np.int32)}
    with tf.Graph().as_default(), tf.Session() as session:
        build(OPTIMIZERS[optimizer]())
        session.run(tf.global_variables_initializer())
        for _ in range(3):
            session.run("train_op", batch)
        tf.train.Saver().save(session, f"{folder}/model.ckpt", global_step=tf.train.get_global_step())
        losses = [session.run(["loss:0", "train_op"], batch)[0] for _ in range(5)]
        values = {f"variable {v.op.name}": session.run(v) for v in tf.global_variables()}
        scores = session.run("scores:0", batch)
        np.savez(
            f"{folder}/expected.npz", x=batch["x:0"], y=batch["y:0"], losses=losses, scores=scores, **values
        )


if __name__ == "__main__":
    tf.disable_eager_execution()
    if sys.argv[1] == "ref":
        tf.disable_resource_variables()
    else:
        tf.enable_resource_variables()
    for name in OPTIMIZERS:
        make(sys.argv[1], name)
