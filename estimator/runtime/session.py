"""A session: a graph, the values of its variables, and ways to run it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

import numpy as np

from estimator.core import nest
from estimator.core.errors import InvalidArgumentError
from estimator.core.registry import Registry
from estimator.core.shapes import compatible, show
from estimator.graph.constant import handle_dims, to_array
from estimator.graph.graph import Graph, default_sessions, get_default_graph
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.executors.interpreter import Interpreter
from estimator.runtime.executors.numpy import NumpyExecutor
from estimator.runtime.program import Array, Executor, Program, make_program
from estimator.runtime.store import VariableStore

EXECUTORS: Registry[Callable[[], Executor]] = Registry("executor")
EXECUTORS.add("interpreter", Interpreter)
EXECUTORS.add("numpy", NumpyExecutor)

_RUNNERS = 64  # fetch sets remembered by a session


class FedVariable:
    """A value fed in place of a variable: every read of the run sees it."""

    def __init__(self, tensor: Tensor, value: Array) -> None:
        self.name = tensor.op.name
        self.value = value
        self.initialized = True

    def write(self, value: Any) -> None:
        """Refuse.

        Raises
        ------
        InvalidArgumentError
            Always.
        """
        raise InvalidArgumentError(f"variable {self.name!r} is fed in this run and cannot be written by it.")


class Runner:
    """One set of fetches with one set of fed tensors, ready to be called.

    Parameters
    ----------
    session : Session
    fetches : nested structure of Tensor, Operation, variable or name
    fed : sequence of Tensor
        What each call gives, in this order.

    Raises
    ------
    TypeError, ValueError, KeyError
        If something fetched is not in the graph.
    """

    def __init__(self, session: Session, fetches: Any, fed: Sequence[Tensor]) -> None:
        graph = session.graph
        self._structure = fetches
        self._is_single = not nest.is_nested(fetches)
        leaves = [graph.as_graph_element(each) for each in nest.flatten(fetches)]
        values = [leaf for leaf in leaves if isinstance(leaf, Tensor) and leaf.dtype.name != "resource"]
        handles = [leaf for leaf in leaves if isinstance(leaf, Tensor) and leaf.dtype.name == "resource"]
        tensors = list(dict.fromkeys(values))
        targets = [leaf for leaf in leaves if isinstance(leaf, Operation)]
        self.program: Program = make_program(graph, tensors, [*targets, *(each.op for each in handles)], fed)
        has_fed_variable = any(tensor.dtype.name == "resource" for tensor in fed)
        executor = EXECUTORS.get("interpreter" if has_fed_variable else session.executor)()
        self._execute = executor.compile(self.program, session.store)
        self._lock = session.store.lock if self.program.changes_state else None
        positions = {tensor: position for position, tensor in enumerate(tensors)}
        self._picks: list[Any] = []  # for each leaf: a position, a storage, or None for an operation
        for leaf in leaves:
            if isinstance(leaf, Operation):
                self._picks.append(None)
            elif leaf.dtype.name == "resource":
                self._picks.append(session.store.of_handle(leaf.op))
            else:
                self._picks.append(positions[leaf])
        self._iterators = [graph.resources[op.attrs["shared_name"]] for op in self.program.iterators]
        self._is_flat = type(fetches) is list and not any(map(nest.is_nested, fetches))

    def __call__(self, given: list[Any]) -> Any:
        """Run once with the values of the fed tensors."""
        for iterator in self._iterators:
            given = given + iterator.get_next()
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


def _as_result(value: Array) -> Any:
    """An array, or a scalar for rank 0, as TensorFlow returns."""
    return value if value.shape else value[()]


class Session:
    """Runs a graph and holds the values of its variables.

    Parameters
    ----------
    target : str
        Accepted for old scripts; there is only the local process.
    graph : Graph, optional
        Default: the thread's default graph.
    config : object, optional
        Accepted for old scripts.
    executor : str
        ``"numpy"`` (plans) or ``"interpreter"`` (the definition).

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

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None, executor: str = "numpy") -> None:
        self.graph = graph if graph is not None else get_default_graph()
        self.config = config
        self.executor = executor
        self.store = VariableStore(self.graph)
        self._runners: OrderedDict[Any, Runner] = OrderedDict()
        self._closed = False
        self._contexts: list[Any] = []
        EXECUTORS.get(executor)

    def run(self, fetches: Any, feed_dict: Mapping[Any, Any] | None = None, options: Any = None, run_metadata: Any = None) -> Any:
        """Run what the fetches need, once.

        Parameters
        ----------
        fetches : Tensor, Operation, variable, name, or nested structure of them
        feed_dict : mapping, optional
            Tensor, variable or tensor name to the value it has in this run.

        Returns
        -------
        The structure of `fetches` with arrays (scalars for rank 0) in place of tensors, None in place of operations. A variable
        gives its value after the run.

        Raises
        ------
        OpError
            If an operation fails; the message names it, its inputs and the user's line.
        OutOfRangeError
            At the end of the input.
        RuntimeError
            If the session is closed.
        """
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        if not feed_dict:
            return self._runner(fetches, ())([])
        feeds = {self._fed_tensor(key): value for key, value in feed_dict.items()}
        runner = self._runner(fetches, tuple(feeds))
        return runner([_as_fed(tensor, value) for tensor, value in feeds.items()])

    def prepare(self, fetches: Any, fed: Sequence[Tensor] = ()) -> Runner:
        """A function for loops: called with the list of fed arrays, it gives what :meth:`run` gives.

        The arrays must have the tensors' dtypes and lie in C order; nothing is converted.
        """
        return self._runner(fetches, tuple(fed))

    def _fed_tensor(self, key: Any) -> Tensor:
        element = self.graph.as_graph_element(key)
        if not isinstance(element, Tensor):
            raise TypeError(f"{element.describe()} cannot be fed: only tensors have values; name an output, '{element.name}:0'.")
        return element

    def _runner(self, fetches: Any, fed: tuple[Tensor, ...]) -> Runner:
        key = (_fetch_key(fetches), fed)
        found = self._runners.get(key)
        if found is None:
            found = self._runners[key] = Runner(self, fetches, fed)
            if len(self._runners) > _RUNNERS:
                self._runners.popitem(last=False)
        return found

    def close(self) -> None:
        """Forget plans and values."""
        self._closed = True
        self._runners.clear()

    def as_default(self) -> _DefaultSession:
        """A context in which ``tensor.eval()`` uses this session."""
        return _DefaultSession(self)

    def __enter__(self) -> Session:
        for context in (self.graph.as_default(), self.as_default()):
            context.__enter__()  # type: ignore[attr-defined]
            self._contexts.append(context)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        while self._contexts:
            self._contexts.pop().__exit__(None, None, None)
        self.close()


