"""TensorFlow says what layers make of the columns that tests/columns/cases.py lists.

Request: nothing. Answer: {case: {layer: values and variables, or "refused"}}, as ``record`` gives it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1] / "columns"))
from cases import CASES, VOCABULARY_FILE, lines, record

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)


def sequence_layer(features, columns):
    """TensorFlow 2.15 has no sequence_input_layer any more; this does the same."""
    return tuple(tf.keras.experimental.SequenceFeatures(columns)(features))


with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "vocabulary.txt")
    path.write_text(VOCABULARY_FILE, encoding="utf-8")
    answers = {case: record(tf, case, str(path), sequence_layer) for case in lines(CASES)}
print(json.dumps(answers))
