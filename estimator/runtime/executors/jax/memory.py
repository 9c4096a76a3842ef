"""Arrays that a kernel writes to, while it is compiled by a library whose arrays never change.

Kernels fill arrays in place: they take scratch memory, assign to parts of it, and name it behind ``out=``. Such an
array is a :class:`Memory` here. It holds what it is made of so far; a write puts another array in that place. Parts of
it are views, as numpy's are: they read and write what they are part of.

As long as nothing traced is written to it, it is a numpy array, so that shapes and places that a kernel works out are
known numbers.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from estimator.runtime.executors.jax.library import jax, jnp, lax

KNOWN_LIMIT = (
    4096  # elements; larger arrays of one number are made by the device, and their values are not known
)


def is_traced(value: Any) -> bool:
    """Whether it is an array of jax's, of which only the run tells the values."""
    return isinstance(value, jax.Array)


def plain(value: Any) -> Any:
    """A value, or those in a list or tuple, with arrays in the place of memory."""
    if isinstance(value, Memory):
        return value.value
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(map(plain, value))
    return value


def are_known(*values: Any) -> bool:
    """Whether none of these, nor of what is in lists among them, is traced."""
    return not any(
        is_traced(value) or (isinstance(value, (list, tuple)) and not are_known(*value)) for value in values
    )


def _is_basic(index: Any) -> bool:
    """Whether an index makes a view, as numpy has it."""
    if isinstance(index, tuple):
        return all(map(_is_basic, index))
    return index is None or index is Ellipsis or isinstance(index, (slice, int, np.integer))


def with_set(array: Any, index: Any, new: Any) -> Any:
    """An array after ``array[index] = new``; of equal places the last one counts."""
    if are_known(array, index, new):
        changed = np.array(array)
        changed[index] = new
        return changed
    array = jnp.asarray(array)
    if not hasattr(new, "dtype") or new.dtype != array.dtype:
        new = jnp.asarray(new, array.dtype)
    places = index if isinstance(index, tuple) else (index,)
    if all(getattr(place, "dtype", np.dtype(bool)).kind in "iu" for place in places) and places:
        new = _last_of_equal(array, places, new)
    return array.at[index].set(new)


def _complex(real: Any, imag: Any) -> Any:
    """The complex numbers of these parts: not real + 1j imag, which is no number where imag is infinite."""
    return lax.complex(jnp.asarray(real), jnp.asarray(imag))


def _last_of_equal(array: Any, places: Sequence[Any], new: Any) -> Any:
    """What is written to the places, where equal places all get what the last of them gets."""
    shape = np.broadcast_shapes(*(place.shape for place in places))
    count = int(np.prod(shape))
    if count < 2:
        return new
    inner = array.shape[len(places) :]
    numbers = jnp.arange(count).reshape(shape)
    last = jnp.full(array.shape[: len(places)], -1, numbers.dtype).at[tuple(places)].max(numbers)
    rows = jnp.broadcast_to(new, (*shape, *inner)).reshape(count, *inner)
    return rows[last[tuple(places)]]


