"""Functions of messages as methods: what they raise is a status, and what grpc raises is grpc's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from estimator.serving.grpc.methods import handler_of
from estimator.serving.grpc.patience import Patience


class _Details:
    """Of a call: which method it is for."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.invocation_metadata = ()


class _Context:
    """Of a call whose client is there."""

    def is_active(self) -> bool:
        return True


def _left() -> Iterator[bytes]:
    raise grpc.RpcError
    yield b""


@pytest.mark.parametrize(
    ("service", "method", "kind"),
    [
        ("serving.PredictionService", "Predict", "stream_unary"),
        ("inference.GRPCInferenceService", "ModelStreamInfer", "stream_stream"),
    ],
)
def test_a_client_that_leaves_before_its_message_is_no_error_of_ours(
    caplog: pytest.LogCaptureFixture, service: str, method: str, kind: str
) -> None:
    functions = {method: lambda request, is_wanted: iter(request)}
    handler = handler_of(service, functions, Patience(1.0))
    full_name = "tensorflow." * service.startswith("serving") + f"{service}/{method}"
    answering: Any = getattr(handler.service(_Details(f"/{full_name}")), kind)  # type: ignore[arg-type]
    with pytest.raises(grpc.RpcError):
        list(answering(_left(), _Context()))
    assert not caplog.records
