"""TensorFlow restores a variable in other numbers of parts than it was saved in, and saves it so.

Request: {prefix, name, shape, parts: list, saved (prefix), far (prefix of a bundle with offsets beyond 4 GiB)}.
Answer: {restored: {parts: value}, names: {parts: the names of the variables}, far: {name: value}}; with each number
of parts it saves SAVED-PARTS.
"""

import json
import sys

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
v1.disable_eager_execution()
request = json.load(sys.stdin)


def restored(parts):
    with tf.Graph().as_default(), v1.Session() as session:
        partitioner = v1.fixed_size_partitioner(parts)
        variables = v1.get_variable(
            request["name"], request["shape"], partitioner=partitioner, use_resource=True
        )
        saver = v1.train.Saver()
        saver.restore(session, request["prefix"])
        saver.save(session, f"{request['saved']}-{parts}", write_meta_graph=False)
        names = [variable.op.name for variable in v1.global_variables()]
        return np.concatenate(session.run(list(variables))).tolist(), names


found = {parts: restored(parts) for parts in request["parts"]}
reader = tf.train.load_checkpoint(request["far"])
far = {name: reader.get_tensor(name).tolist() for name in reader.get_variable_to_shape_map()}
print(
    json.dumps(
        {
            "restored": {parts: value for parts, (value, _) in found.items()},
            "names": {parts: names for parts, (_, names) in found.items()},
            "far": far,
        }
    )
)
