"""How commands end: exit codes and messages, and tracebacks where the user's own code fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import pytest

from estimator.checkpoint.compare import compare, raise_mismatch
from estimator.cli.endings import DOES_NOT_FIT, FAILED, INTERRUPTED, MISUSED, ended, failed, tidied_up
from estimator.core import nest
from estimator.core.dtypes import float32
from estimator.core.errors import NotFoundError, UsageError
from estimator.settings.run_config import RunConfig


def raising(error: BaseException) -> NoReturn:
    raise error


def inside(work: Callable[..., Any], *arguments: Any) -> Callable[[], int]:
    """Work that no line of this file calls: whoever raises in it is the package."""
    return partial(work, *arguments)


@pytest.mark.parametrize(
    ("source", "code", "said"),
    [
        (
            "keep_checkpoint_max: -1",
            MISUSED,
            "RunConfig from YAML: keep_checkpoint_max should be >= 0, given: -1.",
        ),
        ("- a\n", FAILED, "the YAML text should hold lines such as 'save_summary_steps: 100', given: ['a']."),
        ("no.yaml", FAILED, "there is no YAML file 'no.yaml'"),
    ],
)
def test_a_known_error_is_one_message(
    source: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended("train", inside(RunConfig.from_yaml, source), misuse=(UsageError,)) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"estimator train: {said}")
    assert ended("train", inside(RunConfig.from_yaml, source)) == FAILED


def test_a_name_in_a_message_does_not_move_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    failed("inspect", NotFoundError("no 'a\x1b[2Jb'.\nThere is: 'ü'."))
    assert capsys.readouterr().err == "estimator inspect: no 'a\\x1b[2Jb'.\nThere is: 'ü'.\n"


def test_a_checkpoint_that_does_not_fit_has_a_code_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    mismatch = compare({"w": ((3,), float32)}, {"w": ((2,), float32)})
    assert mismatch is not None
    assert ended("train", inside(raise_mismatch, mismatch, "m/model.ckpt-1")) == DOES_NOT_FIT
    assert capsys.readouterr().err.startswith("estimator train: 1 of 1 variables of the model do not fit")


def test_an_error_of_the_users_code_keeps_its_traceback_from_the_users_line_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def users_function(value: Any) -> None:
        raising(KeyError("speceis"))

    assert ended("train", inside(nest.map_structure, users_function, [1])) == FAILED
    first, second, *_, last, end = capsys.readouterr().err.splitlines()
    assert first == "Traceback (most recent call last):"
    assert second.endswith("in users_function")
    assert last == "KeyError: 'speceis'"
    assert end == "estimator train: KeyError, see above."


def test_an_error_of_the_packages_that_a_line_of_the_users_has_caused_shows_that_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def users_function(value: Any) -> None:
        RunConfig(keep_checkpoint_max=-1)

    assert ended("train", inside(nest.map_structure, users_function, [1])) == FAILED
    first, second, line, *_ = capsys.readouterr().err.splitlines()
    assert second.endswith("in users_function")
    assert line.strip() == "RunConfig(keep_checkpoint_max=-1)"


def test_a_slip_of_the_packages_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("train", inside(RunConfig.to_yaml, None)) == FAILED
    assert "in to_yaml" in capsys.readouterr().err


def test_ctrl_c_outside_of_a_training_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("predict", lambda: raising(KeyboardInterrupt())) == INTERRUPTED == 130
    assert capsys.readouterr().err == "estimator predict: interrupted.\n"


def test_what_a_signal_has_made_of_a_training_goes_on() -> None:
    with pytest.raises(SystemExit) as raised:
        ended("train", lambda: raising(SystemExit(143)))
    assert raised.value.code == 143


def test_nobody_complains_when_the_output_is_not_read_to_its_end() -> None:
    work = "lambda: [print('row', flush=n % 9 == 0) for n in range(100_000)] and 0"
    text = f"import sys; from estimator.cli.endings import ended; sys.exit(ended('predict', {work}))"
    with subprocess.Popen(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == b"row\n"
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (0, b"")


def test_sigterm_leaves_a_block_that_tidies_up_and_is_what_it_was_behind_it() -> None:
    done = []
    with pytest.raises(SystemExit) as raised, tidied_up():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            signal.pause()
        finally:
            done.append("tidied")
    assert (raised.value.code, done) == (143, ["tidied"])
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_handler_of_the_callers_stays() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with tidied_up():
            assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
