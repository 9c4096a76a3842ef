"""tf.gfile and tf.io.gfile give TensorFlow's answers, and errors of its classes.

tests/data/tf/files.json was written by TensorFlow 2.15.1; with a new call in tests/files_of_tf.py it is made again by

    python -c "from tests.files_of_tf import CALLS; import json; print(json.dumps({'calls': CALLS}))" \\
        | .venv-tf/bin/python tests/interop/tf_files.py | sed 's/], "/],\\n"/g' > tests/data/tf/files.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from tests.files_of_tf import CALLS, outcomes, prepare

ANSWERS: dict[str, list[str]] = json.loads((Path(__file__).parent / "data" / "tf" / "files.json").read_text())

# Where ours is meant to differ: TensorFlow lists files as they come.
EXCEPTIONS = {
    "g.Glob(filename='d/*.txt') == sorted(g.Glob('d/*.txt')) or 'as they come'": "True",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The folder of tests/files_of_tf.py, in which the test runs."""
    monkeypatch.chdir(tmp_path)  # and back
    prepare(str(tmp_path))
    return str(tmp_path)


def test_every_call_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == CALLS


@pytest.mark.parametrize("calls", CALLS)
def test_files_are_read_and_changed_as_tensorflow_does(calls: str, root: str) -> None:
    expected = [
        EXCEPTIONS.get(call, answer) for call, answer in zip(calls.split("; "), ANSWERS[calls], strict=True)
    ]
    assert list(zip(calls.split("; "), outcomes(tf, calls, root))) == list(zip(calls.split("; "), expected))


@pytest.mark.parametrize(
    ("act", "kind", "message"),
    [
        (lambda: tf.gfile.Exists("gs://b/x"), tf.errors.UnimplementedError, "'gs' .*'gs://b/x'.*local files.* Mount it"),
        (lambda: tf.gfile.GFile("d/a.txt", "rt"), tf.errors.InvalidArgumentError, "mode 'rt' is none of r, w, a"),
        (lambda: tf.gfile.GFile("d/a.txt").write("x"), tf.errors.PermissionDeniedError, "d/a.txt is not open for wri.*'r'"),
        (lambda: tf.gfile.Copy("d/a.txt", "d/crlf"), tf.errors.AlreadyExistsError, "d/crlf exists .*overwrite=True"),
        (lambda: tf.gfile.GFile("no").read(), tf.errors.NotFoundError, "no; No such file"),
        (lambda: tf.gfile.Copy("d", "e"), tf.errors.FailedPreconditionError, "d; Is a directory"),
        (lambda: tf.gfile.MkDir("d/a.txt"), tf.errors.AlreadyExistsError, "d/a.txt; File exists"),
        (lambda: tf.gfile.Exists(3.5), TypeError, "float"),
    ],
)  # fmt: skip
def test_an_error_says_what_is_wrong_and_where(
    act: Any, kind: type[Exception], message: str, root: str
) -> None:
    with pytest.raises(kind, match=message):
        act()


def test_a_directory_that_is_not_there_is_told_while_walking(root: str) -> None:
    told: list[Any] = []
    assert list(tf.io.gfile.walk("no", onerror=told.append)) == []
    assert isinstance(told[0], tf.errors.NotFoundError)


def test_a_copy_that_fails_leaves_what_was_there(root: str) -> None:
    with pytest.raises(tf.errors.FailedPreconditionError):
        tf.gfile.Copy("d/sub", "d/a.txt", overwrite=True)
    assert Path("d/a.txt").read_bytes() == b"one\ntwo\n\nthree"
    assert sorted(path.name for path in Path("d").iterdir() if path.name.startswith(".")) == [".hidden"]


def test_lists_are_sorted_and_several_patterns_follow_one_another(root: str) -> None:
    assert tf.gfile.Glob(["d/u*", "d/c*"]) == ["d/u.txt", "d/crlf"]
    assert tf.gfile.Glob(Path("d/[ab]*")) == ["d/a.txt", "d/bytes"]
    assert tf.gfile.ListDirectory("d/sub") == ["c", "deep"]
    assert tf.io.gfile.get_registered_schemes() == ["", "file"]


def test_a_file_that_nobody_closes_is_written_all_the_same(root: str) -> None:
    tf.gfile.GFile("f", "w").write("x")
    assert Path("f").read_text() == "x"
