"""How much memory and disk the initial values of variables take. Printed, not asserted.

    python benchmarks/initial_values.py [--mib 512]

A fresh process makes so many MiB of variables that start with zeros and with a constant, in four tables, as Adam's
and Adagrad's slots do, gives them their values and saves them; another trains an MLP with Adam for three steps. Memory
is the largest resident size of the process beyond that after the imports, as a multiple of the variables'.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile

import numpy as np

import estimator as est
from estimator import tf

MIB = 2**20
COLUMNS = 256
LAYERS = [784, 512, 512, 10]


def peak() -> float:
    """The largest resident size of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def tables(mib: int, directory: str) -> None:
    """Make, initialise and save four tables; print the memory after each."""
    rows = mib * MIB // 4 // COLUMNS // 4
    with tf.Graph().as_default(), tf.Session() as session:
        tf.Variable(0, name="warm"), tf.global_variables_initializer().run()
        before = peak()
        for number, initializer in enumerate([tf.zeros_initializer(), tf.constant_initializer(0.1)] * 2):
            tf.get_variable(f"table_{number}", [rows, COLUMNS], initializer=initializer)
        print(f"made         {(peak() - before) / mib:6.2f} times the variables")
        session.run(tf.global_variables_initializer())
        print(f"initialised  {(peak() - before) / mib:6.2f}")
        tf.train.write_graph(session.graph, directory, "graph.pbtxt")
        tf.train.Saver().save(session, os.path.join(directory, "model.ckpt"))
        print(f"saved        {(peak() - before) / mib:6.2f}")


def mlp(directory: str) -> None:
    """Train a perceptron with Adam for three steps."""

    def model_fn(features: tf.Tensor, labels: tf.Tensor, mode: str) -> est.EstimatorSpec:
        net = features
        for units in LAYERS[1:]:
            net = tf.layers.dense(net, units, activation=tf.nn.relu)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, net)
        step = tf.train.AdamOptimizer(0.001).minimize(loss, tf.train.get_global_step())
        return est.EstimatorSpec(mode, loss=loss, train_op=step)

    x, y = np.zeros((64, LAYERS[0]), np.float32), np.zeros(64, np.int32)
    est.Estimator(model_fn, directory).train(
        lambda: tf.data.Dataset.from_tensor_slices((x, y)).repeat().batch(32), steps=3
    )


def sizes(directory: str) -> None:
    """Print the sizes of the files that describe graphs, beside that of the data."""
    for name in sorted(os.listdir(directory)):
        if name.endswith((".meta", ".pbtxt")) or ".data-" in name:
            print(f"{name:<40} {os.path.getsize(os.path.join(directory, name)) / 1024:12,.0f} KiB")


def main() -> None:
    """Measure each in a process of its own, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mib", type=int, default=512, help="MiB of variables")
    parser.add_argument("--alone", choices=("tables", "mlp"), help="measure this in this process")
    parser.add_argument("--directory")
    options = parser.parse_args()
    if options.alone == "tables":
        tables(options.mib, options.directory)
    elif options.alone == "mlp":
        mlp(options.directory)
    else:
        for part in ("tables", "mlp"):
            with tempfile.TemporaryDirectory() as directory:
                call = [
                    sys.executable,
                    __file__,
                    "--alone",
                    part,
                    "--directory",
                    directory,
                    "--mib",
                    str(options.mib),
                ]
                subprocess.run(call, check=True)
                sizes(directory)


if __name__ == "__main__":
    main()
