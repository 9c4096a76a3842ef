"""What the ops that parse serialised messages share: messages, the values of one feature, shapes of results."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, string
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, TensorShape, show
from estimator.formats.examples import decode_values, kind_of, read_features, read_values
from estimator.formats.wire import MalformedError


@dataclass(frozen=True)
class Examples:
    """The messages that one operation reads, and how its errors call them.

    Attributes
    ----------
    features : list
        Of each message what it has by key.
    names : list of bytes
        What the messages are called; none, or one for each.
    is_single : bool
        Whether it is one message, whose values have no axis for the batch.
    """

    features: list[dict[bytes, Any]]
    names: list[bytes]
    is_single: bool

    @property
    def batch(self) -> tuple[int, ...]:
        """The shape that stands before that of each value."""
        return () if self.is_single else (len(self.features),)

    def column(self, key: bytes) -> list[Any]:
        """What each message has under a key; None where it has nothing."""
        return [found.get(key) for found in self.features]

    def name(self, place: int) -> str:
        """The beginning of an error message about one of them."""
        given = self.names[place].decode(errors="replace") if self.names else "<unknown>"
        return f"Name: {given}, " if self.names or not self.is_single else ""

    def error(self, key: bytes, place: int, what: str, step: int | None = None) -> InvalidArgumentError:
        """An error about a key of a message, or about a step of its list of that key."""
        index = step if step is not None else None if self.is_single else place
        where = "" if index is None else f", Index: {index}"
        return InvalidArgumentError(f"{self.name(place)}Key: {key.decode(errors='replace')}{where}.  {what}")

    def missing(self, key: bytes, place: int, kind: DType) -> InvalidArgumentError:
        """An error about a feature that a message lacks."""
        has = ", ".join(sorted(known.decode(errors="replace") for known in self.features[place])[:20])
        return InvalidArgumentError(
            f"{self.name(place)}Feature: {key.decode(errors='replace')} (data type: {kind.name}) is required but could "
            f"not be found. It has: {has or 'no features'}. A default_value stands in where a feature is missing."
        )


def examples_of(serialized: Any, names: Any) -> Examples:
    """The tf.Examples that a scalar or vector of texts holds."""
    texts = np.asarray(serialized, object).reshape(-1).tolist()
    called = names_of(serialized, names)
    return Examples([_read(text) for text in texts], called, np.ndim(serialized) == 0)


def names_of(serialized: Any, names: Any) -> list[bytes]:
    """What messages are called: none, or one name for each."""
    called: list[bytes] = np.asarray(names, object).reshape(-1).tolist()
    if called and len(called) != np.size(serialized):
        raise InvalidArgumentError(
            f"Expected names have the same shape as serialized: name.shape={list(np.shape(names))}, "
            f"serialized.shape={list(np.shape(serialized))}."
        )
    return called


def _read(text: bytes) -> dict[bytes, bytes]:
    try:
        return read_features(text)
    except MalformedError as error:
        raise InvalidArgumentError(
            f"Could not parse example input, value: {text[:200]!r} ({len(text)} bytes; {error})."
        ) from None


# -- values of one feature ---------------------------------------------------------------------------------------------


def encoded(feature: bytes | None, kind: DType, error: Callable[[str], Exception]) -> Any:
    """The encoded values of a Feature; None if it is not there or says nothing; `error` makes one about it."""
    if not feature:
        return None
    try:
        found = kind_of(feature)
        if found is kind:
            return read_values(feature, kind)
    except MalformedError:
        raise error("Can't parse serialized Example.") from None
    raise error(
        f"Data types don't match. Data type: {found.name if found else None} but expected type: {kind.name}."
    )


def _column(examples: Examples, key: bytes, kind: DType) -> list[Any]:
    """The encoded values of each message's Feature of that key; None where it lacks it."""
    return [
        encoded(feature, kind, partial(examples.error, key, place))
        for place, feature in enumerate(examples.column(key))
    ]


def _values(examples: Examples, key: bytes, kind: DType) -> tuple[list[int], Any]:
    """How many values each message has under a key, and all of them; none where it lacks the feature."""
    nothing: Any = [] if kind is string else b""
    found = _column(examples, key, kind)
    return decode_values([nothing if one is None else one for one in found], kind)


