"""The log: shown at INFO unless the program decides, and messages that are given only sometimes."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from estimator.core import log


@pytest.fixture
def lines() -> Iterator[list[logging.LogRecord]]:
    """What is logged at INFO and above."""
    found: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = found.append  # type: ignore[method-assign]
    level = log.get_verbosity()
    log.logger.addHandler(handler)
    log.set_verbosity(log.INFO)
    yield found
    log.logger.removeHandler(handler)
    log.set_verbosity(level)


def _messages(lines: list[logging.LogRecord]) -> list[str]:
    return [each.getMessage() for each in lines]


def test_the_levels_are_those_of_tf_logging() -> None:
    # tf.logging.{DEBUG,INFO,WARN,ERROR,FATAL} of TensorFlow 1.15
    assert [log.DEBUG, log.INFO, log.WARN, log.ERROR, log.FATAL] == [10, 20, 30, 40, 50]


def test_verbosity_decides_what_is_shown(lines: list[logging.LogRecord]) -> None:
    log.set_verbosity(v=log.WARN)
    log.info("hidden")
    log.warn("shown %d", 1)
    log.log(log.ERROR, "shown too")
    assert log.get_verbosity() == log.WARN
    assert _messages(lines) == ["shown 1", "shown too"]


def test_log_if_asks_the_condition(lines: list[logging.LogRecord]) -> None:
    log.log_if(log.INFO, "yes %s", True, "indeed")
    log.log_if(log.INFO, "no", False)
    assert _messages(lines) == ["yes indeed"]


def test_a_message_may_give_its_level_and_one_of_the_task_is_an_error(lines: list[logging.LogRecord]) -> None:
    log.vlog(log.WARN, "%s rows", 3)
    log.vlog(1, "hidden", exc_info=True)
    log.TaskLevelStatusMessage("lost a worker")
    assert [(line.levelname, line.getMessage(), line.filename) for line in lines] == [
        ("WARNING", "3 rows", "test_log.py"),
        ("ERROR", "lost a worker", "test_log.py"),
    ]


def test_every_nth_message_of_a_line_is_shown_from_the_first_on(lines: list[logging.LogRecord]) -> None:
    for number in range(7):
        log.log_every_n(log.INFO, "%d", 3, number)
    assert _messages(lines) == ["0", "3", "6"]


def test_the_first_messages_of_each_line_are_shown(lines: list[logging.LogRecord]) -> None:
    for number in range(4):
        log.log_first_n(log.INFO, "a%d", 2, number)
        log.log_first_n(log.INFO, "b%d", 1, number)
    assert _messages(lines) == ["a0", "b0", "a1"]


def test_a_message_names_the_line_of_the_caller(lines: list[logging.LogRecord]) -> None:
    log.log_if(log.INFO, "here", True)
    log.log_first_n(log.INFO, "here", 1)
    assert [each.filename for each in lines] == ["test_log.py", "test_log.py"]


def shown_on(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    """What two facts that may share a line look like on standard error, with a third before them."""
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    handler = log._StandardError()
    for text, joins_next in [("first", False), ("speed: 5", True), ("loss = 1", False), ("last", False)]:
        record = logging.makeLogRecord({"msg": text, "joins_next": joins_next})
        handler.emit(record)
        assert record.getMessage() == text  # other handlers get it as it is
    return stream.getvalue()


def test_facts_that_may_share_a_line_do_where_lines_are_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown_on(io.StringIO(), monkeypatch) == "first\nloss = 1; speed: 5\nlast\n"


def test_on_a_terminal_each_fact_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    assert shown_on(terminal, monkeypatch) == "first\nspeed: 5\nloss = 1\nlast\n"


def test_get_logger_is_tensorflows() -> None:
    assert log.get_logger() is logging.getLogger("tensorflow")  # tf.get_logger().name, TensorFlow 1.15
    log.flush()


def test_what_scripts_hang_on_tensorflows_logger_gets_every_record(lines: list[logging.LogRecord]) -> None:
    theirs: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: theirs.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("tensorflow").addHandler(handler)
    try:
        log.info("loss = %s", 0.5)
        logging.getLogger("tensorflow").setLevel(logging.ERROR)
        log.info("hidden")
        assert log.get_verbosity() == logging.ERROR
    finally:
        logging.getLogger("tensorflow").removeHandler(handler)
    assert theirs == _messages(lines) == ["loss = 0.5"]


def test_verbosity_overrules_a_level_of_the_packages_own(lines: list[logging.LogRecord]) -> None:
    logging.getLogger("estimator").setLevel(logging.ERROR)
    log.set_verbosity(log.INFO)
    log.info("shown")
    assert _messages(lines) == ["shown"]


def unconfigured(monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    """The root logger as a program has it that has not configured logging, and ours likewise."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    for ours in (log.logger, log.tensorflow_logger):
        monkeypatch.setattr(ours, "handlers", [])
        monkeypatch.setattr(ours, "level", logging.NOTSET)
        monkeypatch.setattr(ours, "_cache", {})
    return root


def test_configuring_twice_shows_a_message_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    unconfigured(monkeypatch)
    log.configure()
    log.configure()
    log.info("loss = %s", 0.5)
    log.debug("not shown")
    assert capsys.readouterr().err == "INFO:estimator:loss = 0.5\n"


def test_a_program_that_has_handlers_decides_before_and_after(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    root = unconfigured(monkeypatch)
    log.configure()
    root.addHandler(caplog.handler)  # as logging.basicConfig() does
    log.info("once")
    log.configure()
    log.info("twice")
    assert [record.getMessage() for record in caplog.records] == ["once", "twice"]
    assert capsys.readouterr().err == ""


def test_a_level_that_does_not_exist_is_answered_with_those_that_do() -> None:
    before = log.get_verbosity()
    with pytest.raises(ValueError, match="'LOUD'; use tf.logging.DEBUG, INFO, WARN, ERROR or FATAL"):
        log.set_verbosity("LOUD")
    assert log.get_verbosity() == before


def test_what_a_thread_tells_at_info_can_be_left_to_whoever_calls(lines: list[logging.LogRecord]) -> None:
    with log.brief():
        log.info("hidden")
        log.warning("shown")
        other = threading.Thread(target=log.info, args=("of another thread",))
        other.start()
        other.join()
        log.set_verbosity(log.DEBUG)
        log.info("shown to who wants all")
    log.info("after it")
    assert _messages(lines) == ["shown", "of another thread", "shown to who wants all", "after it"]
