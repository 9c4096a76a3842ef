"""grpc.health.v1: each model is a service there by its name, '' stands for all of them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from estimator.core.extras import from_extra
from estimator.serving.models import Models

with from_extra("serve", "serving over gRPC needs"):
    from grpc_health.v1 import health, health_pb2


def servicer_of(models: Models, services: Iterable[str]) -> Any:
    """What answers Check and Watch, and follows the models from now on.

    Parameters
    ----------
    models : Models
    services : iterable of str
        Full names of what else is asked about: it serves if all models do.
    """
    servicer = health.HealthServicer()
    of_all = ("", *services)

    asking = threading.Lock()  # or what was true before would be set after what is true now

    def follow(name: str) -> None:
        with asking:
            servicer.set(name, _status(models.is_ready(name)))
            for service in of_all:
                servicer.set(service, _status(models.is_ready()))

    models.listeners.append(follow)
    for service in of_all:
        servicer.set(service, _status(models.is_ready()))
    for name in models.names():
        follow(name)
    return servicer


def _status(is_ready: bool) -> Any:
    statuses = health_pb2.HealthCheckResponse
    return statuses.SERVING if is_ready else statuses.NOT_SERVING
