"""Batches from Python code: each is checked against the first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import DataLossError, OutOfRangeError
from estimator.pipeline.batches import BatchSource

FIRST = ({"x": np.zeros((2, 3)), "y": np.zeros(2)}, np.zeros(2, np.int64))

CHANGED = {
    "a missing feature": (({"x": np.zeros((2, 3))}, FIRST[1]), r"missing features\['y'\]; unexpected none"),
    "another feature": (
        ({**FIRST[0], "z": np.zeros(2)}, FIRST[1]),
        r"missing none; unexpected features\['z'\]",
    ),
    "no labels": (FIRST[0], "missing labels"),
    "another type": (
        ({**FIRST[0], "y": np.zeros(2, np.float32)}, FIRST[1]),
        r"features\['y'\] is float32, in batch 1 it was float64",
    ),
    "another width": (
        ({**FIRST[0], "x": np.zeros((2, 4))}, FIRST[1]),
        r"features\['x'\] has the shape \(\?, 4\).*was \(\?, 3\)",
    ),
    "ragged rows": (
        ({**FIRST[0], "y": np.zeros(1)}, FIRST[1]),
        r"features\['x'\] has 2, features\['y'\] has 1, labels has 2",
    ),
    "no rows": (({"x": np.zeros((0, 3)), "y": np.zeros(0)}, np.zeros(0, np.int64)), "the batch is empty"),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_batch_unlike_the_first_is_refused_with_its_number(name: str) -> None:
    batch, message = CHANGED[name]
    source = BatchSource(iter([FIRST, FIRST, batch]), "train")
    source.get_next()
    source.get_next()
    with pytest.raises(ValueError, match=f"batch 3: .*{message}"):
        source.get_next()


def test_all_changes_are_said_at_once() -> None:
    batch = ({"x": np.zeros((2, 4)), "y": np.zeros(2, np.int8)}, FIRST[1])
    source = BatchSource(iter([FIRST, batch]), "train")
    source.get_next()
    with pytest.raises(ValueError, match="2 problems"):
        source.get_next()


def test_the_last_batch_may_be_smaller() -> None:
    smaller = ({"x": np.zeros((1, 3)), "y": np.zeros(1)}, np.zeros(1, np.int64))
    source = BatchSource(iter([FIRST, smaller]), "train")
    assert [len(source.get_next()[0]), len(source.get_next()[0])] == [2, 1]


def test_only_the_first_batch_is_read_in_advance() -> None:
    read = []

    def batches() -> Any:
        for number in range(5):
            read.append(number)
            yield np.array([number])

    source = BatchSource(batches(), "train")
    assert read == [0]
    assert source.state() == {"count": 0}
    assert source.get_next()[0].tolist() == [0]
    assert source.state() == {"count": 1}
    assert read == [0]


@pytest.mark.parametrize("state", [3, {}, {"count": "x"}])
def test_a_damaged_state_is_refused(state: Any) -> None:
    with pytest.raises(DataLossError, match="does not belong to this input"):
        BatchSource(iter([FIRST]), "train").restore(state)


@pytest.mark.parametrize("position", range(5))
def test_a_restored_source_continues(position: int) -> None:
    def make() -> BatchSource:
        return BatchSource((np.array([number]) for number in range(4)), "train")

    source = make()
    source.restore({"count": position})
    rest = []
    with pytest.raises(OutOfRangeError):
        while True:
            rest.append(int(source.get_next()[0][0]))
    assert rest == list(range(position, 4))
    assert source.state() == {"count": max(position, 4)}
