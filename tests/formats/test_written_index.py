"""Indexes written one after the other, against those that know of none before."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from estimator.formats import written_index
from estimator.formats.bundle_writer import BundleWriter
from estimator.formats.checksum import unmask
from estimator.formats.slices import SlicedArray
from estimator.formats.table import read_table
from estimator.formats.written_index import LastIndex, StoredColumns, WrittenIndex

Value = np.ndarray[Any, Any] | SlicedArray

LONG = "/kernel" * 130  # three hundred of them are more than a block of the table holds


def index_of(tensors: Mapping[str, Value], last: LastIndex | None = None, num_shards: int = 1) -> bytes:
    writer = BundleWriter(io.BytesIO(), last)
    writer.add_all(tensors.items(), {})
    return writer.finish(num_shards)


def values(start: float) -> dict[str, Value]:
    """Of many sizes, cut into parts, of text, and more than a block of the table holds."""
    many = {f"{number:05d}{LONG}": np.full(number % 7, start, np.float32) for number in range(300)}
    halves = (((0, 1), (0, 3)), np.full((1, 3), start)), (((1, 1), (0, 3)), np.full((1, 3), start))
    others = {
        "large": np.full(1 << 15, start),
        "text": np.array([b"%d" % int(start), b"two"], object),
        "whole": SlicedArray((2, 3), halves),
    }
    return many | others


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A line for each index that is made of its entries."""
    calls: list[Any] = []
    write = written_index.write_columns
    monkeypatch.setattr(written_index, "write_columns", lambda *given: calls.append(given) or write(*given))
    return calls


def test_an_index_of_other_values_is_made_of_the_last_one(made: list[Any]) -> None:
    last = LastIndex()
    written = [index_of(values(start), last) for start in (1.0, 2.0, 3.0)]
    assert len(made) == 1
    assert written == [index_of(values(start)) for start in (1.0, 2.0, 3.0)]
    assert len(set(written)) == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors: tensors.pop("text"),
        lambda tensors: tensors.update(text=np.array([b"1", b"three"], object)),
        lambda tensors: tensors.update(large=np.full((1 << 14, 2), 1.0)),
        lambda tensors: tensors.update(large=np.full(1 << 15, 1)),
        lambda tensors: tensors.update({f"00000{LONG}": np.zeros((0, 2), np.float32)}),
        lambda tensors: tensors.update(whole=np.full((2, 3), 1.0)),
        lambda tensors: tensors.update(zone=tensors.pop("whole")),
    ],
)
def test_anything_else_that_differs_makes_a_new_one(
    change: Callable[[dict[str, Value]], Any], made: list[Any]
) -> None:
    last, tensors = LastIndex(), values(1.0)
    index_of(tensors, last)
    change(tensors)
    found = index_of(tensors, last)
    assert len(made) == 2
    assert found == index_of(tensors)


def test_so_does_another_number_of_data_files(made: list[Any]) -> None:
    last = LastIndex()
    assert index_of(values(1.0), last) != index_of(values(1.0), last, num_shards=2)
    assert len(made) == 2


@pytest.mark.parametrize("crcs", [(0, 7), (7, 0)])
def test_a_checksum_that_a_message_leaves_out_makes_a_new_one(crcs: tuple[int, int]) -> None:
    first, second = (
        StoredColumns([b"x"], [(1, ())], *np.array([[0], [4], [unmask(masked)]])) for masked in crcs
    )
    assert WrittenIndex(first, {}, 1).again(second, {}, 1) is None
    (_, (_, entry)) = read_table(WrittenIndex(second, {}, 1).data, "index").entries
    assert entry.endswith(b"5" + bytes([7, 0, 0, 0])) == (crcs[1] == 7)
