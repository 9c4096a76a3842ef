"""TensorFlow's profiler counts parameters and operations of models as a summary of them does."""

from __future__ import annotations

import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.profiling.layers import summarised
from tests.interop.conftest import TensorFlow
from tests.interop.profiled_models import MODELS


@pytest.fixture(scope="module")
def counted(tensorflow: TensorFlow) -> dict[str, list[int]]:
    """Parameters, and floating point operations of the loss and of a training step, by TensorFlow."""
    found: dict[str, list[int]] = tensorflow.answer("tf_profile_models.py", list(MODELS))
    return found


@pytest.mark.parametrize("name", MODELS)
def test_a_summary_counts_as_tensorflows_profiler_does(counted: dict[str, list[int]], name: str) -> None:
    with Graph().as_default():
        loss = MODELS[name](tf)
        step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
        found = summarised(name, None, loss, step, tf.global_variables(), ())
    parameters, of_loss, of_step = counted[name]
    assert (found.parameters, found.float_ops) == (parameters, of_loss)
    # TensorFlow computes the gradient of the input along with that of the first weights, which nobody needs
    assert 2 * found.float_ops < found.training_float_ops < 1.1 * of_step