class Memory:
    """An array that can be written to.

    Parameters
    ----------
    value : array
        What is in it at first.
    """

    __slots__ = ("_value",)
    __array_priority__ = 1000  # numpy's arrays leave what is between them and this one to this one
    __array_ufunc__ = None

    def __init__(self, value: Any) -> None:
        self._value = value

    @classmethod
    def full(cls, shape: Any, number: Any, dtype: Any) -> Memory:
        """Memory that is full of one number."""
        sizes = (int(shape),) if np.ndim(shape) == 0 else tuple(map(int, shape))
        is_small = np.prod(sizes, dtype=np.int64) <= KNOWN_LIMIT
        return cls((np if is_small and are_known(number) else jnp).full(sizes, number, dtype))

    @property
    def value(self) -> Any:
        """What is in it now."""
        return self._value

    def replace(self, value: Any) -> None:
        """Write all of it."""
        self._value = value

    @property
    def flags(self) -> Any:
        """As numpy says how an array lies in memory: of this one nothing is known."""
        return SimpleNamespace(c_contiguous=False)

    # -- parts -------------------------------------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> Any:
        index = plain(index)
        if not _is_basic(index):
            value = self.value
            return (value if are_known(value, index) else jnp.asarray(value))[index]
        return _View(self, lambda whole: whole[index], lambda whole, new: with_set(whole, index, new))

    def __setitem__(self, index: Any, new: Any) -> None:
        index, new = plain(index), plain(new)
        if index is Ellipsis:
            self.write(new)
        else:
            self.replace(with_set(self.value, index, new))

    def write(self, new: Any) -> None:
        """Write all of it, with what broadcasts to its shape."""
        new, value = plain(new), self.value
        xp = np if are_known(new) else jnp
        self.replace(xp.broadcast_to(xp.asarray(new).astype(value.dtype), value.shape))

    def fill(self, number: Any) -> None:
        """Write one number everywhere."""
        self.replace(Memory.full(self.shape, number, self.dtype).value)

    def reshape(self, *shape: Any) -> Memory:
        """The same memory in another shape."""
        own = self.shape
        return _View(self, lambda whole: whole.reshape(*shape), lambda whole, new: new.reshape(own))

    def transpose(self, *order: int) -> Memory:
        """The same memory with its axes in another order."""
        back = np.argsort(order)
        return _View(self, lambda whole: whole.transpose(*order), lambda whole, new: new.transpose(*back))

    def ravel(self) -> Memory:
        """The same memory in one row."""
        return self.reshape(-1)

    @property
    def T(self) -> Memory:
        """The same memory with its axes the other way round."""
        return _View(self, lambda whole: whole.T, lambda whole, new: new.T)

    @property
    def real(self) -> Memory:
        """The real parts."""
        return _View(self, lambda whole: whole.real, lambda whole, new: _complex(new, whole.imag))

    @real.setter
    def real(self, new: Any) -> None:
        self.real.write(new)

    @property
    def imag(self) -> Memory:
        """The imaginary parts."""
        return _View(self, lambda whole: whole.imag, lambda whole, new: _complex(whole.real, new))

    @imag.setter
    def imag(self, new: Any) -> None:
        self.imag.write(new)

    def copy(self) -> Memory:
        """Other memory with the same in it."""
        return Memory(self.value)

    def sort(self) -> None:
        """Sort it along its last axis."""
        value = self.value
        self.replace((np if are_known(value) else jnp).sort(value, axis=-1))

    # -- an array like others ----------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array has it."""
        shape: tuple[int, ...] = self.value.shape
        return shape

    @property
    def dtype(self) -> Any:
        """As an array has it."""
        return self.value.dtype

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(self.value, name)
        return _plainly(found) if callable(found) else found

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __index__(self) -> int:
        return operator.index(self.value)

    def __float__(self) -> float:
        return float(self.value)


class _View(Memory):
    """A part of memory, or the whole in another shape.

    Parameters
    ----------
    memory : Memory
    read, written : callable
        From the whole to the part; and from the whole and a new part to the new whole.
    """

    __slots__ = ("_memory", "_read", "_written")

    def __init__(
        self, memory: Memory, read: Callable[[Any], Any], written: Callable[[Any, Any], Any]
    ) -> None:
        self._memory, self._read, self._written = memory, read, written

    @property
    def value(self) -> Any:
        return self._read(self._memory.value)

    def replace(self, value: Any) -> None:
        self._memory.replace(self._written(self._memory.value, value))


def _plainly(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of an array that takes arrays for memory."""
    return lambda *arguments, **keywords: method(*map(plain, arguments), **keywords)


_BINARY = "add sub mul truediv floordiv mod pow and or xor lshift rshift matmul".split()
_COMPARING = "lt le gt ge eq ne".split()
_UNARY = "neg pos abs invert".split()


def _operator(name: str) -> Callable[..., Any]:
    function = getattr(operator, f"__{name}__")
    return lambda self, *others: function(self.value, *map(plain, others))


def _turned(name: str) -> Callable[..., Any]:
    function = getattr(operator, f"__{name}__")
    return lambda self, other: function(plain(other), self.value)


for _name in (*_BINARY, *_COMPARING, *_UNARY):
    setattr(Memory, f"__{_name}__", _operator(_name))
for _name in _BINARY:
    setattr(Memory, f"__r{_name}__", _turned(_name))
