"""Segments: what ties share, what zeros leave, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.ops import _segments
from estimator.ops._segments import ascending, reduce_rows
from estimator.runtime.session import Session


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(graph=Graph()) as session:
        yield session


def run(session: Session, make: Any, *values: Any) -> Any:
    """What `make` gives for fed values, whose shapes only the run tells."""
    feeds = {}
    for value in values:
        array = np.array(value, np.float32 if np.array(value).dtype.kind == "f" else np.int32)
        feeds[b.Placeholder(dtype=array.dtype.type, shape=(None,) * array.ndim)] = array
    return session.run(make(*feeds), feeds)


def slope(session: Session, segment: Any, data: Any, *rest: Any) -> Any:
    """The gradient of the data when 1, 10, 100... flow into the segments."""

    def gradient(x: Any, *others: Any) -> Any:
        y = segment(x, *others)
        exponents = b.Cast(b.Range(0, b.Size(y), 1), DstT=x.dtype)
        return gradients(y, x, b.Pow(10.0, exponents))[0]

    return run(session, gradient, data, *rest).tolist()


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i4", "i8", "c8"])
@pytest.mark.parametrize("size", [1, 40, _segments._ONE_BY_ONE])
@pytest.mark.parametrize("inner", [(), (1,), (3,)])
def test_sums_of_numbers_and_of_rows_are_those_of_numpy(
    rng: np.random.Generator, dtype: str, size: int, inner: tuple[int, ...]
) -> None:
    ids = rng.integers(0, 9, size)
    rows = rng.integers(-3, 4, (size, *inner)).astype(dtype)
    wanted = np.zeros((10, *inner), dtype)
    np.add.at(wanted, ids, rows)
    found = reduce_rows(np, "add", rows, ids, 10, 0)
    assert found.dtype == rows.dtype
    assert found.tolist() == wanted.tolist()  # small whole numbers, whose sums are exact in any order


# -- gradients where a difference quotient has none; the numbers are TensorFlow 2.15.1's ---------------


@pytest.mark.parametrize("segment", [b.SegmentMax, b.SegmentMin])
def test_equal_extremes_share_the_gradient(session: Session, segment: Any) -> None:
    assert slope(session, segment, [2.0, 2.0, 5.0], [0, 0, 1]) == [0.5, 0.5, 10.0]


@pytest.mark.parametrize("segment", [b.UnsortedSegmentMax, b.UnsortedSegmentMin])
def test_equal_extremes_of_unsorted_segments_share_the_gradient(session: Session, segment: Any) -> None:
    assert slope(session, segment, [2.0, 7.0, 2.0, 9.0], [1, 0, 1, -1], 2) == [5.0, 1.0, 5.0, 0.0]


def test_a_gap_takes_no_gradient(session: Session) -> None:
    assert slope(session, b.SegmentMax, [1.0, 2.0], [0, 2]) == [1.0, 100.0]
    assert slope(session, b.UnsortedSegmentMax, [1.0, 2.0], [0, 2], 3) == [1.0, 100.0]


def test_what_is_left_out_takes_no_gradient_even_where_that_is_not_finite(session: Session) -> None:
    def gradient(x: Any, ids: Any) -> Any:
        y = b.UnsortedSegmentSum(x, ids, 1)
        return gradients(y, x, session.graph.constant([np.inf], x.dtype))[0]

    assert run(session, gradient, [1.0, 2.0], [-1, 0]).tolist() == [0.0, np.inf]


# -- what is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize("segment", [b.SegmentSum, b.SegmentMean, b.SegmentMax, b.SegmentMin, b.SegmentProd])
@pytest.mark.parametrize("ids", [[1, 0], [-1, 0]])
def test_ids_of_sorted_segments_ascend_from_0(session: Session, segment: Any, ids: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="must be sorted and not negative"):
        run(session, segment, [1.0, 2.0], ids)


def test_ids_of_unsorted_segments_are_below_their_number(session: Session) -> None:
    with pytest.raises(InvalidArgumentError, match=r"segment id 2 is not in \[0, 2\)"):
        run(session, b.UnsortedSegmentSum, [1.0, 2.0], [2, 0], 2)
    with pytest.raises(InvalidArgumentError, match="must not be negative, given: -1"):
        run(session, b.UnsortedSegmentSum, [1.0, 2.0], [0, 0], -1)


@pytest.mark.parametrize("segment", [b.SparseSegmentSum, b.SparseSegmentMean, b.SparseSegmentSqrtN])
def test_sparse_segments_name_rows_that_there_are_in_order(session: Session, segment: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=r"indices\[1\] = 2 is not in \[0, 2\)"):
        run(session, segment, [1.0, 2.0], [0, 2], [0, 0])
    with pytest.raises(InvalidArgumentError, match="must be sorted and not negative"):
        run(session, segment, [1.0, 2.0], [0, 1], [1, 0])


def test_sparse_segments_have_ids_below_their_number(session: Session) -> None:
    with pytest.raises(InvalidArgumentError, match=r"segment id 3 is not in \[0, 3\)"):
        run(session, b.SparseSegmentSumWithNumSegments, [1.0, 2.0], [0, 1], [0, 3], 3)


def test_the_gradient_of_sparse_segments_names_rows_of_both_tables(session: Session) -> None:
    with pytest.raises(InvalidArgumentError, match=r"indices\[0\] = 4 is not in \[0, 4\)"):
        run(session, b.SparseSegmentMeanGrad, [[1.0]], [4], [0], 4)
    with pytest.raises(InvalidArgumentError, match=r"segment_ids\[0\] = 1 is not in \[0, 1\)"):
        run(session, b.SparseSegmentMeanGrad, [[1.0]], [0], [1], 4)


# -- the order in which rows are taken -----------------------------------------------------------------


def test_equal_ids_stay_in_their_order(rng: np.random.Generator) -> None:
    ids = rng.integers(0, 5, 1000)
    assert np.array_equal(ascending(np, ids), np.argsort(ids, kind="stable"))
    assert ascending(np, ids[:0]).size == 0


@pytest.mark.parametrize("inner", [(), (1,), (16,)])
@pytest.mark.parametrize("ufunc", ["add", "multiply", "maximum"])
def test_a_segment_is_the_same_bit_for_bit_whatever_others_hold(
    ufunc: str, inner: tuple[int, ...], rng: np.random.Generator
) -> None:
    ids = np.concatenate([np.repeat([3, 5, 8], [2, 3, 40]), np.arange(100, 200)])
    rows = rng.standard_normal((ids.size, *inner)).astype(np.float32)
    shuffled = rng.permutation(ids.size)
    among = reduce_rows(np, ufunc, rows[shuffled], ids[shuffled], 200, 0)
    for one in (3, 5, 8, 100, 199):
        own = rows[shuffled][ids[shuffled] == one]
        alone = reduce_rows(np, ufunc, own, np.zeros(len(own), np.int64), 1, 0)
        assert among[one].tobytes() == alone[0].tobytes()
    assert not among[:3].any()
