"""What processes of MPI exchange: two and three of them, messages in pieces, types that MPI does not know."""

from __future__ import annotations

import sys
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from estimator.core.errors import InternalError
from estimator.distribution import mpi
from estimator.distribution.collective import Alone
from tests.distribution.ranks import in_ranks

TYPES = ("float32", "float64", "float16", "bfloat16", "int32", "int64", "uint8", "bool", "complex64")


def _typed(numbers: Any, dtype: str) -> Any:
    return np.asarray(numbers).astype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)


def exchanged(longest: int) -> dict[str, Any]:
    from mpi4py import MPI

    own = mpi.Ranks(MPI.COMM_WORLD, longest)
    found: dict[str, Any] = {}
    for dtype in TYPES:
        buffer = _typed([own.rank, 2, 0, own.rank + 1, 0], dtype)
        own.all_sum(buffer)
        found[f"sum {dtype}"] = buffer.astype(np.complex64).real
        rows = _typed(np.full((own.rank, 3), own.rank), dtype)
        gathered = own.all_gather(rows)
        assert gathered.dtype == rows.dtype
        found[f"gathered {dtype}"] = gathered.astype(np.complex64).real
        told = _typed([[own.rank + 1, 7]], dtype)
        own.broadcast(told)
        found[f"told {dtype}"] = told.astype(np.complex64).real
    number = np.array(2.5)
    own.all_sum(number)
    own.barrier()
    return {**found, "number": number, "none": own.all_gather(np.empty((0, 2), np.int64))}


@pytest.mark.mpi
@pytest.mark.parametrize(("size", "longest"), [(2, 2**30), (3, 2)])
def test_all_processes_have_the_same_of_all(size: int, longest: int) -> None:
    found = in_ranks(size, exchanged, longest)
    ranks = list(range(size))
    for each in found:
        assert each["number"] == 2.5 * size
        assert each["none"].shape == (0, 2)
        for dtype in TYPES:
            as_typed = bool if dtype == "bool" else float
            sums = [sum(ranks), 2 * size, 0, sum(ranks) + size, 0]
            assert each[f"sum {dtype}"].tolist() == list(map(as_typed, sums)), dtype
            rows = [[as_typed(rank)] * 3 for rank in ranks for _ in range(rank)]
            assert each[f"gathered {dtype}"].tolist() == rows
            assert each[f"told {dtype}"].tolist() == [[1.0, as_typed(7)]]


class _Recorded(Alone):
    def __init__(self) -> None:
        self.codes: list[int] = []

    def abort(self, code: int = 1) -> None:
        self.codes.append(code)


@pytest.mark.parametrize(("error", "code"), [(ValueError("wrong"), 1), (KeyboardInterrupt(), 130)])
def test_an_exception_that_nobody_catches_is_shown_and_ends_all(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(sys, "excepthook", lambda *told: shown.append(told))
    ranks: Any = _Recorded()
    mpi.end_together(ranks)
    sys.excepthook(type(error), error, None)
    assert shown == [(type(error), error, None)]
    assert ranks.codes == [code]


@pytest.mark.parametrize(
    "array", [np.array([b"a"], object), np.zeros((2, 2))[:, 0]], ids=["objects", "with gaps"]
)
def test_what_cannot_be_sent_is_refused(array: Any) -> None:
    with pytest.raises(InternalError, match="one after another"):
        mpi._demand_numbers(array)
