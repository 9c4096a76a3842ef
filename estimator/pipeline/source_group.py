"""All that feeds a graph, saved and restored together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from estimator.core.errors import DataLossError
from estimator.graph.graph import Graph
from estimator.pipeline.element import Array
from estimator.pipeline.stage import State


class Source(Protocol):
    """What feeds a graph."""

    def get_next(self) -> list[Array]:
        """The components of the next element; OutOfRangeError at the end."""

    def state(self) -> State:
        """Where it stands, as JSON."""

    def restore(self, state: State) -> None:
        """Go on from a saved state."""

    def fingerprint(self) -> str:
        """Equal for sources between which a state may travel."""


class SourceGroup:
    """All sources of a graph, for saving and restoring them together."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = dict(sources)

    def shareable(self) -> list[Any]:
        """What can take a process's share: runs of datasets, and iterables of batches."""
        found = []
        for _, source in sorted(self._sources.items()):
            runs = source.runs() if hasattr(source, "runs") else [source]
            found += [run for run in runs if hasattr(run, "share")]
        return found

    def state(self) -> State:
        """The states by name."""
        return {name: source.state() for name, source in self._sources.items()}

    def restore(self, state: State) -> None:
        """Restore each.

        Raises
        ------
        DataLossError
            If the names differ.
        """
        names = list(state) if isinstance(state, dict) else state
        if not isinstance(state, dict) or set(state) != set(self._sources):
            raise DataLossError(
                f"the saved input has the iterators {names}, this graph has {sorted(self._sources)}."
            )
        for name, source in self._sources.items():
            source.restore(state[name])

    def restart(self) -> bool:
        """Begin each again; False, and nothing done, if one of them cannot."""
        if not all(getattr(source, "can_restart", False) for source in self._sources.values()):
            return False
        for source in self._sources.values():
            source.restart()  # type: ignore[attr-defined]
        return True

    def is_endless(self, names: Iterable[str]) -> bool:
        """Whether a run that reads the sources of these names never comes to an end; so does one that reads none."""
        return all(getattr(self._sources.get(name), "is_endless", False) for name in names)

    def fingerprint(self) -> str:
        """The fingerprints of all sources, by name."""
        return ";".join(f"{name}={source.fingerprint()}" for name, source in sorted(self._sources.items()))


def sources_of(graph: Graph) -> SourceGroup | None:
    """The sources in a graph's resources, or None if there are none."""
    found = {
        name: resource
        for name, resource in graph.resources.items()
        if callable(getattr(resource, "get_next", None)) and callable(getattr(resource, "fingerprint", None))
    }
    return SourceGroup(found) if found else None
