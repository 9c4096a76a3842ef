"""tf.map_fn; the expected structures, values and kinds of error are TensorFlow 2.15's (compat.v1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from tests.functions.control_flow.running import run

X = np.arange(6, dtype=np.float32).reshape(3, 2)


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        graph.seed = 1
        yield graph


def test_every_element_goes_through_the_function() -> None:
    doubled = tf.map_fn(lambda row: row * 2.0, X)
    assert (doubled.name, doubled.shape.as_list()) == ("map/TensorArrayV2Stack/TensorListStack:0", [3, 2])
    assert run(doubled).tolist() == (X * 2).tolist()


@pytest.mark.parametrize("structure", [tuple, list])
def test_elements_of_several_tensors_come_as_one_argument(structure: Any) -> None:
    result = tf.map_fn(
        lambda pair: pair[0] + tf.cast(pair[1], tf.float32),
        structure([X, np.array([1, 2, 3])]),
        dtype=tf.float32,
    )
    assert run(result).tolist() == (X + [[1], [2], [3]]).tolist()


def test_results_nest_as_dtype_does() -> None:
    types = {"total": tf.float32, "best": (tf.int64,)}
    result = tf.map_fn(lambda row: {"total": tf.reduce_sum(row), "best": (tf.argmax(row),)}, X, dtype=types)
    assert {key: np.asarray(value).ravel().tolist() for key, value in run(result).items()} == {
        "total": [1, 5, 9],
        "best": [1, 1, 1],
    }


@pytest.mark.parametrize("signature", [tf.int64, tf.TensorSpec([], tf.int64)])
def test_a_signature_is_the_newer_name_of_dtype(signature: Any) -> None:
    best = tf.map_fn(tf.argmax, X, fn_output_signature=signature)
    assert (best.dtype, best.shape.as_list(), run(best).tolist()) == (tf.int64, [3], [1, 1, 1])


@pytest.mark.parametrize(("shape", "static"), [([None, 2], [None, 2]), (None, None), ([3, None], [3, None])])
def test_sizes_may_be_unknown(shape: Any, static: Any) -> None:
    x = tf.placeholder(tf.float32, shape)
    result = tf.map_fn(lambda row: row + 1.0, x)
    assert (result.shape.as_list() if result.shape.ndims is not None else None) == static
    assert run(result, {x: X}).tolist() == (X + 1).tolist()


def test_no_elements_give_none() -> None:
    x = tf.placeholder(tf.float32, [None, 2])
    assert run(tf.map_fn(lambda row: row * 2.0, x), {x: X[:0]}).shape == (0, 2)
    assert run(tf.map_fn(lambda row: row * 2.0, X[:0])).shape == (0, 2)


def test_gradients_flow_to_elements_and_to_what_is_captured() -> None:
    x, w = tf.constant(X), tf.Variable([2.0, 3.0])
    result = tf.map_fn(lambda row: tf.square(row) * w, x)
    dx, dw = run(tf.gradients(tf.reduce_sum(result), [x, w]))
    np.testing.assert_allclose(dx, 2 * X * [2, 3])
    np.testing.assert_allclose(dw, np.square(X).sum(0))


def test_maps_may_be_nested_and_draw_random_numbers_of_their_own() -> None:
    noise = tf.map_fn(lambda row: tf.map_fn(lambda x: x + tf.random_uniform([]), row), tf.zeros([3, 2]))
    values = run(noise)
    assert values.shape == (3, 2) and len(set(values.ravel().tolist())) == 6


def test_a_variable_made_inside_is_one_variable() -> None:
    result = tf.map_fn(lambda row: row * tf.get_variable("scale", [2], initializer=tf.ones_initializer()), X)
    assert [v.name for v in tf.trainable_variables()] == ["scale:0"]
    assert run(result).tolist() == X.tolist()


def test_elements_are_mapped_in_a_dataset() -> None:
    dataset = tf.data.Dataset.from_tensors(X).map(lambda x: tf.map_fn(lambda row: row[0], x))
    element = tf.data.make_one_shot_iterator(dataset).get_next()
    with tf.Session() as session:
        assert session.run(element).tolist() == [0, 2, 4]


def test_shapes_that_differ_are_refused_when_they_are_stacked() -> None:
    result = tf.map_fn(lambda n: tf.ones([n]), tf.constant([2, 3]), dtype=tf.float32)
    assert result.shape.as_list() == [2, None]
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match=r"\(2,\) and \(3,\)"):
        session.run(result)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: tf.map_fn(3, X), TypeError, "fn must be a function of an element, given: 3"),
        (lambda: tf.map_fn(lambda x: x, 3.0), ValueError, r"must be 1\+ dimensional tensors, not scalars: map_fn"),
        (lambda: tf.map_fn(lambda x: x, [1, 2]), ValueError, r"given: 1. A list .* is a structure.*tf.constant"),
        (lambda: tf.map_fn(lambda x: x, ()), ValueError, "at least one tensor"),
        (lambda: tf.map_fn(lambda x: x[0], (X, X[:2])), ValueError, r"one length, given: \(3, 2\), \(2, 2\)"),
        (lambda: tf.map_fn(tf.argmax, X), TypeError, r"gives int64 where float32 is expected: say dtype=tf.int64"),
        (lambda: tf.map_fn(lambda x: (x, x), X), ValueError, "must have the same structure"),
        (lambda: tf.map_fn(lambda x: None, X), ValueError, "None"),
        (lambda: tf.map_fn(lambda x: x, tf.sparse.from_dense(X)), TypeError, "tf.sparse_tensor_to_dense"),
    ],
)  # fmt: skip
def test_what_cannot_be_mapped_is_refused(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
