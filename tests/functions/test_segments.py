"""Segments as functions: those that are several operations, and those that count the segments or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.functions import segments
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.runtime.session import Session

X = np.array([[1, 2], [3, 6], [5, 1]], np.float32)


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(graph=Graph()) as session:
        yield session


@pytest.mark.parametrize("ids", [[2, 0, 2], [2, -1, 2]])
def test_means_of_unsorted_segments_divide_by_their_sizes(session: Session, ids: Any) -> None:
    first = X[1] if 0 in ids else 0 * X[1]
    mean, root = session.run(
        [
            segments.unsorted_segment_mean(X, ids, 4),
            segments.unsorted_segment_sqrt_n(X, ids, 4),
        ]
    )
    assert mean.tolist() == [first.tolist(), [0, 0], [3, 1.5], [0, 0]]
    np.testing.assert_allclose(root, [first, [0, 0], np.array([6, 3]) / 2**0.5, [0, 0]], rtol=1e-6)


def test_means_of_shapes_that_only_the_run_tells(session: Session) -> None:
    x, ids = b.Placeholder(dtype="float32", shape=None), b.Placeholder(dtype="int32", shape=None)
    mean = segments.unsorted_segment_mean(x, ids, 2)
    assert session.run(mean, {x: X[None], ids: [[1, 1, 0]]}).tolist() == [[5, 1], [2, 4]]


def test_sparse_segments_are_as_many_as_asked_for_or_as_the_last_says(session: Session) -> None:
    plain, more = session.run(
        [
            segments.sparse_segment_sum(X, [0, 2, 1], [0, 0, 1]),
            segments.sparse_segment_sum(X, [0, 2, 1], [0, 0, 1], num_segments=3),
        ]
    )
    assert plain.tolist() == [[6, 3], [3, 6]]
    assert more.tolist() == [[6, 3], [3, 6], [0, 0]]
