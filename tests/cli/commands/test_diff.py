"""The command `diff`, as people and programs call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from estimator.cli import program
from tests.inspection.fixtures import flip, save


@pytest.fixture
def iris(tmp_path: Path) -> Path:
    save(tmp_path / "iris", 1, 2)
    return tmp_path / "iris"


@pytest.mark.parametrize("form", ["steps", "prefixes"])
def test_two_checkpoints_of_a_directory(iris: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = (
        [str(iris), "--steps", "1,2"] if form == "steps" else [f"{iris}/model.ckpt-1", f"{iris}/model.ckpt-2"]
    )
    assert program.main(["diff", *arguments]) == 0
    assert "weights: 2 changed" in capsys.readouterr().out
    assert program.main(["diff", *arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (w,) = [one for one in told["weights"] if one["name"] == "w"]
    assert (w["state"], w["differing"], w["max_abs"], w["rms"]) == ("changed", 6, 1.0, 1.0)
    assert (told["a"]["step"], told["b"]["step"]) == (1, 2)


def test_the_exit_code_tells_on_request(iris: Path) -> None:
    same, other = [f"{iris}/model.ckpt-2", str(iris)], [str(iris), "--steps", "1,2"]
    assert program.main(["diff", *same, "--exit_code"]) == 0
    assert program.main(["diff", *other, "--exit_code"]) == 1
    assert program.main(["diff", *other, "--exit_code", "--only", "graph"]) == 0


def test_damage_and_absence_fail(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flip(iris / "model.ckpt-1.data-00000-of-00001")
    assert program.main(["diff", str(iris), "--steps", "1,2"]) == 1
    assert "1 unreadable" in capsys.readouterr().out
    assert program.main(["diff", str(iris), "--steps", "1,7"]) == 1
    assert "has no checkpoint of step 7" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "A"),
        (["models/iris"], "--steps 100,200"),
        (["models/iris", "--steps", "1"], "two steps are expected"),
        (["models/iris", "--steps", "1,x"], "a whole number is expected"),
        (["a", "b", "--only", "weight"], "Did you mean 'weights'"),
        (["a", "b", "--exit-code"], "Did you mean --exit_code"),
    ],
)
def test_wrong_arguments_end_with_two(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(["diff", *arguments])
    assert ended.value.code == 2 and message in capsys.readouterr().err
