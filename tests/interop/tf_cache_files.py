"""TensorFlow reads a cache that is there, and writes another.

Request: {read: prefix, write: prefix}. Answer: the elements of the first, floats and lists of hexadecimal text.
"""

import json
import sys

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


def elements(source, prefix):
    tensors = tf.data.make_one_shot_iterator(source.cache(prefix)).get_next()
    with tf.Session() as session:
        while True:
            try:
                numbers, words = session.run((tensors["numbers"], tensors["words"]))
            except tf.errors.OutOfRangeError:
                return
            yield numbers.tolist(), [word.hex() for word in words]


request = json.load(sys.stdin)
rows = {"numbers": [[1.5, 2.0], [3.0, -4.0]], "words": [[b"x", b""], [b"y\0", b"z" * 300]]}
list(elements(tf.data.Dataset.from_tensor_slices(rows), request["write"]))
others = {"numbers": [[0.0, 0.0]], "words": [[b"not", b"read"]]}
print(json.dumps(list(elements(tf.data.Dataset.from_tensor_slices(others), request["read"]))))
