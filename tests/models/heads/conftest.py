"""Every test of heads has a graph of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from estimator.graph.graph import Graph


@pytest.fixture
def graph() -> Iterator[Graph]:
    with Graph().as_default() as made:
        yield made
