"""The settings of a run as flags: every one of them, by its type, with what it means."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from estimator.cli import flags
from estimator.cli.flags import add_settings, problems_of_settings, settings_of
from estimator.cli.parser import CommandParser
from estimator.settings.run_config import RunConfig, default_settings

# what only Python can make
OBJECTS = ("device_fn", "eval_distribute", "experimental_distribute", "session_config", "train_distribute")
NO_FLAGS = (*OBJECTS, "model_dir")  # which is the experiment's


def parser() -> CommandParser:
    made = CommandParser("train", "Trains.")
    add_settings(made)
    return made


def given(*arguments: str) -> dict[str, Any]:
    return settings_of(parser().parse_args(arguments))


def test_every_setting_is_a_flag() -> None:
    wanted = {f"--{name}" for name in RunConfig().as_dict() if name != "model_dir"}
    assert set(parser().flags()) - {"-h", "--help"} == wanted


@pytest.mark.parametrize("name", OBJECTS)
def test_a_setting_that_no_text_stands_for_can_only_be_none(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert given(f"--{name}=none") == {name: None}
    with pytest.raises(SystemExit):
        given(f"--{name}=x")
    assert f"--{name}: an object of Python's is expected" in capsys.readouterr().err
    assert f"--{name}" not in parser().format_help()


def written(value: Any) -> str:
    """As a flag has it."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize("name", [name for name in default_settings() if name not in NO_FLAGS])
def test_a_default_that_is_written_is_the_default(name: str) -> None:
    default = default_settings()[name]
    assert given(f"--{name}={written(default)}") == {name: default}


def test_settings_are_those_that_were_given() -> None:
    assert given() == {}
    assert given("--keep_best=accuracy,max,2", "--protocol=none", "--progress", "False") == {
        "keep_best": ["accuracy", "max", 2],
        "protocol": None,
        "progress": False,
    }
    assert RunConfig(**given("--keep_best=accuracy,max,2")).keep_best == ("accuracy", "max", 2)


def test_a_new_setting_is_a_new_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclasses.dataclass
    class Grown:
        """Settings.

        Parameters
        ----------
        one, two : int, optional
            What both
            say, ``"so"``.
        pace : list of float
            How fast.

        Raises
        ------
        two : never
            Not this.
        """

        one: int | None = None
        two: int | None = 2
        pace: tuple[float, ...] = (0.5,)

    names = [field.name for field in dataclasses.fields(Grown)]
    hints = {"one": int | None, "two": int | None, "pace": tuple[float, ...]}
    monkeypatch.setattr(flags, "RunConfig", Grown)
    monkeypatch.setattr(flags, "setting_names", lambda: names)
    monkeypatch.setattr(flags, "default_settings", lambda: {"one": None, "two": 2, "pace": (0.5,)})
    monkeypatch.setattr(flags.typing, "get_type_hints", lambda kind: hints)
    text = " ".join(parser().format_help().split())
    assert "--one N What both say, so. (default: none)" in text
    assert "--two N What both say, so. (default: 2)" in text
    assert "--pace X How fast. (default: 0.5)" in text
    assert given("--pace=1,1e-3", "--two", "none") == {"pace": [1.0, 0.001], "two": None}


def test_what_is_wrong_with_settings_is_said_in_the_words_of_runconfig() -> None:
    problems = problems_of_settings({"save_checkpoints_secs": float("nan"), "keep_checkpoint_max": -1})
    assert sorted(problems) == [
        "--keep_checkpoint_max: keep_checkpoint_max should be >= 0, given: -1.",
        "--save_checkpoints_secs: save_checkpoints_secs should be >= 0, and a number; given: nan.",
    ]
    assert problems_of_settings({"keep_checkpoint_max": 1}) == []


def test_the_help_says_what_each_setting_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(parser().format_help().split())
    assert (
        "--keep_checkpoint_max N How many of the newest checkpoints stay; 0 or None keeps all. (default: 5)"
        in text
    )
    assert "--missing_slots error|fresh What train does" in text
    assert [name for name in default_settings() if name not in NO_FLAGS and f"--{name} " not in text] == []
