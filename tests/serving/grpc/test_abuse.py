"""Whatever bytes come, each call ends with a status, nothing crashes, and the log has no traceback."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import grpc
import numpy as np
import pytest

from estimator.formats import messages
from estimator.formats.tensors import array_to_proto
from tests.serving.grpc.served import Client, service_of_half_plus_two, serving

_FORESEEN = (
    grpc.StatusCode.OK,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.UNIMPLEMENTED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
)
SERVICES = ("serving.PredictionService", "serving.ModelService")


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with serving(service_of_half_plus_two(3, max_message_bytes=1 << 16)) as client:
        yield client


def _valid(rng: random.Random) -> dict[str, bytes]:
    """A request for each method that would be answered."""
    spec: dict[str, Any] = {"name": "half", "signature_name": rng.choice(["", "text", "classify", "regress"])}
    example = {"features": {"feature": {"x": {"float_list": {"value": [rng.random()]}}}}}
    given = {"example_list": {"examples": [example] * rng.randrange(3)}}
    inputs = {
        "x": array_to_proto(np.ones(rng.randrange(4), np.float32)),
        "words": array_to_proto(np.full((2, 2), b"\xff", object)),
    }
    fields: dict[str, dict[str, Any]] = {
        "Predict": {
            "model_spec": spec,
            "inputs": {key: inputs[key] for key in rng.sample(sorted(inputs), 1)},
        },
        "Classify": {"model_spec": spec, "input": given},
        "Regress": {"model_spec": spec, "input": given},
        "MultiInference": {
            "tasks": [{"model_spec": spec, "method_name": "tensorflow/serving/classify"}],
            "input": given,
        },
        "GetModelMetadata": {"model_spec": spec, "metadata_field": ["signature_def"]},
        "GetModelStatus": {"model_spec": spec},
        "HandleReloadConfigRequest": {},
    }
    return {
        f"/{full_name}/{method.name}": method.request(**fields[method.name]).SerializeToString()
        for full_name, methods in map(messages.methods, SERVICES)
        for method in methods
    }


def _mutated(data: bytes, rng: random.Random) -> bytes:
    """The bytes with some flipped, cut, doubled or put in."""
    octets = bytearray(data)
    for _ in range(rng.randrange(4)):
        place = rng.randrange(len(octets) + 1)
        match rng.randrange(4):
            case 0:
                octets[place : place + 1] = bytes([rng.randrange(256)])
            case 1:
                del octets[place : place + rng.randrange(8)]
            case 2:
                octets[place:place] = octets[place : place + rng.randrange(16)]
            case 3:
                octets[place:place] = rng.choice([b"\xff" * 9 + b"\x01", b"\x00", b"\x80", rng.randbytes(4)])
    return bytes(octets)


def _status(client: Client, path: str, data: bytes) -> grpc.StatusCode:
    try:
        client.channel.unary_unary(path)(data, timeout=10)
    except grpc.RpcError as error:
        code: grpc.StatusCode = error.code()
        return code
    return grpc.StatusCode.OK


def test_requests_with_mistakes_are_answered_or_refused(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    rng, seen = random.Random(0), set()
    for _ in range(60):
        for path, data in _valid(rng).items():
            mutated = _mutated(data, rng)
            status = _status(client, path, mutated)
            assert status in _FORESEEN, (status, path, mutated)
            seen.add(status)
    assert len(seen) >= 4
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "sizes",
    [[0, 1 << 62], [1 << 62, 0], [1 << 63 - 1], [1] * 65, [0] * 3, [2, 1 << 61], [-2], [1 << 32, 1 << 32]],
    ids=str,
)
@pytest.mark.parametrize("dtype", [1, 7], ids=["float", "string"])
def test_shapes_that_no_array_has_are_refused(
    client: Client, caplog: pytest.LogCaptureFixture, sizes: list[int], dtype: int
) -> None:
    request = messages.get("serving.PredictRequest")(model_spec={"name": "half"})
    tensor = request.inputs["x"]
    tensor.dtype = dtype
    for size in sizes:
        tensor.tensor_shape.dim.add(size=size)
    path = "/tensorflow.serving.PredictionService/Predict"
    assert _status(client, path, request.SerializeToString()) is grpc.StatusCode.INVALID_ARGUMENT
    assert "Traceback" not in caplog.text


def test_messages_far_too_deep_are_refused(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    depth = b""
    for _ in range(3000):  # a variant within a tensor within a variant
        depth = (
            b"\x7a"
            + _varint(len(b"\x1a" + _varint(len(depth)) + depth))
            + b"\x1a"
            + _varint(len(depth))
            + depth
        )
    request = b"\x12" + _varint(len(depth) + 6) + b"\x0a\x01x\x12" + _varint(len(depth)) + depth
    status = _status(client, "/tensorflow.serving.PredictionService/Predict", request)
    assert status in _FORESEEN
    assert "Traceback" not in caplog.text


def _varint(number: int) -> bytes:
    octets = bytearray()
    while number >= 0x80:
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*octets, number])
