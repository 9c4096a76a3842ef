"""The command `convert`: what its flags mean, what it says, and how it ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from estimator.checkpoint.reader import load_checkpoint
from estimator.cli import program
from estimator.core.dtypes import float64
from estimator.formats.safetensors import TypedArray, pieces


@pytest.fixture(autouse=True)
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with two layers, in the current directory."""
    monkeypatch.chdir(tmp_path)
    shapes = {"conv.weight": (2, 1, 3, 3), "conv.bias": (2,), "fc.weight": (3, 8), "fc.bias": (3,)}
    arrays = {name: TypedArray(np.ones(shape), float64) for name, shape in shapes.items()}
    Path("net.safetensors").write_bytes(b"".join(pieces(arrays, {})))


MAPS = ("--map", "conv=conv2d", "--map=fc=dense")


def _exit(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code of the command, its output, and what it says in the end."""
    try:
        code = program.main(["convert", *arguments])
    except SystemExit as end:
        code = int(str(end.code))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_file_becomes_a_model_dir(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = _exit(capsys, "net.safetensors", "model", *MAPS, "--flatten=fc=0_2,02,2", "--step=0_5")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].split() == ["net.safetensors", "model,", "step", "5"]
    assert "conv.weight (2, 1, 3, 3) -> conv2d/kernel (3, 3, 1, 2)  transposed (conv=conv2d)" in out
    assert load_checkpoint("model").get_variable_to_shape_map()["dense/kernel"] == [8, 3]


def test_a_dry_run_lists_what_is_wrong_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _exit(capsys, "net.safetensors", "model", *MAPS, "--dry_run")
    assert code == 1
    assert "\nwrong: fc.weight (3, 8) follows a convolution" in out
    assert not Path("model").exists()
    code, out, _ = _exit(capsys, "net.safetensors", "model", *MAPS, "--flatten=fc=none", "--dry_run")
    assert (code, "wrong" in out, Path("model").exists()) == (0, False, False)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["net.safetensors"], 2, "the following arguments are required: TARGET"),
        (["net.safetensors", "model", "--step=-1"], 2, "--step: a step, from 0 on, is expected, given: '-1'"),
        (["net.safetensors", "model", "--step=1e3"], 2, "--step: a whole number is expected, given: '1e3'."),
        (["net.safetensors", "model", "--forget_bias=nan"], 2, "a finite number is expected, given: 'nan'."),
        (
            ["net.safetensors", "model", "--flatten=fc=2,x"],
            2,
            "LAYER=CHANNELS,HEIGHT,WIDTH or LAYER=none is expected",
        ),
        (
            ["net.safetensors", "model", "--flatten=fc"],
            2,
            "LAYER=CHANNELS,HEIGHT,WIDTH or LAYER=none is expected",
        ),
        (["net.safetensors", "model"], 1, "convert: net.safetensors to model: 2 problems"),
        (["net.safetensors", "model", "--map=fc"], 1, "'fc' is no PATTERN=PATTERN"),
        (["gone.safetensors", "model"], 1, "convert: cannot read 'gone.safetensors': ENOENT"),
    ],
)
def test_wrong_arguments_and_files_are_one_clear_error(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found, _, err = _exit(capsys, *arguments)
    assert found == code
    assert message in err
    assert "Traceback" not in err
    assert not Path("model").exists()
