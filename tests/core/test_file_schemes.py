"""Which file a path means, and that whatever opens files asks for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from estimator.core.files import local_path


@pytest.mark.parametrize(
    ("path", "local"),
    [
        ("a/b", "a/b"),
        (b"a", "a"),
        (Path("a"), "a"),
        ("file:///a/b", "/a/b"),
        ("file://host/a", "/a"),
        ("c:/a", "c:/a"),
    ],
)
def test_a_file_of_this_machine_may_have_its_scheme(path: Any, local: str) -> None:
    assert local_path(path) == local


def fetched(tensor: Any) -> Any:
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(tensor)


def first_of(dataset: Any) -> Any:
    return fetched(tf.data.make_one_shot_iterator(dataset).get_next())


def saved(path: str) -> Any:
    variable = tf.get_variable("v", initializer=2.0)
    saver = tf.train.Saver()
    with tf.Session() as session:
        session.run(variable.initializer)
        prefix = saver.save(session, f"{path}/model.ckpt")
        assert tf.train.latest_checkpoint(path) == prefix
        variable.load(0.0, session)
        saver.restore(session, f"{path}/model.ckpt")
        return session.run(variable)


def records_written(path: str) -> Any:
    with tf.python_io.TFRecordWriter(f"{path}/r") as writer:
        writer.write(b"one")
    return list(tf.python_io.tf_record_iterator(f"{path}/r"))


def text_written(path: str) -> Any:
    fetched(tf.write_file(f"{path}/w", "two"))
    return fetched(tf.read_file(f"{path}/w"))


def summary_written(path: str) -> Any:
    with tf.summary.FileWriter(f"{path}/logs") as writer:
        writer.add_graph(tf.get_default_graph())
    return tf.gfile.Glob(f"{path}/logs/*tfevents*") != []


USES: list[tuple[Callable[[str], Any], Any]] = [
    (lambda path: first_of(tf.data.TextLineDataset(f"{path}/t")), b"hi"),
    (lambda path: first_of(tf.data.FixedLengthRecordDataset([f"{path}/t"], 3)), b"hi\n"),
    (lambda path: first_of(tf.data.Dataset.list_files(f"{path}/t*")).endswith(b"/t"), True),
    (lambda path: first_of(tf.data.Dataset.range(2).cache(f"{path}/c")), 0),
    (lambda path: [name.endswith(b"/t") for name in fetched(tf.matching_files(f"{path}/t*"))], [True]),
    (records_written, [b"one"]),
    (text_written, b"two"),
    (saved, 2.0),
    (summary_written, True),
]


@pytest.mark.parametrize("number", range(len(USES)))
def test_whatever_takes_a_path_takes_the_scheme_of_local_files(number: int, tmp_path: Path) -> None:
    (tmp_path / "t").write_text("hi\n")
    use, result = USES[number]
    with tf.Graph().as_default():
        assert use(tmp_path.as_uri()) == result


@pytest.mark.parametrize("number", range(len(USES)))
def test_other_file_systems_are_refused_before_anything_is_made(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with (
        tf.Graph().as_default(),
        pytest.raises(tf.errors.UnimplementedError, match="scheme 'gs' is not implemented"),
    ):
        USES[number][0]("gs://bucket")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_path_is_named() -> None:
    with pytest.raises(TypeError, match=r"a path is text, bytes or a pathlib\.Path, given: 3 \(int\)"):
        tf.summary.tensorboardx_writer(3)  # type: ignore[arg-type]
