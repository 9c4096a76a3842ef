"""An HTTP server of a service: uvicorn in a thread, its settings, TLS, and its end."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

from estimator.core.extras import from_extra
from estimator.serving.endpoint import Address, Tls, listening
from estimator.serving.http.application import Application, Route
from estimator.serving.http.asgi import AsgiApplication
from estimator.serving.http.connection import Connection, State
from estimator.serving.http.exchange import Request, Response
from estimator.serving.http.inference import OpenInference
from estimator.serving.http.tf_serving import TfServing
from estimator.serving.metrics import CONTENT_TYPE, Metrics
from estimator.serving.service import Service

with from_extra("serve", "serving over HTTP needs"):
    import uvicorn
    from uvicorn import Config

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
}


class Server(uvicorn.Server):
    """A server of uvicorn's that answers, when it stops, also those who wait to be let in."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.server_state: State = State()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let nobody in any more, and end when all who are in are answered, or the grace is over."""
        self.server_state.is_stopping = True
        let_in = [connection for listening in sockets or () for connection in _waiting(listening)]
        for server in self.servers:
            server.close()
        loop = asyncio.get_running_loop()
        letting_in = asyncio.gather(
            *(loop.connect_accepted_socket(self._protocol, one, ssl=self.config.ssl) for one in let_in),
            return_exceptions=True,
        )
        await super().shutdown(sockets)
        letting_in.cancel()  # those who do not shake hands

    def _protocol(self) -> Connection:
        return Connection(self.config, self.server_state, {})


def _waiting(listening: socket.socket) -> Iterator[socket.socket]:
    """The connections that are made and not accepted yet, which would be cut with what they have asked."""
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:  # there is none
            return
        connection.setblocking(False)
        yield connection


class HttpEndpoint:
    """An HTTP server that listens.

    Parameters
    ----------
    server : Server
    listening : socket
    asgi : AsgiApplication
    """

    def __init__(self, server: Server, listening: socket.socket, asgi: AsgiApplication) -> None:
        self.port: int = listening.getsockname()[1]
        self._server = server
        self._asgi = asgi
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
        self._asgi.close()


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
    asgi = AsgiApplication(Application(service, routes), metrics.count_response)
    options = _OPTIONS | {"timeout_keep_alive": service.limits.idle_secs} | _tls_options(address.tls)
    config = Config(asgi, http=Connection, **options)
    config.load()
    return HttpEndpoint(Server(config), listening(address, "http"), asgi)


def _metrics(metrics: Metrics, request: Request) -> Response:
    return Response(body=metrics.text().encode(), content_type=CONTENT_TYPE)


def _tls_options(tls: Tls | None) -> dict[str, Any]:
    if tls is None:
        return {}
    tls.check()
    options = {"ssl_certfile": tls.certificate, "ssl_keyfile": tls.key}
    if tls.clients is None:
        return options
    return options | {"ssl_ca_certs": tls.clients, "ssl_cert_reqs": ssl.CERT_REQUIRED}
