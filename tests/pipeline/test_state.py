"""A pipeline that is stopped anywhere and restored gives what an uninterrupted one gives, to the last element."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import DataLossError, OutOfRangeError
from estimator.graph import build as b
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.iterator import DatasetSource
from estimator.pipeline.reducers import Reducer, group_by_reducer

ROWS = ({"x": np.arange(23.0), "y": np.arange(46).reshape(23, 2)}, np.arange(23))


def rows() -> Dataset:
    return Dataset.from_tensor_slices(ROWS)


def generated() -> Dataset:
    return Dataset.from_generator(lambda: iter(range(23)), "int64", [])


def vectors() -> Dataset:
    """Vectors of up to three numbers."""
    return Dataset.range(13).map(lambda number: b.Fill((number % 4)[None], number, index_type="int64"))


def shuffled(size: Any) -> Dataset:
    """The numbers below `size` + 2 in an order of their own."""
    return Dataset.range(size + 2).shuffle(9)


def repeated(value: Any, times: Any) -> Dataset:
    return Dataset.from_tensors(value).repeat(times)


def total_and_text(state: Any, number: Any) -> Any:
    """A sum, and a text that grows, which are also the element."""
    following = state[0] + number, b.StringJoin([state[1], b.AsString(number)])
    return following, following


def in_group(key: Any, window: Dataset) -> Dataset:
    return window.shuffle(3).map(lambda number: (key, number))


def parity(number: Any, noise: Any) -> Any:
    return number % 2


def of_pairs(key: Any, window: Dataset) -> Dataset:
    return window.batch(2)


def noise() -> Any:
    return b.RandomUniform(np.zeros(0, np.int32), dtype="float32")


def noisy(features: Any, labels: Any) -> Any:
    return {**features, "noise": noise()}, labels


def in_python(features: Any, labels: Any) -> Any:
    """The noise, as a function of Python gives it."""
    return tf.py_func(np.negative, [features["noise"]], tf.float32, stateful=False)


def parity_of(number: Any) -> Any:
    return number % 2


TOTALS = Reducer(
    lambda key: (key, np.float32(0.0)),
    lambda state, pair: (state[0], state[1] + pair[1]),
    lambda key, total: total,
)

PIPELINES: dict[str, Callable[[], Dataset]] = {
    "batch": lambda: rows().batch(4),
    "elements": lambda: rows().take(9),
    "drop remainder, repeat": lambda: rows().batch(4, drop_remainder=True).repeat(2),
    "shuffle all, repeat, batch": lambda: rows().shuffle(100).repeat(3).batch(4),
    "shuffle all of a small take": lambda: rows().take(10).shuffle(10, seed=1).repeat(3),
    "small buffer, repeat, batch": lambda: rows().shuffle(5).repeat(3).batch(4),
    "repeat, small buffer, batch": lambda: rows().repeat(3).shuffle(5).batch(4),
    "endless repeat, shuffle, batch": lambda: rows().repeat().shuffle(50).batch(4).take(30),
    "buffer of one": lambda: rows().shuffle(1).batch(4),
    "batch, shuffle, repeat": lambda: rows().batch(2).shuffle(4).repeat(2),
    "same order each time": lambda: rows().shuffle(30, reshuffle_each_iteration=False).repeat(2).batch(5),
    "two shuffles": lambda: rows().shuffle(7).shuffle(3).repeat(2).batch(4),
    "map, shuffle, batch": lambda: rows().map(lambda f, y: (f["x"] * 2.0, y)).shuffle(9).repeat(2).batch(4),
    "shuffle, batch, map": lambda: rows().shuffle(9).batch(4).map(lambda f, y: f["x"] + 1.0),
    "filter": lambda: Dataset.range(40).shuffle(6).filter(lambda x: b.Equal(x % 3, 0)).batch(2),
    "generator": lambda: generated().batch(4).repeat(2),
    "generator, shuffle": lambda: generated().shuffle(6).repeat(2).batch(4),
    "endless generator, shuffle": lambda: generated().repeat().shuffle(6).batch(3).take(40),
    "zip of columns": lambda: Dataset.zip((rows(), Dataset.range(100).shuffle(9))).shuffle(6).batch(4),
    "zip with a generator": lambda: Dataset.zip((generated(), rows().shuffle(30))).batch(4),
    "enumerate": lambda: rows().shuffle(8).enumerate().batch(4),
    "concatenate": lambda: Dataset.range(5).concatenate(Dataset.range(9).shuffle(3)).repeat(2).batch(3),
    "cache": lambda: Dataset.range(9).shuffle(3).cache().repeat(3).batch(2),
    "take and skip": lambda: rows().skip(3).take(11).repeat(2).batch(4),
    "shard": lambda: rows().shuffle(30).shard(3, 1).repeat(2).batch(2),
    "random map, batch": lambda: rows().map(noisy).repeat(2).batch(4),
    "shuffle, batch, random map": lambda: rows().shuffle(9).repeat(2).batch(4).map(noisy),
    "random map, batch, shuffle": lambda: rows().repeat(3).map(noisy).batch(2).shuffle(4),
    "random map, cache": lambda: rows().map(noisy).cache().repeat(2).batch(4),
    "random map, zip": lambda: Dataset.zip((rows().map(noisy), rows())).shuffle(5).batch(4),
    "random filter": lambda: Dataset.range(40).filter(lambda x: b.Less(noise(), 0.5)).shuffle(4),
    "padded batch": lambda: vectors().shuffle(4).padded_batch(3, [None]).repeat(2),
    "flat map": lambda: (
        rows().take(9).flat_map(lambda f, y: Dataset.range(y % 4).map(lambda n: n + y)).repeat(2)
    ),
    "flat map, shuffle": lambda: Dataset.range(6).shuffle(3).flat_map(shuffled).shuffle(5).repeat(2),
    "flat map of flat maps": lambda: Dataset.range(5).flat_map(lambda n: Dataset.range(n).flat_map(shuffled)),
    "random map, flat map": lambda: rows().take(5).map(noisy).flat_map(lambda f, y: repeated(f["noise"], 3)),
    "flat map of random maps": lambda: Dataset.range(4).flat_map(
        lambda n: Dataset.range(n).map(lambda m: noise())
    ),
    "interleave": lambda: (
        Dataset.range(9).interleave(lambda n: repeated(n, n % 4 + 1), 3, 2).batch(3).repeat(2)
    ),
    "interleave, shuffle": lambda: (
        Dataset.range(100).shuffle(9).interleave(lambda n: repeated(n, n % 3), 7).batch(9)
    ),
    "unbatch": lambda: rows().shuffle(9).batch(5).unbatch().repeat(2).batch(4),
    "window": lambda: Dataset.range(20).shuffle(5).window(3, 2).flat_map(lambda w: w.batch(2)).repeat(2),
    "window with gaps": lambda: Dataset.range(300).window(3, 7, 2).flat_map(lambda w: w.shuffle(3)).batch(8),
    "random map, window": lambda: rows().map(noisy).window(4, 2).flat_map(lambda f, y: f["noise"]),
    "take while": lambda: Dataset.range(40).shuffle(6).take_while(lambda n: n < 20).repeat(2),
    "scan": lambda: Dataset.range(7).scan((np.int64(0), b""), total_and_text).repeat(2),
    "random scan": lambda: Dataset.range(9).scan(np.float32(0.0), lambda s, n: (s + noise(), s)).batch(2),
    "unique": lambda: Dataset.range(30).map(lambda n: n * n % 7).unique().repeat(2),
    "groups": lambda: Dataset.range(40).shuffle(9).group_by_window(lambda n: n % 3, in_group, 4).repeat(2),
    "groups of rare keys": lambda: Dataset.range(90).group_by_window(
        lambda n: b.Cast(n > 3, DstT="int64"), in_group, 9
    ),
    "random map, groups": lambda: (
        Dataset.range(20).map(lambda n: (n, noise())).group_by_window(parity, of_pairs, 3)
    ),
    "buckets": lambda: vectors().shuffle(5).bucket_by_sequence_length(b.Size, [2], [3, 2], [None]).repeat(2),
    "ignore errors": lambda: Dataset.range(-4, 9).map(lambda n: 10 // n).ignore_errors().repeat(2),
    "random": lambda: Dataset.random().take(9).repeat(2),
    "random, seeded anew": lambda: Dataset.random(3, True).take(9).repeat(2),
    "sample": lambda: Dataset.sample_from_datasets([Dataset.range(9), Dataset.range(3)], [0.3, 0.7]).repeat(
        2
    ),
    "choose": lambda: Dataset.choose_from_datasets(
        [Dataset.range(9), Dataset.range(3)], Dataset.range(2).repeat(4)
    ),
    "prefetch": lambda: rows().shuffle(30).batch(4).prefetch(2),
    "generator, prefetch": lambda: generated().batch(4).prefetch(2).repeat(2),
    "generator, shuffle, prefetch": lambda: generated().shuffle(9).batch(2).prefetch(1).repeat(2),
    "prefetch, take, repeat": lambda: generated().prefetch(3).take(7).repeat(2).batch(3),
    "random Python, prefetch": lambda: rows().map(noisy).map(in_python).prefetch(2).batch(3).repeat(2),
    "prefetch of prefetches": lambda: (
        generated().prefetch(2).flat_map(lambda n: generated().take(n % 3).prefetch(2)).prefetch(4)
    ),
    "rebatch": lambda: rows().shuffle(5).batch(4).rebatch([1, 3]).repeat(2),
    "groups reduced": lambda: (
        Dataset.range(20)
        .map(lambda n: (n % 4, noise()))
        .apply(group_by_reducer(lambda n, x: n, TOTALS))
        .repeat(2)
    ),
    "resampled": lambda: Dataset.range(40).rejection_resample(lambda n: n % 2, [0.8, 0.2]).repeat(2),
    "resampled, of known shares": lambda: Dataset.range(40).rejection_resample(
        parity_of, [0.8, 0.2], [0.5, 0.5]
    ),
    "errors, prefetch": lambda: generated().map(lambda n: 60 // (n % 5)).prefetch(2).ignore_errors(),
}


def pull_all(source: DatasetSource) -> list[list[Any]]:
    found = []
    while (element := source.pull()) is not None:
        found.append([array.tolist() for array in element])
    return found


@pytest.mark.parametrize("name", PIPELINES)
def test_a_restored_pipeline_continues_at_every_position(name: str) -> None:
    running = PIPELINES[name]().source()
    states, seen = [json.dumps(running.state())], []
    while (element := running.pull()) is not None:
        seen.append([array.tolist() for array in element])
        states.append(json.dumps(running.state()))
    assert len(seen) > 3
    for position, state in enumerate(states):
        restored = PIPELINES[name]().source()
        restored.restore(json.loads(state))
        assert pull_all(restored) == seen[position:], f"restored after {position} elements"


@pytest.mark.parametrize("name", PIPELINES)
def test_saving_changes_nothing(name: str) -> None:
    watched, left_alone = PIPELINES[name]().source(), PIPELINES[name]().source()
    left_alone.restore(json.loads(json.dumps(watched.state())))  # the seeds
    seen = []
    while (element := watched.pull()) is not None:
        watched.state()
        seen.append([array.tolist() for array in element])
    assert seen == pull_all(left_alone)


@pytest.mark.parametrize("name", PIPELINES)
def test_a_restored_pipeline_can_be_saved_and_restored_again(name: str) -> None:
    first = PIPELINES[name]().source()
    for _ in range(2):
        first.pull()
    second = PIPELINES[name]().source()
    second.restore(json.loads(json.dumps(first.state())))
    second.pull()
    third = PIPELINES[name]().source()
    third.restore(json.loads(json.dumps(second.state())))
    first.pull()
    assert pull_all(third) == pull_all(first)


def test_a_long_shuffle_of_a_generator_restores_from_a_recent_state() -> None:
    def make() -> DatasetSource:
        return Dataset.range(5000).filter(lambda x: b.GreaterEqual(x, 0)).shuffle(8, seed=1).source()

    running = make()
    for _ in range(900):
        running.get_next()
    state = running.state()
    assert state["stage"]["first"] > 400
    restored = make()
    restored.restore(json.loads(json.dumps(state)))
    assert [running.get_next()[0] for _ in range(50)] == [restored.get_next()[0] for _ in range(50)]


def test_the_state_of_data_in_memory_does_not_grow_with_it() -> None:
    source = (
        Dataset.from_tensor_slices(np.zeros(50_000, np.int8)).shuffle(50_000).repeat().batch(100).source()
    )
    for _ in range(700):
        source.get_next()
    assert len(json.dumps(source.state())) < 20_000


def test_end_of_input_is_part_of_the_state() -> None:
    source = Dataset.range(2).source()
    assert len(pull_all(source)) == 2
    restored = Dataset.range(2).source()
    restored.restore(source.state())
    with pytest.raises(OutOfRangeError):
        restored.get_next()


def test_a_state_of_another_pipeline_is_refused() -> None:
    source = Dataset.range(5).shuffle(3).source()
    with pytest.raises(DataLossError, match="does not belong to this pipeline"):
        source.restore(Dataset.range(5).batch(2).source().state())
