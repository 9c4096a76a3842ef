"""How the folders meta_v1_* beside this file were made: by TensorFlow 2.15.1, with this script, in this folder.

Each is a graph with TensorFlow 1's control flow (Switch, Merge, Enter, Exit, NextIteration, and in the gradients
Stacks and TensorArrays), with variables as references or as resources, saved by a Saver, which writes the .meta.
expected.npz has what TensorFlow then computed: `run<i> feed x:0` and `run<i> fetch y:0` for runs one after another, and
for graphs that train the losses of five steps and every variable after the last.
"""

import os
import sys

import numpy as np
import tensorflow.compat.v1 as tf

CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def variable(name, shape, value=None, **options):
    initializer = (
        tf.glorot_uniform_initializer(seed=len(name)) if value is None else tf.constant_initializer(value)
    )
    return tf.get_variable(name, shape, initializer=initializer, **options)


def train(loss, optimizer):
    step = tf.train.get_or_create_global_step()
    tf.identity(loss, name="loss")
    optimizer.minimize(loss, global_step=step, name="train_op")


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@case
def branches():
    """A condition in a condition, which write and read variables, and a gradient through both."""
    x, p, q = (
        tf.placeholder(tf.float32, [None], "x"),
        tf.placeholder(tf.bool, [], "p"),
        tf.placeholder(tf.bool, [], "q"),
    )
    w, taken = variable("w", [], 0.5), variable("taken", [2], 0.0, trainable=False)

    def outer():
        with tf.control_dependencies([tf.assign_add(taken, [1.0, 0.0])]):
            return tf.cond(q, lambda: tf.square(x) * w, lambda: tf.sin(x)), tf.constant(1)

    def other():
        with tf.control_dependencies([tf.assign_add(taken, [0.0, 1.0])]):
            return tf.identity(x) * w * w, tf.constant(2)

    y, which = tf.cond(p, outer, other)
    tf.identity(y, name="y")
    tf.identity(which, name="which")
    train(tf.reduce_mean(tf.square(y - 1.0)), tf.train.GradientDescentOptimizer(0.1))
    feeds = [{"x:0": numbers(3), "p:0": p, "q:0": q} for p in (True, False) for q in (True, False)]
    return feeds, ["y:0", "which:0", "cond/Merge:1"], feeds[0]


@case
def chosen():
    """tf.case with a default, and exclusive; the rate of learning by tf.train.piecewise_constant."""
    x, k = tf.placeholder(tf.float32, [2, 2], "x"), tf.placeholder(tf.int32, [], "k")
    w = variable("w", [2, 2])
    step = tf.train.get_or_create_global_step()
    cases = [(tf.equal(k, 0), lambda: tf.matmul(x, w)), (tf.equal(k, 1), lambda: x - w)]
    y = tf.case(cases, default=lambda: tf.nn.relu(w), name="y")
    tf.identity(tf.case(cases + [(k > 1, lambda: x)], exclusive=True), name="z")
    rate = tf.train.piecewise_constant(step, [1, 3], [0.1, 0.05, 0.01])
    tf.identity(rate, name="rate")
    train(tf.reduce_sum(tf.square(y)), tf.train.AdagradOptimizer(rate))
    feeds = [{"x:0": numbers(2, 2), "k:0": np.int32(k)} for k in range(3)]
    return feeds, ["y/cond/Merge:0", "z:0", "rate:0"], feeds[1]


@case
def power():
    """A loop that uses variables, with a gradient, and the same with at most so many rounds."""
    x, n = tf.placeholder(tf.float32, [None, 2], "x"), tf.placeholder(tf.int32, [], "n")
    w, b = variable("w", [2, 2]), variable("b", [2], 0.1)

    def body(i, a):
        return i + 1, tf.tanh(tf.matmul(a, w) + b)

    i, y = tf.while_loop(lambda i, a: i < n, body, [0, x])
    tf.identity(i, name="i")
    tf.identity(y, name="y")
    few, _ = tf.while_loop(lambda i, a: i < n, body, (0, x), maximum_iterations=2, name="few")
    train(tf.reduce_sum(tf.square(y)), tf.train.MomentumOptimizer(0.05, 0.9))
    feeds = [{"x:0": numbers(3, 2), "n:0": np.int32(n)} for n in (0, 1, 4)]
    return feeds, ["i:0", "y:0", few.name], feeds[2]


