"""What serialised tf.Examples hold, read straight from their bytes, as TensorFlow's own parsing ops read them.

A feature's values stay bytes until those of a whole batch are known, so that numpy makes numbers of all at once::

    features = read_features(serialized)                  # {b"age": bytes of a Feature}
    kind_of(features[b"age"])                             # int64
    encoded = read_values(features[b"age"], int64)        # varints
    decode_values([encoded, ...], int64)                  # how many each has, and all of them

It is stricter and laxer than protobuf where TensorFlow's ops are: there are no groups, nothing unknown may stand in a
map of features or one of its entries, of a Feature only the first list counts, and a feature that nobody asks for is
never looked into.

Source
------
tensorflow/core/example/{example,feature}.proto, TF 2.15 example_proto_fast_parsing.cc
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, float32, int64, string
from estimator.formats.wire import GROUP, malformed, read_number, read_numbers, read_sized, skip

_FIRST, _SECOND, _THIRD = 0x0A, 0x12, 0x1A  # tags of fields 1, 2 and 3, if they have a length
_FIXED32 = 0x0D  # tag of field 1 as a float that is not packed
_KINDS = {_FIRST: string, _SECOND: float32, _THIRD: int64}
_CONTINUED = bytes(range(0x80, 0x100))  # the bytes of a varint but its last one
_TOO_LONG = re.compile(rb"[\x80-\xff]{10}")
_UNPACKED_INTEGERS = re.compile(rb"(?:\x08[\x80-\xff]{0,9}[\x00-\x7f])*")
_UNPACKED_INTEGER = re.compile(rb"\x08([\x80-\xff]{0,9}[\x00-\x7f])")


def read_features(serialized: bytes, dense: Container[bytes] = ()) -> dict[bytes, bytes]:
    """Key to the bytes of its Feature; of a key that stands there twice the last counts.

    Parameters
    ----------
    serialized : bytes
    dense : container of bytes
        Keys of which a Feature that says nothing counts as if it did not stand there.

    Raises
    ------
    MalformedError
        If the bytes are no tf.Example.
    """
    return {
        key: feature
        for part in _fields(serialized, 1)
        for key, feature in _entries(part)
        if feature or key not in dense
    }


def read_sequences(serialized: bytes) -> tuple[dict[bytes, bytes], dict[bytes, list[bytes]]]:
    """The features of a tf.SequenceExample's context, and for each key of its lists the Features in order.

    Raises
    ------
    MalformedError
        If the bytes are no tf.SequenceExample.
    """
    context = {key: feature for part in _fields(serialized, 1) for key, feature in _entries(part)}
    lists = {key: list(_fields(found, 1)) for part in _fields(serialized, 2) for key, found in _entries(part)}
    return context, lists


def kind_of(feature: bytes) -> DType | None:
    """The type of a Feature's values; None if it has no list at all.

    Raises
    ------
    MalformedError
        If the bytes are no Feature.
    """
    if not feature:
        return None
    return _KINDS.get(feature[0]) or malformed()


def read_values(feature: bytes, kind: DType) -> Any:
    """The values of a Feature of that kind, encoded: a list of texts, or the bytes of packed numbers.

    Raises
    ------
    MalformedError
        If the bytes are no such list.
    """
    values, _ = read_sized(feature, 1)
    if kind is string:
        return _texts(values)
    return _floats(values) if kind is float32 else _integers(values)


def decode_values(encoded: Sequence[Any], kind: DType) -> tuple[list[int], Any]:
    """How many values each of some features has, and all the values in one array."""
    if kind is string:
        texts = [text for one in encoded for text in one]
        return list(map(len, encoded)), np.fromiter(texts, object, len(texts))
    joined = b"".join(encoded)
    if kind is float32:
        return [len(one) // 4 for one in encoded], np.frombuffer(joined, "<f4").astype(np.float32)
    return [len(one.translate(None, _CONTINUED)) for one in encoded], _decode_varints(joined)


# -- messages ----------------------------------------------------------------------------------------------------------


def _fields(data: bytes, number: int) -> Iterator[bytes]:
    """What a message has in one field of bytes or messages; other fields are skipped."""
    at, wanted = 0, number << 3 | 2
    while at < len(data):
        tag, at = read_number(data, at)
        if tag == wanted:
            part, at = read_sized(data, at)
            yield part
        else:
            at = malformed() if tag & 7 == GROUP else skip(data, tag, at)


def _entries(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Key and value of each entry of a map, in whichever order the two stand."""
    at = 0
    while at < len(data):
        if data[at] != _FIRST:
            malformed()
        entry, at = read_sized(data, at + 1)
        left, middle = read_sized(entry, 1)
        right, end = read_sized(entry, middle + 1)
        tags = entry[0], entry[middle]
        if end != len(entry) or tags not in ((_FIRST, _SECOND), (_SECOND, _FIRST)):
            malformed()
        yield (left, right) if tags[0] == _FIRST else (right, left)


# -- lists of values ---------------------------------------------------------------------------------------------------


def _texts(values: bytes) -> list[bytes]:
    at, found = 0, []
    while at < len(values):
        if values[at] != _FIRST:
            malformed()
        text, at = read_sized(values, at + 1)
        found.append(text)
    return found


def _floats(values: bytes) -> bytes:
    """The numbers as they lie in memory, whether they were packed or stood one by one."""
    if not values:
        return values
    if values[0] == _FIRST:
        numbers, _ = read_sized(values, 1)
        return numbers if len(numbers) % 4 == 0 else malformed()
    if len(values) % 5 or values[::5].strip(bytes([_FIXED32])):
        malformed()
    return np.frombuffer(values, np.uint8).reshape(-1, 5)[:, 1:].tobytes()


def _integers(values: bytes) -> bytes:
    """The numbers as varints, whether they were packed or stood one by one."""
    if not values:
        return values
    if values[0] == _FIRST:
        numbers, _ = read_sized(values, 1)
        is_whole = not numbers or (numbers[-1] < 0x80 and not _TOO_LONG.search(numbers))
        return numbers if is_whole else malformed()
    if not _UNPACKED_INTEGERS.fullmatch(values):
        malformed()
    return b"".join(_UNPACKED_INTEGER.findall(values))


def _decode_varints(data: bytes) -> Any:
    """The int64 numbers of varints that stand one behind the other."""
    if len(data) < 64:  # numpy takes longer to begin than Python to finish
        return np.array(list(read_numbers(data)), np.uint64).view(np.int64)
    octets = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(octets < 0x80)
    if len(ends) == len(octets):
        return octets.astype(np.int64)
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts + 1
    numbers = np.zeros(len(ends), np.uint64)
    for place in range(lengths.max()):
        longer = lengths > place
        numbers[longer] |= (octets[starts[longer] + place].astype(np.uint64) & 0x7F) << np.uint64(7 * place)
    return numbers.view(np.int64)
