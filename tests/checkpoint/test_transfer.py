"""Large variables: saved and restored without a second copy, and all or nothing."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from estimator.checkpoint import read_cache
from estimator.checkpoint.saver import Saver
from estimator.core import errors, finite
from estimator.formats.bundle import BundleReader, data_path
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Ones
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import global_variables
from tests.checkpoint.graphs import add_variable, initialized_session

MIB = 1 << 20
SIZE = 24 * MIB
BLOCKS = 5 * MIB  # what reading, writing and checking may hold at a time
PARTS = pytest.mark.parametrize("parts", [0, 4])


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """No checkpoint is small enough for the cache of restored arrays."""
    read_cache.cache.clear()
    monkeypatch.setattr(read_cache.cache, "_limit_bytes", 1000)


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """Fails if more bytes than these are taken inside at any time."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < size, f"{peak / MIB:.1f} MiB were taken"


def large(parts: int) -> Session:
    """A session with one variable of 24 MiB, whole or in parts."""
    with variable_scope("", partitioner=fixed_size_partitioner(parts) if parts else None):
        get_variable("w", [SIZE // 4096, 1024], initializer=Ones())
    return initialized_session()


@PARTS
def test_saving_takes_no_copy(graph: Graph, tmp_path: Path, parts: int) -> None:
    session, saver = large(parts), Saver()
    saver.save(session, tmp_path / "small")  # makes the .meta
    with at_most(BLOCKS):
        saver.save(session, tmp_path / "m")
    assert Path(data_path(str(tmp_path / "m"))).stat().st_size == SIZE


@PARTS
def test_restoring_takes_the_memory_of_the_variable_only(graph: Graph, tmp_path: Path, parts: int) -> None:
    session, saver = large(parts), Saver()
    prefix = saver.save(session, tmp_path / "m")
    session = Session()
    with at_most(SIZE + BLOCKS):
        saver.restore(session, prefix)
    with at_most(BLOCKS):
        saver.restore(session, prefix)
    assert all((storage.value == 1.0).all() for storage in session.store)


def test_a_small_checkpoint_is_kept_in_memory(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_cache.cache, "_limit_bytes", 2 * SIZE)
    session, saver = large(0), Saver()
    prefix = saver.save(session, tmp_path / "m")
    with at_most(SIZE + BLOCKS):
        saver.restore(session, prefix)


def test_reading_a_part_takes_no_memory_for_the_whole(graph: Graph, tmp_path: Path) -> None:
    session = large(0)
    prefix = Saver().save(session, tmp_path / "m")
    with BundleReader(str(prefix)) as reader, at_most(BLOCKS):
        assert reader.get_slice("w", [(100, 7), None]).shape == (7, 1024)
        assert reader.view("w").nbytes == SIZE
        reader.verify()


def damaged(directory: Path) -> str:
    """A checkpoint of a and w, larger than what is kept, with a flipped bit in w, which is read last."""
    prefix = str(Saver().save(initialized_session(), directory / "m"))
    path = Path(data_path(prefix))
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    return prefix


@pytest.fixture
def two(graph: Graph) -> None:
    add_variable("a", np.zeros(1000))
    add_variable("w", np.zeros(1000))


@pytest.mark.usefixtures("two")
def test_damage_changes_no_value(tmp_path: Path) -> None:
    prefix, session = damaged(tmp_path), initialized_session()
    for storage in session.store:
        storage.value[...] = 5.0
    with pytest.raises(errors.DataLossError, match="tensor 'w' .*Checksum does not match"):
        Saver().restore(session, prefix)
    assert all((storage.value == 5.0).all() for storage in session.store)
    assert not session.store.torn


@pytest.mark.usefixtures("two")
def test_damage_gives_no_value_to_what_has_none(tmp_path: Path) -> None:
    session = Session()
    with pytest.raises(errors.DataLossError, match="Checksum does not match"):
        Saver().restore(session, damaged(tmp_path))
    assert not any(storage.initialized for storage in session.store)


@pytest.mark.usefixtures("two")
def test_a_file_that_changes_between_two_readings_tears_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, saver = initialized_session(), Saver()
    prefix = damaged(tmp_path)
    verified = []
    monkeypatch.setattr(BundleReader, "verify", lambda self, names: verified.extend(names))
    with pytest.raises(errors.DataLossError, match="Checksum does not match"):
        saver.restore(session, prefix)
    assert verified == ["a", "w"] and session.store.torn
    with pytest.raises(errors.FailedPreconditionError, match="Restore the last checkpoint"):
        saver.save(session, tmp_path / "next")


@PARTS
@pytest.mark.parametrize("bad", [False, True])
def test_what_a_checkpoint_has_of_nan_is_known_of_each_variable(
    graph: Graph, tmp_path: Path, parts: int, bad: bool
) -> None:
    session, saver = large(parts), Saver()
    names = [variable.op.name for variable in global_variables()]
    values = {name: session.store.storage(name) for name in names}
    if bad:
        values[names[-1]].value[-1, -1] = np.nan
    values[names[-1]].began_finite = not bad  # else it would not be saved
    saver.save(session, tmp_path / "m", write_meta_graph=False)
    restored = Session()
    for _ in range(2):  # into new memory, and over values
        saver.restore(restored, tmp_path / "m")
        found = [restored.store.storage(name).began_finite for name in names]
        assert found == [True] * (len(names) - 1) + [not bad]


def test_a_whole_variable_is_looked_at_while_it_is_read(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, saver = large(0), Saver()
    saver.save(session, tmp_path / "m", write_meta_graph=False)
    shown: list[int] = []
    monkeypatch.setattr(finite, "is_finite", lambda part, dtype: shown.append(part.nbytes) or True)
    saver.restore(session, tmp_path / "m")
    assert shown == [MIB] * 24
