"""What a sum over n nodes costs on a network, by the usual formulas.

A message of b bytes arrives latency + b / bandwidth seconds after it is sent; a node sends one and receives one at a
time, and adds up what it received at a speed of its own. Nothing else disturbs: switches never block, and no byte is
lost. That is the best that a network does.

All nodes start together; :mod:`benchmarks.scaling.simulation` also knows what comes of it when they do not.

Source
------
R. Thakur, R. Rabenseifner, W. Gropp: Optimization of Collective Communication Operations in MPICH, IJHPCA 2005
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """What lies between the nodes.

    Parameters
    ----------
    name : str
    latency : float
        Seconds from a program's send to another's receive of an empty message.
    bandwidth : float
        Bytes a second, in both directions at once.
    adding : float
        Bytes a second that a node adds to what it has.
    """

    name: str
    latency: float
    bandwidth: float
    adding: float

    def sent(self, size: float) -> float:
        """Seconds until a message of so many bytes is there."""
        return self.latency + size / self.bandwidth

    def added(self, size: float) -> float:
        """Seconds until so many bytes are added."""
        return size / self.adding


def largest_power(nodes: int) -> int:
    """The largest power of two that is not more."""
    return 1 << (nodes.bit_length() - 1)


def ring(nodes: int, size: float, network: Network) -> float:
    """Seconds of a sum along a ring: n - 1 rounds add parts of 1/n, and n - 1 hand the sums on."""
    part = size / nodes
    return (nodes - 1) * (2 * network.sent(part) + network.added(part))


def doubling(nodes: int, size: float, network: Network) -> float:
    """Seconds of a sum by recursive doubling: in log2(n) rounds pairs exchange all that they have."""
    power = largest_power(nodes)
    rounds = power.bit_length() - 1
    return rounds * (network.sent(size) + network.added(size)) + _folded(nodes, size, network)


def halving(nodes: int, size: float, network: Network) -> float:
    """Seconds of Rabenseifner's sum: pairs exchange a half, a quarter, ..., and the sums come back the same way."""
    power, total = largest_power(nodes), 0.0
    part = size / power
    while part < size:
        total += 2 * network.sent(part) + network.added(part)
        part *= 2
    return total + _folded(nodes, size, network)


def _folded(nodes: int, size: float, network: Network) -> float:
    """Nodes beyond a power of two hand all to a neighbour first, and get the sum from it in the end."""
    if nodes == largest_power(nodes):
        return 0.0
    return 2 * network.sent(size) + network.added(size)


SUMS = {"ring": ring, "doubling": doubling, "halving": halving}
"""The ways to sum; the last two are trees, as MPI libraries call them."""


def all_sum(nodes: int, size: float, network: Network) -> float:
    """Seconds of the best way, which is what an MPI library chooses by size."""
    return min(way(nodes, size, network) for way in SUMS.values()) if nodes > 1 and size else 0.0


def all_gather(nodes: int, size: float, network: Network) -> float:
    """Seconds until each node has the rows of all, each of so many bytes, along a ring, which moves no byte twice.

    Ids and rows go by themselves, and before them how many there are, and in all tables.
    """
    if nodes == 1 or not size:
        return 0.0
    counts = 3 * all_sum(nodes, 8.0 * nodes, network)
    return counts + (nodes - 1) * (network.latency + network.sent(size))
