#!/usr/bin/env bash
# TensorFlow 2.15.1: a value that is fed in the middle of constants is not used; the run gives what the constants would.
#
# Session.run takes a feed for any tensor. With a = 1, b = a + 1, c = 2 * b, feeding b=10 should give c = 20. It gives 4:
# the constants are folded over the fed tensor, and fetching both gives b = 10 and c = 4 in one run. Feeding a, or a graph
# that begins with a placeholder_with_default, gives the right value; so does disable_meta_optimizer=True, but not
# rewrite_options.constant_folding=OFF.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "tensorflow-cpu==2.15.1"
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES= "$folder/venv/bin/python" - <<'PY' 2> "$folder/stderr" || { cat "$folder/stderr"; exit 1; }
import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf.rewriter_config_pb2 import RewriterConfig

tf.disable_v2_behavior()
print("tensorflow", tf.__version__)


def run(what: str, fed: str, config: tf.ConfigProto | None = None) -> list[float]:
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        begin = tf.placeholder_with_default(1.0, []) if "placeholder" in what else tf.constant(1.0)
        tensors = {"a": begin}
        tensors["b"] = tensors["a"] + 1.0
        tensors["c"] = 2.0 * tensors["b"]
        b, c = session.run([tensors["b"], tensors["c"]], {tensors[fed]: 10.0})
    print(f"{what}, {fed}=10: b={b} c={c}")
    return [float(b), float(c)]


assert run("constants", "b") == [10.0, 4.0]
assert run("constants", "a") == [11.0, 22.0]
assert run("a placeholder with a default", "b") == [10.0, 20.0]
config = tf.ConfigProto()
config.graph_options.rewrite_options.constant_folding = RewriterConfig.OFF
assert run("constants, constant_folding=OFF", "b", config) == [10.0, 4.0]
config = tf.ConfigProto()
config.graph_options.rewrite_options.disable_meta_optimizer = True
assert run("constants, disable_meta_optimizer", "b", config) == [10.0, 20.0]
PY
