"""A session: a graph, the values of its variables, and ways to run it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType, TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from estimator.core.errors import UnimplementedError
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.core.registry import Registry
from estimator.core.shown import shorten
from estimator.core.tracebacks import shortened
from estimator.graph.defaults import AsDefault
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Tensor
from estimator.runtime.blas import blas_threads, wanted_threads
from estimator.runtime.executors.interpreter import Interpreter
from estimator.runtime.executors.numpy import NumpyExecutor
from estimator.runtime.feeds import as_fed, each_fed
from estimator.runtime.hurry import limited_waiting
from estimator.runtime.program import Executable, Executor, Program
from estimator.runtime.recent import Recent
from estimator.runtime.runner import Runner
from estimator.runtime.store import VariableStore

if TYPE_CHECKING:
    from estimator.runtime.executors.traced import Tracer
    from estimator.runtime.explanation import Explanation

EXECUTORS: Registry[Callable[[VariableStore], Executor]] = Registry("executor")
EXECUTORS.add("interpreter", Interpreter)
EXECUTORS.add("numpy", NumpyExecutor)

_LOCAL = ("", b"", "local", None)
_RUNNERS = 64  # fetch sets remembered by a session

T = TypeVar("T")


def _jax_executor(store: VariableStore) -> Executor:
    from estimator.runtime.executors.jax.executor import JaxExecutor  # an extra

    return JaxExecutor(store)


EXECUTORS.add("jax", _jax_executor)


def _problems(target: Any, graph: Any, config: Any, executor: Any) -> Iterator[str]:
    wanted = (
        ("target", "a string", target, isinstance(target, (str, bytes, type(None)))),
        ("graph", "a tf.Graph", graph, isinstance(graph, (Graph, type(None)))),
        ("config", "a tf.ConfigProto", config, config is None or hasattr(config, "allow_soft_placement")),
        ("executor", "a string", executor, isinstance(executor, (str, type(None)))),
    )
    for name, kind, given, fits in wanted:
        if not fits:
            yield f"Argument `{name}` must be {kind}, given: {shorten(given)} ({type(given).__name__})."


def _problems_of_run(feed_dict: Any, options: Any, run_metadata: Any) -> Iterator[str]:
    wanted = (
        ("feed_dict", "a dict from tensors to their values", feed_dict, isinstance(feed_dict, Mapping)),
        ("options", "a tf.RunOptions", options, hasattr(options, "trace_level")),
        ("run_metadata", "a tf.RunMetadata", run_metadata, hasattr(run_metadata, "step_stats")),
    )
    for name, kind, given, fits in wanted:
        if given is not None and not fits:
            yield f"Argument `{name}` must be {kind}, given: {shorten(given)} ({type(given).__name__})."


@frozen
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
        Empty: there is only the local process.
    graph : Graph, optional
        Default: the thread's default graph.
    config : ConfigProto or object with its names, optional
        ``intra_op_parallelism_threads`` is how many threads compute, by default as many as there are processors;
        ``operation_timeout_in_ms`` how long a run waits for queues. The rest has no effect.
    executor : str, optional
        ``"numpy"`` (plans), ``"jax"`` (an extra) or ``"interpreter"`` (the definition). By default as the environment
        variable ESTIMATOR_EXECUTOR says, else numpy.

    Raises
    ------
    TypeError
        If the target is not text, the graph not a Graph, or the config has not the names of a ConfigProto.
    ValueError
        If the target is another process, or the executor unknown.
    ModuleNotFoundError
        If the executor is jax, which is not installed.

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
        self,
        target: str = "",
        graph: Graph | None = None,
        config: Any = None,
        executor: str | None = None,
    ) -> None:
        problems = list(_problems(target, graph, config, executor))
        if problems:
            raise TypeError(" ".join(problems))
        if target not in _LOCAL:
            raise ValueError(f"target must be '', given: {target!r}; there is only the local process.")
        self.sess_str = target.encode() if isinstance(target, str) else target or b""
        self.graph = graph if graph is not None else get_default_graph()
        self.config = config
        self.threads = blas_threads(wanted_threads(config))
        self._timeout_in_ms = getattr(config, "operation_timeout_in_ms", 0)
        self.executor = executor or os.environ.get("ESTIMATOR_EXECUTOR") or "numpy"
        self.store = VariableStore(self.graph)
        self._runners: Recent[Runner] = Recent(_RUNNERS)
        self._timed: Recent[tuple[Runner, Tracer]] = Recent(1)
        self._closed = False
        self._contexts: list[Any] = []
        self._executors: dict[str, Executor] = {self.executor: EXECUTORS.get(self.executor)(self.store)}
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
            Its ``step_stats`` get the times; with ``RunOptions(output_partition_graphs=True)`` its
            ``partition_graphs`` the graph.

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
            If the session is closed, or its graph has no operation.
        TypeError
            If something fetched or fed is no tensor, or an argument not what its name says.
        ValueError
            If something is not in this session's graph, or the shape of what is fed does not fit.
        """
        milliseconds = getattr(options, "timeout_in_ms", 0) or self._timeout_in_ms
        try:
            return self._at_work(milliseconds, self._results, fetches, feed_dict, options, run_metadata)
        except Exception as error:
            shortened(error)
            raise

    def _at_work(self, milliseconds: float, work: Callable[..., T], *arguments: Any) -> T:
        """What some work with the session gives, with as many threads as it may have, and no longer waiting."""
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        if milliseconds:
            with limited_waiting(milliseconds), self.threads:
                return work(*arguments)
        with self.threads:
            return work(*arguments)

    def _results(
        self, fetches: Any, feed_dict: Mapping[Any, Any] | None, options: Any, run_metadata: Any
    ) -> Any:
        if not (options is run_metadata is None and isinstance(feed_dict, (dict, NoneType))):
            if problems := list(_problems_of_run(feed_dict, options, run_metadata)):
                raise TypeError(" ".join(problems))
            if options is not None and run_metadata is not None:
                if getattr(options, "output_partition_graphs", False):
                    run_metadata.partition_graphs.append(self.graph_def)
                from estimator.runtime.executors.traced import wants_trace

                if wants_trace(options):
                    return self._traced(fetches, feed_dict, run_metadata)
        if not feed_dict:
            return self._runner(fetches, ())([])
        feeds = {self._fed_tensor(key): value for key, value in each_fed(feed_dict)}
        runner = self._runner(fetches, tuple(feeds))
        return runner([as_fed(tensor, value) for tensor, value in feeds.items()])

    def _traced(self, fetches: Any, feed_dict: Mapping[Any, Any] | None, run_metadata: Any) -> Any:
        """Run once, and tell in the metadata how long each operation took."""
        run, tracer = self._timed_run(fetches, feed_dict)
        results = run()
        tracer.fill(run_metadata.step_stats)
        return results

    def _timed_run(
        self, fetches: Any, feed_dict: Mapping[Any, Any] | None
    ) -> tuple[Callable[[], Any], Tracer]:
        """What runs the fetches, again and again with the same values fed, and what times it; the last is kept."""
        feeds = {self._fed_tensor(key): value for key, value in each_fed(feed_dict or {})}
        key = (_fetch_key(fetches), tuple(feeds))
        if (timed := self._timed.get(key)) is None:
            from estimator.runtime.executors.traced import Tracer

            tracer = Tracer(self.store)
            timed = self._timed.add(key, (Runner(self, fetches, tuple(feeds), tracer), tracer))
        runner, tracer = timed
        given = [as_fed(tensor, value) for tensor, value in feeds.items()]

        def run() -> Any:
            tracer.start()
            return runner(given)

        return run, tracer

    def explain(
        self, fetches: Any, feed_dict: Mapping[Any, Any] | None = None, runs: int = 10
    ) -> Explanation:
        """Run the fetches several times, and tell what a run does, how long each operation takes, and the input.

        The runs are runs: a training operation trains, an iterator goes on.

        Parameters
        ----------
        fetches, feed_dict
            As for :meth:`run`.
        runs : int
            How many are timed; one before them is not.

        Returns
        -------
        Explanation
            ``print(session.explain(train_op))`` shows a table; its ``rows`` are the operations.

        Raises
        ------
        ValueError
            If `runs` is not positive.
        UnimplementedError
            If the fetches need a loop in TensorFlow 1's form, read from a file.
        OpError, OutOfRangeError, TypeError
            As for :meth:`run`.
        RuntimeError
            If the session is closed.
        """
        from estimator.runtime.explanation import explained  # few sessions are asked

        if isinstance(runs, bool) or not isinstance(runs, int) or runs < 1:
            raise ValueError(f"`runs` must be a positive number of runs, given: {runs!r}.")
        if problems := list(_problems_of_run(feed_dict, None, None)):
            raise TypeError(" ".join(problems))
        try:
            return self._at_work(
                self._timeout_in_ms, lambda: explained(*self._timed_run(fetches, feed_dict), runs)
            )
        except Exception as error:
            shortened(error)
            raise

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
            If `feed_list` is no list or tuple; from the function, if it is called with another number of values.
        """
        if feed_list is not None and not isinstance(feed_list, (list, tuple)):
            raise TypeError(f"`feed_list` must be a list or tuple of tensors, given: {feed_list!r}.")
        fed = tuple(feed_list or ())
        names = [str(getattr(key, "name", key)) for key in fed]
        is_plain = all(isinstance(key, Tensor) for key in fed) and len(set(fed)) == len(fed)
        ready: list[Callable[..., Any]] = []

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
            if not is_plain or options:
                return self.run(fetches, dict(zip(fed, values, strict=True)), **options)
            try:
                if not ready:
                    ready.append(self._ready(fetches, fed))
                return self._at_work(self._timeout_in_ms, ready[0], values)
            except Exception as error:
                shortened(error)
                raise

        return run

    def _ready(self, fetches: Any, fed: Sequence[Tensor]) -> Callable[[Sequence[Any]], Any]:
        """What runs the fetches, of which nothing is looked up again, with the values of these tensors."""
        tensors = tuple(map(self._fed_tensor, fed))
        runner = self._runner(fetches, tensors)
        return lambda values: runner(
            [as_fed(tensor, value) for tensor, value in zip(tensors, values, strict=True)]
        )

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
        if not self.graph.version:
            raise RuntimeError(
                "The Session graph is empty. Add operations to the graph before calling run(): a session runs the "
                "graph that was the default when it was made, or the one given as graph=."
            )
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
        self._timed.clear()
        for resource in list(self.graph.resources.values()):
            if hasattr(resource, "rest"):  # an iterator: what it makes ahead, nobody wants now
                resource.rest()

    def as_default(self) -> AsDefault[Session]:
        """A context in which ``tensor.eval()`` uses this session."""
        return AsDefault("sessions", self)

    def __enter__(self) -> Session:
        if self._contexts:
            raise RuntimeError(
                "Session context managers are not re-entrant: this session is in a `with` block already. Use "
                "`with session.as_default():`, which may be entered again and closes nothing."
            )
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
