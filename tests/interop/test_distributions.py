"""TensorFlow draws samples by graphs of ours, finds them as probable as we do, and refuses what we refuse."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graphdef import to_graph_def
from tests.functions.distributions.test_samples import MADE, within_five_errors
from tests.functions.distributions.test_validation import CHECKED
from tests.interop.conftest import TensorFlow
from tests.test_values import same
from tests.values_of_tf import outcome, traced


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


@pytest.mark.parametrize(
    "call",
    [
        "tf.distributions.StudentT(p, x[0], 2.0).cdf(tf.stack([x, y]))",
        "tf.distributions.Beta(p, q[:1]).cdf(f[0])",
        "tf.math.betainc(p[:, :1], [1.0, 2.0, 0.5], f)",
    ],
)
def test_tensorflow_runs_our_graph_where_it_would_not_broadcast_by_itself(
    tensorflow: TensorFlow, call: str
) -> None:
    with tf.Graph().as_default() as graph:
        ys, dxs = traced(tf, call)
        fetches = [tensor.name for tensor in [*ys, *(dxs or {}).values()]]
        asked = {
            "graph": base64.b64encode(to_graph_def(graph).SerializeToString()).decode(),
            "fetches": fetches,
        }
    found = tensorflow.answer("tf_value_graphs.py", {"graphs": {call: asked}})[call]
    ours = outcome(tf, call)
    for value, wanted in zip(found, [*ours["values"], *ours["gradients"].values()], strict=True):
        same(value, wanted)


@pytest.mark.parametrize("how", CHECKED)
def test_tensorflow_refuses_the_same(tensorflow: TensorFlow, how: str) -> None:
    asked = {
        text.format(how): [good, *(value for value, _ in bad)] for text, (good, bad) in CHECKED[how].items()
    }
    found = tensorflow.answer("tf_distributions.py", {"asked": asked})
    assert found == {text: ["runs", *["fails"] * (len(values) - 1)] for text, values in asked.items()}
