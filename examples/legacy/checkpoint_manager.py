"""A regression whose flags say where it saves, and whose CheckpointManager keeps the last three checkpoints.

    python examples/legacy/checkpoint_manager.py --model_dir=models/line --batch_size=20

Run it again, and it goes on where it stopped.
"""

from __future__ import annotations

import numpy as np

from estimator import tf

tf.app.flags.DEFINE_string("model_dir", "models/checkpoint_manager", "Where the checkpoints are kept.")
tf.app.flags.DEFINE_integer("batch_size", 50, "How many points a step sees.")
tf.app.flags.DEFINE_integer("steps", 100, "How many steps are made now.")
FLAGS = tf.app.flags.FLAGS


def points(batch_size):
    """(x, y): the points of one batch after the other, on the line y = 3x + 2 but for some noise."""
    rng = np.random.RandomState(1)
    x = rng.uniform(-1, 1, size=(1000, 1)).astype(np.float32)
    y = 3 * x + 2 + rng.normal(scale=0.1, size=x.shape).astype(np.float32)
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).repeat().batch(batch_size)
    return tf.data.make_one_shot_iterator(dataset).get_next()


def main(_):
    x, y = points(FLAGS.batch_size)
    weight = tf.get_variable("weight", [1, 1], initializer=tf.zeros_initializer())
    bias = tf.get_variable("bias", [1], initializer=tf.zeros_initializer())
    loss = tf.losses.mean_squared_error(y, tf.matmul(x, weight) + bias)
    global_step = tf.train.get_or_create_global_step()
    optimizer = tf.train.MomentumOptimizer(0.1, momentum=0.5)
    train_op = optimizer.minimize(loss, global_step=global_step)

    checkpoint = tf.train.Checkpoint(step=global_step, optimizer=optimizer, weight=weight, bias=bias)
    manager = tf.train.CheckpointManager(checkpoint, FLAGS.model_dir, max_to_keep=3)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        if manager.latest_checkpoint:
            checkpoint.restore(manager.latest_checkpoint).assert_consumed().run_restore_ops()
            print("restored", manager.latest_checkpoint)
        for _ in range(FLAGS.steps):
            _, step, value = sess.run([train_op, global_step, loss])
            if step % 20 == 0:
                print(f"step {step}: loss {value:.4f}, saved {manager.save()}")
        print(f"y = {weight.eval()[0, 0]:.3f} x + {bias.eval()[0]:.3f}")
    print("kept", *manager.checkpoints)


if __name__ == "__main__":
    tf.app.run()