@case
def nested():
    """Loops in a loop and conditions in loops, with a gradient through all."""
    x, n = tf.placeholder(tf.float32, [3], "x"), tf.placeholder(tf.int32, [], "n")
    w = variable("w", [], 0.9)

    def outer(i, a):
        _, inner = tf.while_loop(lambda j, b: j < i, lambda j, b: (j + 1, b * w + 0.1), [0, a])
        return i + 1, tf.cond(
            tf.equal(i % 2, 0), lambda: inner * x, lambda: tf.cond(i > 2, lambda: inner - w, lambda: a)
        )

    _, y = tf.while_loop(lambda i, a: i < n, outer, [0, x])
    tf.identity(y, name="y")
    never = tf.cond(n > 100, lambda: tf.while_loop(lambda i: i < n, lambda i: i + 1, [n]), lambda: n)
    tf.identity(never, name="never")
    train(tf.reduce_sum(y), tf.train.GradientDescentOptimizer(0.01))
    feeds = [{"x:0": numbers(3), "n:0": np.int32(n)} for n in (0, 1, 5)]
    return feeds, ["y:0", "never:0"], feeds[2]


@case
def arrays():
    """TensorArrays in loops and outside: written, read, stacked, split, joined, grown, with gradients."""
    x = tf.placeholder(tf.float32, [None, 2], "x")
    w = variable("w", [2], 0.7)
    n = tf.shape(x)[0]
    given = tf.TensorArray(tf.float32, n, clear_after_read=False).unstack(x)

    def body(i, a, out):
        a = a * w + given.read(i)
        return i + 1, a, out.write(i, a)

    start = tf.zeros([2])
    _, last, out = tf.while_loop(lambda i, *_: i < n, body, [0, start, tf.TensorArray(tf.float32, n)])
    y = tf.identity(out.stack(), name="y")
    grown = tf.TensorArray(tf.float32, 0, dynamic_size=True, infer_shape=False)
    _, grown = tf.while_loop(
        lambda i, t: i < n, lambda i, t: (i + 1, t.write(i, tf.fill([i + 1], 1.0) * w[0])), [0, grown]
    )
    tf.identity(grown.size(), name="size")
    joined = tf.identity(grown.concat(), name="joined")
    split = tf.TensorArray(tf.float32, 2, infer_shape=False).split(
        joined, tf.stack([1, tf.shape(joined)[0] - 1])
    )
    second = tf.identity(split.read(1), name="second")
    picked = tf.identity(given.gather([1, 0]), name="picked")
    loss = tf.reduce_sum(y * y) + tf.reduce_sum(last) + tf.reduce_sum(second) * 2.0 + tf.reduce_sum(picked)
    train(loss, tf.train.AdamOptimizer(0.05))
    feeds = [{"x:0": numbers(n, 2)} for n in (2, 4)]
    return feeds, ["y:0", "size:0", "joined:0", "second:0", "picked:0"], feeds[1]


@case
def maps():
    """map_fn, scan, foldl and foldr, with gradients."""
    x = tf.placeholder(tf.float32, [None, 3], "x")
    w = variable("w", [3, 3])
    mapped = tf.map_fn(lambda row: tf.tensordot(row, w, 1), x)
    two = tf.map_fn(
        lambda pair: (pair[0] + pair[1], tf.reduce_max(pair[0])), (x, mapped), dtype=(tf.float32, tf.float32)
    )
    scanned = tf.scan(lambda a, row: tf.tanh(a + row * w[0]), x, initializer=tf.zeros([3]))
    backwards = tf.scan(lambda a, row: a * 0.5 + row, x, reverse=True)
    left = tf.foldl(lambda a, row: a * 0.9 + row, mapped)
    right = tf.foldr(lambda a, row: a * 0.9 + row, mapped)
    found = [mapped, *two, scanned, backwards, left, right]
    names = [tf.identity(tensor, name=f"y{place}").name for place, tensor in enumerate(found)]
    train(tf.add_n([tf.reduce_mean(tf.square(tensor)) for tensor in found]), tf.train.AdamOptimizer(0.05))
    feeds = [{"x:0": numbers(n, 3)} for n in (1, 4)]
    return feeds, names, feeds[1]


