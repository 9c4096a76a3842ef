"""A server loads what there is, answers in each protocol, says what is open to all, and stops."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from estimator.core.errors import FailedPreconditionError, UnavailableError
from estimator.serving.endpoint import Address
from estimator.serving.server import Server
from estimator.serving.sources.export_folder import ExportFolder
from tests.serving.grpc.served import Client
from tests.serving.http.served import asked
from tests.serving.sources.test_export_folder import export


def _server(folder: Path) -> Server:
    return Server([ExportFolder("half", str(folder))], interval_secs=0.01)


def test_a_server_answers_and_follows_until_it_is_stopped(tmp_path: Path) -> None:
    export(tmp_path, 1)
    server = _server(tmp_path)
    server.load()
    ports = server.start({"grpc": Address()})
    client = Client(ports["grpc"])

    def versions() -> list[int]:
        status = client("serving.ModelService", "GetModelStatus", model_spec={"name": "half"})
        return [known.version for known in status.model_version_status if known.state == 30]

    assert versions() == [1]
    export(tmp_path, 2)
    while versions() != [2]:
        pass
    server.stop()
    client.channel.close()
    assert not server.service.models.is_ready()


def test_a_model_that_has_nothing_yet_is_waited_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    server = _server(tmp_path)
    server.load()
    assert "nothing to serve in" in caplog.text
    server.stop()


def test_a_model_that_cannot_be_served_at_all_is_an_error_before_anybody_can_ask(tmp_path: Path) -> None:
    path = export(tmp_path, 3) / "saved_model.pb"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ValueError, match="model 'half' version 3 in") as caught:
        _server(tmp_path).load()
    assert "saved_model.pb" in str(caught.value)


def test_an_address_that_cannot_be_had_leaves_nothing_listening(tmp_path: Path) -> None:
    first, second = _server(tmp_path), _server(tmp_path)
    port = first.start({"grpc": Address()})["grpc"]
    before = set(threading.enumerate())
    with pytest.raises(UnavailableError, match="cannot listen"):
        second.start({"http": Address(), "grpc": Address(port=port)})
    assert set(threading.enumerate()) <= before
    first.stop()


def test_who_could_not_listen_may_listen_elsewhere(tmp_path: Path) -> None:
    export(tmp_path, 3)
    before, server = set(threading.enumerate()), _server(tmp_path)
    server.load()
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(UnavailableError):
        server.start({"http": Address(port=other.getsockname()[1])})
    ports = server.start({"http": Address()}) | server.start({"grpc": Address()})
    assert asked(ports["http"], "/v1/models/half:predict", {"inputs": [2]})[0] == 200
    assert [thread.name for thread in set(threading.enumerate()) - before].count("following") == 1
    server.stop()
    with pytest.raises(FailedPreconditionError, match="was stopped"):
        server.start({"http": Address()})


def test_a_protocol_that_nobody_speaks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no protocol 'htp', only grpc, http"):
        _server(tmp_path).start({"http": Address(), "htp": Address()})


def test_an_address_that_is_open_to_all_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    server = _server(tmp_path)
    server.start({"grpc": Address("0.0.0.0")})
    server.stop()
    assert "open to the network" in caplog.text
    caplog.clear()
    for host in ("127.0.0.1", "localhost"):
        server = _server(tmp_path)
        server.start({"grpc": Address(host)})
        server.stop()
    assert "open to the network" not in caplog.text
