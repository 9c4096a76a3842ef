"""What only tf.contrib.data has; the windows are those of its documentation."""

from __future__ import annotations

from typing import Any

import pytest

from estimator import tf
from estimator.tf.contrib import data


def values(dataset: Any) -> list[Any]:
    return [element.tolist() for element in dataset.as_numpy_iterator()]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, [[1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6]]),
        ({"window_shift": 2}, [[1, 2, 3], [3, 4, 5]]),
        ({"stride": 2}, [[1, 2, 3], [3, 4, 5]]),
        ({"window_stride": 2}, [[1, 3, 5], [2, 4, 6]]),
    ],
)
def test_a_window_slides_over_the_elements(arguments: dict[str, int], expected: Any) -> None:
    dataset = tf.data.Dataset.range(1, 7).apply(data.sliding_window_batch(3, **arguments))
    assert values(dataset) == expected


def test_a_window_keeps_the_structure_of_elements() -> None:
    dataset = tf.data.Dataset.range(4).map(lambda x: ({"x": x}, (x, -x)))
    first, *_ = dataset.apply(data.sliding_window_batch(window_size=2)).as_numpy_iterator()
    assert first[0]["x"].tolist() == first[1][0].tolist() == [0, 1]
    assert first[1][1].tolist() == [0, -1]
    of_dicts = tf.data.Dataset.range(3).map(lambda x: {"x": x}).apply(data.sliding_window_batch(2))
    assert [element["x"].tolist() for element in of_dicts.as_numpy_iterator()] == [[0, 1], [1, 2]]


def test_a_shift_has_one_name() -> None:
    with pytest.raises(ValueError, match="Cannot specify both `stride` and `window_shift`.*given: 1 and 2"):
        data.sliding_window_batch(3, stride=1, window_shift=2)


def test_datasets_take_turns() -> None:
    dataset = tf.data.Dataset.range(1, 4).apply(
        data.sloppy_interleave(lambda x: tf.data.Dataset.from_tensors(x).repeat(2), cycle_length=2)
    )
    assert values(dataset) == [1, 2, 1, 2, 3, 3]


def test_a_padded_batch_that_is_not_full_is_left_out() -> None:
    dataset = tf.data.Dataset.range(1, 4).map(lambda x: tf.fill([x], x))
    assert values(dataset.apply(data.padded_batch_and_drop_remainder(2, [None]))) == [[[1, 0], [2, 2]]]
    assert values(dataset.apply(data.padded_batch_and_drop_remainder(2, [2], tf.constant(9, tf.int64)))) == [
        [[1, 9], [2, 2]]
    ]


def test_datasets_of_long_ago_are_those_of_tf_data() -> None:
    assert data.Dataset is tf.data.Dataset
    assert data.TextLineDataset is tf.data.TextLineDataset
    assert data.make_csv_dataset is tf.data.experimental.make_csv_dataset
