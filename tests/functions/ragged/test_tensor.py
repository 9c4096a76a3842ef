"""Ragged tensors among other values: fetched, fed, in structures, branches and loops, beside arrays; and messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError

NESTED = tf.ragged.constant_value([[[1.0, 2.0]], [], [[3.0], [4.0, 5.0]]], np.float32)


@pytest.fixture(autouse=True)
def session() -> Iterator[tf.Session]:
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def rows() -> Any:
    return tf.ragged.constant([[1.0, 2.0], [], [3.0]])


def test_a_run_gives_a_value_with_nested_lists(session: tf.Session) -> None:
    found = session.run({"rows": rows(), "sum": tf.reduce_sum(rows())})
    assert isinstance(found["rows"], tf.ragged.RaggedTensorValue)
    assert found["rows"].to_list() == [[1, 2], [], [3]]
    assert found["sum"] == 6


def test_a_value_says_what_it_is(session: tf.Session) -> None:
    assert NESTED.to_list() == [[[1, 2]], [], [[3], [4, 5]]]
    assert (NESTED.shape, NESTED.ragged_rank, NESTED.dtype) == ((3, None, None), 2, np.float32)
    assert [splits.tolist() for splits in NESTED.nested_row_splits] == [[0, 1, 1, 3], [0, 2, 3, 5]]
    assert NESTED.flat_values.tolist() == [1, 2, 3, 4, 5]


def test_what_does_not_fit_is_named() -> None:
    values = tf.constant([1, 2, 3])
    refused = {
        "the last of row_splits is not": lambda: tf.RaggedTensor.from_row_splits(values, [0, 2]),
        "the sum of row_lengths is not": lambda: tf.RaggedTensor.from_row_lengths(values, [1, 1]),
        "the last of row_limits is not": lambda: tf.RaggedTensor.from_row_limits(values, [1, 2]),
        "nrows times the uniform_row_length 2 is not": lambda: tf.RaggedTensor.from_uniform_row_length(
            values, 2
        ),
    }
    for message, make in refused.items():
        with pytest.raises(InvalidArgumentError, match=f"{message} the number of values"):
            make()


def test_a_placeholder_is_fed_a_value_or_its_parts(session: tf.Session) -> None:
    x = tf.ragged.placeholder(tf.float32, 2)
    doubled = x * 2.0
    assert session.run(doubled, {x: NESTED}).to_list() == [[[2, 4]], [], [[6], [8, 10]]]
    parts = ((np.array([7.0]), [0, 1]), [0, 1])
    assert session.run(doubled, {x: parts}).to_list() == [[[14]]]


def test_of_unknown_rows_all_is_computed_in_the_run(session: tf.Session) -> None:
    x = tf.ragged.placeholder(tf.float32, 1, [2])
    assert x.shape.as_list() == [None, None, 2]
    value = tf.ragged.RaggedTensorValue(np.ones((3, 2), np.float32), np.array([0, 1, 3]))
    assert session.run(tf.reduce_mean(x, axis=1), {x: value}).tolist() == [[1, 1], [1, 1]]


def test_what_is_no_value_of_it_is_not_fed(session: tf.Session) -> None:
    x = tf.ragged.placeholder(tf.float32, 1)
    with pytest.raises(TypeError, match=r"Cannot feed .* RaggedTensor .*: feed a RaggedTensorValue"):
        session.run(x, {x: np.ones(3)})


def test_structures_know_its_tensors(session: tf.Session) -> None:
    x = tf.ragged.constant([[[1], []], [[2, 3]]])
    parts = tf.nest.flatten({"a": x}, expand_composites=True)
    assert parts == [x.flat_values, x.values.row_splits, x.row_splits]
    again = tf.nest.pack_sequence_as({"a": x}, [part + 0 for part in parts], expand_composites=True)["a"]
    assert session.run(again).to_list() == [[[1], []], [[2, 3]]]
    assert tf.nest.flatten({"a": x}) == [x]


def test_branches_give_one(session: tf.Session) -> None:
    x, wanted = rows(), tf.placeholder(tf.bool, [])
    chosen = tf.cond(wanted, lambda: x + 1.0, lambda: tf.concat([x, x], 0))
    assert session.run(chosen, {wanted: True}).to_list() == [[2, 3], [], [4]]
    assert session.run(chosen, {wanted: False}).to_list() == [[1, 2], [], [3], [1, 2], [], [3]]


def test_branches_of_different_ragged_rank_are_refused() -> None:
    with pytest.raises((TypeError, ValueError)):
        tf.cond(tf.placeholder(tf.bool, []), rows, lambda: tf.expand_dims(rows(), 0))


def test_a_loop_carries_one(session: tf.Session) -> None:
    _, grown = tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2.0), (0, rows()))
    assert session.run(grown).to_list() == [[8, 16], [], [24]]


def test_operators_meet_arrays_tensors_and_variables(session: tf.Session) -> None:
    x, column = rows(), np.array([[1.0], [2.0], [3.0]], np.float32)
    variable = tf.get_variable("v", initializer=2.0)
    session.run(tf.global_variables_initializer())
    for total in (column + x, x + column, tf.constant(column) + x):
        assert session.run(total).to_list() == [[2, 3], [], [6]]
    assert session.run(variable * x).to_list() == [[2, 4], [], [6]]
    assert session.run(x < variable).to_list() == [[True, False], [], [False]]
    assert session.run(variable > x).to_list() == [[True, False], [], [False]]


def test_two_ragged_tensors_are_equal_if_they_are_one() -> None:
    x = rows()
    assert x == x
    assert x != rows()
    assert len({x, x}) == 1


def test_lengths_that_differ_are_refused_in_the_run(session: tf.Session) -> None:
    x, y = tf.ragged.placeholder(tf.float32, 1), tf.ragged.placeholder(tf.float32, 1)
    value = tf.ragged.RaggedTensorValue(np.ones(3, np.float32), np.array([0, 1, 3]))
    other = tf.ragged.RaggedTensorValue(np.ones(3, np.float32), np.array([0, 2, 3]))
    assert session.run(x + y, {x: value, y: value}).to_list() == [[2], [2, 2]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="Unable to broadcast: dimension size mismatch"):
        session.run(x + y, {x: value, y: other})


def test_gradients_flow_through_rows(session: tf.Session) -> None:
    values = tf.constant([1.0, 2.0, 3.0])
    x = tf.RaggedTensor.from_row_splits(values, [0, 2, 2, 3])
    loss = tf.reduce_sum(tf.square(tf.reduce_sum(x, axis=1)))
    assert session.run(tf.gradients(loss, values)[0]).tolist() == [6, 6, 6]


def test_the_gradient_of_rows_is_in_rows(session: tf.Session) -> None:
    x, other = tf.ragged.constant([[1.0, 2.0], [], [3.0]]), rows()
    (dx,) = tf.gradients(x * x, x)
    assert session.run(dx).to_list() == [[2, 4], [], [6]]
    (dx,) = tf.gradients(x * x, x, grad_ys=[x])
    assert session.run(dx).to_list() == [[2, 8], [], [18]]
    assert tf.gradients(x.flat_values * 2.0, other) == [None]
    (none,) = tf.gradients(x, other, unconnected_gradients="zero")
    assert session.run(none).to_list() == [[0, 0], [], [0]]


def test_a_softmax_goes_over_each_row(session: tf.Session) -> None:
    found = session.run(tf.nn.softmax(tf.ragged.constant([[0.0, 0.0], [], [5.0]])))
    assert found.to_list() == [[0.5, 0.5], [], [1.0]]


def test_rows_of_lengths_in_each_dimension(session: tf.Session) -> None:
    x = np.arange(8).reshape(2, 4)[:, :, None] + np.array([0, 10, 20])
    cut = tf.RaggedTensor.from_tensor(x, lengths=[[2, 1], [3, 0, 2]])
    assert session.run(cut).to_list() == [[[0, 10, 20], []], [[4, 14]]]


REFUSED = {
    "where one tensor is wanted": (lambda x: tf.convert_to_tensor(x), TypeError, r"to_tensor\(\) makes it dense"),
    "a function without rows": (lambda x: tf.linalg.inv(x), TypeError, r"to_tensor\(\) makes it dense"),
    "the shape": (lambda x: tf.shape(x), TypeError, r"bounding_shape\(\)"),
    "a single place": (lambda x: x[:, 0], ValueError, r"take a slice, such as rt\[:, :1\]"),
    "an index of texts": (lambda x: x["a"], TypeError, r"given: 'a'; tf\.ragged\.boolean_mask and tf\.gather"),
    "too many indices": (lambda x: x[0, 0, 0], ValueError, "Too many indices: 3 for the 2 dimensions"),
    "iteration": (lambda x: list(x), TypeError, r"not iterable: .* use tf\.map_fn"),
    "a misspelt keyword": (lambda x: x.to_tensor(defalt_value=1), TypeError, "Did you mean 'default_value'"),
    "an axis out of bounds": (lambda x: tf.reduce_sum(x, axis=2), ValueError, "axis=2 is out of bounds"),
    "splits of two types": (
        lambda x: x + x.with_row_splits_dtype(tf.int32), ValueError, "int32, int64; with_row_splits_dtype makes them alike",
    ),
    "no rows": (lambda x: tf.RaggedTensor.from_row_splits([1], []), ValueError, "of no rows it has one entry, 0"),
}  # fmt: skip


@pytest.mark.parametrize(("use", "kind", "advice"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_done_is_answered_with_what_can(use: Any, kind: type[Exception], advice: str) -> None:
    with pytest.raises(kind, match=advice):
        use(rows())


@pytest.mark.parametrize("kind", ["row_splits", "row_lengths", "value_rowids", "row_starts", "row_limits"])
def test_positions_that_are_no_numbers_are_named(kind: str) -> None:
    with pytest.raises(
        TypeError, match=rf"{kind} must be int32 or int64: \[0, 'a'\] is neither numbers nor text"
    ):
        getattr(tf.RaggedTensor, f"from_{kind}")([1, 2], [0, "a"])
