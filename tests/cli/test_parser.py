"""How a command reads its arguments: what is wrong with them, all at once."""

from __future__ import annotations

import argparse

import pytest

from estimator.cli.parser import CommandParser, Flag
from estimator.cli.values import listed, number, whole, word


def parser() -> CommandParser:
    made = CommandParser("train", "Trains.", "--config FILE [flag ...]")
    made.add_argument("--model_dir", action=Flag, metavar="DIR")
    made.add_argument("--steps", action=Flag, read=whole)
    made.add_argument("--rate", action=Flag, read=number)
    made.add_argument("--hidden_units", action=Flag, read=listed(whole))
    made.add_argument("--at", action=Flag, words=("start", "end"))
    made.add_argument("--set", action=Flag, default=[])
    made.add_argument("--dry_run", action="store_true")
    return made


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(arguments)
    assert ended.value.code == 2
    return capsys.readouterr().err.split("\n", 1)[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--model_dir=x", "--steps=010", "--rate=-1e-3", "--hidden_units=10,010", "--set=a", "--set=b"),
        ("--model_dir", "x", "--steps", "010", "--rate", "-1e-3", "--hidden_units", "10,010", "--set", "a", "--set", "b"),
    ],
)  # fmt: skip
def test_flags_are_written_with_an_equals_sign_or_a_blank(arguments: tuple[str, ...]) -> None:
    assert parser().parse_args(arguments) == argparse.Namespace(
        model_dir="x", steps=10, rate=-0.001, hidden_units=[10, 10], at=None, set=["a", "b"], dry_run=False
    )


@pytest.mark.parametrize("text", ["-1", "-1.5", "-.5", "-1e-3", "-inf", "-nan"])
def test_a_negative_number_is_no_flag(text: str) -> None:
    assert repr(parser().parse_args(["--rate", text]).rate) == repr(float(text))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--model-dir", "x"], "unknown flag --model-dir. Did you mean --model_dir?"),
        (["--model-dir=x"], "unknown flag --model-dir. Did you mean --model_dir?"),
        (["--modeldir=x"], "unknown flag --modeldir. Did you mean --model_dir?"),
        (["--stpes=1"], "unknown flag --stpes. Did you mean --steps?"),
        (["--step", "1"], "unknown flag --step. Did you mean --steps?"),
        (["--STEPS=1"], "unknown flag --STEPS. Did you mean --steps?"),
        (["-steps=1"], "unknown flag -steps. Did you mean --steps?"),
        (["--zzz"], "unknown flag --zzz."),
        (["--steps=1", "--steps", "2"], "--steps is given twice."),
        (["--dry_run", "--dry_run"], "--dry_run is given twice."),
        (["x.yaml"], "unexpected argument 'x.yaml'; a value follows its flag, as in --flag=x.yaml."),
        (["--steps=1e3"], "--steps: a whole number is expected, given: '1e3'. Write 1000."),
        (["--hidden_units=10,1e1"], "--hidden_units: a whole number is expected, given: '1e1'. Write 10."),
        (["--at=stat"], "--at: start or end is expected, given: 'stat'. Did you mean 'start'?"),
        (["--steps"], "argument --steps: expected one argument"),
        (["--steps=--"], "--steps: '--' is no value."),
        (["--set=--"], "--set: '--' is no value."),
        (["--", "--steps", "1"], "'--' stands alone; flags are read wherever they stand, without it."),
        (["--steps=1", "--"], "'--' stands alone; flags are read wherever they stand, without it."),
    ],
)
def test_what_is_wrong_is_said_and_the_nearest_flag(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refusal(capsys, *arguments) == f"estimator train: error: {said}\n"


def test_all_that_is_wrong_is_said_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(capsys, "--steps=x", "--rate=y", "--model-dir", "z", "--at=start", "--at=end")
    assert said == (
        "estimator train: error: 4 problems\n"
        "  - --steps: a whole number is expected, given: 'x'.\n"
        "  - --rate: a number is expected, given: 'y'.\n"
        "  - --at is given twice.\n"
        "  - unknown flag --model-dir. Did you mean --model_dir?\n"
    )


def test_what_may_be_given_several_times_gives_all_values() -> None:
    made = parser()
    made.add_argument("--files", action=Flag, nargs="+", default=[])
    made.add_argument("--words", action=Flag, nargs="+")
    given = made.parse_args(["--files", "a", "b", "--set=1", "--files=c", "--words", "d", "e", "--set", "2"])
    assert (given.files, given.words, given.set) == (["a", "b", "c"], ["d", "e"], ["1", "2"])


def test_a_second_call_begins_anew(capsys: pytest.CaptureFixture[str]) -> None:
    made = parser()
    with pytest.raises(SystemExit):
        made.parse_args(["--steps=x"])
    assert made.parse_args(["--steps=1"]).steps == 1


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_a_help_is_readable_at_80_columns(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    made = parser()
    made.add_argument("--long", action=Flag, read=word, help="word " * 60)
    with pytest.raises(SystemExit):
        made.parse_args(["--help"])
    widest = max(map(len, capsys.readouterr().out.splitlines()))
    assert widest <= min(80, int(columns))
