"""A folder of SavedModels: each version is a folder called by a number. The newest wins, half-written ones wait.

A version counts once its ``saved_model.pb`` is there. One that is copied at this moment may be incomplete even then: it
does not load, and is looked at again when one of its files has changed. A folder that is a SavedModel itself is its
only version.

Source
------
TensorFlow Serving 2.x: sources/storage_path/file_system_storage_path_source.cc
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from estimator.core.errors import NotFoundError, raise_problems
from estimator.core.files import explained
from estimator.core.log import logger
from estimator.core.registry import shortened
from estimator.graph.graph import Graph
from estimator.model_dir.finding import list_checkpoints
from estimator.runtime.session import Session
from estimator.saved_model import constants
from estimator.saved_model.folder import contains_saved_model
from estimator.saved_model.graph_signature import GraphSignature
from estimator.saved_model.loader import load
from estimator.serving.servable import Servable
from estimator.serving.sources.settings import (
    problems_of_labels,
    problems_of_name,
    problems_of_path,
    problems_of_versions,
)
from estimator.serving.sources.source import Candidate

ALL = 1 << 30  # versions

_MOST_VERSION = (1 << 63) - 1


class ExportFolder:
    """The versions in a folder of SavedModels.

    Parameters
    ----------
    name : str
    folder : str or path
    number : int
        How many of the newest are served.
    versions : sequence of int, optional
        Only these, and all of them.
    labels : mapping of str to int, optional
        Names of versions.

    Raises
    ------
    UsageError
        If a name, path, number or version cannot be one; all at once.
    NotFoundError
        If there is no such folder.
    """

    def __init__(
        self,
        name: str,
        folder: str | os.PathLike[str],
        number: int = 1,
        versions: Sequence[int] = (),
        labels: Mapping[str, int] | None = None,
    ) -> None:
        wanted = list(versions) or number
        problems = (
            problems_of_name(name),
            problems_of_path("export_dir", folder),
            problems_of_versions(wanted),
            problems_of_labels(labels or {}, wanted),
        )
        raise_problems("ExportFolder", list(chain.from_iterable(problems)))
        folder = os.fspath(folder)
        if not os.path.isdir(folder):
            raise NotFoundError(f"there is no folder {folder!r} to serve.")
        self.name = name
        self.labels = dict(labels or {})
        self.place = folder
        self._versions = frozenset(versions)
        self.number = len(self._versions) or number

    def candidates(self) -> Iterator[Candidate]:
        """The versions with a SavedModel, the newest first.

        Raises
        ------
        NotFoundError
            If one of those that are asked for is not there, or checkpoints lie there instead.
        """
        found = self._folders()
        if not found and list_checkpoints(self.place):
            raise NotFoundError(
                f"{self.place!r} has no version of a SavedModel, but checkpoints of a training: it is a model_dir."
            )
        missing = self._versions - found.keys()
        if missing:
            raise NotFoundError(
                f"{self.place!r} has no version {shortened(map(str, sorted(missing)))}; there is: "
                f"{shortened(map(str, sorted(found)))}."
            )
        for version in sorted(self._versions or found, reverse=True):
            yield Candidate(version, found[version], _identity(found[version]))

    def _folders(self) -> dict[int, str]:
        if contains_saved_model(self.place):
            name = os.path.basename(os.path.abspath(self.place))
            return {int(name) if _is_number(name) else 1: self.place}
        with explained(f"cannot list {self.place!r}", self.place):
            names = os.listdir(self.place)
        paths = {int(name): os.path.join(self.place, name) for name in sorted(names) if _is_number(name)}
        return {version: path for version, path in paths.items() if contains_saved_model(path)}

    def identity(self, candidate: Candidate) -> Hashable:
        """How the files of the version look now."""
        return _identity(candidate.path)

    def load(self, candidate: Candidate) -> Servable:
        """The SavedModel in a session of its own."""
        session = Session(graph=Graph(), executor="numpy")
        meta_graph = load(session, [constants.SERVING], candidate.path)
        signatures = dict(_signatures(session.graph, meta_graph))
        if not signatures:
            raise NotFoundError(f"the SavedModel in {candidate.path!r} has no signature that can be served.")
        return Servable(self.name, candidate.version, session, signatures)


def _is_number(name: str) -> bool:
    """Whether a folder of that name is a version; clients know numbers of 64 bits."""
    return name.isascii() and name.isdecimal() and int(name) <= _MOST_VERSION


def _identity(folder: str) -> Hashable:
    """How all files in the folder look; None if there are none, or they go at this moment."""
    paths = sorted(os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names)
    try:
        stats = [(path, os.stat(path)) for path in paths]
    except OSError:
        return None
    looks = tuple(
        (path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino) for path, stat in stats
    )
    return looks or None


def _signatures(graph: Graph, meta_graph: Any) -> Iterator[tuple[str, GraphSignature]]:
    """What can be asked by tensors alone; a sparse one has no form in requests, and some signatures name operations."""
    for key, definition in meta_graph.signature_def.items():
        named = [dict(definition.inputs), dict(definition.outputs)]
        odd = [
            name for infos in named for name, info in infos.items() if info.WhichOneof("encoding") != "name"
        ]
        if odd:
            logger.warning("the signature %r is not served: %s is no dense tensor.", key, shortened(odd))
        elif not key.startswith("__"):
            yield key, GraphSignature.of(definition, graph)
