"""tf.data's shuffle: what the buffer allows, when orders repeat."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.graph import build as b
from estimator.pipeline.dataset import Dataset

HOW = {
    "indices": lambda n: Dataset.range(n),
    "elements": lambda n: Dataset.range(n).filter(lambda x: b.GreaterEqual(x, 0)),
}


def order(dataset: Dataset, graph_seed: int | None = None) -> list[int]:
    source, found = dataset.source(graph_seed), []
    while (element := source.pull()) is not None:
        found.append(int(element[0]))
    return found


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("buffer_size", [1, 2, 7, 49, 50, 51, 1000])
def test_every_element_comes_once_an_epoch(how: str, buffer_size: int) -> None:
    found = order(HOW[how](50).shuffle(buffer_size).repeat(2))
    assert sorted(found[:50]) == sorted(found[50:]) == list(range(50))


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("buffer_size", [1, 2, 7, 20])
def test_no_element_comes_before_it_entered_the_buffer(how: str, buffer_size: int) -> None:
    found = order(HOW[how](200).shuffle(buffer_size))
    assert all(element < position + buffer_size for position, element in enumerate(found))
    assert buffer_size == 1 or found != sorted(found)


def test_a_buffer_of_one_keeps_the_order() -> None:
    assert order(Dataset.range(9).shuffle(1)) == list(range(9))


def test_shuffling_after_repeat_mixes_epochs() -> None:
    found = order(Dataset.range(10).repeat(20).shuffle(30, seed=1))
    assert sorted(found) == sorted(list(range(10)) * 20)
    assert any(sorted(found[start : start + 10]) != list(range(10)) for start in range(0, 200, 10))


def test_the_first_draw_of_a_full_buffer_is_uniform() -> None:
    counts = np.zeros(4)
    for seed in range(2000):
        counts[order(Dataset.range(10).shuffle(4, seed=seed).take(1))[0]] += 1
    # 2000 draws of 4: expectation 500, standard deviation sqrt(2000 * 1/4 * 3/4) = 19.4
    assert np.all(np.abs(counts - 500) < 5 * 19.4)


@pytest.mark.parametrize("buffer_size", [4, 100])
def test_each_epoch_is_shuffled_anew(buffer_size: int) -> None:
    found = order(Dataset.range(50).shuffle(buffer_size, seed=1).repeat(2))
    assert found[:50] != found[50:]


@pytest.mark.parametrize("buffer_size", [4, 100])
def test_epochs_are_equal_without_reshuffling(buffer_size: int) -> None:
    found = order(Dataset.range(50).shuffle(buffer_size, seed=1, reshuffle_each_iteration=False).repeat(2))
    assert found[:50] == found[50:]


def test_a_seed_gives_the_same_order_in_every_iterator() -> None:
    dataset = Dataset.range(50).shuffle(50, seed=1)
    assert order(dataset) == order(dataset) != order(Dataset.range(50).shuffle(50, seed=2))


def test_the_graph_seed_decides_where_no_seed_is_given() -> None:
    dataset = Dataset.range(50).shuffle(50)
    assert order(dataset, graph_seed=7) == order(dataset, graph_seed=7) != order(dataset, graph_seed=8)
    assert order(dataset) != order(dataset)


def test_two_unseeded_shuffles_of_one_pipeline_differ() -> None:
    left, right = Dataset.range(50).shuffle(50), Dataset.range(50).shuffle(50)
    source = Dataset.zip((left, right)).batch(50).source(graph_seed=7)
    first, second = source.get_next()
    assert first.tolist() != second.tolist()


def test_equal_seeds_keep_features_and_labels_together() -> None:
    features, labels = Dataset.range(50).shuffle(9, seed=3), Dataset.range(50).shuffle(9, seed=3)
    left, right = Dataset.zip((features, labels)).batch(50).source(graph_seed=7).get_next()
    assert left.tolist() == right.tolist()
