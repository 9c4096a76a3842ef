"""TensorFlow draws samples by graphs of ours, and finds them as probable as we do."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graphdef import to_graph_def
from tests.functions.distributions.test_samples import MADE, within_five_errors
from tests.interop.conftest import TensorFlow


def request(name: str) -> dict[str, Any]:
    """The graph of samples and of their probabilities, mean and variance."""
    with tf.Graph().as_default() as graph:
        made = MADE[name]()
        draws = made.sample(2000, seed=3)
        fetched = [draws, made.log_prob(draws), made.mean(), made.variance()]
        return {
            "graph": base64.b64encode(to_graph_def(graph).SerializeToString()).decode(),
            "fetches": [tensor.name for tensor in fetched],
        }


@pytest.fixture(scope="module")
def answers(tensorflow: TensorFlow) -> dict[str, Any]:
    found = tensorflow.answer("tf_value_graphs.py", {"graphs": {name: request(name) for name in MADE}})
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", MADE)
def test_tensorflow_draws_by_our_graph(answers: dict[str, Any], name: str) -> None:
    assert not isinstance(answers[name], str), answers[name]
    draws, log_prob, mean, variance = (np.array(numbers, dtype) for dtype, numbers in answers[name])
    within_five_errors(draws.astype(np.float64), mean)
    within_five_errors((draws - mean.astype(np.float64)) ** 2, variance)
    with tf.Session() as session:
        np.testing.assert_allclose(session.run(MADE[name]().log_prob(draws)), log_prob, rtol=2e-4, atol=2e-5)
