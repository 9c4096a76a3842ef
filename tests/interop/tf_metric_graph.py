"""TensorFlow runs a graph of metrics, of a file, on the batches of tests/batches_of_tf.py.

Request: {meta: path, initializers: list of operations, metrics: {call: [value, update]}}. Answer: {call: what the value
is before all batches, the update for each, and the value after all; or "refused"}.
"""

import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1]))
from batches_of_tf import batches, plain


def values(session, pair):
    """What `record` of tests/batches_of_tf.py has of a metric."""
    feeds = [{f"{name}:0": value for name, value in batch.items()} for batch in batches()]
    value, update = pair
    try:
        found = [session.run(value), *(session.run(update, feed) for feed in feeds), session.run(value)]
    except tf.errors.InvalidArgumentError:
        return "refused"
    return [plain(each) for each in found]


tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
request = json.load(sys.stdin)
tf.train.import_meta_graph(request["meta"])
with tf.Session() as session:
    session.run(request["initializers"])
    print(json.dumps({call: values(session, pair) for call, pair in request["metrics"].items()}))
