"""ops/pooling.py: ties and what is no number as TensorFlow has them; what makes no sense is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import GradientError
from estimator.graph import build
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.runtime.session import Session

TWO_BY_TWO = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "VALID"}
LOWEST = np.finfo(np.float32).min
NAN, INF = np.nan, np.inf


def pooled(values: Any, **attrs: Any) -> Any:
    """The largest of a square image's windows, and what ones that flow back give its elements."""
    x = np.reshape(np.float32(values), (1, int(len(values) ** 0.5), -1, 1))
    with Graph().as_default() as graph, Session(graph=graph) as session:
        image = graph.constant(x)
        y = build.MaxPool(image, **TWO_BY_TWO | attrs)
        result = session.run([y, gradients(y, image)[0]])
    return [array.ravel().tolist() for array in result]


@pytest.mark.parametrize(
    ("values", "largest", "into"),
    [
        # What TensorFlow 2.15.1 gives.
        ([1, 1, 1, 1], [1], [1, 0, 0, 0]),
        ([0, 2, 2, 2], [2], [0, 1, 0, 0]),
        ([0.0, -0.0, -0.0, 0.0], [0], [1, 0, 0, 0]),
        ([1, NAN, 3, 4], [4], [0, 0, 0, 1]),
        ([1, 2, 3, NAN], [3], [0, 0, 1, 0]),
        ([-INF, -INF, -INF, -INF], [LOWEST], [1, 0, 0, 0]),
    ],
)
def test_ties_and_what_is_no_number_go_as_tensorflows(values: Any, largest: Any, into: Any) -> None:
    assert pooled(values) == [largest, into]


def test_overlapping_windows_give_each_its_own_first_largest() -> None:
    """A 2x2 image of ones, SAME with stride 1: TensorFlow 2.15.1 gives each element one."""
    assert pooled([1, 1, 1, 1], strides=[1, 1, 1, 1], padding="SAME") == [[1, 1, 1, 1], [1, 1, 1, 1]]


def pool(shape: Any, op: str = "MaxPool", **attrs: Any) -> Any:
    with Graph().as_default():
        return getattr(build, op)(build.Placeholder(dtype="float32", shape=shape), **TWO_BY_TWO | attrs)


@pytest.mark.parametrize(
    ("shape", "attrs", "said"),
    [
        ((1, 4, 4), {}, r"the input \(NHWC\) must have 4 dimensions, given: \(1, 4, 4\)"),
        ((1, 1, 4, 1), {}, r"a window of 2 taps, 1 apart, does not fit into 1 elements \(axis 1\)"),
        ((2, 4, 4, 1), {"ksize": [2, 2, 2, 1]}, r"do not slide along the batch: ksize \[2, 2, 2, 1\]"),
        ((2, 4, 4, 1), {"strides": [2, 2, 2, 1]}, r"do not slide along the batch: .* strides \[2, 2, 2, 1\]"),
        (
            (2, 4, 4, 1),
            {"ksize": [1, 0, 2, 1]},
            r"ksize must be 4 numbers of at least 1, given: \[1, 0, 2, 1\]",
        ),
        ((2, 4, 4, 1), {"ksize": [2, 2]}, r"ksize must be 4 numbers of at least 1, given: \[2, 2\]"),
        ((2, 4, 4, 1), {"padding": "FULL"}, r"padding must be SAME, VALID or EXPLICIT, given: 'FULL'"),
    ],
)
@pytest.mark.parametrize("op", ["MaxPool", "AvgPool"])
def test_what_makes_no_sense_is_refused(shape: Any, attrs: Any, said: str, op: str) -> None:
    with pytest.raises(ValueError, match=said):
        pool(shape, op, **attrs)


def test_what_is_known_of_the_shape_flows_through() -> None:
    assert pool((None, None, 5, 3), padding="SAME").dims == (None, None, 3, 3)
    assert pool(None).dims == (None, None, None, None)


def test_the_gradient_of_the_second_gradient_over_three_axes_is_the_first() -> None:
    rng = np.random.default_rng(0)
    x, dx = rng.standard_normal((2, 1, 3, 4, 4, 2)).astype(np.float32)
    attrs = {"ksize": [1, 2, 2, 2, 1], "strides": [1, 1, 2, 2, 1], "padding": "SAME"}
    with Graph().as_default() as graph, Session(graph=graph) as session:
        image, flowing = graph.constant(x), graph.constant(dx)
        y = build.MaxPool3D(image, **attrs)
        back = build.MaxPool3DGradGrad(image, y, flowing, **attrs)
        seed = rng.standard_normal(back.dims).astype(np.float32)
        (found,) = gradients(back, flowing, seed)
        values = session.run([found, build.MaxPool3DGrad(image, y, graph.constant(seed), **attrs)])
    assert np.array_equal(*values)
    assert values[0].any()


def test_the_second_gradient_with_explicit_padding_says_what_to_do() -> None:
    with Graph().as_default():
        x = build.Placeholder(dtype="float32", shape=(1, 4, 4, 1))
        y = build.MaxPool(
            x, **TWO_BY_TWO | {"padding": "EXPLICIT", "explicit_paddings": [0, 0, 1, 1, 1, 1, 0, 0]}
        )
        (dx,) = gradients(build.Mul(y, y), x)
        with pytest.raises(GradientError, match=r"no second gradient .* tf.pad"):
            gradients(dx, x)
