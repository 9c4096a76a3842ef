"""Training steps a second of the MNIST tutorial's convolutional network, ours and TensorFlow's. Printed, not asserted.

    python benchmarks/cnn.py [--batch 100] [--rounds 3] [--tensorflow .venv-tf/bin/python]

Two convolutions (5x5x32 and 5x5x64), each with a 2x2 pool, then 1024 units with dropout and 10 logits, by
GradientDescent, on one batch that is fed. Both run the same text, in processes of their own and by turns: on one thread
each, in processor time, and with the threads that each takes by default (ours takes one for products of matrices), by
the clock, which tells little on a busy machine. The best step of all rounds is printed, and the ratio: 0.5 is half as
many steps a second as TensorFlow. What numpy's OpenBLAS takes the processor for stands beside it: its products take
twice the time without AVX-512, as with OPENBLAS_CORETYPE=Haswell, and TensorFlow's do not mind that setting.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from typing import Any

import numpy as np

STEPS = 12


def train_step(tf: Any, batch: int, threads: int) -> Any:
    """A step, ready to be called; 0 threads leave it to the library."""
    images, labels = tf.placeholder(tf.float32, [batch, 784]), tf.placeholder(tf.int32, [batch])
    hidden = tf.reshape(images, [-1, 28, 28, 1])
    for place, (inputs, outputs) in enumerate([(1, 32), (32, 64)]):
        kernel = tf.get_variable(f"conv{place}/kernel", [5, 5, inputs, outputs])
        bias = tf.get_variable(f"conv{place}/bias", [outputs], initializer=tf.zeros_initializer())
        hidden = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(hidden, kernel, 1, "SAME"), bias))
        hidden = tf.nn.max_pool(hidden, 2, 2, "VALID")
    hidden = tf.layers.dense(tf.reshape(hidden, [-1, 7 * 7 * 64]), 1024, activation=tf.nn.relu)
    logits = tf.layers.dense(tf.nn.dropout(hidden, rate=0.4), 10)
    loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)
    train = tf.train.GradientDescentOptimizer(0.001).minimize(loss)
    config = tf.ConfigProto(intra_op_parallelism_threads=threads, inter_op_parallelism_threads=threads)
    session = tf.Session(config=config)
    session.run(tf.global_variables_initializer())
    rng = np.random.default_rng(0)
    feeds = {
        images: rng.random((batch, 784), np.float32),
        labels: rng.integers(0, 10, batch).astype(np.int32),
    }
    return lambda: session.run([train, loss], feeds)


def best_seconds(tf: Any, batch: int, threads: int) -> float:
    """The best of a few steps, after three to warm up."""
    step, times, clock = (
        train_step(tf, batch, threads),
        [],
        time.process_time if threads else time.perf_counter,
    )
    for _ in range(3 + STEPS):
        start = clock()
        step()
        times.append(clock() - start)
    return min(times[3:])


def measured(python: str, library: str, batch: int, threads: int) -> float:
    """The same in a process of its own."""
    command = [python, __file__, "--batch", str(batch), "--threads", str(threads), "--as", library]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1]))


def child(library: str, batch: int, threads: int) -> float:
    """What :func:`measured` asks for, of the library of that name."""
    if library == "ours":
        from estimator import tf
        from estimator.runtime.blas import blas_threads, wanted_threads

        with blas_threads(threads or wanted_threads()):  # as in a call of Estimator.train
            return best_seconds(tf, batch, threads)
    import tensorflow.compat.v1 as tensorflow

    tensorflow.disable_v2_behavior()
    return best_seconds(tensorflow, batch, threads)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tensorflow", help="a Python that has TensorFlow")
    parser.add_argument("--threads", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--as", dest="library", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.library:
        print(json.dumps(child(options.library, options.batch, options.threads)))
        return
    from threadpoolctl import threadpool_info

    kernels = sorted({str(library.get("architecture")) for library in threadpool_info()})
    print(
        f"batch {options.batch}, numpy {np.__version__}, OpenBLAS for {', '.join(kernels) or 'an unknown processor'}"
    )
    pythons = {"ours": sys.executable} | ({"TensorFlow": options.tensorflow} if options.tensorflow else {})
    for threads, word in ((1, "one thread each"), (0, "by default")):
        best = dict.fromkeys(pythons, float("inf"))
        for _ in range(options.rounds):
            for library, python in pythons.items():
                best[library] = min(best[library], measured(python, library, options.batch, threads))
        rates = "  ".join(f"{library} {1 / taken:6.1f} steps/s" for library, taken in best.items())
        ratio = f"  ratio {best['TensorFlow'] / best['ours']:.2f}" if options.tensorflow else ""
        print(f"{word:16} {rates}{ratio}")


if __name__ == "__main__":
    main()
