"""Writes keras_checkpoints/: models of Keras with their optimizers, as tf.train.Checkpoint of TensorFlow 2.15 saves them.

    .venv-tf/bin/python tests/data/tf/make_keras_checkpoints.py

Each case of tests/keras/checkpointed_models.py is trained for two steps, saved, and then gives what expected.json has:
its predictions, and those after one more step.
"""

import json
import sys
import tempfile
from pathlib import Path
from shutil import copy

import tensorflow as tf

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "keras"))

import checkpointed_models  # noqa: E402  it stands beside the tests

folder = HERE / "keras_checkpoints"
folder.mkdir(exist_ok=True)
expected = {}
for case in checkpointed_models.CASES:
    tf.keras.backend.clear_session()
    tf.keras.utils.set_random_seed(1)
    model, optimizer = checkpointed_models.trained(tf, case)
    with tempfile.TemporaryDirectory() as directory:
        prefix = Path(tf.train.Checkpoint(model=model, optimizer=optimizer).save(f"{directory}/{case}"))
        for path in prefix.parent.glob(f"{prefix.name}.*"):
            copy(path, folder)
    expected[case] = checkpointed_models.outcome(model, case)
(folder / "expected.json").write_text(json.dumps(expected, indent=0) + "\n")
