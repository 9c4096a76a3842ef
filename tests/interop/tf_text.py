"""TensorFlow builds, writes and runs the graph of text_model.py, and runs the one that we have written.

Request: {ours (a .meta file), theirs (one to write), file}. Answer: {ours, theirs: what they compute, names}.
"""

import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.interop.text_model import build, run

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
request = json.load(sys.stdin)
answer = {}
with tf.Graph().as_default():
    names = build(tf, request["file"])
    tf.train.export_meta_graph(request["theirs"])
    answer["theirs"] = run(tf, names)
with tf.Graph().as_default():
    tf.train.import_meta_graph(request["ours"])
    answer["ours"] = run(tf, names)
    answer["assets"] = [path.name for path in tf.get_collection("asset_filepaths")]
print(json.dumps(answer))
