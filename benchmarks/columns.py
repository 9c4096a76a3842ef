"""What a step over feature columns costs: embeddings, and a linear model. Printed, not asserted.

    python benchmarks/columns.py [--steps 150] [--tensorflow .venv-tf/bin/python]

A network of 256 and 128 units trains with Adagrad on batches of 512 of eight features, each a word of a million that is
hashed into 100,000 buckets and has a row of 16 numbers; then the same with ids, and a linear model of the words. These
three are about the steps: the batches are made once and kept. The last two are trainings as one writes them, of a
DNNClassifier with thirteen numbers beside the words or ids, its input and hooks included.
Examples a second are printed, of the best ten steps and for whole trainings of the middle step, and with a Python that
has TensorFlow how many times TensorFlow's that is; it trains before and after ours.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

BATCH, BUCKETS, FEATURES, NUMBERS = 512, 100_000, 8, 13


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


def clocked(tf: Any) -> tuple[Any, list[float]]:
    """A hook, and the list in which it notes when each step has ended."""
    times: list[float] = []

    class Clock(tf.estimator.SessionRunHook):  # type: ignore[misc]  # of either package
        def after_run(self, run_context: Any, run_values: Any) -> None:
            times.append(time.perf_counter())

    return Clock(), times


def categorical(tf: Any, kind: str) -> list[Any]:
    """The columns of the words or ids."""
    fc = tf.feature_column
    made = fc.categorical_column_with_identity if kind == "ids" else fc.categorical_column_with_hash_bucket
    return [made(f"f{number}", BUCKETS) for number in range(FEATURES)]


def training_rate(tf: Any, kind: str, steps: int) -> float:
    """Examples a second of a DNNClassifier's training, by its middle step."""
    fc, rng = tf.feature_column, np.random.default_rng(2)
    numbers = {f"n{number}": rng.normal(size=100 * BATCH).astype(np.float32) for number in range(NUMBERS)}
    features, labels = data(kind) | numbers, rng.integers(0, 2, (100 * BATCH, 1))
    columns = [fc.embedding_column(column, 16) for column in categorical(tf, kind)]
    columns += [fc.numeric_column(name) for name in numbers]
    hook, times = clocked(tf)

    def input_fn() -> Any:
        return tf.data.Dataset.from_tensor_slices((features, labels)).batch(BATCH).repeat().prefetch(2)

    with tempfile.TemporaryDirectory() as folder:
        tf.estimator.DNNClassifier([256, 128], columns, folder).train(input_fn, hooks=[hook], steps=steps)
    return BATCH / float(np.median(np.diff(times)))


def step_rate(tf: Any, kind: str, is_linear: bool, steps: int) -> float:
    """Examples a second of the best ten steps."""
    fc = tf.feature_column
    columns = categorical(tf, kind)
    features = data(kind)
    hook, times = clocked(tf)
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

    with tempfile.TemporaryDirectory() as folder:
        config = tf.estimator.RunConfig(folder, save_checkpoints_secs=None, save_summary_steps=None)
        tf.estimator.Estimator(model_fn, config=config).train(input_fn, hooks=[hook], steps=steps)
    return 10 * BATCH / min(np.subtract(times[10:], times[:-10]))


CASES: dict[str, Callable[[Any, int], float]] = {
    "eight embeddings of words": lambda tf, steps: step_rate(tf, "words", False, steps),
    "eight embeddings of ids": lambda tf, steps: step_rate(tf, "ids", False, steps),
    "linear model of eight words": lambda tf, steps: step_rate(tf, "words", True, steps),
    "DNNClassifier, words": lambda tf, steps: training_rate(tf, "words", steps),
    "DNNClassifier, ids": lambda tf, steps: training_rate(tf, "ids", steps),
}


def rates(tf: Any, steps: int) -> dict[str, float]:
    """Examples a second of each case."""
    return {name: measured(tf, steps) for name, measured in CASES.items()}


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
