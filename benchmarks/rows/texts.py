"""Texts numbered in a second: hash buckets, tables, crosses, in a session that is fed them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.environments import tf_module
from benchmarks.row import Comparison, Row, Run, Turn

TEXTS, VOCABULARY = 200_000, 10_000
CASES = [
    "string_to_hash_bucket_fast",
    "string_to_hash_bucket_strong",
    "string_to_hash_bucket",
    "StaticHashTable of 10,000",
    "StaticVocabularyTable of 10,000",
    "cross of a text and a number",
]


def steps(tf: Any) -> dict[str, Callable[[], Any]]:
    """Each, ready to be called."""
    rng = np.random.default_rng(0)
    texts = np.array([b"%d" % number for number in rng.integers(0, 10**8, TEXTS)], object)
    words = np.array([b"word%d" % number for number in rng.integers(0, 2 * VOCABULARY, TEXTS)], object)
    fed, column = tf.placeholder(tf.string, [None]), tf.placeholder(tf.string, [None, 1])
    keys = [f"word{number}" for number in range(VOCABULARY)]
    entries = tf.lookup.KeyValueTensorInitializer(keys, np.arange(VOCABULARY))
    table, other = tf.lookup.StaticHashTable(entries, -1), tf.lookup.StaticVocabularyTable(entries, 100)
    numbers = tf.expand_dims(tf.range(tf.size(column)), 1)
    fetches = [
        (tf.string_to_hash_bucket_fast(fed, 1000), {fed: texts}),
        (tf.string_to_hash_bucket_strong(fed, 1000, [1, 2]), {fed: texts}),
        (tf.string_to_hash_bucket(fed, 1000), {fed: texts}),
        (table.lookup(fed), {fed: words}),
        (other.lookup(fed), {fed: words}),
        (tf.sparse.cross_hashed([column, numbers], 1000).values, {column: texts[:, None]}),
    ]
    session = tf.Session()
    session.run(tf.tables_initializer())

    def step(fetch: Any, feeds: dict[Any, Any]) -> Callable[[], Any]:
        return lambda: session.run(fetch, feeds)

    return {name: step(*fetch) for name, fetch in zip(CASES, fetches, strict=True)}


def numbering() -> Turn:
    """Each twice, of which the quicker counts."""
    calls = steps(tf_module())

    def rate(call: Callable[[], Any]) -> float:
        start = time.perf_counter()
        call()
        return TEXTS / (time.perf_counter() - start)

    return lambda: {f"texts/s ({name})": max(rate(call) for _ in range(2)) for name, call in calls.items()}


OURS, THEIRS = Run("estimator", numbering), Run("tensorflow", numbering)

ROW = Row(
    "Texts: 200,000 that are fed",
    tuple(Comparison(f"{name} / TensorFlow", f"texts/s ({name})", OURS, THEIRS) for name in CASES),
    pairs=3,
)
