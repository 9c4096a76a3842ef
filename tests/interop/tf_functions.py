"""TensorFlow runs a model whose bodies we wrote, and writes one of its own, both as checkpoints with .meta files.

Request: {ours (prefix), theirs (prefix to write), x (rows of two numbers), limits (list of int)}.
Answer: {ours: results, theirs: results}, each a list with [total, second, variable] for every limit.
"""

import json
import sys

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
v1.disable_eager_execution()
v1.enable_control_flow_v2()


def results(session, request):
    return [
        [
            value.tolist()
            for value in session.run(
                ["total:0", "second:0", "after:0"], {"x:0": request["x"], "limit:0": limit}
            )
        ]
        for limit in request["limits"]
    ]


def run_ours(request):
    with tf.Graph().as_default(), v1.Session() as session:
        saver = v1.train.import_meta_graph(request["ours"] + ".meta")
        saver.restore(session, request["ours"])
        return results(session, request)


def build():
    x = v1.placeholder(tf.float32, [None, 2], name="x")
    limit = v1.placeholder(tf.int32, [], name="limit")
    v = v1.get_variable("v", initializer=np.float32([[1, 2], [3, 4]]), use_resource=True)

    def step(i, total):
        with tf.control_dependencies([total]):  # else the next round may write before this one has read
            write = v.assign_add(tf.ones([2, 2]) * 0.5)
        with tf.control_dependencies([write]):
            grown = v1.cond(tf.equal(i % 2, 0), lambda: tf.matmul(total, v), lambda: total + x)
        return i + 1, grown

    total = v1.while_loop(lambda i, total: i < limit, step, [0, x])[1]
    left, right = tf.split(x, 2, axis=1)
    second = v1.cond(limit > 2, lambda: tf.split(x * 2, 2, axis=1), lambda: [right, left])[1]
    tf.identity(second, name="second")
    with tf.control_dependencies([tf.identity(total, name="total")]):
        tf.identity(v.read_value(), name="after")


def write_theirs(request):
    with tf.Graph().as_default(), v1.Session() as session:
        build()
        session.run(v1.global_variables_initializer())
        v1.train.Saver().save(session, request["theirs"])
        return results(session, request)


request = json.load(sys.stdin)
print(json.dumps({"ours": run_ours(request), "theirs": write_theirs(request)}))
