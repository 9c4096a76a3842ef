"""A graph of words: tables, buckets, crosses, patterns. TensorFlow and this package build, write and run the same one."""

from __future__ import annotations

from typing import Any

import numpy as np

WORDS = ["a", "b", "longer", "", "wide 12", "of more than thirty-two bytes altogether", "b"]
NUMBERS = [0, 1, 2, 3, -4, 2**40, 1]


def build(tf: Any, file: str) -> list[str]:
    """Add the operations to the default graph; gives the names of what it computes."""
    words = tf.placeholder(tf.string, [None], name="words")
    numbers = tf.placeholder(tf.int64, [None], name="numbers")
    lookup, index = tf.lookup, tf.lookup.TextFileIndex
    entries = lookup.KeyValueTensorInitializer(["a", "b", "longer"], np.array([5, 6, 7]))
    lines = lookup.TextFileInitializer(
        file, tf.string, index.WHOLE_LINE, tf.int64, index.LINE_NUMBER, vocab_size=3
    )
    back = lookup.TextFileInitializer(
        file, tf.int64, index.LINE_NUMBER, tf.string, index.WHOLE_LINE, value_index_offset=1
    )
    columns = [tf.expand_dims(words, 1), tf.expand_dims(numbers, 1)]
    split = tf.string_split(words)
    crossed = tf.sparse.cross_hashed([*columns, split], 1000)
    results = {
        "by_list": lookup.StaticHashTable(entries, -1).lookup(words),
        "by_file": lookup.StaticVocabularyTable(lines, 4).lookup(words),
        "of_numbers": lookup.StaticHashTable(back, "?").lookup(numbers),
        "fast": tf.string_to_hash_bucket_fast(words, 1000),
        "strong": tf.string_to_hash_bucket_strong(words, 1000, [3, 4]),
        "older": tf.string_to_hash_bucket(words, 1000),
        "crossed": crossed.values,
        "crossed_places": crossed.indices,
        "joined": tf.sparse.cross(columns).values,
        "split": split.values,
        "digits": tf.regex_replace(words, "[0-9]+", "#"),
        "matches": tf.strings.regex_full_match(words, "[a-z]+"),
        "lengths": tf.strings.length(words),
        "read": tf.string_to_number(tf.as_string(numbers), tf.int64),
        "parts": tf.substr(tf.string_join([words, "-", tf.as_string(numbers)]), 0, 3),
    }
    for name, tensor in results.items():
        tf.identity(tensor, name=name)
    return sorted(results)


def run(tf: Any, names: list[str]) -> dict[str, Any]:
    """What the default graph computes, after its tables are initialised."""
    with tf.Session() as session:
        session.run(tf.get_collection("table_initializer"))
        feeds = {"words:0": WORDS, "numbers:0": NUMBERS}
        found = session.run({name: f"{name}:0" for name in names}, feeds)
    return {name: plain(value.tolist()) for name, value in found.items()}


def plain(value: Any) -> Any:
    """Lists and texts."""
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.decode() if isinstance(value, bytes) else value
