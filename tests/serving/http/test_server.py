"""The server answers many requests by one connection, cuts off who is slow or sends too much, and ends in order."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError, NotFoundError, UnavailableError
from estimator.serving import pace
from estimator.serving.endpoint import Address, Tls
from estimator.serving.http import server
from estimator.serving.http.server import HttpEndpoint
from estimator.serving.limits import NotAtOnceError
from estimator.serving.servable import Servable
from estimator.serving.service import Service
from tests.serving.grpc.served import service_of_half_plus_two
from tests.serving.half_plus_two import half_plus_two
from tests.serving.http.served import asked, raw_connection, read_answer, read_to_end, serving

PREDICT = "/v1/models/half:predict"
HEAD = b"POST /v1/models/half:predict HTTP/1.1\r\nHost: x\r\n"
ASKING = b"GET /v1/models/half HTTP/1.1\r\nHost: x\r\n\r\n"
WHOLE = HEAD + b'Content-Length: 14\r\nConnection: close\r\n\r\n{"inputs":[2]}'


@pytest.fixture(scope="module")
def endpoint() -> Iterator[HttpEndpoint]:
    with serving(service_of_half_plus_two(max_message_bytes=100_000)) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def impatient() -> Iterator[HttpEndpoint]:
    with serving(service_of_half_plus_two(idle_secs=0.1)) as endpoint:
        yield endpoint


def test_a_connection_takes_one_request_after_another(endpoint: HttpEndpoint) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=10)
    for x in range(3):
        connection.request("POST", PREDICT, json.dumps({"inputs": [x]}))
        response = connection.getresponse()
        assert json.loads(response.read())["outputs"]["y"] == [x / 2 + 2]
        assert response.getheader("Content-Type") == "application/json"
    connection.close()


def test_an_error_is_a_line_of_json(endpoint: HttpEndpoint) -> None:
    status, headers, body = asked(endpoint.port, "/v1/models/haf:predict", {"inputs": [1]})
    assert (status, headers["content-type"]) == (404, "application/json")
    assert "there is no model 'haf'" in json.loads(body)["error"]


def test_the_head_of_an_answer_is_given_alone(endpoint: HttpEndpoint) -> None:
    status, headers, body = asked(endpoint.port, "/v1/models/half", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0


def test_a_body_may_come_in_chunks(endpoint: HttpEndpoint) -> None:
    chunks = (
        b'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n9\r\n{"inputs"\r\n5\r\n:[2]}\r\n0\r\n\r\n'
    )
    answer = read_to_end(raw_connection(endpoint.port, HEAD + chunks))
    assert answer.endswith(b'{"outputs": {"y": [3.0], "negative": [-3.0]}}')


@pytest.mark.parametrize("cut_at", [60, 200, 10_000], ids=["in the head", "in the body", "nowhere"])
def test_who_would_go_on_in_another_protocol_is_answered_in_this_one(
    endpoint: HttpEndpoint, cut_at: int
) -> None:
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n"
    body = b'{"inputs": [2]}' + b" " * 100
    one = HEAD + upgrade + b"Content-Length: %d\r\n\r\n" % len(body) + body
    connection = raw_connection(endpoint.port, one[:cut_at])
    connection.sendall(one[cut_at:])
    assert read_answer(connection).endswith(b'{"outputs": {"y": [3.0], "negative": [-3.0]}}')
    connection.sendall(one.replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert b"HTTP/1.1 200 " in read_to_end(connection)  # nothing is left over, and the last one is the last


@pytest.mark.parametrize("headers", [{}, {"Expect": "100-continue"}])
def test_a_body_that_is_too_large_is_refused_by_its_length(
    endpoint: HttpEndpoint, headers: dict[str, str]
) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    connection = raw_connection(endpoint.port, HEAD + lines + b"Content-Length: 1000000000000\r\n\r\n")
    answer = read_answer(connection)
    connection.close()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"may have 97.7 KiB, this one has 931.3 GiB" in answer


def test_who_is_still_sending_sees_why_it_is_too_much(endpoint: HttpEndpoint) -> None:
    status, headers, body = asked(endpoint.port, PREDICT, bytes(5_000_000))
    assert (status, headers["connection"]) == (413, "close")


def test_chunks_are_counted(endpoint: HttpEndpoint) -> None:
    connection = raw_connection(endpoint.port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    connection.sendall((b"8000\r\n" + bytes(0x8000) + b"\r\n") * 4)
    answer = read_answer(connection)
    connection.close()
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01 no HTTP\r\n\r\n",
        HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        HEAD.replace(b"POST", b"CONNECT") + b"Connection: upgrade\r\nUpgrade: h2c\r\n\r\n",
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused(endpoint: HttpEndpoint, sent: bytes) -> None:
    head, _, body = read_to_end(raw_connection(endpoint.port, sent)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body) == {"error": "Invalid HTTP request received."}


def test_who_sends_no_more_is_answered_all_the_same(endpoint: HttpEndpoint) -> None:
    connection = raw_connection(endpoint.port, WHOLE.replace(b"Connection: close\r\n", b"") * 3)
    connection.shutdown(socket.SHUT_WR)
    assert read_to_end(connection).count(b"HTTP/1.1 200 ") == 3


def test_who_ends_before_its_request_does_is_not_waited_for(endpoint: HttpEndpoint) -> None:
    connection = raw_connection(endpoint.port, HEAD + b"Content-Length: 10\r\n\r\n{")
    connection.shutdown(socket.SHUT_WR)
    assert read_to_end(connection) == b""


def test_a_connection_too_many_is_refused(endpoint: HttpEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("estimator.serving.http.connection._MOST_CONNECTIONS", 1)
    first = raw_connection(endpoint.port)
    status, headers, _ = asked(endpoint.port, "/v1/models/half")
    assert (status, headers["retry-after"], headers["connection"]) == (503, "1", "close")
    first.close()


def test_headers_have_an_end(endpoint: HttpEndpoint) -> None:
    connection = raw_connection(endpoint.port, HEAD)
    with pytest.raises(OSError):  # reset or broken, as the system has it
        for number in range(100_000):
            connection.sendall(b"X-%d: some more of it\r\n" % number)
    connection.close()


@pytest.mark.parametrize("sent", [b"", b"GET /v1", HEAD + b"X-Slow: 1\r\n"])
def test_a_request_that_does_not_begin_is_cut(impatient: HttpEndpoint, sent: bytes) -> None:
    assert read_to_end(raw_connection(impatient.port, sent)) == b""


def test_a_connection_that_goes_silent_after_an_answer_is_cut(impatient: HttpEndpoint) -> None:
    for more in (b"", b"\r\n", b"GET /v1"):
        connection = raw_connection(impatient.port, b"GET /v1/models/half HTTP/1.1\r\nHost: x\r\n\r\n" + more)
        assert read_to_end(connection).endswith(b"}")


def test_a_body_that_does_not_come_is_told_so(impatient: HttpEndpoint) -> None:
    answer = read_to_end(raw_connection(impatient.port, HEAD + b"Content-Length: 10\r\n\r\n{"))
    assert answer.startswith(b"HTTP/1.1 408 ")


def _blocked(service: Service, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Have models wait until the returned function is called."""
    go_on, predict = threading.Event(), service.predict

    def waiting(*args: Any) -> object:
        if args[-1]:
            raise NotAtOnceError
        go_on.wait(10)
        return predict(*args)

    monkeypatch.setattr(service, "predict", waiting)
    return go_on.set


