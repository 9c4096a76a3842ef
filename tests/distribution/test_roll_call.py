"""Who is there, and who is not: every message names the process and its address."""

from __future__ import annotations

import hashlib
import json
import socket
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from estimator.core.errors import UsageError
from estimator.distribution.roll_call import answer, split
from tests.distribution.processes import free_address

PATIENT = 30.0


def answers(*calls: tuple[list[str], int, float]) -> list[Any]:
    """How calls of :func:`answer` at the same time end: with None, or the error."""
    with ThreadPoolExecutor(len(calls)) as pool:
        made: list[Future[None]] = [pool.submit(answer, *call) for call in calls]
        return [future.exception() for future in made]


@pytest.fixture
def cluster() -> list[str]:
    """Addresses of three processes."""
    return [free_address(), "b:2", "c:3"]


def test_all_go_on_when_all_are_there(cluster: list[str]) -> None:
    assert answers(*((cluster, rank, PATIENT) for rank in (2, 1, 0))) == [None] * 3


def test_whoever_is_missing_is_named_by_the_chief_and_to_those_who_came(cluster: list[str]) -> None:
    chief, second = answers((cluster, 0, 0.3), (cluster, 1, PATIENT))
    assert isinstance(chief, UsageError) and "1 of 3 have not come within 0.3 s: 2 (c:3)." in str(chief)
    assert "session_creation_timeout_secs" in str(chief)
    assert isinstance(second, UsageError) and "their chief says: 1 of 3 have not come" in str(second)


def test_a_chief_that_is_not_there_is_waited_for_and_then_named(cluster: list[str]) -> None:
    with pytest.raises(
        UsageError, match=rf"chief does not answer at {cluster[0]} within 0.1 s .*refused.*TF_CONFIG"
    ):
        answer(cluster, 1, 0.1)


def test_a_port_that_is_taken_is_told(cluster: list[str]) -> None:
    host, port = split(cluster[0])
    with socket.create_server((host, port)):
        with pytest.raises(UsageError, match=rf"cannot listen at {cluster[0]}: Address already in use"):
            answer(cluster, 0, 0.1)


def test_something_else_that_listens_there_is_no_chief(cluster: list[str]) -> None:
    with socket.create_server(split(cluster[0])) as other, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(answer, cluster, 1, 0.0)
        caller, _ = other.accept()
        with caller:
            caller.recv(1000)
            caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        assert "something else listens there" in str(waiting.exception())


def test_two_that_say_to_be_the_same_are_told_so(cluster: list[str]) -> None:
    for error in answers((cluster, 0, PATIENT), (cluster, 1, 2.0), (cluster, 1, 2.0)):
        assert isinstance(error, UsageError) and "two processes say that they are number 1, b:2" in str(error)


def test_another_cluster_is_told_to_both(cluster: list[str]) -> None:
    other = [cluster[0], "b:2", "elsewhere:3"]
    for error in answers((cluster, 0, PATIENT), (other, 2, 2.0)):
        assert "process 2 has another cluster in its TF_CONFIG than the chief" in str(error)


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\n",
        b"x" * 5000,
        b'{"rank": 7, "addresses": ""}\n',
        b'{"rank": "1"}\n',
        b"[" * 1900 + b"\n",
        b"",
    ],
    ids=["a browser", "much", "a rank that there is not", "a rank that is no number", "deep", "nothing"],
)
def test_a_stranger_does_not_disturb(said: bytes, cluster: list[str]) -> None:
    with ThreadPoolExecutor(1) as pool:
        chief = pool.submit(answer, cluster, 0, PATIENT)
        with suppress(OSError), _connected(cluster[0]) as stranger:  # the chief may have hung up already
            stranger.sendall(said)
            stranger.shutdown(socket.SHUT_WR)
        assert answers((cluster, 1, PATIENT), (cluster, 2, PATIENT)) == [None, None]
        assert chief.exception() is None


def test_one_that_has_hung_up_may_come_again(cluster: list[str]) -> None:
    digest = hashlib.sha256("\n".join(cluster).encode()).hexdigest()
    with ThreadPoolExecutor(1) as pool:
        chief = pool.submit(answer, cluster, 0, PATIENT)
        with _connected(cluster[0]) as first:
            first.sendall(json.dumps({"rank": 1, "addresses": digest}).encode() + b"\n")
        assert answers((cluster, 1, PATIENT), (cluster, 2, PATIENT)) == [None, None]
        assert chief.exception() is None


def _connected(address: str) -> socket.socket:
    """A connection, as soon as somebody listens."""
    while True:
        try:
            return socket.create_connection(split(address), timeout=PATIENT)
        except ConnectionRefusedError:
            continue


@pytest.mark.parametrize(
    "address", ["worker-0", "worker-0:http", ":2222", "worker-0:0", "worker-0:70000", "[]:5"]
)
def test_an_address_without_a_host_or_a_port_is_none(address: str) -> None:
    with pytest.raises(UsageError, match="should be a host and a port"):
        answer([address, "b:2"], 1, 1.0)
