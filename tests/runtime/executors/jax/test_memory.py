"""Memory behaves as numpy's arrays do, whether what is written to it is known or traced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.jax


def fill(array: Any, x: Any) -> None:
    array.fill(2)
    array[1, :2] = x[0, 1:3]


def assign(array: Any, x: Any) -> None:
    array[...] = x
    array[0] = 7
    array[:, ::2] = x[:, ::2] + 1


def change(array: Any, x: Any) -> None:
    array[1:] += x[1:]
    array[0] -= 1.5
    array[:, 0] *= 3


def through_views(array: Any, x: Any) -> None:
    array.reshape(-1)[2:5] = x.reshape(-1)[:3]
    array.T[0] = x[:, 1]
    array.transpose(1, 0)[1, 1:] = 9
    array[1][2] = 4


def at_places(array: Any, x: Any) -> None:
    array[np.array([2, 0])] = x[:2]
    array[np.array([0, 1]), np.array([3, 3])] = x[0, :2]


def the_last_counts(array: Any, x: Any) -> None:
    array[np.array([1, 1, 0, 1])] = x[np.array([0, 1, 2, 2])] * np.array([[1], [2], [3], [4]], np.float32)


@pytest.mark.parametrize(
    "write", [fill, assign, change, through_views, at_places, the_last_counts], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("is_traced", [False, True], ids=["known", "traced"])
def test_writes_change_what_they_change_in_numpy(write: Callable[..., None], is_traced: bool) -> None:
    from estimator.runtime.executors.jax.library import jax, wide
    from estimator.runtime.executors.jax.memory import Memory

    x = np.random.default_rng(0).standard_normal((3, 4)).astype(np.float32)
    wanted = np.zeros((3, 4), np.float32)
    write(wanted, x)

    def function(x: Any) -> Any:
        memory = Memory.full((3, 4), 0, np.float32)
        write(memory, x)
        return memory.value

    with wide():
        found = jax.jit(function)(x) if is_traced else function(x)
    assert isinstance(found, np.ndarray) != is_traced
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, wanted)


def test_what_is_known_stays_known_beside_what_is_traced() -> None:
    from estimator.runtime.executors.jax.library import jax, wide
    from estimator.runtime.executors.jax.memory import Memory

    def function(x: Any) -> Any:
        sizes = Memory.full(2, 0, np.int64)
        sizes[0], sizes[1] = 2, 3
        return x.reshape(int(sizes[0]), int(sizes[1]))  # a traced size could not be one

    with wide():
        assert jax.jit(function)(np.zeros(6)).shape == (2, 3)


def test_a_copy_is_other_memory() -> None:
    from estimator.runtime.executors.jax.memory import Memory

    first = Memory.full(3, 1, np.float32)
    second = first.copy()
    second[0] = 5
    assert list(first.value) == [1, 1, 1] and list(second.value) == [5, 1, 1]


def test_numpy_leaves_what_is_between_its_arrays_and_memory_to_memory() -> None:
    from estimator.runtime.executors.jax.memory import Memory

    memory = Memory.full(3, 2, np.float32)
    for found in (np.arange(3) - memory, 3 - memory, -memory + np.arange(3)):
        assert found.shape == (3,)
    np.testing.assert_array_equal(np.arange(3) - memory, [-2, -1, 0])
    np.testing.assert_array_equal(np.arange(3) < memory, [True, True, False])
