"""An HTTP server in this process, and connections to it."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from estimator.serving.endpoint import Address
from estimator.serving.http import server
from estimator.serving.http.server import HttpEndpoint
from estimator.serving.service import Service


@contextmanager
def serving(service: Service) -> Iterator[HttpEndpoint]:
    """A server of the service, for the time of the block."""
    endpoint = server.start(service, Address())
    try:
        yield endpoint
    finally:
        endpoint.stop(0)
        service.models.close()


def asked(
    port: int, path: str, body: Any = None, method: str = "", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (in small letters) and body of an answer; a body that is no bytes is sent as JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method or ("GET" if data is None else "POST"), path, data, headers)
    response = connection.getresponse()
    found = {name.lower(): value for name, value in response.getheaders()}
    content = response.read()
    connection.close()
    return response.status, found, content


def raw_connection(port: int, sent: bytes = b"") -> socket.socket:
    """A connection by which these bytes were sent."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(sent)
    return connection


def read_answer(connection: socket.socket) -> bytes:
    """The next answer, whose headers and body may be packets of their own."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    (length,) = (int(line[16:]) for line in head.splitlines() if line.startswith(b"content-length: "))
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def read_to_end(connection: socket.socket) -> bytes:
    """What comes until the server closes the connection."""
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))
