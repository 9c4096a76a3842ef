"""One run for the caller and all hooks: their fetches and feeds merged, and the results handed back.

Merging costs more than a small step does, so it is done once for each combination of what is asked
for: as long as the caller passes equal fetches and every hook returns the same
:class:`SessionRunArgs`, only the prepared run is called. Each tensor is fetched once, however many
ask for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any

import numpy as np

from estimator.core import nest
from estimator.training.session_run_hook import SessionRunArgs

Asked = tuple[SessionRunArgs | None, ...]  # the caller's, then each hook's


class MergedRun:
    """The run for one combination.

    Parameters
    ----------
    session : Session
    asked : tuple of SessionRunArgs or None
        What the caller and each hook want.
    """

    def __init__(self, session: Any, asked: Asked) -> None:
        self._session = session
        self._asked = asked
        self._leaves: list[Any] = []
        self._positions: dict[Any, int] = {}
        self._pickers = [self._picker(args.fetches) if args else _nothing for args in asked]
        self._pickers.append(_nothing)  # the last one is for hooks that never ask

    def fits(self, asked: Sequence[SessionRunArgs | None]) -> bool:
        """Whether these want the same fetches."""
        for new, old in zip(asked, self._asked, strict=True):  # a loop: this runs at each step
            if new is not old and not _same_fetches(new, old):
                return False
        return True

    def __call__(
        self, feeds: Mapping[Any, Any] | None, options: Any = None, run_metadata: Any = None
    ) -> list[Any]:
        """Run; the results of all, see :meth:`part`."""
        if feeds or options is not None:
            results: list[Any] = self._session.run(self._leaves, feeds, options, run_metadata)
            return results
        return self.prepared([])

    @cached_property
    def prepared(self) -> Any:
        """The run without feeds, made ready to be made many times."""
        return self._session.prepare(self._leaves)

    def part(self, place: int, results: Sequence[Any]) -> Any:
        """Of the results of all those of one, in the structure it asked for; the caller's place is 0."""
        return self._pickers[place](results)

    def reader(self, tensor: Any) -> Callable[[Sequence[Any]], Any]:
        """What takes the value of a tensor that somebody has asked for out of the results of all."""
        return itemgetter(self.position_of(tensor))

    def position_of(self, tensor: Any) -> int:
        """Where among the fetches of all a tensor is that somebody has asked for.

        Raises
        ------
        ValueError
            If nobody has.
        """
        position = self._positions.get(tensor if isinstance(tensor, str) else id(tensor))
        if position is None:
            raise ValueError(
                f"next_due of a hook names {tensor}, which its before_run does not ask for: only what is fetched has "
                "a value to look at."
            )
        return position

    def _picker(self, fetches: Any) -> Callable[[Sequence[Any]], Any]:
        """What takes one asker's results out of the list of all."""
        if fetches is None:
            return _nothing
        places = [self._place(leaf) for leaf in nest.flatten(fetches)]
        if not nest.is_nested(fetches):
            return itemgetter(places[0])
        if type(fetches) is list:
            if not any(map(nest.is_nested, fetches)):
                return lambda results: [results[place] for place in places]
        if type(fetches) is dict and not any(map(nest.is_nested, fetches.values())):  # predictions
            found = dict(zip(nest.sorted_keys(fetches), places, strict=True))
            pairs = [(key, found[key]) for key in fetches]
            return lambda results: {key: results[place] for key, place in pairs}
        return lambda results: nest.pack_as(fetches, [results[place] for place in places])

    def _place(self, leaf: Any) -> int:
        """Where in the list of all fetches a leaf is; it is added if it is new."""
        # By identity, since == of tensors may be an operation. The list keeps the leaf alive, so no other gets its id.
        key = leaf if isinstance(leaf, str) else id(leaf)
        if key not in self._positions:
            self._positions[key] = len(self._leaves)
            self._leaves.append(leaf)
        return self._positions[key]


def _nothing(results: Sequence[Any]) -> None:
    return None


def _same_fetches(new: SessionRunArgs | None, old: SessionRunArgs | None) -> bool:
    if not isinstance(new, SessionRunArgs) or old is None:
        return False
    return new.fetches is old.fetches or _equal(new.fetches, old.fetches)


def _equal(new: Any, old: Any) -> bool:
    """Whether two structures have the same things in the same places; tensors are compared by identity."""
    if new is old:
        return True
    if type(new) is not type(old):
        return False
    if isinstance(new, str):
        return bool(new == old)
    if isinstance(new, Mapping):
        return list(new) == list(old) and all(_equal(new[key], old[key]) for key in new)
    if isinstance(new, (list, tuple)):
        return len(new) == len(old) and all(map(_equal, new, old))
    return False


def merge_feeds(asked: Sequence[SessionRunArgs | None]) -> dict[Any, Any] | None:
    """All feeds in one, or None if there are none; those of the caller of ``run`` come first.

    Raises
    ------
    RuntimeError
        If two feed the same tensor with different values.
    """
    merged: dict[Any, Any] = {}
    users = (asked[0].feed_dict if asked and asked[0] is not None else None) or {}
    for args in asked:
        if args is None or not args.feed_dict:
            continue
        for tensor, value in args.feed_dict.items():
            if tensor in merged and not _same_value(merged[tensor], value):
                name = tensor if isinstance(tensor, str) else tensor.name
                both = "a SessionRunHook and user" if tensor in users else "two hooks"
                raise RuntimeError(f"Same tensor is fed by {both}, with different values. Conflict: {name}.")
            merged[tensor] = value
    return merged or None


def merge_options(asked: Sequence[SessionRunArgs | None]) -> Any:
    """The RunOptions of the run: those with the highest trace level; None if nobody gives any."""
    given = [args.options for args in asked if args is not None and args.options is not None]
    return max(given, key=lambda options: getattr(options, "trace_level", 0)) if given else None


def _same_value(left: Any, right: Any) -> bool:
    return left is right or np.array_equal(left, right)
