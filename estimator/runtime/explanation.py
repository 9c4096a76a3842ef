"""What a run does, operation by operation, and where its time goes: :meth:`Session.explain`.

The run is that of a plan (:mod:`estimator.runtime.plan`) with a clock between its lines, made for it and run several
times. Operations of which a plan leaves nothing to do do not appear: what is known before the run, other shapes of
the same memory, and updates that are made together with those of their neighbours.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from estimator.core.errors import UnimplementedError
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import is_static
from estimator.core.shown import shown_bytes
from estimator.graph.handles import is_array
from estimator.graph.tensor import Operation
from estimator.runtime.executors.traced import Planned, Tracer, nbytes_of
from estimator.runtime.facts import Facts
from estimator.runtime.lifetimes import Lifetimes, Way

_WIDTH = 100
_INDENT = 29  # of what stands behind the numbers
_ROWS = 60  # a plan with more is shown by the dearest


class Explained(NamedTuple):
    """One operation of a plan.

    Attributes
    ----------
    name : str
        The operation's.
    op_type : str
        TensorFlow's op type.
    micros : float
        How long it takes: the median of the runs, in microseconds.
    nbytes : int or None
        The size of what it gives; None if only the run tells it, and for what is no array.
    allocates : bool
        Whether what it gives is memory that each run takes anew, rather than a buffer that is used again.
    others : int
        How many updates of other variables are made together with it.
    lines : list of str
        The Python that it has become, with the names of functions and variables. Buffers are ``b1``, ``b2``...,
        gradients that lie side by side ``g1``, what only this run knows ``t1``.
    """

    name: str
    op_type: str
    micros: float
    nbytes: int | None
    allocates: bool
    others: int
    lines: list[str]


class Explanation:
    """What :meth:`Session.explain` has found; printed it is a table of 100 columns.

    Attributes
    ----------
    runs : int
        How many runs were timed.
    micros : float
        A whole run: the median of the runs, in microseconds, as everything below.
    input_micros : float
        Of that, waiting for elements of the input (iterators of datasets, queues).
    rows : list of Explained
        The operations in the order in which they run.
    buffer_bytes : int
        The size of the buffers that results go to.
    constant_bytes : int
        The size of the constants that the plan keeps.
    """

    def __init__(
        self,
        runs: int,
        micros: float,
        input_micros: float,
        rows: Sequence[Explained],
        buffer_bytes: int,
        constant_bytes: int,
    ) -> None:
        self.runs = runs
        self.micros = micros
        self.input_micros = input_micros
        self.rows = list(rows)
        self.buffer_bytes = buffer_bytes
        self.constant_bytes = constant_bytes

    @property
    def compute_micros(self) -> float:
        """What all operations take together."""
        return sum(row.micros for row in self.rows)

    def dearest(self, count: int = 10) -> list[Explained]:
        """The operations that take most of the time, the dearest first."""
        return dearest(self.rows, count)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        rest = max(self.micros - self.input_micros - self.compute_micros, 0.0)
        yield (
            f"A run takes {self.micros:.1f} us (median of {self.runs}): input {self.input_micros:.1f}, "
            f"{len(self.rows)} operations {self.compute_micros:.1f}, what lies between {rest:.1f}."
        )
        yield "What takes new memory each time is marked by a star."
        yield f"Its buffers take {shown_bytes(self.buffer_bytes)}, its constants {shown_bytes(self.constant_bytes)}."
        yield from table(self.rows, self.micros)


def dearest(rows: Sequence[Explained], count: int) -> list[Explained]:
    """The operations that take most of the time, the dearest first."""
    return sorted(rows, key=lambda row: -row.micros)[:count]


def table(rows: Sequence[Explained], whole: float, most: int = _ROWS) -> Iterator[str]:
    """Lines of 100 columns: the operations in their order, of many the dearest.

    Parameters
    ----------
    rows : sequence of Explained
    whole : float
        The microseconds of which each row shows its share.
    most : int
        How many rows there may be.
    """
    yield f"{'us':>9} {'share':>6} {'gives':>10}  operation"
    kept = set(map(id, dearest(rows, most)))
    shown = [row for row in rows if id(row) in kept]
    for row in shown:
        size = "" if row.nbytes is None else shown_bytes(row.nbytes)
        others = f", and {row.others} others" if row.others else ""
        what = f"{row.name} ({row.op_type}){others}{' *' if row.allocates else ''}"
        yield f"{row.micros:9.1f} {row.micros / whole:>6.1%} {size:>10}  {_cut(what)}"
        for line in row.lines:
            yield " " * _INDENT + _cut(line)
    if len(shown) < len(rows):
        left = sum(row.micros for row in rows) - sum(row.micros for row in shown)
        yield f"{left:9.1f} {left / whole:>6.1%} {'':>10}  {len(rows) - len(shown)} others"


def _cut(text: str) -> str:
    """The text, without its middle if it is too long."""
    room = _WIDTH - _INDENT
    return (
        text if len(text) <= room else f"{text[: room // 3]}...{text[len(text) - (room - 3 - room // 3) :]}"
    )


def explained(run: Callable[[], Any], tracer: Tracer, runs: int) -> Explanation:
    """What a run with a tracer does.

    Parameters
    ----------
    run : callable
        Runs once.
    tracer : Tracer
        What compiles that run.
    runs : int
        How many runs to time; one before them is not.

    Raises
    ------
    UnimplementedError
        If the run has no plan.
    """
    run()  # its plan is made; where variables get their first values that is only now possible
    whole, waited = [], []
    times: dict[Operation, list[int]] = defaultdict(list)
    for _ in range(runs):
        start = time.perf_counter_ns()
        run()
        whole.append(time.perf_counter_ns() - start)
        waited.append(tracer.waited)
        for op, _, duration in tracer.spans():
            times[op].append(duration)
    if tracer.planned is None:
        raise UnimplementedError(
            "this run cannot be explained: it has a loop of TensorFlow 1's operations (Enter, NextIteration), and "
            "therefore no plan. tf.while_loop makes one that has."
        )
    planned = tracer.planned
    micros = {op: statistics.median(durations) / 1000 for op, durations in times.items()}
    return Explanation(
        runs,
        statistics.median(whole) / 1000,
        statistics.median(waited) / 1000,
        list(_rows(planned, micros)),
        planned.factory.buffer_bytes,
        planned.factory.constant_bytes,
    )


def _rows(planned: Planned, micros: dict[Operation, float]) -> Iterator[Explained]:
    program, factory, facts = planned.program, planned.factory, planned.facts
    ways = Lifetimes(program, facts).ways
    lines = factory.lines_for_people([tensor.name for tensor in program.given])
    others = 0
    for position, op in enumerate(program.order):
        is_update = ways[op] is Way.UPDATE
        if op in micros:
            yield Explained(
                op.name,
                op.type,
                micros[op],
                _nbytes_of(op, facts),
                bool(op.outputs) and ways[op] is Way.KERNEL,
                others if is_update else 0,
                lines.get(position, []),
            )
            others = 0 if is_update else others
        elif is_update:  # it is made with the last of its neighbours
            others += 1


def _nbytes_of(op: Operation, facts: Facts) -> int | None:
    """The size of what an operation gives; None for what gives no arrays, or of which only the run tells the size."""
    dims = [facts.dims[tensor] for tensor in op.outputs]
    if not dims or not all(map(is_array, op.outputs)) or not all(map(is_static, dims)):
        return None
    return sum(map(nbytes_of, op.outputs, dims))
