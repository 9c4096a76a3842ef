"""Protobuf's wire format in many messages at once: numpy reads the same part of all of them in one step.

The messages lie in one buffer one behind the other, and what is done for each of them is done for an array of places
in it. Only the common form is understood; what is otherwise is told apart, and left to who reads messages one by one
(:mod:`estimator.formats.wire`).

Source
------
protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from estimator.formats.octets import Octets, Places, octets_at

MARGIN = bytes(16)  # must follow the last message, so that a look ahead of its end is none beyond the buffer
_SIZE_BYTES = 4  # of a size that is understood, at most
_TOO_LONG = 1 << 40  # as a size: leads beyond any end


def sizes_at(octets: Octets, places: Places) -> tuple[Any, Any]:
    """The sizes that stand at places as varints, and how many bytes each takes: one number if it is 1 for all.

    A size of too many bytes is so large that it leads beyond any end.
    """
    first = octets_at(octets, places)
    if first.max(initial=0) < 0x80:
        return first, 1
    sizes, widths = (first & 0x7F).astype(np.int64), np.ones(len(first), np.int64)
    longer = np.flatnonzero(first >= 0x80)
    for place in range(1, _SIZE_BYTES):
        octet = octets_at(octets, places[longer] + place)
        sizes[longer] |= (octet & 0x7F).astype(np.int64) << 7 * place
        widths[longer] += 1
        longer = longer[octet >= 0x80]
    sizes[longer] = _TOO_LONG
    return sizes, widths


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

    def of(self, is_wanted: Any) -> Fields:
        """Those of some messages: `is_wanted` says it of each message."""
        chosen = is_wanted[self.owners]
        return self if chosen.all() else Fields(*(part[chosen] for part in self))


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
        The first of every message, then the second of each that has one, and so on.
    array
        The numbers of the messages that are not like that; their fields mean nothing.
    """
    owners, at, limits = np.arange(len(begins)), begins, ends
    steps: list[tuple[Places, ...]] = []
    while True:
        is_within = at < limits
        if not is_within.all():
            owners, at, limits = owners[is_within], at[is_within], limits[is_within]
        if not len(at):
            break
        sizes, widths = sizes_at(octets, at + 1)
        body = at + (1 + widths)
        end = body + sizes
        steps.append((owners, at, body, end, limits))
        at = end
    if not steps:
        return Fields(*[np.zeros(0, np.int64)] * 3), np.zeros(0, np.int64)
    owner, tags, body, end, limit = map(np.concatenate, zip(*steps, strict=True))
    is_wrong = (octets_at(octets, tags) != tag) | (end > limit)
    return Fields(owner, body, end), owner[is_wrong]


def varints(octets: Octets, lasts: Places) -> Any:
    """The int64 numbers of varints that stand one behind the other, whose last bytes are at places."""
    if len(lasts) == len(octets):
        return octets.astype(np.int64)
    lengths = np.diff(lasts, prepend=-1)
    firsts = lasts - lengths + 1
    numbers = (octets.take(firsts) & 0x7F).astype(np.uint64)
    for place in range(1, int(lengths.max(initial=1))):
        longer = np.flatnonzero(lengths > place)
        octet = octets.take(firsts[longer] + place) & 0x7F
        numbers[longer] |= octet.astype(np.uint64) << np.uint64(7 * place)
    return numbers.view(np.int64)
