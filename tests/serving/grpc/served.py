"""A gRPC server in this process, and a client of it that needs no generated code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc

from estimator.formats import messages
from estimator.serving.endpoint import Address
from estimator.serving.grpc import server
from estimator.serving.limits import Limits
from estimator.serving.models import Models
from estimator.serving.service import Service
from tests.serving.half_plus_two import half_plus_two


def service_of_half_plus_two(version: int = 3, **limits: Any) -> Service:
    """A service with one model, ``half``."""
    models = Models()
    models.add("half", {"stable": version})
    models.serve("half", [half_plus_two(version)])
    return Service(models, Limits(**limits))


class Client:
    """Calls methods by their names with the fields of their requests."""

    def __init__(self, port: int) -> None:
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")

    def __call__(self, service: str, method: str, timeout: float = 5.0, **fields: Any) -> Any:
        """The answer of a method, called with a message of these fields."""
        full_name, methods = messages.methods(service)
        (found,) = (one for one in methods if one.name == method)
        call = self.channel.unary_unary(
            f"/{full_name}/{method}", found.request.SerializeToString, found.answer.FromString
        )
        return call(found.request(**fields), timeout=timeout)


@contextmanager
def serving(service: Service) -> Iterator[Client]:
    """A client of a server of the service, for the time of the block."""
    endpoint = server.start(service, Address())
    client = Client(endpoint.port)
    try:
        yield client
    finally:
        client.channel.close()
        endpoint.stop(0)
        service.models.close()
