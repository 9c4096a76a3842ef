"""What rows of one op cannot show: how gradients flow in training, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import placeholder
from estimator.functions.normalization import fused_batch_norm
from estimator.graph import build
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from tests.ops.example import normal, positive

Run = Callable[..., Any]
Arrays = list[np.ndarray[Any, Any]]
X, SCALE, OFFSET, WEIGHTS = (
    normal(3, 2, 2, 4),
    positive(4, seed=1),
    normal(4, seed=2),
    normal(3, 2, 2, 4, seed=3),
)
MEAN, VARIANCE = normal(4, seed=4), positive(4, seed=5)
EPSILON = 0.001


def weighted(x: Any, scale: Any, offset: Any) -> float:
    """The sum of WEIGHTS times what batch normalization makes of x, by its formula."""
    axes = (0, 1, 2)
    return float((WEIGHTS * ((x - x.mean(axes)) / np.sqrt(x.var(axes) + EPSILON) * scale + offset)).sum())


def differences(function: Callable[..., float], arrays: Arrays, step: float = 1e-5) -> Arrays:
    """The derivative by every number of every array, by central difference in double precision."""
    wide = [array.astype(np.float64) for array in arrays]
    found = []
    for array in wide:
        slopes = np.empty_like(array)
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + step
            above = function(*wide)
            array[place] = kept - step
            slopes[place] = (above - function(*wide)) / (2 * step)
            array[place] = kept
        found.append(slopes)
    return found


def test_in_training_the_gradient_flows_through_the_statistics_of_the_batch(run: Run, graph: Graph) -> None:
    inputs = [graph.constant(array) for array in (X, SCALE, OFFSET)]
    y, _, _ = fused_batch_norm(*inputs, epsilon=EPSILON)
    found = run(gradients(y, inputs, [graph.constant(WEIGHTS)]))
    for slope, expected in zip(found, differences(weighted, [X, SCALE, OFFSET]), strict=True):
        np.testing.assert_allclose(slope, expected, rtol=1e-4, atol=1e-4)


def first_slopes(x: Any, scale: Any) -> float:
    """The sum of the squares of the derivatives by x, and of those by scale; for derivatives of these."""
    axes, numbers = (0, 1, 2), x[..., 0].size
    factor = 1 / np.sqrt(x.var(axes) + EPSILON)
    normalised = (x - x.mean(axes)) * factor
    dscale = (WEIGHTS * normalised).sum(axes)
    dx = scale * factor * (WEIGHTS - WEIGHTS.mean(axes) - normalised * dscale / numbers)
    return float((dx**2).sum() + dscale.sum())


def test_the_gradient_has_a_gradient(run: Run, graph: Graph) -> None:
    x, scale = graph.constant(X), graph.constant(SCALE)
    y, _, _ = fused_batch_norm(x, scale, OFFSET, epsilon=EPSILON)
    dx, dscale = gradients(y, [x, scale], [graph.constant(WEIGHTS)])
    found = run(gradients([build.Square(dx), dscale], [x, scale]))
    for slope, expected in zip(found, differences(first_slopes, [X, SCALE]), strict=True):
        np.testing.assert_allclose(slope, expected, rtol=1e-3, atol=1e-3)


def test_nothing_flows_through_the_statistics(run: Run, graph: Graph) -> None:
    # TensorFlow 2.15.1: tf.gradients(batch_mean, x) is zeros
    x = graph.constant(X)
    _, mean, variance = fused_batch_norm(x, SCALE, OFFSET)
    (dx,) = gradients([mean, variance], [x])
    np.testing.assert_array_equal(run(dx), np.zeros_like(X))


def test_statistics_that_are_used_get_no_gradient(graph: Graph) -> None:
    mean = graph.constant(MEAN)
    y, _, _ = fused_batch_norm(X, SCALE, OFFSET, mean, VARIANCE, is_training=False)
    assert gradients(y, [mean]) == [None]


def test_where_averages_are_used_the_gradient_reads_them_and_not_what_the_op_gives(graph: Graph) -> None:
    # TensorFlow rewrites such an op when it optimizes a graph, and only y is right then
    x, mean, variance = (graph.constant(array) for array in (X, MEAN, VARIANCE))
    y, _, _ = fused_batch_norm(x, SCALE, OFFSET, mean, variance, is_training=False)
    (dx,) = gradients(y, [x])
    assert list(dx.op.inputs[3:5]) == [mean, variance]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"x": X[0]}, "a batch of format NHWC"),
        ({"scale": SCALE[:2]}, "the channels and the scale"),
        ({"offset": OFFSET[None]}, "the offset"),
        ({"data_format": "NWHC"}, "data_format must be one of NCDHW, NCHW, NDHWC, NHWC; given: 'NWHC'"),
        ({"data_format": "NCHW"}, "the channels and the scale"),
        ({"mean": MEAN[:2], "variance": VARIANCE, "is_training": False}, "the channels and the mean"),
        ({"mean": MEAN, "variance": VARIANCE[:2], "exponential_avg_factor": 0.5}, "the channels and the variance"),
        ({"is_training": False}, "mean and variance are needed when is_training is False"),
        ({"exponential_avg_factor": 0.5}, "mean and variance are needed when"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(graph: Graph, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fused_batch_norm(**{"x": X, "scale": SCALE, "offset": OFFSET} | changed)


def test_averages_that_are_not_read_may_have_any_size(run: Run) -> None:
    # TensorFlow 2.15.1 takes them as well
    y, mean, _ = fused_batch_norm(X, SCALE, OFFSET, mean=MEAN[:2], variance=VARIANCE[:1])
    np.testing.assert_allclose(run(mean), X.mean((0, 1, 2)), atol=1e-6)


def test_the_older_versions_have_no_volumes(graph: Graph) -> None:
    with pytest.raises(ValueError, match="data_format must be one of NCHW, NHWC; given: 'NDHWC'"):
        build.FusedBatchNorm(
            placeholder("float32", [None] * 5), SCALE, OFFSET, MEAN, VARIANCE, data_format="NDHWC"
        )
