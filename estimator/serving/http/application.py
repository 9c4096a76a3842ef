"""What is answered under which path: each protocol is a table of routes, and this is all of them.

A route is a method, a pattern of the whole path, and a function that makes a response of a request; the groups of the
pattern are its keyword arguments. Nothing here knows the library that reads from sockets: :meth:`Application.answer`
is an ordinary function, to be called in any thread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from estimator.core.frozen import frozen
from estimator.core.shown import shorten
from estimator.serving.http.exchange import RefusedError, Request, Response, inflated, response_of
from estimator.serving.limits import NotAtOnceError
from estimator.serving.service import Service

# what answers a request that has been read; told to be quick, it raises NotAtOnceError rather than take its time
Question = Callable[[bool], Response]
Answering = Callable[..., Response | Question]


@frozen
class Route:
    """A path that is answered.

    Parameters
    ----------
    method : str
        ``"GET"`` (which also answers HEAD) or ``"POST"``.
    path : str
        A regular expression of the whole path.
    answer : callable
        ``answer(request, **groups)`` gives the response, or the question to a model that a request is.
    """

    method: str
    path: str
    answer: Answering


class Application:
    """Answers requests by the first route that fits.

    Parameters
    ----------
    service : Service
        Whose limits count.
    routes : iterable of Route
    """

    def __init__(self, service: Service, routes: Iterable[Route]) -> None:
        self.service = service
        self._routes = [(route, re.compile(route.path)) for route in routes]

    def answer(self, request: Request) -> Response:
        """The response to a request; errors are responses, too."""
        return self.answer_to(self.read(request))

    def read(self, request: Request) -> Response | Question:
        """What a request asks of a model, as far as that has to be asked; otherwise the response."""
        try:
            answering, groups = self._found(request)
            if request.method == "POST" and "content-encoding" in request.headers:
                request = replace(request, body=inflated(request, self.service.limits))
            return answering(request, **groups)
        except Exception as error:
            return response_of(error)

    def answer_to(self, found: Response | Question, at_once: bool = False) -> Response:
        """The response that :meth:`read` has found, or that its question is answered by.

        Raises
        ------
        NotAtOnceError
            If it is to be answered at once, and cannot be.
        """
        if isinstance(found, Response):
            return found
        try:
            return found(at_once)
        except NotAtOnceError:
            raise
        except Exception as error:
            return response_of(error)

    def _found(self, request: Request) -> tuple[Answering, dict[str, Any]]:
        """The function that answers, and its arguments.

        Raises
        ------
        RefusedError
            If no route fits the path (404), or only with another method (405).
        """
        method = "GET" if request.method == "HEAD" else request.method
        others = set[str]()
        for route, pattern in self._routes:
            found = pattern.fullmatch(request.path)
            if found and route.method == method:
                return route.answer, found.groupdict()
            if found:
                others.add(route.method)
        if others:
            allowed = ", ".join(sorted(others))
            raise RefusedError(
                405, f"{request.method} is not answered under this path, only {allowed}.", {"Allow": allowed}
            )
        raise RefusedError(404, f"there is nothing under the path {shorten(request.path)}.")
