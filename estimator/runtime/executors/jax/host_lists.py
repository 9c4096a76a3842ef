"""Lists that go from the device to the host and back, where parts of one run are done by both."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.ops._lists import TensorList
from estimator.runtime.executors.jax.device_lists import DeviceList
from estimator.runtime.executors.jax.library import jax, jnp


def host_list(values: DeviceList) -> TensorList:
    """A list as the host has it."""
    length = int(values.length)
    if values.rows is None:
        return TensorList(values.dtype, values.dims, length, values.limit)
    elements = [jax.tree.map(lambda rows, at=at: rows[at], values.rows) for at in range(length)]
    made = TensorList.of(
        values.dtype,
        values.dims,
        [host_list(each) if isinstance(each, DeviceList) else np.asarray(each) for each in elements],
    )
    made.limit = values.limit
    return made


def device_list(values: Any, like: DeviceList) -> DeviceList:
    """A list of the host's as the device has it, with the structure and the room of another one.

    Raises
    ------
    ValueError
        If its elements have other shapes.
    """
    if isinstance(values, DeviceList):
        return values
    length = jnp.asarray(values.length, jnp.int32) if like.is_counted else int(values.length)
    made = like.having(
        length=length, rows=jax.tree.map(lambda rows: jnp.zeros(rows.shape, rows.dtype), like.rows)
    )
    for at, element in enumerate(values.elements()):
        if element is not None:
            inner = isinstance(element, TensorList)
            made = made.with_element(
                at, device_list(element, _element_of(like)) if inner else jnp.asarray(element)
            )
    return made


def _element_of(like: DeviceList) -> DeviceList:
    """The structure of an element of a list of lists."""
    element: DeviceList = jax.tree.map(
        lambda rows: jax.ShapeDtypeStruct(rows.shape[1:], rows.dtype), like.rows
    )
    return element
