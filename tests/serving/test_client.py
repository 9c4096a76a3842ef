"""The client: arrays in and out, errors as the package's own, one connection for many requests."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core import errors
from estimator.core.dtypes import as_dtype
from estimator.serving import Client
from estimator.serving.client_messages import TensorInfo, converted
from estimator.serving.http.server import HttpEndpoint
from tests.serving.grpc.served import service_of_half_plus_two
from tests.serving.http.served import serving


@pytest.fixture(scope="module")
def endpoint() -> Iterator[HttpEndpoint]:
    with serving(service_of_half_plus_two(max_message_bytes=100_000, max_rows=1000)) as endpoint:
        yield endpoint


@pytest.fixture
def client(endpoint: HttpEndpoint) -> Iterator[Client]:
    with Client(f"127.0.0.1:{endpoint.port}") as client:
        yield client


def test_arrays_come_back_bit_for_bit(client: Client) -> None:
    x = np.array([1 / 3, np.nan, -np.inf, -0.0], np.float32)
    answers = client.predict("half", {"x": x})
    assert {name: array.dtype for name, array in answers.items()} == {"y": np.float32, "negative": np.float32}
    assert answers["negative"].tobytes() == (-(np.float32(0.5) * x + np.float32(2))).tobytes()


def test_values_are_converted_to_the_type_that_is_wanted(client: Client) -> None:
    assert client.predict("half", {"x": [2, 4]}, outputs=["y"])["y"].tolist() == [3.0, 4.0]
    assert client.predict("half", np.arange(2), version="stable")["y"].tolist() == [2.0, 2.5]


def test_texts_are_bytes(client: Client) -> None:
    answers = client.predict("half", [["é", b"\xff\0"]], signature_name="text", version=3)
    assert answers["words"].tolist() == [["é".encode(), b"\xff\0"]]


def test_examples_are_classified_and_regressed(client: Client) -> None:
    examples = [{"x": 2.0}, {"x": np.array([4], np.float32)}]
    assert client.classify("half", examples, signature_name="classify") == [
        [("small", -3.0), ("large", 3.0)],
        [("small", -4.0), ("large", 4.0)],
    ]
    assert client.regress("half", examples, signature_name="regress").tolist() == [3.0, 4.0]


def test_a_model_tells_of_its_signatures_and_versions(client: Client) -> None:
    signature = client.signatures("half")["serving_default"]
    assert signature.inputs == {"x": TensorInfo(as_dtype("float32"), (None,))}
    assert signature.method_name == "tensorflow/serving/predict"
    (status,) = client.status("half")
    assert (status["version"], status["state"]) == ("3", "AVAILABLE")


@pytest.mark.parametrize(
    ("model", "inputs", "keywords", "kind", "said"),
    [
        ("haf", {"x": [1.0]}, {}, errors.NotFoundError, "there is no model 'haf'. Did you mean 'half'"),
        ("a/b", {"x": [1.0]}, {}, errors.NotFoundError, "nothing under the path"),
        ("half", {"x": [1.0]}, {"version": 9}, errors.NotFoundError, "no version 9"),
        ("half", {"x": [1.0]}, {"signature_name": "tex"}, errors.InvalidArgumentError, "Did you mean 'text'"),
        ("half", {"z": [1.0]}, {}, errors.InvalidArgumentError, "there is no input 'z'. There is: x"),
        ("half", {}, {}, errors.InvalidArgumentError, "the input 'x' is missing"),
        ("half", {"x": [[1.0]]}, {}, errors.InvalidArgumentError, "must have the shape"),
        ("half", {"x": ["a"]}, {}, errors.InvalidArgumentError, "'x' must be float32, given: <U1 ['a']"),
        ("half", {"x": [1.0]}, {"outputs": ["z"]}, errors.InvalidArgumentError, "there is no output 'z'"),
        ("half", {"x": np.zeros(1001)}, {}, errors.InvalidArgumentError, "may have 1000 rows"),
        ("half", {"x": np.zeros(100_000)}, {}, errors.ResourceExhaustedError, "may have 97.7 KiB"),
    ],
)  # fmt: skip
def test_errors_are_the_packages_own(
    client: Client, model: str, inputs: Any, keywords: Any, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind) as caught:
        client.predict(model, inputs, **keywords)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("dtype", "value"),
    [
        ("int32", [1.5]),
        ("int32", [1.0]),
        ("uint8", [-1]),
        ("int8", [300]),
        ("float16", [1e6]),
        ("bool", [1]),
        ("float32", [1j]),
        ("float32", [None]),
        ("float32", [[1], [2, 3]]),
        ("string", [None]),
        ("string", [3]),
        ("string", [["a"], ["b", "c"]]),
    ],
)
def test_values_that_would_change_are_not_sent(dtype: str, value: Any) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="^'x' "):
        converted(value, as_dtype(dtype), "x")


def test_whole_numbers_of_any_size_are_sent_if_they_fit() -> None:
    assert converted([1, 255], as_dtype("uint8"), "x").dtype == np.uint8
    assert converted([1, 2], as_dtype("bfloat16"), "x").tolist() == [0x3F80, 0x4000]
    assert converted([], as_dtype("string"), "x").shape == (0,)


def test_a_connection_is_used_again(client: Client, endpoint: HttpEndpoint) -> None:
    for _ in range(3):
        client.status("half")
    (connection,) = client._idle
    port = connection.sock.getsockname()[1]
    client.predict("half", [1.0])
    assert client._idle[0].sock.getsockname()[1] == port


def test_a_connection_that_the_server_has_closed_is_replaced() -> None:
    with (
        serving(service_of_half_plus_two(idle_secs=0.05)) as endpoint,
        Client(f"127.0.0.1:{endpoint.port}") as client,
    ):
        client.status("half")
        (idle,) = client._idle
        while idle.sock.recv(1, socket.MSG_PEEK):
            pass
        assert client.status("half")


def test_threads_share_a_client(client: Client) -> None:
    found = dict[int, list[float]]()

    def ask(number: int) -> None:
        for _ in range(10):
            found[number] = client.predict("half", [float(number)], outputs=["y"])["y"].tolist()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [number / 2 + 2] for number in range(4)}


def test_what_answers_something_else_is_quoted() -> None:
    def answer() -> None:
        connection, _ = listening.accept()
        connection.recv(1 << 16)
        connection.sendall(b"\x00\x1b[2J no HTTP\r\n")
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(errors.UnavailableError, match="by HTTP: BadStatusLine.*x1b.2J no HTTP") as caught:
            Client(f"127.0.0.1:{listening.getsockname()[1]}").status("half")
        thread.join()
    assert str(caught.value).isprintable()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(errors.UnavailableError, match=f"cannot reach 127.0.0.1:{port} by HTTP: .*refused"):
        Client(f"127.0.0.1:{port}").status("half")


def test_a_server_that_says_nothing_takes_too_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = Client(f"127.0.0.1:{silent.getsockname()[1]}", timeout_secs=0.05)
        with pytest.raises(errors.DeadlineExceededError, match="not answered within 0.05 s"):
            client.status("half")


@pytest.mark.parametrize(
    "address",
    ["", "nope", "host:", "host:0", "host:port", "host:65536", ":8501", "ftp://host:1", "http://host/path",
     "http://host?query", "me@host:1", "http://", 8501, None],
)  # fmt: skip
def test_an_address_is_a_host_and_a_port(address: Any) -> None:
    with pytest.raises(ValueError, match="address must be 'host:port'"):
        Client(address)


@pytest.mark.parametrize(
    "address", ["host:1", "[::1]:8501", "http://host", "https://host/", "https://host:8501"]
)
def test_an_address_with_a_scheme_needs_no_port(address: str) -> None:
    Client(address).close()
