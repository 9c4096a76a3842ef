from __future__ import annotations

import numpy as np
import pytest

from estimator.core.dtypes import float32, int32, variant
from estimator.ops._lists import TensorList

pytestmark = pytest.mark.jax


def numbers_of(values: TensorList) -> list[object]:
    return [
        None
        if element is None
        else numbers_of(element)
        if isinstance(element, TensorList)
        else element.tolist()
        for element in values.elements()
    ]


def test_a_list_comes_back_from_the_host_as_it_went() -> None:
    from estimator.runtime.executors.jax.device_lists import DeviceList
    from estimator.runtime.executors.jax.host_lists import device_list, host_list
    from estimator.runtime.executors.jax.library import jnp

    rows = jnp.arange(8, dtype=jnp.float32).reshape(4, 2)
    for length in (3, jnp.int32(3)):
        there = host_list(DeviceList(float32, (2,), length, limit=9, rows=rows))
        assert (numbers_of(there), there.limit) == ([[0, 1], [2, 3], [4, 5]], 9)
        back = device_list(there, DeviceList(float32, (2,), length, limit=9, rows=rows))
        assert (int(back.length), back.rows.tolist()) == (3, [[0, 1], [2, 3], [4, 5], [0, 0]])


def test_lists_of_lists_and_lists_in_which_nothing_was_set_have_their_lengths_on_the_host() -> None:
    from estimator.runtime.executors.jax.device_lists import DeviceList
    from estimator.runtime.executors.jax.host_lists import device_list, host_list

    inner = DeviceList(int32, (), 0)
    for number in range(3):
        inner = inner.pushed(np.int32(number))
    outer = DeviceList(variant, (), 0).pushed(inner).pushed(inner.zeros())
    there = host_list(outer)
    assert numbers_of(there) == [[0, 1, 2], [0, 0, 0]]
    assert numbers_of(host_list(device_list(there, outer))) == [[0, 1, 2], [0, 0, 0]]
    assert host_list(DeviceList(int32, (2,), 4)).length == 4
