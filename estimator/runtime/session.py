"""A session: a graph, the values of its variables, and ways to run it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np

from estimator.core import nest
from estimator.core.dtypes import DType, string, variant
from estimator.core.errors import InvalidArgumentError, UnimplementedError
from estimator.core.garbage import no_search_for_cycles
from estimator.core.keywords import near_keywords
from estimator.core.registry import Registry
from estimator.core.shapes import compatible, show
from estimator.core.shown import shorten
from estimator.core.tracebacks import cause_of, shortened
from estimator.graph.composite import Composite
from estimator.graph.constant import as_numpy, convert_numbers, to_array, types_in
from estimator.graph.defaults import AsDefault
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.handles import handle_dims, is_array, is_handle, variable_of, written_variables
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.executors.interpreter import Interpreter
from estimator.runtime.executors.numpy import NumpyExecutor
from estimator.runtime.executors.traced import Tracer, wants_trace
from estimator.runtime.hurry import limited_waiting
from estimator.runtime.program import Array, Call, Executable, Executor, Program, make_program
from estimator.runtime.recent import Recent
from estimator.runtime.store import VariableStore

EXECUTORS: Registry[Callable[[VariableStore], Executor]] = Registry("executor")
EXECUTORS.add("interpreter", Interpreter)
EXECUTORS.add("numpy", NumpyExecutor)

_RUNNERS = 64  # fetch sets remembered by a session
_NOT_GIVEN = object()  # stands in fetches for a component that is None; None itself is refused


@dataclass(frozen=True)
class FedVariable:
    """A value fed in place of a variable: what its handle is in that run, so that every read sees it."""

    value: Array
    initialized: bool = True


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
        self, session: Session, fetches: Any, fed: Sequence[Tensor], executor: Executor | None = None
    ) -> None:
        graph = session.graph
        self._fetched = nest.flatten(fetches)  # kept alive: their ids are the session's key
        fetches = nest.map_structure(_expanded, fetches)
        self._is_single = not nest.is_nested(fetches)
        self._is_flat = type(fetches) is list and not any(map(nest.is_nested, fetches))
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
            self._execute: Call = session.compile(self.program, name)
        else:
            self._execute = executor.compile(self.program)
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
        for pull in self._pulls:
            given = given + pull()
        if self._ahead is not None:
            given = given + self._ahead(given)
        if self._lock is None:
            return self._finish(self._execute(given))
        with self._lock:
            return self._finish(self._execute(given))

    def _finish(self, results: list[Array]) -> Any:
        leaves = [
            None if pick is None else _as_result(results[pick] if type(pick) is int else pick.value.copy())
            for pick in self._picks
        ]
        if self._is_flat:
            return leaves
        return leaves[0] if self._is_single else nest.pack_as(self._structure, leaves)


def _fetched(graph: Graph, fetch: Any) -> Tensor | Operation:
    try:
        element = graph.as_graph_element(fetch)
    except KeyError as error:
        raise ValueError(f"Cannot fetch {fetch!r}: {error.args[0]}") from None
    if not graph.is_fetchable(element):
        raise ValueError(f"{element.name} may not be fetched: somebody has called graph.prevent_fetching.")
    return element


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


def _problems(target: Any, graph: Any, config: Any) -> Iterator[str]:
    wanted = (
        ("target", "a string", target, isinstance(target, (str, bytes, type(None)))),
        ("graph", "a tf.Graph", graph, isinstance(graph, (Graph, type(None)))),
        ("config", "a tf.ConfigProto", config, config is None or hasattr(config, "allow_soft_placement")),
    )
    for name, kind, given, fits in wanted:
        if not fits:
            yield f"Argument `{name}` must be {kind}, given: {shorten(given)} ({type(given).__name__})."


@dataclass(frozen=True)
class DeviceAttributes:
    """What ``Session.list_devices`` tells of the one device."""

    name: str = "/job:localhost/replica:0/task:0/device:CPU:0"
    device_type: str = "CPU"
    memory_limit_bytes: int = 1 << 28  # TensorFlow's number for a processor, whatever memory it has
    incarnation: int = 1


@near_keywords
class Session:
    """Runs a graph and holds the values of its variables.

    Parameters
    ----------
    target : str
        Accepted for old scripts; there is only the local process.
    graph : Graph, optional
        Default: the thread's default graph.
    config : ConfigProto or object with its names, optional
        Accepted for old scripts.
    executor : str
        ``"numpy"`` (plans) or ``"interpreter"`` (the definition).

    Raises
    ------
    TypeError
        If the target is not text, the graph not a Graph, or the config has not the names of a ConfigProto.

    Example
    -------
    >>> from estimator.graph import build
    >>> from estimator.graph.graph import Graph
    >>> graph = Graph()
    >>> with graph.as_default():
    ...     total = build.AddV2(graph.constant([1.0, 2.0]), 3.0)
    >>> with Session(graph=graph) as session:
    ...     session.run(total).tolist()
    [4.0, 5.0]
    """

    def __init__(
        self, target: str = "", graph: Graph | None = None, config: Any = None, executor: str = "numpy"
    ) -> None:
        problems = list(_problems(target, graph, config))
        if problems:
            raise TypeError(" ".join(problems))
        self.graph = graph if graph is not None else get_default_graph()
        self.config = config
        self._timeout_in_ms = getattr(config, "operation_timeout_in_ms", 0)
        self.executor = executor
        self.store = VariableStore(self.graph)
        self._runners: Recent[Runner] = Recent(_RUNNERS)
        self._closed = False
        self._contexts: list[Any] = []
        self._executors: dict[str, Executor] = {executor: EXECUTORS.get(executor)(self.store)}
        self._waiting = Interpreter(self.store, locks=True)

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping[Any, Any] | None = None,
        options: Any = None,
        run_metadata: Any = None,
    ) -> Any:
        """Run what the fetches need, once.

        Parameters
        ----------
        fetches : Tensor, Operation, variable, name, or nested structure of them
        feed_dict : mapping, optional
            Tensor, variable or tensor name to the value it has in this run. A SparseTensor is fed a
            SparseTensorValue or a tuple (indices, values, dense_shape); a tuple of tensors, such as the
            state of a cell, a tuple of their values.
        options : RunOptions, optional
            ``RunOptions(trace_level=RunOptions.FULL_TRACE)`` times the operations of this run;
            ``RunOptions(timeout_in_ms=2000)`` lets it wait for queues so long, and no longer. By default that is as
            ``ConfigProto(operation_timeout_in_ms=...)`` of the session says.
        run_metadata : RunMetadata, optional
            Its ``step_stats`` get the times.

        Returns
        -------
        The structure of `fetches` with arrays (scalars for rank 0) in place of tensors, None in
        place of operations, a SparseTensorValue in place of a SparseTensor. A variable gives its value
        after the run.

        Raises
        ------
        OpError
            If an operation fails; the message names it, its inputs and the user's line.
        OutOfRangeError
            At the end of the input.
        DeadlineExceededError
            If a queue lets it wait longer than it may.
        RuntimeError
            If the session is closed.
        """
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        try:
            if milliseconds := getattr(options, "timeout_in_ms", 0) or self._timeout_in_ms:
                with limited_waiting(milliseconds):
                    return self._results(fetches, feed_dict, options, run_metadata)
            return self._results(fetches, feed_dict, options, run_metadata)
        except Exception as error:
            raise shortened(error)  # noqa: B904  it is the same error, and keeps its cause

    def _results(
        self, fetches: Any, feed_dict: Mapping[Any, Any] | None, options: Any, run_metadata: Any
    ) -> Any:
        if options is not None and run_metadata is not None and wants_trace(options):
            return self._traced(fetches, feed_dict or {}, run_metadata)
        if not feed_dict:
            return self._runner(fetches, ())([])
        feeds = {self._fed_tensor(key): value for key, value in _each_fed(feed_dict)}
        runner = self._runner(fetches, tuple(feeds))
        return runner([_as_fed(tensor, value) for tensor, value in feeds.items()])

    def _traced(self, fetches: Any, feed_dict: Mapping[Any, Any], run_metadata: Any) -> Any:
        """Run once, and tell in the metadata how long each operation took."""
        tracer = Tracer(self.store)
        feeds = {self._fed_tensor(key): value for key, value in _each_fed(feed_dict)}
        runner = Runner(self, fetches, tuple(feeds), tracer)
        results = runner([_as_fed(tensor, value) for tensor, value in feeds.items()])
        tracer.fill(run_metadata.step_stats)
        return results

    def make_callable(
        self, fetches: Any, feed_list: Sequence[Any] | None = None, accept_options: bool = False
    ) -> Callable[..., Any]:
        """A function that runs the fetches, with the values of `feed_list` as its arguments, in that order.

        Parameters
        ----------
        fetches : Tensor, Operation, variable, name, or nested structure of them
        feed_list : sequence of Tensor, variable or name, optional
        accept_options : bool
            Whether the function takes `options` and `run_metadata`, as :meth:`run` does.

        Raises
        ------
        TypeError
            From the function, if it is called with another number of values.
        """
        fed = tuple(feed_list or ())
        names = [str(getattr(key, "name", key)) for key in fed]

        def run(*values: Any, **options: Any) -> Any:
            if len(values) != len(fed):
                raise TypeError(
                    f"this function of make_callable takes {len(fed)} values, of {', '.join(names) or 'nothing'}; "
                    f"given: {len(values)}."
                )
            if not accept_options and options:
                raise TypeError(
                    f"{', '.join(options)}: only a function of make_callable(accept_options=True) takes options."
                )
            return self.run(fetches, dict(zip(fed, values, strict=True)), **options)

        return run

    def partial_run_setup(self, fetches: Any, feeds: Sequence[Any] | None = None) -> str:
        """Not here: a run is planned as a whole.

        Raises
        ------
        UnimplementedError
            Always; it says what to use instead.
        """
        raise UnimplementedError(
            "a run cannot be made in parts: fetch all of it with one session.run, or let a tf.Variable keep what the "
            "first run has found for the next."
        )

    def partial_run(self, handle: str, fetches: Any, feed_dict: Mapping[Any, Any] | None = None) -> Any:
        """Not here; see :meth:`partial_run_setup`.

        Raises
        ------
        UnimplementedError
            Always.
        """
        return self.partial_run_setup(fetches)

    def list_devices(self) -> list[DeviceAttributes]:
        """The devices that there are: the processor."""
        return [DeviceAttributes()]

    @staticmethod
    def reset(target: str = "", containers: Sequence[str] | None = None, config: Any = None) -> None:
        """Nothing: what a session has made goes with it, and no server keeps anything."""

    @property
    def graph_def(self) -> Any:
        """The graph as TensorFlow's GraphDef message."""
        return self.graph.as_graph_def(add_shapes=True)

    def prepare(self, fetches: Any, fed: Sequence[Tensor] = ()) -> Runner:
        """A function for loops: called with the list of fed arrays, it gives what :meth:`run` gives.

        The arrays must have the tensors' dtypes and lie in C order; nothing is converted.
        """
        return self._runner(fetches, tuple(fed))

    def compile(self, program: Program, executor: str) -> Executable:
        """What that executor makes of a program on the variables of this session."""
        if executor not in self._executors:
            self._executors[executor] = EXECUTORS.get(executor)(self.store)
        return self._executors[executor].compile(program)

    def compile_ahead(self, program: Program) -> Executable | None:
        """What runs that part of a program which may wait for other runs; None if it has none."""
        return None if program.ahead is None else self._waiting.compile(program.ahead)

    def _fed_tensor(self, key: Any) -> Tensor:
        try:
            element = self.graph.as_graph_element(key)
        except KeyError as error:
            raise TypeError(f"Cannot interpret feed_dict key {key!r} as Tensor: {error.args[0]}") from None
        if not isinstance(element, Tensor):
            raise TypeError(
                f"{element.describe()} cannot be fed: only tensors have values; name an output, '{element.name}:0'."
            )
        if not self.graph.is_feedable(element):
            raise ValueError(
                f"Tensor {element.name} may not be fed: somebody has called graph.prevent_feeding."
            )
        return element

    def _runner(self, fetches: Any, fed: tuple[Tensor, ...]) -> Runner:
        key = (_fetch_key(fetches), fed)
        return self._runners.get(key) or self._runners.add(key, Runner(self, fetches, fed))

    @property
    def is_closed(self) -> bool:
        """Whether nothing more can be run."""
        return self._closed

    def close(self) -> None:
        """Forget the plans; nothing more can be run, and no run waits any more. The values stay in ``store``."""
        self._closed = True
        self.store.close()
        self._runners.clear()

    def as_default(self) -> AsDefault[Session]:
        """A context in which ``tensor.eval()`` uses this session."""
        return AsDefault("sessions", self)

    def __enter__(self) -> Session:
        for context in (self.graph.as_default(), self.as_default()):
            context.__enter__()
            self._contexts.append(context)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._contexts:
            self._contexts.pop().__exit__(None, None, None)
        self.close()


