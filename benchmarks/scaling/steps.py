"""Steps of n nodes, from what one of them computes and what the network costs.

All nodes compute, then sum their gradients; the slowest decides. Nothing overlaps: the sum begins when the last
gradient is there, and the update when the sum is. Rows of tables are gathered, so that every node applies those of all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.scaling.network import Network, all_gather, all_sum

SHARES = [*np.linspace(0, 0.99, 100), 0.992, 0.994, 0.996, 0.998, 0.999, 1.0]
"""At which shares of all steps their times are kept."""


@dataclass(frozen=True)
class Costs:
    """What was measured of a model on one process.

    Parameters
    ----------
    seconds : mapping of int to float
        Of a step, by the size of the batch.
    batch : int
        At which size of the batch bytes were counted.
    dense, sparse : int
        Bytes of gradients, and of rows with their ids.
    rows : int
        How many rows.
    row : float
        Seconds that one more row costs where it is applied.
    taking_part : float
        Seconds of a step that is one of several processes', beside its messages.
    spread : sequence of float
        Times of steps at :data:`SHARES`, as multiples of an undisturbed one.
    """

    seconds: dict[int, float]
    batch: int
    dense: int
    sparse: int = 0
    rows: int = 0
    row: float = 0.0
    taking_part: float = 0.0
    spread: Sequence[float] = (1.0,) * len(SHARES)

    def computing(self, batch: float) -> float:
        """Seconds that a batch takes: on straight lines between sizes that were measured, and beyond them."""
        sizes = sorted(self.seconds)
        if batch > sizes[-1]:
            low, high = sizes[-2:]
            slope = (self.seconds[high] - self.seconds[low]) / (high - low)
            return self.seconds[high] + slope * (batch - high)
        return float(np.interp(batch, sizes, [self.seconds[size] for size in sizes]))

    def talking(self, nodes: int, batch: float, network: Network) -> float:
        """Seconds in which gradients go to all: arrays are summed, rows are gathered and applied."""
        if nodes == 1:
            return 0.0
        share = batch / self.batch
        gathered = all_gather(nodes, self.sparse * share, network)
        applied = (nodes - 1) * self.rows * share * self.row
        return all_sum(nodes, self.dense, network) + gathered + applied + self.taking_part

    def step(self, nodes: int, batch: float, network: Network) -> float:
        """Seconds of a step with so many examples on each node."""
        return self.computing(batch) + self.talking(nodes, batch, network)


def weak(costs: Costs, nodes: int, network: Network, batch: float | None = None) -> float:
    """Which share of n times the throughput of one node n of them have, if each has a batch of the usual size."""
    batch = batch or costs.batch
    return costs.computing(batch) / costs.step(nodes, batch, network)


def strong(costs: Costs, nodes: int, network: Network, batch: int) -> float:
    """How many times faster n nodes are that share one batch of that size."""
    return costs.computing(batch) / costs.step(nodes, batch / nodes, network)


def pays_until(share: Callable[[int], float], nodes: Sequence[int], least: float = 0.5) -> int:
    """Up to how many nodes at least half of each does what it did alone; more do not pay."""
    last = 1
    for count in nodes:
        if share(count) < least:
            break
        last = count
    return last


def expected_slowest(spread: Sequence[float], nodes: int, points: int = 4000) -> float:
    """The mean of the slowest of n steps, drawn from such a distribution: the integral of its quantiles at u^(1/n)."""
    u = (np.arange(points) + 0.5) / points
    return float(np.interp(u ** (1 / nodes), SHARES, spread).mean())
