"""TensorFlow builds, writes and runs the graph of image_model.py, runs the one that we have written, and reads our events.

Request: {ours (a .meta file), theirs (one to write), events (a folder), values (an npz to write)}.
Answer: {names, tags: {tag: what it is} of our events, pixels: {tag: the image}}.
"""

import glob
import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.interop.image_model import PIXELS, build, run

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
request = json.load(sys.stdin)
values = {}
with tf.Session(graph=tf.Graph()) as session:
    contents = session.run(tf.image.encode_png(PIXELS))
with tf.Graph().as_default():
    names = build(tf)
    tf.train.export_meta_graph(request["theirs"])
    values |= {f"theirs/{name}": value for name, value in run(tf, names, contents).items()}
with tf.Graph().as_default():
    tf.train.import_meta_graph(request["ours"])
    values |= {f"ours/{name}": value for name, value in run(tf, names, contents).items()}
summaries = {key: np.frombuffer(value, np.uint8) for key, value in values.items() if key.endswith("/summary")}
np.savez(request["values"], **(values | summaries), contents=np.frombuffer(contents, np.uint8))

tags, pixels = {}, {}
(path,) = glob.glob(os.path.join(request["events"], "events.out.tfevents.*"))
with tf.Session(graph=tf.Graph()) as session:
    for event in tf.train.summary_iterator(path):
        for value in event.summary.value:
            tags[value.tag] = value.metadata.plugin_data.plugin_name or value.WhichOneof("value")
            if value.HasField("image"):
                shown = tf.image.decode_png(value.image.encoded_image_string)
                pixels[value.tag] = session.run(shown).tolist()
print(json.dumps({"names": names, "tags": tags, "pixels": pixels}))