def test_a_server_that_is_full_says_so() -> None:
    service = service_of_half_plus_two(workers=1, queue=1)
    with serving(service) as endpoint:
        with service.gate.admitted():
            waiting = raw_connection(endpoint.port, WHOLE)
            while not service.gate.waiting:
                pass
            status, headers, body = asked(endpoint.port, PREDICT, {"inputs": [2]})
            assert (status, headers["retry-after"]) == (429, "1")
            assert "1 requests are running and 1 are waiting" in json.loads(body)["error"]
            assert asked(endpoint.port, "/v1/models/half")[0] == 200
        assert read_to_end(waiting).startswith(b"HTTP/1.1 200 ")


def test_a_slow_model_holds_up_neither_a_quick_one_nor_health(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_QUICK_SECS", 10.0)  # on a machine with more to do, too
    service = service_of_half_plus_two(workers=2)
    slow, works, go_on = half_plus_two(1, "slow"), threading.Event(), threading.Event()
    threads = list[str]()
    service.models.add("slow")
    service.models.serve("slow", [slow])
    run_slow, run_quick = slow.run, Servable.run

    def working(*args: Any) -> Any:
        works.set()
        assert go_on.wait(10)
        return run_slow(*args)

    def noting(servable: Servable, *args: Any) -> Any:
        threads.append(threading.current_thread().name)
        return run_quick(servable, *args)

    with serving(service) as endpoint:
        for _ in range(4):
            assert asked(endpoint.port, PREDICT, {"inputs": [2]})[0] == 200
        monkeypatch.setattr(slow, "run", working)
        monkeypatch.setattr(Servable, "run", noting)
        asking = raw_connection(endpoint.port, WHOLE.replace(b"/half:", b"/slow:"))
        assert works.wait(10)
        assert asked(endpoint.port, PREDICT, {"inputs": [2]})[0] == 200
        assert asked(endpoint.port, "/v2/health/ready")[0] == 200
        go_on.set()
        assert read_to_end(asking).startswith(b"HTTP/1.1 200 ")
    assert threads == ["http"]  # the thread that reads, none of its pool


def test_a_request_in_flight_is_answered_before_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    service = service_of_half_plus_two()
    go_on = _blocked(service, monkeypatch)
    endpoint = server.start(service, Address())
    connection = raw_connection(endpoint.port, HEAD + b'Content-Length: 14\r\n\r\n{"inputs":[2]}')
    idle = raw_connection(endpoint.port, b"GET /v1/models/half HTTP/1.1\r\nHost: x\r\n\r\n")
    assert read_answer(idle).startswith(b"HTTP/1.1 200 ")  # and after it the first request has come, too
    ending = threading.Thread(target=endpoint.stop, args=(5.0,))
    ending.start()
    assert read_to_end(idle) == b""
    go_on()
    answer = read_to_end(connection)
    ending.join()
    assert answer.endswith(b'{"outputs": {"y": [3.0], "negative": [-3.0]}}')
    with pytest.raises(ConnectionRefusedError):
        raw_connection(endpoint.port)


@pytest.fixture
def stopping(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, Callable[[], None], Callable[[], None]]]:
    """A port; stops its server, whose thread then reads nothing; lets that thread go on, with what it does at the end."""
    begins, go_on, shutdown = threading.Event(), threading.Event(), server.Server.shutdown

    async def waiting(self: server.Server, sockets: list[socket.socket] | None = None) -> None:
        begins.set()
        assert go_on.wait(10)
        await shutdown(self, sockets)

    monkeypatch.setattr(server.Server, "shutdown", waiting)
    endpoint = server.start(service_of_half_plus_two(), Address())
    ending = threading.Thread(target=endpoint.stop, args=(5.0,))

    def stop() -> None:
        ending.start()
        assert begins.wait(10)

    yield endpoint.port, stop, go_on.set
    ending.join()


