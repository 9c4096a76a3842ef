"""A connection sends an answer in one packet at once, and waits for no request for ever."""

from __future__ import annotations

import asyncio
import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from uvicorn import Config

from estimator.serving.http.connection import Connection, State, _Gathering
from tests.serving.grpc.served import service_of_half_plus_two
from tests.serving.http.served import serving


class Transport:
    """Keeps what is written, each time apart."""

    def __init__(self) -> None:
        self.written = list[bytes]()
        self.is_closed = False
        self.extra = dict[str, Any]()

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def get_extra_info(self, name: str) -> Any:
        return self.extra.get(name)


def _gathering(transport: Transport) -> Any:
    return _Gathering(transport, asyncio.get_running_loop())  # type: ignore[arg-type]


def test_what_is_written_in_one_turn_is_one_packet() -> None:
    async def write() -> list[bytes]:
        transport = Transport()
        gathering = _gathering(transport)
        for part in (b"headers", b"body"):
            gathering.write(part)
        assert transport.written == []
        await asyncio.sleep(0)
        gathering.write(b"more")
        await asyncio.sleep(0)
        assert gathering.is_closing() is False  # as the transport says
        return transport.written

    assert asyncio.run(write()) == [b"headersbody", b"more"]


def test_much_is_sent_at_once_so_that_its_writer_waits_for_the_client() -> None:
    async def write() -> list[int]:
        transport = Transport()
        gathering = _gathering(transport)
        for size in (10, 70_000, 10):
            gathering.write(bytes(size))
        found = [len(part) for part in transport.written]
        await asyncio.sleep(0)
        return [*found, len(transport.written[-1])]

    assert asyncio.run(write()) == [70_010, 10]


def test_what_was_written_is_sent_before_the_end_and_nothing_after_it() -> None:
    async def write() -> Transport:
        transport = Transport()
        gathering = _gathering(transport)
        gathering.write(b"last")
        gathering.close()
        gathering.write(b"too late")
        await asyncio.sleep(0)
        return transport

    transport = asyncio.run(write())
    assert (transport.written, transport.is_closed) == ([b"last"], True)


def test_a_packet_does_not_wait_until_the_one_before_is_acknowledged() -> None:
    with serving(service_of_half_plus_two()) as endpoint:
        connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=10)
        connection.request("GET", "/v1/models/half")
        connection.getresponse().read()
        (accepted,) = endpoint._server.server_state.connections
        own = accepted.transport.get_extra_info("socket")
        assert own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        connection.close()


async def _nobody(scope: Any, receive: Any, send: Any) -> None:
    """An application that does not answer."""


@contextmanager
def _connected(transport: Transport) -> Iterator[Connection]:
    config = Config(_nobody, http=Connection, ws="none", interface="asgi3", lifespan="off", log_config=None)
    config.load()
    connection = Connection(config, State(), {})
    with socket.socket() as transport.extra["socket"]:
        connection.connection_made(transport)
        yield connection
        connection.connection_lost(None)


def _told(*pieces: bytes) -> bytes:
    """What a client is told whose request comes in these pieces."""

    async def told() -> bytes:
        transport = Transport()
        with _connected(transport) as connection:
            for piece in pieces:
                connection.data_received(piece)
            assert connection.cycle is None  # no request was let through
            await asyncio.sleep(0)
        return b"".join(transport.written)

    return asyncio.run(told())


def test_a_connection_knows_what_would_have_to_be_waited_for() -> None:
    async def known() -> list[bool]:
        with _connected(Transport()) as connection:
            connection.data_received(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n1")
            found = [connection.has_come(), connection.has_room()]
            connection.data_received(b"2")
            connection.pause_writing()
            found += [connection.has_come(), connection.has_room()]
            connection.resume_writing()
            await asyncio.sleep(0)
            return [*found, connection.has_room()]

    assert asyncio.run(known()) == [False, True, True, False, True]


_LARGE_HEAD = b"GET / HTTP/1.1\r\n" + b"X-Some: more of it\r\n" * 5_000


@pytest.mark.parametrize(
    "pieces",
    [
        (_LARGE_HEAD + b"\r\n",),
        (_LARGE_HEAD[:60_000], _LARGE_HEAD[60_000:] + b"\r\n"),
        (_LARGE_HEAD,),
        (b"GET /" + bytes(70_000).replace(b"\0", b"a") + b" HTTP/1.1\r\n\r\n",),
    ],
    ids=["whole", "in two pieces", "without an end", "a path"],
)
def test_a_head_has_an_end_in_how_few_pieces_it_may_come(pieces: tuple[bytes, ...]) -> None:
    told = _told(*pieces)
    assert told.startswith(b"HTTP/1.1 431 ")
    assert told.count(b"the headers of a request may have 65536 bytes") == 1
