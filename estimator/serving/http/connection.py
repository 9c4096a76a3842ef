"""A connection of uvicorn's, with an end to what uvicorn waits for.

uvicorn closes connections that are idle between requests. It waits for ever for a request that never begins, or whose
headers never end; :class:`Connection` does not. It writes headers and body one after the other, each a packet that
wakes the client; here they are one. It forgets the body of a request that would go on in another protocol if it could,
as Java's client asks at first; here that is answered like any other. It hangs up on a client that has said all it will,
but still listens; and, when the server stops, on one whose request it has not read yet. Here all that was asked is
answered, the last answer says ``Connection: close``, and who asks nothing for a moment is hung up on.
"""

from __future__ import annotations

import asyncio
import select
import socket
from http import HTTPStatus
from typing import Any

from estimator.core.extras import from_extra
from estimator.serving.http.asgi import CONNECTION
from estimator.serving.http.exchange import error_response

with from_extra("serve", "serving over HTTP needs"):
    from httptools import HttpParserUpgrade, HttpRequestParser
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    from uvicorn.server import ServerState

_MOST_CONNECTIONS = 500  # of which each is a file of the process
_MOST_HEAD_BYTES = 64 << 10
_MOST_GATHERED_BYTES = 64 << 10
_MOMENT_SECS = 0.1  # in which a client that is busy asks again

_TOO_MUCH = f"the headers of a request may have {_MOST_HEAD_BYTES} bytes."


class State(ServerState):
    """What the connections of a server share.

    Attributes
    ----------
    is_stopping : bool
    """

    is_stopping = False


