"""How two arrays differ, as the text of a failed assertion.

Source
------
TF 1.15 framework/test_util.py: what is close and what is equal
"""

from __future__ import annotations

from typing import Any

import numpy as np

_TEXTS = "USO"
_SHOWN_AT_MOST = 500


def as_array(value: Any) -> np.ndarray[Any, Any]:
    """The value as an array; nested lists that make none as an array of objects."""
    try:
        return np.asarray(value)
    except ValueError:
        return np.asarray(value, dtype=object)


def shapes_differ(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> str:
    """What tells the shapes apart, or nothing."""
    if a.shape == b.shape:
        return ""
    contents = f" with contents {b}" if b.size < _SHOWN_AT_MOST else ""
    return f"shape mismatch: expected {a.shape}, got {b.shape}{contents}."


def not_close(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any], rtol: float, atol: float) -> str:
    """Where ``|a - b| > atol + rtol |b|``, or nothing; two NaNs are close.

    Raises
    ------
    TypeError
        If they are no numbers.
    """
    if np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True):
        return ""
    with np.errstate(invalid="ignore"):
        far = ~np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
        apart, allowed = np.abs(a[far] - b[far]), atol + rtol * np.abs(b[far])
    return (
        f"not close where = {_places(far)}\nnot close lhs = {a[far]}\nnot close rhs = {b[far]}\n"
        f"not close dif = {apart}\nnot close tol = {allowed}\ndtype = {a.dtype}, shape = {a.shape}"
    )


def not_equal(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> str:
    """Where they differ, or nothing; two NaNs are equal, and so are a text and its bytes."""
    if a.dtype.kind in _TEXTS and b.dtype.kind in _TEXTS:
        a, b = _in_bytes(a), _in_bytes(b)
    same = np.asarray(a == b)
    if a.dtype.kind in "fc" and b.dtype.kind in "fc":
        same = same | (np.isnan(a) & np.isnan(b))
    if same.all():
        return ""
    return f"not equal where = {_places(~same)}\nnot equal lhs = {a[~same]}\nnot equal rhs = {b[~same]}"


def _in_bytes(texts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    flat = [text.encode() if isinstance(text, str) else text for text in texts.ravel().tolist()]
    encoded = np.empty(len(flat), object)
    encoded[:] = flat
    return encoded.reshape(texts.shape)


def _places(where: np.ndarray[Any, Any]) -> list[Any]:
    return np.argwhere(where).tolist()
