"""Messages of TensorFlow Serving are made of the same tables, in the same pool, when they are first asked for."""

from __future__ import annotations

import pytest

from estimator.formats import messages


def test_a_message_of_another_package_holds_tensorflows() -> None:
    request = messages.get("serving.PredictRequest")()
    request.inputs["x"].float_val.append(1.0)
    request.model_spec.version.value = 3
    assert request.DESCRIPTOR.full_name == "tensorflow.serving.PredictRequest"
    # model_spec {version {3}}, inputs {"x": {float_val [1.0]}}, by the numbers of predict.proto and model.proto
    assert (
        request.SerializeToString()
        == b"\x0a\x04\x12\x02\x08\x03\x12\x0b\x0a\x01x\x12\x06\x2a\x04\x00\x00\x80\x3f"
    )


def test_a_service_tells_its_methods() -> None:
    full_name, methods = messages.methods("serving.ModelService")
    assert full_name == "tensorflow.serving.ModelService"
    assert [
        (method.name, method.request.DESCRIPTOR.name, method.answer.DESCRIPTOR.name) for method in methods
    ] == [
        ("GetModelStatus", "GetModelStatusRequest", "GetModelStatusResponse"),
        ("HandleReloadConfigRequest", "ReloadConfigRequest", "ReloadConfigResponse"),
    ]
    assert not any(method.takes_stream or method.gives_stream for method in methods)


def test_an_enum_inside_a_message_has_its_numbers() -> None:
    status = messages.get("serving.ModelVersionStatus")
    assert status.State.items() == [
        ("UNKNOWN", 0),
        ("START", 10),
        ("LOADING", 20),
        ("AVAILABLE", 30),
        ("UNLOADING", 40),
        ("END", 50),
    ]


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(AttributeError, match="no message 'serving.PredictRequests'"):
        messages.get("serving.PredictRequests")
    with pytest.raises(KeyError, match="NoService"):
        messages.methods("serving.NoService")
