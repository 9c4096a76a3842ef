"""A function of a graph, called with arrays: nothing is added to the graph for it, however often that is.

The variables that it has captured are those of the session, other tensors that it has captured are run first::

    body = trace(lambda x: x * scale, [(float32, (None,))], (0,), "scaled", capture_by_value=False)
    call = FunctionCall(session, body)
    (scaled,) = call([np.ones(3, np.float32)])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np

from estimator.graph.function import FunctionGraph
from estimator.graph.handles import is_array, is_handle, maker_of, outside
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor
from estimator.runtime.program import Array, body_program
from estimator.runtime.session import Session


class FunctionCall:
    """A function, ready to be called with arrays in a session, by several threads at once.

    What writes, checks or acts outside runs at every call, whether its results are wanted or not.

    Parameters
    ----------
    session : Session
        Of the graph around the function.
    body : FunctionGraph
        Its library need not list it.
    """

    def __init__(self, session: Session, body: FunctionGraph) -> None:
        program = replace(body_program(body, body.results, body.always_run), is_body=False)
        places = {tensor: place for place, tensor in enumerate(body.arguments)}
        sources = {inside: captured for captured, inside in body.captures.items()}
        self._session = session
        self._arguments: list[
            tuple[int, int]
        ] = []  # the place in what the program is given, that among arguments
        self._computed: dict[int, Tensor] = {}
        self._given: list[Any] = [None] * len(program.given)
        for place, tensor in enumerate(program.given):
            if tensor in places:
                self._arguments.append((place, places[tensor]))
            elif (known := _known(session, sources[tensor])) is not None:
                self._given[place] = known
            else:
                self._computed[place] = sources[tensor]
        self._execute: Callable[[Sequence[Any]], list[Array]] = session.compile(program, session.executor)
        self._lock = session.store.lock if program.changes_state else nullcontext()

    def __call__(self, arguments: Sequence[Array]) -> list[Array]:
        """The results for the values of the arguments: arrays of their types, in C order."""
        given = self._given.copy()
        for place, argument in self._arguments:
            given[place] = arguments[argument]
        with self._session.threads, self._lock:
            if self._computed:
                run = self._session.prepare(list(self._computed.values()))
                for place, value in zip(self._computed, run([]), strict=True):
                    given[place] = np.asarray(value)
            return self._execute(given)


def _known(session: Session, captured: Tensor) -> Any:
    """What a captured tensor is at every call: the storage of a variable, a table, or a constant; None for others."""
    if is_array(captured):
        return static_value(captured)
    maker = maker_of(outside(captured))
    if maker is None or not is_handle(captured):
        return None
    is_variable = maker.type == "VarHandleOp"
    return session.store.of_handle(captured) if is_variable else session.store.resource(maker)