def recurrent(cell):
    x, length = tf.placeholder(tf.float32, [None, None, 3], "x"), tf.placeholder(tf.int32, [None], "length")
    outputs, state = tf.nn.dynamic_rnn(cell, x, sequence_length=length, dtype=tf.float32)
    state = state.h if isinstance(state, tuple) else state
    tf.identity(outputs, name="outputs")
    tf.identity(state, name="state")
    loss = tf.reduce_mean(tf.square(state - 0.3)) + tf.reduce_mean(tf.square(outputs))
    train(loss, tf.train.AdamOptimizer(0.02))
    lengths = {2: [1, 3], 3: [4, 0, 2]}
    feeds = [{"x:0": numbers(n, 4, 3), "length:0": np.array(lengths[n], np.int32)} for n in (2, 3)]
    return feeds, ["outputs:0", "state:0"], feeds[1]


@case
def lstm():
    """dynamic_rnn with a BasicLSTMCell and a length for each row."""
    return recurrent(tf.nn.rnn_cell.BasicLSTMCell(4))


@case
def gru():
    """dynamic_rnn with a GRUCell and a length for each row."""
    return recurrent(tf.nn.rnn_cell.GRUCell(4))


@case
def rows():
    """Rows of a table, looked up in a loop and in a branch: their gradients are IndexedSlices."""
    ids, p = tf.placeholder(tf.int32, [4], "ids"), tf.placeholder(tf.bool, [], "p")
    table = variable("table", [5, 2])
    _, y = tf.while_loop(
        lambda i, a: i < 4,
        lambda i, a: (i + 1, a * 0.5 + tf.nn.embedding_lookup(table, ids[i])),
        [0, tf.zeros([2])],
    )
    z = tf.cond(p, lambda: tf.nn.embedding_lookup(table, ids[:2]), lambda: tf.zeros([2, 2]))
    tf.identity(y, name="y")
    tf.identity(z, name="z")
    loss = tf.reduce_sum(tf.square(y)) + tf.reduce_sum(z)
    train(loss, tf.train.AdagradOptimizer(0.1))
    feeds = [{"ids:0": np.array([0, 3, 3, 1], np.int32), "p:0": p} for p in (True, False)]
    return feeds, ["y:0", "z:0"], feeds[0]


@case
def order():
    """Loops that write variables, what they wait for, and what waits for them."""
    n = tf.placeholder(tf.int32, [], "n")
    before, total = variable("before", [], 1.0), variable("total", [], 0.0)
    with tf.control_dependencies([tf.assign_add(before, 1.0)]):
        limit = tf.identity(n)

    def body(i, a):
        with tf.control_dependencies([tf.assign_add(total, a)]):
            return i + 1, tf.identity(a) * 2.0

    i, a = tf.while_loop(lambda i, a: i < limit, body, [0, 1.0], parallel_iterations=1)
    tf.identity(a, name="a")
    with tf.control_dependencies([i]):
        after = tf.assign(before, before.read_value() * 10.0)
    with tf.control_dependencies([after]):
        tf.identity(total.read_value(), name="sum")
    with tf.control_dependencies([after, i]):
        tf.no_op(name="all")
    return [{"n:0": np.int32(n)} for n in (0, 3, 2)], ["a:0", "sum:0"], None


