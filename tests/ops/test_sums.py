"""Sums and softmaxes of few and of many numbers: both executors, their error, and how many lines they take."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.graph import build as b
from tests.runtime.programs import answers

EDGES = np.float32([0.0, -0.0, np.inf, -np.inf, np.nan, 1e-40, 3e38, 7.0])


def numbers(shape: Any, kind: str = "f4") -> Any:
    return np.random.default_rng(3).standard_normal(shape).astype(kind)


@pytest.mark.parametrize("kind", ["f4", "f8", "f2", "i4"])
@pytest.mark.parametrize(
    ("shape", "axes", "calls"),
    [
        ((6, 4), [0], 1), ((6, 4), [1], 1), ((6, 4), [-2, 1], 1), ((2, 3, 4), [0, 1], 1), ((2, 3, 4), [2], 1),
        ((2, 3, 4), [1], 1), ((2, 3, 4), [0, 2], 1), ((6, 1), [0], 1), ((6, 1), [1], 1), ((130,), [0], 1),
        ((3, 130), [1], 1), ((130, 3), [0], 1), ((0, 3), [0], 1), ((0, 3), [1], 1), ((3, 0), [1], 1), ((1, 1), [0, 1], 1),
    ],
)  # fmt: skip
@pytest.mark.parametrize("keep_dims", [False, True])
def test_a_sum_is_one_call_and_what_numpy_says(
    shape: Any, axes: list[int], calls: int, keep_dims: bool, kind: str
) -> None:
    x = numbers(shape, kind)
    slow, quick, lines = answers(lambda x: b.Sum(x, axes, keep_dims=keep_dims), x)
    assert slow == quick
    assert sum("(" in line for line in lines if "reshape" not in line) == calls
    wanted = np.sum(x.astype("f8"), tuple(axes), keepdims=keep_dims)
    assert slow[0][:2] == (x.dtype.str, wanted.shape)
    found = np.frombuffer(slow[0][2], kind).astype("f8").reshape(wanted.shape)
    np.testing.assert_allclose(
        found, wanted, rtol=2e-2 if kind == "f2" else 1e-4, atol=1e-2 if kind == "f2" else 1e-5
    )


@pytest.mark.parametrize("op", [b.Sum, b.Mean])
@pytest.mark.parametrize("axes", [[0], [1], [0, 1]])
def test_what_is_infinite_or_no_number_stays_so(op: Any, axes: list[int]) -> None:
    x = np.resize(EDGES, (4, 8))
    slow, quick, _ = answers(lambda x: op(x, axes), x)
    assert slow == quick
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(
            np.isnan(np.frombuffer(slow[0][2], "f4")), np.isnan(np.sum(x, tuple(axes))).ravel()
        )


@pytest.mark.parametrize(("shape", "axes"), [((100_000,), [0]), ((100_000, 1), [0]), ((2, 100_000), [1])])
def test_of_very_many_numbers_the_error_stays_small(shape: Any, axes: list[int]) -> None:
    x = np.random.default_rng(0).random(shape, np.float32)
    slow, quick, _ = answers(lambda x: b.Sum(x, axes), x)
    assert slow == quick
    np.testing.assert_allclose(
        np.frombuffer(slow[0][2], "f4"), np.sum(x.astype("f8"), *axes).ravel(), rtol=1e-7
    )


@pytest.mark.parametrize("kind", ["f4", "f8", "f2"])
@pytest.mark.parametrize("classes", [1, 2, 3, 4, 5, 64, 65, 200])
@pytest.mark.parametrize("rows", [1, 7])
def test_softmaxes_of_few_and_many_classes(rows: int, classes: int, kind: str) -> None:
    logits = numbers((rows, classes), kind) * 5
    labels = np.arange(rows) * 3 % classes
    shares = np.exp(logits.astype("f8")) / np.exp(logits.astype("f8")).sum(-1, keepdims=True)
    slow, quick, _ = answers(
        lambda x, y: [b.Softmax(x), b.LogSoftmax(x), *b.SparseSoftmaxCrossEntropyWithLogits(x, y)],
        logits,
        labels,
    )
    assert slow == quick
    found = [np.frombuffer(text, kind).reshape(shape).astype("f8") for _, shape, text in slow[0]]
    losses = -np.log(shares[range(rows), labels])
    wanted = [shares, np.log(shares), losses, shares - (labels[:, None] == np.arange(classes))]
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(
            one, other, rtol=2e-2 if kind == "f2" else 1e-4, atol=1e-2 if kind == "f2" else 1e-5
        )


@pytest.mark.parametrize("classes", [2, 3, 5, 65])
def test_softmaxes_at_the_edges(classes: int) -> None:
    rows = np.stack([np.roll(np.resize(EDGES, classes), shift) for shift in range(8)])
    zeros = np.resize(np.float32([0.0, -0.0]), (2, classes)) * np.float32([[1], [-1]])
    for logits in (rows, zeros, np.full((2, classes), -np.inf, np.float32)):
        slow, quick, _ = answers(lambda x: [b.Softmax(x), b.LogSoftmax(x)], logits)
        assert slow == quick


@pytest.mark.parametrize("kind", ["i4", "i8"])
def test_labels_of_either_type_choose_the_same(kind: str) -> None:
    labels = np.array([2, 0, 1], kind)
    slow, quick, _ = answers(b.SparseSoftmaxCrossEntropyWithLogits, numbers((3, 3)), labels)
    assert slow == quick


def test_no_examples_have_no_losses() -> None:
    slow, quick, _ = answers(b.SparseSoftmaxCrossEntropyWithLogits, numbers((0, 3)), np.zeros(0, "i8"))
    assert slow == quick
    assert slow[0] == [("<f4", (0,), b""), ("<f4", (0, 3), b"")]


@pytest.mark.parametrize("op", [b.All, b.Any])
@pytest.mark.parametrize("shape", [(3,), (5000,), (2, 3), (1, 1)])
@pytest.mark.parametrize("keep_dims", [False, True])
def test_truths_of_all_there_is(op: Any, shape: Any, keep_dims: bool) -> None:
    axes = list(range(len(shape)))
    for truth in (np.ones(shape, bool), np.zeros(shape, bool), np.arange(np.prod(shape)).reshape(shape) == 2):
        slow, quick, lines = answers(lambda x: op(x, axes, keep_dims=keep_dims), truth)
        assert slow == quick
        assert len(lines) == 1
        assert slow[0][2] == np.array({b.All: truth.all(), b.Any: truth.any()}[op]).tobytes()
