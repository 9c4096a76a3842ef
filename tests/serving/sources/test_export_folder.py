"""SavedModels in folders with numbers: the newest is served, and what is no SavedModel yet waits."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator.tf as tf
from estimator.core.errors import NotFoundError, UsageError
from estimator.serving.following import Follower
from estimator.serving.models import Models, State
from estimator.serving.sources.export_folder import ALL, ExportFolder


def export(folder: Path, version: int, two: float = 2.0) -> Path:
    """A SavedModel of ``y = x / 2 + two``."""
    path = folder / str(version)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None], "x")
        y = x / 2 + tf.get_variable("two", initializer=two)
        session.run(tf.global_variables_initializer())
        tf.saved_model.simple_save(session, str(path), {"x": x}, {"y": y})
    return path


class _Served:
    def __init__(self, folder: Path, *settings: Any, **more: Any) -> None:
        self.models = Models()
        self.follower = Follower(self.models, [ExportFolder("half", str(folder), *settings, **more)])
        self.follower.look()

    def at_zero(self) -> float:
        """The answer for x = 0."""
        with self.models.acquire("half") as servable:
            return float(servable.run("", {"x": np.zeros(1, np.float32)})["y"][0])

    def serving(self) -> list[int]:
        """The versions that serve, the newest first."""
        return [known.version for known in self.models.status("half") if known.state is State.AVAILABLE]


def test_the_newest_version_is_served(tmp_path: Path) -> None:
    export(tmp_path, 9)
    served = _Served(tmp_path)
    export(tmp_path, 10, two=3.0)
    served.follower.look()
    assert (served.serving(), served.at_zero()) == ([10], 3.0)


def test_folders_that_are_no_versions_are_left_alone(tmp_path: Path) -> None:
    export(tmp_path, 1)
    for name in ("temp-1511111111", "v2", "-3", "²", ".2", str(1 << 63)):
        shutil.copytree(tmp_path / "1", tmp_path / name)
    (tmp_path / "5").mkdir()
    (tmp_path / "6").write_bytes(b"")
    assert _Served(tmp_path, ALL).serving() == [1]


def test_a_half_written_version_waits_until_it_is_whole(tmp_path: Path) -> None:
    whole = export(tmp_path / "elsewhere", 2, two=3.0)
    export(tmp_path, 1)
    served = _Served(tmp_path)
    for file in sorted(
        whole.rglob("*"), reverse=True
    ):  # saved_model.pb comes before the last file of variables
        if file.is_file():
            target = tmp_path / "2" / file.relative_to(whole)
            target.parent.mkdir(parents=True, exist_ok=True)
            content = file.read_bytes()
            for part in (content[: len(content) // 2], content):
                target.write_bytes(part)
                assert served.at_zero() == 2.0
                served.follower.look()
    assert served.at_zero() == 3.0


def test_a_version_that_is_written_anew_is_served_anew(tmp_path: Path) -> None:
    export(tmp_path, 1)
    served = _Served(tmp_path)
    shutil.rmtree(tmp_path / "1")
    served.follower.look()
    assert served.at_zero() == 2.0
    export(tmp_path, 1, two=4.0)
    served.follower.look()
    assert served.at_zero() == 4.0


def test_the_latest_some_all_or_certain_versions_are_served(tmp_path: Path) -> None:
    for version in (1, 2, 3):
        export(tmp_path, version)
    assert _Served(tmp_path, 2).serving() == [3, 2]
    assert _Served(tmp_path, ALL).serving() == [3, 2, 1]
    assert _Served(tmp_path, versions=[1, 3]).serving() == [3, 1]
    with pytest.raises(NotFoundError, match="no version 7; there is: 1, 2, 3"):
        list(ExportFolder("half", str(tmp_path), versions=[7]).candidates())


def test_labels_name_versions(tmp_path: Path) -> None:
    for version in (1, 2):
        export(tmp_path, version)
    served = _Served(tmp_path, ALL, labels={"stable": 1})
    with served.models.acquire("half", label="stable") as servable:
        assert servable.version == 1


@pytest.mark.parametrize(("name", "version"), [("7", 7), ("export", 1)])
def test_a_folder_that_is_a_saved_model_itself_is_its_only_version(
    tmp_path: Path, name: str, version: int
) -> None:
    os.rename(export(tmp_path, 99), tmp_path / name)
    assert _Served(tmp_path / name).serving() == [version]


def test_checkpoints_in_place_of_versions_are_said(tmp_path: Path) -> None:
    source = ExportFolder("half", tmp_path)
    assert list(source.candidates()) == []  # an export may come
    with tf.Graph().as_default(), tf.Session() as session:
        session.run(tf.get_variable("two", initializer=2.0).initializer)
        tf.train.Saver().save(session, str(tmp_path / "model.ckpt"), 3)
    with pytest.raises(NotFoundError, match="checkpoints of a training: it is a model_dir"):
        list(source.candidates())


def test_what_cannot_be_one_is_refused_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        ExportFolder("a:b", None, versions=["x"], labels={"stable": "y"})  # type: ignore[list-item, dict-item, arg-type]
    assert [problem.split()[0] for problem in caught.value.problems] == [
        "a",
        "export_dir",
        "versions",
        "labels",
    ]
    with pytest.raises(UsageError, match="the label 'stable' is of version 3"):
        ExportFolder("half", "exports", versions=(4,), labels={"stable": 3})


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no folder"):
        ExportFolder("half", str(tmp_path / "exports"))


def test_a_signature_with_a_sparse_input_is_not_served(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        words = tf.sparse_placeholder(tf.float32, [None, 3])
        x = tf.placeholder(tf.float32, [None])
        builder = tf.saved_model.builder.SavedModelBuilder(str(tmp_path / "1"))
        signatures = {
            name: tf.saved_model.signature_def_utils.predict_signature_def({"x": given}, {"y": result})
            for name, given, result in (
                ("sparse", words, tf.sparse_reduce_sum(words, 1)),
                ("dense", x, x + 1),
            )
        }
        builder.add_meta_graph_and_variables(session, ["serve"], signatures)
        builder.save()
    served = _Served(tmp_path)
    with served.models.acquire("half") as servable:
        assert list(servable.signatures) == ["dense"]
    assert "the signature 'sparse' is not served: x is no dense tensor" in caplog.text
