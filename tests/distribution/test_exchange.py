"""What processes exchange, as arrays: sums with a status, rows of tables; and a process that has nothing more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import OutOfRangeError
from estimator.distribution.collective import current
from estimator.distribution.exchange import gather_rows, sum_arrays, summed_as, take_part_without
from estimator.distribution.status import Status
from tests.distribution.threads import in_threads


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.float16, np.float32),
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.int32, np.float64),
        (np.int64, np.float64),
        (np.uint16, np.float32),
    ],
)
def test_numbers_are_summed_in_a_type_that_holds_them(given: Any, expected: Any) -> None:
    assert summed_as(np.dtype(given)) == expected


def test_alone_nothing_changes() -> None:
    one, other = sum_arrays([np.float32([1, 2]), np.float32(3)], is_mean=True)
    assert (one.tolist(), other.shape, float(other)) == ([1, 2], (), 3)
    rows, ids = gather_rows([np.ones((2, 3))], [np.array([4, 5])], is_mean=True)
    assert (rows[0].shape, ids[0].tolist()) == ((2, 3), [4, 5])


def test_large_counts_are_exact() -> None:
    (first,), (second,) = in_threads(2, lambda rank: sum_arrays([np.array([2**40 + rank])], False))
    assert first.tolist() == second.tolist() == [2**41 + 1]


def _ends(rank: int) -> tuple[Any, ...]:
    if rank == 1:
        take_part_without(3, np.float32)
        return (current().status.ended,)
    arrays = [np.float32([1, 2]), np.float32([3])]
    with pytest.raises(OutOfRangeError, match="the input of 1 of 3 processes has ended"):
        sum_arrays(arrays, is_mean=True)
    return current().status.ended, [array.tolist() for array in arrays]


def test_who_has_nothing_more_takes_part_with_zeros() -> None:
    first, second, third = in_threads(3, _ends)
    assert first[0] == second[0] == third[0] == 1
    assert first[1] == [[1, 2], [3]], "what was given is left as it is"


def test_rows_of_no_process_are_none() -> None:
    def gathered(rank: int) -> list[Any]:
        rows, ids = gather_rows(
            [np.empty((0, 2), np.float32), np.full((2 - rank, 1), rank, np.float32)],
            [np.empty(0, np.int32), np.arange(2 - rank, dtype=np.int32)],
            is_mean=False,
        )
        assert ids[0].dtype == np.int32
        return [part.tolist() for part in (*rows, *ids)] + [rows[0].shape]

    assert in_threads(2, gathered) == [[[], [[0], [0], [1]], [], [0, 1, 0], (0, 2)]] * 2


def test_seeds_are_those_of_the_others() -> None:
    one, other, third = Status(), Status(), Status()
    for status in (one, other):
        status.share_seed(7)
    drawn = [one.draw_seed() for _ in range(3)]
    assert drawn == [other.draw_seed() for _ in range(3)]
    assert len({*drawn, third.draw_seed()}) == 4
    assert all(0 <= seed < 2**63 for seed in drawn)
