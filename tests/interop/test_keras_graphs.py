"""TensorFlow runs the graphs, gradients included, that our layers of tf.keras make; and those of its own run here."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graphdef import to_graph_def
from tests.interop.conftest import TensorFlow
from tests.keras.layers.cases import CASES, SHAPES, Traced, fed, value_of
from tests.keras.layers.test_cases import ANSWERS

LOOPS = ("LSTM", "GRU", "SimpleRNN", "RNN(")  # whose graphs of TensorFlow 1 hold loops of another kind
WRITTEN = [case for case in CASES if not any(word in case for word in LOOPS)]


def request(case: str) -> dict[str, Any]:
    """The graph of a layer and its derivatives, what is fetched of it and what is fed, also as its weights' values."""
    with tf.Graph().as_default() as graph:
        traced = Traced(tf, case)
        weights = traced.layer.weights
        feeds = {tensor.name: value for tensor, value in traced.feeds(ANSWERS[case]["dims"]).items()}
        feeds |= {
            weight.initial_value.name: value_of(weight.op.name, weight.shape.as_list()) for weight in weights
        }
        return {
            "graph": base64.b64encode(to_graph_def(graph).SerializeToString()).decode(),
            "fetches": [tensor.name for tensor in [*traced.outputs, *traced.slopes]],
            "assigns": [weight.initializer.name for weight in weights],
            "feeds": {name: value.tolist() for name, value in feeds.items()},
        }


@pytest.fixture(scope="module")
def answers(tensorflow: TensorFlow) -> dict[str, Any]:
    graphs = {case: request(case) for case in CASES}
    made = tensorflow.answer("tf_keras_graphs.py", {"graphs": graphs, "cases": WRITTEN})
    assert isinstance(made, dict)
    return made


@pytest.mark.parametrize("case", CASES)
def test_tensorflow_runs_our_graph(answers: dict[str, Any], case: str) -> None:
    found, stored = answers["values"][case], ANSWERS[case]
    assert not isinstance(found, str), found
    for ours, theirs in zip(found, [*stored["value"], *stored["slopes"]], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("case", WRITTEN)
def test_the_graph_of_tensorflow_runs_here(answers: dict[str, Any], case: str) -> None:
    made = answers["graphs"][case]
    definition = tf.GraphDef.FromString(base64.b64decode(made["graph"]))
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.import_graph_def(definition, name="")
        values = {name: np.array(value, np.float32) for name, value in made["feeds"].items()}
        session.run([graph.get_operation_by_name(name) for name in made["assigns"]], values)
        found = session.run(made["fetches"], {f"{name}:0": fed(name) for name in SHAPES})
    for ours, theirs in zip(found, ANSWERS[case]["value"], strict=True):
        np.testing.assert_allclose(np.ravel(ours), theirs, rtol=1e-5, atol=2e-6)