@case
def normalized():
    """Batch normalization and dropout as scripts have them, with a placeholder that says whether it trains."""
    x, training = (
        tf.placeholder(tf.float32, [None, 3], "x"),
        tf.placeholder_with_default(False, [], "training"),
    )
    with tf.variable_scope("norm"):
        scale, mean = variable("gamma", [3], 1.0), variable("moving_mean", [3], 0.0, trainable=False)
        batch, variance = tf.nn.moments(x, [0])

        def updated():
            update = tf.assign(mean, mean * 0.9 + batch * 0.1)
            with tf.control_dependencies([update]):
                return tf.identity(batch), tf.identity(variance)

        used, spread = tf.cond(training, updated, lambda: (tf.identity(mean), tf.ones([3])))
        y = tf.nn.batch_normalization(x, used, spread, None, scale, 1e-3)
    kept = tf.cond(training, lambda: tf.nn.dropout(y, keep_prob=1.0), lambda: tf.identity(y))
    tf.identity(kept, name="y")
    w = variable("w", [3, 1])
    train(tf.reduce_mean(tf.square(tf.matmul(kept, w) - 1.0)), tf.train.GradientDescentOptimizer(0.1))
    feeds = [{"x:0": numbers(5, 3), "training:0": training} for training in (False, True)]
    return feeds, ["y:0"], feeds[1]


@case
def asserted():
    """tf.Assert and tf.assert_*, which are conditions, and metrics in a branch."""
    x, p = tf.placeholder(tf.float32, [3], "x"), tf.placeholder(tf.bool, [], "p")
    checks = [
        tf.Assert(tf.reduce_all(x > 0), [x], name="positive"),
        tf.assert_less(x, 10.0, message="too large"),
    ]
    with tf.control_dependencies(checks):
        y = tf.identity(tf.log(x), name="y")
    mean, update = tf.metrics.mean(y)
    tf.identity(mean, name="mean")
    tf.cond(p, lambda: tf.identity(update), lambda: tf.constant(0.0), name="update")
    feeds = [
        {"x:0": np.abs(numbers(3, seed=seed)) + 0.1, "p:0": p}
        for seed, p in ((0, True), (1, False), (2, True))
    ]
    return feeds, ["y:0", "update/Merge:0"], None


@case
def drawn():
    """Random numbers in a loop and in a branch; the numbers themselves are not TensorFlow's."""
    p = tf.placeholder(tf.bool, [], "p")
    drawn = tf.map_fn(lambda _: tf.random_uniform([4], seed=7), tf.zeros([3]))
    tf.identity(drawn, name="drawn")
    tf.identity(
        tf.cond(p, lambda: tf.nn.dropout(tf.ones([100]), keep_prob=0.5), lambda: tf.ones([100])),
        name="dropped",
    )
    return [{"p:0": True}], ["drawn:0"], None


@case
def growing():
    """A loop whose value grows, as its shape invariant says."""
    n = tf.placeholder(tf.int32, [], "n")
    _, y = tf.while_loop(
        lambda i, a: i < n,
        lambda i, a: (i + 1, tf.concat([a, tf.cast(tf.reshape(i, [1, 1]), tf.float32)], 0)),
        [0, tf.ones([1, 1])],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None, 1])],
    )
    tf.identity(y, name="y")
    return [{"n:0": np.int32(n)} for n in (0, 3)], ["y:0"], None


def make(kind, name):
    folder = f"meta_v1_{name}_{kind}"
    expected = {}
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(3)
        runs, fetches, batch = CASES[name]()
        variables = tf.global_variables()
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        os.makedirs(folder, exist_ok=True)
        if variables:
            tf.train.Saver().save(session, f"{folder}/model.ckpt", write_state=False)
        else:
            tf.train.export_meta_graph(f"{folder}/model.ckpt.meta")
        for place, feed in enumerate(runs):
            expected |= {f"run{place} feed {key}": value for key, value in feed.items()}
            values = session.run(fetches, feed)
            expected |= {f"run{place} fetch {key}": value for key, value in zip(fetches, values)}
        if batch is not None:
            expected |= {f"train feed {key}": value for key, value in batch.items()}
            expected["losses"] = [session.run(["loss:0", "train_op"], batch)[0] for _ in range(5)]
        expected |= {f"variable {v.op.name}": session.run(v) for v in variables}
        np.savez_compressed(f"{folder}/expected.npz", **expected)


if __name__ == "__main__":
    tf.disable_v2_behavior()
    if sys.argv[1] == "resource":
        tf.enable_resource_variables()
    for name in sys.argv[2:] or CASES:
        make(sys.argv[1], name)
