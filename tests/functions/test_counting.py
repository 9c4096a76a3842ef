"""Tests of functions that count and sort; most of their numbers stand in tests/test_values.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError, OpError
from estimator.functions import arrays, counting, ordering, rearranging, sparse_math
from estimator.graph.slices import IndexedSlices
from estimator.graph.sparse import SparseTensor
from estimator.runtime.session import Session


def run(fetches: Any, feeds: Any = None) -> Any:
    with Session() as session:
        return session.run(fetches, feeds)


@pytest.mark.parametrize(
    ("labels", "found", "words"),
    [([0, 1], [0, 5], "predictions"), ([3, 0], [1, 1], "labels"), ([0, -1], [0, 1], "labels.*negative")],
)
def test_a_class_that_is_not_there_is_named(labels: Any, found: Any, words: str) -> None:
    truth, predictions = arrays.placeholder("int64", [None]), arrays.placeholder("int64", [None])
    matrix = counting.confusion_matrix(truth, predictions, num_classes=3)
    with pytest.raises(InvalidArgumentError, match=words):
        run(matrix, {truth: labels, predictions: found})


def test_labels_of_one_more_axis_are_taken() -> None:
    np.testing.assert_array_equal(run(counting.confusion_matrix([[0], [1]], [1, 1])), [[0, 1], [0, 1]])
    np.testing.assert_array_equal(run(counting.confusion_matrix([0, 1], [[1], [1]])), [[0, 1], [0, 1]])


def test_the_entries_of_a_sparse_tensor_are_counted() -> None:
    assert run(counting.count_nonzero(SparseTensor([[0, 0], [1, 1]], [0.0, 3.0], [2, 2]))) == 1


def test_numbers_below_0_are_not_counted() -> None:
    numbers = arrays.placeholder("int32", [2])
    with pytest.raises(InvalidArgumentError, match="must not be negative, given: -1"):
        run(counting.bincount(numbers, minlength=2), {numbers: [1, -1]})


def test_a_histogram_needs_a_range_and_bins() -> None:
    low, bins = arrays.placeholder("float32", []), arrays.placeholder("int32", [])
    counts = counting.histogram_fixed_width([1.0], arrays.stack([low, 2.0]), nbins=bins)
    with pytest.raises(InvalidArgumentError, match="from a lower to a higher value"):
        run(counts, {low: 2.0, bins: 3})
    with pytest.raises(InvalidArgumentError, match="nbins must be above 0, given: 0"):
        run(counts, {low: 1.0, bins: 0})


def test_sorting_says_what_it_needs() -> None:
    x = arrays.placeholder("float32")
    with pytest.raises(ValueError, match="'ASCENDING' or 'DESCENDING', given: 'UP'"):
        ordering.sort(x, direction="UP")
    with pytest.raises(ValueError, match="must be one number that is known"):
        ordering.sort(x, axis=arrays.placeholder("int32", []))
    assert run(ordering.sort(x), {x: [2, 1, 3]}).tolist() == [1, 2, 3]


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_any_axis_of_a_tensor_of_unknown_rank_is_sorted(axis: int) -> None:
    x, values = arrays.placeholder("float32"), np.random.default_rng(0).normal(size=(3, 2, 4))
    ascending, places = ordering.sort(x, axis), ordering.argsort(x, axis)
    np.testing.assert_array_equal(run(ascending, {x: values}), np.sort(values.astype(np.float32), axis))
    np.testing.assert_array_equal(run(places, {x: values}), np.argsort(values, axis))


@pytest.mark.parametrize("axis", [2, -3])
def test_an_axis_that_a_tensor_has_not_is_not_sorted(axis: int) -> None:
    x = arrays.placeholder("float32")
    with pytest.raises(OpError, match="ermut"):
        run(ordering.sort(x, axis), {x: np.ones((2, 2))})


def test_the_least_integer_is_sorted_to_its_place() -> None:
    values = np.array([3, -(2**31), 2**31 - 1, 0], np.int32)
    assert run(ordering.argsort(values)).tolist() == [1, 3, 0, 2]
    assert run(ordering.sort(np.array([3, 255, 0], np.uint8))).tolist() == [0, 3, 255]


def test_a_side_is_left_or_right() -> None:
    with pytest.raises(ValueError, match="'left' or 'right', given: 'middle'"):
        ordering.searchsorted([[1]], [[1]], side="middle")


def test_a_shape_is_looked_at_when_it_runs() -> None:
    x = arrays.placeholder("float32", [None, None])
    ensured = rearranging.ensure_shape(x, [None, 3])
    assert ensured.shape.as_list() == [None, 3]
    assert run(ensured, {x: np.zeros((2, 3))}).shape == (2, 3)
    with pytest.raises(InvalidArgumentError, match=r"shapes \(2, 4\) and \(\?, 3\) are not compatible"):
        run(ensured, {x: np.zeros((2, 4))})


def test_static_shapes_broadcast() -> None:
    assert rearranging.broadcast_static_shape([2, 1], [3]).as_list() == [2, 3]
    with pytest.raises(ValueError, match="not compatible|broadcast"):
        rearranging.broadcast_static_shape([2], [3])
    left, right = arrays.placeholder("int32", [None]), arrays.placeholder("int32", [None])
    with pytest.raises(InvalidArgumentError, match="not compatible|broadcast"):
        run(rearranging.broadcast_dynamic_shape(left, right), {left: [2], right: [3]})


def test_parallel_stack_is_stack() -> None:
    x = arrays.placeholder("float32", [2])
    assert run(rearranging.parallel_stack([x, x]), {x: [1, 2]}).tolist() == [[1, 2], [1, 2]]


def test_rows_are_masked_by_their_indices() -> None:
    rows = IndexedSlices(arrays.constant([[1.0], [2.0], [3.0]]), arrays.constant([5, 0, 2]))
    kept = sparse_math.sparse_mask(rows, [5, 7])
    values, indices = run([kept.values, kept.indices])
    assert values.tolist() == [[2], [3]] and indices.tolist() == [0, 2]


def test_edit_distances_of_words_and_of_nothing() -> None:
    """TensorFlow's values: of "abc" and "axcd" two changes in four; an empty truth is infinitely far."""
    ours = SparseTensor([[0, 0], [0, 1], [0, 2], [1, 0]], ["a", "b", "c", "d"], [3, 3])
    truth = SparseTensor([[0, 0], [0, 1], [0, 2], [0, 3]], ["a", "x", "c", "d"], [3, 4])
    found = counting.edit_distance(ours, truth)
    assert found.name == "edit_distance:0" and found.shape.as_list() == [3]
    assert run(found).tolist() == [0.5, np.inf, 0.0]
    assert run(counting.edit_distance(ours, truth, normalize=False)).tolist() == [2.0, 1.0, 0.0]
    with pytest.raises(TypeError, match="SparseTensor"):
        counting.edit_distance(arrays.constant(1.0), truth)
