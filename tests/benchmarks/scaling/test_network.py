"""What sums cost, by hand."""

from __future__ import annotations

import pytest

from benchmarks.scaling.network import SUMS, Network, all_gather, all_sum, doubling, halving, ring

SLOW = Network("slow", latency=3.0, bandwidth=2.0, adding=8.0)  # 8 bytes take 3 + 4 s, and 1 s to be added


def test_a_sum_of_two_is_one_message_each_way_by_every_way_that_sends_all() -> None:
    assert doubling(2, 8, SLOW) == 3 + 4 + 1
    assert ring(2, 8, SLOW) == halving(2, 8, SLOW) == 2 * (3 + 2) + 0.5  # two messages of a half


def test_a_ring_of_four_has_six_rounds_of_a_quarter() -> None:
    assert ring(4, 8, SLOW) == 6 * (3 + 1) + 3 * 0.25


def test_halving_of_four_exchanges_a_half_and_a_quarter_and_goes_back() -> None:
    assert halving(4, 8, SLOW) == 2 * ((3 + 2) + (3 + 1)) + 0.5 + 0.25


def test_a_third_node_hands_all_to_a_neighbour_and_gets_the_sum_from_it() -> None:
    assert doubling(3, 8, SLOW) == doubling(2, 8, SLOW) + 2 * (3 + 4) + 1


def test_for_long_messages_a_ring_moves_the_least_and_for_short_ones_a_tree_waits_the_least() -> None:
    network = Network("10 Gb/s", 20e-6, 1.25e9, 1e10)
    assert all_sum(100, 1e9, network) == ring(100, 1e9, network) < halving(100, 1e9, network)
    assert all_sum(64, 100, network) == doubling(64, 100, network) < halving(64, 100, network)
    assert 2 * 1e9 / 1.25e9 * 0.99 == pytest.approx(
        ring(100, 1e9, network), rel=0.1
    )  # twice the bytes, at any size


@pytest.mark.parametrize("way", SUMS)
def test_nothing_is_sent_by_one_node(way: str) -> None:
    assert SUMS[way](1, 8, SLOW) == 0


def test_rows_of_all_others_arrive_at_each() -> None:
    counts = 3 * all_sum(4, 4 * 8, SLOW)
    assert all_gather(4, 8, SLOW) == counts + 3 * 3 + 3 * (3 + 4)  # ids and rows by themselves
    assert all_gather(4, 0, SLOW) == all_sum(4, 0, SLOW) == all_gather(1, 8, SLOW) == 0
