"""Softmax regression on iris in the manner of 2016: placeholders, a loop of steps in an InteractiveSession, a Saver.

python examples/legacy/softmax_regression.py              # trains, and saves every tenth step
python examples/legacy/softmax_regression.py --restore    # reads what was saved last, and tests it
"""

from __future__ import annotations

import os
import sys

import numpy as np

from estimator import tf

MODEL_DIR = "models/softmax_regression"
IRIS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "iris")
STEPS = 51


def read(name):
    """(lengths, species): float32 [flowers, 4] and one-hot [flowers, 3] of "training" or "test"."""
    rows = np.loadtxt(os.path.join(IRIS, f"iris_{name}.csv"), np.float32, delimiter=",", skiprows=1)
    return rows[:, :4], np.eye(3, dtype=np.float32)[rows[:, 4].astype(int)]


def main(restore):
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    y_ = tf.placeholder(tf.float32, [None, 3], name="y_")
    W = tf.Variable(tf.zeros([4, 3]), name="W")
    b = tf.Variable(tf.zeros([3]), name="b")
    y = tf.matmul(x, W) + b

    cross_entropy = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=y_, logits=y))
    train_step = tf.train.GradientDescentOptimizer(0.1).minimize(cross_entropy)
    correct_prediction = tf.equal(tf.argmax(y, 1), tf.argmax(y_, 1))
    accuracy = tf.reduce_mean(tf.cast(correct_prediction, tf.float32))

    saver = tf.train.Saver(max_to_keep=6)
    sess = tf.InteractiveSession()
    if restore:
        ckpt = tf.train.get_checkpoint_state(MODEL_DIR)
        if not (ckpt and ckpt.model_checkpoint_path):
            raise SystemExit(f"there is no checkpoint in {MODEL_DIR}: run this without --restore first.")
        saver.restore(sess, ckpt.model_checkpoint_path)
        print("restored", ckpt.model_checkpoint_path)
    else:
        tf.global_variables_initializer().run()
        os.makedirs(MODEL_DIR, exist_ok=True)
        lengths, species = read("training")
        for step in range(STEPS):
            train_step.run(feed_dict={x: lengths, y_: species})
            if step % 10 == 0:
                loss = cross_entropy.eval(feed_dict={x: lengths, y_: species})
                print(f"step {step}: loss {loss:.4f}")
                saver.save(sess, os.path.join(MODEL_DIR, "my-model"), global_step=step)
        saver.save(sess, os.path.join(MODEL_DIR, "final-model"))

    lengths, species = read("test")
    result = accuracy.eval(feed_dict={x: lengths, y_: species})
    print(f"test accuracy {result:.3f}")
    sess.close()


if __name__ == "__main__":
    main(restore="--restore" in sys.argv[1:])
