"""The array module that kernels get while jax compiles them: numpy's words, and numpy's meaning.

What jax.numpy means otherwise is written out here. What a kernel works out from known values alone (places, sizes,
axes) numpy computes while the kernel is traced, so that it stays known. Arrays that a kernel writes to are
:class:`~estimator.runtime.executors.jax.memory.Memory`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.graph.conditions import holds
from estimator.runtime.executors.jax.library import jnp
from estimator.runtime.executors.jax.memory import KNOWN_LIMIT, Memory, are_known, is_traced, plain

# numpy's ufuncs, and what jax calls them where one place after the other is changed
_AT = {"add": "add", "multiply": "multiply", "divide": "divide", "minimum": "min", "maximum": "max"}
_OF_SORTING = ("sort", "argsort")
_OF_SOLUTIONS = ("inv", "solve", "cholesky", "eigh", "eigvalsh", "svd", "pinv")


class _Function:
    """One function of numpy's.

    Parameters
    ----------
    name : str
        Perhaps with a dot.
    traced : callable
        What it is for arrays of jax's.
    """

    def __init__(self, name: str, traced: Callable[..., Any]) -> None:
        self._name = name
        self._traced = traced
        self._known = _find(np, name)
        self._is_ufunc = isinstance(self._known, np.ufunc)

    def __call__(self, *arguments: Any, out: Any = None, **keywords: Any) -> Any:
        arguments, keywords = plain(arguments), {key: plain(value) for key, value in keywords.items()}
        if are_known(*arguments, *keywords.values()):
            with np.errstate(all="ignore"):
                result = self._known(*arguments, **keywords)
        else:
            result = self._compute(arguments, keywords)
        if out is None:
            return result
        out.write(result)
        return out

    def _compute(self, arguments: Any, keywords: dict[str, Any]) -> Any:
        if self._is_ufunc:
            keywords.pop("casting", None)
            dtype = keywords.pop("dtype", None)
            if dtype is not None:
                arguments = [jnp.asarray(argument).astype(dtype) for argument in arguments]
        if self._name in _OF_SORTING and keywords.pop("kind", None) == "stable":
            keywords["stable"] = True
        return self._traced(*arguments, **keywords)

    def at(self, memory: Memory, places: Any, values: Any) -> None:
        """``memory[place] = f(memory[place], value)`` for one place after the other."""
        places, values = plain(places), plain(values)
        name = self._name
        if name == "subtract":
            name, values = "add", -jnp.asarray(values)
        part = jnp.asarray(memory.value).at[places]
        memory.replace(getattr(part, _AT[name])(jnp.asarray(values, memory.dtype)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._traced, name)


def _find(module: Any, name: str) -> Any:
    for word in name.split("."):
        module = getattr(module, word)
    return module


class _Module:
    """A namespace of functions, numpy's or one in it."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        full = self._prefix + name
        found = _OURS.get(full)
        if found is None:
            found = _find(np, full)
            if isinstance(found, type(np)):
                found = _Module(f"{full}.")
            elif callable(found) and not isinstance(found, type):
                found = _Function(full, _find(jnp, full))
        setattr(self, name, found)
        return found


# -- arrays of one number, and ranges ---------------------------------------------------------------------------------


def _zeros(shape: Any, dtype: Any = np.float64) -> Memory:
    return Memory.full(shape, 0, dtype)


def _ones(shape: Any, dtype: Any = np.float64) -> Memory:
    return Memory.full(shape, 1, dtype)


def _full(shape: Any, fill_value: Any, dtype: Any = None) -> Memory:
    number = plain(fill_value)
    return Memory.full(shape, number, np.asarray(number).dtype if dtype is None else dtype)


def _zeros_like(array: Any, dtype: Any = None) -> Memory:
    return Memory.full(array.shape, 0, array.dtype if dtype is None else dtype)


