"""A session for notebooks."""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords
from estimator.graph.defaults import default_sessions, leave_default
from estimator.graph.graph import Graph
from estimator.runtime.session import Session


@near_keywords
class InteractiveSession(Session):
    """A session that is the default one from its creation until it is closed; so is a graph that it is given.

    Source
    ------
    tf.InteractiveSession, TF 1.15
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        default_sessions().append(self)
        self._default_graph = None if graph is None else graph.as_default()
        if self._default_graph is not None:
            self._default_graph.__enter__()

    def close(self) -> None:
        """Forget plans and values; the session is no longer the default."""
        leave_default(default_sessions(), self)
        if self._default_graph is not None:
            self._default_graph.__exit__()
            self._default_graph = None
        super().close()
