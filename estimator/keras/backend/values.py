"""The values of variables and tensors in the session at hand, and that session.

Source: names, arguments and meaning are those of tf.keras.backend in graphs, TF 2.15
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core import nest
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.grouping import group
from estimator.graph.graph import get_default_graph, reset_default_graph
from estimator.graph.tensor import Tensor
from estimator.keras import traces
from estimator.keras.naming import reset_uids
from estimator.runtime.own_session import begin, give_session, session_at_hand
from estimator.runtime.session import Session
from estimator.variables.variable import Variable


def get_session(op_input_list: Any = ()) -> Session:
    """The session in which models have their values; variables without one have got their initial value.

    Parameters
    ----------
    op_input_list : Tensor or list of Tensor, optional
        Of whose graph it is to be; by default the default graph.
    """
    leaves = [leaf for leaf in nest.flatten(op_input_list) if hasattr(leaf, "graph")]
    return begin(session_at_hand(leaves[0].graph if leaves else get_default_graph()))


def set_session(session: Session) -> None:
    """Let models have their values in this session of their graph, from now on.

    Raises
    ------
    TypeError
        If it is no session.
    """
    if not hasattr(session, "store"):
        raise TypeError(f"set_session takes a tf.Session, given: {session!r} ({type(session).__name__}).")
    give_session(session)


def clear_session() -> None:
    """Begin anew: another default graph, in which layers are numbered from the beginning.

    Models that there are keep their graph and their values. Inside of a block of a graph that graph stays the default,
    and only names begin anew.
    """
    if traces.is_like_eager():
        reset_default_graph()
    reset_uids()
    traces.forget()


def eval(x: Any) -> Any:
    """The value of a tensor or variable, as an array.

    Source
    ------
    tf.keras.backend.eval, TF 2.15
    """
    return get_value(x)


def get_value(x: Any) -> Any:
    """The value of a tensor or variable, as an array; what is no tensor is its own value."""
    if not hasattr(x, "graph"):
        return x
    return begin(session_at_hand(x.graph)).run(x)


def batch_get_value(tensors: Sequence[Any]) -> list[Any]:
    """The values of several tensors or variables of one graph."""
    found: list[Any] = get_session(tensors).run(list(tensors)) if tensors else []
    return found


def set_value(x: Variable, value: Any) -> None:
    """Give a variable a value.

    Raises
    ------
    ValueError
        If the shape differs.
    """
    batch_set_value([(x, value)])


def batch_set_value(tuples: Sequence[tuple[Variable, Any]]) -> None:
    """Give variables values, pair by pair.

    Raises
    ------
    ValueError
        If a shape differs.
    """
    for variable, value in tuples:
        variable.load(np.asarray(value, variable.dtype.np), session_at_hand(variable.graph))


def function(inputs: Any, outputs: Any, updates: Any = None, name: str | None = None) -> Callable[[Any], Any]:
    """A function of values: it feeds the inputs, runs the updates, and gives the values of the outputs.

    Parameters
    ----------
    inputs : list of Tensor
        Of a single one a list, too.
    outputs : Tensor or structure of them
    updates : list of Operation or (variable, value), optional
    name : str, optional
        Accepted.

    Returns
    -------
    callable
        Takes a list of values, in the order of the inputs.
    """
    fed: list[Tensor] = nest.flatten(inputs)
    made = [value[0].assign(value[1]) if isinstance(value, tuple) else value for value in updates or ()]
    also = group(*made) if made else None
    graph = next((leaf.graph for leaf in (*nest.flatten(outputs), *fed) if hasattr(leaf, "graph")), None)

    def run(values: Any) -> Any:
        given = list(values) if isinstance(values, (list, tuple)) else [values]
        if len(given) != len(fed):
            raise ValueError(f"this function takes {len(fed)} values, given: {len(given)}.")
        session = begin(session_at_hand(graph or get_default_graph()))
        fetches = outputs if also is None else (outputs, also)
        results = session.run(fetches, dict(zip(fed, given, strict=True)))
        return results if also is None else results[0]

    return run


def manual_variable_initialization(value: bool) -> None:
    """Accepted: variables begin with their initial value only if they have none, so that nobody need prevent it."""


def update(x: Variable, new_x: Any) -> Any:
    """What gives a variable another value."""
    return x.assign(new_x)


def update_add(x: Variable, increment: Any) -> Any:
    """What adds to a variable."""
    return x.assign_add(increment)


def update_sub(x: Variable, decrement: Any) -> Any:
    """What subtracts from a variable."""
    return x.assign_sub(decrement)


near_keywords_of_functions(__name__)
