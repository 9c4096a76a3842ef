"""TensorFlow writes tests/data/tf/fingerprints.json: its hashes of the texts in tests/ops/hashed_texts.py.

Run from the project's folder, with a Python that has TensorFlow::

    python tests/interop/tf_fingerprints.py > tests/data/tf/fingerprints.json
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.ops.hashed_texts import KEYS, LARGE, TEXTS


def hashes() -> dict[str, Any]:
    """Of every text: the whole fingerprint, as little-endian hexadecimal, and buckets of very many."""
    fetches = {
        "fingerprint": tf.fingerprint(tf.constant(TEXTS)),
        "legacy": tf.string_to_hash_bucket(TEXTS, LARGE),
        "fast": tf.string_to_hash_bucket_fast(TEXTS, 1000),
        "strong": [tf.string_to_hash_bucket_strong(TEXTS, LARGE, key) for key in KEYS],
    }
    with tf.Session() as session:
        found = session.run(fetches)
    return {
        "fingerprint": [row.tobytes().hex() for row in found["fingerprint"]],
        "legacy": found["legacy"].tolist(),
        "fast": found["fast"].tolist(),
        "strong": [row.tolist() for row in found["strong"]],
    }


if __name__ == "__main__":
    tf.disable_eager_execution()
    print(json.dumps(hashes(), indent=0))
