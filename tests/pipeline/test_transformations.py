from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.pipeline.dataset import Dataset
from estimator.tf.contrib import data


def elements(dataset: Any) -> list[Any]:
    return [np.asarray(element).tolist() for element in dataset.as_numpy_iterator()]


def test_a_dataset_is_shuffled_anew_in_each_round() -> None:
    found = elements(Dataset.range(8).apply(data.shuffle_and_repeat(buffer_size=8, count=2, seed=3)))
    assert sorted(found[:8]) == sorted(found[8:]) == list(range(8))
    assert found[:8] != found[8:]
    assert found == elements(Dataset.range(8).shuffle(8, 3).repeat(2))


def test_elements_are_mapped_and_made_batches() -> None:
    mapped = data.map_and_batch(lambda x: x * 2, batch_size=2, num_parallel_batches=2)
    assert elements(Dataset.range(5).apply(mapped)) == [[0, 2], [4, 6], [8]]
    whole = data.map_and_batch(lambda x: x * 2, 2, drop_remainder=True, num_parallel_calls=data.AUTOTUNE)
    dataset = Dataset.range(5).apply(whole)
    assert elements(dataset) == [[0, 2], [4, 6]]
    assert dataset.output_shapes.as_list() == [2]
    with pytest.raises(ValueError, match="allows only one of num_parallel_batches and num_parallel_calls"):
        data.map_and_batch(lambda x: x, 2, num_parallel_batches=1, num_parallel_calls=1)


def test_batches_have_one_size_and_elements_numbers() -> None:
    assert elements(Dataset.range(5).apply(data.batch_and_drop_remainder(batch_size=2))) == [[0, 1], [2, 3]]
    assert elements(Dataset.range(7, 9).apply(data.enumerate_dataset(start=5))) == [[5, 7], [6, 8]]


def test_tf_data_has_them_too() -> None:
    same = ("AUTOTUNE", "enumerate_dataset", "map_and_batch", "shuffle_and_repeat")
    assert all(getattr(tf.data.experimental, name) is getattr(data, name) for name in same)
