"""One set of fetches with one set of fed tensors, made ready once and called many times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from operator import itemgetter
from typing import Any, Protocol

from estimator.core import nest
from estimator.core.dtypes import variant
from estimator.core.errors import InvalidArgumentError, OutOfRangeError
from estimator.core.garbage import no_search_for_cycles
from estimator.graph.composite import Composite
from estimator.graph.graph import Graph
from estimator.graph.handles import is_array, is_handle, variable_of, written_variables
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.program import Array, Call, Executable, Executor, Program, Series, make_program
from estimator.runtime.store import VariableStore

_NOT_GIVEN = object()  # stands in fetches for a component that is None; None itself is refused


class Compiler(Protocol):
    """A session, as its runners see it: what compiles their programs, on the variables of its store."""

    graph: Graph
    store: VariableStore
    executor: str

    def compile(self, program: Program, executor: str) -> Executable:
        """What that executor makes of a program."""

    def compile_ahead(self, program: Program) -> Executable | None:
        """What runs the part of a program that may wait for other runs."""


class Several(Protocol):
    """How runs are made several at once, as whoever repeats them sees it.

    Attributes
    ----------
    count : int
        How many.
    """

    count: int

    def left(self) -> float:
        """How many runs may come before somebody wants to see one."""

    def stops_at(self, arrays: list[Array]) -> bool:
        """Count a run that has given these; whether they make it the last."""

    def is_over(self) -> bool:
        """Whether anything else makes the runs so far the last."""


class Runner:
    """One set of fetches with one set of fed tensors, ready to be called.

    Parameters
    ----------
    session : Session
    fetches : nested structure of Tensor, Operation, variable or name
    fed : sequence of Tensor
        What each call gives, in this order.
    executor : Executor, optional
        By default the session's, or the interpreter where variables are fed.

    Raises
    ------
    TypeError, ValueError, KeyError
        If something fetched is not in the graph.
    InvalidArgumentError
        If a placeholder is not fed, or a variable is that the run writes.
    """

    @no_search_for_cycles()
    def __init__(
        self, session: Compiler, fetches: Any, fed: Sequence[Tensor], executor: Executor | None = None
    ) -> None:
        graph = session.graph
        self._store = session.store
        self._fetched = nest.flatten(fetches)  # kept alive: their ids are the session's key
        fetches = nest.map_structure(_expanded, fetches)
        self._is_single = not nest.is_nested(fetches)
        self._is_flat = type(fetches) is list and not any(map(nest.is_nested, fetches))
        self._places = _places(fetches)
        leaves = [None if fetch is _NOT_GIVEN else _fetched(graph, fetch) for fetch in nest.flatten(fetches)]
        _refuse_lists(leaves)
        self._structure = nest.pack_as(fetches, leaves)  # the caller may change the containers
        tensors = [leaf for leaf in dict.fromkeys(leaves) if isinstance(leaf, Tensor) and is_array(leaf)]
        known = {*tensors, *fed}
        targets = [
            leaf if isinstance(leaf, Operation) else leaf.op
            for leaf in leaves
            if leaf is not None and leaf not in known
        ]
        fed, self._copies = _with_other_handles(graph, fed)
        self.program: Program = make_program(graph, tensors, targets, fed)
        self._pulls = [_pull(op, fed) for op in self.program.iterators]
        self._ahead = session.compile_ahead(self.program)
        self._lock = session.store.lock if self.program.changes_state else None
        variables = [tensor for tensor in fed if is_handle(tensor)]
        if executor is None or variables:
            name = "interpreter" if variables else session.executor
            self._executable: Executable = session.compile(self.program, name)
        else:
            self._executable = executor.compile(self.program)
        self._execute: Call = self._executable
        self._exchanges = any(op.exchanges for op in self.program.order)
        if variables:
            _refuse_writes(self.program, variables)
            self._execute = _giving_back(self._execute, [fed.index(handle) for handle in variables])
        positions = {tensor: position for position, tensor in enumerate((*tensors, *variables))}
        self._picks: list[Any] = []  # for each leaf: a position, a storage, or None for what has no value
        for leaf in leaves:
            if leaf is None or isinstance(leaf, Operation):
                self._picks.append(None)
            else:
                self._picks.append(positions[leaf] if leaf in positions else session.store.of_handle(leaf))

    def __call__(self, given: list[Any]) -> Any:
        """Run once with the values of the fed tensors."""
        if self._copies:
            given = given + [given[place] for place in self._copies]
        try:
            given = self._completed(given)
            if self._lock is None:
                return self.results_of(self._execute(given))
            with self._lock:
                return self.results_of(self._execute(given))
        except OutOfRangeError as error:
            self._tell_others(error)
            raise

    def repeat(self, is_last: Callable[[list[Array]], bool], several: Several | None = None) -> Any:
        """Run again and again, where nothing is fed; what the last run gives.

        Parameters
        ----------
        is_last : callable
            Gets the arrays of each run, see :meth:`reader` and :meth:`results_of`, and says whether it was the last.
        several : Several, optional
            Runs are made several at once where so many are left.
        """
        series = self._executable.series()
        lock = self._lock or nullcontext()
        may_join = self._executable.together is not None and self._ahead is None and not self._exchanges
        try:
            while True:
                if may_join and several and several.left() >= several.count:
                    ended = self._make_several(series, lock, several)
                    if ended is not None:
                        return self.results_of(ended)
                    continue
                given = self._completed([])
                with lock:
                    arrays = series(given)
                    if is_last(arrays):
                        return self.results_of(arrays)
        except OutOfRangeError as error:
            self._tell_others(error)
            raise
        finally:
            series.end()

    def _tell_others(self, error: OutOfRangeError) -> None:
        """Let the processes that train with this one know that its input has ended, if they wait for it."""
        if self._exchanges and not getattr(error, "is_told", False):
            from estimator.runtime.endings import tell_others  # one process alone has nobody to tell

            tell_others(self.program, error)

    def _make_several(
        self, series: Series, lock: AbstractContextManager[Any], several: Several
    ) -> list[Array] | None:
        """Make several runs; what the last gives, None if there are more to come."""
        givens, end = self._pull_several(several.count)
        arrays: list[Array] = []
        with lock:
            together = self._executable.together
            made = together(givens) if together is not None and len(givens) == several.count else None
            stops = False
            if made is None:
                for given in givens:
                    arrays = series(given)
                    if stops := several.stops_at(arrays):
                        break
            else:
                count = next((n for n, row in enumerate(made.rows, 1) if several.stops_at(row)), None)
                stops, arrays = count is not None, made.rows[-1]
                if count is not None and count < len(givens):
                    made.undo()
                    for given in givens[:count]:
                        arrays = series(given)
            if givens and (stops or several.is_over()):
                return arrays
        if end is not None:
            raise end
        return None

    def _pull_several(self, count: int) -> tuple[list[list[Any]], Exception | None]:
        """What so many runs are given; if the input fails or ends before, what there is, and the error."""
        givens: list[list[Any]] = []
        for _ in range(count):
            try:
                givens.append(self._completed([]))
            except Exception as error:
                return givens, error
        return givens, None

    def reader(self, number: int) -> Callable[[list[Array]], Any]:
        """What takes the value of a fetch, by its number, out of the arrays of a run: a live array, for a look."""
        pick = self._picks[number]
        if isinstance(pick, int):
            return itemgetter(pick)
        return lambda arrays: None if pick is None else pick.value

    def _completed(self, given: list[Any]) -> list[Any]:
        """What is given, what iterators give, and what had to be waited for; whoever wants to know is told before."""
        tell = self._store.before_step
        if tell is None:
            return self._with_input(given)
        try:
            given = self._with_input(given)
        except BaseException as error:
            tell(error, self._exchanges)
            raise
        tell(None, self._exchanges)
        return given

    def _with_input(self, given: list[Any]) -> list[Any]:
        for pull in self._pulls:
            given = given + pull()
        return given if self._ahead is None else given + self._ahead(given)

    def results_of(self, results: list[Array]) -> Any:
        """The arrays of a run in the structure of the fetches."""
        leaves = [
            None if pick is None else _as_result(results[pick] if type(pick) is int else pick.value.copy())
            for pick in self._picks
        ]
        if self._is_flat:
            return leaves
        if self._places is not None:
            return {key: leaves[place] for key, place in self._places}
        return leaves[0] if self._is_single else nest.pack_as(self._structure, leaves)


def _fetched(graph: Graph, fetch: Any) -> Tensor | Operation:
    try:
        element = graph.as_graph_element(fetch)
    except KeyError as error:
        raise ValueError(f"Cannot fetch {fetch!r}: {error.args[0]}") from None
    if not graph.is_fetchable(element):
        raise ValueError(f"{element.name} may not be fetched: somebody has called graph.prevent_fetching.")
    return element


def _places(fetches: Any) -> list[tuple[Any, int]] | None:
    """The keys of a dict of fetches in its order, with the places of their leaves; None of another structure."""
    if type(fetches) is not dict or any(map(nest.is_nested, fetches.values())):
        return None
    places = {key: place for place, key in enumerate(nest.sorted_keys(fetches))}
    return [(key, places[key]) for key in fetches]


def _expanded(fetch: Any) -> Any:
    """What stands for a fetch that is several tensors; the value of a component that is not given is None."""
    if not isinstance(fetch, Composite):
        return fetch
    return fetch.components._make(
        _NOT_GIVEN if part is None else _expanded(part) for part in fetch.components
    )


def _pull(op: Operation, fed: Sequence[Tensor]) -> Callable[[], list[Array]]:
    """What gives the next components of an iterator, without those that are fed."""
    get_next: Callable[[], list[Array]] = op.graph.resources[op.attrs["shared_name"]].get_next
    wanted = [index for index, tensor in enumerate(op.outputs) if tensor not in fed]
    if len(wanted) == len(op.outputs):
        return get_next

    def some() -> list[Array]:
        components = get_next()
        return [components[index] for index in wanted]

    return some


def _refuse_writes(program: Program, fed: Sequence[Tensor]) -> None:
    for op in program.order:
        written = written_variables(op)
        for tensor in fed:
            if variable_of(tensor) not in written and not (None in written and tensor in op.inputs):
                continue
            raise InvalidArgumentError(
                f"variable {tensor.op.name!r} is fed, and {op.describe()} would write it in the same run; "
                "leave one of them out.",
                op,
            )


def _refuse_lists(leaves: Sequence[Any]) -> None:
    for leaf in leaves:
        if isinstance(leaf, Tensor) and leaf.dtype is variant:
            raise TypeError(
                f"{leaf} is a list of tensors, which has no value outside of a run: fetch what stack() or read() of a "
                "TensorArray gives."
            )


def _with_other_handles(graph: Graph, fed: Sequence[Tensor]) -> tuple[tuple[Tensor, ...], list[int]]:
    """`fed` and behind it all other handles of the variables in it; and which places of `fed` have their values."""
    places = {variable_of(tensor): place for place, tensor in enumerate(fed) if is_handle(tensor)}
    if not places:
        return tuple(fed), []
    handles = [op.outputs[0] for op in graph.get_operations() if op.type == "VarHandleOp"]
    others = [handle for handle in handles if variable_of(handle) in places and handle not in fed]
    return (*fed, *others), [places[variable_of(handle)] for handle in others]


def _giving_back(execute: Call, places: Sequence[int]) -> Call:
    """Fed variables are results as well, for those who fetch what they feed."""
    return lambda given: [*execute(given), *(given[place].value.copy() for place in places)]  # type: ignore[attr-defined]


def _as_result(value: Array) -> Any:
    """An array, or a scalar for rank 0, as TensorFlow returns."""
    return value if value.shape else value[()]
