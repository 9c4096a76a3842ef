"""The session where nobody has entered one: Keras' models have their values there.

A graph has a session of its own, made when it is first asked for, unless somebody gives it another. It lives as long
as the graph. A variable without a value gets its initial one before it is read there, as ``keras.backend.get_session``
sees to in TensorFlow 1.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakKeyDictionary

from estimator.graph.defaults import AT_HAND, default_sessions
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.session import Session

_LISTED = (GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES)

LATE_VALUES: list[Callable[[Session], None]] = []
"""What is called before variables get their initial values: it may give them others, as a checkpoint that was restored
before they were made does."""


class _Kept:
    """What a graph keeps of its sessions.

    Attributes
    ----------
    session : Session or None
        Its own, or the one it was given.
    tables : WeakKeyDictionary
        Of each session, how many of the graph's tables it has filled.
    """

    def __init__(self) -> None:
        self.session: Session | None = None
        self.tables: WeakKeyDictionary[Session, int] = WeakKeyDictionary()
        self.lock = threading.RLock()


def session_at_hand(graph: Any) -> Session:
    """The innermost default session of this graph, else the one that it was given, else its own.

    Parameters
    ----------
    graph : Graph
        Of a function, the graph it lies in.
    """
    outermost: Graph = graph.outermost
    for entered in reversed(default_sessions()):
        if entered.graph is outermost:
            found: Session = entered
            return found
    kept = _kept(outermost)
    session = kept.session
    if session is not None and not session.is_closed:
        return session
    with kept.lock:
        if kept.session is None or kept.session.is_closed:
            kept.session = Session(graph=outermost)
        return kept.session


def give_session(session: Session) -> None:
    """Let this be the session at hand of its graph, until another is given or it is closed."""
    _kept(session.graph).session = session


def begin(session: Session) -> Session:
    """Give the variables of a session that have no value their initial one, and fill its tables; gives the session.

    A variable whose initial value must be fed is left out: whoever feeds it initializes it.
    """
    graph = session.graph
    with session.store.lock:
        lacking = _lacking(session, [one for name in _LISTED for one in graph.get_collection(name)])
        _initialize(session, [variable for variable in lacking if not _is_fed(variable.initial_value)])
        tables, filled = graph.get_collection(GraphKeys.TABLE_INITIALIZERS), _kept(graph).tables
        if len(tables) > filled.get(session, 0):
            session.run(tables[filled.get(session, 0) :])
            filled[session] = len(tables)
    return session


def begin_variables(session: Session, variables: Iterable[Any]) -> None:
    """Give those of these variables their initial value that have none in the session."""
    with session.store.lock:
        _initialize(session, _lacking(session, variables))


def value_at_hand(element: Any) -> Any:
    """The value of a tensor or variable in the session at hand of its graph."""
    return begin(session_at_hand(element.graph)).run(element)


AT_HAND.add("value", value_at_hand)


def _kept(graph: Graph) -> _Kept:
    kept: _Kept = graph.kept_for(session_at_hand, _Kept)
    return kept


def _lacking(session: Session, variables: Iterable[Any]) -> list[Any]:
    return [one for one in variables if not session.store.of_handle(one.handle).initialized]


def _initialize(session: Session, variables: list[Any]) -> None:
    if variables:
        for give in LATE_VALUES:
            give(session)
        session.run([variable.initializer for variable in _lacking(session, variables)])


def _is_fed(value: Any) -> bool:
    """Whether it cannot be computed without a value for a placeholder."""
    seen: set[Operation] = set()
    waiting = [value.op] if isinstance(value, Tensor) else []
    while waiting:
        operation = waiting.pop()
        if operation.type == "Placeholder":
            return True
        if operation not in seen:
            seen.add(operation)
            waiting.extend(tensor.op for tensor in operation.inputs)
    return False