def test_what_was_asked_before_the_end_is_answered(
    stopping: tuple[int, Callable[[], None], Callable[[], None]],
) -> None:
    port, stop, go_on = stopping
    used = [raw_connection(port, ASKING) for _ in range(3)]
    assert all(b"connection: close" not in read_answer(connection) for connection in used)
    silent, half = raw_connection(port, ASKING), raw_connection(port, ASKING[:10])
    read_answer(silent)
    stop()
    for connection in used:
        connection.sendall(ASKING)
    new = [raw_connection(port, ASKING) for _ in range(3)]  # nobody has accepted it yet
    go_on()
    half.sendall(ASKING[10:])
    for connection in (*used, *new, half):
        answer = read_to_end(connection)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert answer.count(b"connection: close") == 1
    assert read_to_end(silent) == b""
    with pytest.raises(ConnectionRefusedError):
        raw_connection(port)


def test_of_requests_in_a_row_only_the_last_answer_says_that_it_is_the_end(
    stopping: tuple[int, Callable[[], None], Callable[[], None]],
) -> None:
    port, stop, go_on = stopping
    connection = raw_connection(port, ASKING)
    read_answer(connection)
    stop()
    connection.sendall(ASKING * 3)
    go_on()
    answers = read_to_end(connection).split(b"HTTP/1.1 200 ")[1:]
    assert [b"connection: close" in answer for answer in answers] == [False, False, True]


