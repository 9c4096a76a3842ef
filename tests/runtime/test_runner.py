"""Runs in a row: what they give is what as many runs by themselves give, and they hold up nobody."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import OutOfRangeError
from estimator.functions.py_func import py_func
from estimator.functions.random import random_uniform
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.pipeline.dataset import Dataset
from estimator.runtime.program import Together
from estimator.runtime.session import Session
from estimator.variables.variable import Variable, global_variables_initializer


@pytest.fixture(params=["interpreter", "numpy"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session in a graph of its own, which draws the same each time."""
    graph = Graph()
    graph.seed = 3
    with Session(graph=graph, executor=request.param) as session:
        yield session


def until(count: int) -> Callable[[Any], bool]:
    """Says at the n-th call that it was the last."""
    left = iter(range(count - 1, -1, -1))
    return lambda arrays: next(left) == 0


def noisy_sum() -> list[Any]:
    """An update by batches of 3, 3, 3 and 1 of ten random numbers, the sum behind it, and the batch."""
    batch = Dataset.from_tensor_slices(np.arange(10, dtype=np.float32)).batch(3).repeat()
    total = Variable(np.float32(0), name="total")
    x = batch.make_one_shot_iterator().get_next()
    noise = b.Mul(x, random_uniform([], seed=5))
    return [total.assign_add(b.Sum(noise, [0]), read_value=False), total, noise]


def test_many_runs_give_what_as_many_by_themselves_give(session: Session) -> None:
    fetches = noisy_sum()
    session.run(global_variables_initializer())
    runner, found = session.prepare(fetches), []
    for count in (1, 2, 5, 3):
        found.append(runner.repeat(until(count)))
    session.run(global_variables_initializer())
    with Session(graph=session.graph, executor=session.executor) as other:
        other.run(global_variables_initializer())
        session.graph.resources["iterator_0"].restart()
        single = [other.run(fetches) for _ in range(1 + 2 + 5 + 3)]
    for runs, at in zip(found, (0, 2, 7, 10), strict=True):
        assert runs[1] == single[at][1]
        np.testing.assert_array_equal(runs[2], single[at][2])


def test_an_error_of_a_run_leaves_what_those_before_it_did(session: Session) -> None:
    x = Dataset.from_tensor_slices(np.float32([1, 2, 3])).make_one_shot_iterator().get_next()
    total = Variable(np.float32(0))
    session.run(global_variables_initializer())
    runner = session.prepare([total.assign_add(x, read_value=False)])
    with pytest.raises(OutOfRangeError):
        runner.repeat(lambda arrays: False)
    assert session.run(total) == 6


def test_what_a_look_reads_is_what_the_run_has_given(session: Session) -> None:
    total = Variable(np.float32(1))
    double = b.Add(total, total)
    with session.graph.control_dependencies([double]):
        grow = total.assign_add(1, read_value=False)
    session.run(global_variables_initializer())
    runner = session.prepare([grow, double, total])
    readers = [runner.reader(number) for number in range(3)]
    seen: list[list[Any]] = []

    def look(arrays: Any) -> bool:
        seen.append(
            [value if value is None else float(value) for value in (read(arrays) for read in readers)]
        )
        return len(seen) == 3

    assert runner.repeat(look) == [None, 6, 4]
    assert seen == [[None, 2, 2], [None, 4, 3], [None, 6, 4]]


def test_other_threads_have_their_turn_between_the_runs(session: Session) -> None:
    total = Variable(np.float32(0))
    session.run(global_variables_initializer())
    one, ten = (total.assign_add(amount, read_value=False) for amount in (1, 10))
    runner = session.prepare([one])
    runs, others = [], []

    def is_last(arrays: Any) -> bool:
        runs.append(1)
        if len(runs) == 3:  # it waits for the lock, which is free once this has returned
            others.append(threading.Thread(target=session.run, args=(ten,)))
            others[0].start()
        return len(runs) > 3 and not others[0].is_alive()

    runner.repeat(is_last)
    assert session.run(total) == len(runs) + 10


def test_no_floating_point_error_becomes_a_warning_in_the_graph_and_all_do_outside(session: Session) -> None:
    def halves() -> Iterator[Any]:
        for _ in range(8):
            with pytest.raises(FloatingPointError):
                np.log(np.float32(0))
            yield np.float32(0)

    x = Dataset.from_generator(halves, np.float32, []).make_one_shot_iterator().get_next()
    runner = session.prepare([b.Log(x)])
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert runner.repeat(until(5)) == [-np.inf]
        assert runner([]) == [-np.inf]
        with pytest.raises(FloatingPointError):
            np.log(np.float32(0))


def test_functions_of_the_script_run_in_the_context_of_the_script(session: Session) -> None:
    count: ContextVar[int] = ContextVar("count", default=0)

    def add() -> Any:
        count.set(count.get() + 1)
        return np.int64(count.get())

    (number,) = py_func(add, [], [np.int64], stateful=True)
    runner = session.prepare([number])
    assert runner.repeat(until(4)) == [4]
    assert count.get() == 4
    count.set(0)


class Watched:
    """Whoever watches runs that are made three at once.

    Parameters
    ----------
    last : int
        After how many runs it is over.
    stop : float, optional
        What a run gives that is the last, whatever is left.
    """

    count = 3

    def __init__(self, last: int, stop: float | None = None) -> None:
        self.runs = 0
        self._last, self._stop = last, stop

    def left(self) -> int:
        return self._last - self.runs

    def stops_at(self, arrays: Any) -> bool:
        self.runs += 1
        return bool(arrays[0] == self._stop)

    def is_over(self) -> bool:
        return self.runs >= self._last

    def is_last(self, arrays: Any) -> bool:
        return self.stops_at(arrays) or self.is_over()


def joined(count: int, watched: Watched) -> tuple[list[Any], list[str], Any]:
    """What the last run of a sum of `count` numbers gives, what was called, and the sum, or the error."""
    with Graph().as_default(), Session(executor="interpreter") as session:
        x = Dataset.from_tensor_slices(np.arange(1, count + 1)).make_one_shot_iterator().get_next()
        total = Variable(np.int64(0))
        session.run(total.initializer)
        runner: Any = session.prepare([total.assign_add(x, read_value=False), b.Mul(x, 1)])
        calls: list[str] = []
        series = runner._executable

        def together(givens: Any) -> Together:
            before = session.run(total)
            calls.append(f"{len(givens)} at once")
            return Together([series(given) for given in givens], lambda: undo(before))

        def undo(before: Any) -> None:
            calls.append("undone")
            session.store.assign(total.name.partition(":")[0], np.int64(before))

        runner._executable.together = together
        try:
            found = runner.repeat(watched.is_last, watched)
        except OutOfRangeError as error:
            found = [error]
        return found, calls, session.run(total)


def test_runs_are_made_at_once_where_so_many_are_left() -> None:
    assert joined(20, Watched(8)) == ([None, 8], ["3 at once"] * 2, sum(range(9)))


def test_a_run_that_is_the_last_among_those_made_at_once_undoes_those_behind_it() -> None:
    assert joined(20, Watched(9, stop=5)) == ([None, 5], ["3 at once", "3 at once", "undone"], 15)
    assert joined(20, Watched(9, stop=6)) == ([None, 6], ["3 at once"] * 2, 21)


def test_the_runs_before_the_end_of_the_input_are_made() -> None:
    [error], calls, total = joined(5, Watched(9))
    assert (type(error), calls, total) == (OutOfRangeError, ["3 at once"], 15)
