"""Functions over elements: what they get, what they may use, when they run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.pipeline.dataset import Dataset


def values(dataset: Dataset) -> list[Any]:
    return [np.asarray(element).tolist() for element in dataset.as_numpy_iterator()]


def test_a_tuple_is_passed_as_several_arguments() -> None:
    dataset = Dataset.from_tensor_slices(([1.0, 2.0], [10.0, 20.0])).map(lambda x, y: x + y)
    assert values(dataset) == [11.0, 22.0]


def test_a_dict_is_passed_as_one_argument() -> None:
    dataset = Dataset.from_tensor_slices({"x": [1.0], "y": [2.0]}).map(lambda row: (row, row["x"] * row["y"]))
    assert list(dataset.as_numpy_iterator()) == [({"x": 1.0, "y": 2.0}, 2.0)]
    assert dataset.output_types == ({"x": dtypes.float32, "y": dtypes.float32}, dtypes.float32)


def test_map_of_batches_sees_batches() -> None:
    dataset = Dataset.range(4).batch(2).map(lambda x: x * 10)
    assert values(dataset) == [[0, 10], [20, 30]]


def test_maps_follow_one_another() -> None:
    dataset = Dataset.range(3).map(lambda x: x + 1).map(lambda x: x * x)
    assert values(dataset) == [1, 4, 9]


def test_map_before_shuffle_is_the_function_of_the_shuffled() -> None:
    plain = values(Dataset.range(20).shuffle(5, seed=3).repeat(2))
    mapped = values(Dataset.range(20).map(lambda x: x * 2).shuffle(5, seed=3).repeat(2))
    assert mapped == [2 * x for x in plain]


def test_filter_keeps_what_the_function_accepts() -> None:
    # TensorFlow 2.15: range(7) filtered by x % 3 == 0
    assert values(Dataset.range(7).filter(lambda x: b.Equal(x % 3, 0))) == [0, 3, 6]


def test_a_constant_of_the_surrounding_graph_is_copied() -> None:
    with Graph().as_default() as graph:
        ten = graph.constant(10, dtypes.int64)
        dataset = Dataset.range(2).map(lambda x: x + ten)
    assert values(dataset) == [10, 11]


def test_a_placeholder_of_the_surrounding_graph_is_refused() -> None:
    with Graph().as_default() as graph:
        outer = graph.apply("Placeholder", (), {"dtype": dtypes.int64, "shape": ()})
        with pytest.raises(ValueError, match=r"Dataset\.map uses .*outlives the graph"):
            Dataset.range(2).map(lambda x: x + outer)


def test_a_function_without_return_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Dataset\.map returned None.*Is a return missing"):
        Dataset.range(2).map(lambda x: None)


def test_a_function_of_another_number_of_arguments_is_refused() -> None:
    with pytest.raises(TypeError, match=r"takes \(x, y\).*called with 1 argument"):
        Dataset.range(2).map(lambda x, y: x)


def test_a_filter_must_answer_with_one_bool() -> None:
    with pytest.raises(ValueError, match="Invalid `predicate`. `predicate` must return a `tf.bool` scalar"):
        Dataset.range(2).filter(lambda x: x)


def test_random_ops_follow_the_graph_seed_and_differ_between_epochs() -> None:
    def noise(x: Any) -> Any:
        return b.RandomUniform(np.zeros(0, np.int32), dtype="float32")

    dataset = Dataset.range(3).map(noise).repeat(2).batch(6)
    first, again, other = (dataset.source(seed).get_next()[0].tolist() for seed in (1, 1, 2))
    assert first == again != other
    assert len(set(first)) == 6


def test_the_function_is_called_once_when_it_is_added() -> None:
    calls = []

    def twice(x: Any) -> Any:
        calls.append(x)
        return x * 2

    dataset = Dataset.range(5).map(twice)
    assert len(calls) == 1
    assert values(dataset.repeat(2)) == [0, 2, 4, 6, 8] * 2
    assert len(calls) == 1
