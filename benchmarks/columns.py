"""What a step over feature columns costs: embeddings, and a linear model. Printed, not asserted.

    python benchmarks/columns.py [--steps 150] [--tensorflow .venv-tf/bin/python]

A network of 256 and 128 units trains with Adagrad on batches of 512 of eight features, each a word of a million that is
hashed into 100,000 buckets and has a row of 16 numbers; then the same with ids, and a linear model of the words.
Examples a second of the best ten steps are printed, and with a Python that has TensorFlow how many times TensorFlow's
that is; it trains before and after ours.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from typing import Any

import numpy as np

BATCH, BUCKETS, FEATURES = 512, 100_000, 8


def data(kind: str) -> dict[str, Any]:
    """A hundred batches of features."""
    rng = np.random.default_rng(0)
    shape = (100 * BATCH,)
    if kind == "ids":
        return {f"f{number}": rng.integers(0, BUCKETS, shape) for number in range(FEATURES)}
    return {
        f"f{number}": np.array([b"word%d" % word for word in rng.integers(0, 10**6, shape)], object)
        for number in range(FEATURES)
    }


def rate(tf: Any, kind: str, is_linear: bool, steps: int) -> float:
    """Examples a second of the best ten steps."""
    fc = tf.feature_column
    made = fc.categorical_column_with_identity if kind == "ids" else fc.categorical_column_with_hash_bucket
    columns = [made(f"f{number}", BUCKETS) for number in range(FEATURES)]
    features = data(kind)
    labels = np.random.default_rng(1).integers(0, 2, (100 * BATCH, 1)).astype(np.float32)

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        if is_linear:
            logits = fc.linear_model(features, columns)
        else:
            net = fc.input_layer(features, [fc.embedding_column(column, 16) for column in columns])
            for units in (256, 128):
                net = tf.layers.dense(net, units, activation=tf.nn.relu)
            logits = tf.layers.dense(net, 1)
        loss = tf.losses.sigmoid_cross_entropy(labels, logits)
        step = tf.train.get_global_step()
        train_op = tf.train.AdagradOptimizer(0.05).minimize(loss, global_step=step)
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)

    def input_fn() -> Any:
        dataset = tf.data.Dataset.from_tensor_slices((features, labels)).batch(BATCH)
        return dataset.cache().repeat().prefetch(2)

    times: list[float] = []

    class Clock(tf.estimator.SessionRunHook):  # type: ignore[misc]  # of either package
        def after_run(self, run_context: Any, run_values: Any) -> None:
            times.append(time.perf_counter())

    with tempfile.TemporaryDirectory() as folder:
        config = tf.estimator.RunConfig(folder, save_checkpoints_secs=None, save_summary_steps=None)
        tf.estimator.Estimator(model_fn, config=config).train(input_fn, hooks=[Clock()], steps=steps)
    return 10 * BATCH / min(np.subtract(times[10:], times[:-10]))


CASES = {
    "eight embeddings of words": ("words", False),
    "eight embeddings of ids": ("ids", False),
    "linear model of eight words": ("words", True),
}


def rates(tf: Any, steps: int) -> dict[str, float]:
    """Examples a second of each case."""
    return {name: rate(tf, kind, is_linear, steps) for name, (kind, is_linear) in CASES.items()}


def theirs(python: str, steps: int) -> dict[str, float]:
    """The same in a process that has TensorFlow."""
    command = [python, __file__, "--steps", str(steps), "--as-tensorflow"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--tensorflow", help="a Python that has TensorFlow")
    parser.add_argument("--as-tensorflow", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.as_tensorflow:
        import tensorflow.compat.v1 as tensorflow

        tensorflow.disable_v2_behavior()
        print(json.dumps(rates(tensorflow, options.steps)))
        return
    from estimator import tf

    tf.logging.set_verbosity(tf.logging.ERROR)
    rounds = [theirs(options.tensorflow, options.steps)] if options.tensorflow else []
    ours = rates(tf, options.steps)
    rounds += [theirs(options.tensorflow, options.steps)] if options.tensorflow else []
    print(f"batches of {BATCH}, numpy {np.__version__}, Python {sys.version.split()[0]}")
    for name, found in ours.items():
        beside = [other[name] for other in rounds]
        ratio = f"  TensorFlow {max(beside):9,.0f}, ratio {found / max(beside):.2f}" if beside else ""
        print(f"{name:32} {found:9,.0f} examples/s{ratio}")


if __name__ == "__main__":
    main()
