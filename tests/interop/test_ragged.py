"""TensorFlow gives the stored answers about ragged tensors, and runs the graphs that ours make."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from tests.interop.conftest import TensorFlow
from tests.ragged_of_tf import CALLS, FAULTS
from tests.test_ragged import ANSWERS
from tests.test_values import same
from tests.values_of_tf import traced


def test_tensorflow_gives_the_stored_answers(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_ragged.py", {"calls": CALLS, "faults": FAULTS})
    assert answer["faults"] == ANSWERS["faults"]
    for call, stored in ANSWERS["calls"].items():
        assert answer["calls"][call]["shape"] == stored["shape"]
        for value, wanted in zip(answer["calls"][call]["values"], stored["values"], strict=True):
            same(value, wanted)


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
    made = tensorflow.answer("tf_value_graphs.py", {"graphs": {call: request(call) for call in CALLS}})
    assert isinstance(made, dict)
    return made


@pytest.mark.parametrize("call", CALLS)
def test_tensorflow_runs_our_graph(answers: dict[str, Any], call: str) -> None:
    found, stored = answers[call], ANSWERS["calls"][call]
    assert not isinstance(found, str), found
    wanted = [*stored["values"], *(stored["gradients"] or {}).values()]
    for value, expected in zip(found, wanted, strict=False):
        same(value, expected)
