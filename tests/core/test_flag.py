"""A flag can be set by a handler of signals, whatever the thread that it interrupts is doing with it."""

from __future__ import annotations

import linecache
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from estimator.core.flag import Flag


def _interrupted(work: Callable[[], object], at: int, handler: Callable[[], object]) -> str:
    """Do something in a thread, and call a handler before its line of that number; the text of that line, if any."""
    lines, ends = list[str](), threading.Event()

    def trace(frame: FrameType, what: str, argument: Any) -> Any:
        if what == "line":
            lines.append(linecache.getline(frame.f_code.co_filename, frame.f_lineno))
            if len(lines) == at:
                sys.settrace(None)
                handler()
        return trace

    def traced() -> None:
        sys.settrace(trace)
        work()
        sys.settrace(None)
        ends.set()

    threading.Thread(target=traced, daemon=True).start()
    assert ends.wait(10), f"it waits for ever when it is interrupted before: {lines[at - 1 :][:1]}"
    return lines[at - 1] if len(lines) >= at else ""


def test_who_is_about_to_wait_does_not_miss_a_signal() -> None:
    line, at = "", 0
    while "acquire(timeout" not in line:  # behind it nothing would set the flag
        at, flag = at + 1, Flag()
        line = _interrupted(flag.wait, at, flag.set)
    assert at > 2


@pytest.mark.parametrize("work", [Flag.set, Flag.clear], ids=["set", "clear"])
def test_it_can_be_set_while_it_is_being_set_or_cleared(work: Callable[[Flag], object]) -> None:
    line, at = "first", 0
    while line:
        at, flag = at + 1, Flag()
        line = _interrupted(lambda flag=flag: work(flag), at, flag.set)  # type: ignore[misc]
    assert at > 2


def test_who_waits_goes_on_when_it_is_set() -> None:
    flag, told = Flag(), list[bool]()
    waiting = [threading.Thread(target=lambda: told.append(flag.wait(10))) for _ in range(3)]
    for thread in waiting:
        thread.start()
    while len(flag._doors) < 3:
        pass
    flag.set()
    flag.set()
    for thread in waiting:
        thread.join()
    assert told == [True] * 3
    assert flag._doors == []


def test_who_waits_is_told_that_the_time_is_over() -> None:
    flag = Flag()
    assert [flag.wait(0), flag.wait(-1), flag.wait(0.001)] == [False] * 3
    flag.set()
    assert flag.wait(0) and flag.is_set()
    flag.clear()
    assert not flag.is_set()
