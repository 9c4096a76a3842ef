"""A traced function as a callable from arrays to arrays, for datasets."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.graph.function import FunctionGraph
from estimator.runtime.session import Session

Array = np.ndarray[Any, Any]


class Function:
    """Runs the body of a function; each thread may call it.

    Parameters
    ----------
    body : FunctionGraph
        Traced with its captures by value.
    """

    def __init__(self, body: FunctionGraph) -> None:
        self._session = Session(graph=body)
        self._run = self._session.prepare(body.results, body.arguments)

    def __call__(self, *arguments: Array) -> list[Array]:
        """The flat results for the flat arguments, which must have the declared types and lie in C order."""
        results = self._run(list(arguments))
        return [np.asarray(result) for result in results]
