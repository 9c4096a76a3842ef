"""The commands: help, and wrong names."""

from __future__ import annotations

from importlib import import_module

import pytest

from estimator.cli.program import COMMANDS, main


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown, width = capsys.readouterr().out, max(map(len, COMMANDS))
    assert not [name for name, does in COMMANDS.items() if f"  {name:<{width}}  {does}\n" not in shown]


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
        (["zzz"], "unknown command 'zzz'. There is: convert, metadata, run, serve."),
    ],
)
def test_a_command_that_is_none_is_answered_with_the_nearest(
    arguments: list[str], answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert answer in capsys.readouterr().err
