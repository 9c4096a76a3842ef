"""Where loaders of other libraries stand: stand-ins of their shape; tests/interop/test_data_libraries.py has the real ones."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import DataLossError, OutOfRangeError
from estimator.pipeline.batches import BatchSource
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.iterator import DatasetSource
from estimator.pipeline.source_group import SourceGroup
from tests.arrow_tables import ArrowTable, Chunk, Type, numbers, table

SIZE = 6


class Stateful:
    """A loader that says where it stands, as torchdata's."""

    def __init__(self, size: int = SIZE) -> None:
        self.size, self._next, self._begin = size, 0, 0

    def __iter__(self) -> Iterator[Any]:
        self._next, self._begin = self._begin, 0
        while self._next < SIZE:
            self._next += 1
            yield np.array([self._next - 1])

    def state_dict(self) -> Any:
        return {"next": self._next, "size": (self.size,)}

    def load_state_dict(self, state: Any) -> None:
        assert state["size"] == (self.size,), "another size"
        self._begin = state["next"]


class Numbers:
    """A dataset whose iterators say where they stand, as grain's."""

    def __iter__(self) -> Any:
        return NumbersIterator()


class NumbersIterator:
    def __init__(self) -> None:
        self._next = 0

    def __next__(self) -> Any:
        if self._next == SIZE:
            raise StopIteration
        self._next += 1
        return {"x": np.array([self._next - 1])}

    def get_state(self) -> Any:
        return str(self._next).encode()

    def set_state(self, state: bytes) -> None:
        self._next = int(state)


class Generator:
    """A source of random numbers, as torch has it."""

    def __init__(self) -> None:
        self._random = random.Random()

    def get_state(self) -> Any:
        version, words, _ = self._random.getstate()
        return np.array(words)

    def set_state(self, state: Any) -> None:
        self._random.setstate((3, tuple(state.tolist()), None))

    def shuffled(self) -> list[int]:
        return self._random.sample(range(SIZE), SIZE)


class Sampler:
    def __init__(self, generator: Any) -> None:
        self.generator = generator


class Shuffled:
    """A loader that draws an order from a generator each time it is begun, as torch's."""

    collate_fn = None

    def __init__(self, generator: Generator | None = None) -> None:
        self.generator = generator or Generator()
        self.sampler = Sampler(self.generator)
        self.batch_sampler = None

    def __iter__(self) -> Iterator[Any]:
        order = self.generator.shuffled()
        return ([np.array([number]), np.array([number])] for number in order)


class Steps:
    """What an IterableDataset of Hugging Face is made of."""

    def __init__(self, ex_iterable: Any = None) -> None:
        self.ex_iterable = ex_iterable


class BufferShuffledSteps(Steps):
    pass


class Streamed(Stateful):
    """An IterableDataset of Hugging Face, in batches of two; its state forgets the buffer of a shuffle."""

    def __init__(self, steps: Steps, formatted: bool = False) -> None:
        super().__init__()
        self._ex_iterable, self._formatted = steps, formatted

    def with_format(self, kind: str) -> Streamed:
        assert kind == "arrow"
        return type(self)(self._ex_iterable, formatted=True)

    def __iter__(self) -> Iterator[Any]:
        assert self._formatted, "its lists of Python numbers have lost their type"
        for batch in super().__iter__():
            number = int(batch[0])
            inner = Chunk(2, [None, numbers("i8", number, 2**60 + 1)])
            yield table(
                1, x=(Type("+l", children=[Type("l")]), Chunk(1, [None, numbers("i4", 0, 2)], [inner]))
            )


class Files:
    """Files of pyarrow."""

    def to_batches(self) -> Iterator[Any]:
        return (table(1, x=("c", Chunk(1, [None, numbers("i1", number)]))) for number in range(SIZE))


LOADERS: dict[str, Any] = {
    "a loader with state": Stateful,
    "an iterator with state": Numbers,
    "a loader that draws": Shuffled,
    "a stream of stored batches": lambda: Streamed(Steps(Steps())),
    "a shuffled stream": lambda: Streamed(Steps(BufferShuffledSteps(Steps()))),
    "files": Files,
    "a generator": lambda: (np.array([number]) for number in range(SIZE)),
}


ELEMENTS: dict[str, Any] = {
    "a loader with state": "int64",
    "an iterator with state": {"x": "int64"},
    "a loader that draws": ("int64", "int64"),
}


