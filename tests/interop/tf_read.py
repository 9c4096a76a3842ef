"""TensorFlow reads a model_dir: the state file, the checkpoints, graph.pbtxt, the event file.

Request: {model_dir, values (npz to write)}.
Answer: {state, all, latest, variables, graph, graph_nodes, events}.
"""

import difflib
import glob
import json
import os
import sys

import numpy as np
import tensorflow as tf
from google.protobuf import text_format

v1 = tf.compat.v1
request = json.load(sys.stdin)
folder = request["model_dir"]

state = tf.train.get_checkpoint_state(folder)
latest = tf.train.latest_checkpoint(folder)
reader = tf.train.load_checkpoint(folder)
np.savez(request["values"], **{name: reader.get_tensor(name) for name, _ in tf.train.list_variables(latest)})

with open(os.path.join(folder, "graph.pbtxt"), newline="") as file:
    text = file.read()
graph_def = text_format.Parse(text, v1.GraphDef())
printed = text_format.MessageToString(graph_def)  # before it is imported, which adds to it
changed = list(difflib.unified_diff(text.splitlines(), printed.splitlines(), n=1))
with tf.Graph().as_default() as graph:
    tf.import_graph_def(graph_def, name="")

events = []
for path in glob.glob(os.path.join(folder, "events.out.tfevents.*")):
    for event in v1.train.summary_iterator(path):
        tags = [value.tag for value in event.summary.value]
        events.append({"step": event.step, "what": event.WhichOneof("what"), "tags": tags})

print(
    json.dumps(
        {
            "state": state.model_checkpoint_path,
            "all": list(state.all_model_checkpoint_paths),
            "latest": latest,
            "variables": {name: list(shape) for name, shape in tf.train.list_variables(folder)},
            "changed_lines": changed,
            "graph_nodes": len(graph.get_operations()),
            "events": events,
        }
    )
)
