from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32

pytestmark = pytest.mark.jax


def numbers(count: int) -> Any:
    """A list of so many numbers from 1 on, each in a row of its own."""
    from estimator.runtime.executors.jax.device_lists import DeviceList

    made = DeviceList(float32, None, 0)
    for number in range(1, count + 1):
        made = made.pushed(np.full(2, number, np.float32))
    return made


def test_what_is_popped_or_cut_off_does_not_come_back() -> None:
    counted = numbers(3).counted(5).popped()
    assert (int(counted.length), counted.rows[:, 0].tolist()) == (2, [1, 2, 0, 0, 0])
    assert numbers(3).popped().resized(4).rows[:, 0].tolist() == [1, 2, 0, 0]
    assert numbers(3).resized(1).resized(2).rows[:, 0].tolist() == [1, 0]


def test_a_counted_list_has_room_and_no_known_length() -> None:
    from estimator.runtime.executors.jax.traced import CannotLower

    counted = numbers(2).counted(4)
    assert (counted.is_counted, counted.room) == (True, 4)
    with pytest.raises(CannotLower, match="only the run tells how long"):
        counted.stacked((2,))
    assert counted.having(length=2).cut().rows.shape == (2, 2)


def test_elements_have_one_shape_and_that_which_was_said() -> None:
    from estimator.runtime.executors.jax.device_lists import DeviceList
    from estimator.runtime.executors.jax.traced import CannotLower

    with pytest.raises(CannotLower, match="differ in shape"):
        numbers(2).pushed(np.zeros(3, np.float32))
    with pytest.raises(ValueError, match=r"an element of shape \(3,\) in a list of elements \(2,\)"):
        DeviceList(float32, (2,), 1).with_element(0, np.zeros(3, np.float32))
    with pytest.raises(CannotLower, match="nothing says of which shape"):
        DeviceList(float32, (None,), 1).item(0, None)
    assert DeviceList(float32, (None,), 1).item(0, (2,)).tolist() == [0, 0]


def test_sums_are_of_as_many_elements() -> None:
    from estimator.runtime.executors.jax.traced import CannotLower

    assert (numbers(2) + numbers(2).counted(2).having(length=2)).rows[:, 0].tolist() == [2, 4]
    with pytest.raises(CannotLower, match="lengths"):
        numbers(2) + numbers(3)
