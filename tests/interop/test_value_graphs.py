"""TensorFlow runs the graphs, gradients included, that our functions make."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from tests.functions.distributions.test_values import ANSWERS as OF_DISTRIBUTIONS
from tests.interop.conftest import TensorFlow
from tests.test_values import ANSWERS as OF_FUNCTIONS
from tests.test_values import same
from tests.values_of_tf import traced

ANSWERS = OF_FUNCTIONS | OF_DISTRIBUTIONS


def request(call: str) -> dict[str, Any]:
    """The graph of a call with the gradients of its result, and the tensors to be fetched."""
    with Graph().as_default() as graph:
        ys, dxs = traced(tf, call)
        return {
            "graph": base64.b64encode(to_graph_def(graph).SerializeToString()).decode(),
            "fetches": [tensor.name for tensor in [*ys, *(dxs or {}).values()]],
        }


@pytest.fixture(scope="module")
def answers(tensorflow: TensorFlow) -> dict[str, Any]:
    made = tensorflow.answer("tf_value_graphs.py", {"graphs": {call: request(call) for call in ANSWERS}})
    assert isinstance(made, dict)
    return made


@pytest.mark.parametrize("call", ANSWERS)
def test_tensorflow_runs_our_graph(answers: dict[str, Any], call: str) -> None:
    found, stored = answers[call], ANSWERS[call]
    assert not isinstance(found, str), found
    wanted = [*stored["values"], *(stored["gradients"] or {}).values()]
    for value, expected in zip(found, wanted, strict=False):
        same(value, expected)
