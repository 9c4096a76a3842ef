"""Messages one by one, and the formulas: either shows what is wrong in the other."""

from __future__ import annotations

import pytest

from benchmarks.scaling import simulation
from benchmarks.scaling.network import SUMS, Network
from benchmarks.scaling.simulation import Round, all_sum, ends

NETWORK = Network("10 Gb/s", 20e-6, 1.25e9, 4e9)
SLOW = Network("slow", latency=3.0, bandwidth=2.0, adding=8.0)


@pytest.mark.parametrize("nodes", [2, 3, 4, 5, 6, 7, 8, 13, 16])
@pytest.mark.parametrize("way", SUMS)
def test_nodes_that_start_together_take_what_the_formula_says(way: str, nodes: int) -> None:
    for size in (12.0, 3e6):
        assert all_sum(way, size, NETWORK, [0.0] * nodes) == pytest.approx(SUMS[way](nodes, size, NETWORK))


@pytest.mark.parametrize("nodes", [2, 3, 8, 13])
@pytest.mark.parametrize("way", SUMS)
def test_every_node_has_heard_of_every_other(way: str, nodes: int) -> None:
    heard = [{node} for node in range(nodes)]
    programs = [list(program) for program in simulation.PROGRAMS[way](nodes, 8.0)]
    sent: dict[tuple[int, int], list[set[int]]] = {}
    begun = [False] * nodes
    while any(programs):
        for node, program in enumerate(programs):
            if program and not begun[node]:
                begun[node] = True
                if program[0].to is not None:
                    sent.setdefault((node, program[0].to), []).append(set(heard[node]))
        for node, program in enumerate(programs):
            if program and program[0].source is None:
                program.pop(0)
                begun[node] = False
            elif program and sent.get((program[0].source, node)):
                heard[node] |= sent[program[0].source, node].pop(0)
                program.pop(0)
                begun[node] = False
    assert heard == [set(range(nodes))] * nodes


def test_a_sum_ends_no_sooner_than_the_last_node_allows_and_hides_little_of_its_delay() -> None:
    late = [0.0] * 7 + [100.0]
    for way in SUMS:
        together = all_sum(way, 8.0, SLOW, [0.0] * 8)
        assert 100 < all_sum(way, 8.0, SLOW, late) <= 100 + together


def test_a_message_that_waits_is_read_at_once_and_an_early_reader_waits() -> None:
    programs = [[Round(1, None, 8.0)], [Round(None, 0, 0.0, 8.0)]]
    assert ends(programs, SLOW, [0.0, 50.0]) == [7.0, 51.0]
    assert ends(programs, SLOW, [50.0, 0.0]) == [57.0, 58.0]


def test_nodes_that_wait_for_one_another_are_told() -> None:
    with pytest.raises(RuntimeError, match=r"nodes \[0, 1\] wait for messages that nobody sends"):
        ends([[Round(None, 1)], [Round(None, 0)]], SLOW, [0.0, 0.0])
