"""What fit is given, as batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import OutOfRangeError
from estimator.keras.training.data import Request, feed_of
from estimator.keras.training.feed import Feed, OtherShapes
from estimator.keras.training.sequence import Sequence
from estimator.pipeline.dataset import Dataset


def epoch(feed: Feed, steps: int | None = None) -> list[list[Any]]:
    """The batches of the next epoch, as lists."""
    feed.begin_epoch()
    batches: list[list[Any]] = []
    while steps is None or len(batches) < steps:
        try:
            batches.append([array.tolist() for array in feed.get_next()])
        except OutOfRangeError:
            break
    feed.end_epoch()
    return batches


def test_arrays_are_cut_into_batches_and_floats_are_float32() -> None:
    feed = feed_of(np.arange(5.0), np.arange(5), None, Request(batch_size=2))
    assert feed.steps == 3
    assert [spec.dtype.name for spec in feed.spec] == ["float32", "int64"]
    assert epoch(feed) == [[[0, 1], [0, 1]], [[2, 3], [2, 3]], [[4], [4]]]


def test_several_inputs_are_a_tuple_and_a_dict_stays_one() -> None:
    x, y = [np.zeros((4, 2)), np.ones((4, 3))], {"a": np.zeros(4)}
    spec = feed_of(x, y, [np.ones(4)], Request()).spec
    assert [part.dims for part in spec[0]] == [(None, 2), (None, 3)]
    assert spec[1]["a"].dims == (None,)
    assert len(spec[2]) == 1


def test_each_epoch_of_arrays_has_its_own_order_and_the_seed_tells_it() -> None:
    def epochs(seed: int | None) -> list[Any]:
        feed = feed_of(np.arange(64), None, None, Request(batch_size=64, epochs=2, shuffle=True, seed=seed))
        return [epoch(feed, 1)[0][0], epoch(feed, 1)[0][0]]

    first, second = epochs(3)
    assert sorted(first) == sorted(second) == list(range(64))
    assert first != second
    assert epochs(3) == [first, second]
    assert epochs(4) != [first, second]


def test_an_epoch_of_given_steps_goes_on_in_a_dataset_and_without_them_begins_anew() -> None:
    numbers = Dataset.range(4).batch(1)
    going_on = feed_of(numbers, None, None, Request(steps=3, epochs=2))
    assert [epoch(going_on, 3), epoch(going_on, 3)] == [[[[0]], [[1]], [[2]]], [[[3]]]]
    anew = feed_of(numbers, None, None, Request(epochs=2))
    assert anew.steps == 4
    assert epoch(anew, 4) == epoch(anew, 4) == [[[0]], [[1]], [[2]], [[3]]]


def test_a_dataset_of_filtered_elements_is_shuffled_anew_in_each_epoch() -> None:
    dataset = Dataset.range(100).filter(lambda number: number >= 50).shuffle(100, seed=1).batch(50)
    feed = feed_of(dataset, None, None, Request())
    assert feed.steps is None
    first, second = epoch(feed)[0][0], epoch(feed)[0][0]
    assert sorted(first) == sorted(second) == list(range(50, 100))
    assert first != second


def test_a_generator_is_read_once_and_another_iterable_in_each_epoch() -> None:
    batches = [(np.array([1.0]), np.array([2])), (np.array([3.0]), np.array([4]))]
    once = feed_of(iter(batches), None, None, Request())
    assert epoch(once) == [[[1.0], [2]], [[3.0], [4]]]
    assert epoch(once) == []

    class Loader:
        def __iter__(self) -> Iterator[Any]:
            return iter(batches)

    again = feed_of(Loader(), None, None, Request())
    assert epoch(again) == epoch(again) == [[[1.0], [2]], [[3.0], [4]]]


class Numbers(Sequence):
    """Batches of one number each."""

    ended = 0

    def __len__(self) -> int:
        return 8

    def __getitem__(self, index: int) -> Any:
        return np.array([index]), np.array([index])

    def on_epoch_end(self) -> None:
        self.ended += 1


def test_a_sequence_is_shuffled_by_batches_and_told_of_the_ends() -> None:
    numbers = Numbers()
    feed = feed_of(numbers, None, None, Request(shuffle=True, seed=1))
    first, second = epoch(feed), epoch(feed)
    assert (feed.steps, numbers.ended) == (8, 2)
    assert sorted(first) == sorted(second) == [[[index], [index]] for index in range(8)]
    assert first != second


def test_a_batch_of_other_shapes_widens_the_spec_and_comes_again() -> None:
    batches = iter([(np.zeros((2, 3)),), (np.ones((2, 5)),)])
    feed = feed_of(batches, None, None, Request())
    feed.begin_epoch()
    feed.get_next()
    with pytest.raises(OtherShapes):
        feed.get_next()
    assert feed.spec[0].dims == (None, None)
    assert feed.get_next()[0].shape == (2, 5)


@pytest.mark.parametrize(
    "labels", [np.array([0, 2]), np.array([[0], [2]]), np.array([[1.0, 0, 0], [0, 0, 1]])]
)
def test_classes_weigh_the_examples_that_are_of_them(labels: Any) -> None:
    feed = feed_of(np.zeros(2), labels, np.array([1.0, 0.5]), Request(class_weight={0: 3.0, 1: 1.0, 2: 8.0}))
    assert feed.spec[2].dims == (None,)
    assert epoch(feed)[0][2] == [3.0, 4.0]


def test_an_output_without_weights_counts_one() -> None:
    feed = feed_of(np.zeros(2), [np.zeros(2), np.zeros(2)], [None, np.array([2.0, 3.0])], Request())
    assert epoch(feed)[0][3:] == [[1.0, 1.0], [2.0, 3.0]]


def sources() -> list[tuple[str, Any, Request]]:
    def request(**more: Any) -> Request:
        return Request(epochs=3, **more)

    return [
        ("arrays", lambda: np.arange(8), request(batch_size=2, shuffle=True)),
        ("dataset", lambda: Dataset.range(8).shuffle(8).batch(2), request()),
        ("steps", lambda: Dataset.range(24).batch(2), request(steps=4)),
        ("sequence", Numbers, request(shuffle=True)),
        ("generator", lambda: iter([(np.array([number]),) for number in range(12)]), request(steps=4)),
    ]


@pytest.mark.parametrize("name", [name for name, _, _ in sources()])
def test_a_fit_that_goes_on_sees_what_an_uninterrupted_one_sees(name: str) -> None:
    make, request = next((make, request) for row, make, request in sources() if row == name)
    whole = feed_of(make(), None, None, request)
    steps = whole.steps
    epoch(whole, steps)
    state = whole.state()
    rest = [epoch(whole, steps), epoch(whole, steps)]
    again = feed_of(make(), None, None, request)
    again.restore(state)
    assert [epoch(again, steps), epoch(again, steps)] == rest


@pytest.mark.parametrize(
    ("arguments", "request_", "message"),
    [
        ((np.zeros(3), np.zeros(2), None), {}, "cardinality is ambiguous:\n  x sizes: 3\n  y sizes: 2"),
        ((np.zeros(0), None, None), {}, "Expected input data to be non-empty"),
        ((iter([]), None, None), {}, "Expected input data to be non-empty"),
        ((Dataset.range(2).repeat(), None, None), {}, "specify a `steps_per_epoch` value"),
        ((Dataset.range(2), np.zeros(2), None), {}, "`y` argument is not supported when using Dataset"),
        ((np.zeros(2), np.zeros(2), None), {"class_weight": {1: 2.0}}, "keys from 0 to one less"),
        ((np.zeros(2), np.array([0, 5]), None), {"class_weight": {0: 2.0}}, r"0 to 0, the labels also \[5\]"),
        ((np.zeros(2), [np.zeros(2)] * 2, None), {"class_weight": {0: 2.0}}, "have 2 arrays of labels"),
        ((np.zeros(2), None, np.zeros(2)), {}, "without `y`"),
        ((np.zeros(2), None, None), {"batch_size": 0}, "`batch_size` must be a whole number above 0"),
        ((np.zeros(2), None, None), {"steps": 0}, "is 0: give at least 1"),
        ((np.zeros(2), None, None), {"shuffle": "rows"}, "`shuffle` is True, False or 'batch'"),
        ((None, None, None), {}, "`x` is None"),
        ((iter([tuple(np.zeros(2) for _ in range(4))]), None, None), {}, "found a tuple of 4"),
    ],
)
def test_says_what_is_wrong_with_data(arguments: Any, request_: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        epoch(feed_of(*arguments, Request(**request_)))
