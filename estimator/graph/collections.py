"""What others keep with a graph.

Collections are lists by name: by them those who build a model tell those who train it of its variables, losses and
summaries. What nobody else is to see is kept for its owner.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any


class Collections:
    """What is kept with a graph, by name or for an owner."""

    def __init__(self) -> None:
        self._collections: dict[Any, list[Any]] = {}
        self._kept: dict[int, tuple[Any, Any]] = {}

    def add_to_collection(self, name: Any, value: Any) -> None:
        """Append a value to a collection."""
        self._collections.setdefault(name, []).append(value)

    def add_to_collections(self, names: Sequence[Any] | str, value: Any) -> None:
        """Append a value to several collections, once each."""
        for name in dict.fromkeys((names,) if isinstance(names, str) else names):
            self.add_to_collection(name, value)

    def get_collection(self, name: Any, scope: str | None = None) -> list[Any]:
        """A copy of a collection; with `scope` only what has a name that the regular expression matches."""
        values = self._collections.get(name, [])
        if scope is None:
            return list(values)
        pattern = re.compile(scope)
        return [value for value in values if hasattr(value, "name") and pattern.match(value.name)]

    def get_collection_ref(self, name: Any) -> list[Any]:
        """A collection itself, to be changed."""
        return self._collections.setdefault(name, [])

    def get_all_collection_keys(self) -> list[Any]:
        """The names of the collections that are not empty; keys that are no text are our own."""
        return [name for name, values in self._collections.items() if values and isinstance(name, str)]

    @property
    def collections(self) -> list[Any]:
        """The names of the collections that are not empty."""
        return self.get_all_collection_keys()

    def clear_collection(self, name: Any) -> None:
        """Empty a collection; other collections that hold the same things keep them."""
        self._collections.pop(name, None)

    def kept_for(self, owner: Any, make: Callable[[], Any]) -> Any:
        """What `owner` keeps in this graph, made when it is first asked for: it lives as long as the graph.

        The owner need not be hashable; the graph keeps it too, so that nothing else can get its id.
        """
        found = self._kept.get(id(owner))
        if found is None:  # of two threads that make it, one has made it
            found = self._kept.setdefault(id(owner), (owner, make()))
        return found[1]
