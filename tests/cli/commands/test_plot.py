"""``estimator plot``: text that fits, pictures, JSON, and what is wrong with the call."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from estimator.cli.commands.plot import main
from estimator.summaries.protos import scalars
from estimator.summaries.writer import FileWriter


@pytest.fixture
def iris(tmp_path: Path) -> Path:
    for name, value in (("iris", 2.0), ("iris/eval", 3.0)):
        with FileWriter(tmp_path / name) as writer:
            for step in (100, 200):
                writer.add_summary(scalars({"loss": value / step, "dnn/zero": float("nan")}), step)
    return tmp_path / "iris"


def misused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_text_of_eighty_columns_has_every_tag_and_run(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(iris)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) == 80
    assert [line.split()[0] for line in lines if line] == [
        "loss",
        "iris",
        "iris/eval",
        "dnn/zero",
        "iris",
        "iris/eval",
    ]
    assert lines[1].split()[-4:] == ["0.01", "0.02", "0.01", "100-200"]


def test_tags_are_chosen_by_name_or_by_part_in_the_order_given(
    iris: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(iris), "--tags", "dnn/*,loss", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["dnn/zero", "loss"]
    assert found["loss"]["iris/eval"] == {
        "steps": [100, 200],
        "values": [pytest.approx(0.03), pytest.approx(0.015)],
    }
    assert found["dnn/zero"]["iris"]["values"] == ["NaN", "NaN"]


def test_smoothed_text_has_smoothed_numbers(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(iris), "--tags=loss", "--smooth=0.5"]) == 0
    last = (0.5 * 0.02 + 0.01) / 1.5
    assert capsys.readouterr().out.splitlines()[1].split()[-2] == f"{last:.4g}"


@pytest.mark.parametrize(("name", "begins"), [("curves.svg", b"<?xml"), ("curves.png", b"\x89PNG")])
def test_a_picture_is_written_as_a_whole_and_told(
    iris: Path, tmp_path: Path, name: str, begins: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    target = tmp_path / name
    target.write_bytes(b"old")
    assert main([str(iris), "--output", str(target)]) == 0
    assert target.read_bytes().startswith(begins)
    assert capsys.readouterr().out == f"{target}: 2 tags of 2 runs\n"
    assert {path.name for path in tmp_path.iterdir()} == {"iris", name}


def test_without_matplotlib_there_is_one_message(
    iris: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main([str(iris), "--output", str(tmp_path / "a.svg")]) == 1
    assert "estimator plot: pictures are drawn by matplotlib" in capsys.readouterr().err
    assert not (tmp_path / "a.svg").exists()


def test_a_tag_that_no_run_has_gets_the_nearest(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = misused([str(iris), "--tags", "los,zzz"], capsys)
    assert "no run has a scalar 'los'. Did you mean 'loss'?" in shown
    assert "no run has a scalar 'zzz'. There is: dnn/zero, loss." in shown


@pytest.mark.parametrize(
    ("flags", "answer"),
    [
        (["--output", "a.jpg"], "--output: a picture ends in .svg or .png, given: 'a.jpg'."),
        (["--output", "nowhere/a.svg"], "--output: there is no directory 'nowhere'"),
        (["--smooth", "1"], "--smooth: a number from 0 to below 1 is expected, given: 1."),
        (["--smooth", "nan"], "--smooth: a number from 0 to below 1 is expected, given: nan."),
        (["--tag", "loss"], "unknown flag --tag. Did you mean --tags?"),
    ],
)
def test_what_is_wrong_with_the_call(
    iris: Path, flags: list[str], answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer in misused([str(iris), *flags], capsys)


def test_a_directory_without_curves_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    assert "has no events files, in it or below it" in capsys.readouterr().err
    FileWriter(tmp_path / "run").begin_session(1, takes_back=False)
    assert main([str(tmp_path)]) == 1
    assert "have no scalars yet" in capsys.readouterr().err


def test_a_picture_of_too_many_tags_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with FileWriter(tmp_path / "run") as writer:
        writer.add_summary(scalars({f"tag_{number}": 1.0 for number in range(61)}), 1)
    assert main([str(tmp_path / "run"), "--output", str(tmp_path / "a.svg")]) == 1
    assert "a picture of 61 tags cannot be read: choose up to 60 by --tags" in capsys.readouterr().err
