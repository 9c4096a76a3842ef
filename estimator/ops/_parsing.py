"""What the ops that parse serialised messages share: messages, the values of one feature, shapes of results."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TypeAlias

import numpy as np

from estimator.core.dtypes import DType, string
from estimator.core.errors import InvalidArgumentError
from estimator.core.frozen import frozen
from estimator.core.shapes import Dims, TensorShape, as_dims, show
from estimator.formats.example_columns import Decoded, ExampleColumns
from estimator.formats.examples import decode_values, kind_of, read_features, read_values
from estimator.formats.wire import MalformedError

Wanted: TypeAlias = tuple[bytes, DType]  # a key, and the type of its values

_FEWEST_COLUMNS = 8  # so many examples are read faster by columns than one by one


class Features(Protocol):
    """What some messages have by key."""

    def __len__(self) -> int:
        """How many messages there are."""

    def keys(self, place: int) -> Iterable[bytes]:
        """The keys of one of them."""

    def column(self, key: bytes) -> Sequence[bytes | None]:
        """The bytes of each one's Feature of a key; None, or nothing, where there is none."""

    def decoded(self, key: bytes, kind: DType) -> Decoded | None:
        """The values of all, or None if they are to be read from the column."""


@frozen
class FeaturesByMessage:
    """Features of messages that were read one by one."""

    messages: Sequence[Mapping[bytes, bytes]]

    def __len__(self) -> int:
        return len(self.messages)

    def keys(self, place: int) -> Iterable[bytes]:
        """The keys of one message."""
        return self.messages[place]

    def column(self, key: bytes) -> list[bytes | None]:
        """The bytes of each message's Feature of a key."""
        return [found.get(key) for found in self.messages]

    def decoded(self, key: bytes, kind: DType) -> None:
        """They are always read from the column."""


@frozen
class Examples:
    """The messages that one operation reads, and how its errors call them.

    Attributes
    ----------
    features : Features
        What each message has by key.
    names : list of bytes
        What the messages are called; none, or one for each.
    is_single : bool
        Whether it is one message, whose values have no axis for the batch.
    """

    features: Features
    names: list[bytes]
    is_single: bool

    @property
    def batch(self) -> tuple[int, ...]:
        """The shape that stands before that of each value."""
        return () if self.is_single else (len(self.features),)

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
        has = ", ".join(sorted(known.decode(errors="replace") for known in self.features.keys(place))[:20])
        return InvalidArgumentError(
            f"{self.name(place)}Feature: {key.decode(errors='replace')} (data type: {kind.name}) is required but could "
            f"not be found. It has: {has or 'no features'}. A default_value stands in where a feature is missing."
        )


def examples_of(serialized: Any, names: Any, dense: Sequence[Wanted], others: Sequence[Wanted]) -> Examples:
    """The tf.Examples that a scalar or vector of texts holds, of which some keys and types are to be read."""
    texts = np.asarray(serialized, object).reshape(-1).tolist()
    called, is_single = names_of(serialized, names), np.ndim(serialized) == 0
    picky = [*dense, *others] if is_single else dense  # TensorFlow has a reader for one, and another for many
    keys = frozenset(key for key, _ in picky)
    read = partial(_read, dense=keys)
    is_many = len(texts) >= _FEWEST_COLUMNS
    found: Features = (
        ExampleColumns(texts, [*dense, *others], read, keys)
        if is_many
        else FeaturesByMessage(list(map(read, texts)))
    )
    return Examples(found, called, is_single)


def names_of(serialized: Any, names: Any) -> list[bytes]:
    """What messages are called: none, or one name for each."""
    called: list[bytes] = np.asarray(names, object).reshape(-1).tolist()
    if called and len(called) != np.size(serialized):
        raise InvalidArgumentError(
            f"Expected names have the same shape as serialized: name.shape={list(np.shape(names))}, "
            f"serialized.shape={list(np.shape(serialized))}."
        )
    return called


def _read(text: bytes, dense: frozenset[bytes]) -> dict[bytes, bytes]:
    try:
        return read_features(text, dense)
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


def _decoded(examples: Examples, key: bytes, kind: DType) -> Decoded:
    """The values that each message has under a key; none where it lacks the feature."""
    if (known := examples.features.decoded(key, kind)) is not None:
        return known
    nothing: Any = [] if kind is string else b""
    found = [
        encoded(feature, kind, partial(examples.error, key, place))
        for place, feature in enumerate(examples.features.column(key))
    ]
    is_there = [one is not None for one in found]
    counts, values = decode_values([nothing if one is None else one for one in found], kind)
    each = counts[0] if all(is_there) and len(set(counts)) == 1 else -1
    return Decoded(is_there, counts, values, each)


