"""TensorFlow Serving's REST: its paths, its two formats of tensors, its answers."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from typing import Any

import pytest

from estimator.serving.http.application import Application
from estimator.serving.http.exchange import Request, Response
from estimator.serving.http.tf_serving import TfServing
from estimator.serving.limits import Limits
from estimator.serving.models import Models
from estimator.serving.service import Service
from tests.serving.half_plus_two import half_plus_two

HALF = "/v1/models/half"


@pytest.fixture(scope="module")
def application() -> Application:
    models = Models()
    models.add("half", {"stable": 3})
    models.serve("half", [half_plus_two(3), half_plus_two(4, two=3.0)])
    service = Service(models, Limits(max_rows=50, max_message_bytes=4096))
    return Application(service, TfServing(service).routes())


def _post(application: Application, path: str, body: Any, **headers: str) -> Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return application.answer(Request("POST", path, headers, data))


def _answered(application: Application, path: str, body: Any) -> Any:
    response = _post(application, path, body)
    assert response.status == 200, response.body
    return json.loads(response.body)


def _error(response: Response) -> str:
    return str(json.loads(response.body)["error"])


B64_A = {"b64": base64.b64encode(b"\xffa").decode()}


@pytest.mark.parametrize(
    ("path", "body", "answer"),
    [
        # rows, with the name of the input and without; two outputs are an object a row
        (f"{HALF}:predict", {"instances": [2, 4.0]}, {"predictions": [{"y": 4.0, "negative": -4.0}, {"y": 5.0, "negative": -5.0}]}),
        (f"{HALF}:predict", {"instances": [{"x": 2}]}, {"predictions": [{"y": 4.0, "negative": -4.0}]}),
        (f"{HALF}/versions/3:predict", {"instances": [2]}, {"predictions": [{"y": 3.0, "negative": -3.0}]}),
        (f"{HALF}/labels/stable:predict", {"instances": [2]}, {"predictions": [{"y": 3.0, "negative": -3.0}]}),
        # columns
        (f"{HALF}:predict", {"inputs": [2, 4]}, {"outputs": {"y": [4.0, 5.0], "negative": [-4.0, -5.0]}}),
        (f"{HALF}:predict", {"inputs": {"x": [2]}}, {"outputs": {"y": [4.0], "negative": [-4.0]}}),
        (f"{HALF}:predict", {"inputs": {"x": []}}, {"outputs": {"y": [], "negative": []}}),
        # a single output goes without its name; strings, of which some are no text
        (f"{HALF}:predict", {"signature_name": "text", "instances": [["é", B64_A]]}, {"predictions": [["é", B64_A]]}),
        (f"{HALF}:predict", {"signature_name": "text", "inputs": [["", "b"]]}, {"outputs": [["", "b"]]}),
        # tf.Examples; a feature of an example comes before that of the context
        (f"{HALF}:classify", {"signature_name": "classify", "examples": [{"x": 2.0}]}, {"results": [[["small", -4.0], ["large", 4.0]]]}),
        (f"{HALF}:regress", {"signature_name": "regress", "examples": [{"x": [2.0]}, {}], "context": {"x": 6.0}}, {"results": [4.0, 6.0]}),
        # what no number is, in words
        (f"{HALF}:regress", {"signature_name": "regress", "examples": [{"x": float("inf")}]}, {"results": [float("inf")]}),
        (f"{HALF}:predict", {"inputs": [float("-inf")]}, {"outputs": {"y": [float("-inf")], "negative": [float("inf")]}}),
    ],
)  # fmt: skip
def test_a_request_is_answered_in_its_own_format(
    application: Application, path: str, body: Any, answer: Any
) -> None:
    assert _answered(application, path, body) == answer


def test_outputs_whose_names_end_in_bytes_are_written_in_base64() -> None:
    models = Models()
    models.add("text")
    models.serve("text", [half_plus_two(1, "text")])
    service = Service(models)
    application = Application(service, TfServing(service).routes())
    body = {"signature_name": "text_bytes", "inputs": [["a", "b"]]}
    assert _answered(application, "/v1/models/text:predict", body) == {
        "outputs": [[{"b64": "YQ=="}, {"b64": "Yg=="}]]
    }


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        (f"{HALF}:predict", b"", 400, "not JSON"),
        (f"{HALF}:predict", b"[1]", 400, "must be an object"),
        (f"{HALF}:predict", b"[" * 100_000, 400, "nested too deep"),
        (f"{HALF}:predict", b'{"x":' * 700, 400, "not JSON"),
        (f"{HALF}:predict", b"\xff\xfe{}", 400, "not JSON"),
        (f"{HALF}:predict", {}, 400, "either 'instances', for rows, or 'inputs'"),
        (f"{HALF}:predict", {"instances": [1], "inputs": [1]}, 400, "either 'instances', for rows, or 'inputs'"),
        (f"{HALF}:predict", {"instances": []}, 400, "at least one row"),
        (f"{HALF}:predict", {"instances": None}, 400, "at least one row, given: None"),
        (f"{HALF}:predict", b'{"instances": [1e999]}', 400, "'x': a number is too large for float32"),
        (f"{HALF}:classify", b'{"signature_name": "classify", "examples": [{"x": 1e999}]}', 400, "a number is too large for float32"),
        (f"{HALF}:predict", {"instances": [1, [2]]}, 400, "expected float32, given: [2]"),
        (f"{HALF}:predict", {"instances": [{"x": 1}, 2]}, 400, "number 1 is not: 2"),
        (f"{HALF}:predict", {"instances": [{"x": 1}, {"z": 2}]}, 400, "the first has x, number 1 has z"),
        (f"{HALF}:predict", {"instances": [{"z": 1}]}, 400, "there is no input 'z'; there is: x"),
        (f"{HALF}:predict", {"instances": [None]}, 400, "given: None"),
        (f"{HALF}:predict", {"instances": [[1.0]]}, 400, "must have the shape (?,), given: (1, 1)"),
        (f"{HALF}:predict", {"instances": [0] * 51}, 400, "may have 50 rows, this one has 51"),
        (f"{HALF}:predict", {"instances": [1], "signature_name": 3}, 400, "'signature_name' must be a string"),
        (f"{HALF}:predict", {"instances": [1], "signature_name": "tex"}, 400, "Did you mean 'text'"),
        (f"{HALF}:predict", {"instances": [1], "signature": "text"}, 400, "no key 'signature' of a request. Did you mean 'signature_name'?"),
        (f"{HALF}:predict", {"instance": [1]}, 400, "Did you mean 'instances'?"),
        (f"{HALF}:classify", {"examples": [{"x": 1.0}], "contxt": {}}, 400, "Did you mean 'context'?"),
        ("/v1/models/haf:predict", {"instances": [1]}, 404, "Did you mean 'half'"),
        (f"{HALF}/versions/9:predict", {"instances": [1]}, 404, "no version 9"),
        (f"{HALF}/versions/x:predict", {"instances": [1]}, 404, "nothing under the path"),
        (f"{HALF}:classify", {"examples": [{"x": 1.0}]}, 400, "method_name"),
        (f"{HALF}:classify", {"signature_name": "classify"}, 400, "'examples' must be a list"),
        (f"{HALF}:classify", {"signature_name": "classify", "examples": [3]}, 400, "example 0 must be an object"),
        (f"{HALF}:classify", {"signature_name": "classify", "examples": [{"x": [1, "a"]}]}, 400, "example 0: 'x': the values"),
        (f"{HALF}:classify", {"signature_name": "classify", "examples": [{"\ud800": 1.0}]}, 400, "example 0: the name '\\ud800' is no text"),
        (f"{HALF}/versions/\u0663:predict", {"instances": [1]}, 404, "nothing under the path"),
        (f"{HALF}:regress", {"signature_name": "regress", "examples": [{"x": 2**64}]}, 400, "not all of int64"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_answered_with_what_would(
    application: Application, path: str, body: Any, status: int, said: str
) -> None:
    response = _post(application, path, body)
    assert (response.status, said in _error(response)) == (status, True), response.body
    assert "Traceback" not in _error(response) and "\n" not in _error(response)


def test_keys_that_nobody_knows_are_passed_over(application: Application) -> None:
    # as by TensorFlow Serving, which looks for its own keys alone; some proxies add such
    asked = {"instances": [2], "parameters": {"sampleCount": 1}, "id": "7"}
    assert _answered(application, f"{HALF}/versions/3:predict", asked)["predictions"][0]["y"] == 3.0


@pytest.mark.parametrize(("encoding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_bodies_may_be_compressed(application: Application, encoding: str, compress: Any) -> None:
    body = compress(b'{"inputs": [2]}')
    response = _post(application, f"{HALF}:predict", body, **{"content-encoding": encoding})
    assert json.loads(response.body)["outputs"]["y"] == [4.0]


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        ("gzip", b"no gzip", 400),
        ("gzip", gzip.compress(b"{}")[:-4], 400),
        ("gzip", gzip.compress(b"{}") * 2, 400),
        ("gzip", gzip.compress(bytes(5_000)), 413),
        ("br", b"{}", 415),
    ],
    ids=["no gzip", "cut off", "two members", "too large", "another encoding"],  # a gzip holds the time
)
def test_a_compressed_body_is_whole_and_no_larger_than_others(
    application: Application, encoding: str, body: bytes, status: int
) -> None:
    assert _post(application, HALF + ":predict", body, **{"content-encoding": encoding}).status == status


def test_the_state_of_versions_is_told(application: Application) -> None:
    response = application.answer(Request("GET", HALF, {}))
    available = {"state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    assert json.loads(response.body) == {
        "model_version_status": [{"version": "4", **available}, {"version": "3", **available}]
    }
    for path in (f"{HALF}/versions/3", f"{HALF}/labels/stable"):
        response = application.answer(Request("GET", path, {}))
        assert json.loads(response.body) == {"model_version_status": [{"version": "3", **available}]}


def test_metadata_are_the_signatures(application: Application) -> None:
    response = application.answer(Request("GET", f"{HALF}/versions/3/metadata", {}))
    metadata = json.loads(response.body)
    assert metadata["model_spec"] == {"name": "half", "signature_name": "", "version": "3"}
    signature = metadata["metadata"]["signature_def"]["signature_def"]["serving_default"]
    shape = {"dim": [{"size": "-1", "name": ""}], "unknown_rank": False}
    assert signature["inputs"] == {"x": {"name": "x:0", "dtype": "DT_FLOAT", "tensor_shape": shape}}
    assert signature["method_name"] == "tensorflow/serving/predict"


@pytest.mark.parametrize(("method", "path"), [("GET", f"{HALF}:predict"), ("POST", HALF), ("PUT", HALF)])
def test_another_method_is_refused_with_the_one_there_is(
    application: Application, method: str, path: str
) -> None:
    response = application.answer(Request(method, path, {}))
    allowed = "POST" if ":" in path else "GET"
    assert (response.status, response.headers) == (405, {"Allow": allowed})


def test_what_the_model_itself_fails_at_shows_no_insides(
    application: Application, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*args: Any, **keywords: Any) -> Any:
        raise KeyError("secret")

    monkeypatch.setattr(application.service, "predict", fails)
    response = _post(application, f"{HALF}:predict", {"instances": [1]})
    assert response.status == 500
    assert "secret" not in _error(response)
    assert "secret" in caplog.text


def test_no_body_makes_it_fail(application: Application) -> None:
    import random

    source = random.Random(7)
    whole = b'{"signature_name": "text", "instances": [[{"b64": "YQ=="}, "\\u00e9"], [1e5, NaN]], "inputs": {"x": [[]]}}'
    for _ in range(500):
        body = bytearray(whole)
        for _ in range(source.randrange(1, 6)):
            at = source.randrange(len(body))
            body[at : at + source.randrange(3)] = source.randbytes(source.randrange(3))
        for verb in ("predict", "classify"):
            assert _post(application, f"{HALF}:{verb}", bytes(body)).status in (200, 400)
