"""Protobuf's wire format in many messages at once: numpy reads the same part of all of them in one step.

The messages lie in one buffer one behind the other, and what is done for each of them is done for an array of places
in it. Only the common form is understood; what is otherwise is told apart, and left to who reads messages one by one
(:mod:`estimator.formats.wire`).

Source
------
protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.named_tuple import NamedTuple
from estimator.formats.octets import TOO_LONG, Octets, Places, octets_at, pieces_at, sizes_at
from estimator.formats.wire import MalformedError, read_number

_FEWEST_IN_STEP = 24  # messages: of fewer, each is read faster alone


class Fields(NamedTuple):
    """Fields of bytes or messages, out of many messages.

    Attributes
    ----------
    owners : array [n]
        The number of each one's message.
    begins, ends : array [n]
        Where its bytes lie.
    """

    owners: Places
    begins: Places
    ends: Places


def repeated(octets: Octets, begins: Places, ends: Places, tag: int) -> tuple[Fields, Places]:
    """The fields of messages in which one field of bytes or messages is repeated, and nothing else stands.

    Parameters
    ----------
    octets : array
        The buffer.
    begins, ends : array [messages]
        Where each message lies.
    tag : int
        Of the field.

    Returns
    -------
    Fields
        Those of one message in their order; mostly the first of every message, then the second of each that has one.
    array
        The numbers of the messages that are not like that; their fields mean nothing.
    """
    owner, tags, body, end, limit = _in_step(octets, begins, ends) or _one_after_the_other(
        octets, begins, ends
    )
    is_wrong = (octets_at(octets, tags) != tag) | (end > limit)
    return Fields(owner, body, end), owner[is_wrong]


def _in_step(octets: Octets, begins: Places, ends: Places) -> tuple[Any, ...] | None:
    """Owner, place, begin and end of each field, and its message's end; None unless all have as many short ones."""
    at, steps, last = begins, list[Places](), ends.item(0) if len(ends) else 0
    behind_tags = octets[1:]
    while len(at) and at.item(0) < last:
        steps.append(at)
        at = at + octets_at(behind_tags, at)
        at += 2
    if not steps or (at != ends).any():
        return None
    tags = np.concatenate(steps)
    sizes = octets_at(octets, tags + 1)
    if sizes.max() >= 0x80:
        return None
    body = tags + 2
    return np.tile(np.arange(len(at)), len(steps)), tags, body, body + sizes, np.tile(ends, len(steps))


def _one_after_the_other(octets: Octets, begins: Places, ends: Places) -> tuple[Any, ...]:
    """The same of any messages: in step as long as many have one more, and then each alone."""
    owners, at, limits = np.arange(len(begins)), begins, ends
    steps: list[tuple[Places, ...]] = []
    while True:
        is_within = at < limits
        if not is_within.all():
            owners, at, limits = owners[is_within], at[is_within], limits[is_within]
        if len(at) < _FEWEST_IN_STEP:
            break
        sizes, widths = sizes_at(octets, at + 1)
        body = at + (1 + widths)
        end = body + sizes
        steps.append((owners, at, body, end, limits))
        at = end
    steps.append(_alone(octets, owners, at, limits))
    return tuple(map(np.concatenate, zip(*steps, strict=True)))


def _alone(octets: Octets, owners: Places, begins: Places, limits: Places) -> tuple[Places, ...]:
    tags, bodies, stops, counts, data = list[int](), list[int](), list[int](), list[int](), octets.data
    for at, limit in zip(begins.tolist(), limits.tolist(), strict=True):
        before = len(tags)
        while at < limit:
            size, body = data[at + 1], at + 2
            if size >= 0x80:
                size, body = _long_size(data, at + 1)
            tags.append(at)
            bodies.append(body)
            at = body + size
            stops.append(at)
        counts.append(len(tags) - before)
    found = [np.array(places, np.int64) for places in (tags, bodies, stops)]
    return np.repeat(owners, counts), *found, np.repeat(limits, counts)


def _long_size(octets: Any, at: int) -> tuple[int, int]:
    try:
        return read_number(octets, at)
    except MalformedError:
        return TOO_LONG, at


def varints(octets: Octets, lasts: Places) -> Any:
    """The int64 numbers of varints that stand one behind the other, whose last bytes are at places."""
    if len(lasts) == len(octets):
        return octets.astype(np.int64)
    firsts = np.append(0, lasts[:-1] + 1)[: len(lasts)]
    lengths = lasts - firsts + 1
    numbers = (octets.take(firsts) & 0x7F).astype(np.uint64)
    for place in range(1, int(lengths.max(initial=1))):
        longer = np.flatnonzero(lengths > place)
        octet = octets.take(firsts[longer] + place) & 0x7F
        numbers[longer] |= octet.astype(np.uint64) << np.uint64(7 * place)
    return numbers.view(np.int64)


_WORD = 8  # bytes
_WHOLE = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], np.uint64)  # the first bytes of a word
_CONTINUED = np.uint64(0x8080_8080_8080_8080)  # the bits that say so of the bytes of a varint


def lone_varints(octets: Octets, places: Places, sizes: Any) -> Any:
    """The int64 numbers that stand at places as varints of these sizes; None unless each is one of few bytes."""
    if sizes.max(initial=1) > _WORD or sizes.min(initial=1) < 1:
        return None
    words = pieces_at(octets, places, _WORD).view("<u8")[:, 0] & _WHOLE.take(sizes)
    if ((words & _CONTINUED) != (_WHOLE.take(sizes - 1) & _CONTINUED)).any():
        return None
    numbers = words & np.uint64(0x7F)
    for place in range(1, int(sizes.max(initial=1))):
        numbers |= (words >> np.uint64(place)) & np.uint64(0x7F << 7 * place)
    return numbers.view(np.int64)
