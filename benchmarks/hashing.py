"""What it costs to number texts: hash buckets, a table, crosses. Printed, not asserted.

    python benchmarks/hashing.py [--texts 1000000] [--tensorflow .venv-tf/bin/python]

Each op runs on so many short texts that are fed, in a plan, five times after two; the best is printed. With a Python
that has TensorFlow, the same calls run there, before and after ours, and the ratio of the best is printed: 1.0 is as
fast, 2.0 twice as fast. A text fed has to be copied into TensorFlow's memory; ours are taken as they are.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from typing import Any

import numpy as np


def calls(tf: Any, count: int) -> dict[str, Any]:
    """The steps, ready to be called."""
    rng = np.random.default_rng(0)
    texts = np.array([b"%d" % number for number in rng.integers(0, 10**8, count)], object)
    words = np.array([b"word%d" % number for number in rng.integers(0, 20_000, count)], object)
    fed, column = tf.placeholder(tf.string, [None]), tf.placeholder(tf.string, [None, 1])
    vocabulary = [f"word{number}" for number in range(10_000)]
    entries = tf.lookup.KeyValueTensorInitializer(vocabulary, np.arange(len(vocabulary)))
    table = tf.lookup.StaticHashTable(entries, -1)
    other = tf.lookup.StaticVocabularyTable(entries, 100)
    session = tf.Session()
    session.run(tf.tables_initializer())

    def step(fetch: Any, feeds: dict[Any, Any]) -> Any:
        return lambda: session.run(fetch, feeds)

    numbers = tf.expand_dims(tf.range(tf.size(column)), 1)
    return {
        "string_to_hash_bucket_fast": step(tf.string_to_hash_bucket_fast(fed, 1000), {fed: texts}),
        "string_to_hash_bucket_strong": step(
            tf.string_to_hash_bucket_strong(fed, 1000, [1, 2]), {fed: texts}
        ),
        "string_to_hash_bucket": step(tf.string_to_hash_bucket(fed, 1000), {fed: texts}),
        "StaticHashTable of 10,000": step(table.lookup(fed), {fed: words}),
        "StaticVocabularyTable of 10,000": step(other.lookup(fed), {fed: words}),
        "cross of a text and a number": step(
            tf.sparse.cross_hashed([column, numbers], 1000).values, {column: texts[:, None]}
        ),
    }


def seconds(tf: Any, count: int) -> dict[str, float]:
    """The best time of each step."""
    found = {}
    for name, call in calls(tf, count).items():
        times = []
        for _ in range(7):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
        found[name] = min(times[2:])
    return found


def theirs(python: str, count: int) -> dict[str, float]:
    """The same in a process that has TensorFlow."""
    done = subprocess.run(
        [python, __file__, "--texts", str(count), "--as-tensorflow"],
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--tensorflow", help="a Python that has TensorFlow")
    parser.add_argument("--as-tensorflow", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.as_tensorflow:
        import tensorflow.compat.v1 as tensorflow

        tensorflow.disable_v2_behavior()
        print(json.dumps(seconds(tensorflow, options.texts)))
        return
    from estimator import tf

    rounds = [theirs(options.tensorflow, options.texts)] if options.tensorflow else []
    ours = seconds(tf, options.texts)
    rounds += [theirs(options.tensorflow, options.texts)] if options.tensorflow else []
    print(f"{options.texts:,} texts, numpy {np.__version__}, Python {sys.version.split()[0]}")
    for name, taken in ours.items():
        beside = [found[name] for found in rounds]
        ratio = f"  TensorFlow {min(beside) * 1e3:7.1f} ms, ratio {min(beside) / taken:.2f}" if beside else ""
        print(f"{name:32} {taken * 1e3:8.1f} ms{ratio}")


if __name__ == "__main__":
    main()