def _ones_like(array: Any, dtype: Any = None) -> Memory:
    return Memory.full(array.shape, 1, array.dtype if dtype is None else dtype)


def _full_like(array: Any, fill_value: Any, dtype: Any = None) -> Memory:
    return Memory.full(array.shape, plain(fill_value), array.dtype if dtype is None else dtype)


def _arange(*bounds: Any, dtype: Any = None) -> Any:
    bounds = plain(bounds)
    known = np.arange(*bounds, dtype=dtype)
    return known if known.size <= KNOWN_LIMIT else jnp.arange(*bounds, dtype=known.dtype)


# -- the same array ---------------------------------------------------------------------------------------------------


def _asarray(value: Any, dtype: Any = None, **_: Any) -> Any:
    if isinstance(value, Memory) and (dtype is None or value.dtype == dtype):
        return value
    value = plain(value)
    return np.asarray(value, dtype) if are_known(value) else jnp.asarray(value, dtype)


def _array(value: Any, dtype: Any = None, **_: Any) -> Any:
    value = plain(value)
    return Memory(np.array(value, dtype) if are_known(value) else jnp.asarray(value, dtype))


def _copyto(memory: Memory, value: Any, casting: str = "", where: Any = True) -> None:
    if where is True:
        memory.write(value)
    else:
        memory.write(ARRAYS.where(where, value, memory))


# -- what jax means otherwise ------------------------------------------------------------------------------------------


def _power(x: Any, y: Any) -> Any:
    y = jnp.asarray(y) if is_traced(y) else np.asarray(y)
    if jnp.asarray(x).dtype.kind in "iu" and y.dtype.kind == "i":  # numpy refuses it
        if not holds((y >= 0).all()):
            raise ValueError("Integers to negative integer powers are not allowed.")
    return jnp.power(x, y)


def _bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    """The counts of `minlength` numbers: that there are no others is for the kernel to say."""
    ones = jnp.ones(x.shape, np.intp) if weights is None else jnp.asarray(weights)
    return jnp.zeros(minlength, ones.dtype).at[x].add(ones, mode="drop")


def masked(x: Any, mask: Any) -> Any:
    """x times 1 or 0, which is no number where x is infinite or none; XLA would make a choice of such a product."""
    x = jnp.asarray(x)
    return jnp.where(mask, x, x * x.dtype.type(0))


def _multiply(x: Any, y: Any) -> Any:
    x, y = jnp.asarray(x), jnp.asarray(y)
    if x.dtype.kind in "fc" and y.dtype == bool:
        return masked(x, y)
    if y.dtype.kind in "fc" and x.dtype == bool:
        return masked(y, x)
    return jnp.multiply(x, y)


def _solved(name: str) -> _Function:
    """A function of numpy's that raises where there is no solution; jax has numbers there that are none.

    They may also come from what was given, and be right: the run is made again by numpy, which knows.
    """
    compute = _find(jnp, name)

    def traced(*arguments: Any, **keywords: Any) -> Any:
        result = compute(*arguments, **keywords)
        for part in result if isinstance(result, tuple) else (result,):
            if not holds(jnp.isfinite(part).all()):
                raise np.linalg.LinAlgError(f"{name} has found no solution")
        return result

    return _Function(name, traced)


_OURS: dict[str, Any] = {
    "zeros": _zeros,
    "empty": _zeros,
    "ones": _ones,
    "full": _full,
    "zeros_like": _zeros_like,
    "empty_like": _zeros_like,
    "ones_like": _ones_like,
    "full_like": _full_like,
    "arange": _arange,
    "asarray": _asarray,
    "ascontiguousarray": _asarray,
    "array": _array,
    "copyto": _copyto,
    "multiply": _Function("multiply", _multiply),
    "power": _Function("power", _power),
    "bincount": _Function("bincount", _bincount),
    **{f"linalg.{name}": _solved(f"linalg.{name}") for name in _OF_SOLUTIONS},
}

ARRAYS = _Module()