def fixed(examples: Examples, key: bytes, kind: DType, shape: tuple[int, ...], default: Any) -> Any:
    """A feature of one shape, with the default where a message lacks it."""
    size = math.prod(shape)
    found = _column(examples, key, kind)
    there = [i for i, one in enumerate(found) if one is not None]
    if len(there) < len(found) and not default.size:
        raise examples.missing(key, next(i for i, one in enumerate(found) if one is None), kind)
    counts, values = decode_values([found[i] for i in there], kind)
    for place, count in zip(there, counts, strict=True):
        if count != size:
            what = f"Number of {kind.name} values != expected.  Values size: {count} but output shape: {list(shape)}"
            raise examples.error(key, place, f"{what}.")
    if len(there) == len(found):
        return values.reshape((*examples.batch, *shape))
    result = np.empty((len(found), size), kind.np)
    result[:] = default.reshape(-1)
    result[there] = values.reshape(len(there), size)
    return result.reshape((*examples.batch, *shape))


def padded(examples: Examples, key: bytes, kind: DType, shape: tuple[int, ...], default: Any) -> Any:
    """A feature of any number of items of one shape, each message's filled up to the longest."""
    stride = math.prod(shape)
    counts, values = _values(examples, key, kind)
    for place, count in enumerate(counts):
        if count % stride if stride else count:
            shown = show((None, *shape))
            raise examples.error(
                key,
                place,
                f"Number of {kind.name} values is not a multiple of stride length. Saw {count} values but output "
                f"shape is: {shown}.",
            )
    longest = max(counts, default=0)
    result = np.empty((len(counts), longest), kind.np)
    result[:] = default.reshape(-1)[:1] if longest else 0
    result[np.arange(longest) < np.array(counts, np.int64)[:, None]] = values
    return result.reshape(*examples.batch, longest // stride if stride else 0, *shape)


def sparse(examples: Examples, key: bytes, kind: DType) -> tuple[Any, Any, Any]:
    """A feature of any number of values as indices, values and dense shape."""
    counts, values = _values(examples, key, kind)
    if examples.is_single:
        return np.arange(len(values))[:, None], values, np.array([len(values)], np.int64)
    rows, starts = np.repeat(np.arange(len(counts)), counts), np.cumsum([0, *counts])[:-1]
    columns = np.arange(len(values)) - np.repeat(starts, counts)
    shape = np.array([len(counts), max(counts, default=0)], np.int64)
    return np.stack([rows, columns], 1).astype(np.int64), values, shape


def ragged(examples: Examples, key: bytes, kind: DType, split_type: DType) -> tuple[Any, Any]:
    """A feature of any number of values as values and where each message's begin; a single message has no splits."""
    counts, values = _values(examples, key, kind)
    splits = np.cumsum([] if examples.is_single else [0, *counts])
    return values, splits.astype(split_type.np)


def dense(
    examples: Examples, keys: Sequence[bytes], kinds: Sequence[DType], shapes: Sequence[Any], defaults: Any
) -> list[Any]:
    """The features that become dense tensors."""
    results = []
    for key, kind, shape, default in zip(keys, kinds, shapes, defaults, strict=True):
        sizes: list[Any] = TensorShape(shape).as_list()
        is_padded = bool(sizes) and sizes[0] is None
        read, one = (padded, sizes[1:]) if is_padded else (fixed, sizes)
        results.append(read(examples, key, kind, tuple(one), default))
    return results


def texts_of(value: Any) -> list[bytes]:
    """Keys as bytes, of an array of texts, of a list of scalars, or of an attribute."""
    return [
        key.encode() if isinstance(key, str) else bytes(key)
        for key in (one.item() if isinstance(one, np.ndarray) else one for one in value)
    ]


def sparse_all(examples: Examples, keys: Sequence[bytes], kinds: Sequence[DType]) -> list[Any]:
    """The sparse features: all their indices, then all their values, then all their shapes."""
    found = [sparse(examples, key, kind) for key, kind in zip(keys, kinds, strict=True)]
    return [one[part] for part in range(3) for one in found]


# -- shapes -----------------------------------------------------------------------------------------------------------


def batch_dims(dims: Dims, what: str = "serialized") -> Dims:
    """The shape of the batch: none, or one axis."""
    if dims is not None and len(dims) > 1:
        raise ValueError(f"{what} must be a scalar or a vector, given the shape {list(dims)}.")
    return dims


def sparse_dims(batch: Dims, kinds: Sequence[DType], more: int = 1) -> list[Dims]:
    """The shapes of indices, values and dense shapes of sparse features."""
    rank = None if batch is None else len(batch) + more
    n = len(kinds)
    return [(None, rank)] * n + [(None,)] * n + [(rank,)] * n


def dense_dims(batch: Dims, shapes: Sequence[Any]) -> list[Dims]:
    """The shapes of dense features."""
    return [None if batch is None else (*batch, *TensorShape(shape).as_list()) for shape in shapes]
