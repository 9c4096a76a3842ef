"""TensorFlow makes, trains and exports the same models: the signatures that come of it.

Request: {folder, models: [name]}. Answer: {name: {"parsed" or "raw": {signature: [method, inputs, outputs]}}}, inputs and
outputs as {key: [type, sizes, or null for any shape]}.
"""

import json
import os
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf
from tensorflow.python.saved_model import loader_impl

sys.path.insert(0, str(Path(__file__).parent))
from export_models import CASES, FEATURES, raw_receiver_fn

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)


def tensors(infos):
    return {key: [info.dtype, sizes(info.tensor_shape)] for key, info in infos.items()}


def sizes(shape):
    return None if shape.unknown_rank else [size.size for size in shape.dim]


def signatures(folder):
    (graph,) = loader_impl.parse_saved_model(os.fsdecode(folder)).meta_graphs
    return {
        name: [found.method_name, tensors(found.inputs), tensors(found.outputs)]
        for name, found in graph.signature_def.items()
    }


def exported(name, folder):
    made = CASES[name](tf, folder)
    spec = tf.feature_column.make_parse_example_spec(made.columns)
    examples = tf.estimator.export.build_parsing_serving_input_receiver_fn(spec)
    raw = raw_receiver_fn(tf, [key for key in FEATURES if key in spec])
    return {
        "parsed": signatures(made.model.export_saved_model(str(folder / "parsed"), examples)),
        "raw": signatures(made.model.export_saved_model(str(folder / "raw"), raw)),
    }


request = json.load(sys.stdin)
print(json.dumps({name: exported(name, Path(request["folder"]) / name) for name in request["models"]}))
