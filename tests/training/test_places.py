"""Where a line that is rewritten is shown, and what becomes of what others write there."""

from __future__ import annotations

import fcntl
import io
import logging
import os
import struct
import subprocess
import sys
import termios
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from estimator.core import log
from estimator.training.places import NotebookPlace, TerminalPlace, place_on
from tests.training.screen import Terminal, rows_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def ordinary_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def place(terminal: Terminal) -> Iterator[TerminalPlace]:
    place = TerminalPlace.on(terminal)
    place.open()
    yield place
    place.close()


def test_a_file_a_closed_stream_and_none_at_all_are_no_place(tmp_path: Path) -> None:
    closed = open(tmp_path / "log", "w")
    assert place_on(closed) is None
    closed.close()
    assert place_on(closed) is None and place_on(None, always=True) is None
    assert isinstance(place_on(io.StringIO(), always=True), TerminalPlace)


@pytest.mark.parametrize(
    ("name", "value", "is_place"),
    [
        ("TERM", "dumb", False),
        ("CI", "true", False),
        ("CI", "1", False),
        ("CI", "false", True),
        ("CI", "", True),
    ],
)
def test_a_terminal_that_cannot_go_back_and_a_build_server_are_none(
    terminal: Terminal, name: str, value: str, is_place: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert (place_on(terminal) is not None) == is_place
    assert place_on(terminal, always=True) is not None


def test_a_line_is_written_over_the_one_before(place: TerminalPlace, terminal: Terminal) -> None:
    place.show("a long line")
    place.show("short")
    assert terminal.rows == ["short"]
    place.make_room()
    assert terminal.rows == [""] and "\n" not in terminal.getvalue()


def test_a_record_of_any_logger_starts_on_an_empty_row(place: TerminalPlace, terminal: Terminal) -> None:
    for name in ("estimator", "tensorflow", "of_the_script"):
        place.show(f"before {name}")
        logging.getLogger(name).warning("a fact")  # pytest's handlers on the root logger get it
        assert terminal.rows == [""], name


def test_what_a_script_prints_stands_by_itself(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", terminal)
    place = TerminalPlace.on(terminal)
    place.open()
    place.show("train 1/9")
    print("a fact")
    place.show("train 2/9")
    print("begun", end="")
    place.show("train 3/9")  # not over what has no end yet
    print(" and ended")
    sys.stdout.writelines(["one\n", "two\n"])
    place.show("train 4/9")
    assert sys.stdout.isatty() and sys.stdout.encoding == terminal.encoding
    place.close()
    assert sys.stdout is terminal
    assert terminal.rows == ["a fact", "begun and ended", "one", "two", ""]


def test_a_stream_that_somebody_has_replaced_meanwhile_stays(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", terminal)
    place = TerminalPlace.on(terminal)
    place.open()
    own = io.StringIO()
    monkeypatch.setattr(sys, "stdout", own)
    place.close()
    assert sys.stdout is own


def test_a_line_within_another_one_takes_its_row(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)
    outer = place_on(sys.stderr)
    assert outer is not None
    outer.open()
    outer.show("train 100/200, loss 0.5")
    inner = place_on(sys.stderr)  # what stands there now knows of the row
    assert inner is outer
    inner.open()
    inner.show("evaluate 1/2")
    assert terminal.rows == ["evaluate 1/2"]
    inner.close()
    assert terminal.rows == [""] and sys.stderr is not terminal
    outer.show("train 101/200")
    outer.close()
    assert terminal.rows == [""] and sys.stderr is terminal


def test_nothing_is_left_behind(terminal: Terminal) -> None:
    loggers = [log.logger, log.tensorflow_logger, *logging.getLogger().handlers]
    before = [list(logger.filters) for logger in loggers]
    place = TerminalPlace.on(terminal)
    place.open()
    assert [logger.filters for logger in loggers] != before
    place.close()
    assert [logger.filters for logger in loggers] == before
    assert TerminalPlace.on(terminal) is not place


def test_a_terminal_that_is_gone_ends_nothing(terminal: Terminal) -> None:
    place = TerminalPlace.on(terminal)
    place.open()
    place.show("train 1/9")
    terminal.close()
    place.show("train 2/9")
    place.close()


@pytest.mark.parametrize(
    ("columns", "told", "room"), [(60, "", 59), (0, "", 79), (0, "50", 49), (0, "x", 79)]
)
def test_the_width_is_the_terminals_at_each_moment(
    columns: int, told: str, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", told)
    master, slave = os.openpty()
    with open(slave, "w") as stream:
        place = TerminalPlace(stream)
        for width in (132, columns):
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
            found = place.columns()
        assert found == room
    os.close(master)


# -- in a notebook: a kernel's streams and shell, and what its front end would show


class KernelStream(io.StringIO):
    """What sys.stderr is in a kernel."""


KernelStream.__module__ = "ipykernel.iostream"


class Cells:
    """A stand-in for IPython: the outputs by their names, and which cell runs."""

    def __init__(self) -> None:
        self.kernel: Any = object()
        self.execution_count = 1
        self.outputs: dict[str, list[str]] = {}

    def display(self, data: dict[str, str], raw: bool, display_id: str, update: bool = False) -> None:
        assert raw and update == (display_id in self.outputs)
        self.outputs.setdefault(display_id, []).append(data["text/plain"])


@pytest.fixture
def cells(monkeypatch: pytest.MonkeyPatch) -> Cells:
    cells = Cells()
    ipython, display = types.ModuleType("IPython"), types.ModuleType("IPython.display")
    ipython.get_ipython = lambda: cells  # type: ignore[attr-defined]
    display.display = cells.display  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    monkeypatch.setattr(NotebookPlace, "_latest", None)
    return cells


def shown(*texts: str) -> None:
    place = place_on(KernelStream())
    assert isinstance(place, NotebookPlace)
    place.open()
    for text in texts:
        place.show(text)
    place.close()


def test_a_cell_has_one_output_that_is_updated_whatever_its_calls(cells: Cells) -> None:
    shown("train 1/2", "train 2/2")
    shown("evaluate 1")
    cells.execution_count = 2
    shown("train 3")
    assert list(cells.outputs.values()) == [["train 1/2", "train 2/2", "evaluate 1"], ["train 3"]]


def test_a_shell_without_a_kernel_and_a_stream_of_the_scripts_own_are_no_notebook(cells: Cells) -> None:
    assert place_on(io.StringIO()) is None
    del cells.kernel
    assert place_on(KernelStream()) is None


def test_the_log_waits_while_the_line_says_the_same(cells: Cells, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = KernelStream()
    writes: list[str] = []
    monkeypatch.setattr(stream, "write", writes.append)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(log.tensorflow_logger, "handlers", [handler := log._StandardError()])
    monkeypatch.setattr(log.tensorflow_logger, "level", logging.INFO)
    place = place_on(stream)
    assert place is not None
    place.open()
    log.info("one")
    log.info("two")
    assert writes == []
    log.warning("look here")
    assert writes == ["one\ntwo\nlook here\n"]
    log.info("three")
    monkeypatch.setattr(handler, "_written_at", float("-inf"))  # long ago
    log.info("four")
    assert writes[1:] == ["three\nfour\n"]
    log.info("five")
    place.close()
    assert writes[2:] == ["five\n"]
    log.info("six")
    assert "".join(writes[3:]) == "six\n"


# -- a script in a real terminal

SCRIPT = """
import sys
import numpy as np
import estimator as est
from tests.tiny import batches, estimator

class Says(est.SessionRunHook):
    runs = 0
    def after_run(self, context, values):
        self.runs += 1
        if self.runs % 500 == 0:
            print("so far", self.runs)

model = estimator(sys.argv[1], progress=None, log_step_count_steps=700, save_checkpoints_steps=600)
model.train(batches(), steps=2000, hooks=[Says()])
model.evaluate(batches(30))
print(len(list(model.predict(batches(30)))), "predictions")
"""


def in_a_terminal(tmp_path: Path, redirect: str, columns: int = 60) -> str:
    """What a terminal gets of the script."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    (tmp_path / "script.py").write_text(SCRIPT)
    command = f'"{sys.executable}" script.py model {redirect}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        ["sh", "-c", command], stdin=slave, stdout=slave, stderr=slave, cwd=tmp_path, env=environment
    ) as process:
        os.close(slave)
        text = b""
        try:
            while part := os.read(master, 1 << 16):
                text += part
        except OSError:  # the other end is closed
            pass
        os.close(master)
    assert process.returncode == 0
    return text.decode()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")
def test_a_terminal_shows_whole_lines_and_no_rest_of_any_other(tmp_path: Path) -> None:
    text = in_a_terminal(tmp_path, "")
    lines = [part for row in text.split("\n") for part in row.split("\r") if part.startswith("train ")]
    assert lines[0].rstrip() == "train 0/2000" and any("saved" in line for line in lines)
    assert all(len(line) <= 59 for line in lines)
    rows = rows_of(text)
    assert not any("train " in row or "evaluate " in row or "predict " in row for row in rows)
    assert [row for row in rows if "so far" in row] == [f"so far {runs}" for runs in (500, 1000, 1500, 2000)]
    assert rows[-2:] == ["120 predictions", ""]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")
@pytest.mark.parametrize("redirect", [">out 2>err", ">out", "2>err", "2>&1 | tee out >err"])
def test_what_is_redirected_has_lines_alone(tmp_path: Path, redirect: str) -> None:
    on_terminal = in_a_terminal(tmp_path, redirect)
    told = "".join((tmp_path / name).read_text() for name in ("out", "err") if (tmp_path / name).exists())
    assert "\r" not in told and "train " not in told and "evaluate " not in told
    assert "120 predictions" in told + on_terminal and "Loss for final step" in told + on_terminal
    assert ("train 0/2000" in on_terminal) == (redirect == ">out")
    if "tee" in redirect:
        assert told.splitlines()[: told.count("\n") // 2] == told.splitlines()[told.count("\n") // 2 :]
