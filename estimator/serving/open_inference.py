"""What the Open Inference Protocol means, in JSON as in gRPC: versions and signatures, the state of models.

A request is for the signature ``serving_default``, unless its parameter ``signature_name`` says another: the protocol
itself knows no signatures. A version that is no number is a label.

Source
------
github.com/kserve/open-inference-protocol; the extensions for binary tensors and the index of models as Triton has them
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from estimator.core.errors import InvalidArgumentError, UnimplementedError
from estimator.core.shown import shorten
from estimator.core.version import VERSION
from estimator.pipeline.specs import TensorSpec
from estimator.serving.models import ModelSpec, State, VersionStatus
from estimator.serving.raw_tensors import datatype_of
from estimator.serving.service import Service

SERVER: dict[str, Any] = {
    "name": "numpy-estimator",
    "version": VERSION,
    "extensions": ["binary_tensor_data", "model_repository"],
}
PLATFORM = "numpy_estimator"
SIGNATURE_NAME = "signature_name"  # a parameter of requests

_STATES = {State.AVAILABLE: "READY", State.LOADING: "LOADING", State.UNLOADING: "UNLOADING"}
# parameters that mean something here and there, and would be missed if they were passed over
_REFUSED = ("classification", "shared_memory_region", "sequence_id", "sequence_start", "sequence_end")


def spec_of(name: str, version: str, signature_name: Any = "") -> ModelSpec:
    """Which model a request is for; a version that is no number is a label.

    Raises
    ------
    InvalidArgumentError
        If the signature's name is no text.
    """
    if not isinstance(signature_name, str):
        raise InvalidArgumentError(
            f"the parameter {SIGNATURE_NAME!r} must be a string, given: {shorten(signature_name)}."
        )
    if re.fullmatch("[0-9]{1,19}", version):
        return ModelSpec(name, int(version), None, signature_name)
    return ModelSpec(name, None, version or None, signature_name)


def check_parameters(parameters: Iterable[str], what: str) -> None:
    """Refuse parameters that ask for what there is not; others, which nobody here knows, are passed over.

    Raises
    ------
    UnimplementedError
        If there are some.
    """
    refused = [name for name in _REFUSED if name in parameters]
    if refused:
        raise UnimplementedError(f"{what}: the parameters {', '.join(refused)} are not offered here.")


def metadata_of(service: Service, name: str, version: str) -> dict[str, Any]:
    """What a model takes and gives, under the names that both forms of the protocol have.

    Raises
    ------
    OpError
        If there is no such model, version or signature.
    """
    asked = spec_of(name, version)
    with service.models.acquire(name, asked.version, asked.label) as servable:
        signature = servable.signature("")
    return {
        "name": name,
        "versions": [str(status.version) for status in _available(service, name)],
        "platform": PLATFORM,
        "inputs": _heads(signature.inputs),
        "outputs": _heads(signature.outputs),
    }


def _heads(specs: Mapping[str, TensorSpec]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "datatype": datatype_of(name, spec.dtype),
            "shape": [-1] if spec.dims is None else [-1 if size is None else size for size in spec.dims],
        }
        for name, spec in specs.items()
    ]


def _available(service: Service, name: str) -> list[VersionStatus]:
    return [status for status in service.models.status(name) if status.state is State.AVAILABLE]


def is_ready(service: Service, name: str, version: str) -> bool:
    """Whether a model, or a version of it, is served.

    Raises
    ------
    NotFoundError
        If there is none of the name.
    """
    if not version:
        return service.models.is_ready(name)
    asked = spec_of(name, version)
    found = service.models.status(name, asked.version, asked.label)
    return any(status.state is State.AVAILABLE for status in found)


def index_of(service: Service) -> list[dict[str, str]]:
    """Every version of every model: its state, and why it is not ready."""
    return [
        {
            "name": name,
            "version": str(status.version),
            "state": _STATES.get(status.state, "UNAVAILABLE"),
            "reason": status.error_message,
        }
        for name in service.models.names()
        for status in service.models.status(name)
    ]
