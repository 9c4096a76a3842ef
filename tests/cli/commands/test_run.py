"""What a program finds under ``python -m estimator run`` is what Python gives it, but for tensorflow."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.cli.commands.run import main
from tests.cli.programs import run

WHAT_IT_IS = """
import json, sys
import neighbour
print(json.dumps([__name__, __file__, __spec__ is None, sys.argv, sys.path[0], "x" in vars(sys.modules["__main__"])]))
"""


def test_a_script_finds_its_name_its_file_its_arguments_and_its_neighbours(tmp_path: Path) -> None:
    folder = tmp_path / "below"
    folder.mkdir()
    (folder / "neighbour.py").write_text("")
    (folder / "train.py").write_text("x = 1" + WHAT_IT_IS)
    done = run(tmp_path, "run", "below/train.py", "--steps=3", "-m", "x", "--help")
    file = str(folder / "train.py").replace("\\", "\\\\")
    argv = '["below/train.py", "--steps=3", "-m", "x", "--help"]'
    assert done.stdout == f'["__main__", "{file}", true, {argv}, "{folder}", true]\n', done.stderr


def test_a_module_runs_with_the_current_folder_at_the_front_of_the_path(tmp_path: Path) -> None:
    (tmp_path / "trainer").mkdir()
    (tmp_path / "trainer" / "__init__.py").write_text("")
    (tmp_path / "trainer" / "task.py").write_text(
        "import sys, tensorflow as tf\nprint(__name__, sys.argv[1:], sys.path[0], tf.__name__)"
    )
    done = run(tmp_path, "run", "-m", "trainer.task", "--job-dir", "x")
    assert done.stdout == f"__main__ ['--job-dir', 'x'] {tmp_path} estimator.tf\n", done.stderr


def test_a_text_runs_with_its_arguments(tmp_path: Path) -> None:
    done = run(tmp_path, "run", "-c", "import sys; print(sys.argv, repr(sys.path[0]), __name__)", "-x", "y")
    assert done.stdout == "['-c', '-x', 'y'] '' __main__\n", done.stderr


@pytest.mark.parametrize(
    ("text", "code", "last"),
    [
        ("", 0, ""),
        ("import sys; sys.exit(7)", 7, ""),
        ("raise SystemExit('no data')", 1, "no data"),
        ("def f():\n    1 / 0\nf()", 1, "ZeroDivisionError: division by zero"),
    ],
)
def test_a_script_ends_as_under_python(text: str, code: int, last: str, tmp_path: Path) -> None:
    done = run(tmp_path, "run", "train.py", train=text)
    assert (done.returncode, done.stderr.strip().rpartition("\n")[2]) == (code, last)


def test_an_error_shows_the_lines_of_the_script_alone(tmp_path: Path) -> None:
    done = run(tmp_path, "run", "train.py", train="def f():\n    return 1 / 0\n\nf()")
    files = [line.split('"')[1] for line in done.stderr.splitlines() if line.startswith("  File ")]
    assert files == ["train.py", "train.py"]


def test_a_script_may_be_called_estimator_py(tmp_path: Path) -> None:
    text = "import tensorflow as tf\nprint(tf.estimator.RunConfig.__name__, __name__)"
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "estimator.py").write_text(text)
    assert run(tmp_path, "run", "sub/estimator.py").stdout == "RunConfig __main__\n"
    beside_it = run(tmp_path, "run", "estimator.py", package="numpy_estimator", estimator=text)
    assert beside_it.stdout == "RunConfig __main__\n", beside_it.stderr


def test_a_file_beside_the_script_that_the_package_hides_is_named(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    for name in ("train.py", "estimator.py"):
        (tmp_path / "below" / name).write_text("import estimator\nprint(estimator.RunConfig.__name__)")
    told = "estimator.py has this package's name: `import estimator` gives the package."
    done = run(tmp_path, "run", "below/train.py")
    assert (done.stdout, told in done.stderr) == ("RunConfig\n", True), done.stderr
    assert told not in run(tmp_path, "run", "below/estimator.py").stderr


def test_the_error_of_a_missing_package_says_what_to_install_and_what_will_be_missing_next(
    tmp_path: Path,
) -> None:
    text = """
import os
import sixx_of_nobody.moves
import numpy, ski_of_nobody
from tensorflow.python.ops import array_ops
from . import beside
try:
    import only_if_there
except ImportError:
    pass
"""
    done = run(tmp_path, "run", "train.py", train=text)
    assert done.returncode == 1
    last = done.stderr.strip().rpartition("\n")[2]
    assert last == "train.py needs what is not installed here: pip install sixx_of_nobody ski_of_nobody"


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ([], "one of the arguments script -m -c is required"),
        (["nothing.py"], "there is no script 'nothing.py' in "),
        (["train"], "Did you mean 'train.py'?"),
        (["."], "'.' is a folder; run a script in it, or a package by -m."),
        (["--fast", "train.py"], "unrecognized arguments: --fast"),
        (["-m"], "argument -m: expected one argument"),
    ],
)
def test_what_cannot_be_run_is_said_with_the_usage(
    arguments: list[str],
    answer: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "train.py").write_text("")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    shown = capsys.readouterr().err
    assert answer in shown
    assert shown.startswith("usage: estimator run (script.py | -m module | -c text)")
