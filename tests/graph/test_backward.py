"""What is kept for gradients, and zeros in their place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from estimator import tf
from estimator.core.errors import GradientError
from estimator.graph import build as b
from estimator.graph.backward import BackwardGraph, kept_outputs, zero_gradient
from estimator.graph.function import FunctionGraph
from estimator.graph.graph import Graph
from tests.bodies import traced


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def names(body: FunctionGraph) -> list[str]:
    return [tensor.op.type for tensor in kept_outputs(body)]


def test_what_is_random_is_kept_and_what_is_computed_is_not() -> None:
    x = tf.constant([1.0, 2.0])
    assert names(traced(lambda x: [tf.tanh(x) * tf.random_uniform([2])], [x], "body")) == ["RandomUniform"]
    assert names(traced(lambda x: [tf.tanh(x) * 2.0], [x], "body")) == []


def test_a_read_is_kept_only_of_a_variable_that_the_body_writes() -> None:
    v, w = (tf.get_variable(name, initializer=1.0) for name in "vw")

    def body(x: Any) -> list[Any]:
        read = v.read_value()
        with tf.control_dependencies([read]):
            tf.group(w.assign_add(1.0))
        return [x * read]

    assert names(traced(body, [tf.constant(1.0)], "body")) == ["ReadVariableOp"]  # of w, behind the write
    assert names(traced(lambda x: [x * v], [tf.constant(1.0)], "body")) == []


def test_values_of_a_body_are_computed_again_once_and_only_those_that_are_asked_for() -> None:
    x = tf.constant(3.0)
    body = traced(lambda y: [b.Exp(b.Square(y)), b.Neg(y)], [x], "body")
    back = BackwardGraph(body, {body.inputs[0]: x}.get)
    with back.as_default():
        first = back.value(body.results[0])
        assert back.value(body.results[0]) is first
    assert [op.type for op in back.get_operations()] == ["Placeholder", "Square", "Exp"]


def test_what_is_neither_known_nor_can_be_computed_again_is_named() -> None:
    body = traced(lambda y: [y * 2.0], [tf.constant(3.0)], "body")
    back = BackwardGraph(body, lambda tensor: None)
    with pytest.raises(
        GradientError, match="the value that Placeholder .* had in 'body', which that did not keep"
    ):
        back.value(body.results[0])


def test_a_zero_gradient_has_the_shape_of_what_it_is_of() -> None:
    x, v = tf.placeholder(tf.float32, [2, 3]), tf.get_variable("v", shape=[4])
    unknown = tf.placeholder(tf.float64, None)
    array = tf.TensorArray(tf.float32, 2, element_shape=[3])
    zeros = [zero_gradient(tensor) for tensor in (x, v.handle, unknown)]
    back = tf.TensorArray(tf.float32, flow=zero_gradient(array.unstack([[1.0] * 3] * 2).flow))
    with tf.Session() as session:
        session.run(v.initializer)
        found = session.run([*zeros, back.stack()], {unknown: [1.0]})
    assert [(value.shape, value.dtype.name, value.any()) for value in found] == [
        ((2, 3), "float32", False), ((4,), "float32", False), ((1,), "float64", False), ((2, 3), "float32", False),
    ]  # fmt: skip
