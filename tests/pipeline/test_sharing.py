"""What an input_fn has made is shared out among the processes of a training, unless each has its own part already."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core import log
from estimator.core.errors import DataLossError, OutOfRangeError, UsageError
from estimator.distribution.collective import Array, used
from estimator.graph.graph import Graph
from estimator.pipeline.adapt import connect
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.inputs import numpy_input_fn
from estimator.pipeline.source_group import SourceGroup
from estimator.runtime.session import Session
from tests.distribution.threads import in_threads
from tests.pipeline.test_loaders import Shuffled

POLICY = tf.data.experimental.AutoShardPolicy


class Alike:
    """A process among others that say what it says."""

    def __init__(self, rank: int, size: int) -> None:
        self.rank, self.size = rank, size
        self.others: Callable[[Array], None] = lambda rows: None

    def all_sum(self, buffer: Array) -> None:
        buffer *= self.size

    def all_gather(self, rows: Array) -> Array:
        together = np.concatenate([rows] * self.size)
        together[:, -8:] = 1  # what stands for seeds comes from the chief
        self.others(together)
        return together

    def broadcast(self, buffer: Array) -> None: ...

    def barrier(self) -> None: ...

    def abort(self, code: int = 1) -> None:
        raise AssertionError(code)


class Process:
    """What a process sees of an input_fn in training."""

    def __init__(
        self,
        input_fn: Callable[[], Any],
        rank: int,
        size: int,
        is_own: bool = False,
        collective: Alike | None = None,
    ) -> None:
        self.graph = Graph()
        with self.graph.as_default(), used(collective or Alike(rank, size)):
            features, _, source = connect(input_fn(), "train", self.graph, is_own)
        assert source is not None
        self.source: SourceGroup = source
        self._features, self._session = features, Session(graph=self.graph)

    def batches(self, count: int | None = None) -> list[Any]:
        found: list[Any] = []
        while count is None or len(found) < count:
            try:
                found.append(np.asarray(self._session.run(self._features)).tolist())
            except OutOfRangeError:
                break
        return found

    def saved(self) -> Any:
        return json.loads(
            json.dumps({"fingerprint": self.source.fingerprint(), "state": self.source.state()})
        )

    def go_on(self, saved: Any) -> Process:
        assert saved["fingerprint"] == self.source.fingerprint()
        self.source.restore(saved["state"])
        return self


def range_of(count: int, size: int) -> Dataset:
    return Dataset.range(count).batch(size)


def with_policy(dataset: Dataset, policy: Any) -> Dataset:
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = policy
    return dataset.with_options(options)


def iterator_of(dataset: Dataset) -> Any:
    return dataset.make_one_shot_iterator().get_next()


def yielded() -> Any:
    return (np.arange(start, start + 2) for start in range(0, 14, 2))


INPUTS: dict[str, Callable[[], Any]] = {
    "dataset": lambda: range_of(14, 2),
    "tensors of an iterator": lambda: iterator_of(range_of(14, 2)),
    "numpy_input_fn": numpy_input_fn(np.arange(14), batch_size=2, shuffle=False),
    "generator": yielded,
    "list of batches": lambda: iter(list(yielded())),
    "policy DATA": lambda: with_policy(range_of(14, 2), POLICY.DATA).prefetch(2),
}


@pytest.mark.parametrize("name", INPUTS)
def test_each_process_takes_its_batches_of_whatever_input_fn_returns(name: str) -> None:
    for rank in range(2):
        expected = [[start, start + 1] for start in range(2 * rank, 12, 4)]
        assert Process(INPUTS[name], rank, 2).batches() == expected
    assert len(Process(INPUTS[name], 0, 1).batches()) == 7


@pytest.mark.parametrize("name", INPUTS)
def test_the_position_that_one_saves_is_good_for_any_number(name: str) -> None:
    chief = Process(INPUTS[name], 0, 2)
    chief.batches(1)
    saved = chief.saved()
    for rank in range(3):
        assert Process(INPUTS[name], rank, 3).go_on(saved).batches() == [[4 + 2 * rank, 5 + 2 * rank]]
    assert Process(INPUTS[name], 0, 1).go_on(saved).batches() == [[n, n + 1] for n in range(4, 14, 2)]


def test_without_a_seed_all_shuffle_as_the_chief_does() -> None:
    def input_fn() -> Any:
        return numpy_input_fn(np.arange(40), batch_size=4, shuffle=True)()

    seen = [row for rank in range(2) for batch in Process(input_fn, rank, 2).batches() for row in batch]
    assert sorted(seen) == list(range(40))
    assert seen != sorted(seen)


def test_a_recipe_that_the_user_has_split_is_not_split_again() -> None:
    for rank in range(2):
        batches = Process(lambda rank=rank: Dataset.range(9).shard(2, rank).batch(2), rank, 2).batches()
        assert [row for batch in batches for row in batch] == list(range(rank, 9, 2))


def test_a_shard_that_is_not_of_this_process_is_one_of_the_recipe() -> None:
    """As to hold half of the data out: in rank 0 it looks like a split by rank, in rank 1 it does not."""
    other = Alike(0, 2)

    def say_otherwise(told: Array) -> None:
        told[1, 0] = 0

    other.others = say_otherwise
    batches = Process(lambda: Dataset.range(16).shard(2, 0).batch(2), 0, 2, collective=other).batches()
    assert batches == [[0, 2], [8, 10]]
    assert Process(lambda: Dataset.range(16).shard(2, 0).batch(2), 1, 2).batches() == [[4, 6], [12, 14]]


def test_own_data_is_gone_through_again_to_the_position_that_the_chief_saved() -> None:
    def input_fn(rank: int) -> Any:
        return lambda: Dataset.range(40).shuffle(9).shard(2, rank).repeat(2).batch(3)

    whole = [Process(input_fn(rank), rank, 2).batches() for rank in range(2)]
    chief = Process(input_fn(0), 0, 2)
    chief.batches(4)
    saved = chief.saved()
    for rank in range(2):
        assert Process(input_fn(rank), rank, 2).go_on(saved).batches() == whole[rank][4:]
    with pytest.raises(
        DataLossError, match="of 2 processes that read data of their own each; now there are 3"
    ):
        Process(lambda: Dataset.range(40).shuffle(9).shard(3, 0).repeat(2).batch(3), 0, 3).source.restore(
            saved["state"]
        )
    with pytest.raises(DataLossError, match="shared the data in another way"):
        Process(lambda: Dataset.range(40).shuffle(9).repeat(2).batch(3), 0, 2).source.restore(saved["state"])


def test_every_process_reads_all_where_the_policy_is_off_or_input_fn_has_split() -> None:
    everything = range_of(14, 2)
    all_batches = [[n, n + 1] for n in range(0, 14, 2)]
    assert Process(lambda: with_policy(everything, POLICY.OFF), 1, 2).batches() == all_batches
    assert Process(lambda: everything, 1, 2, is_own=True).batches() == all_batches
    assert Process(yielded, 1, 2, is_own=True).batches() == all_batches


def test_own_batches_of_an_iterable_go_on_by_their_number() -> None:
    chief = Process(yielded, 0, 2, is_own=True)
    chief.batches(3)
    assert Process(yielded, 1, 2, is_own=True).go_on(chief.saved()).batches() == [
        [6, 7],
        [8, 9],
        [10, 11],
        [12, 13],
    ]


def test_of_the_policy_file_each_reads_files_of_its_own(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text("".join(f"{number}{line}\n" for line in range(3)))

    def flat() -> Any:
        names = Dataset.list_files(str(tmp_path / "*.txt"), shuffle=False)
        return with_policy(tf.data.TextLineDataset(names).batch(1), POLICY.FILE)

    def interleaved() -> Any:
        names = Dataset.list_files(str(tmp_path / "*.txt"), shuffle=False)
        return with_policy(names.interleave(tf.data.TextLineDataset, 2).batch(1), POLICY.FILE)

    for input_fn in (flat, interleaved):
        for rank in range(2):
            lines = [line.decode() for (line,) in Process(input_fn, rank, 2).batches()]
            assert sorted(lines) == [f"{file}{line}" for file in range(rank, 5, 2) for line in range(3)]
    with pytest.raises(UsageError, match="reads no files; DATA shares out its batches"):
        Process(lambda: with_policy(range_of(4, 2), POLICY.FILE), 0, 2)


def test_where_the_hint_stands_each_takes_its_elements() -> None:
    hint = tf.data.experimental.SHARD_HINT

    def input_fn() -> Any:
        return Dataset.range(12).shard(hint, hint).batch(3)

    assert [Process(input_fn, rank, 2).batches() for rank in range(2)] == [
        [[0, 2, 4], [6, 8, 10]],
        [[1, 3, 5], [7, 9, 11]],
    ]
    assert len(Process(input_fn, 0, 1).batches()) == 4


def test_processes_that_make_different_inputs_are_told() -> None:
    other = Alike(0, 3)

    def say_otherwise(told: Array) -> None:
        told[2, 3] += 1

    other.others = say_otherwise
    with pytest.raises(UsageError, match="another input in rank 2 than in rank 0"):
        Process(lambda: range_of(4, 2), 0, 3, collective=other)


def test_queues_are_not_shared_out_and_one_line_says_so(caplog: pytest.LogCaptureFixture) -> None:
    def input_fn() -> Any:
        number = tf.train.limit_epochs(tf.constant(1.0), num_epochs=4)
        return tf.train.batch([number], 2)

    log.set_verbosity(log.WARN)
    graph = Graph()
    with graph.as_default(), used(Alike(0, 2)):
        connect(input_fn(), "train", graph)
    assert [record.message for record in caplog.records if "queues of input_fn" in record.message]


def test_a_loader_that_draws_its_order_draws_that_of_the_chief_in_all() -> None:
    """Their own generators have other states, as torch's have where nobody seeds them."""

    def loaded(count: int, saved: Any = None) -> Any:
        graph = Graph()
        with graph.as_default():
            features, _, source = connect(Shuffled(), "train", graph)
        assert source is not None
        if saved is not None:
            source.restore(json.loads(json.dumps(saved)))
        session = Session(graph=graph)
        return [int(session.run(features)[0]) for _ in range(count)], source.state()

    (first, saved), (second, _) = in_threads(2, lambda rank: loaded(1))
    rest, _ = loaded(4, saved)
    assert sorted(first + second + rest) == list(range(6))


def test_a_loader_that_knows_of_the_processes_is_not_split_again() -> None:
    class Sampler:
        rank, num_replicas = 1, 2

    class Loader:
        sampler = Sampler()

        def __iter__(self) -> Any:
            return yielded()

    assert len(Process(Loader, 1, 2).batches()) == 7
    assert len(Process(Loader, 0, 2).batches()) == 3
