"""Processes that share a dataset see together what one process sees, and go on from the position of any of them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import DataLossError
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.iterator import DatasetSource
from estimator.pipeline.rounds import Share
from tests.pipeline.test_state import PIPELINES, pull_all

ENTROPY = 5


def process(dataset: Dataset, rank: int, size: int, whole: bool = True) -> DatasetSource:
    source = dataset.source()
    source.share(Share(rank, size, whole, ENTROPY))
    return source


def seen_by_one(name: str) -> list[Any]:
    return pull_all(process(PIPELINES[name](), 0, 1))


FEW = (
    "batch",
    "drop remainder, repeat",
    "small buffer, repeat, batch",
    "concatenate",
    "shard",
    "take and skip",
    "shuffle, batch, random map",
    "zip of columns",
    "interleave",
    "prefetch",
    "generator, shuffle, prefetch",
    "random Python, prefetch",
)
ALL = [name if name in FEW else pytest.param(name, marks=pytest.mark.mpi) for name in PIPELINES]


@pytest.mark.parametrize("name", ALL)
def test_each_process_gets_its_part_of_every_round(name: str) -> None:
    seen = seen_by_one(name)
    full = len(seen) // 2 * 2
    for rank in range(2):
        assert pull_all(process(PIPELINES[name](), rank, 2)) == seen[rank:full:2]
    for rank in range(3):
        assert pull_all(process(PIPELINES[name](), rank, 3, whole=False)) == seen[rank::3]


@pytest.mark.parametrize("name", ALL)
def test_the_position_of_one_process_is_that_of_all_and_of_any_number(name: str) -> None:
    seen = seen_by_one(name)
    for size, rank, later, taken in ((2, 1, 3, 1), (1, 0, 2, 1), (2, 0, 1, len(seen) // 4)):
        saved = process(PIPELINES[name](), rank, size)
        for _ in range(taken):
            saved.pull()
        state = json.loads(json.dumps(saved.state()))
        rest = seen[taken * size :]
        full = len(rest) // later * later
        for other in range(later):
            restored = process(PIPELINES[name](), other, later)
            restored.restore(state)
            assert pull_all(restored) == rest[other:full:later], f"{size} processes, then {later}"


def test_what_other_processes_take_is_not_made() -> None:
    """Of what is mapped, parsed or batched; a shuffle's buffer holds what comes before that."""
    made: list[int] = []

    def note(number: Any) -> Any:
        def call(value: Any) -> Any:
            made.append(int(value))
            return value

        noted = tf.py_func(call, [number], tf.int64)
        noted.set_shape(())
        return noted

    for dataset in (
        Dataset.range(24).map(note).batch(2),
        Dataset.range(24).map(note).prefetch(2).shuffle(5).batch(2).repeat(1).prefetch(1),
        Dataset.range(24).batch(2).map(note_all(note)),
        Dataset.range(4).flat_map(lambda n: Dataset.range(n * 6, n * 6 + 6).map(note)).batch(2),
    ):
        made.clear()
        seen = pull_all(process(dataset, 1, 3))
        assert sorted(made) == sorted(np.ravel(seen).tolist())
        assert len(made) == 8


def note_all(note: Any) -> Any:
    return lambda numbers: tf.map_fn(note, numbers)


def test_random_numbers_in_a_branch_are_those_of_one_process() -> None:
    def make() -> Dataset:
        def draw(number: Any) -> Any:
            return tf.cond(tf.equal(number % 3, 0), lambda: tf.random_uniform([], seed=1), lambda: 0.5)

        return Dataset.range(12).map(draw)

    seen = pull_all(process(make(), 0, 1))
    assert pull_all(process(make(), 1, 2)) == seen[1::2]


def test_without_seeds_all_processes_shuffle_alike_by_what_stands_for_one() -> None:
    orders = [pull_all(process(Dataset.range(50).shuffle(50), 0, 1)) for _ in range(2)]
    assert orders[0] == orders[1]
    assert sorted(orders[0]) != orders[0]


def test_a_position_beyond_data_that_has_become_less_is_refused() -> None:
    def make(size: int) -> DatasetSource:
        return Dataset.range(size).flat_map(lambda number: Dataset.range(number, number + 1)).source()

    long = make(40)
    for _ in range(30):
        long.pull()
    with pytest.raises(DataLossError, match="does not belong to this pipeline"):
        make(9).restore(json.loads(json.dumps(long.state())))
