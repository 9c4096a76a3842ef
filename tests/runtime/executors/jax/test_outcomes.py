from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.jax


class Trace:
    """As much of one as outcomes need."""

    def __init__(self, **state: Any) -> None:
        self.state: dict[Any, Any] = state
        self.outcomes: dict[Any, Any] = {}


def test_an_outcome_is_known_by_shapes_and_leaves_nothing_behind() -> None:
    from estimator.runtime.executors.jax.library import jnp
    from estimator.runtime.executors.jax.outcomes import outcome_of

    trace: Any = Trace(a=jnp.zeros(2), b=jnp.zeros(3))

    def part() -> list[Any]:
        trace.state["b"] = trace.state["b"] + 1
        return [jnp.concatenate([trace.state["a"], trace.state["b"]])]

    outcome = outcome_of(trace, "part", [], part)
    assert ([result.shape for result in outcome.results], outcome.changed) == ([(5,)], ["b"])
    assert trace.state["b"].tolist() == [0, 0, 0]


def test_a_part_is_traced_once_for_values_that_are_alike() -> None:
    from estimator.runtime.executors.jax.library import jnp
    from estimator.runtime.executors.jax.outcomes import outcome_of

    trace: Any = Trace()
    calls = []

    def traced(*given: Any) -> int:
        outcome_of(trace, "part", given, lambda: calls.append(given) or [])  # type: ignore[func-returns-value]
        return len(calls)

    assert traced(jnp.zeros(2), np.int32(1)) == 1
    assert traced(jnp.ones(2), np.int32(1)) == 1
    assert traced(jnp.ones(2), np.int32(2)) == 2  # a known value, by which the part may go
    assert traced(jnp.ones(3), np.int32(1)) == 3


def test_what_fails_while_it_is_traced_is_for_the_host_to_find_out() -> None:
    from estimator.runtime.executors.jax.outcomes import outcome_of
    from estimator.runtime.executors.jax.traced import CannotLower

    def fails() -> list[Any]:
        raise ValueError("it does not fit")

    trace: Any = Trace()
    with pytest.raises(CannotLower, match="ValueError: it does not fit"):
        outcome_of(trace, "part", [], fails)
