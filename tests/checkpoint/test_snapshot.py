"""The copy that a save in a thread writes: the same bits, in memory that is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.checkpoint import snapshot
from estimator.checkpoint.snapshot import SnapshotMemory
from estimator.formats.slices import SlicedArray
from tests.waiting import until

VALUES: dict[str, Any] = {
    "matrix": np.arange(6, dtype=np.float32).reshape(2, 3),
    "scalar": np.array(3, np.int64),
    "nothing": np.empty((0, 4), np.float64),
    "flags": np.array([True, False, True]),
    "a NaN with a payload": np.array([0x7FF8DEAD00000001], np.uint64).view(np.float64),
    "columns": np.asfortranarray(np.arange(6, dtype=np.int16).reshape(2, 3)),
    "part of an arena": np.arange(8, dtype=np.float32)[2:5],
    "complex": np.array([1 + 2j], np.complex64),
    "texts": np.array([b"a", b"\0b"], object),
}


def test_the_copy_has_the_same_bits_and_no_change_reaches_it() -> None:
    values = {key: value.copy() for key, value in VALUES.items()}
    copied = SnapshotMemory().copy(values)
    assert copied is not None and list(copied) == list(VALUES)
    for value in values.values():
        value.reshape(-1)[:] = b"" if value.dtype == object else 0
    for key, value in VALUES.items():
        found: Any = copied[key]
        assert (found.dtype, found.shape) == (value.dtype, value.shape)
        assert (
            found.tolist() == value.tolist() if value.dtype == object else found.tobytes() == value.tobytes()
        )


def test_the_slices_of_a_partitioned_variable_are_copied() -> None:
    parts = [np.ones((2, 3), np.float32), np.zeros((1, 3), np.float32)]
    given = SlicedArray((3, 3), ((((0, 2), None), parts[0]), (((2, 1), None), parts[1])), is_partial=True)
    copied = SnapshotMemory().copy({"table": given})
    assert copied is not None
    found = copied["table"]
    parts[0][:] = 7
    assert isinstance(found, SlicedArray) and (found.shape, found.is_partial) == ((3, 3), True)
    assert [extents for extents, _ in found.slices] == [extents for extents, _ in given.slices]
    assert [array.tolist() for array in found.arrays] == [[[1.0] * 3] * 2, [[0.0] * 3]]


def test_the_memory_is_taken_once_and_again_if_more_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[None] = []
    monkeypatch.setattr(snapshot, "available_bytes", lambda: asked.append(None) or 1 << 20)
    memory = SnapshotMemory()
    first: Any = memory.copy({"w": np.ones(100)})
    second: Any = memory.copy({"w": np.full(100, 2.0)})
    assert np.shares_memory(first["w"], second["w"]) and len(asked) == 1
    third: Any = memory.copy({"w": np.ones(100), "more": np.ones(1)})
    assert not np.shares_memory(second["w"], third["w"]) and len(asked) == 2
    memory.free()
    assert memory.copy({"w": np.ones(1)}) is not None and len(asked) == 3


@pytest.mark.parametrize(("available", "fits"), [(1664, True), (1663, False), (None, False)])
def test_no_more_than_half_of_the_memory_that_is_left_is_taken(
    available: int | None, fits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "available_bytes", lambda: available)
    copied = SnapshotMemory().copy({"w": np.ones(96), "step": np.array(1)})  # 768 bytes, and a line of 64
    assert (copied is not None) == fits


def reserved(
    monkeypatch: pytest.MonkeyPatch, available: int, *sizes: int
) -> tuple[SnapshotMemory, list[int]]:
    """Memory that was reserved, and a list that grows whenever more is asked for afterwards."""
    monkeypatch.setattr(snapshot, "available_bytes", lambda: available)
    memory = SnapshotMemory()
    memory.reserve(sizes)
    asked: list[int] = []
    monkeypatch.setattr(snapshot, "available_bytes", lambda: asked.append(available) or available)
    return memory, asked


def test_memory_may_be_reserved_before_the_values_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    memory, asked = reserved(monkeypatch, 1 << 20, 800, 4)
    for value in (1.0, 2.0):
        copied = memory.copy({"w": np.full(100, value), "b": np.float32([value]), "step": np.array(7)})
        assert copied is not None and [np.unique(copied[key]).tolist() for key in copied] == [
            [value],
            [value],
            [7],
        ]
    assert asked == []


class Slow(SnapshotMemory):
    """Finds nothing before somebody wants to copy."""

    def _find(self) -> None:
        until(lambda: self._is_wanted)
        super()._find()


def test_a_copy_does_not_wait_until_all_of_the_memory_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "available_bytes", lambda: 1 << 30)
    memory = Slow()
    memory.reserve([1 << 20])
    given = np.arange(1 << 18, dtype=np.float32)
    copied: Any = memory.copy({"w": given})
    assert (copied["w"] == given).all()


@pytest.mark.parametrize(("available", "kept"), [(3 * (4096 + 832), True), (3 * (4096 + 832) - 1, False)])
def test_nothing_is_reserved_without_room_for_the_values_too(
    available: int, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, asked = reserved(monkeypatch, available, 800)
    assert memory.copy({"w": np.ones(100)}) is not None
    assert (asked == []) == kept
