"""Updates of rows on a device: what the kernels of the host do, and distinct ids that only serve them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.op import OPS
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.ftrl import FtrlOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.lazy_adam import LazyAdamOptimizer
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.optimizers.rmsprop import RMSPropOptimizer
from estimator.runtime.session import Session
from estimator.variables.variable import Variable, global_variables_initializer
from tests.ops.examples_training import UPDATES, Update

pytestmark = pytest.mark.jax

ROWS = [row for row in UPDATES if row.op.replace("Apply", "SparseApply") in OPS]
SCATTERS = {
    f"ResourceScatter{nd}{change}": nd
    for nd in ("", "Nd")
    for change in ("Add", "Sub", "Mul", "Div", "Min", "Max", "Update")
    if not (nd and change in ("Mul", "Div"))
}


def changed(row: Update, executor: str, indices: Any) -> dict[str, Any]:
    """The variable and its slots after two updates of rows."""
    rng = np.random.default_rng(0)
    gradient = rng.standard_normal((len(indices), 3)).astype(np.float32)
    with Graph().as_default() as graph:
        var = Variable(rng.standard_normal((5, 3)).astype(np.float32), name="var")
        slots = [Variable(np.full((5, 3), value, np.float32), name=name) for name, value in row.slots.items()]
        places = b.Placeholder(dtype=np.int64, shape=(len(indices),))
        update = row.apply_rows(var, slots, gradient, places, row.numbers)
        with Session(graph=graph, executor=executor) as session:
            session.run([each.initializer for each in (var, *slots)])
            for _ in range(2):
                session.run(update, {places: np.array(indices)})
            return {each.name: session.run(each) for each in (var, *slots)}


REPEATED = (
    "ResourceApplyAdagrad",
    "ResourceApplyFtrl",
)  # they are changed in rounds, which are the same for all
CASES = [(row, [3, 0]) for row in ROWS] + [(row, [1, 4, 1, 1, 0, 4]) for row in ROWS if row.id in REPEATED]


@pytest.mark.parametrize(
    ("row", "indices"), [*CASES, (ROWS[0], [])], ids=lambda each: getattr(each, "id", str(each))
)
def test_rows_become_what_the_host_makes_of_them(row: Update, indices: list[int]) -> None:
    found, wanted = changed(row, "jax", indices), changed(row, "interpreter", indices)
    for name, value in wanted.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-5, atol=1e-7)


def scattered(op: str, executor: str) -> Any:
    with Graph().as_default() as graph:
        table = Variable(np.arange(1, 13, dtype=np.float32).reshape(4, 3), name="table")
        indices = np.array([[2], [0], [2]]) if SCATTERS[op] else np.array([2, 0, 2])
        updates = b.Placeholder(dtype=np.float32, shape=(3, 3))
        change = getattr(b, op)(table.handle, indices, updates)
        with Session(graph=graph, executor=executor) as session:
            session.run(table.initializer)
            session.run(change, {updates: np.linspace(-2, 9, 9, dtype=np.float32).reshape(3, 3)})
            return session.run(table)


@pytest.mark.parametrize("op", SCATTERS)
def test_what_scatters_into_a_variable_does_the_same(op: str) -> None:
    np.testing.assert_allclose(scattered(op, "jax"), scattered(op, "interpreter"), rtol=1e-6)


# -- gradients of rows that come several times -------------------------------------------------------------------------


def summed(executor: str, ids: Any, fetch_ids: bool = False) -> tuple[Any, Any]:
    """A table after an update by summed gradients of equal rows; and the parts of the program that jax made."""
    with Graph().as_default() as graph:
        table = Variable(np.ones((6, 2), np.float32), name="table")
        slot = Variable(np.full((6, 2), 0.5, np.float32), name="slot")
        given = b.Placeholder(dtype=np.int64, shape=(len(ids),), name="ids")
        gradient = b.Mul(b.ReadVariableOp(table.handle, dtype=np.float32)[0, 0], np.arange(1, 1 + 2 * len(ids), dtype=np.float32).reshape(-1, 2))  # fmt: skip
        unique, places = b.Unique(given)
        total = b.UnsortedSegmentSum(gradient, places, b.Size(unique))
        update = b.ResourceSparseApplyAdagrad(table.handle, slot.handle, np.float32(0.1), total, unique)
        fetches = [update, unique] if fetch_ids else [update]
        with Session(graph=graph, executor=executor) as session:
            session.run([table.initializer, slot.initializer])
            for _ in range(2):
                seen = session.run(fetches, {given: np.array(ids)})
            return [session.run(each) for each in (table, slot)], seen


@pytest.mark.parametrize("ids", [[4, 1, 4, 0, 1, 4], [5], [2, 3]], ids=["repeated", "one", "distinct"])
def test_gradients_of_equal_rows_are_summed_on_the_device(ids: list[int]) -> None:
    found, wanted = summed("jax", ids)[0], summed("interpreter", ids)[0]
    for own, value in zip(found, wanted, strict=True):
        np.testing.assert_allclose(own, value, rtol=1e-5)


def test_distinct_ids_that_somebody_fetches_are_the_ones_there_are() -> None:
    (table, _), (_, ids) = summed("jax", [4, 1, 4, 0], fetch_ids=True)
    assert ids.tolist() == [4, 1, 0]
    np.testing.assert_allclose(table, summed("interpreter", [4, 1, 4, 0])[0][0], rtol=1e-5)


@pytest.mark.parametrize("wrong", [6, -1, np.iinfo(np.int64).min])
def test_an_id_that_is_no_row_changes_nothing_and_is_named(wrong: int) -> None:
    with pytest.raises(InvalidArgumentError, match="is not in"):
        summed("jax", [1, wrong])


def test_a_unique_that_others_read_is_no_matter_of_sums_alone() -> None:
    from estimator.runtime.executors.jax.rows import serves_sums_alone

    def unique(reads: str) -> Any:
        with Graph().as_default():
            table = Variable(np.ones((6, 2), np.float32))
            distinct, places = b.Unique(b.Placeholder(dtype=np.int64, shape=(3,)))
            total = b.UnsortedSegmentSum(np.ones((3, 2), np.float32), places, b.Size(distinct))
            b.ResourceSparseApplyAdagrad(table.handle, table.handle, np.float32(1), total, distinct)
            if reads:
                b.Sum({"distinct": distinct, "places": places, "total": total}[reads], 0)
        return distinct.op

    assert serves_sums_alone(unique(""))
    assert not any(serves_sums_alone(unique(reads)) for reads in ("distinct", "places", "total"))
    op = unique("")
    assert not serves_sums_alone(op, (op.outputs[1],))


OPTIMIZERS = {
    "sgd": lambda: GradientDescentOptimizer(0.1),
    "momentum": lambda: MomentumOptimizer(0.1, 0.9),
    "adagrad": lambda: AdagradOptimizer(0.1),
    "adam": lambda: AdamOptimizer(0.1),
    "lazy adam": lambda: LazyAdamOptimizer(0.1),
    "ftrl": lambda: FtrlOptimizer(0.1),
    "rmsprop": lambda: RMSPropOptimizer(0.1),
}


def trained(executor: str, optimizer: str) -> dict[str, Any]:
    """The variables after three steps that look up rows of a table."""
    with Graph().as_default() as graph:
        rng = np.random.default_rng(0)
        table = Variable(rng.standard_normal((7, 4)).astype(np.float32), name="table")
        ids = b.Placeholder(dtype=np.int64, shape=(6,))
        wanted = b.Placeholder(dtype=np.float32, shape=(6, 4))
        rows = b.ResourceGather(table.handle, ids, dtype=np.float32)
        loss = b.Mean(b.Square(b.Sub(rows, wanted)), [0, 1])
        step = OPTIMIZERS[optimizer]().minimize(loss)
        with Session(graph=graph, executor=executor) as session:
            session.run(global_variables_initializer())
            for _ in range(3):
                session.run(step, {ids: rng.integers(0, 7, 6), wanted: rng.standard_normal((6, 4))})
            return {each.name: each.value.copy() for each in session.store}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_step_that_changes_rows_is_one_part_of_the_device(
    optimizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from estimator.runtime.executors.jax import executor

    seen: list[Any] = []

    def cut(*arguments: Any) -> Any:
        parts = real(*arguments)
        if any(op.type.startswith("Resource") for part in parts for op in part.order):
            seen[:] = [part.on_device for part in parts]
        return parts

    real = executor.cut
    monkeypatch.setattr(executor, "cut", cut)
    found, expected = trained("jax", optimizer), trained("interpreter", optimizer)
    assert seen == [True]
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-5, atol=1e-6, err_msg=name)
