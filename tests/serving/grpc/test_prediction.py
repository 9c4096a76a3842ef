"""TensorFlow Serving's PredictionService, asked over a socket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import numpy as np
import pytest

from estimator.formats import messages
from estimator.formats.tensors import array_from_proto, array_to_proto
from tests.serving.grpc.served import Client, service_of_half_plus_two, serving

HALF = {"name": "half"}


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with serving(service_of_half_plus_two(3, max_message_bytes=1 << 20)) as client:
        yield client


def _predict(client: Client, inputs: dict[str, Any], **fields: Any) -> Any:
    fields.setdefault("model_spec", HALF)
    protos = {
        key: value if hasattr(value, "dtype") and not isinstance(value, np.ndarray) else array_to_proto(value)
        for key, value in inputs.items()
    }
    return client("serving.PredictionService", "Predict", inputs=protos, **fields)


def _floats(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def _example(**features: float) -> Any:
    example = messages.Example()
    for key, value in features.items():
        example.features.feature[key].float_list.value.append(value)
    return example


def _refused(client: Client, code: grpc.StatusCode, call: Any) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    assert caught.value.code() is code
    details = str(caught.value.details())
    assert "\n" not in details
    assert "Traceback" not in details
    return details


def test_values_stand_in_the_field_of_their_type(client: Client) -> None:
    response = _predict(client, {"x": _floats(1, 1, 1)})
    assert list(response.outputs["y"].float_val) == [2.5, 2.5, 2.5]
    assert not response.outputs["y"].tensor_content


def test_an_answer_says_which_version_and_signature_it_is_of(client: Client) -> None:
    spec = _predict(client, {"x": _floats(1)}).model_spec
    assert (spec.name, spec.version.value, spec.signature_name) == ("half", 3, "serving_default")


def test_outputs_may_be_chosen(client: Client) -> None:
    assert list(_predict(client, {"x": _floats(1)}, output_filter=["negative"]).outputs) == ["negative"]


def test_a_version_may_be_asked_for_by_number_or_label(client: Client) -> None:
    for spec in ({"version": {"value": 3}}, {"version_label": "stable"}):
        assert _predict(client, {"x": _floats(1)}, model_spec=HALF | spec).model_spec.version.value == 3


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        ({"tensor_content": np.array([2, 4], "<f4").tobytes()}, [3.0, 4.0]),
        ({"float_val": [2.0]}, [3.0, 3.0]),  # the last one again and again
        ({}, [2.0, 2.0]),  # zeros
    ],
    ids=["content", "one value", "none"],
)
def test_every_form_of_a_tensor_is_taken(client: Client, fields: dict[str, Any], values: list[float]) -> None:
    proto = messages.TensorProto(dtype=1, tensor_shape={"dim": [{"size": 2}]}, **fields)
    assert list(_predict(client, {"x": proto}).outputs["y"].float_val) == values


def test_texts_are_bytes_of_any_kind(client: Client) -> None:
    words = np.array([[b"\xff\x00", b""]], object)
    response = _predict(client, {"words": words}, model_spec=HALF | {"signature_name": "text"})
    assert array_from_proto(response.outputs["words"]).tolist() == words.tolist()


def test_examples_are_classified(client: Client) -> None:
    response = client(
        "serving.PredictionService",
        "Classify",
        model_spec=HALF | {"signature_name": "classify"},
        input={"example_list": {"examples": [_example(x=2), _example(x=4)]}},
    )
    found = [[(one.label, one.score) for one in row.classes] for row in response.result.classifications]
    assert found == [[("small", -3.0), ("large", 3.0)], [("small", -4.0), ("large", 4.0)]]


def test_a_context_stands_in_for_what_an_example_lacks(client: Client) -> None:
    listed = {"examples": [_example(), _example(x=4)], "context": _example(x=2)}
    response = client(
        "serving.PredictionService",
        "Regress",
        model_spec=HALF | {"signature_name": "regress"},
        input={"example_list_with_context": listed},
    )
    assert [one.value for one in response.result.regressions] == [3.0, 4.0]


def test_one_input_may_be_classified_and_regressed(client: Client) -> None:
    tasks = [
        {"model_spec": HALF | {"signature_name": name}, "method_name": f"tensorflow/serving/{name}"}
        for name in ("classify", "regress")
    ]
    response = client(
        "serving.PredictionService",
        "MultiInference",
        tasks=tasks,
        input={"example_list": {"examples": [_example(x=2)]}},
    )
    assert response.results[0].classification_result.classifications[0].classes[1].score == 3.0
    assert response.results[1].regression_result.regressions[0].value == 3.0


def test_metadata_are_the_signatures(client: Client) -> None:
    response = client(
        "serving.PredictionService", "GetModelMetadata", model_spec=HALF, metadata_field=["signature_def"]
    )
    signatures = messages.get("serving.SignatureDefMap")()
    assert response.metadata["signature_def"].Unpack(signatures)
    spec = signatures.signature_def["serving_default"].inputs["x"]
    assert (spec.name, spec.dtype, [dim.size for dim in spec.tensor_shape.dim]) == ("x:0", 1, [-1])
    assert signatures.signature_def["classify"].method_name == "tensorflow/serving/classify"


@pytest.mark.parametrize(
    ("spec", "code", "said"),
    [
        ({}, grpc.StatusCode.INVALID_ARGUMENT, "no name"),
        ({"name": "hal"}, grpc.StatusCode.NOT_FOUND, "Did you mean 'half'"),
        (HALF | {"version": {"value": 0}}, grpc.StatusCode.NOT_FOUND, "no version 0"),
        (HALF | {"version_label": "canary"}, grpc.StatusCode.NOT_FOUND, "no version label 'canary'"),
        (HALF | {"signature_name": "no"}, grpc.StatusCode.INVALID_ARGUMENT, "no signature 'no'"),
    ],
)
def test_what_is_not_there_is_a_status_with_a_line(
    client: Client, spec: Any, code: grpc.StatusCode, said: str
) -> None:
    assert said in _refused(client, code, lambda: _predict(client, {"x": _floats(1)}, model_spec=spec))


@pytest.mark.parametrize(
    ("proto", "said"),
    [
        ({"dtype": 1, "tensor_shape": {"dim": [{"size": -1}]}}, "shape"),
        ({"dtype": 99}, "element type 99"),
        ({"dtype": 1, "tensor_shape": {"dim": [{"size": 1}]}, "tensor_content": b"123"}, "3 bytes"),
        ({"dtype": 1, "tensor_shape": {"dim": [{"size": 1 << 20}]}}, "would have 4.0 MiB"),
        ({"dtype": 1, "tensor_shape": {"dim": [{"size": 1 << 40}, {"size": 1 << 40}]}}, "may have 1.0 MiB"),
        ({"dtype": 1, "float_val": [1.0, 2.0]}, "2 values"),
        ({"dtype": 1, "double_val": [1.0], "int_val": [1]}, "has values in double_val, int_val"),
    ],
    ids=["no shape", "no type", "cut off", "too large", "far too large", "too many", "elsewhere"],
)
def test_a_tensor_that_is_none_is_refused(client: Client, proto: Any, said: str) -> None:
    call = lambda: _predict(client, {"x": messages.TensorProto(**proto)})  # noqa: E731
    details = _refused(client, grpc.StatusCode.INVALID_ARGUMENT, call)
    assert "the input 'x'" in details
    assert said in details


def test_a_message_beyond_the_limit_is_refused(client: Client) -> None:
    call = lambda: _predict(client, {"x": np.zeros(1 << 19, np.float32) + np.arange(1 << 19)})  # noqa: E731
    _refused(client, grpc.StatusCode.RESOURCE_EXHAUSTED, call)


@pytest.mark.parametrize(
    ("method", "fields", "said"),
    [
        ("MultiInference", {}, "no task"),
        ("MultiInference", {"tasks": [{"model_spec": HALF, "method_name": "guess"}]}, "given: 'guess'"),
        ("MultiInference", {"tasks": [{"model_spec": HALF}, {"model_spec": {"name": "b"}}]}, "b, half"),
        ("GetModelMetadata", {"model_spec": HALF}, "none is given"),
        ("GetModelMetadata", {"model_spec": HALF, "metadata_field": ["graph"]}, "given: 'graph'"),
        ("Classify", {"model_spec": HALF | {"signature_name": "classify"}}, "no tf.train.Example"),
    ],
)
def test_requests_that_ask_for_nothing_are_refused(
    client: Client, method: str, fields: dict[str, Any], said: str
) -> None:
    call = lambda: client("serving.PredictionService", method, **fields)  # noqa: E731
    assert said in _refused(client, grpc.StatusCode.INVALID_ARGUMENT, call)


def test_what_a_model_refuses_is_said_without_paths_of_the_server(client: Client) -> None:
    spec, listed = HALF | {"signature_name": "regress"}, {"example_list": {"examples": [_example()]}}
    call = lambda: client("serving.PredictionService", "Regress", model_spec=spec, input=listed)  # noqa: E731
    details = _refused(client, grpc.StatusCode.INVALID_ARGUMENT, call)
    assert "Feature: x (data type: float32) is required" in details
    assert ".py" not in details
