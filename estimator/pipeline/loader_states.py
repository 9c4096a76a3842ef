"""States of other libraries' loaders as JSON, and back: whatever they nest, and no code.

What JSON knows stays as it is. Anything else is a dict with the one key ``"="``: a list of the kind and what it is
made of. A state is made of data alone, so that reading a checkpoint never runs what somebody has put there.
"""

from __future__ import annotations

import base64
import sys
from typing import Any

import numpy as np

_MARK = "="


def encoded(state: Any) -> Any:
    """A state as JSON.

    Raises
    ------
    TypeError
        If there is something in it that is no data.
    """
    if isinstance(state, np.generic):  # some of which are Python's numbers, too
        return {_MARK: ["scalar", *_parts(np.asarray(state))]}
    if state is None or isinstance(state, (bool, int, float, str)):
        return state
    if type(state) is list:
        return [encoded(item) for item in state]
    if type(state) is tuple:
        return {_MARK: ["tuple", [encoded(item) for item in state]]}
    if isinstance(state, dict):
        if _MARK not in state and all(type(key) is str for key in state):
            return {key: encoded(item) for key, item in state.items()}
        return {_MARK: ["dict", [[encoded(key), encoded(item)] for key, item in state.items()]]}
    if isinstance(state, (bytes, bytearray)):
        return {_MARK: ["bytes", _text(bytes(state))]}
    if isinstance(state, np.ndarray):
        return {_MARK: ["array", *_parts(state)]}
    if hasattr(state, "detach") and hasattr(state, "numpy"):
        return {_MARK: ["tensor", *_parts(state.numpy(force=True))]}
    raise TypeError(
        f"its state holds a {type(state).__name__}; numbers, texts, bytes, arrays, lists and dicts can be saved."
    )


def _parts(array: Any) -> list[Any]:
    if array.dtype.hasobject:
        raise TypeError("its state holds an array of Python objects, which cannot be saved.")
    return [array.dtype.str, list(array.shape), _text(array.tobytes())]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def decoded(saved: Any) -> Any:
    """The state that was made JSON.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it was not.
    """
    if isinstance(saved, list):
        return [decoded(item) for item in saved]
    if not isinstance(saved, dict):
        return saved
    if _MARK not in saved:
        return {key: decoded(item) for key, item in saved.items()}
    kind, *parts = saved[_MARK]
    return _DECODERS[kind](*parts)


def _array(dtype: str, shape: list[int], data: str) -> Any:
    kind = np.dtype(dtype)
    if kind.hasobject:
        raise ValueError(f"no array of type {dtype} can have been saved.")
    return np.frombuffer(base64.b64decode(data), kind).reshape(shape).copy()


def _tensor(*parts: Any) -> Any:
    """Of torch, which is there if a loader of its is."""
    return sys.modules["torch"].from_numpy(_array(*parts))


_DECODERS: dict[str, Any] = {
    "tuple": lambda items: tuple(decoded(items)),
    "dict": lambda items: {decoded(key): decoded(item) for key, item in items},
    "bytes": base64.b64decode,
    "scalar": lambda *parts: _array(*parts)[()],
    "array": _array,
    "tensor": _tensor,
}
