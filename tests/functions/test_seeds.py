from __future__ import annotations

import pytest

from estimator.functions.seeds import DEFAULT_GRAPH_SEED, op_seeds
from estimator.graph.graph import Graph


@pytest.mark.parametrize(
    ("graph_seed", "seed", "expected"),
    [
        (None, None, {"seed": 0, "seed2": 0}),
        (None, 7, {"seed": DEFAULT_GRAPH_SEED, "seed2": 7}),
        (5, 7, {"seed": 5, "seed2": 7}),
    ],
)
def test_graph_and_op_seed_combine_as_in_tensorflow(
    graph_seed: int | None, seed: int | None, expected: object
) -> None:
    graph = Graph()
    graph.seed = graph_seed
    assert op_seeds(graph, seed, "name") == expected


def test_without_an_op_seed_the_name_decides() -> None:
    graph = Graph()
    graph.seed = 5
    assert op_seeds(graph, None, "a") == op_seeds(graph, None, "a") != op_seeds(graph, None, "b")
