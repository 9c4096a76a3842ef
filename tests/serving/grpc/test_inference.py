"""inference.GRPCInferenceService: tensors raw or in the field of their type, answers always raw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import numpy as np
import pytest

from estimator.formats import messages
from tests.serving.grpc.served import Client, service_of_half_plus_two, serving

SERVICE = "inference.GRPCInferenceService"
X = {"name": "x", "datatype": "FP32", "shape": [2]}
RAW = np.array([2, 4], "<f4").tobytes()
WORDS = {"name": "words", "datatype": "BYTES", "shape": [1, 2]}
TEXT = {"signature_name": {"string_param": "text"}}


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with serving(service_of_half_plus_two()) as client:
        yield client


def _infer(client: Client, *inputs: dict[str, Any], **fields: Any) -> Any:
    return client(SERVICE, "ModelInfer", model_name="half", inputs=inputs, **fields)


@pytest.mark.parametrize(
    ("tensor", "raw"), [(X, [RAW]), ({**X, "contents": {"fp32_contents": [2, 4]}}, [])], ids=["raw", "contents"]
)  # fmt: skip
def test_a_tensor_comes_raw_or_in_its_field(client: Client, tensor: dict[str, Any], raw: list[bytes]) -> None:
    response = _infer(client, tensor, raw_input_contents=raw, id="a7")
    assert (response.model_name, response.model_version, response.id) == ("half", "3", "a7")
    assert [(output.name, output.datatype, list(output.shape)) for output in response.outputs] == [
        ("y", "FP32", [2]),
        ("negative", "FP32", [2]),
    ]
    assert np.frombuffer(response.raw_output_contents[0], "<f4").tolist() == [3.0, 4.0]
    assert not response.outputs[0].HasField("contents")


def test_strings_keep_their_bytes(client: Client) -> None:
    tensor = {**WORDS, "contents": {"bytes_contents": [b"\xff", b"b"]}}
    response = _infer(client, tensor, parameters=TEXT, outputs=[{"name": "words"}])
    assert list(response.raw_output_contents) == [b"\1\0\0\0\xff\1\0\0\0b"]


@pytest.mark.parametrize(
    ("tensors", "fields", "code", "said"),
    [
        ([X, X], {"raw_input_contents": [RAW, RAW]}, "INVALID_ARGUMENT", "an input stands twice"),
        ([X], {"raw_input_contents": [RAW, RAW]}, "INVALID_ARGUMENT", "1 inputs have 2 raw_input_contents"),
        ([X], {"raw_input_contents": [RAW[:7]]}, "INVALID_ARGUMENT", "7 bytes are given"),
        ([X], {}, "INVALID_ARGUMENT", "needs 2 values in fp32_contents, given: 0 values"),
        ([{**X, "contents": {"int_contents": [2, 4]}}], {}, "INVALID_ARGUMENT", "given: values in int_contents"),
        ([{**X, "datatype": "INT8", "contents": {"int_contents": [2, 400]}}], {}, "INVALID_ARGUMENT", "[2, 400] are not all INT8"),
        ([{**X, "datatype": "FP16", "contents": {"fp32_contents": [2, 4]}}], {}, "INVALID_ARGUMENT", "FP16 has no 'contents'"),
        ([{**X, "shape": [-2]}], {"raw_input_contents": [RAW]}, "INVALID_ARGUMENT", "[-2] is no shape"),
        ([X], {"raw_input_contents": [RAW], "model_version": "9"}, "NOT_FOUND", "no version 9"),
        ([X], {"raw_input_contents": [RAW], "parameters": {"sequence_id": {"int64_param": 1}}}, "UNIMPLEMENTED", "sequence_id"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_answered_with_what_would(
    client: Client, tensors: list[dict[str, Any]], fields: dict[str, Any], code: str, said: str
) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        _infer(client, *tensors, **fields)
    assert (caught.value.code().name, said in caught.value.details()) == (code, True), caught.value.details()


def test_a_stream_goes_on_after_an_error(client: Client) -> None:
    full_name, methods = messages.methods(SERVICE)
    (method,) = (one for one in methods if one.name == "ModelStreamInfer")
    call = client.channel.stream_stream(
        f"/{full_name}/ModelStreamInfer", method.request.SerializeToString, method.answer.FromString
    )
    requests = [
        method.request(model_name=name, inputs=[X], raw_input_contents=[RAW]) for name in ("haf", "half")
    ]
    first, second = call(iter(requests), timeout=5.0)
    assert "there is no model 'haf'" in first.error_message
    assert np.frombuffer(second.infer_response.raw_output_contents[0], "<f4").tolist() == [3.0, 4.0]


def test_the_server_and_its_models_tell_of_themselves(client: Client) -> None:
    assert client(SERVICE, "ServerLive").live
    assert client(SERVICE, "ServerReady").ready
    assert client(SERVICE, "ServerMetadata").name == "numpy-estimator"
    assert client(SERVICE, "ModelReady", name="half", version="3").ready
    for name, version in (("half", "99"), ("half", "canary"), ("haf", "")):
        assert not client(SERVICE, "ModelReady", name=name, version=version).ready
    metadata = client(SERVICE, "ModelMetadata", name="half")
    assert [(tensor.name, tensor.datatype, list(tensor.shape)) for tensor in metadata.inputs] == [
        ("x", "FP32", [-1])
    ]
    (model,) = client(SERVICE, "RepositoryIndex", ready=True).models
    assert (model.name, model.version, model.state) == ("half", "3", "READY")
