"""TensorFlow makes graphs with its old control flow, as tests/data/tf/make_meta_v1.py does, of networks as scripts have them.

Request: {script, kind, folder}: that file, "ref" or "resource", and where the folders go. Answer: their names.
"""

import importlib.util
import json
import os
import sys

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
request = json.load(sys.stdin)
spec = importlib.util.spec_from_file_location("make_meta_v1", request["script"])
maker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(maker)
maker.CASES.clear()
case, numbers, train, variable = maker.case, maker.numbers, maker.train, maker.variable


def sequences():
    x, length = tf.placeholder(tf.float32, [None, None, 3], "x"), tf.placeholder(tf.int32, [None], "length")
    return x, length, {"x:0": numbers(3, 4, 3), "length:0": np.array([4, 1, 2], np.int32)}


def trained(outputs, feed, optimizer=None):
    tf.identity(outputs, name="outputs")
    train(tf.reduce_mean(tf.square(outputs)), optimizer or tf.train.AdamOptimizer(0.1))
    return [feed], ["outputs:0"], feed


@case
def both_ways():
    x, length, feed = sequences()
    cells = tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.LSTMCell(3, use_peepholes=True, num_proj=2)
    outputs, _ = tf.nn.bidirectional_dynamic_rnn(*cells, x, length, dtype=tf.float32)
    return trained(tf.concat(outputs, -1), feed, tf.train.RMSPropOptimizer(0.01))


@case
def layers_of_cells():
    x, length, feed = sequences()
    rnn = tf.nn.rnn_cell
    lower = rnn.DropoutWrapper(rnn.BasicLSTMCell(3), output_keep_prob=1.0)
    cell = rnn.MultiRNNCell([lower, rnn.ResidualWrapper(rnn.BasicRNNCell(3))])
    x = tf.transpose(x, [1, 0, 2])
    outputs, _ = tf.nn.dynamic_rnn(cell, x, length, dtype=tf.float32, time_major=True, swap_memory=True)
    return trained(outputs, feed)


@case
def by_hand():
    x, length, feed = sequences()
    cell, rows = tf.nn.rnn_cell.LSTMCell(3), tf.shape(x)[0]
    steps = tf.TensorArray(tf.float32, tf.shape(x)[1]).unstack(tf.transpose(x, [1, 0, 2]))

    def step(time, output, state, _):
        is_done = time >= length
        at = tf.cond(tf.reduce_all(is_done), lambda: tf.zeros([rows, 3]), lambda: steps.read(time))
        return is_done, at, cell.zero_state(rows, tf.float32) if output is None else state, output, None

    outputs, _, _ = tf.nn.raw_rnn(cell, step)
    return trained(outputs.stack(), feed)


@case
def of_keras():
    x = tf.placeholder(tf.float32, [None, 4, 3], "x")
    return trained(tf.keras.layers.LSTM(3, return_sequences=True)(x), {"x:0": numbers(2, 4, 3)})


@case
def gradients_in_a_loop():
    x, w = tf.placeholder(tf.float32, [3], "x"), variable("w", [3], 0.5)

    def descend(i, point):
        return i + 1, point - 0.1 * tf.gradients(tf.reduce_sum(tf.square(point * x - 1.0)), point)[0]

    _, point = tf.while_loop(lambda i, _: i < 4, descend, [0, w.read_value()])
    return trained(point, {"x:0": numbers(3)})


@case
def maps_in_a_map():
    x, w = tf.placeholder(tf.float32, [None, 3], "x"), variable("w", [], 0.7)
    mapped = tf.map_fn(lambda row: tf.map_fn(lambda element: tf.sin(element * w), row), x)
    return trained(mapped, {"x:0": numbers(2, 3)})


@case
def normalized_images():
    x = tf.placeholder(tf.float32, [None, 4, 4, 2], "x")
    is_training = tf.placeholder_with_default(False, [], "is_training")
    image = tf.layers.batch_normalization(
        tf.layers.conv2d(x, 4, 3, name="conv"), training=is_training, name="norm"
    )
    # The gradient of the bias is 0 but for rounding, of which Adam would make steps.
    optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        runs, fetches, feed = trained(image, {"x:0": numbers(5, 4, 4, 2), "is_training:0": True}, optimizer)
    return [{"x:0": feed["x:0"]}, *runs], fetches, feed


@case
def two_that_train_in_turn():
    p = tf.placeholder(tf.bool, [], "p")
    one, other, step = (
        variable("one", [2], 1.0),
        variable("other", [2], 2.0),
        tf.train.get_or_create_global_step(),
    )
    loss = tf.reduce_sum(tf.square(one * other - 1.0))
    adam, momentum = tf.train.AdamOptimizer(0.1), tf.train.MomentumOptimizer(0.1, 0.5)
    down, up = adam.compute_gradients(loss, [one]), momentum.compute_gradients(-loss, [other])
    turn = tf.cond(p, lambda: adam.apply_gradients(down, step), lambda: momentum.apply_gradients(up, step))
    tf.identity(loss, name="loss")
    tf.group(turn, name="train_op")
    return [{"p:0": False}], ["loss:0"], {"p:0": True}


@case
def words():
    n, table = tf.placeholder(tf.int32, [], "n"), variable("table", [5, 5])

    def add(i, text, token, tokens):
        token = tf.argmax(tf.gather(table, token), -1, output_type=tf.int32)
        return i + 1, tf.string_join([text, tf.as_string(i)], "-"), token, tokens.write(i, token)

    start = [0, tf.constant("a"), tf.constant([0, 1]), tf.TensorArray(tf.int32, 0, dynamic_size=True)]
    _, text, _, tokens = tf.while_loop(lambda i, *_: i < n, add, start)
    tf.identity(tf.strings.length(text), name="length")
    tf.identity(tokens.stack(), name="tokens")
    return [{"n:0": np.int32(12)}], ["length:0", "tokens:0"], None


if request["kind"] == "resource":
    tf.enable_resource_variables()
os.chdir(request["folder"])
for name in maker.CASES:
    maker.make(request["kind"], name)
print(json.dumps([f"meta_v1_{name}_{request['kind']}" for name in maker.CASES]))
