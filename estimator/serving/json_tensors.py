"""Tensors in JSON, as TensorFlow Serving's REST and the Open Inference Protocol write them.

A tensor is lists in lists, bytes are ``{"b64": "..."}``, and NaN and Infinity are bare words::

    array_from_json([[1, 2.5]], float32, "x")                        # array([[1. , 2.5]], dtype=float32)
    json_from_array(np.array([0.1, np.nan], np.float32), float32)    # '[0.1, NaN]'

What would change a value is refused: 1.5 and 300 for an int8, a number for a text, ``null``. A floating number is
written with the digits that it needs to be read back as it was, and no more.

Source
------
TensorFlow Serving 2.x: util/json_tensor.cc
"""

from __future__ import annotations

import base64
import json
import math
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import chain
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, bfloat16, string
from estimator.core.errors import InvalidArgumentError
from estimator.core.shown import shorten
from estimator.graph.bfloat16 import from_bits, to_bits

Array = np.ndarray[Any, Any]

_MOST_LISTS = 1_000_000  # and objects of one document: each takes some 60 bytes of memory for two of text
_MOST_DIMS = 32
_LARGE_BYTES = 1 << 20
_ONE_LARGE = threading.Lock()
quoted = json.JSONEncoder().encode  # the text of a string: what json.dumps calls in the end
_WORDS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


@contextmanager
def document_of(body: bytes) -> Iterator[dict[str, Any]]:
    """The object that a body of JSON is, for the time of a block.

    While it is there, a document takes some ten times the memory of its text. So of large ones there is one at a time.

    Raises
    ------
    InvalidArgumentError
        If it is not JSON in UTF-8, no object, has a key twice, is nested too deep, or has more lists than anybody
        needs.
    """
    lists = body.count(b"[") + body.count(b"{")
    if lists > _MOST_LISTS:
        raise InvalidArgumentError(
            f"the JSON has {lists} lists and objects, {_MOST_LISTS} are the most; send large tensors in binary form."
        )
    with _ONE_LARGE if len(body) > _LARGE_BYTES else nullcontext():
        yield _parsed(body)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except RecursionError:
        raise InvalidArgumentError("the JSON is nested too deep.") from None
    except (
        ValueError
    ) as e:  # JSONDecodeError and UnicodeDecodeError, and of a number with thousands of digits
        raise InvalidArgumentError(f"the body is not JSON: {e}.") from e
    if not isinstance(value, dict):
        raise InvalidArgumentError(f"the JSON must be an object, given: {shorten(value)}.")
    return value


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        (twice, _), *_ = Counter(key for key, _ in pairs).most_common(1)
        raise InvalidArgumentError(f"the key {shorten(twice)} stands twice in an object of the JSON.")
    return found


class Word(float):
    """NaN or Infinity, written as such; an infinite float that is none was a number too large for any."""


_DECODER = json.JSONDecoder(object_pairs_hook=_object_of, parse_constant=Word)


def array_from_json(value: Any, dtype: DType, name: str) -> Array:
    """The array that lists in lists are.

    Parameters
    ----------
    value : object
        As :func:`document_of` gives it.
    dtype : DType
        What the array must be of.
    name : str
        Of the tensor, for messages.

    Raises
    ------
    InvalidArgumentError
        If a list is not as long as its neighbours, or a value is not of that type.
    """
    shape = list[int]()
    elements = [value]
    while elements and isinstance(elements[0], list):
        size = len(elements[0])
        if len(shape) == _MOST_DIMS:
            raise InvalidArgumentError(f"{name!r}: lists are nested more than {_MOST_DIMS} deep.")
        _check_lists(elements, size, name)
        elements = list(chain.from_iterable(elements))
        shape.append(size)
    return array_from_elements(elements, dtype, name).reshape(shape)


def _check_lists(elements: Sequence[Any], size: int, name: str) -> None:
    """See to it that all are lists of that size."""
    for element in elements:
        if not isinstance(element, list):
            raise InvalidArgumentError(f"{name!r}: expected a list of {size}, given: {shorten(element)}.")
        if len(element) != size:
            raise InvalidArgumentError(
                f"{name!r}: a list has {len(element)} elements where the first has {size}; a tensor has no gaps."
            )


def array_from_elements(elements: Sequence[Any], dtype: DType, name: str) -> Array:
    """The array [n] of the values of a list without lists in it; see :func:`array_from_json`.

    Raises
    ------
    InvalidArgumentError
        If one of them is not of that type.
    """
    if dtype is string:
        return np.fromiter((_bytes_from_json(element, name) for element in elements), object, len(elements))
    kinds = set(map(type, elements))
    if dtype.is_floating:
        return _floats(elements, kinds, dtype, name)
    if not (dtype.is_integer or dtype.is_bool):
        raise InvalidArgumentError(f"{name!r}: {dtype.name} has no form in JSON.")
    if not kinds <= {bool if dtype.is_bool else int}:
        raise _misfit(elements, (bool,) if dtype.is_bool else (int,), dtype, name)
    try:
        return np.array(elements, dtype.np)
    except OverflowError:
        outside = next(element for element in elements if not dtype.min <= element <= dtype.max)
        raise InvalidArgumentError(f"{name!r}: {shorten(outside)} is not a number of {dtype.name}.") from None


