"""Graphs run by jax and by the interpreter, and what jax leaves to the host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from unittest import mock

import numpy as np

from estimator.core import nest
from estimator.graph.graph import Graph
from estimator.runtime.executors.jax import executor
from estimator.runtime.session import Session
from estimator.variables.variable import global_variables_initializer


def assert_close(found: Any, wanted: Any) -> None:
    """Nested results of the same types and shapes, and of the same numbers but for rounding."""
    pairs = list(zip(nest.flatten(found), nest.flatten(wanted), strict=True))
    for one, other in pairs:
        if other is not None and np.asarray(other).dtype == object:
            assert np.array_equal(one, other)
        elif other is not None:
            assert np.asarray(one).dtype == np.asarray(other).dtype
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def values_of(session: Session) -> dict[str, Any]:
    """Copies of the values of all variables."""
    return {storage.name: storage.value.copy() for storage in session.store if storage.initialized}


def compared(
    make: Callable[[], Any], runs: int = 2, feeds: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """Run what `make` builds by both, and compare results and variables; what is left to the host, with the reasons."""
    graph = Graph()
    graph.seed = 3
    with graph.as_default():
        fetches = make()
        initializer = global_variables_initializer()
    executor._layouts.clear()
    found: list[tuple[Any, dict[str, Any]]] = []
    with mock.patch.object(executor.log, "debug") as told:
        for name in ("interpreter", "jax"):
            with Session(graph=graph, executor=name) as session:
                session.run(initializer)
                results = [session.run(fetches, feeds) for _ in range(runs)]
                found.append((results, values_of(session)))
                state = session.store.random_state()["counts"]
                found[-1][1].update({f"draws of {op}": np.int64(count) for op, count in state.items()})
    (wanted, their_values), (results, our_values) = found
    assert_close(results, wanted)
    assert our_values.keys() == their_values.keys()
    assert_close(our_values, their_values)
    calls = [call.args for call in told.call_args_list]
    assert any(args[0].startswith("jax has compiled") for args in calls), "it has compiled nothing"
    left: dict[str, str] = {}
    for args in calls:
        if "left to the host" in args[0]:
            op_type = args[1].partition(" ")[0].removeprefix("Stateless")
            left[op_type] = f"{left.get(op_type, '')}{args[2]}\n"
    return left