class _DefaultSession:
    def __init__(self, session: Session) -> None:
        self._session = session

    def __enter__(self) -> Session:
        default_sessions().append(self._session)
        return self._session

    def __exit__(self, *error: object) -> None:
        default_sessions().remove(self._session)


def _fetch_key(fetches: Any) -> Any:
    """A hashable stand-in for a structure of fetches."""
    if isinstance(fetches, Mapping):
        return ("dict", *((key, _fetch_key(value)) for key, value in fetches.items()))
    if isinstance(fetches, (list, tuple)):
        return (type(fetches), *map(_fetch_key, fetches))
    return fetches if isinstance(fetches, str) else id(fetches), type(fetches)


def _as_fed(tensor: Tensor, value: Any) -> Any:
    if isinstance(value, Tensor):
        raise TypeError(f"the value fed for {tensor.name!r} is itself a Tensor ({value.name}); feed an array.")
    if tensor.dtype.name == "resource":
        dims = handle_dims(tensor)
        array = to_array(value, tensor.op.attrs.get("dtype"))
    else:
        dims = tensor.dims
        array = _fed_array(tensor, value)
    if not compatible(dims, array.shape):
        raise ValueError(f"Cannot feed value of shape {array.shape} for Tensor {tensor.name!r}, which has shape {show(dims)}.")
    return FedVariable(tensor, array) if tensor.dtype.name == "resource" else array


def _fed_array(tensor: Tensor, value: Any) -> Array:
    wanted = tensor.dtype.np
    if isinstance(value, np.ndarray) and value.dtype == wanted and wanted != object:
        return np.asarray(value, order="C")
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "iufb" and wanted.kind in "iufb":
        return np.asarray(value, wanted, order="C")  # feeding converts numbers, as in TensorFlow
    if wanted.kind == "f":
        return np.asarray(value, wanted, order="C")
    return to_array(value, tensor.dtype)
