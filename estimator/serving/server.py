"""A server: models that follow their sources, and what answers for them over gRPC and HTTP.

::

    server = Server([Checkpoints("iris", "models/iris")])
    server.load()
    ports = server.start({"grpc": Address(port=8500), "http": Address(port=8501)})
    server.stop()
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from ipaddress import ip_address

from estimator.core.errors import FailedPreconditionError, raise_problems
from estimator.core.log import logger
from estimator.core.registry import shortened
from estimator.serving.endpoint import Address, Endpoint
from estimator.serving.following import Follower
from estimator.serving.limits import Limits
from estimator.serving.models import Models
from estimator.serving.service import Service
from estimator.serving.sources.source import Source

# a protocol and the module whose function `start` listens for it
PROTOCOLS = {
    "grpc": "estimator.serving.grpc.server",
    "http": "estimator.serving.http.server",
}


class Server:
    """Models and the protocols in which they are asked.

    Parameters
    ----------
    sources : sequence of Source
        One for each model.
    limits : Limits, optional
    interval_secs : float
        How often it looks for new versions.
    is_batching : bool
        Whether requests that ask the same at the same time are answered by one run.

    Attributes
    ----------
    service : Service
    """

    def __init__(
        self,
        sources: Sequence[Source],
        limits: Limits | None = None,
        interval_secs: float = 1.0,
        is_batching: bool = False,
    ) -> None:
        models = Models()
        self.service = Service(models, limits, is_batching)
        self._sources = list(sources)
        self._follower = Follower(models, sources, interval_secs)
        self._endpoints: list[Endpoint] = []
        self._is_stopped = False

    def load(self) -> None:
        """Load what there is. A model that has nothing yet is waited for.

        Raises
        ------
        ValueError
            If what there is of a model cannot be served, for all such models at once.
        """
        self._follower.look()
        models = self.service.models
        problems = [
            f"{status.error_message} (model {source.name!r} version {status.version} in {source.place!r})"
            for source in self._sources
            if not models.is_ready(source.name)
            for status in models.status(source.name)[:1]
        ]
        raise_problems("cannot serve", problems)
        for source in self._sources:
            if not models.is_ready(source.name):
                logger.warning(
                    "model %r: nothing to serve in %r yet; waiting for it.", source.name, source.place
                )

    def start(self, addresses: Mapping[str, Address]) -> dict[str, int]:
        """Answer at these addresses, and follow the sources from now on.

        Parameters
        ----------
        addresses : mapping of str to Address
            By protocol: ``"grpc"``, ``"http"``.

        Returns
        -------
        dict of str to int
            The port of each protocol.

        Raises
        ------
        UsageError
            If there is no such protocol.
        FailedPreconditionError
            If it was stopped.
        OpError
            If it cannot listen at one of them; then it listens at none, and may be started at others.
        ImportError
            If a package is missing that a protocol needs.
        """
        if self._is_stopped:
            raise FailedPreconditionError(
                "a server that was stopped has let its models go: make another one."
            )
        raise_problems(
            "Server.start",
            [
                f"there is no protocol {protocol!r}, only {shortened(PROTOCOLS)}."
                for protocol in addresses
                if protocol not in PROTOCOLS
            ],
        )
        ports = {}
        try:
            for protocol, address in addresses.items():
                endpoint: Endpoint = import_module(PROTOCOLS[protocol]).start(self.service, address)
                self._endpoints.append(endpoint)
                ports[protocol] = endpoint.port
                _warn_if_open(protocol, address)
        except BaseException:
            self._end_together([endpoint.stop for endpoint in self._endpoints])
            self._endpoints.clear()
            raise
        self._follower.start()
        return ports

    def stop(self) -> None:
        """Take no more requests, answer those in flight as far as the limits give them time, and let the models go."""
        self._is_stopped = True
        self._end_together([self._follower.stop, *(endpoint.stop for endpoint in self._endpoints)])
        self.service.gate.close()  # not before: what was asked in time is answered
        self._endpoints.clear()
        self.service.models.close()

    def _end_together(self, stops: Sequence[Callable[[float], None]]) -> None:
        grace_secs = self.service.limits.grace_secs
        stopping = [threading.Thread(target=stop, args=(grace_secs,), name="stopping") for stop in stops]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join()


def _warn_if_open(protocol: str, address: Address) -> None:
    if address.tls is None and not _is_loopback(address.host):
        logger.warning(
            "%s at %s is open to the network, in the clear, to everybody: --tls_certificate and --tls_key encrypt "
            "it, --tls_clients asks for certificates of clients.",
            protocol,
            address.at(address.port),
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
