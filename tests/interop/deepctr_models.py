"""What either side does with the estimators of deepctr: a script for Python and for `python -m estimator run`.

    python deepctr_models.py FOLDER < request

FOLDER holds the package. Request: a list of {kind, model_dir, steps, begun_in (a directory to copy first, optional)}. Answer,
on the last line: for each {names, metrics, predictions}.
"""

import json
import shutil
import sys

sys.path.insert(0, sys.argv[1])

import numpy as np
import tensorflow as tf
from deepctr.estimator import (
    DCNEstimator,
    DeepFMEstimator,
    NFMEstimator,
    WDLEstimator,
)

KINDS = {kind.__name__: kind for kind in (DeepFMEstimator, NFMEstimator, DCNEstimator, WDLEstimator)}
ROWS = 256
TASKS = {"WDLEstimator": "regression"}


def data():
    """Categories and numbers, and a click that follows from them."""
    rng = np.random.RandomState(0)
    features = {f"C{number}": rng.randint(0, 10, ROWS) for number in range(3)}
    features |= {f"I{number}": rng.rand(ROWS).astype(np.float32) for number in range(2)}
    return features, ((features["C0"] % 2 == 1) ^ (features["I0"] > 0.5)).astype(np.float32)


def input_fn():
    """The rows in order, twice."""
    return tf.compat.v1.data.Dataset.from_tensor_slices(data()).repeat(2).batch(64)


def columns():
    """(for the linear part, for the deep part)"""
    column = tf.feature_column
    categories = [column.categorical_column_with_identity(f"C{number}", 10) for number in range(3)]
    numbers = [column.numeric_column(f"I{number}") for number in range(2)]
    return [*categories, *numbers], [*(column.embedding_column(one, 4) for one in categories), *numbers]


def done(kind, model_dir, steps, begun_in=None):
    if begun_in is not None:
        shutil.copytree(begun_in, model_dir)
    made = KINDS[kind](
        *columns(), dnn_hidden_units=(8, 4), task=TASKS.get(kind, "binary"), model_dir=model_dir,
        config=tf.estimator.RunConfig(tf_random_seed=1),
    )  # fmt: skip
    if steps:
        made.train(input_fn, steps=steps)
    metrics = {name: float(value) for name, value in made.evaluate(input_fn).items()}
    predictions = [float(row["logits"][0]) for row in made.predict(input_fn)][:ROWS]
    return {"names": sorted(made.get_variable_names()), "metrics": metrics, "predictions": predictions}


request = json.load(sys.stdin)
print(json.dumps([done(**wanted) for wanted in request]))
