"""How many of TensorFlow 1.15's public names are here, by namespace: the table of docs/coming_from_tf.md.

    python -m tests.covered_names

prints it. The names of TensorFlow are those in estimator/core/tensorflow_names.txt and tensorflow_contrib.txt.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from estimator.core.tensorflow_names import tensorflow_names

ORDER = (
    "tf", "tf.estimator", "tf.train", "tf.layers", "tf.nn", "tf.losses", "tf.metrics", "tf.data", "tf.feature_column",
    "tf.initializers", "tf.summary", "tf.saved_model", "tf.keras", "tf.contrib", "tf.math", "tf.image", "tf.io",
    "tf.gfile", "tf.flags", "tf.strings", "tf.sparse", "tf.random", "tf.distributions", "tf.linalg", "tf.signal",
    "tf.debugging", "tf.raw_ops",
)  # fmt: skip
TOGETHER = {
    "tf.estimator",
    "tf.train",
    "tf.nn",
    "tf.data",
    "tf.saved_model",
    "tf.keras",
    "tf.contrib",
}  # with what is below


def here(namespace: str) -> set[str]:
    """The public names of a namespace of ours."""
    try:
        return set(importlib.import_module(f"estimator.{namespace}").__all__)
    except ImportError:
        return set()


def covered(namespaces: Iterable[str]) -> tuple[int, int]:
    """How many names of these namespaces are here, and how many there are."""
    names = {namespace: tensorflow_names()[namespace] for namespace in namespaces}
    return sum(len(names[each] & here(each)) for each in names), sum(map(len, names.values()))


def rows() -> list[str]:
    """The lines of the table."""
    groups = {
        first: [
            each
            for each in tensorflow_names()
            if each == first or (first in TOGETHER and each.startswith(f"{first}."))
        ]
        for first in ORDER
    }
    shown = {each for group in groups.values() for each in group}
    rest = [each for each in tensorflow_names() if each not in shown]
    lines = []
    for first, group in groups.items():
        found, all_of_them = covered(group)
        below = " and what is below it" if len(group) > 1 else ""
        lines.append(f"| `{first}`{below} | {found:,} of {all_of_them:,} |")
    found, all_of_them = covered(rest)
    return [*lines, f"| all others | {found:,} of {all_of_them:,} |"]


if __name__ == "__main__":
    print("\n".join(rows()))