def test_clients_that_ask_again_and_again_lose_nothing_when_the_server_stops() -> None:
    endpoint = server.start(service_of_half_plus_two(), Address())
    connections = [raw_connection(endpoint.port) for _ in range(8)]
    last, asked_once = dict[int, bytes](), threading.Barrier(9)

    def ask(number: int) -> None:
        answer = b""
        while b"connection: close" not in answer:
            connections[number].sendall(HEAD + b'Content-Length: 14\r\n\r\n{"inputs":[2]}')
            is_first, answer = not answer, read_answer(connections[number])
            assert answer.startswith(b"HTTP/1.1 200 ")
            if is_first:
                asked_once.wait(10)
        last[number] = read_to_end(connections[number])

    clients = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for client in clients:
        client.start()
    asked_once.wait(10)
    endpoint.stop(5.0)
    for client in clients:
        client.join()
    assert last == dict.fromkeys(range(8), b"")


def test_who_takes_longer_than_the_grace_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    service = service_of_half_plus_two()
    go_on = _blocked(service, monkeypatch)
    endpoint = server.start(service, Address())
    connection = raw_connection(endpoint.port, HEAD + b'Content-Length: 14\r\n\r\n{"inputs":[2]}')
    assert asked(endpoint.port, "/v1/models/half")[0] == 200
    endpoint.stop(0.05)
    assert b"200" not in read_to_end(connection)
    go_on()


def test_a_server_that_stops_lets_nobody_in(endpoint: HttpEndpoint) -> None:
    service = service_of_half_plus_two()
    service.gate.close()
    with serving(service) as stopping:
        status, headers, body = asked(stopping.port, PREDICT, {"inputs": [2]})
    assert (status, headers["retry-after"]) == (503, "1")
    assert "stopping" in json.loads(body)["error"]


def test_a_port_that_is_taken_is_refused(endpoint: HttpEndpoint) -> None:
    with pytest.raises(UnavailableError, match="for http: Address already in use. --http_port=0"):
        server.start(service_of_half_plus_two(), Address(port=endpoint.port))


def test_certificates_are_read_before_anybody_is_answered(tmp_path: object) -> None:
    missing, empty = f"{tmp_path}/missing.pem", f"{tmp_path}/empty.pem"
    open(empty, "w").close()
    with pytest.raises(NotFoundError, match="missing.pem"):
        server.start(service_of_half_plus_two(), Address(tls=Tls(missing, empty)))
    with pytest.raises(InvalidArgumentError, match="empty.pem.* cannot be used"):
        server.start(service_of_half_plus_two(), Address(tls=Tls(empty, empty)))


def test_an_answer_larger_than_a_piece_comes_whole(endpoint: HttpEndpoint) -> None:
    with serving(service_of_half_plus_two(max_rows=200_000)) as large:
        xs = np.arange(100_000.0).tolist()
        body = asked(large.port, PREDICT, {"inputs": xs})[2]
    assert json.loads(body)["outputs"]["y"][-1] == 50001.5


@pytest.mark.parametrize("path", ["/metrics", "/monitoring/prometheus/metrics"])
def test_numbers_are_told_in_prometheus_format(endpoint: HttpEndpoint, path: str) -> None:
    assert asked(endpoint.port, PREDICT, {"inputs": [2]})[0] == 200
    status, headers, body = asked(endpoint.port, path)
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert b'estimator_requests_total{method="predict",model="half",code="OK"}' in body
    assert b'estimator_http_responses_total{status="200"}' in body
