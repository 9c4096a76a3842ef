"""What TensorFlow's heads make of the cases of tests/models/heads/cases.py.

Request: {cases: list of rows of HEADS}. Answer: for each {case, tags, plain, penalised}, without and with regularization
losses; tests/data/tf/heads.json has it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow.compat.v1 as tf
from tensorflow_estimator.python.estimator.canned import head as canned_head

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.models.heads.cases import outcome, tags_of_training


class V1Head:
    """A head of a ready-made model with the arguments that public ones have."""

    def __init__(self, head: Any) -> None:
        self._head = head

    def create_estimator_spec(self, **arguments: Any) -> Any:
        return self._head.create_estimator_spec(**arguments)


def classifier(n_classes: int, weight_column: Any = None, label_vocabulary: Any = None) -> V1Head:
    return V1Head(
        canned_head._binary_logistic_or_multi_class_head(
            n_classes, weight_column, label_vocabulary, tf.losses.Reduction.SUM
        )
    )


def regressor(label_dimension: int, weight_column: Any = None) -> V1Head:
    return V1Head(
        canned_head._regression_head(
            label_dimension=label_dimension,
            weight_column=weight_column,
            loss_reduction=tf.losses.Reduction.SUM,
        )
    )


CANNED = SimpleNamespace(classifier=classifier, regressor=regressor)


def answer(case: Any) -> dict[str, Any]:
    """Without and with regularization losses."""
    told = {name: outcome(case, tf, CANNED, name == "penalised") for name in ("plain", "penalised")}
    return {"case": list(case), "tags": tags_of_training(case, tf, CANNED), **told}


if __name__ == "__main__":
    tf.disable_v2_behavior()
    print(json.dumps([answer(case) for case in json.load(sys.stdin)["cases"]]))
