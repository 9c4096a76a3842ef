"""The gate lets some in, has some wait, and tells the others."""

from __future__ import annotations

import itertools
import math
import threading

import pytest

from estimator.core.errors import (
    DeadlineExceededError,
    ResourceExhaustedError,
    UnavailableError,
    UsageError,
)
from estimator.serving.limits import Gate, Limits, NotAtOnceError


def _gate(**limits: float) -> Gate:
    return Gate(Limits(**{"workers": 1, "queue": 1, **limits}))  # type: ignore[arg-type]


def test_who_waits_comes_in_when_another_leaves() -> None:
    gate, came = _gate(), list[str]()

    def waiting() -> None:
        with gate.admitted():
            came.append("second")

    thread = threading.Thread(target=waiting)
    with gate.admitted():
        thread.start()
        while not gate.waiting:
            pass
        came.append("first")
    thread.join()
    assert came == ["first", "second"]
    assert (gate.running, gate.waiting) == (0, 0)


def test_a_full_queue_sends_away() -> None:
    gate = _gate(queue=0)
    with (
        gate.admitted(),
        pytest.raises(ResourceExhaustedError, match="1 requests are running and 0 are waiting"),
    ):
        with gate.admitted():
            pass


def test_who_must_not_wait_comes_in_or_is_told() -> None:
    gate = _gate()
    with gate.admitted(at_once=True):
        assert gate.running == 1
        with pytest.raises(NotAtOnceError), gate.admitted(at_once=True):
            pass
    assert (gate.running, gate.waiting) == (0, 0)


def test_a_gate_that_is_closed_lets_in_who_waits_and_nobody_else() -> None:
    gate, came = _gate(), list[str]()

    def waiting() -> None:
        with gate.admitted():
            came.append("in")

    thread = threading.Thread(target=waiting)
    with gate.admitted():
        thread.start()
        while not gate.waiting:
            pass
        gate.close()
        with pytest.raises(UnavailableError, match="stopping"), gate.admitted():
            pass
    thread.join()
    assert came == ["in"]


def test_who_waits_too_long_is_told() -> None:
    gate = Gate(Limits(workers=1, wait_secs=3.0), clock=itertools.count().__next__)
    with gate.admitted(), pytest.raises(UnavailableError, match="waited 3.0 s"), gate.admitted():
        pass


def test_nobody_runs_for_a_client_that_has_left() -> None:
    gate = _gate()
    with gate.admitted(), pytest.raises(DeadlineExceededError), gate.admitted(lambda: False):
        pass
    assert gate.waiting == 0


def test_limits_that_cannot_be_are_refused_together() -> None:
    with pytest.raises(ValueError, match="2 problems") as caught:
        Limits(workers=0, queue=-1)
    assert "workers must be greater than 0, given: 0" in str(caught.value)


@pytest.mark.parametrize(
    "name", ["workers", "queue", "max_message_bytes", "wait_secs", "idle_secs", "grace_secs"]
)
def test_a_limit_beyond_what_a_server_can_keep_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} can be [0-9,]+.* at most, given: 1000000000000"):
        Limits(**{name: 10**12})  # type: ignore[arg-type]


def test_a_limit_is_a_number() -> None:
    with pytest.raises(UsageError) as caught:
        Limits(
            workers=2.5, queue=True, max_rows=None, max_message_bytes=1e6, wait_secs="3", idle_secs=math.nan
        )  # type: ignore[arg-type]
    assert [problem.partition(",")[0] for problem in caught.value.problems] == [
        "workers must be a whole number",
        "queue must be a whole number",
        "wait_secs must be a number",
        "max_message_bytes must be a whole number",
        "max_rows must be a whole number",
        "idle_secs must be greater than 0",
    ]
