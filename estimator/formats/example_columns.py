"""What many serialised tf.Examples hold under some keys, read from all of them at once.

The entries of the maps of features are walked in step: the first of each example, then the second, whatever their keys
are. After that all entries are one array; their keys are looked up at once, and the values of all features of one
type become numbers in one go. It costs some calls of numpy for each entry of the longest example, whatever the batch.

::

    columns = ExampleColumns(texts, {(b"age", int64), (b"name", string)}, read_features)
    columns.decoded(b"age", int64).values

An example that stands there in another form than protobuf's libraries write is read alone, and what it has is put
behind the others. So a key may stand twice, entries may be in any order, and of what nobody asks for only the place is
looked at, as in :mod:`estimator.formats.examples`. A column is not decoded here if one of its features is of another
type or form, or damaged.

Source
------
tensorflow/core/example/{example,feature}.proto
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, float32, int64, string
from estimator.core.named_tuple import NamedTuple
from estimator.formats.octets import MARGIN, Octets, Places, joined, octets_at, pieces_at, sizes_at
from estimator.formats.wire_columns import Fields, lone_varints, repeated, varints

_FIRST, _SECOND, _THIRD = 0x0A, 0x12, 0x1A  # tags of fields 1, 2 and 3, if they have a length
_TAGS = {string: _FIRST, float32: _SECOND, int64: _THIRD}
_VARINT_BYTES = 10  # of one number, at most
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)  # of the first bytes of a word
_GOLDEN = 0x9E37_79B9_7F4A_7C15  # an odd number without order in its bits


class Decoded(NamedTuple):
    """The values of one feature.

    Attributes
    ----------
    is_there : sequence of bool [batch]
        Whether an example has the feature, and it says of which type it is.
    counts : sequence of int [batch]
        How many values each has.
    values : array
        All of them.
    each : int
        How many every example has; -1 if they differ, or some lack the feature.
    """

    is_there: Any
    counts: Any
    values: Any
    each: int


class ExampleColumns:
    """Examples by columns.

    Parameters
    ----------
    texts : sequence of bytes
        The serialised examples.
    wanted : iterable of pairs of bytes and DType
        Keys and the types of their values.
    read : callable
        Gives the features of one example by key, or raises what there is to say about it.
    dense : frozenset of bytes
        Keys of which a Feature that says nothing counts as if it did not stand there, for `read`, too.
    """

    def __init__(
        self,
        texts: Sequence[bytes],
        wanted: Iterable[tuple[bytes, DType]],
        read: Callable[[bytes], Mapping[bytes, bytes]],
        dense: frozenset[bytes] = frozenset(),
    ) -> None:
        self._texts, self._read = texts, read
        self._wanted = _Wanted.of(tuple(wanted))
        table = self._wanted.keys
        self._data, self._begins, self._ends = _features(texts, table, read, table.are_among(dense))
        self._decoded: dict[tuple[bytes, DType], Decoded] = {}
        for kind, keys in self._wanted.kinds.items():
            self._decode(keys, kind)

    def __len__(self) -> int:
        return len(self._texts)

    def keys(self, place: int) -> Iterable[bytes]:
        """The keys that one example has."""
        return self._read(self._texts[place])

    def column(self, key: bytes) -> list[bytes]:
        """The bytes of each example's Feature of that key; none where it lacks it."""
        row = self._wanted.keys.rows[key]
        bounds = zip(self._begins[row].tolist(), self._ends[row].tolist(), strict=True)
        return [self._data[begin:end] for begin, end in bounds]

    def decoded(self, key: bytes, kind: DType) -> Decoded | None:
        """The values under a key; None if they must be read from the :meth:`column`, and may be wrong."""
        return self._decoded.get((key, kind))

    def _decode(self, keys: Sequence[bytes], kind: DType) -> None:
        """The values of all features of one type, but for columns in which there is another form."""
        rows = self._wanted.rows(keys)
        begins, ends = self._begins[rows], self._ends[rows]
        is_there = ends > begins
        cells = np.flatnonzero(is_there)
        try:
            found, values = _values(self._data, begins.take(cells), ends.take(cells), kind)
        except _OtherFormError as error:
            others = {keys[row] for row in (cells[error.is_other] // len(self)).tolist()}
            if left := [key for key in keys if key not in others]:
                self._decode(left, kind)
            return
        counts = np.zeros(is_there.shape, np.int64)
        counts.reshape(-1)[cells] = found
        sizes, most = counts.sum(1), counts.max(1, initial=0)
        each = np.where(is_there.all(1) & (sizes == most * len(self)), most, -1).tolist()
        first = 0
        for row, (key, size) in enumerate(zip(keys, sizes.tolist(), strict=True)):
            part = values[first : first + size]
            self._decoded[key, kind] = Decoded(is_there[row], counts[row], part, each[row])
            first += size


class _Wanted:
    """Keys by the types of their values, as long as the same are asked for."""

    def __init__(self, wanted: Sequence[tuple[bytes, DType]]) -> None:
        self.kinds = {
            kind: [key for key, of in wanted if of is kind] for kind in dict.fromkeys(of for _, of in wanted)
        }
        self.keys = _KeyTable(list(dict.fromkeys(chain.from_iterable(self.kinds.values()))))

    @staticmethod
    @lru_cache(16)
    def of(wanted: tuple[tuple[bytes, DType], ...]) -> _Wanted:
        """Those that are wanted."""
        return _Wanted(wanted)

    def rows(self, keys: Sequence[bytes]) -> Any:
        """The numbers of keys, as an index: mostly they follow one another."""
        rows = [self.keys.rows[key] for key in keys]
        return slice(rows[0], rows[-1] + 1) if rows == list(range(rows[0], rows[-1] + 1)) else rows


# -- where the features are --------------------------------------------------------------------------------------------


def _features(
    texts: Sequence[bytes],
    keys: _KeyTable,
    read: Callable[[bytes], Mapping[bytes, bytes]],
    is_dense: Any,
) -> tuple[bytes, Places, Places]:
    """A buffer, and where in it the feature of each key and example lies; one that is not there has no bytes."""
    data = b"".join([*texts, bytes(keys.most_bytes), MARGIN])
    octets = np.frombuffer(data, np.uint8)
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    ends = np.cumsum(sizes)
    maps, is_odd = _maps(octets, ends - sizes, ends)
    entries, odd = repeated(octets, maps, ends, _FIRST)
    is_odd[odd] = True
    names, values, is_other = _keys_and_values(octets, entries)
    is_odd[entries.owners[is_other]] = True
    rows = keys.rows_of(octets, names)
    is_known = rows >= 0 if not is_odd.any() else (rows >= 0) & ~is_odd[entries.owners]
    is_nothing = values == entries.ends
    if is_nothing.any() and len(is_dense):
        is_known &= ~(is_nothing & is_dense.take(rows, mode="clip"))
    known = slice(None) if is_known.all() else np.flatnonzero(is_known)
    cells = rows[known] * len(texts) + entries.owners[known]
    found = np.zeros((2, len(keys.rows) * len(texts)), np.int64)
    found[0][cells], found[1][cells] = (
        values[known],
        entries.ends[known],
    )  # of a key that is there twice the last counts
    places = found.reshape(2, len(keys.rows), len(texts))
    return _with_odd(
        data, places, list(keys.rows), {row: read(texts[row]) for row in np.flatnonzero(is_odd).tolist()}
    )


def _maps(octets: Octets, begins: Places, ends: Places) -> tuple[Places, Any]:
    """Where the maps of features begin, and which examples are more than such a map."""
    bodies, is_other = _bodies(octets, begins, ends)
    is_empty = begins == ends
    return np.where(is_empty, ends, bodies), ~is_empty & (is_other | (octets_at(octets, begins) != _FIRST))


def _bodies(octets: Octets, begins: Places, ends: Places) -> tuple[Places, Any]:
    """Where the bytes of fields begin that are to end at places, and which fields do not."""
    sizes, widths = sizes_at(octets, begins + 1)
    bodies = begins + (1 + widths)
    return bodies, bodies + sizes != ends


def _keys_and_values(octets: Octets, entries: Fields) -> tuple[Fields, Places, Any]:
    """The keys of entries, where their values begin, and which entries are no key before a value."""
    sizes, widths = sizes_at(octets, entries.begins + 1)
    begins = entries.begins + (1 + widths)
    ends = begins + sizes
    values, is_other = _bodies(octets, ends, entries.ends)
    tags = octets_at(octets, entries.begins), octets_at(octets, ends)
    return Fields(entries.owners, begins, ends), values, is_other | (tags[0] != _FIRST) | (tags[1] != _SECOND)


def _with_odd(
    data: bytes, found: Places, keys: Sequence[bytes], others: Mapping[int, Mapping[bytes, bytes]]
) -> tuple[bytes, Places, Places]:
    """The buffer and the places of features, with those of examples that were read alone."""
    pieces, size = [data], len(data)
    for place, features in others.items():
        for row, key in enumerate(keys):
            pieces.append(features.get(key, b""))
            found[:, row, place] = size, size + len(pieces[-1])
            size += len(pieces[-1])
    return data if not others else b"".join([*pieces, MARGIN]), found[0], found[1]


class _KeyTable:
    """Finds keys among wanted ones, by the words of 64 bits of which they consist.

    The words of a key are put together to one number, which is looked up; whether it is the key, the words tell then.

    Attributes
    ----------
    rows : dict
        Of each wanted key its number.
    most_bytes : int
        The size of the longest, in whole words.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self.rows = {key: row for row, key in enumerate(keys)}
        self._sizes = np.array(list(map(len, keys)), np.int64)
        self._width = max(1, -(-max(map(len, keys), default=0) // 8))
        self.most_bytes = 8 * self._width
        padded = b"".join(key.ljust(self.most_bytes, b"\0") for key in keys)
        self._words = np.frombuffer(padded, "<u8").reshape(len(keys), self._width)
        rest = np.arange(self.most_bytes + 1)[:, None] - np.arange(0, self.most_bytes, 8)
        self._masks = _MASKS[rest.clip(0, 8)]  # of the words of a key, by its size
        numbers = self._different_numbers()
        self._order = np.argsort(numbers)
        self._sorted = numbers[self._order]

    def _different_numbers(self) -> Any:
        for factor in range(_GOLDEN, 2 * _GOLDEN, 2):
            self._factor = np.uint64(factor)
            numbers = self._numbers(self._words, self._sizes)
            if len(np.unique(numbers)) == len(numbers):
                return numbers
        raise AssertionError("unreachable: no two keys are alike")

    def _numbers(self, words: Any, sizes: Any) -> Any:
        number = sizes.astype(np.uint64)
        for column in range(self._width):
            number = number * self._factor + words[:, column]
        return number

    def are_among(self, keys: Container[bytes]) -> Any:
        """Which of the wanted keys are among others."""
        return np.array([key in keys for key in self.rows], bool)

    def rows_of(self, octets: Octets, names: Fields) -> Places:
        """The number of each key among the wanted ones; -1 if it is none of them."""
        if not len(self._order):
            return np.full(len(names.owners), -1)
        sizes = names.ends - names.begins
        begins = np.minimum(names.begins, len(octets) - self.most_bytes)
        words = pieces_at(octets, begins, self.most_bytes).view("<u8")
        words &= self._masks.take(sizes, axis=0, mode="clip")
        places = np.searchsorted(self._sorted, self._numbers(words, sizes))
        rows = self._order.take(places, mode="clip")
        is_same = self._sizes.take(rows) == sizes
        for column in range(self._width):
            is_same &= self._words[:, column].take(rows) == words[:, column]
        return rows if is_same.all() else np.where(is_same, rows, -1)


# -- what they hold ----------------------------------------------------------------------------------------------------


class _OtherFormError(Exception):
    """Some features are of another form than is read here."""

    def __init__(self, is_other: Any) -> None:
        super().__init__()
        self.is_other = is_other


def _demand(is_other: Any) -> None:
    if is_other.any():
        raise _OtherFormError(is_other)


def _values(data: bytes, begins: Places, ends: Places, kind: DType) -> tuple[Any, Any]:
    """How many values features of one type have, and all of them, one feature behind the other."""
    octets = np.frombuffer(data, np.uint8)
    lists, is_other = _bodies(octets, begins, ends)
    is_other |= octets_at(octets, begins) != _TAGS[kind]
    if kind is string:
        _demand(is_other)
        return _texts(data, lists, ends)
    is_empty = lists == ends
    numbers, is_unpacked = _bodies(octets, lists, ends)
    is_unpacked |= octets_at(octets, lists) != _FIRST
    sizes = ends - numbers
    if is_empty.any():
        is_unpacked &= ~is_empty
        sizes[is_empty] = 0
    is_cut = sizes % 4 != 0 if kind is float32 else (sizes > 0) & (octets_at(octets, ends - 1) >= 0x80)
    _demand(is_other | is_unpacked | is_cut)
    if kind is float32:
        return sizes // 4, joined(octets, numbers, sizes).view("<f4")
    alone = lone_varints(octets, numbers, sizes)
    return (sizes > 0, alone) if alone is not None else _integers(joined(octets, numbers, sizes), sizes)


def _integers(packed: Octets, sizes: Places) -> tuple[Any, Any]:
    """How many integers there are in pieces of these sizes, and all of them."""
    lasts = np.flatnonzero(packed < 0x80)  # the last byte of each number
    bounds = np.cumsum(sizes)
    is_long = np.diff(lasts, prepend=-1) > _VARINT_BYTES
    _demand(np.isin(np.arange(len(sizes)), np.searchsorted(bounds, lasts[is_long], "right")))
    return np.diff(np.searchsorted(lasts, bounds), prepend=0), varints(packed, lasts)


def _texts(data: bytes, begins: Places, ends: Places) -> tuple[Any, Any]:
    found, others = repeated(np.frombuffer(data, np.uint8), begins, ends, _FIRST)
    if len(others):
        raise _OtherFormError(np.isin(np.arange(len(begins)), others))
    counts = np.bincount(found.owners, minlength=len(begins))
    order = slice(None) if (counts <= 1).all() else np.argsort(found.owners, kind="stable")
    bounds = zip(found.begins[order].tolist(), found.ends[order].tolist(), strict=True)
    texts = [data[begin:end] for begin, end in bounds]
    return counts, np.fromiter(texts, object, len(texts))
