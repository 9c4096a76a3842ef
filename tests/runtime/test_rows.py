"""Updates of rows in both executors: the same bits, the order of reads and writes, and what they cost."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.saver import Saver
from estimator.core.errors import InvalidArgumentError
from estimator.functions.indexing import gather
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.variable import Variable, global_variables_initializer
from tests.runtime.programs import OPTIMIZERS, all_values

START = np.linspace(-1, 1, 24, dtype=np.float32).reshape(12, 2)
BATCHES = [[3, 3, 7], [0, 11, 3], [5, 5, 5], [1], [9, 8, 9], [2], [3, 7, 3]]  # both shapes by plans, too


class Lookup:
    """A table whose rows are looked up, and a matrix; ids are fed or constant, the table whole or in parts."""

    def __init__(self, optimizer: str, ids: str, parts: int = 1, reads_rows: bool = True) -> None:
        self.graph = Graph()
        with self.graph.as_default():
            partitioner = fixed_size_partitioner(parts) if parts > 1 else None
            table = get_variable("table", initializer=START, partitioner=partitioner)
            w = get_variable("w", initializer=np.ones((2, 3), np.float32))
            self.ids = b.Placeholder(dtype="int64", shape=[None])
            chosen = self.ids if ids == "dynamic" else np.array(BATCHES[0])
            rows = gather(table, chosen) if reads_rows else b.GatherV2(table, chosen, 0)
            loss = b.Sum(b.Square(b.Sub(b.MatMul(rows, w), 1.0)), [0, 1])
            self.fetches = [OPTIMIZERS[optimizer]().minimize(loss), loss]
            self.saver = Saver()

    def session(self, executor: str) -> Session:
        session = Session(graph=self.graph, executor=executor)
        with self.graph.as_default():
            session.run(global_variables_initializer())
        return session

    def train(self, session: Session, batches: list[list[int]]) -> list[bytes]:
        return [session.run(self.fetches, {self.ids: batch})[1].tobytes() for batch in batches]


@pytest.mark.parametrize("reads_rows", [False, True], ids=["of the value", "of the variable"])
@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("ids", ["dynamic", "static"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_training_by_rows_is_the_interpreters(
    optimizer: str, ids: str, parts: int, reads_rows: bool
) -> None:
    model = Lookup(optimizer, ids, parts, reads_rows)
    planned, defined = model.session("numpy"), model.session("interpreter")
    assert model.train(planned, BATCHES) == model.train(defined, BATCHES)
    assert all_values(planned) == all_values(defined)


@pytest.mark.parametrize("optimizer", ["SGD", "Adagrad", "Adam", "Ftrl"])
def test_a_training_by_rows_that_is_resumed_is_the_uninterrupted_one(optimizer: str, tmp_path: Any) -> None:
    model = Lookup(optimizer, "dynamic", parts=2)
    whole = model.session("numpy")
    losses = model.train(whole, BATCHES)
    first, second = model.session("numpy"), model.session("numpy")
    found = model.train(first, BATCHES[:4])
    prefix = model.saver.save(first, str(tmp_path / "m"))
    model.saver.restore(second, prefix)
    assert found + model.train(second, BATCHES[4:]) == losses
    assert all_values(second) == all_values(whole)


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_what_was_read_before_rows_change_keeps_the_old_value(executor: str) -> None:
    with Session(graph=Graph(), executor=executor) as session:
        v = Variable(np.zeros((2, 1), np.float32), name="v")
        old = b.Identity(v)
        with session.graph.control_dependencies([old]):
            write = b.ResourceScatterAdd(v.handle, [1, 1], np.float32(1))
        with session.graph.control_dependencies([write]):
            later = b.Mul(old, 2.0)  # of the value before the write
            new = b.Identity(v)
        session.run(v.initializer)
        for count in range(4):
            found = session.run([later, new])
            assert [value.ravel().tolist() for value in found] == [[0, 4 * count], [0, 2 * count + 2]]


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_rows_and_the_whole_are_changed_in_one_run(executor: str) -> None:
    with Session(graph=Graph(), executor=executor) as session:
        v = Variable(np.ones((2, 1), np.float32), name="v")
        doubled = v.assign(b.Mul(v, 2.0), read_value=False)
        with session.graph.control_dependencies([doubled]):
            added = b.ResourceScatterAdd(v.handle, [0], np.float32(5))
        with session.graph.control_dependencies([added]):
            halved = v.assign(b.Mul(v, 0.5), read_value=False)
        session.run(v.initializer)
        for _ in range(3):
            session.run(halved)
        assert session.run(v).tolist() == [[8.5], [1.0]]


def test_a_variable_whose_rows_change_lies_in_no_arena() -> None:
    with Session(graph=Graph()) as session:
        whole, table = Variable(np.ones(3, np.float32), name="a"), Variable(np.ones(3, np.float32), name="b")
        other = Variable(np.ones(3, np.float32), name="c")
        loss = b.Sum(b.Square(b.AddV2(b.AddV2(whole, table), other)), [0])
        AdagradOptimizer(0.1).minimize(loss)
        b.ResourceScatterAdd(table.handle, [0], np.float32(1))
        session.run(global_variables_initializer())
        places = {storage.name: storage.place for storage in session.store}
        assert places["b"] is None
        assert places["a"] is not None and places["c"] is not None


def test_a_variable_whose_rows_the_run_changes_cannot_be_fed() -> None:
    with Session(graph=Graph()) as session:
        v = Variable(np.ones((2, 1), np.float32), name="v")
        write = b.ResourceScatterAdd(v.handle, [0], np.float32(1))
        with pytest.raises(
            InvalidArgumentError, match="variable 'v' is fed, and ResourceScatterAdd .* would write it"
        ):
            session.run(write, {v: [[3.0], [3.0]]})


def test_a_step_touches_only_the_rows_it_changes() -> None:
    model = Lookup("Adagrad", "dynamic")
    session = model.session("numpy")
    before = session.run("table:0")
    model.train(session, BATCHES[:3])
    after = session.run("table:0")
    touched = sorted({index for batch in BATCHES[:3] for index in batch})
    assert sorted(np.flatnonzero((before != after).any(axis=1)).tolist()) == touched


def test_a_planned_step_takes_no_memory_of_the_size_of_the_table() -> None:
    with Session(graph=Graph()) as session:
        table = get_variable("table", initializer=np.ones((20_000, 16), np.float32))
        ids = b.Placeholder(dtype="int64", shape=[None])
        step = AdagradOptimizer(0.1).minimize(b.Sum(b.Square(b.GatherV2(table, ids, 0)), [0, 1]))
        session.run(global_variables_initializer())
        for _ in range(3):  # the first is interpreted, the second makes the plan
            session.run(step, {ids: [1, 5, 1]})
        tracemalloc.start()
        try:
            session.run(step, {ids: [2, 5, 2]})
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < table.dims[0] * 4  # of 20,000 rows of 64 bytes
