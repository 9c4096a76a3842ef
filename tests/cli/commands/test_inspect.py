"""The command `inspect`, as people and programs call it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from estimator.cli import program
from tests.cli.programs import run
from tests.inspection.fixtures import TF, flip, save


def test_text_is_for_people_and_json_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path, 1, 2)
    assert program.main(["inspect", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert "model.ckpt-2" in text and "latest" in text and "the next save deletes none" in text
    assert program.main(["inspect", str(tmp_path), "--step", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["model_dir"]["latest"] == "model.ckpt-2"
    assert told["checkpoint"]["step"] == 1
    (w,) = [one for one in told["checkpoint"]["variables"] if one["name"] == "w"]
    assert (w["shape"], w["dtype"], w["mean"], w["nan_count"], w["size_bytes"]) == (
        [2, 3],
        "float32",
        1.0,
        0,
        24,
    )
    assert w["norm"] == pytest.approx(6**0.5)


def test_a_damaged_variable_fails_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path, 1)
    flip(tmp_path / "model.ckpt-1.data-00000-of-00001")
    assert program.main(["inspect", str(tmp_path)]) == 1
    assert "Checksum does not match" in capsys.readouterr().out
    assert program.main(["inspect", str(tmp_path), "--index_only"]) == 0


@pytest.mark.parametrize(
    "arguments, code, message",
    [
        (["models/none"], 1, "none.index"),
        ([str(TF / "bundle_corrupted" / "index_bad_magic" / "ckpt")], 1, "index"),
        ([str(TF / "dnn_binary" / "model_dir"), "--step", "7"], 1, "has no checkpoint of step 7"),
    ],
)
def test_what_cannot_be_told_is_one_message(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main(["inspect", *arguments]) == code
    shown = capsys.readouterr()
    assert shown.out == "" and shown.err.startswith("estimator inspect: ") and message in shown.err


@pytest.mark.parametrize("arguments", [[], ["models/iris", "--step", "-1"], ["models/iris", "--step", "1e3"]])
def test_wrong_arguments_end_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(["inspect", *arguments])
    assert ended.value.code == 2


def test_pipes_in_place_of_files_end_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path, 1)
    (tmp_path / "model.ckpt-1.data-00000-of-00001").unlink()
    os.mkfifo(tmp_path / "model.ckpt-1.data-00000-of-00001")
    assert program.main(["inspect", str(tmp_path)]) == 1
    assert "none that is whole" in capsys.readouterr().out


def test_a_terminal_is_not_moved_by_names_of_strangers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, 1, **{"\x1b[2Jname": np.zeros(2)})
    assert program.main(["inspect", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out and "\\x1b[2Jname" in out


@pytest.mark.slow
def test_it_is_a_command(tmp_path: Path) -> None:
    save(tmp_path / "iris", 1)
    done = run(tmp_path, "inspect", "iris")
    assert done.returncode == 0 and "variables of iris/model.ckpt-1" in done.stdout


def test_a_directory_of_damaged_checkpoints_is_told_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["inspect", str(TF / "bundle_corrupted" / "index_empty"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["checkpoint"] is None and "none that is whole" in told["trouble"]
    assert [one["state"] for one in told["model_dir"]["checkpoints"]] == ["damaged"]


def test_a_directory_of_checkpoints_in_the_first_format_is_told_for_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "model.ckpt-7").write_bytes(b"one file")
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "model.ckpt-7"\n')
    for command in (
        ["inspect", str(tmp_path)],
        ["diff", str(tmp_path), str(TF / "dnn_binary" / "model_dir")],
    ):
        assert program.main(command) == 1
        shown = capsys.readouterr()
        assert "V1 format" in shown.out + shown.err


@pytest.mark.slow
def test_names_that_the_terminals_alphabet_lacks_are_escaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "iris", 1, größe=np.zeros(2))
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = run(tmp_path, "inspect", "iris")
    assert done.returncode == 0 and "gr\\xf6\\xdfe" in done.stdout
