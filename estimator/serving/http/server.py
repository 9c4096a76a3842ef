"""An HTTP server of a service: uvicorn in a thread, its settings, TLS, and its end."""

from __future__ import annotations

import socket
import ssl
import threading
from functools import partial
from typing import Any

from uvicorn import Config, Server

from estimator.serving.endpoint import Address, Tls, listening
from estimator.serving.http.application import Application, Route
from estimator.serving.http.asgi import AsgiApplication
from estimator.serving.http.connection import Connection
from estimator.serving.http.exchange import Request, Response
from estimator.serving.http.inference import OpenInference
from estimator.serving.http.tf_serving import TfServing
from estimator.serving.metrics import CONTENT_TYPE, Metrics
from estimator.serving.service import Service

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


class HttpEndpoint:
    """An HTTP server that listens.

    Parameters
    ----------
    server : uvicorn.Server
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
