"""Layers of tf.keras make TensorFlow's weights, values, derivatives, updates, masks and configurations.

The tables were written by TensorFlow 2.15.1; with a new case in cases.py they are made again by

    for mode in graph eager; do echo "{\\"mode\\": \\"$mode\\"}" | .venv-tf/bin/python tests/interop/tf_keras_layers.py \\
        | tail -1 | sed 's/}, "/},\\n"/g' > tests/data/tf/keras_layers_$mode.json; done
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import reset_default_graph
from estimator.keras.layers.by_name import deserialize, serialize
from tests.keras.layers.cases import CASES, MASK, SHAPES, fed, layer_of, named, parts, record, told, value_of

DATA = Path(__file__).parents[2] / "data" / "tf"
ANSWERS = json.loads((DATA / "keras_layers_graph.json").read_text())
CONFIGURATIONS = json.loads((DATA / "keras_layers_eager.json").read_text())
NUMBERS = {"losses", "value", "slopes", "moved"}


@pytest.fixture(autouse=True)
def _default_graph() -> Iterator[None]:
    reset_default_graph()
    yield
    reset_default_graph()


@pytest.mark.parametrize("case", CASES)
def test_a_layer_makes_what_tensorflow_makes(case: str) -> None:
    found, expected = record(tf, case), ANSWERS[case]
    for key in expected.keys() - NUMBERS:
        assert found[key] == expected[key], key
    for key in NUMBERS:
        for number, (ours, theirs) in enumerate(zip(found[key], expected[key], strict=True)):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=2e-6, err_msg=f"{key} {number}")


@pytest.mark.parametrize("case", [case for case in CASES if "constant" not in case and "tf.ones" not in case])
def test_a_batch_of_any_size_gives_the_same(case: str) -> None:
    found, expected = record(tf, case, known=False), ANSWERS[case]
    for key in ("weights", "dims", "mask"):
        assert found[key] == expected[key], key
    for ours, theirs in zip(found["value"], expected["value"], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("case", [case for case in CASES if "tf." not in parts(case)[2]][::3])
def test_outside_of_graphs_it_computes_the_same(case: str) -> None:
    which, _, more = parts(case)
    layer, given = layer_of(tf, case), eval(which, {name: fed(name) for name in SHAPES})  # noqa: S307
    keywords: dict[str, Any] = {"mask": np.array(MASK)} if "MASK" in more else {"training": "True" in more}
    layer(given, **keywords)
    layer.set_weights([value_of(weight.op.name, weight.shape.as_list()) for weight in layer.weights])
    found = tf.nest.flatten(layer(given, **keywords))
    for ours, theirs in zip(found, ANSWERS[case]["value"], strict=True):
        np.testing.assert_allclose(np.ravel(ours), theirs, rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("case", CASES)
def test_a_layer_tells_what_tensorflow_tells(case: str) -> None:
    assert told(tf, case) == CONFIGURATIONS[case]


@pytest.mark.parametrize("case", CASES)
def test_a_layer_is_made_again_of_what_it_tells(case: str) -> None:
    config = json.loads(json.dumps(serialize(layer_of(tf, case))))
    again = deserialize(config, custom_objects={"named": named, "square": tf.square})
    assert json.loads(json.dumps(serialize(again))) == config


def test_every_case_is_stored() -> None:
    assert list(ANSWERS) == list(CONFIGURATIONS) == CASES
