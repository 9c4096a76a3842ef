"""Sums over nodes message by message: a simulation of discrete events.

It knows no formula. Each node has a list of rounds; in a round it sends at most one message, waits for at most one, and
adds up what came; when that is done, the next round begins. Nodes may start at different times. The formulas of
:mod:`benchmarks.scaling.network` are checked by it, and it by them.
"""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.scaling.network import Network, largest_power


@dataclass(frozen=True)
class Round:
    """What a node does before it goes on.

    Parameters
    ----------
    to, source : int or None
        The node to which it sends, and that from which it waits for a message.
    size : float
        Bytes that it sends.
    added : float
        Bytes of what it received that it adds up.
    """

    to: int | None
    source: int | None
    size: float = 0.0
    added: float = 0.0


Program = list[Round]


def ring(nodes: int, size: float) -> list[Program]:
    """The rounds of all nodes for a sum along a ring."""
    part, rounds = size / nodes, nodes - 1
    return [
        [Round((node + 1) % nodes, (node - 1) % nodes, part, part)] * rounds
        + [Round((node + 1) % nodes, (node - 1) % nodes, part)] * rounds
        for node in range(nodes)
    ]


def doubling(nodes: int, size: float) -> list[Program]:
    """Those for a sum by recursive doubling."""

    def rounds(place: int, power: int) -> list[tuple[int, float, float]]:
        return [(place ^ (1 << bit), size, size) for bit in range(power.bit_length() - 1)]

    return _folded(nodes, size, rounds)


def halving(nodes: int, size: float) -> list[Program]:
    """Those for Rabenseifner's sum."""

    def rounds(place: int, power: int) -> list[tuple[int, float, float]]:
        bits = range(power.bit_length() - 1)
        down = [(place ^ (power >> (bit + 1)), size / 2 ** (bit + 1)) for bit in bits]
        return [(peer, part, part) for peer, part in down] + [(peer, part, 0.0) for peer, part in down[::-1]]

    return _folded(nodes, size, rounds)


def _folded(
    nodes: int, size: float, rounds: Callable[[int, int], list[tuple[int, float, float]]]
) -> list[Program]:
    """Programs of a power of two of nodes; the first of those beyond it have neighbours that stand for them."""
    power = largest_power(nodes)
    extra = nodes - power
    places = [2 * node + 1 if node < extra else node + extra for node in range(power)]
    programs: list[Program] = [[] for _ in range(nodes)]
    for node in range(extra):
        programs[2 * node] += [Round(2 * node + 1, None, size), Round(None, 2 * node + 1)]
        programs[2 * node + 1].append(Round(None, 2 * node, 0.0, size))
    for place, node in enumerate(places):
        programs[node] += [
            Round(places[peer], places[peer], part, added) for peer, part, added in rounds(place, power)
        ]
    for node in range(extra):
        programs[2 * node + 1].append(Round(2 * node, None, size))
    return programs


def ends(programs: Sequence[Program], network: Network, starts: Sequence[float]) -> list[float]:
    """When each node is done that began at that time.

    Raises
    ------
    RuntimeError
        If nodes wait for messages that nobody sends.
    """
    now = list(starts)
    position = [0] * len(programs)
    sent_until = [0.0] * len(programs)
    arrived: dict[tuple[int, int], deque[float]] = defaultdict(deque)
    waiting: list[bool] = [False] * len(programs)
    events: list[tuple[float, int, int | None]] = [(start, node, None) for node, start in enumerate(starts)]
    heapq.heapify(
        events
    )  # a time; the node to which it happens; whose message has come, or None: a round begins

    def go_on(node: int, time: float) -> None:
        """End the round of a node if all is there."""
        this = programs[node][position[node]]
        queue = arrived[this.source, node] if this.source is not None else None
        if queue is not None and not queue:
            waiting[node] = True
            return
        waiting[node] = False
        came = queue.popleft() if queue is not None else time
        now[node] = max(time, came, sent_until[node]) + network.added(this.added)
        position[node] += 1
        heapq.heappush(events, (now[node], node, None))

    while events:
        time, node, source = heapq.heappop(events)
        if source is not None:
            arrived[source, node].append(time)
            if waiting[node] and programs[node][position[node]].source == source:
                go_on(node, time)
        elif position[node] < len(programs[node]):
            this = programs[node][position[node]]
            sent_until[node] = time
            if this.to is not None:
                sent_until[node] = time + network.sent(this.size)
                heapq.heappush(events, (sent_until[node], this.to, node))
            go_on(node, time)
    stuck = [node for node, program in enumerate(programs) if position[node] < len(program)]
    if stuck:
        raise RuntimeError(f"nodes {stuck} wait for messages that nobody sends.")
    return now


PROGRAMS = {"ring": ring, "doubling": doubling, "halving": halving}
"""By the names of :data:`benchmarks.scaling.network.SUMS`."""


def all_sum(way: str, size: float, network: Network, starts: Sequence[float]) -> float:
    """When the last node has the sum."""
    return max(ends(PROGRAMS[way](len(starts), size), network, starts))
