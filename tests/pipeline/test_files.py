"""Files are read a buffer at a time, from any place on, and say what is wrong with them."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from estimator.core.errors import DataLossError, InvalidArgumentError, NotFoundError
from estimator.formats.records import frame
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.file_datasets import FixedLengthRecordDataset, TextLineDataset, TFRecordDataset

FILES = {
    "a": b"a0\r\na1\n\na3",
    "b": b"b0\nb1\n",
    "c": b"",
    "d": b"".join(b"d%d\n" % number for number in range(9)),
    "a.gz": gzip.compress(b"a0\na1\na2\n"),
    "d.gz": gzip.compress(b"d" * 70000 + b"\nd1\nd2"),
    "r": b"".join(frame(b"r%d" % number * number) for number in range(6)),
    "r.gz": gzip.compress(b"".join(frame(b"r%d" % number * number) for number in range(6))),
    "p": b"HH112233F",
    "p.gz": gzip.compress(b"HH11223344F"),
}
PIPELINES: dict[str, Callable[[], Dataset]] = {
    "lines": lambda: TextLineDataset(["a", "c", "b"]),
    "compressed lines": lambda: TextLineDataset(["a.gz", "d.gz"], "GZIP").batch(2),
    "lines in turn": lambda: TextLineDataset(["d", "c", "a", "b"], num_parallel_reads=3).repeat(2),
    "records": lambda: TFRecordDataset(["r", "r"]).repeat(2).batch(5),
    "compressed records": lambda: TFRecordDataset(["r.gz", "r.gz"], "GZIP", num_parallel_reads=2),
    "pieces": lambda: FixedLengthRecordDataset(["p", "p"], 2, 2, 1),
    "compressed pieces": lambda: FixedLengthRecordDataset(["p.gz"] * 2, 2, 2, 1, compression_type="GZIP"),
    "shuffled lines": lambda: TextLineDataset(["d", "a"]).shuffle(5, seed=1).repeat(2).batch(3),
    "mapped lines": lambda: TextLineDataset("d").skip(2).map(lambda line: (line, line)).batch(2),
    "mixed files": lambda: TextLineDataset(Dataset.list_files("[abd]").repeat(2)),
    "files as elements": lambda: Dataset.list_files("*", shuffle=False).repeat(2).batch(3),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the files, in which the test runs."""
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def pull_all(source: Any) -> list[Any]:
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
    assert len(seen) > 2
    for position, state in enumerate(states):
        restored = PIPELINES[name]().source()
        restored.restore(json.loads(state))
        assert pull_all(restored) == seen[position:], f"restored after {position} elements"


def test_a_position_goes_by_the_place_of_a_file_not_its_name(folder: Path) -> None:
    running = TextLineDataset(["a", "d"]).source()
    for _ in range(6):
        running.pull()
    (folder / "d").rename(folder / "moved")
    restored = TextLineDataset(["a", "moved"]).source()
    restored.restore(running.state())
    assert pull_all(restored)[0] == [b"d2"]


def test_how_files_are_read_is_part_of_the_recipe() -> None:
    recipes = [
        TextLineDataset("a"),
        TFRecordDataset("a"),
        TextLineDataset("a", "GZIP"),
        TextLineDataset("a", num_parallel_reads=2),
        FixedLengthRecordDataset("a", 2),
        FixedLengthRecordDataset("a", 3),
    ]
    assert len({recipe.fingerprint() for recipe in recipes}) == len(recipes)
    assert TextLineDataset("a").fingerprint() == TextLineDataset("b", buffer_size=9).fingerprint()


def test_only_a_buffer_of_a_file_is_in_memory(folder: Path) -> None:
    line = b"x" * 999 + b"\n"
    (folder / "large").write_bytes(line * 20_000)
    source = TextLineDataset("large").batch(100).source()
    source.pull()
    tracemalloc.start()
    for _ in range(150):
        source.pull()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000  # of 20 MB


def test_damage_is_told_with_its_place_and_what_follows_is_the_next_file(folder: Path) -> None:
    whole = FILES["r"]
    (folder / "r").write_bytes(whole[:48] + b"!" + whole[49:])
    (folder / "after").write_bytes(frame(b"after"))
    source = TFRecordDataset(["r", "after"]).source()
    assert [source.pull(), source.pull()] == [[b""], [b"r1"]]
    with pytest.raises(DataLossError, match="r: record at byte 34: corrupted data of 4 bytes"):
        source.pull()
    assert pull_all(source) == [[b"after"]]


def test_a_missing_file_is_named_when_its_turn_comes() -> None:
    source = TextLineDataset(["b", "missing"]).source()
    assert [source.pull(), source.pull()] == [[b"b0"], [b"b1"]]
    with pytest.raises(NotFoundError, match="cannot read 'missing'"):
        source.pull()


def test_pieces_that_do_not_fill_a_file_are_refused_before_the_first() -> None:
    source = FixedLengthRecordDataset("p", 4, 2, 1).source()
    message = (
        r"Excluding the header \(2 bytes\) and footer \(1 bytes\), input file 'p' has body length 6 bytes"
    )
    with pytest.raises(InvalidArgumentError, match=message):
        source.pull()


def test_patterns_without_a_file_name_the_patterns(folder: Path) -> None:
    with pytest.raises(InvalidArgumentError, match=r"No files matched pattern: x\*, y"):
        Dataset.list_files(["x*", "y"]).source().pull()


def test_files_are_looked_for_when_the_iterator_begins(folder: Path) -> None:
    dataset = Dataset.list_files("late*")
    (folder / "late").write_bytes(b"")
    assert list(dataset.as_numpy_iterator()) == [b"./late"]


def test_names_are_mixed_anew_in_each_pass_by_their_seed(folder: Path) -> None:
    passes = list(Dataset.list_files("*", seed=3).repeat(2).as_numpy_iterator())
    first, second = passes[: len(FILES)], passes[len(FILES) :]
    assert sorted(first) == sorted(second) == sorted(b"./" + name.encode() for name in FILES)
    assert first != second
    assert passes == list(Dataset.list_files("*", True, 3).repeat(2).as_numpy_iterator())


def test_a_name_may_be_no_utf8(folder: Path) -> None:
    name = b"\xff.txt"
    with open(name, "wb") as file:
        file.write(b"found\n")
    assert list(TextLineDataset([name]).as_numpy_iterator()) == [b"found"]