def _floats(elements: Sequence[Any], kinds: set[type], dtype: DType, name: str) -> Array:
    if not kinds <= {int, float, Word}:
        raise _misfit(elements, (int, float, Word), dtype, name)
    try:
        exact = np.array(elements, np.float64)
    except OverflowError:
        raise InvalidArgumentError(f"{name!r}: a number is too large for {dtype.name}.") from None
    with np.errstate(over="ignore"):
        array = to_bits(exact.astype(np.float32)) if dtype is bfloat16 else exact.astype(dtype.np)
    numbers = from_bits(array) if dtype is bfloat16 else array
    if not np.isfinite(numbers).all():
        for at in np.flatnonzero(np.isinf(numbers)).tolist():
            if not isinstance(elements[at], Word):
                given = exact[at] if np.isfinite(exact[at]) else "a number"
                raise InvalidArgumentError(f"{name!r}: {given} is too large for {dtype.name}.")
    if int in kinds:
        _check_whole(elements, numbers, dtype, name)
    return array


def _check_whole(elements: Sequence[Any], numbers: Array, dtype: DType, name: str) -> None:
    """See to it that whole numbers stay what they are."""
    for element, number in zip(elements, numbers.tolist(), strict=True):
        if isinstance(element, int) and element != number:
            raise InvalidArgumentError(
                f"{name!r}: the whole number {element} would lose digits as a {dtype.name}; write it with a point if "
                "it may."
            )


def _misfit(
    elements: Iterable[Any], kinds: tuple[type, ...], dtype: DType, name: str
) -> InvalidArgumentError:
    first = next(element for element in elements if type(element) not in kinds)
    return InvalidArgumentError(f"{name!r}: expected {dtype.name}, given: {shorten(first)}.")


def _bytes_from_json(element: Any, name: str) -> bytes:
    if isinstance(element, str):
        try:
            return element.encode("utf-8")
        except UnicodeEncodeError:  # half of a pair, which JSON can write alone
            raise InvalidArgumentError(f"{name!r}: {shorten(element)} is no text of Unicode.") from None
    if not is_base64(element):
        raise InvalidArgumentError(
            f'{name!r}: expected a string or {{"b64": "..."}}, given: {shorten(element)}.'
        )
    text = element["b64"]
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)  # TensorFlow's need no padding
    except ValueError:
        raise InvalidArgumentError(f"{name!r}: {shorten(element)} is not base64.") from None


def is_base64(value: Any) -> bool:
    """Whether it is bytes: an object with the one key ``b64``, whose value is a string."""
    return isinstance(value, dict) and len(value) == 1 and isinstance(value.get("b64"), str)


def json_from_array(array: Array, dtype: DType, are_bytes: bool = False) -> str:
    """The text of an array.

    Parameters
    ----------
    array : ndarray
    dtype : DType
    are_bytes : bool
        Whether strings are bytes, which are written in base64; others are only if they are not UTF-8.

    Raises
    ------
    InvalidArgumentError
        If such elements have no form in JSON: complex numbers.
    """
    texts = elements_as_json(array, dtype, are_bytes)
    for axis in range(array.ndim - 1, -1, -1):
        size = array.shape[axis]
        lists = math.prod(array.shape[:axis])
        texts = [f"[{', '.join(texts[at * size : (at + 1) * size])}]" for at in range(lists)]
    return texts[0]


def elements_as_json(array: Array, dtype: DType, are_bytes: bool = False) -> list[str]:
    """The text of each element, row by row; see :func:`json_from_array`.

    Raises
    ------
    InvalidArgumentError
        If such elements have no form in JSON.
    """
    flat = array.reshape(-1)
    if dtype is string:
        return [_text_as_json(element, are_bytes) for element in flat.tolist()]
    if dtype.is_floating:
        return _floats_as_json(from_bits(flat) if dtype is bfloat16 else flat)
    if dtype.is_bool:
        return ["true" if element else "false" for element in flat.tolist()]
    if dtype.is_integer:
        return list(map(str, flat.tolist()))
    raise InvalidArgumentError(f"{dtype.name} has no form in JSON.")


def _floats_as_json(flat: Array) -> list[str]:
    """numpy writes the fewest digits that tell a number of its size from its neighbours."""
    texts: list[str] = flat.astype("U").tolist()
    return texts if np.isfinite(flat).all() else [_WORDS.get(text, text) for text in texts]


def _text_as_json(element: bytes, are_bytes: bool) -> str:
    if not are_bytes:
        try:
            return quoted(element.decode("utf-8"))
        except UnicodeDecodeError:
            pass  # JSON is text: what is none can only be written as bytes
    return f'{{"b64": "{base64.b64encode(element).decode()}"}}'
