"""What processes exchange in a graph: sums, rows, an input that ends; by both executors, and as a file has it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import bfloat16, float16, float32, float64, int64
from estimator.core.dtypes import bool as bool_
from estimator.core.errors import InvalidArgumentError, OutOfRangeError
from estimator.distribution.collective import current
from estimator.functions.control_flow.cond import cond
from estimator.functions.py_func import py_func
from estimator.graph import build as b
from estimator.graph.bfloat16 import from_bits, to_bits
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from estimator.runtime.session import Session
from estimator.variables.variable import Variable
from tests.distribution.threads import ThreadRanks, in_threads

EXECUTORS = ("interpreter", "numpy")


def _sums(rank: int, executor: str, dtype: Any, is_mean: bool, times: int) -> list[Any]:
    """Those of a matrix and a number, which a run computes, with a look at what went in."""
    with Graph().as_default() as graph:
        fed = b.Placeholder(dtype=dtype, shape=(2, 3))
        own = [b.Mul(fed, 1.5), b.Sum(fed, [0, 1])]
        summed = b.CollectiveSum(own, is_mean=is_mean, of="gradients")
        with Session(graph=graph, executor=executor) as session:
            for turn in range(times):
                given = np.full((2, 3), 10**rank + turn, np.float32)
                values = session.run([*summed, own[0]], {fed: _of_type(given, dtype)})
    return [_numbers(value, dtype) for value in values]


def _of_type(numbers: Any, dtype: Any) -> Any:
    return to_bits(numbers) if dtype is bfloat16 else numbers.astype(dtype.np)


def _numbers(value: Any, dtype: Any) -> Any:
    assert value.dtype == dtype.np
    return from_bits(value) if dtype is bfloat16 else value


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize(("is_mean", "divisor"), [(False, 1), (True, 2)])
@pytest.mark.parametrize("dtype", [float32, float64, float16, bfloat16], ids=lambda dtype: dtype.name)
def test_all_have_the_sums(executor: str, is_mean: bool, divisor: int, dtype: Any) -> None:
    found = in_threads(2, lambda rank: _sums(rank, executor, dtype, is_mean, 3))
    for rank, (matrix, number, own) in enumerate(found):
        np.testing.assert_array_equal(matrix, np.full((2, 3), 1.5 * 15 / divisor))
        assert float(number) == 6 * 15 / divisor
        np.testing.assert_array_equal(own, np.full((2, 3), 1.5 * (10**rank + 2)))


def test_executors_may_differ_from_process_to_process() -> None:
    ranks = ThreadRanks(2)
    first, second = in_threads(2, lambda rank: _sums(rank, EXECUTORS[rank], float32, True, 4), ranks)
    assert [value.tobytes() for value in first[:2]] == [value.tobytes() for value in second[:2]]
    assert ranks.sums == 4  # a message a run, whatever is in it


def _rows(rank: int, executor: str) -> list[Any]:
    with Graph().as_default() as graph:
        rows, others = (b.Placeholder(dtype=float32, shape=(None, width)) for width in (2, 1))
        ids, other_ids = (b.Placeholder(dtype=int64, shape=(None,)) for _ in range(2))
        gathered = b.CollectiveRows([rows, others], [ids, other_ids], is_mean=True)
        feeds = {
            rows: np.full((rank, 2), 4, np.float32),
            ids: np.full(rank, 7),
            others: np.array([[2], [4]], np.float32) + rank,
            other_ids: np.array([rank, 5]),
        }
        with Session(graph=graph, executor=executor) as session:
            session.run(gathered, feeds)
            return [part.tolist() for part in session.run(gathered, feeds)]


@pytest.mark.parametrize("executor", EXECUTORS)
def test_all_have_the_rows_of_all_by_rank(executor: str) -> None:
    expected = [[[2.0, 2.0]], [[1.0], [2.0], [1.5], [2.5]], [7], [0, 5, 1, 5]]
    assert in_threads(2, lambda rank: _rows(rank, executor)) == [expected, expected]


# -- the end of an input ----------------------------------------------------------------------------------------------


def _until_the_end(rank: int, executor: str, rows: bool) -> tuple[Any, ...]:
    """Runs of an operation that fails in rank 1 at its third, as an input does that has ended."""
    with Graph().as_default() as graph:
        written = Variable(0.0, name="written")
        limit = 2 if rank == 1 else 100
        state = {"left": limit}

        def batch() -> Any:
            state["left"] -= 1
            if state["left"] < 0:
                raise StopIteration
            return np.ones((1, 2), np.float32)

        value = py_func(batch, [], float32, stateful=False)
        value.set_shape((1, 2))
        if rows:
            summed, _ = b.CollectiveRows([value], [np.array([3])], is_mean=False)
        else:
            (summed,) = b.CollectiveSum([value], is_mean=False)
        step = written.assign_add(b.Sum(summed, [0, 1]))
        with Session(graph=graph, executor=executor) as session:
            session.run(written.initializer)
            with pytest.raises(OutOfRangeError) as ended:
                for _ in range(5):
                    session.run(step.op)
            return (
                float(session.run(written)),
                session.store.torn,
                str(ended.value),
                current().status.ended,
            )


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("rows", [False, True], ids=["sums", "rows"])
def test_the_end_of_one_input_ends_all_before_anything_is_written(executor: str, rows: bool) -> None:
    first, second = in_threads(2, lambda rank: _until_the_end(rank, executor, rows))
    assert first[:2] == second[:2] == (8.0, False)  # two steps of 2 processes with 2 ones
    assert "the input of 1 of 2 processes has ended" in first[2]
    assert "StopIteration" in second[2] or "PyFunc" in second[2]
    assert first[3] == second[3] == 1


def test_an_exchange_in_a_branch_cannot_be_told_of_an_end() -> None:
    """The others would wait for ever: it is an error, which ends all."""

    def run(rank: int) -> None:
        with Graph().as_default() as graph:
            left = {"batches": 1}

            def batch() -> Any:
                left["batches"] -= 1
                if left["batches"] < 0:
                    raise StopIteration
                return np.ones((1, 2), np.float32)

            value = py_func(batch, [], float32, stateful=False)
            value.set_shape((1, 2))
            fed = b.Placeholder(dtype=bool_, shape=())
            branch = cond(fed, lambda: b.CollectiveSum([value], is_mean=False)[0], lambda: value)
            with Session(graph=graph) as session:
                assert session.run(branch, {fed: True}).tolist() == [[2.0, 2.0]]
                with pytest.raises(InvalidArgumentError, match="exchanges gradients in a body"):
                    session.run(branch, {fed: True})

    in_threads(2, run)


# -- files ---------------------------------------------------------------------------------------------------------


def test_a_file_has_an_identity() -> None:
    with Graph().as_default() as graph:
        fed = b.Placeholder(dtype=float32, shape=(2,), name="fed")
        summed = b.CollectiveSum([fed, b.Neg(fed)], is_mean=True, name="of_all")
        b.Neg(summed[1], name="after")
        written = {node.name: node for node in to_graph_def(graph).node}
    node = written["of_all"]
    assert (node.op, list(node.input)) == ("IdentityN", ["fed", "Neg"])
    assert list(node.attr["T"].list.type) == [1, 1]
    assert node.attr["_CollectiveSum"].b
    assert list(written["after"].input) == ["of_all:1"]
