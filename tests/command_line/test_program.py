"""The entry point of a script."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from absl import flags as absl_flags

from estimator import tf
from estimator.command_line import define, program
from estimator.command_line.values import FlagValues


@pytest.fixture(autouse=True)
def values(monkeypatch: pytest.MonkeyPatch) -> Iterator[FlagValues]:
    """FLAGS with one flag, of the test alone."""
    made = FlagValues(reads_command_line=True)
    monkeypatch.setattr(program, "FLAGS", made)
    monkeypatch.setattr(sys, "argv", ["script.py"])
    monkeypatch.setattr(program, "_absl_flags", lambda: None)
    define_flag = define.DEFINE_flag
    monkeypatch.setattr(
        program, "DEFINE_flag", lambda flag, **how: define_flag(flag, flag_values=made, **how)
    )
    tf.flags.DEFINE_integer("steps", 1, "how many", flag_values=made, module_name="script.py")
    yield made


def _exit_code(*given: Any, **named: Any) -> Any:
    with pytest.raises(SystemExit) as end:
        program.run(*given, **named)
    return end.value.code


def test_main_gets_what_belongs_to_no_flag_and_its_result_is_the_exit_code(
    values: FlagValues, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["script.py", "--steps=3", "--unknown=4", "path"])
    assert _exit_code(lambda argv: [argv, values.steps]) == [["script.py", "--unknown=4", "path"], 3]


def test_what_looks_like_a_flag_that_there_is_is_a_warning(
    values: FlagValues, caplog: pytest.LogCaptureFixture
) -> None:
    arguments = ["script.py", "--step=3", "--quite_another=4", "step", "--", "--stepz"]
    assert _exit_code(lambda argv: len(argv), argv=arguments) == len(arguments)
    assert [record.message for record in caplog.records] == [
        "there is no flag --step: the argument is left to main. Did you mean 'steps'?"
    ]


def test_an_error_in_main_shows_the_scripts_own_lines() -> None:
    def main(argv: list[str]) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError) as caught:
        program.run(main, argv=["script.py"])
    assert [entry.name for entry in caught.traceback[1:]] == ["main"]


def test_without_an_argument_it_is_the_scripts_own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["__main__"], "main", lambda argv: 7, raising=False)
    assert _exit_code(argv=["script.py"]) == 7


def test_argparse_takes_what_it_knows_and_flags_the_rest(values: FlagValues) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data_dir")
    known, unparsed = parser.parse_known_args(["--data_dir=d", "--steps=5"])
    assert known.data_dir == "d"
    assert _exit_code(main=lambda argv: (argv, values.steps), argv=["script.py", *unparsed]) == (
        ["script.py"],
        5,
    )


def test_flags_of_absl_are_read_too(values: FlagValues, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = absl_flags.FlagValues()
    absl_flags.DEFINE_string("theirs", "", "a flag of absl", flag_values=theirs)
    absl_module = type(absl_flags)("absl.flags")
    absl_module.FLAGS = theirs  # type: ignore[attr-defined]
    monkeypatch.setattr(program, "_absl_flags", lambda: absl_module)
    code = _exit_code(
        lambda argv: (argv, values.steps, theirs.theirs), ["script.py", "--theirs=x", "--steps", "2", "--n"]
    )
    assert code == (["script.py", "--n"], 2, "x")


@pytest.mark.parametrize("flag", ["--help", "-?", "--helpshort", "--helpfull"])
def test_help_prints_the_flags_and_runs_nothing(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    called: list[Any] = []
    assert _exit_code(called.append, ["script.py", flag]) == 1
    printed = capsys.readouterr().out
    assert "--steps: how many\n" in printed and not called
    assert ("show full help" in printed) == (flag == "--helpfull")


def test_no_help_is_no_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code(len, ["script.py", "--nohelp"]) == 1  # the number of arguments
    assert capsys.readouterr().out == ""


def test_a_wrong_value_is_an_error_before_main(values: FlagValues) -> None:
    with pytest.raises(tf.flags.IllegalFlagValueError, match="flag --steps=x: invalid literal"):
        program.run(print, ["script.py", "--steps=x"])


def test_a_script_may_have_a_flag_called_help(values: FlagValues) -> None:
    tf.flags.DEFINE_string("help", "none", "help", flag_values=values)
    assert _exit_code(lambda argv: values.help, ["script.py", "--help=me"]) == "me"


def test_absl_is_asked_only_if_the_script_has_imported_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert program._absl_flags() is absl_flags
    monkeypatch.delitem(sys.modules, "absl.flags")
    assert program._absl_flags() is None
