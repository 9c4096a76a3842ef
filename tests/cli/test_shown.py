"""Metrics as people and programs read them."""

from __future__ import annotations

import json

import numpy as np

from estimator.cli.shown import metrics_json, shown_metrics

METRICS = {
    "loss": np.float32(0.1),
    "accuracy": np.float32(1),
    "auc_precision_recall": np.float64("nan"),
    "global_step": np.int64(200),
    "matrix": np.eye(2),
    "name": b"caf\xc3\xa9",
}


def test_values_stand_below_one_another() -> None:
    assert shown_metrics(METRICS).splitlines() == [
        "accuracy              1.0",
        "auc_precision_recall  nan",
        "global_step           200",
        "loss                  0.1",
        "matrix                [[1. 0.] [0. 1.]]",
        "name                  café",
    ]


def test_json_is_json_whatever_the_values_are() -> None:
    assert json.loads(metrics_json(METRICS)) == {
        "accuracy": 1.0,
        "auc_precision_recall": None,
        "global_step": 200,
        "loss": 0.1,
        "matrix": [[1.0, 0.0], [0.0, 1.0]],
        "name": "café",
    }
