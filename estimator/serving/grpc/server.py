"""A gRPC server of a service: which services it offers, its limits, TLS, and its end.

Every call has a thread from when it begins. There are as many as run or wait at the gate, and some more, so that who
asks for its health is answered when all others are busy.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

from estimator.core.errors import UnavailableError
from estimator.core.extras import from_extra
from estimator.core.tracebacks import cause_of
from estimator.formats import messages
from estimator.serving.endpoint import Address, Tls, listening
from estimator.serving.grpc import health as own_health
from estimator.serving.grpc import reflection
from estimator.serving.grpc.methods import handler_of
from estimator.serving.grpc.patience import Patience
from estimator.serving.limits import Limits
from estimator.serving.service import Service

with from_extra("serve", "serving over gRPC needs"):
    import grpc
    from grpc_health.v1 import health
    from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server

# a service, as formats has it, and the module of its methods
SERVICES = {
    "serving.PredictionService": "estimator.serving.grpc.prediction",
    "serving.ModelService": "estimator.serving.grpc.model_status",
    "inference.GRPCInferenceService": "estimator.serving.grpc.inference",
}

_MORE_THREADS = 8  # for what does not go through the gate


class GrpcEndpoint:
    """A gRPC server that listens.

    Parameters
    ----------
    server : grpc.Server
    port : int
    health_servicer : HealthServicer
    patience : Patience
    """

    def __init__(self, server: Any, port: int, health_servicer: Any, patience: Patience) -> None:
        self._server = server
        self._health = health_servicer
        self._patience = patience
        self.port = port

    def stop(self, grace_secs: float) -> None:
        """Take no more calls; those in flight end as they would, after so many seconds they are cut."""
        self._health.enter_graceful_shutdown()
        self._server.stop(grace_secs).wait()
        self._patience.stop()


def start(service: Service, address: Address) -> GrpcEndpoint:
    """A server that listens at that address and answers.

    Raises
    ------
    UnavailableError
        If it cannot listen there.
    OpError
        If a file of certificates cannot be read, or is none.
    """
    if address.tls is not None:
        address.tls.check()
    limits = service.limits
    patience = Patience(limits.idle_secs)
    threads = limits.running + limits.queue + _MORE_THREADS
    server = grpc.server(
        ThreadPoolExecutor(threads, thread_name_prefix="grpc"),
        options=_options(limits),
        maximum_concurrent_rpcs=2 * threads,
    )
    names = []
    for name, module in SERVICES.items():
        names.append(messages.methods(name)[0])
        functions = import_module(module).methods(service)
        server.add_generic_rpc_handlers([handler_of(name, functions, patience)])
    servicer = own_health.servicer_of(service.models, names)
    add_HealthServicer_to_server(servicer, server)
    server.add_generic_rpc_handlers(reflection.handlers([*names, health.SERVICE_NAME], patience))
    port = _listen(server, address)
    server.start()
    patience.start()
    return GrpcEndpoint(server, port, servicer, patience)


def _options(limits: Limits) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", limits.max_message_bytes),
        ("grpc.max_send_message_length", -1),
        ("grpc.server_handshake_timeout_ms", int(limits.idle_secs * 1000)),
        ("grpc.so_reuseport", 0),  # or two servers would share a port, and nobody were told
    ]


def _listen(server: Any, address: Address) -> int:
    listening(address, "grpc").close()  # says why it cannot be, where grpc writes a line of its own to stderr
    where = address.at(address.port)
    try:
        if address.tls is None:
            return int(server.add_insecure_port(where))
        return int(server.add_secure_port(where, _credentials(address.tls)))
    except RuntimeError as error:
        raise UnavailableError(f"cannot listen at {where} for grpc.") from cause_of(error)


def _credentials(tls: Tls) -> Any:
    pair = (Path(tls.key).read_bytes(), Path(tls.certificate).read_bytes())
    clients = None if tls.clients is None else Path(tls.clients).read_bytes()
    return grpc.ssl_server_credentials([pair], clients, require_client_auth=clients is not None)
