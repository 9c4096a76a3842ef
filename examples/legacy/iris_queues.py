"""Softmax regression on a file of iris flowers that threads read, shuffle and batch: what was before tf.data.

python examples/legacy/iris_queues.py
"""

from __future__ import annotations

import os

from estimator import tf

flags = tf.app.flags
flags.DEFINE_integer("batch_size", 20, "Flowers a step.")
flags.DEFINE_integer("num_epochs", 20, "How often the file is read.")
flags.DEFINE_float("learning_rate", 0.1, "Of the gradient's step.")
FLAGS = flags.FLAGS

IRIS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "iris")


def read_flower(filename_queue):
    """(lengths [4], species []): the next line of the files in the queue."""
    reader = tf.TextLineReader(skip_header_lines=1)
    _, line = reader.read(filename_queue)
    *lengths, species = tf.decode_csv(line, record_defaults=[[0.0]] * 4 + [[0]])
    return tf.stack(lengths), species


def inputs(filename, batch_size, num_epochs):
    """(lengths [batch, 4], species [batch]), in another order in each epoch."""
    filename_queue = tf.train.string_input_producer([filename], num_epochs=num_epochs, shuffle=False)
    lengths, species = read_flower(filename_queue)
    return tf.train.shuffle_batch(
        [lengths, species], batch_size=batch_size, num_threads=2, capacity=200, min_after_dequeue=100, seed=1
    )


def main(_):
    with tf.Graph().as_default():
        lengths, species = inputs(os.path.join(IRIS, "iris_training.csv"), FLAGS.batch_size, FLAGS.num_epochs)
        W = tf.get_variable("W", [4, 3], initializer=tf.zeros_initializer())
        b = tf.get_variable("b", [3], initializer=tf.zeros_initializer())
        logits = tf.nn.xw_plus_b(lengths, W, b)
        loss = tf.losses.sparse_softmax_cross_entropy(labels=species, logits=logits)
        train_op = tf.train.GradientDescentOptimizer(FLAGS.learning_rate).minimize(loss)
        hits = tf.reduce_mean(tf.to_float(tf.nn.in_top_k(logits, species, 1)))

        init_op = tf.group(tf.global_variables_initializer(), tf.local_variables_initializer())
        with tf.Session() as sess:
            sess.run(init_op)
            coord = tf.train.Coordinator()
            threads = tf.train.start_queue_runners(sess=sess, coord=coord)
            step = 0
            try:
                while not coord.should_stop():
                    _, loss_value, share = sess.run([train_op, loss, hits])
                    step += 1
                    if step % 40 == 0:
                        print(f"step {step}: loss {loss_value:.2f}, {share:.2f} of the batch are right")
            except tf.errors.OutOfRangeError:
                print(f"done training for {FLAGS.num_epochs} epochs, {step} steps.")
            finally:
                coord.request_stop()
            coord.join(threads)


if __name__ == "__main__":
    tf.app.run()
