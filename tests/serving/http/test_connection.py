"""A connection sends an answer in one packet at once, and waits for no request for ever."""

from __future__ import annotations

import asyncio
import http.client
import socket
from typing import Any

from estimator.serving.http.connection import _Gathering
from tests.serving.grpc.served import service_of_half_plus_two
from tests.serving.http.served import serving


class Transport:
    """Keeps what is written, each time apart."""

    def __init__(self) -> None:
        self.written = list[bytes]()
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def get_extra_info(self, name: str) -> str:
        return name


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
        assert gathering.get_extra_info("name") == "name"
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
