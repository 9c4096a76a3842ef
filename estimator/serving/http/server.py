"""An HTTP server of a service: uvicorn in a thread, with limits on what it leaves open.

uvicorn closes connections that are idle between requests. It waits for ever for a request that never begins, or whose
headers never end; :class:`_Connection` does not.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from functools import partial
from typing import Any

from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from estimator.core.errors import UnavailableError
from estimator.core.tracebacks import cause_of
from estimator.serving.endpoint import Address, Tls
from estimator.serving.http.application import Application, Route
from estimator.serving.http.asgi import CONNECTION, Door
from estimator.serving.http.exchange import Request, Response
from estimator.serving.http.inference import OpenInference
from estimator.serving.http.tf_serving import TfServing
from estimator.serving.metrics import CONTENT_TYPE, Metrics
from estimator.serving.service import Service

_MOST_CONNECTIONS = 500  # of which each is a file of the process; requests by more are answered 503
_MOST_HEAD_BYTES = 64 << 10
_OPTIONS: dict[str, Any] = {
    "loop": "asyncio",
    "ws": "none",
    "interface": "asgi3",
    "lifespan": "off",
    "log_config": None,
    "log_level": "critical",  # what goes wrong is told by our own log
    "access_log": False,
    "proxy_headers": False,  # nobody's word for who they are
    "server_header": False,
    "limit_concurrency": _MOST_CONNECTIONS,
}


class HttpEndpoint:
    """An HTTP server that listens.

    Parameters
    ----------
    server : uvicorn.Server
    listening : socket
    door : Door
    """

    def __init__(self, server: Server, listening: socket.socket, door: Door) -> None:
        self.port: int = listening.getsockname()[1]
        self._server = server
        self._door = door
        self._thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listening]}, name="http", daemon=True
        )
        self._thread.start()

    def stop(self, grace_secs: float) -> None:
        """Take no more requests; those in flight end as they would, after so many seconds they are cut."""
        config: Any = self._server.config
        config.timeout_graceful_shutdown = grace_secs  # a float, whatever its declaration says
        self._server.should_exit = True
        self._thread.join()
        self._door.close()


def start(service: Service, address: Address) -> HttpEndpoint:
    """A server that listens at that address and answers.

    Raises
    ------
    UnavailableError
        If it cannot listen there.
    OpError
        If a file of certificates cannot be read, or is none.
    """
    metrics = Metrics(service)
    routes = [
        *TfServing(service).routes(),
        *OpenInference(service).routes(),
        Route("GET", "/metrics|/monitoring/prometheus/metrics", partial(_metrics, metrics)),
    ]
    door = Door(Application(service, routes), metrics.count_response)
    options = _OPTIONS | {"timeout_keep_alive": service.limits.idle_secs} | _tls_options(address.tls)
    config = Config(door, http=_Connection, **options)
    config.load()
    return HttpEndpoint(Server(config), _listen(address), door)


def _metrics(metrics: Metrics, request: Request) -> Response:
    return Response(body=metrics.text().encode(), content_type=CONTENT_TYPE)


def _listen(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family)
    except OSError as error:
        raise UnavailableError(
            f"cannot listen at {address.host}:{address.port} for HTTP: {error.strerror or error}. --http_port=0 takes "
            "a port that is free."
        ) from cause_of(error)


def _tls_options(tls: Tls | None) -> dict[str, Any]:
    if tls is None:
        return {}
    tls.check()
    options = {"ssl_certfile": tls.certificate, "ssl_keyfile": tls.key}
    if tls.clients is None:
        return options
    return options | {"ssl_ca_certs": tls.clients, "ssl_cert_reqs": ssl.CERT_REQUIRED}


class _Connection(HttpToolsProtocol):
    """A connection whose requests must begin, and their headers end, within some seconds and some bytes."""

    def connection_made(self, transport: Any) -> None:
        """Wait for the first request."""
        super().connection_made(transport)
        # asyncio does it for sockets that say they are of TCP, which one of socket.create_server does not; without it
        # a body waits 40 ms for the client to acknowledge the headers
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._begin_head()

    def data_received(self, data: bytes) -> None:
        """Take some bytes: of the head of a request, if none is being read or answered."""
        if self._head_timer is None and (self.cycle is None or self.cycle.response_complete):
            self._begin_head()
        super().data_received(data)
        if self._head_timer is not None:
            self._head_bytes += len(data)
            if self._head_bytes > _MOST_HEAD_BYTES:
                self.send_400_response(f"the headers of a request may have {_MOST_HEAD_BYTES} bytes.")

    def on_message_begin(self) -> None:
        """Tell the application by which connection a request comes."""
        super().on_message_begin()
        extensions: dict[str, Any] = {CONNECTION: self}
        self.scope["extensions"] = extensions

    def on_headers_complete(self) -> None:
        """Wait no more for headers."""
        self._end_head()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._end_head()
        super().connection_lost(exc)

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that is idle, even if its last answer was not read to its end."""
        self.abort()

    def is_open(self) -> bool:
        """Whether the client is still there."""
        return not self.transport.is_closing()

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
