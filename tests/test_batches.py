"""What metrics, losses, learning rates, clipping and initializers give is what TensorFlow's give.

tests/data/tf/batches.json was written by TensorFlow 2.15.1; with a new call in tests/batches_of_tf.py it is made again by

    echo {} | .venv-tf/bin/python tests/interop/tf_batches.py | sed 's/}, "tf/},\\n"tf/g' > tests/data/tf/batches.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.batches_of_tf import CALLS, CUT, batches, record

STORED = Path(__file__).parent / "data" / "tf" / "batches.json"
VALUES = json.loads(STORED.read_text())

# Where ours is meant to differ: the parts that do, as they are here.
_DOUBLE = {"types": ["float64"]}  # rates of float64 are taken; TensorFlow's constants are float32
EXCEPTIONS: dict[str, dict[str, Any]] = {
    # as by all other metrics
    "tf.metrics.true_positives(y[:1], p[:1], any(tf.ones([7])))": {"refused": "run"},
    # no fraction is cut off
    "tf.losses.compute_weighted_loss(i)": {
        "types": ["float32"],
        "values": [[np.mean(batch["i"])] for batch in batches()[:CUT]],
    },
    "tf.losses.compute_weighted_loss(i, w)": {"types": ["float32"]},
    "tf.train.cosine_decay(tf.constant(0.1, tf.float64), step, 11)": _DOUBLE,
    "tf.train.cosine_decay_restarts(tf.constant(0.1, tf.float64), step, 3)": _DOUBLE,
    "tf.train.linear_cosine_decay(tf.constant(0.1, tf.float64), step, 11)": _DOUBLE,
    "tf.train.piecewise_constant(step, np.array([4, 11]), np.array([1.0, 0.5, 0.1]))": _DOUBLE,  # arrays are taken
}


def test_every_call_has_tensorflows_values() -> None:
    assert list(VALUES) == CALLS


def check_close(ours: Any, theirs: Any, where: str) -> None:
    """Compare what two sides have recorded: numbers nearly, all else exactly."""
    if isinstance(theirs, dict):
        assert ours.keys() == theirs.keys(), where
        for key, value in theirs.items():
            check_close(ours[key], value, f"{where} {key}")
    elif isinstance(theirs, list) and not _is_flat(theirs):
        assert len(ours) == len(theirs), f"{where}: {ours} instead of {theirs}"
        for place, value in enumerate(theirs):
            check_close(ours[place], value, f"{where} {place}")
    elif _is_flat(theirs):
        np.testing.assert_allclose(_numbers(ours), _numbers(theirs), rtol=1e-5, atol=1e-6, err_msg=where)
    else:
        assert ours == theirs, where


def _is_flat(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return all(isinstance(part, (int, float)) or part in ("nan", "inf", "-inf") for part in parts)


def _numbers(value: Any) -> Any:
    return np.asarray(value, np.float64)  # "nan" and "inf" are read as such


@pytest.mark.parametrize("call", CALLS)
def test_values_are_tensorflows(call: str) -> None:
    ours, theirs = record(tf, call), VALUES[call]
    if call in EXCEPTIONS:
        theirs = EXCEPTIONS[call]
        ours = {part: ours[part] for part in theirs}
    check_close(ours, theirs, call)


@pytest.mark.parametrize("call", EXCEPTIONS)
def test_an_exception_is_one(call: str) -> None:
    assert not [part for part, ours in EXCEPTIONS[call].items() if ours == VALUES[call].get(part)]
