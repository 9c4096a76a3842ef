"""Variables whose values lie on the device between runs, where the device has written them last.

The memory of a storage and the array on the device are two copies of one value. Who reads the memory gets the newest:
it is copied home when somebody asks for it after the device has written. Who writes into the memory takes the value
home for good, until a run on the device needs it again. So all who know a storage by its ``value``, ``array`` and
``room`` (savers, hooks, the interpreter) go on without knowing of devices.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.runtime.executors.jax.library import jnp, wide
from estimator.runtime.store import Array, Storage, VariableStore

_MEMORY: Any = vars(Storage)["array"]  # the slot that the property below covers


class DeviceStorage(Storage):
    """The place of one variable's value, of which the device may have the newest copy."""

    __slots__ = ()

    @property
    def array(self) -> Array | None:
        """The memory, with the newest value, which whoever asks may change: the device has none afterwards."""
        if self.on_device is not None:
            self._copy_home()
            self.on_device = self.copied = None
        memory: Array | None = _MEMORY.__get__(self)
        return memory

    @array.setter
    def array(self, memory: Array | None) -> None:
        self.on_device = self.copied = None
        _MEMORY.__set__(self, memory)

    @property
    def value(self) -> Array:
        """The memory, with the newest value, for who reads it: the device's copy stays.

        Raises
        ------
        FailedPreconditionError
            If the variable has no value yet.
        """
        if self.on_device is None:
            return super().value
        self._copy_home()
        memory: Array = _MEMORY.__get__(self)
        return memory

    def room(self, shape: tuple[int, ...]) -> Array:
        """The memory for a value of that shape, to be filled in place; what the device has counts no more."""
        self.on_device = self.copied = None
        return super().room(shape)

    def filled(self, anew: bool = False) -> None:
        """Say that the memory holds a value, which is newer than what the device has."""
        self.on_device = self.copied = None
        super().filled(anew)

    @property
    def memory_dims(self) -> tuple[int, ...] | None:
        """The shape of the value, wherever it lies; None if there is none."""
        memory: Array | None = _MEMORY.__get__(self)
        return memory.shape if self.initialized and memory is not None else None

    def sent(self) -> Any:
        """The array on the device, to which the value is copied if need be.

        Raises
        ------
        FailedPreconditionError
            If the variable has no value yet.
        """
        if self.on_device is None:
            memory = self.value
            with wide():
                # A copy: an array of jax's may lie in numpy's memory, into which others write.
                self.on_device = self.copied = jnp.array(memory, copy=True)
        return self.on_device

    def _copy_home(self) -> None:
        with self._store.lock:  # a run that writes would take the array away
            newest = self.on_device
            if newest is not None and self.copied is not newest:
                _MEMORY.__get__(self)[...] = np.asarray(newest)
                self.copied = newest


def lay_on_device(store: VariableStore) -> None:
    """Let a device hold the variables of a store, those that it has and those to come."""
    store.storage_type = DeviceStorage
    for storage in store:
        storage.__class__ = DeviceStorage
