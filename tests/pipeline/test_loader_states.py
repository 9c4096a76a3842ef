"""States of loaders as JSON."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from estimator.pipeline.loader_states import decoded, encoded

PLAIN = [
    None, True, 3, 2**100, 0.1, "text", [1, ["a"]], {"a": {"b": None}}, (), (1, (2,)), [(1,), {"x": (2, [3])}],
    b"", b"\0\xff", {1: "a", None: [1], "b": (2,)}, {"=": 1}, {"=": {"=": ["tuple", []]}}, {(1, 2): {3: b"x"}},
]  # fmt: skip


@pytest.mark.parametrize("state", PLAIN)
def test_a_state_comes_back_as_it_was(state: Any) -> None:
    found = decoded(json.loads(json.dumps(encoded(state))))
    assert found == state
    assert type(found) is type(state)


ARRAYS = [
    np.arange(6, dtype=np.uint8).reshape(2, 3),
    np.zeros(0),
    np.array(1.5),
    np.array([b"ab", b"c"]),
    np.int32(7),
    np.float64("nan"),
]


@pytest.mark.parametrize("state", ARRAYS, ids=str)
def test_arrays_come_back_bit_for_bit_and_may_be_written(state: Any) -> None:
    found = decoded(json.loads(json.dumps(encoded({"a": [state]}))))["a"][0]
    assert type(found) is type(state)
    assert (found.dtype, found.shape, found.tobytes()) == (state.dtype, state.shape, state.tobytes())
    if isinstance(found, np.ndarray):
        assert found.flags.writeable


def test_a_tensor_of_torch_comes_back_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tensor:
        def __init__(self, array: Any) -> None:
            self.array = array

        def detach(self) -> Tensor:
            return self

        def numpy(self, force: bool = False) -> Any:
            return self.array

    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(from_numpy=Tensor))  # type: ignore[arg-type]
    found = decoded(json.loads(json.dumps(encoded(Tensor(np.arange(3))))))
    assert isinstance(found, Tensor) and found.array.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "state", [object(), {"a": [{1, 2}]}, np.array([None]), len], ids=["object", "set", "objects", "function"]
)
def test_what_is_no_data_is_refused(state: Any) -> None:
    with pytest.raises(TypeError, match="its state holds an? "):
        encoded(state)


@pytest.mark.parametrize(
    "saved", [{"=": ["code", "x"]}, {"=": []}, {"=": ["array", "|O", [1], "AAAAAAAAAAA="]}]
)
def test_what_was_not_saved_by_us_is_no_state(saved: Any) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        decoded(saved)
