"""What a part of a segment comes to, by shapes alone: a branch or a round must give what others like it give."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from estimator.runtime.executors.jax.library import jax, jnp, lax
from estimator.runtime.executors.jax.traced import HOLDS, CannotLower, Cell, Trace, is_known

_SMALL_BYTES = 256  # values that are compared; of others only which array it is

# A handle has no numbers of its own: it goes through branches and rounds as it is.
jax.tree_util.register_pytree_node(
    Cell, lambda cell: ((), (cell.trace, cell.name)), lambda known, _: Cell(*known)
)


def on_device(value: Any, dtype: Any = None) -> Any:
    """An array, or the arrays of a list, as jax has them: of a type of their own, which no arithmetic changes."""
    return jax.tree.map(lambda leaf: lax.convert_element_type(leaf, dtype or leaf.dtype), value)


@contextmanager
def forked(trace: Trace) -> Iterator[dict[Hashable, Any]]:
    """A block that changes a copy of the state; what it was comes back behind it."""
    before = trace.state
    trace.state = dict(before)
    try:
        yield trace.state
    finally:
        trace.state = before


class Outcome(NamedTuple):
    """What a part of a segment comes to, by shapes alone.

    Attributes
    ----------
    results : list
        Shapes and types in the place of arrays.
    changed : list
        The keys of what it changes in the state.
    """

    results: list[Any]
    changed: list[Hashable]


def outcome_of(trace: Trace, what: Hashable, given: Sequence[Any], part: Callable[[], list[Any]]) -> Outcome:
    """Trace a part of a segment for its outcome; nothing of it stays.

    Parameters
    ----------
    trace : Trace
    what : hashable
        What the part is.
    given : sequence
        All that it goes by besides the state; what is known of the same for values alike is remembered, since loops in
        loops would ask again and again.
    part : callable

    Raises
    ------
    CannotLower
        If it cannot be lowered, or would fail if it was run: then the host shall find out, if it ever runs it.
    """
    key = what, tuple(map(_likeness, given))
    found = trace.outcomes.get(key)
    if found is None:
        found = trace.outcomes[key] = _traced(trace, part), list(given)  # kept, for their ids to stay theirs
    outcome: Outcome = found[0]
    return outcome


def _traced(trace: Trace, part: Callable[[], list[Any]]) -> Outcome:
    changed: list[Hashable] = []

    def probe() -> list[Any]:
        with forked(trace) as state:
            before = dict(state)
            results = part()
            changed[:] = [key for key, value in state.items() if value is not before.get(key)]
        return results

    try:
        return Outcome(jax.eval_shape(probe), changed)
    except CannotLower:
        raise
    except Exception as error:
        raise CannotLower(f"{type(error).__name__}: {error}") from error


def _likeness(value: Any) -> Hashable:
    """Equal for values that nothing which is traced can tell apart."""
    leaves, structure = jax.tree.flatten(value)
    return structure, tuple(map(_likeness_of_leaf, leaves))


def _likeness_of_leaf(leaf: Any) -> Hashable:
    if isinstance(leaf, Cell):
        return leaf.name
    if not is_known(leaf):
        return (leaf.shape, leaf.dtype) if hasattr(leaf, "shape") else id(leaf)
    known = np.asarray(leaf)
    small = known.nbytes <= _SMALL_BYTES and known.dtype != object
    return "known", known.shape, known.dtype.str, known.tobytes() if small else id(leaf)


def carried_state(trace: Trace, keys: list[Hashable]) -> list[Any]:
    """What stands under these keys, to be carried into branches and rounds."""
    return [
        on_device(jnp.asarray(trace.state.get(key, True) if key == HOLDS else trace.state[key]))
        for key in keys
    ]
