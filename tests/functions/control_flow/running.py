"""Running what a test has built, in both executors."""

from __future__ import annotations

from typing import Any

from estimator import tf
from tests.runtime.programs import bits

RUNS = 4  # generic code first, plans from the second or third run on


def run(fetches: Any, feed: Any = None) -> Any:
    """What is fetched in the last of several runs, which interpreter and plan agree on."""
    found = []
    for executor in ("interpreter", "numpy"):
        with tf.Session(executor=executor) as session:
            session.run(tf.global_variables_initializer())
            found.append([session.run(fetches, feed) for _ in range(RUNS)])
    assert bits(found[0]) == bits(found[1])
    return found[1][-1]