def _fetch_key(fetches: Any) -> Any:
    """A hashable stand-in for a structure of fetches."""
    if isinstance(fetches, Mapping):
        return ("dict", *((key, _fetch_key(value)) for key, value in fetches.items()))
    if isinstance(fetches, (list, tuple)):
        return (type(fetches), *map(_fetch_key, fetches))
    return fetches if isinstance(fetches, str) else id(fetches), type(fetches)


def _each_fed(feed_dict: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """What is fed and its values, of a composite or a structure one part after the other."""
    for key, value in feed_dict.items():
        yield from _parts_fed(key, value)


def _parts_fed(key: Any, value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(key, Composite):
        parts = [part for part in key.components if part is not None]
        for part, part_value in zip(parts, _components_fed(key, value), strict=True):
            yield from _parts_fed(part, part_value)
    elif isinstance(key, tuple):  # the state of a cell, above all
        if not isinstance(value, (list, tuple)) or len(value) != len(key):
            raise ValueError(
                f"Cannot feed {shorten(value)} for the structure {nest.outline(key)}: feed one like it."
            )
        for part, part_value in zip(key, value, strict=True):
            yield from _parts_fed(part, part_value)
    else:
        yield key, value


def _components_fed(key: Composite, value: Any) -> Sequence[Any]:
    wanted = [name for name, tensor in key.components._asdict().items() if tensor is not None]
    if not isinstance(value, (list, tuple)) or len(value) not in (len(wanted), len(key.components)):
        raise TypeError(
            f"Cannot feed {shorten(value)} for the {type(key).__name__} of {key.name}: feed a "
            f"{type(key.components).__name__}, or a tuple of its parts ({', '.join(wanted)})."
        )
    return value[: len(wanted)]


def _as_fed(tensor: Tensor, value: Any) -> Any:
    if isinstance(value, Tensor):
        raise TypeError(
            f"the value fed for {tensor.name!r} is itself a Tensor ({value.name}); feed an array."
        )
    dims = handle_dims(tensor) if is_handle(tensor) else tensor.dims
    try:
        array = _fed_array(tensor.op.attrs["dtype"] if is_handle(tensor) else tensor.dtype, value)
    except (TypeError, ValueError) as error:
        raise type(error)(f"Cannot feed {shorten(value)} for Tensor {tensor.name!r}: {error}") from cause_of(
            error
        )
    if not compatible(dims, array.shape):
        raise ValueError(
            f"Cannot feed value of shape {array.shape} for Tensor {tensor.name!r}, which has shape {show(dims)}."
        )
    return FedVariable(array) if is_handle(tensor) else array


def _fed_array(dtype: DType, value: Any) -> Array:
    """The value in C order; numbers of any type are taken if they stay what they are."""
    if isinstance(value, np.ndarray) and value.dtype == dtype.np and dtype.np != object:
        return np.asarray(value, order="C")
    if (
        dtype is string
        and isinstance(value, np.ndarray)
        and value.dtype == object
        and types_in(value) == {bytes}
    ):
        return np.asarray(value, order="C")
    array = as_numpy(value)
    if dtype is string or not array.size:
        return to_array(value, dtype)
    return convert_numbers(np.array(array.tolist()) if array.dtype == object else array, dtype)
