"""What of a loop's body may be computed before its first round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from estimator import tf
from estimator.graph import build as b
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.invariants import invariants
from tests.bodies import traced


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def fixed_in(step: Callable[..., Any]) -> list[str]:
    """The ops of a body of y, which changes, and of x and n, which do not, that need not be computed again."""
    start = [
        tf.placeholder(tf.float32, [None, 2]),
        tf.placeholder(tf.float32, [None, 2]),
        tf.placeholder(tf.int32, []),
    ]
    body = traced(lambda y, x, n: [step(y, x, n), x, n], start, "step")
    body.results += body.captures.values()
    return [tensor.op.type for tensor in invariants(body)]


def after(operation: Any, make: Callable[[], Any]) -> Any:
    with get_default_graph().control_dependencies([operation]):
        return make()


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (lambda y, x, n: y * tf.exp(x * 2.0), ["Exp"]),
        (lambda y, x, n: tf.exp(x) + tf.cast(n, tf.float32) + y, ["AddV2"]),
        (lambda y, x, n: tf.exp(x) * y + tf.cast(n, tf.float32), ["Exp", "Cast"]),
        (lambda y, x, n: tf.exp(x), ["Exp"]),
        (lambda y, x, n: tf.reshape(tf.reshape(tf.exp(x), [-1]), [-1, 2]) * y, ["Exp"]),
        (lambda y, x, n: y * tf.reshape(x, [-1, 2]), []),
        (lambda y, x, n: y * tf.exp(y), []),
        (lambda y, x, n: y * tf.exp(tf.zeros_like(x)), []),
        (lambda y, x, n: y * tf.random_uniform([n, 2]), []),
        (lambda y, x, n: tf.reshape(y, tf.stack([n * 2, 2])), []),
        (lambda y, x, n: y * tf.Variable(lambda: 1.0, name="v").read_value(), []),
        (lambda y, x, n: y * after(tf.Assert(tf.reduce_all(y > 0.0), [y]), lambda: b.Exp(x)), []),
        (
            lambda y, x, n: y + b.TensorListGetItem(b.TensorListFromTensor(x, [2]), tf.cast(y[0, 0], tf.int32), [2], element_dtype=tf.float32),
            ["TensorListFromTensor"],
        ),
    ],
    ids=[
        "used", "a sum", "several", "the result", "behind views", "a view", "changing", "of its shape", "random", "may be a shape",
        "a variable", "waits", "a list",
    ],
)  # fmt: skip
def test_what_rests_on_the_values_of_what_no_round_changes_is_computed_once(
    step: Any, expected: list[str]
) -> None:
    assert fixed_in(step) == expected


def test_a_body_with_loops_of_tensorflow_1_is_left_as_it_is() -> None:
    def step(y: Any, x: Any, n: Any) -> Any:
        return y * tf.exp(b.Exit(b.Enter(x, frame_name="frame")))

    assert fixed_in(step) == []
