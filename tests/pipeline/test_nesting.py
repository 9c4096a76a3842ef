"""Datasets in the place of elements; which elements come, and in which order, TensorFlow says in tests/test_datasets.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.pipeline import functions
from estimator.pipeline.dataset import Dataset
from estimator.runtime.session import Session


def elements(dataset: Dataset) -> list[Any]:
    return [np.asarray(element).tolist() for element in dataset.as_numpy_iterator()]


def test_the_function_is_called_once() -> None:
    calls = []

    def function(number: Any) -> Dataset:
        calls.append(number)
        return Dataset.range(number)

    assert elements(Dataset.range(4).flat_map(function)) == [0, 0, 1, 0, 1, 2]
    assert len(calls) == 1


def test_a_dataset_of_placeholders_is_made_of_datasets_when_the_iterator_begins() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        factor, cycle = tf.placeholder(tf.int64, []), tf.placeholder(tf.int64, [])
        dataset = Dataset.range(1, 4).interleave(
            lambda n: Dataset.range(2).map(lambda m: (m + n) * factor), cycle
        )
        iterator = dataset.make_initializable_iterator()
        element = iterator.get_next()
        session.run(iterator.initializer, {factor: 10, cycle: 2})
        assert [int(session.run(element)) for _ in range(6)] == [10, 20, 20, 30, 30, 40]


def test_as_many_datasets_take_turns_as_nobody_says() -> None:
    in_turn = elements(Dataset.range(8).interleave(lambda n: Dataset.from_tensors(n).repeat(2)))
    assert in_turn == [*range(8), *range(8)]
    auto = Dataset.range(8).interleave(
        lambda n: Dataset.from_tensors(n).repeat(2), tf.data.experimental.AUTOTUNE
    )
    assert elements(auto) == in_turn


def test_each_dataset_is_shuffled_in_its_own_way_and_as_the_graphs_seed_says() -> None:
    dataset = Dataset.range(3).flat_map(lambda n: Dataset.range(20).shuffle(20)).repeat(2)

    def orders(seed: int) -> list[tuple[int, ...]]:
        source = dataset.source(seed)
        return [tuple(int(source.get_next()[0]) for _ in range(20)) for _ in range(6)]

    assert len(set(orders(1))) == 6
    assert orders(1) == orders(1) != orders(2)


def test_a_window_is_a_dataset_for_each_component() -> None:
    window = Dataset.range(4).map(lambda n: {"a": n, "b": (n, n)}).window(2)
    spec = window.element_spec
    assert spec["a"].element_spec == spec["b"][1].element_spec
    assert repr(spec["a"]) == "DatasetSpec(TensorSpec(shape=(), dtype=int64), TensorShape([]))"
    joined = window.flat_map(lambda w: Dataset.zip((w["a"].batch(2), w["b"][1].skip(1))))
    assert [[part.tolist() for part in row] for row in joined.as_numpy_iterator()] == [
        [[0, 1], 1],
        [[2, 3], 3],
    ]


REFUSED = {
    "a function that returns a tensor": (
        lambda: Dataset.range(3).flat_map(lambda n: n),
        TypeError,
        "given to Dataset.flat_map must return a Dataset object.*Dataset.map takes",
    ),
    "no turns": (
        lambda: Dataset.range(3).interleave(Dataset.range, cycle_length=0),
        ValueError,
        "Dataset.interleave: cycle_length must be >= 1, given: 0",
    ),
    "no block": (
        lambda: Dataset.range(3).interleave(Dataset.range, 2, -2),
        ValueError,
        "Dataset.interleave: block_length must be >= 1, given: -2",
    ),
    "rows of a scalar": (lambda: Dataset.range(3).unbatch(), ValueError, "scalar tensor has no rows"),
    "rows of different numbers": (
        lambda: Dataset.from_tensors(([1, 2], [3])).unbatch(),
        ValueError,
        "same number of rows",
    ),
    "an empty window": (lambda: Dataset.range(3).window(0), ValueError, "Dataset.window: size must be >= 1"),
    "a batch of windows": (lambda: Dataset.range(3).window(2).batch(2), TypeError, r"window.batch\(size\)"),
    "padded windows": (
        lambda: Dataset.range(3).window(2).padded_batch(2),
        TypeError,
        r"window.batch\(size\)",
    ),
    "rows of windows": (
        lambda: Dataset.range(3).window(2).unbatch(),
        ValueError,
        "scalar tensor has no rows",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_with_its_name(name: str) -> None:
    make, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        make()


def test_a_function_inside_is_planned_once_for_all_elements(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = []

    def counted(*arguments: Any, **keywords: Any) -> Session:
        sessions.append(Session(*arguments, **keywords))
        return sessions[-1]

    monkeypatch.setattr(functions, "Session", counted)
    inner = Dataset.range(3)
    dataset = Dataset.range(50).interleave(
        lambda n: inner.map(lambda m: m + 10 * n).filter(lambda m: m > 0), 4
    )
    assert len(list(dataset.as_numpy_iterator())) == 149
    assert len(sessions) == 3  # of the functions of interleave, map and filter


def test_random_functions_inside_draw_each_for_themselves() -> None:
    inner = Dataset.range(3).map(lambda m: tf.random_uniform([]))
    drawn = [float(number) for number in Dataset.range(9).flat_map(lambda n: inner).as_numpy_iterator()]
    assert len(set(drawn)) == 27