class _Gathering:
    """A transport that sends at once what is written in one turn of the loop."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts = list[bytes]()
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send it soon; at once if it is much, for whoever writes waits until the client has read most of it."""
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)
        self._size += len(data)
        if self._size > _MOST_GATHERED_BYTES:
            self._flush()

    def close(self) -> None:
        """Close it when all is sent."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        parts, self._parts, self._size = self._parts, [], 0
        if parts and not self._transport.is_closing():
            self._transport.write(b"".join(parts))


class _Parser(HttpRequestParser):
    """A parser that keeps what comes after a head that asks for another protocol, where it stops.

    Attributes
    ----------
    after_upgrade : bytes or None
        None if it has not stopped.
    """

    after_upgrade: bytes | None = None

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn's own

    def feed_data(self, data: bytes) -> None:  # type: ignore[override]  # asyncio gives nothing else
        """Take some bytes."""
        try:
            super().feed_data(data)
        except HttpParserUpgrade as upgrade:
            (end_of_head,) = upgrade.args
            self.after_upgrade = data[end_of_head:]


class Connection(HttpToolsProtocol):
    """A connection whose requests must begin, and their headers end, within some seconds and some bytes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parser: _Parser = _Parser(self)

    def connection_made(self, transport: Any) -> None:
        """Wait for the first request."""
        super().connection_made(_Gathering(transport, self.loop))  # type: ignore[arg-type]
        self._state: State = self.server_state  # type: ignore[assignment]
        # asyncio does it for sockets that say they are of TCP, which one of socket.create_server does not; without it
        # a body waits 40 ms for the client to acknowledge the headers
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._has_ended = False
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._begin_head()
        if self._state.is_stopping:
            self.shutdown()

    def data_received(self, data: bytes) -> None:
        """Take some bytes: of the head of a request, if after them none is being read or answered."""
        super().data_received(data)
        while (rest := self.parser.after_upgrade) is not None:
            head = self._head_without_upgrade()
            self.parser = _Parser(self)
            super().data_received(head + rest)
        if self._head_timer is None and self._is_idle():
            self._begin_head()
        if self._head_timer is not None:
            self._head_bytes += len(data)
            if self._head_bytes > _MOST_HEAD_BYTES:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _TOO_MUCH)

    def _head_without_upgrade(self) -> bytes:
        """The head of the request that was read last, as if it had not asked for another protocol."""
        version = self.parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version)]
        lines += [b"%s: %s" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def on_message_begin(self) -> None:
        """Tell the application by which connection a request comes."""
        super().on_message_begin()
        extensions: dict[str, Any] = {CONNECTION: self}
        self.scope["extensions"] = extensions

    def on_headers_complete(self) -> None:
        """Wait no more for headers, and see to it that they are not too many.

        Raises
        ------
        ValueError
            If they are, or if a proxy is asked for; the parser takes no more then.
        """
        self._end_head()
        if len(self.url) + sum([len(name) + len(value) for name, value in self.headers]) > _MOST_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _TOO_MUCH)
            raise ValueError(_TOO_MUCH)
        if self.parser.get_method() == b"CONNECT":  # what follows would not be of this protocol
            raise ValueError("this is no proxy.")
        if not self.parser.should_upgrade():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is here, unless it asks for another protocol: then it is read again."""
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Answer what was asked meanwhile."""
        super().on_response_complete()
        if self._state.is_stopping:
            self.shutdown()

    def shutdown(self) -> None:
        """The server stops: hang up if the client is silent for a moment. It may have asked already."""
        grace_secs: Any = self.config.timeout_graceful_shutdown
        self.loop.call_later(min(_MOMENT_SECS, grace_secs), self._hang_up_if_silent)

    def _hang_up_if_silent(self) -> None:
        is_asking = self._head_timer is not None and self._head_bytes > 0
        if self._is_idle() and not is_asking and not self.transport.is_closing() and not self._has_unread():
            self.transport.close()

    def _is_idle(self) -> bool:
        """Whether no request is being read, but for its head, or answered."""
        return self.cycle is None or self.cycle.response_complete

    def _has_unread(self) -> bool:
        """Whether something has come that nobody has read yet."""
        poll = select.poll()
        poll.register(self.transport.get_extra_info("socket"), select.POLLIN)
        return bool(poll.poll(0))

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more: what it has asked is answered, if it may still listen, and that is the end."""
        self._has_ended = True
        cycle = self.cycle
        if cycle is None or cycle.more_body or cycle.response_complete or self.scheme == "https":
            return False  # asyncio closes the connection, as it must with TLS
        cycle.keep_alive = False
        return True

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, if nothing better was said of it."""
        if not self.transport.is_closing():
            self._refuse(HTTPStatus.BAD_REQUEST, msg)

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        """Answer in the form that all errors have, and hang up."""
        response = error_response(status, message, {})
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nconnection: close\r\n"
            f"content-type: {response.content_type}\r\ncontent-length: {len(response.body)}\r\n\r\n"
        )
        self.transport.write(head.encode() + response.body)
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._end_head()
        super().connection_lost(exc)

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that is idle, even if its last answer was not read to its end."""
        self.abort()

    def is_open(self) -> bool:
        """Whether the client is still there; one that sends no more looks as one that has ended."""
        return not (self._has_ended or self.transport.is_closing())

    def has_come(self) -> bool:
        """Whether all of the request that is being answered is here; those before the last one are."""
        return not self.cycle.more_body

    def has_room(self) -> bool:
        """Whether a piece can be written without waiting for the client to read."""
        return not self.flow.write_paused

    def is_one_too_many(self) -> bool:
        """Whether there are more connections than are answered."""
        return len(self.connections) > _MOST_CONNECTIONS

    def is_last(self) -> bool:
        """Whether what is answered now is the last: the server stops, and the client has asked nothing more."""
        return self._state.is_stopping and not (
            self.pipeline or self.transport.is_closing() or self._has_unread()
        )

    def abort(self) -> None:
        """Close it at once, whatever has not been read yet."""
        self.transport.abort()

    def _begin_head(self) -> None:
        self._head_bytes = 0
        self._head_timer = self.loop.call_later(self.timeout_keep_alive, self.abort)

    def _end_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
