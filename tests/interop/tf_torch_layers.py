"""TensorFlow says what layers of Keras make of inputs, with weights that are given.

Request: {layers: [{layer, arguments, weights, inputs}]}. Answer: {outputs: [list]}, one for each layer.
"""

import json
import sys

import numpy as np
import tensorflow as tf


def output(asked):
    """What one layer makes of its inputs."""
    layer = getattr(tf.keras.layers, asked["layer"])(**asked["arguments"])
    inputs = np.array(asked["inputs"], np.float32)
    layer.build(inputs.shape)
    layer.set_weights([np.array(weight, np.float32) for weight in asked["weights"]])
    return layer(inputs).numpy().tolist()


print(json.dumps({"outputs": [output(asked) for asked in json.load(sys.stdin)["layers"]]}))
