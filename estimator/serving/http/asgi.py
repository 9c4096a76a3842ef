"""How an ASGI server calls the application: bodies are read within limits, and what takes its time is done in threads.

What reading costs is bounded before it is spent: the size of a body, the bytes of all bodies together, the time that a
client may take to send its own, and to read what it is answered. What takes no time is answered where it is asked, so
that a server that is busy still says so.

Source
------
ASGI 3.0, HTTP connection scope
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Protocol, TypeVar

from estimator.core.errors import UnavailableError
from estimator.serving.http.application import Application
from estimator.serving.http.exchange import AGAIN, RefusedError, Request, Response, response_of
from estimator.serving.limits import NotAtOnceError

T = TypeVar("T")
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

CONNECTION = "estimator.connection"  # the key of an extension: the Connection that a request came by

_BODIES = 4  # as large as they may be, all that are being read or answered together
_SLOWEST = 16 << 10  # bytes a second, after what a client may be silent
_MORE_THREADS = 4  # than run or wait at the gate: they tell the others that it is full
_LINGER_SECS = 2.0  # for a client that is still sending, to see why it is refused
_MOST_BYTES_AT_ONCE = 4 << 10  # of a body: to read it takes about as long as to hand it to a thread
_PIECE = 256 << 10  # bytes that are written at once; the next ones are when the client has read most of them


class Connection(Protocol):
    """What the application needs of a connection that ASGI does not tell."""

    def is_open(self) -> bool:
        """Whether the client is still there."""

    def has_come(self) -> bool:
        """Whether all of the request is here, so that nobody waits for it."""

    def has_room(self) -> bool:
        """Whether a piece can be written without waiting for the client to read."""

    def is_one_too_many(self) -> bool:
        """Whether there are more connections than are answered."""

    def is_last(self) -> bool:
        """Whether there will be no answer after the one that is given now."""

    def abort(self) -> None:
        """Close it at once, whatever has not been read yet."""


class AsgiApplication:
    """An ASGI application.

    Parameters
    ----------
    application : Application
    count_response : callable
        Called with the status of each response.
    """

    def __init__(self, application: Application, count_response: Callable[[int], object]) -> None:
        self._application = application
        self._count_response = count_response
        self._limits = limits = application.service.limits
        self._room = limits.running + limits.queue + _MORE_THREADS
        self._threads = ThreadPoolExecutor(self._room, thread_name_prefix="http")
        self._answering = 0
        self._held_bytes = 0
        self._counting = threading.Lock()

    def hold(self, count: int) -> None:
        """Count so many bytes more among those of all bodies, or less.

        Raises
        ------
        RefusedError
            If they would be too many.
        """
        with self._counting:
            if count > 0 and self._held_bytes + count > _BODIES * self._limits.max_message_bytes:
                raise RefusedError(429, "too much is being sent at once; try again later.", AGAIN)
            self._held_bytes += count

    def close(self) -> None:
        """Begin no more answers."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        connection: Connection = scope["extensions"][CONNECTION]
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        held = _Held(self)
        try:
            if connection.is_one_too_many():
                raise RefusedError(503, "there are too many connections; try again later.", AGAIN)
            body = await self._body(connection, headers, receive, held)
            request = Request(scope["method"], scope["path"], headers, body, connection.is_open, held.add)
            response = await self._answered(request)
            await self._send(_closing(response) if connection.is_last() else response, connection, send)
        except RefusedError as refused:
            await self._refuse(refused.response, connection, receive, send)
        except _LeftError:
            pass
        except TimeoutError:  # of a client that does not read
            connection.abort()
            await receive()  # until the connection is known to be lost
        finally:
            held.release()

    async def _body(
        self, connection: Connection, headers: Mapping[str, str], receive: Receive, held: _Held
    ) -> bytes:
        """The body of a request.

        Raises
        ------
        RefusedError
            If it is too large, or comes too slowly.
        _LeftError
            If the client leaves.
        """
        length = headers.get("content-length", "")
        if length.isdecimal():
            self._check_size(int(length))
        clock = asyncio.get_running_loop().time
        began = clock()
        body, more = bytearray(), True
        while more:
            until = None if connection.has_come() else began + self._limits.idle_secs + len(body) / _SLOWEST
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, "the request came too slowly.") from None
            if message["type"] == "http.disconnect":
                raise _LeftError
            chunk = message.get("body", b"")
            self._check_size(len(body) + len(chunk))
            held.add(len(chunk))
            body += chunk
            more = message.get("more_body", False)
        return bytes(body)

    def _check_size(self, size_bytes: int) -> None:
        if size_bytes > self._limits.max_message_bytes:
            raise RefusedError(413, self._limits.too_large(size_bytes))

    async def _answered(self, request: Request) -> Response:
        if request.method != "POST":
            return self._application.answer(request)
        if len(request.body) > _MOST_BYTES_AT_ONCE or "content-encoding" in request.headers:
            return await self._in_thread(self._application.answer, request)
        found = self._application.read(request)
        try:
            return self._application.answer_to(found, at_once=True)
        except NotAtOnceError:
            return await self._in_thread(self._application.answer_to, found)

    async def _in_thread(self, answer: Callable[[T], Response], asked: T) -> Response:
        """What a function answers that may take its time."""
        if self._answering >= self._room:
            return response_of(RefusedError(429, "the server is busy; try again later.", AGAIN))
        self._answering += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, answer, asked)
        except RuntimeError:  # the threads take nothing any more
            return response_of(UnavailableError("the server is stopping."))
        finally:
            self._answering -= 1

    async def _send(
        self, response: Response, connection: Connection, send: Send, is_last: bool = True
    ) -> None:
        """Send a response, to a client that reads it.

        Raises
        ------
        TimeoutError
            If it does not.
        """
        body = response.body
        headers = [
            (b"Content-Type", response.content_type.encode()),
            (b"Content-Length", b"%d" % len(body)),
            *((name.encode(), value.encode()) for name, value in response.headers.items()),
        ]
        self._count_response(response.status)
        is_sent_at_once = len(body) <= _PIECE and connection.has_room()
        async with asyncio.timeout(
            None if is_sent_at_once else self._limits.idle_secs + len(body) / _SLOWEST
        ):
            await send({"type": "http.response.start", "status": response.status, "headers": headers})
            while len(body) > _PIECE:
                await send({"type": "http.response.body", "body": body[:_PIECE], "more_body": True})
                body = body[_PIECE:]
            await send({"type": "http.response.body", "body": body, "more_body": not is_last})

    async def _refuse(self, response: Response, connection: Connection, receive: Receive, send: Send) -> None:
        """Send a response to somebody who may still be sending, and hang up.

        Who is cut off while sending does not see the response: so for some time what comes is read, and forgotten. Who
        sends too slowly is not waited for again.
        """
        linger_secs = 0.0 if response.status == HTTPStatus.REQUEST_TIMEOUT else _LINGER_SECS
        await self._send(_closing(response), connection, send, is_last=False)
        try:
            async with asyncio.timeout(linger_secs):
                while (await receive()).get("more_body", False):
                    pass
        except TimeoutError:
            pass
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _closing(response: Response) -> Response:
    """The response of a connection that is closed after it."""
    return replace(response, headers={**response.headers, "Connection": "close"})


class _LeftError(Exception):
    """The client has left."""


class _Held:
    """The bytes of one body, counted among those of all: in the loop as they come, in a thread as they are inflated."""

    def __init__(self, asgi: AsgiApplication) -> None:
        self._asgi = asgi
        self._bytes = 0

    def add(self, count: int) -> None:
        """Count some more.

        Raises
        ------
        RefusedError
            If all bodies together would be too much.
        """
        self._asgi.hold(count)
        self._bytes += count

    def release(self) -> None:
        """Count them no more."""
        self._asgi.hold(-self._bytes)
        self._bytes = 0
