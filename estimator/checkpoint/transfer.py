"""Values between a session's store and a checkpoint, where possible without a copy.

What is saved are the live arrays. What is restored comes by one of two ways: :func:`write` copies arrays that
were read and verified before; :func:`stream` reads from the data file into the variables' own memory, so that a
model of tens of gigabytes is never held twice. Both change nothing if the checkpoint is damaged: the memory of
variables without a value counts as their value only when everything has been read and verified; and if a variable
has a value already, everything is verified once before the first byte is replaced.

The file is read, not mapped: see :mod:`estimator.formats.bundle_data`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # a variable is known by its attributes only

import numpy as np

from estimator.checkpoint.compare import Spec
from estimator.checkpoint.variables import SplitVariable, flat, part_of, pieces, spec_of
from estimator.core.finite import FiniteLook, is_finite
from estimator.formats.bundle import BundleReader
from estimator.formats.slices import SlicedArray, slice_index
from estimator.runtime.store import Storage, VariableStore, begin_with

Array = np.ndarray[Any, Any]


def live_values(store: VariableStore, keys: Mapping[str, Any]) -> dict[str, Array | SlicedArray]:
    """The values of what is saved, by key: the live arrays.

    Raises
    ------
    FailedPreconditionError
        If a variable has no value.
    """
    whole = {key: saved.handle for key, saved in keys.items() if not isinstance(saved, SplitVariable)}
    live = [storage.value for storage in store.storages(whole.values())]
    found: dict[str, Array | SlicedArray] = dict(zip(whole, live, strict=True))
    return found | {key: _slices(store, saved) for key, saved in keys.items() if key not in whole}


def _slices(store: VariableStore, saved: SplitVariable) -> SlicedArray:
    slices = ((extents or (), store.of_handle(variable.handle).value) for variable, extents in pieces(saved))
    return SlicedArray(saved.shape, tuple(slices), is_partial=part_of(saved).owner is not None)


def began_nonfinite(store: VariableStore, keys: Mapping[str, Any]) -> set[str]:
    """The keys of those whose values had NaN or infinity in them when training began, in any part."""
    if all(storage.began_finite for storage in store):
        return set()
    return {
        key
        for key, saved in keys.items()
        if not all(store.of_handle(variable.handle).began_finite for variable, _ in pieces(saved))
    }


def write(store: VariableStore, values: Mapping[str, Array], keys: Mapping[str, Any]) -> None:
    """Copy values, by key, into variables whose shapes and types they have."""
    parts = [(values[key], saved) for key, saved in keys.items() if not isinstance(saved, SplitVariable)]
    parts += [
        (values[key][slice_index(extents or ())], variable)
        for key, saved in keys.items()
        if isinstance(saved, SplitVariable)
        for variable, extents in pieces(saved)
    ]
    storages = store.storages([variable.handle for _, variable in parts])
    for (part, variable), storage in zip(parts, storages, strict=True):
        room = storage.array
        if room is None or room.shape != part.shape:
            room = _room(storage, variable, (part.shape, variable.dtype))
            part = part.reshape(room.shape)
        room[...] = part
    begin_with(storages)


def stream(store: VariableStore, reader: BundleReader, keys: Mapping[str, Any]) -> None:
    """Read the variables from the data file into their memory.

    Raises
    ------
    NotFoundError, DataLossError
        If the checkpoint is damaged; no value has changed then. Should it change while it is read for the second time,
        the store is marked torn.
    """
    storages = [store.of_handle(variable.handle) for variable in flat(keys.values())]
    # Values that are there would be lost to a damaged file, so all is read once before; a new store has none to lose.
    if any(storage.initialized for storage in storages):
        reader.verify(keys)
        store.torn = True  # until all is read; whoever restores says so then
    are_finite: list[bool] = []
    for key, saved in keys.items():
        stored = reader.shape(key), reader.dtype(key)
        rooms = [
            (extents, _room(store.of_handle(variable.handle), variable, stored))
            for variable, extents in pieces(saved)
        ]
        look = FiniteLook(saved.dtype)
        if isinstance(saved, SplitVariable):
            reader.fill_slices(key, [(extents or (), room) for extents, room in rooms])
        else:
            reader.get(key, rooms[0][1].reshape(reader.shape(key)), look)
        are_finite += [
            look.is_finite if look.seen == room.size else is_finite(room, saved.dtype) for _, room in rooms
        ]
    begin_with(storages, are_finite)


def _room(storage: Storage, variable: Any, stored: Spec) -> Array:
    return storage.room(spec_of(variable, stored)[0])
