"""Run by real TensorFlow: the names of each namespace of tf.keras, as JSON."""

from __future__ import annotations

import json
from typing import Any

import tensorflow as tf


def names_of(module: Any, path: str, depth: int) -> dict[str, list[str]]:
    """The public names of a namespace and of those in it."""
    names = [name for name in dir(module) if not name.startswith("_")]
    found = {path: names}
    for name in names:
        value = getattr(module, name)
        if depth and type(value).__name__ in ("module", "KerasLazyLoader") and "keras" in value.__name__:
            found |= names_of(value, f"{path}.{name}", depth - 1)
    return found


if __name__ == "__main__":
    found = names_of(tf.keras, "keras", 2)
    old = names_of(tf.compat.v1.keras, "keras", 2)
    merged = {path: sorted({*found.get(path, ()), *old.get(path, ())}) for path in {*found, *old}}
    print(json.dumps(merged))
