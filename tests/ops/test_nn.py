"""What rows of examples cannot show of the neural network ops: refused labels, and second derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.dtypes import float32, float64, int64
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.runtime.session import Session


@pytest.mark.parametrize("wrong", [3, -1])
def test_a_label_out_of_range_is_named_with_what_to_do(wrong: int) -> None:
    logits = b.Placeholder(dtype=float32, shape=[None, 3])
    labels = b.Placeholder(dtype=int64, shape=[None])
    loss, _ = b.SparseSoftmaxCrossEntropyWithLogits(logits, labels)
    with Session() as session:
        for _ in range(3):  # by the interpreter, then by a plan
            with pytest.raises(InvalidArgumentError) as caught:
                session.run(loss, {logits: np.zeros((2, 3)), labels: [0, wrong]})
            assert f"label {wrong} (row 1 of the batch; 1 of 2 labels) is outside [0, 3)" in str(caught.value)
            assert "Set n_classes" in str(caught.value)


def test_batches_of_different_size_are_refused_while_the_graph_is_built() -> None:
    with pytest.raises(ValueError, match="batch sizes of logits and labels differ: 2 and 3"):
        b.SparseSoftmaxCrossEntropyWithLogits(np.zeros((2, 3), np.float32), np.zeros(3, np.int64))
    with pytest.raises(ValueError, match="size of the bias differ: 3 and 4"):
        b.BiasAdd(np.zeros((2, 3), np.float32), np.zeros(4, np.float32))


@pytest.mark.parametrize("op", ["Relu", "Elu", "Selu", "Softmax", "LogSoftmax"])
def test_second_derivatives_are_the_central_differences_of_first_ones(
    op: str, rng: np.random.Generator
) -> None:
    x, weight = b.Placeholder(dtype=float64, shape=[3, 4]), rng.standard_normal((3, 4))
    value, direction = rng.standard_normal((3, 4)), rng.standard_normal((3, 4))
    (first,) = gradients(b.Mul(getattr(b, op)(x), weight), [x])
    (second,) = gradients(b.Mul(first, direction), [x])
    check_second(x, first, second, value, direction)


def check_second(x: object, first: object, second: object, value: np.ndarray, direction: np.ndarray) -> None:
    step = 1e-5
    with Session() as session:
        up, down = (session.run(first, {x: value + sign * step * direction}) for sign in (1, -1))
        got = 0.0 if second is None else session.run(second, {x: value})
    np.testing.assert_allclose(
        np.sum(got * direction), np.sum((up - down) * direction) / (2 * step), rtol=1e-4, atol=1e-6
    )


def test_the_cross_entropies_can_be_differentiated_twice(rng: np.random.Generator) -> None:
    x = b.Placeholder(dtype=float64, shape=[3, 4])
    value, direction = rng.standard_normal((3, 4)), rng.standard_normal((3, 4))
    labels = np.array([0, 3, 1])
    for loss, _ in (
        b.SparseSoftmaxCrossEntropyWithLogits(x, labels),
        b.SoftmaxCrossEntropyWithLogits(x, np.eye(4)[labels]),
    ):
        (first,) = gradients(loss, [x])
        (second,) = gradients(b.Mul(first, direction), [x])
        check_second(x, first, second, value, direction)
