"""TensorFlow lists checkpoints: their variables with shape and type, and the norm of what holds numbers.

Request: {prefixes}.
Answer: {prefix: {name: [dtype, shape, norm or null]}}.
"""

import json
import sys

import numpy as np
import tensorflow as tf

answer = {}
for prefix in json.load(sys.stdin)["prefixes"]:
    reader = tf.train.load_checkpoint(prefix)
    types = reader.get_variable_to_dtype_map()
    found = {}
    for name, shape in tf.train.list_variables(prefix):
        norm = None
        if types[name].is_floating:
            try:
                value = np.asarray(reader.get_tensor(name)).astype(np.float64)
            except ValueError as error:  # some slots of partitioned variables are stored under several names
                assert "Does not have sufficient slices" in str(error), error
            else:
                norm = float(np.linalg.norm(value[np.isfinite(value)]))
        found[name] = [types[name].name, list(shape), norm]
    answer[prefix] = found
print(json.dumps(answer))
