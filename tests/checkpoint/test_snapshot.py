"""The copy that a save in a thread writes: the same bits, in memory that is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.checkpoint import snapshot
from estimator.checkpoint.snapshot import SnapshotMemory
from estimator.formats.slices import SlicedArray

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
