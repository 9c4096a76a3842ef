"""The layers of tf.contrib.layers make what tf_slim makes: variables, values, derivatives, updates, lists.

tests/data/tf/slim.json was written by tf_slim 1.1.0 on TensorFlow 2.15.1; with a new call in cases.py it is made again by

    echo {} | .venv-tf/bin/python tests/interop/tf_slim_layers.py | sed 's/}, "/},\\n"/g' > tests/data/tf/slim.json
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

from estimator import tf
from estimator.tf.contrib import framework, slim, training
from tests.network.slim.cases import CASES, record

STORED = json.loads((Path(__file__).parents[2] / "data" / "tf" / "slim.json").read_text())
ANSWERS = STORED["cases"]
NUMBERS = {"losses", "value", "slopes"}

# Where all is kept, dropout makes no operation of its own.
OTHER_NAMES = {"dropout(rows, keep_prob=1.0)": "Dropout/Identity:0"}


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("call", CASES)
def test_a_layer_makes_what_tf_slim_makes(call: str, known: bool) -> None:
    found, expected = record(tf, slim, call, known), ANSWERS[call]
    assert found["name"] == OTHER_NAMES.get(call, expected["name"])
    if known:
        assert found["static"] == expected["static"]
    for key in ("dims", "variables", "lists", "updates"):
        assert found[key] == expected[key], key
    for key in NUMBERS:
        for number, (ours, theirs) in enumerate(zip(found[key], expected[key], strict=True)):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=2e-6, err_msg=f"{key} {number}")
    assert found["moved"].keys() == expected["moved"].keys()
    for name, value in found["moved"].items():
        np.testing.assert_allclose(value, expected["moved"][name], rtol=1e-5, atol=2e-6, err_msg=name)


def test_every_case_is_stored() -> None:
    assert list(ANSWERS) == CASES


@pytest.mark.parametrize("name", STORED["signatures"])
def test_arguments_are_those_of_tf_slim_in_their_order(name: str) -> None:
    module = next(module for module in (slim, framework, training) if name in module.__all__)
    assert list(inspect.signature(getattr(module, name)).parameters) == STORED["signatures"][name]
