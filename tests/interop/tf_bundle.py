"""TensorFlow's SaveV2 writes tensors, as many bundles as are asked for.

Request: {arrays (npz), bundles: [{prefix, tensors: [[name, dtype, key in the npz], ...]}]}; strings are given as
{"strings": nested lists of hexadecimal text} in place of the key, bfloat16 as its bits.
Answer: the version of TensorFlow.
"""

import json
import sys

import numpy as np
import tensorflow as tf


def tensor(dtype, source):
    if dtype == "string":
        flat = np.empty(len(source["strings"]), object)
        flat[:] = [bytes.fromhex(each) for each in source["strings"]]
        return tf.constant(flat.reshape(source["shape"]), tf.string, shape=source["shape"])
    value = arrays[source]
    return tf.bitcast(value, tf.bfloat16) if dtype == "bfloat16" else tf.constant(value)


request = json.load(sys.stdin)
arrays = dict(np.load(request["arrays"]))
for bundle in request["bundles"]:
    names = [name for name, _, _ in bundle["tensors"]]
    values = [tensor(dtype, source) for _, dtype, source in bundle["tensors"]]
    tf.raw_ops.SaveV2(
        prefix=bundle["prefix"], tensor_names=names, shape_and_slices=[""] * len(names), tensors=values
    )
print(json.dumps(tf.__version__))