def fixed(examples: Examples, key: bytes, kind: DType, shape: tuple[int, ...], default: Any) -> Any:
    """A feature of one shape, with the default where a message lacks it."""
    size = math.prod(shape)
    is_there, counts, values, each = _decoded(examples, key, kind)
    if each == 1 and not shape and not examples.is_single:
        return values
    if each == size or len(counts) == 0:
        return values.reshape((*examples.batch, *shape))
    there = np.flatnonzero(is_there)
    if len(there) < len(counts) and not default.size:
        raise examples.missing(key, int(np.argmin(is_there)), kind)
    for place in there[np.asarray(counts)[there] != size].tolist():
        what = f"Number of {kind.name} values != expected.  Values size: {counts[place]} but output shape: "
        raise examples.error(key, place, f"{what}{list(shape)}.")
    result = np.empty((len(counts), size), kind.np)
    result[:] = default.reshape(-1)
    result[there] = values.reshape(len(there), size)
    return result.reshape((*examples.batch, *shape))


def padded(examples: Examples, key: bytes, kind: DType, shape: tuple[int, ...], default: Any) -> Any:
    """A feature of any number of items of one shape, each message's filled up to the longest."""
    stride = math.prod(shape)
    decoded = _decoded(examples, key, kind)
    counts = np.asarray(decoded.counts, np.int64)
    for place in np.flatnonzero(counts % stride if stride else counts).tolist():
        what = f"Number of {kind.name} values is not a multiple of stride length. Saw {counts[place]} values but "
        raise examples.error(key, place, f"{what}output shape is: {show((None, *shape))}.")
    longest = int(counts.max(initial=0))
    result = np.empty((len(counts), longest), kind.np)
    result[:] = default.reshape(-1)[:1] if longest else 0
    result[np.arange(longest) < counts[:, None]] = decoded.values
    return result.reshape(*examples.batch, longest // stride if stride else 0, *shape)


def ragged(examples: Examples, key: bytes, kind: DType, split_type: DType) -> tuple[Any, Any]:
    """A feature of any number of values as values and where each message's begin; a single message has no splits."""
    _, counts, values, _ = _decoded(examples, key, kind)
    splits = np.cumsum([] if examples.is_single else [0, *counts])
    return values, splits.astype(split_type.np)


def dense(examples: Examples, wanted: Sequence[Wanted], shapes: Sequence[Any], defaults: Any) -> list[Any]:
    """The features that become dense tensors."""
    results = []
    for (key, kind), shape, default in zip(wanted, shapes, defaults, strict=True):
        sizes: Any = as_dims(shape)
        is_padded = bool(sizes) and sizes[0] is None
        read, one = (padded, sizes[1:]) if is_padded else (fixed, sizes)
        results.append(read(examples, key, kind, one, default))
    return results


def sparse(examples: Examples, wanted: Sequence[Wanted]) -> list[Any]:
    """The sparse features: all their indices, then all their values, then all their shapes."""
    grids: dict[int, Any] = {}  # the indices where all messages have as many values
    found = [_sparse(examples, key, kind, grids) for key, kind in wanted]
    return [one[part] for part in range(3) for one in found]


def _sparse(examples: Examples, key: bytes, kind: DType, grids: dict[int, Any]) -> tuple[Any, Any, Any]:
    """A feature of any number of values as indices, values and dense shape."""
    _, counts, values, each = _decoded(examples, key, kind)
    if examples.is_single:
        return np.arange(len(values))[:, None], values, np.array([len(values)], np.int64)
    if each < 0:
        longest = int(np.max(counts, initial=0))
        return _places(counts), values, np.array([len(counts), longest], np.int64)
    if each not in grids:
        grids[each] = _places(counts)
    return grids[each].copy(), values, np.array([len(counts), each], np.int64)


def _places(counts: Any) -> Any:
    """Row and column of each value where rows have so many."""
    counts = np.asarray(counts, np.int64)
    rows = np.repeat(np.arange(len(counts)), counts)
    return np.stack([rows, np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)], axis=1)


def features(keys: Any, kinds: Sequence[DType]) -> list[Wanted]:
    """Keys, in an array of texts, a list of scalars, or an attribute, each with the type of its values."""
    return list(zip(texts_of(keys), kinds, strict=True))


def texts_of(value: Any) -> list[bytes]:
    """Keys as bytes, of an array of texts, of a list of scalars, or of an attribute."""
    return [
        key.encode() if isinstance(key, str) else bytes(key)
        for key in (one.item() if isinstance(one, np.ndarray) else one for one in value)
    ]


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
