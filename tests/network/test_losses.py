"""Losses against TensorFlow: stored values and gradients, and numbers of TensorFlow 2.15 for the data below."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.functions.arrays import placeholder
from estimator.graph import build
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.network import losses
from estimator.network.losses import Reduction
from estimator.runtime.order import prune

Run = Callable[..., Any]

CASES = np.load(Path(__file__).parents[1] / "data" / "tf" / "losses.npz")
LABELS = np.array([0, 1, 1, 0, 1, 0, 1, 1], np.float32)
SCORES = np.array([0.1, 0.4, 0.35, 0.8, 0.9, 0.25, 0.65, 0.3], np.float32)
WEIGHTS = np.array([1, 2, 0, 1, 0.5, 1, 3, 1], np.float32)


def _sparse(reduction: str) -> Callable[..., Any]:
    return lambda labels, logits, w: losses.sparse_softmax_cross_entropy(
        labels, logits, w, reduction=reduction
    )


STORED: dict[str, Callable[..., Any]] = {
    "losses_sparse_softmax_sum": _sparse(Reduction.SUM),
    "losses_sparse_softmax_mean": _sparse(Reduction.MEAN),
    "losses_sparse_softmax_sum_over_batch_size": _sparse(Reduction.SUM_OVER_BATCH_SIZE),
    "losses_sparse_softmax_sum_by_nonzero_weights": _sparse(Reduction.SUM_BY_NONZERO_WEIGHTS),
    "losses_mse": losses.mean_squared_error,
    "losses_huber": losses.huber_loss,
    "losses_abs": losses.absolute_difference,
}


def _stored(case: str, kind: str) -> dict[str, np.ndarray[Any, Any]]:
    prefix = f"{case}/{kind}/"
    return {name.removeprefix(prefix): CASES[name] for name in CASES.files if name.startswith(prefix)}


@pytest.mark.parametrize("case", STORED)
def test_value_and_gradients_are_tensorflows(run: Run, case: str) -> None:
    inputs = _stored(case, "in")
    feeds = {name: placeholder(value.dtype, [None] * value.ndim) for name, value in inputs.items()}
    loss = STORED[case](*feeds.values())
    wanted = _stored(case, "grad")
    found = run(
        [loss, *gradients(loss, [feeds[name] for name in wanted], grad_ys=CASES[f"{case}/ct/0"])],
        {feeds[name]: inputs[name] for name in inputs},
    )
    for value, expected in zip(found, [CASES[f"{case}/out/0"], *wanted.values()], strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (lambda y, p, w: losses.sigmoid_cross_entropy(y, p), 0.6379247903823853),
        (lambda y, p, w: losses.sigmoid_cross_entropy(y, p, label_smoothing=0.2), 0.6560498476028442),
        (lambda y, p, w: losses.hinge_loss(y, p, w), 1.0214285850524902),
        (lambda y, p, w: losses.log_loss(y, p), 0.7135884761810303),
        (lambda y, p, w: losses.huber_loss(y, p * 4.0, delta=0.7), 0.6575000286102295),
        (lambda y, p, w: losses.mean_squared_error(y, p, w), 0.3278571665287018),
        (lambda y, p, w: losses.softmax_cross_entropy([[0, 1.0], [1, 0]], [[0.3, -1.0], [2, 0.5]], label_smoothing=0.1),
         0.8762108087539673),
        (lambda y, p, w: losses.cosine_distance(
            np.reshape(LABELS, (4, 2)), np.reshape(SCORES, (4, 2)), axis=1), 0.3500000238418579),
    ],
)  # fmt: skip
def test_values_are_tensorflows(run: Run, loss: Any, expected: float) -> None:
    feeds = [placeholder("float32", [None]) for _ in range(3)]
    value = run(loss(*feeds), dict(zip(feeds, (LABELS, SCORES, WEIGHTS), strict=True)))
    assert value == pytest.approx(expected, rel=1e-5)


def test_a_loss_is_listed_under_its_scope(graph: Graph) -> None:
    loss = losses.mean_squared_error([1.0], [2.0])
    other = losses.mean_squared_error([1.0], [2.0], scope="mine", loss_collection="others")
    assert losses.get_losses() == [loss]
    assert graph.get_collection("others") == [other]
    assert (loss.op.name, other.op.name) == ("mean_squared_error/value", "mine/value")


def test_none_leaves_the_losses_as_they_are(run: Run) -> None:
    loss = losses.absolute_difference([1.0, 5.0], [2.0, 2.0], [2.0, 1.0], reduction=Reduction.NONE)
    np.testing.assert_array_equal(run(loss), [2.0, 3.0])


def test_weights_of_zero_only_give_zero(run: Run) -> None:
    assert run(losses.mean_squared_error([1.0, 2.0], [3.0, 3.0], [0.0, 0.0])) == 0.0
    assert run(losses.mean_squared_error([1.0, 2.0], [3.0, 3.0], 0.0)) == 0.0


def test_an_empty_batch_gives_zero(run: Run) -> None:
    x = placeholder("float32", [None])
    assert run(losses.mean_squared_error(x, x), {x: np.zeros(0, np.float32)}) == 0.0


def test_weights_are_broadcast_along_dimensions_of_one(run: Run) -> None:
    loss = losses.absolute_difference([[1.0, 2.0], [3.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]], [[1.0], [0.0]])
    assert run(loss) == 1.5  # (1 + 2) / 2: the row of weight 0 is not counted


def test_sparse_labels_may_be_a_column(run: Run) -> None:
    logits = [[2.0, 1.0], [0.0, 0.0]]
    flat = losses.sparse_softmax_cross_entropy([0, 1], logits, [1.0, 2.0])
    column = losses.sparse_softmax_cross_entropy([[0], [1]], logits, [[1.0], [2.0]])
    assert run(flat) == run(column)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: losses.mean_squared_error(np.ones((2, 1)), np.ones(2)),
            r"\(2, 1\), predictions \(2,\).*tf\.squeeze",
        ),
        (lambda: losses.mean_squared_error([1.0, 2.0], [1.0, 2.0], [1.0, 2.0, 3.0]), "can not be broadcast"),
        (
            lambda: losses.mean_squared_error([1.0], [1.0], reduction="mean"),
            "invalid loss reduction 'mean'; known",
        ),
        (lambda: losses.mean_squared_error(None, [1.0]), "must not be None"),
        (
            lambda: losses.sparse_softmax_cross_entropy([[0, 1]], [[1.0, 2.0]]),
            "one-hot labels use softmax_cross",
        ),
        (lambda: losses.cosine_distance([[1.0]], [[1.0]]), "along which axis"),
    ],
)
def test_a_mistake_is_named_with_the_way_out(graph: Graph, call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_text_is_refused_with_the_way_to_number_it(graph: Graph) -> None:
    text = placeholder("string", [None])
    advice = r"is text, and a loss is made of numbers\. Number the classes in input_fn.*label_vocabulary"
    for loss in (losses.mean_squared_error, losses.sigmoid_cross_entropy, losses.absolute_difference):
        with pytest.raises(TypeError, match=advice):
            loss(text, placeholder("float32", [None]))
    with pytest.raises(TypeError, match=advice):
        losses.sparse_softmax_cross_entropy(text, placeholder("float32", [None, 3]))


def test_the_total_adds_losses_and_penalties(graph: Graph, run: Run) -> None:
    with pytest.raises(ValueError, match="no loss is listed"):
        losses.get_total_loss()
    assert run(losses.get_regularization_loss()) == 0.0
    losses.add_loss(graph.constant(1.0))
    losses.absolute_difference([1.0], [3.0])
    graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, graph.constant(10.0))
    assert run([losses.get_total_loss(), losses.get_total_loss(add_regularization_losses=False)]) == [
        13.0,
        3.0,
    ]
    assert run(losses.get_regularization_loss()) == 10.0


def test_only_tensors_are_listed_as_losses(graph: Graph) -> None:
    with pytest.raises(TypeError, match=r"the loss must be a Tensor, given: 3; use tf\.constant"):
        losses.add_loss(3)  # type: ignore[arg-type]


def test_a_weight_that_waits_is_not_replaced_by_its_value(graph: Graph) -> None:
    wait = build.NoOp()
    with graph.control_dependencies([wait]):
        weight = graph.constant(1.0)
    loss = losses.compute_weighted_loss(build.Placeholder(dtype=float32, shape=(None,)), weight)
    assert wait in prune([loss.op], frozenset())
