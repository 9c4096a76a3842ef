"""Models for the profiler, written for TensorFlow's names alone: TensorFlow and this package build them."""

BATCH = 8


def dense(tf):
    x = tf.placeholder(tf.float32, [BATCH, 6])
    net = tf.layers.dense(tf.layers.dense(x, 10, activation=tf.nn.relu, name="first"), 4, name="second")
    return tf.reduce_mean(tf.square(net))


def convolution(tf):
    x = tf.placeholder(tf.float32, [BATCH, 12, 12, 2])
    net = tf.layers.conv2d(x, 5, 3, activation=tf.nn.relu, name="conv")
    net = tf.layers.max_pooling2d(net, 2, 2)
    net = tf.layers.dense(tf.layers.flatten(net), 3, name="out")
    return tf.reduce_sum(tf.square(net))


def embedding(tf):
    ids = tf.placeholder(tf.int32, [BATCH])
    table = tf.get_variable("table", [100, 7])
    net = tf.layers.dense(tf.nn.embedding_lookup(table, ids), 3, name="out")
    return tf.reduce_sum(tf.square(net))


def recurrent(tf):
    """Unrolled: TensorFlow counts what is in a loop once."""
    x = tf.placeholder(tf.float32, [BATCH, 5, 3])
    cell = tf.nn.rnn_cell.BasicRNNCell(4)
    outputs, _ = tf.nn.static_rnn(cell, tf.unstack(x, axis=1), dtype=tf.float32)
    return tf.reduce_sum(tf.square(outputs[-1]))


MODELS = {"dense": dense, "convolution": convolution, "embedding": embedding, "recurrent": recurrent}
