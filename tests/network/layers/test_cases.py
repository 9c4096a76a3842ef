"""Layers make TensorFlow's variables, values, derivatives and updates.

tests/data/tf/layers.json was written by TensorFlow 2.15.1; with a new call in cases.py it is made again by

    echo {} | .venv-tf/bin/python tests/interop/tf_layers.py | sed 's/}, "/},\\n"/g' > tests/data/tf/layers.json
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.network.layers.cases import CASES, SHAPES, record, value_of, wave

STORED = Path(__file__).parents[2] / "data" / "tf" / "layers.json"
ANSWERS = json.loads(STORED.read_text())["cases"]
NUMBERS = {"losses", "value", "slopes", "moved"}


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("call", CASES)
def test_a_layer_makes_what_tensorflow_makes(call: str, known: bool) -> None:
    found, expected = record(tf, call, known), ANSWERS[call]
    for key in expected.keys() - NUMBERS - ({"static"} if not known else set()):
        assert found[key] == expected[key], key
    for key in NUMBERS:
        numbers = zip(found[key], expected[key], strict=True)
        for number, (ours, theirs) in enumerate(numbers):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=2e-6, err_msg=f"{key} {number}")


def test_every_case_is_stored() -> None:
    assert list(ANSWERS) == CASES


WITH_FORMAT = [call for call in CASES if call.startswith(("conv", "separable", "max", "average"))]


@pytest.mark.parametrize("call", WITH_FORMAT)
def test_with_the_channels_first_it_makes_the_same_elsewhere(call: str, run: Callable[..., Any]) -> None:
    # TensorFlow computes most of this on GPUs only
    name = call.partition("(")[2].partition(",")[0]
    shape = SHAPES[name]
    x = tf.placeholder(tf.float32, [*[None] * (len(shape) - 1), shape[-1]], name="x")
    call = re.sub(r", name='\w+'", "", call)
    last = evaluated(call, name, x)
    first = evaluated(f"{call[:-1]}, data_format='channels_first')", name, channels_first(x))
    for variable in tf.global_variables():
        of_both = variable.op.name.replace("_1/", "/")
        run(variable.assign(value_of(of_both, variable.shape.as_list())))
    assert first.dims[1] == last.dims[-1]
    slopes = [tf.gradients(y, x)[0] for y in (last, first)]
    wanted, found, slope, other = run([last, channels_last(first), *slopes], {x: wave(shape)})
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(other, slope, rtol=1e-4, atol=1e-5)


def evaluated(call: str, name: str, x: Any) -> Any:
    return eval(f"tf.layers.{call}", {"tf": tf, name: x})  # noqa: S307  those of cases.py


def channels_first(x: Any) -> Any:
    rank = len(x.shape)
    return tf.transpose(x, [0, rank - 1, *range(1, rank - 1)])


def channels_last(x: Any) -> Any:
    return tf.transpose(x, [0, *range(2, len(x.shape)), 1])
