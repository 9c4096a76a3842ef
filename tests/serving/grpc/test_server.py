"""A gRPC server: health, reflection, limits, silent clients, TLS and its end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2

from estimator.core.errors import DATA_LOSS, DEADLINE_EXCEEDED, OK, NotFoundError, UnavailableError
from estimator.formats import messages
from estimator.formats.tensors import array_to_proto
from estimator.serving.endpoint import Address, Tls
from estimator.serving.grpc import server
from estimator.serving.grpc.patience import Patience
from estimator.serving.models import State, VersionStatus
from estimator.serving.service import Call
from tests.serving.grpc.served import Client, service_of_half_plus_two, serving

X = {"x": array_to_proto(np.ones(1, np.float32))}
HALF = {"name": "half"}
TLS = Path(__file__).parents[2] / "data" / "tls"  # of localhost, made by openssl req -x509, until 2126
CERTIFICATE, KEY = str(TLS / "certificate.pem"), str(TLS / "key.pem")


def test_health_follows_the_models() -> None:
    service = service_of_half_plus_two()
    with serving(service) as client:
        health = health_pb2_grpc.HealthStub(client.channel)

        def status(name: str) -> int:
            return int(health.Check(health_pb2.HealthCheckRequest(service=name), timeout=5).status)

        names = ("", "half", "tensorflow.serving.PredictionService")
        assert [status(name) for name in names] == [health_pb2.HealthCheckResponse.SERVING] * 3
        watch = health.Watch(health_pb2.HealthCheckRequest(service="half"), timeout=5)
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        service.models.serve("half", [])
        assert next(watch).status == health_pb2.HealthCheckResponse.NOT_SERVING
        assert [status(name) for name in names] == [health_pb2.HealthCheckResponse.NOT_SERVING] * 3
        with pytest.raises(grpc.RpcError) as caught:
            status("another")
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
def test_reflection_describes_every_service(version: str) -> None:
    requests = [
        reflection_pb2.ServerReflectionRequest(list_services=""),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol="tensorflow.serving.PredictionService"),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol="grpc.health.v1.Health"),
    ]
    with serving(service_of_half_plus_two()) as client:
        ask = client.channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            reflection_pb2.ServerReflectionRequest.SerializeToString,
            reflection_pb2.ServerReflectionResponse.FromString,
        )
        listed, described, health = ask(iter(requests), timeout=5)
    names = [one.name for one in listed.list_services_response.service]
    assert {
        "tensorflow.serving.PredictionService",
        "tensorflow.serving.ModelService",
        "grpc.health.v1.Health",
    } < set(names)
    files = described.file_descriptor_response.file_descriptor_proto
    assert any(b"PredictRequest" in file for file in files)
    assert any(b"google/protobuf/any.proto" in file for file in files)
    assert health.file_descriptor_response.file_descriptor_proto


def test_status_tells_of_a_version_that_was_refused() -> None:
    service = service_of_half_plus_two(3)
    service.models.note("half", VersionStatus(4, State.END, DATA_LOSS, "the index is cut off."))
    with serving(service) as client:
        response = client("serving.ModelService", "GetModelStatus", model_spec=HALF)
        one = client("serving.ModelService", "GetModelStatus", model_spec=HALF | {"version_label": "stable"})
    found = [
        (known.version, known.state, known.status.error_code, known.status.error_message)
        for known in response.model_version_status
    ]
    assert found == [(4, 50, 15, "the index is cut off."), (3, 30, 0, "")]
    assert [known.version for known in one.model_version_status] == [3]


def test_models_are_not_changed_by_requests() -> None:
    with serving(service_of_half_plus_two()) as client, pytest.raises(grpc.RpcError) as caught:
        client("serving.ModelService", "HandleReloadConfigRequest")
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert "estimator serve --config" in str(caught.value.details())


def test_a_full_server_answers_its_health_and_sends_others_away() -> None:
    service = service_of_half_plus_two(workers=1, queue=0)
    with serving(service) as client, service.gate.admitted():
        with pytest.raises(grpc.RpcError) as caught:
            client("serving.PredictionService", "Predict", model_spec=HALF, inputs=X)
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "try again later" in str(caught.value.details())
        health = health_pb2_grpc.HealthStub(client.channel)
        assert health.Check(health_pb2.HealthCheckRequest(), timeout=5).status == 1


def test_a_call_whose_client_has_gone_is_not_run(caplog: pytest.LogCaptureFixture) -> None:
    service = service_of_half_plus_two(workers=1)
    calls: list[Call] = []
    service.listeners.append(calls.append)
    with serving(service) as client:
        with service.gate.admitted():
            with pytest.raises(grpc.RpcError) as caught:
                client("serving.PredictionService", "Predict", timeout=0.05, model_spec=HALF, inputs=X)
            assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
            while not calls:
                pass
        client("serving.PredictionService", "Predict", model_spec=HALF, inputs=X)
    assert [call.code for call in calls] == [DEADLINE_EXCEEDED, OK]
    assert "Traceback" not in caplog.text


def test_a_burst_of_calls_that_are_cancelled_ends_no_other_call(monkeypatch: pytest.MonkeyPatch) -> None:
    service, go_on = service_of_half_plus_two(workers=1, queue=64), threading.Event()
    monkeypatch.setattr(service, "predict", lambda *_: go_on.wait(10))
    with serving(service) as client:
        method = client.channel.unary_unary("/tensorflow.serving.PredictionService/Predict")
        request = messages.get("serving.PredictRequest")(model_spec=HALF, inputs=X).SerializeToString()
        calls = [method.future(request, timeout=10) for _ in range(140)]
        cancelled = [call.cancel() for call in calls]
        go_on.set()
        client("serving.ModelService", "GetModelStatus", model_spec=HALF)
    assert cancelled == [True] * 140


def test_an_unforeseen_error_tells_the_client_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    service = service_of_half_plus_two()

    def fail(*_: Any) -> Any:
        raise KeyError("secret")

    monkeypatch.setattr(service, "predict", fail)
    with serving(service) as client, pytest.raises(grpc.RpcError) as caught:
        client("serving.PredictionService", "Predict", model_spec=HALF, inputs=X)
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert "secret" not in str(caught.value.details())


def test_bytes_that_are_no_message_are_a_status() -> None:
    with serving(service_of_half_plus_two()) as client, pytest.raises(grpc.RpcError) as caught:
        client.channel.unary_unary("/tensorflow.serving.PredictionService/Predict")(
            b"\xff\xff\xff", timeout=5
        )
    assert caught.value.code() in (grpc.StatusCode.INTERNAL, grpc.StatusCode.INVALID_ARGUMENT)


def test_a_call_in_flight_is_answered_when_the_server_stops() -> None:
    service = service_of_half_plus_two(workers=1)
    endpoint = server.start(service, Address())
    client = Client(endpoint.port)
    answers: list[Any] = []

    def ask() -> None:
        answers.append(client("serving.PredictionService", "Predict", model_spec=HALF, inputs=X))

    asking, stopping = threading.Thread(target=ask), threading.Thread(target=endpoint.stop, args=(5.0,))
    with service.gate.admitted():
        asking.start()
        while not service.gate.waiting:
            pass
        stopping.start()
    asking.join()
    stopping.join()
    assert answers[0].outputs["y"].float_val[:] == [2.5]
    with pytest.raises(grpc.RpcError):
        client("serving.PredictionService", "Predict", model_spec=HALF, inputs=X, timeout=0.5)
    client.channel.close()


def test_a_port_that_is_taken_is_said() -> None:
    service = service_of_half_plus_two()
    endpoint = server.start(service, Address())
    with pytest.raises(
        UnavailableError, match=f"cannot listen at 127.0.0.1:{endpoint.port} for grpc: Address already in use"
    ):
        server.start(service, Address(port=endpoint.port))
    endpoint.stop(0)


def test_a_certificate_that_is_not_there_is_said(tmp_path: Path) -> None:
    tls = Tls(str(tmp_path / "certificate.pem"), str(tmp_path / "key.pem"))
    with pytest.raises(NotFoundError, match="certificate.pem"):
        server.start(service_of_half_plus_two(), Address(tls=tls))


@pytest.mark.parametrize("clients", [None, CERTIFICATE], ids=["anybody", "known clients"])
def test_clients_are_served_by_certificates(clients: str | None) -> None:
    service = service_of_half_plus_two()
    endpoint = server.start(service, Address(tls=Tls(CERTIFICATE, KEY, clients)))
    certificate, key = (Path(path).read_bytes() for path in (CERTIFICATE, KEY))
    trusting = grpc.ssl_channel_credentials(certificate)
    known = grpc.ssl_channel_credentials(certificate, key, certificate)
    request = health_pb2.HealthCheckRequest()
    found = []
    for credentials in (trusting, known):
        with grpc.secure_channel(f"localhost:{endpoint.port}", credentials) as channel:
            try:
                found.append(health_pb2_grpc.HealthStub(channel).Check(request, timeout=5).status)
            except grpc.RpcError as error:
                found.append(error.code())
    endpoint.stop(0)
    assert found == [grpc.StatusCode.UNAVAILABLE if clients else 1, 1]


class _Context:
    """A call that can only be ended."""

    def __init__(self) -> None:
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


def test_a_client_that_sends_nothing_is_ended() -> None:
    now = [0.0]
    patience, context, looked = Patience(30.0, lambda: now[0]), _Context(), []

    def silent() -> Iterator[int]:
        yield 1
        for now[0] in (30.0, 31.0):
            patience.look()
            looked.append(context.is_cancelled)

    assert list(patience.each(silent(), context)) == [1]
    assert looked == [False, True]


def test_time_that_the_server_takes_itself_is_no_silence() -> None:
    now = [0.0]
    patience, context = Patience(30.0, lambda: now[0]), _Context()
    for _ in patience.each(iter([1, 2]), context):
        now[0] += 100
        patience.look()
    assert not context.is_cancelled


def test_a_call_without_a_message_is_cut_by_the_server() -> None:
    with serving(service_of_half_plus_two(idle_secs=0.05)) as client:
        never = threading.Event()
        call = client.channel.stream_unary("/tensorflow.serving.PredictionService/Predict")
        with pytest.raises(grpc.RpcError) as caught:
            call(_waiting(never), timeout=5)
        never.set()
    assert caught.value.code() is not grpc.StatusCode.DEADLINE_EXCEEDED


def _waiting(until: threading.Event) -> Iterator[bytes]:
    until.wait(5)
    yield from ()
