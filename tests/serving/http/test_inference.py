"""The Open Inference Protocol over HTTP: JSON and raw tensors, either way; and what it tells of models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import DATA_LOSS
from estimator.serving.http.application import Application
from estimator.serving.http.exchange import Request, Response
from estimator.serving.http.inference import OpenInference
from estimator.serving.models import State, VersionStatus
from estimator.serving.service import Service
from tests.serving.grpc.served import service_of_half_plus_two

INFER = "/v2/models/half/infer"
HEADER = "inference-header-content-length"
TEXT = {"signature_name": "text"}


@pytest.fixture
def service() -> Iterator[Service]:
    service = service_of_half_plus_two()
    yield service
    service.models.close()


@pytest.fixture
def application(service: Service) -> Application:
    return Application(service, OpenInference(service).routes())


def _x(data: Any = (2, 4.0), **fields: Any) -> dict[str, Any]:
    return {"name": "x", "shape": [2], "datatype": "FP32", "data": data, **fields}


def _post(application: Application, body: Any, raw: bytes = b"", path: str = INFER) -> Response:
    text = json.dumps(body).encode()
    headers = {HEADER: str(len(text))} if raw else {}
    return application.answer(Request("POST", path, headers, text + raw))


def _get(application: Application, path: str) -> tuple[int, Any]:
    response = application.answer(Request("GET", path, {}))
    return response.status, json.loads(response.body)


def _floats(*values: float) -> bytes:
    return np.array(values, "<f4").tobytes()


def test_json_is_answered_by_json(application: Application) -> None:
    response = _post(application, {"id": "a7", "inputs": [_x()]})
    assert json.loads(response.body) == {
        "model_name": "half",
        "model_version": "3",
        "id": "a7",
        "outputs": [
            {"name": "y", "datatype": "FP32", "shape": [2], "data": [3.0, 4.0]},
            {"name": "negative", "datatype": "FP32", "shape": [2], "data": [-3.0, -4.0]},
        ],
    }


def test_only_the_outputs_that_are_asked_for_are_given(application: Application) -> None:
    response = _post(application, {"inputs": [_x()], "outputs": [{"name": "negative"}]})
    assert [output["name"] for output in json.loads(response.body)["outputs"]] == ["negative"]


def test_raw_tensors_stand_behind_the_json(application: Application) -> None:
    raw = {"name": "x", "shape": [2], "datatype": "FP32", "parameters": {"binary_data_size": 8}}
    body = {"inputs": [raw], "parameters": {"binary_data_output": True}}
    response = _post(application, body, _floats(2, 4))
    length = int(response.headers["Inference-Header-Content-Length"])
    outputs = json.loads(response.body[:length])["outputs"]
    assert [output["parameters"] for output in outputs] == [{"binary_data_size": 8}] * 2
    assert response.body[length:] == _floats(3, 4, -3, -4)
    assert response.content_type == "application/octet-stream"


def test_each_output_is_given_as_it_is_asked_for(application: Application) -> None:
    outputs = [{"name": "y", "parameters": {"binary_data": False}}, {"name": "negative"}]
    response = _post(
        application, {"inputs": [_x()], "outputs": outputs, "parameters": {"binary_data_output": True}}
    )
    length = int(response.headers["Inference-Header-Content-Length"])
    y, negative = json.loads(response.body[:length])["outputs"]
    assert (y["data"], "data" in negative) == ([3.0, 4.0], False)
    assert response.body[length:] == _floats(-3, -4)


@pytest.mark.parametrize("data", [["a", "é", "", {"b64": "/w=="}], [["a", "é"], ["", {"b64": "/w=="}]]])
def test_strings_come_flat_or_in_lists(application: Application, data: list[Any]) -> None:
    words = {"name": "words", "shape": [2, 2], "datatype": "BYTES", "data": data}
    answer = json.loads(_post(application, {"inputs": [words], "parameters": TEXT}).body)
    assert answer["outputs"] == [
        {"name": "words", "datatype": "BYTES", "shape": [2, 2], "data": ["a", "é", "", {"b64": "/w=="}]}
    ]


def test_nothing_is_an_answer_to_nothing(application: Application) -> None:
    raw = {"name": "x", "shape": [0], "datatype": "FP32", "parameters": {"binary_data_size": 0}}
    response = _post(application, {"inputs": [raw], "parameters": {"binary_data_output": True}})
    assert json.loads(response.body)["outputs"][0]["parameters"] == {"binary_data_size": 0}


@pytest.mark.parametrize(
    ("body", "raw", "said"),
    [
        ({"input": [_x()]}, b"", "has a key 'input', which the protocol has not. Did you mean 'inputs'"),
        ({"inputs": _x()}, b"", "'inputs' must be a list"),
        ({"inputs": [3]}, b"", "must be an object with a 'name', given: 3"),
        ({"inputs": [_x(), _x()]}, b"", "'x' stands twice among 'inputs'"),
        ({"inputs": [_x(sahpe=[2])]}, b"", "Did you mean 'shape'"),
        ({"inputs": [{"name": "x", "datatype": "FP32", "data": [1]}]}, b"", "its shape must be a list, given: None"),
        ({"inputs": [_x(shape=[3])]}, b"", "its 'data' has 2 elements, its shape is [3]"),
        ({"inputs": [_x(shape=[1, 2])]}, b"", "must have the shape (?,), given: (1, 2)"),
        ({"inputs": [_x([[2], [4]])]}, b"", "its 'data' has the shape [2, 1], its shape is [2]"),
        ({"inputs": [_x("ab")]}, b"", "its 'data' must be a list, given: 'ab'"),
        ({"inputs": [_x([None, 1])]}, b"", "expected float32, given: None"),
        ({"inputs": [_x(datatype="FP23")]}, b"", "there is no datatype 'FP23'. Did you mean 'FP32'"),
        ({"inputs": [_x(datatype="INT32", data=[1, 2])]}, b"", "must be float32, given: int32"),
        ({"inputs": [_x(parameters=3)]}, b"", "the parameters of 'x' must be an object"),
        ({"inputs": [_x(parameters={"binary_data_size": 8})]}, _floats(2, 4), "either its 'data' or the parameter"),
        ({"inputs": [_x()]}, b"1234", "4 bytes behind the JSON belong to no input"),
        ({"inputs": [_x(), {"name": "z", "shape": [9], "datatype": "FP32", "parameters": {"binary_data_size": 36}}]}, b"1234", "4 bytes are left"),
        ({"inputs": [_x()], "outputs": [{"name": "z"}]}, b"", "there is no output 'z'"),
        ({"inputs": [_x()], "outputs": [{"name": "y", "parameters": {"binary_data": 1}}]}, b"", "'binary_data' of 'y' must be true or false"),
        ({"inputs": [_x()], "parameters": {"signature_name": 3}}, b"", "must be a string"),
        ({"inputs": [_x()], "id": 3}, b"", "'id' must be a string"),
        ({}, b"", "the input 'x' is missing"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_answered_with_what_would(
    application: Application, body: Any, raw: bytes, said: str
) -> None:
    response = _post(application, body, raw)
    assert (response.status, said in json.loads(response.body)["error"]) == (400, True), response.body


def test_what_there_is_not_is_refused(application: Application) -> None:
    outputs = [{"name": "y", "parameters": {"classification": 2}}]
    response = _post(application, {"inputs": [_x()], "outputs": outputs})
    assert response.status == 501
    assert "classification" in json.loads(response.body)["error"]


@pytest.mark.parametrize("length", ["x", "-1", "1000", "9" * 5000, "\u0662"])
def test_the_length_of_the_json_is_one(application: Application, length: str) -> None:
    response = application.answer(Request("POST", INFER, {HEADER: length}, b"{}"))
    assert response.status == 400
    assert "must be the length of the JSON, at most 2" in json.loads(response.body)["error"]


@pytest.mark.parametrize("version", ["9" * 5000, "\u0663"])
def test_a_version_that_no_model_can_have_is_not_there(application: Application, version: str) -> None:
    response = application.answer(Request("GET", f"/v2/models/half/versions/{version}", {}))
    assert (response.status, "no version label" in json.loads(response.body)["error"]) == (404, True)


def test_a_model_tells_what_it_takes(application: Application) -> None:
    floats = {"datatype": "FP32", "shape": [-1]}
    for path in ("/v2/models/half", "/v2/models/half/versions/3", "/v2/models/half/versions/stable"):
        status, metadata = _get(application, path)
        assert (status, metadata["versions"]) == (200, ["3"])
        assert metadata["inputs"] == [{"name": "x", **floats}]
        assert metadata["outputs"] == [{"name": "y", **floats}, {"name": "negative", **floats}]


def test_who_is_ready_says_so(application: Application, service: Service) -> None:
    assert _get(application, "/v2")[1]["name"] == "numpy-estimator"
    assert _get(application, "/v2/health/live") == (200, {"live": True})
    assert _get(application, "/v2/health/ready") == (200, {"ready": True})
    assert _get(application, "/v2/models/half/versions/3/ready") == (200, {"name": "half", "ready": True})
    assert _get(application, "/v2/models/haf/ready")[0] == 404
    service.models.serve("half", [])
    assert _get(application, "/v2/health/ready") == (503, {"ready": False})
    assert _get(application, "/v2/models/half/ready") == (503, {"name": "half", "ready": False})
    assert _get(application, "/v2/models/half/versions/3/ready")[0] == 503
    assert _get(application, "/v2/health/live") == (200, {"live": True})


def test_the_index_says_why_a_version_is_not_ready(application: Application, service: Service) -> None:
    service.models.note("half", VersionStatus(4, State.END, DATA_LOSS, "the index is cut off."))
    response = application.answer(Request("POST", "/v2/repository/index", {}, b""))
    assert json.loads(response.body) == [
        {"name": "half", "version": "4", "state": "UNAVAILABLE", "reason": "the index is cut off."},
        {"name": "half", "version": "3", "state": "READY", "reason": ""},
    ]


def test_no_body_makes_it_fail(application: Application) -> None:
    import random

    source = random.Random(7)
    whole = json.dumps(
        {"inputs": [_x(parameters={"binary_data_size": 8})], "outputs": [{"name": "y"}]}
    ).encode()
    for _ in range(500):
        body = bytearray(whole + bytes(8))
        for _ in range(source.randrange(1, 6)):
            at = source.randrange(len(body))
            body[at : at + source.randrange(3)] = source.randbytes(source.randrange(3))
        request = Request("POST", INFER, {HEADER: str(len(whole))}, bytes(body))
        assert application.answer(request).status in (200, 400)
