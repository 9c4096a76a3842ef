"""The commands: help, and wrong names."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module

import pytest

from estimator.cli import program as cli_program
from estimator.cli.program import COMMANDS, main
from estimator.core.version import VERSION


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown, width = capsys.readouterr().out, max(map(len, COMMANDS))
    assert not [name for name, does in COMMANDS.items() if f"  {name:<{width}}  {does}\n" not in shown]


def test_a_call_without_a_command_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (2, "")
    assert all(f"  {name} " in said.err for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_a_help_of_its_own(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        import_module(f"estimator.cli.commands.{name}").main(["--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: estimator {name} ")


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ([], "the following arguments are required: command"),
        (["rum"], "unknown command 'rum'. Did you mean 'run'?"),
        (["zzz"], f"unknown command 'zzz'. There is: {', '.join(sorted(COMMANDS))}."),
    ],
)
def test_a_command_that_is_none_is_answered_with_the_nearest(
    arguments: list[str], answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert answer in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"estimator {VERSION}\n"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_a_parser_that_says_its_flags(name: str) -> None:
    parser = import_module(f"estimator.cli.commands.{name}").make_parser()
    assert parser.prog == f"estimator {name}"
    assert [action.dest for action in parser._actions if not action.help] == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_of_a_command_is_readable_at_80_columns(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = import_module(f"estimator.cli.commands.{name}").make_parser().format_help().splitlines()
    assert [line for line in lines if len(line) > 80] == []


def test_a_help_loads_none_of_what_trains() -> None:
    text = "import sys; from estimator.cli.program import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert "estimator.cli.program" in done.stdout
    assert "numpy" not in done.stdout.split()


@pytest.mark.parametrize(("command", "code"), [("plot", 130), ("run", None)])
def test_ctrl_c_while_a_command_is_loaded_is_no_traceback(
    command: str, code: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_program, "main", interrupted)
    monkeypatch.setattr(sys, "argv", ["estimator", command])
    with pytest.raises(KeyboardInterrupt if code is None else SystemExit) as ended:
        cli_program.program()
    assert getattr(ended.value, "code", None) == code


@pytest.mark.parametrize("closed", [1, 2])
def test_output_that_the_caller_has_closed_goes_nowhere(closed: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "estimator", "completion", "bash"],
        stdout=subprocess.PIPE if closed == 2 else None,
        stderr=subprocess.PIPE if closed == 1 else None,
        preexec_fn=lambda: os.close(closed),
    )
    assert done.returncode == 0
    assert not done.stderr
    assert closed == 1 or b"complete" in done.stdout
