"""Steps of many nodes, from the costs of one."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.scaling.network import Network, all_gather, ring
from benchmarks.scaling.steps import SHARES, Costs, expected_slowest, pays_until, strong, weak

FREE = Network("free", 0.0, float("inf"), float("inf"))
NETWORK = Network("1 Gb/s", 50e-6, 125e6, 1e10)
COSTS = Costs({1: 2.0, 3: 4.0, 5: 10.0}, batch=3, dense=8)


def test_between_measured_batches_is_a_straight_line_and_beyond_them_the_last_one() -> None:
    assert [COSTS.computing(batch) for batch in (0.5, 1, 2, 3, 4, 6)] == [2, 2, 3, 4, 7, 13]


def test_on_a_free_network_nothing_is_lost_and_a_divided_batch_gains_what_its_parts_take_less() -> None:
    assert weak(COSTS, 512, FREE) == 1
    assert strong(COSTS, 5, FREE, 5) == 10 / 2


def test_large_gradients_cost_what_a_ring_takes() -> None:
    costs = Costs({1: 0.1, 3: 0.1}, batch=1, dense=10**9)
    assert costs.step(100, 1, NETWORK) == pytest.approx(0.1 + ring(100, 1e9, NETWORK))


def test_rows_are_sent_and_applied_by_everyone_in_proportion_to_the_batch() -> None:
    costs = Costs({1: 1.0, 100: 1.0}, batch=10, dense=0, sparse=1000, rows=50, row=0.01)
    assert costs.talking(5, 10, FREE) == pytest.approx(4 * 50 * 0.01)
    assert costs.talking(5, 20, FREE) == pytest.approx(2 * costs.talking(5, 10, FREE))
    assert costs.talking(5, 10, NETWORK) - costs.talking(5, 10, FREE) == pytest.approx(
        all_gather(5, 1000, NETWORK)
    )


def test_a_step_of_several_costs_something_beside_its_messages() -> None:
    costs = Costs({1: 1.0, 100: 1.0}, batch=10, dense=8, taking_part=0.5)
    assert costs.step(1, 10, FREE) == 1
    assert costs.step(2, 10, FREE) == 1.5


def test_it_pays_up_to_the_last_size_before_half_is_lost() -> None:
    shares = {2: 0.9, 4: 0.5, 8: 0.4, 16: 0.6}
    assert pays_until(shares.__getitem__, list(shares)) == 4
    assert pays_until(lambda nodes: 0.1, [2, 4]) == 1


def test_the_slowest_of_n_uniform_times_is_n_of_n_plus_one() -> None:
    for nodes in (1, 2, 9):  # the mean of the largest of n numbers between 0 and 1
        assert expected_slowest(SHARES, nodes) == pytest.approx(nodes / (nodes + 1), rel=1e-3)


def test_the_slowest_of_n_is_what_draws_have_on_average() -> None:
    rng, spread = np.random.default_rng(0), np.array(SHARES) ** 4 + 1
    draws = np.interp(rng.random((20_000, 8)), SHARES, spread).max(1).mean()
    assert expected_slowest(spread, 8) == pytest.approx(draws, rel=0.01)