def rest(source: BatchSource | DatasetSource) -> list[Any]:
    """The batches that are left, as lists."""
    found = []
    try:
        while True:
            found.append([array.tolist() for array in source.get_next()])
    except OutOfRangeError:
        return found


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("count", [0, 1, 4, SIZE])
def test_an_interrupted_loader_goes_on_with_the_batch_that_was_next(name: str, count: int) -> None:
    source = BatchSource(LOADERS[name](), "train")
    for _ in range(count):
        source.get_next()
    state = json.loads(json.dumps(source.state()))
    wanted = rest(source)
    assert len(wanted) == SIZE - count
    again = BatchSource(LOADERS[name](), "train")
    assert again.fingerprint() == source.fingerprint()
    again.restore(state)
    assert again.state()["count"] == count
    assert rest(again) == wanted


@pytest.mark.parametrize("name", ["a loader with state", "an iterator with state", "a loader that draws"])
@pytest.mark.parametrize("count", [0, 1, 4, SIZE])
def test_a_dataset_of_a_loader_goes_on_where_the_loader_stood(name: str, count: int) -> None:
    def dataset() -> Dataset:
        arguments = [Generator()] if LOADERS[name] is Shuffled else []  # of both epochs
        elements = Dataset.from_generator(lambda: LOADERS[name](*arguments), ELEMENTS[name])
        return elements.shuffle(3, seed=1).repeat(2).batch(1).prefetch(2)

    source = dataset().source()
    for _ in range(count):
        source.get_next()
    state = json.loads(json.dumps(source.state()))
    again = dataset().source()
    again.restore(state)
    assert rest(again) == rest(source)


def test_a_loader_can_be_begun_again_and_a_generator_cannot() -> None:
    sources = {name: BatchSource(LOADERS[name](), "train") for name in LOADERS}
    group = SourceGroup({"a": sources["a loader with state"], "b": sources["files"]})
    first = [rest(sources["a loader with state"]), rest(sources["files"])]
    assert group.restart()
    assert [rest(sources["a loader with state"]), rest(sources["files"])] == first
    assert not SourceGroup({"a": sources["a generator"], "b": sources["files"]}).restart()
    assert rest(sources["files"]) == []


def test_loaders_with_a_state_are_not_read_again() -> None:
    class Watched(Stateful):
        read = 0

        def __iter__(self) -> Iterator[Any]:
            for batch in super().__iter__():
                Watched.read += 1
                yield batch

    source = BatchSource(Watched(), "train")
    for _ in range(4):
        source.get_next()
    state = source.state()
    Watched.read = 0
    again = BatchSource(Watched(), "train")
    again.restore(state)
    again.get_next()
    assert Watched.read == 2  # the first one, which tells the types, and the one that was next


def test_the_kinds_of_positions_have_different_fingerprints() -> None:
    prints = {name: BatchSource(LOADERS[name](), "train").fingerprint() for name in LOADERS}
    assert prints["a generator"] not in {prints["a loader with state"], prints["a loader that draws"]}
    assert prints["a generator"].startswith("batches (")


def test_a_state_that_a_loader_does_not_take_begins_it_anew() -> None:
    source = BatchSource(Stateful(), "train")
    source.get_next()
    other = BatchSource(Stateful(size=9), "train")
    with pytest.raises(
        DataLossError, match=r"does not take its saved position \(AssertionError: another size"
    ):
        other.restore(source.state())
    assert len(rest(other)) == SIZE


def test_a_state_that_cannot_be_saved_is_said_once_and_batches_are_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Odd(Stateful):
        def state_dict(self) -> Any:
            return {"next": object()}

    source = BatchSource(Odd(), "train")
    source.get_next()
    source.get_next()
    assert source.state() == source.state() == {"count": 2}
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1 and "only counted" in told[0] and "holds a object" in told[0]
    again = BatchSource(Odd(), "train")
    again.restore({"count": 2})
    assert rest(again) == rest(source)


def test_single_rows_of_a_stream_are_refused_with_advice() -> None:
    class Rows(Streamed):
        def __iter__(self) -> Iterator[Any]:
            yield table(1, x=("l", Chunk(1, [None, numbers("i8", 1)])))

    with pytest.raises(
        ValueError, match=r"single rows, as there is no list in \['x'\].*dataset\.batch\(32\)"
    ):
        BatchSource(Rows(Steps()), "train")


def test_stored_batches_keep_the_type_in_which_they_are_stored() -> None:
    (first, *_) = rest(BatchSource(Streamed(Steps()), "train"))
    assert first == [[0, 2**60 + 1]]


def test_a_reader_of_tables_gives_one_a_batch() -> None:
    tables = (
        ArrowTable(
            Type("+s", children=[Type("c", "x")]), [Chunk(2, [None], [Chunk(2, [None, numbers("i1", n, n)])])]
        )
        for n in (1, 2)
    )
    assert rest(BatchSource(tables, "train")) == [[[1, 1]], [[2, 2]]]
