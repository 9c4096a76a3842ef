"""Which memory a plan's results lie in: buffers that are used again as soon as nothing may look at them.

A buffer is raw memory of some size. Whoever asks for one owns it until the last use of its memory
(:class:`~estimator.runtime.lifetimes.Lifetimes` knows when that is); then it is free for the next result of that size.
An element-wise operation may take over the buffer of an input that dies with it. What the plan does not own, such as
what is fed, variables and the results of kernels, is never written over.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims
from estimator.graph.tensor import Tensor
from estimator.runtime.code import Code, as_view, new_buffer


class Operand(NamedTuple):
    """A tensor in a plan.

    Attributes
    ----------
    name : str
        The Python name that holds its array.
    dims : tuple or None
        Its shape; None for unknown.
    dtype : numpy dtype
    value : ndarray or None
        Its value, if it is known before the run.
    buffer : str or None
        The buffer that it lies in, the same for its views; None if it lies in none of the plan's.
    owner : Tensor or None
        The tensor that the buffer belongs to as long as this operand is in use; None if nobody may take it over.
    """

    name: str
    dims: Dims
    dtype: np.dtype[Any]
    value: np.ndarray[Any, Any] | None = None
    buffer: str | None = None
    owner: Tensor | None = None

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.dims)  # type: ignore[arg-type]  # emitters only see static shapes


class _Buffer(NamedTuple):
    """Raw memory, by the name that the plan's code has for it."""

    nbytes: int
    name: str


class Buffers:
    """The buffers of one plan while it is written, operation by operation.

    Parameters
    ----------
    code : Code
    last_use : mapping
        Tensor to the position of the last use of its memory; one that is missing is not used.

    Attributes
    ----------
    position : int
        That of the operation being written.
    """

    def __init__(self, code: Code, last_use: Mapping[Tensor, int]) -> None:
        self._code = code
        self._last_use = last_use
        self._free: dict[int, list[_Buffer]] = defaultdict(list)  # by size
        self._held: dict[Tensor, _Buffer] = {}  # by owner
        self._dying: dict[int, list[Tensor]] = defaultdict(
            list
        )  # owners by the position that frees their buffers
        self._scratch: list[_Buffer] = []
        self.position = 0

    def for_result(
        self, tensor: Tensor, shape: tuple[int, ...], dtype: np.dtype[Any], reuse: Sequence[Operand] = ()
    ) -> Operand:
        """The memory of a result: that of an input in `reuse` whose last use is this one, or a buffer."""
        if dtype == object:
            return self._array_of_references(shape)
        for operand in reuse:
            if operand.dims == shape and operand.dtype == dtype and self._dies_here(operand.owner):
                # The old owner stays listed among the dying of this position; release passes over it.
                self._hold(tensor, self._held.pop(operand.owner))  # type: ignore[arg-type]
                return operand._replace(owner=tensor)
        buffer = self._take(shape, dtype)
        self._hold(tensor, buffer)
        return self._view(buffer, shape, dtype, tensor)

    def scratch(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Operand:
        """Memory for the operation being written alone."""
        if dtype == object:
            return self._array_of_references(shape)
        buffer = self._take(shape, dtype)
        self._scratch.append(buffer)
        return self._view(buffer, shape, dtype)

    def release(self) -> None:
        """Free what no later operation needs."""
        while self._scratch:
            self._give_back(self._scratch.pop())
        for owner in self._dying.pop(self.position, ()):
            if owner in self._held:  # no other result has taken it over
                self._give_back(self._held.pop(owner))

    def _array_of_references(self, shape: tuple[int, ...]) -> Operand:
        """An array of its own, which is given back to nobody: raw memory cannot hold references."""
        dtype = np.dtype(object)
        return Operand(self._code.derive("r", partial(np.empty, shape, dtype)), shape, dtype)

    def _dies_here(self, owner: Tensor | None) -> bool:
        return owner in self._held and self._last_use.get(owner, -1) <= self.position

    def _hold(self, owner: Tensor, buffer: _Buffer) -> None:
        self._held[owner] = buffer
        # A result that nobody uses dies where it is made, and no earlier: it is still written.
        self._dying[max(self._last_use.get(owner, -1), self.position)].append(owner)

    def _take(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> _Buffer:
        nbytes = max(math.prod(shape) * dtype.itemsize, 1)
        free = self._free[nbytes]
        return free.pop() if free else _Buffer(nbytes, self._code.derive("r", new_buffer(nbytes)))

    def _view(
        self, buffer: _Buffer, shape: tuple[int, ...], dtype: np.dtype[Any], owner: Tensor | None = None
    ) -> Operand:
        name = self._code.derive("b", as_view(dtype, shape), buffer.name)
        return Operand(name, shape, dtype, buffer=buffer.name, owner=owner)

    def _give_back(self, buffer: _Buffer) -> None:
        self._free[buffer.nbytes].append(buffer)
