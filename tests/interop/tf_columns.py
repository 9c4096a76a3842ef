"""What TensorFlow makes of the columns that tests/columns/cases.py lists; it writes tests/data/tf/columns.json.

Run by the .venv-tf of this checkout, with the root of the checkout as working directory:

    PYTHONPATH=. .venv-tf/bin/python tests/interop/tf_columns.py > tests/data/tf/columns.json
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import tensorflow.compat.v1 as tf

from tests.columns.cases import CASES, VOCABULARY_FILE, lines, record

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)


def sequence_layer(features, columns):
    """TensorFlow 2.15 has no sequence_input_layer any more; this does the same."""
    return tuple(tf.keras.experimental.SequenceFeatures(columns)(features))


with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "vocabulary.txt")
    path.write_text(VOCABULARY_FILE, encoding="utf-8")
    answers = {case: record(tf, case, str(path), sequence_layer) for case in lines(CASES)}
print(
    "{\n"
    + ",\n".join(f"{json.dumps(case)}: {json.dumps(answer)}" for case, answer in answers.items())
    + "\n}"
)
