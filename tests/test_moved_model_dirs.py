"""A model_dir is one directory: zipped, moved, copied or where nothing can be written, it opens, goes on and serves."""

from __future__ import annotations

import builtins
import errno
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator import tf
from estimator.core.errors import PermissionDeniedError
from estimator.serving.configuration import source_of
from estimator.serving.server import Server
from estimator.tf.contrib import predictor

WORDS = np.array(["a", "b", "c"] * 2)
ASKED = {"x": [1.0], "w": ["a"]}


def input_fn() -> Any:
    features = {"x": np.arange(6, dtype=np.float32), "w": WORDS}
    return est.data.Dataset.from_tensor_slices((features, np.array([0, 1] * 3))).shuffle(6).repeat().batch(2)


def model(model_dir: Path) -> est.DNNClassifier:
    """A ready-made model whose vocabulary lies in its model_dir."""
    fc = tf.feature_column
    words = fc.categorical_column_with_vocabulary_file("w", str(model_dir / "words.txt"), 3)
    config = est.RunConfig(
        save_checkpoints_steps=4, keep_best=("loss", "min", 1), tf_random_seed=1, progress=False
    )
    return est.DNNClassifier(
        [3], [fc.numeric_column("x"), fc.indicator_column(words)], model_dir, config=config
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model_dir with checkpoints, a best one and curves."""
    path = tmp_path_factory.mktemp("project") / "models" / "words"
    path.mkdir(parents=True)
    (path / "words.txt").write_text("a\nb\nc\n")
    spec = est.EvalSpec(input_fn, steps=2, throttle_secs=0)
    est.train_and_evaluate(model(path), est.TrainSpec(input_fn, max_steps=10), spec)
    return path


@pytest.fixture(scope="module")
def wanted(trained: Path) -> dict[str, Any]:
    """What the model answers where it was trained, and what its weights are after 3 more steps."""
    answer = predictor.from_checkpoint(str(trained))(ASKED)["logits"]
    copy = trained.parent / "copy"
    shutil.copytree(trained, copy)
    went_on = model(copy).train(input_fn, max_steps=13)
    return {"logits": answer, "kernel": went_on.get_variable_value("dnn/hiddenlayer_0/kernel")}


def zipped(source: Path, target: Path) -> None:
    """Through an archive, which keeps times to two seconds and no links."""
    archive = target.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(source.rglob("*")):
            file.write(path, path.relative_to(source))
    with zipfile.ZipFile(archive) as file:
        file.extractall(target)


def synced(source: Path, target: Path) -> None:
    """As rsync does without --times, in its order, with what a save that was killed has left."""
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            shutil.copyfile(path, place)
    (target / ".tmp.12.0123.index").write_bytes(b"half")


def renamed(source: Path, target: Path) -> None:
    """By its name alone."""
    shutil.copytree(source, target.with_suffix(".before"))
    target.with_suffix(".before").rename(target)


WAYS: dict[str, Callable[[Path, Path], None]] = {"zipped": zipped, "synced": synced, "renamed": renamed}


@pytest.mark.parametrize("way", WAYS)
def test_a_model_dir_goes_on_under_another_name_as_if_it_had_never_moved(
    way: str, trained: Path, wanted: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "other name"
    WAYS[way](trained, target)
    hidden = trained.rename(trained.with_name("gone"))  # whatever still points there would fail
    try:
        monkeypatch.chdir(tmp_path / "elsewhere")
        here = Path("other name")
        np.testing.assert_array_equal(predictor.from_checkpoint(str(here))(ASKED)["logits"], wanted["logits"])
        server = Server([source_of("words", {"model_dir": str(here)})])
        server.load()
        server.stop()
        again = model(here)
        assert again.best_checkpoint() is not None
        assert again.evaluate(input_fn, steps=1)["global_step"] == 10
        again.train(input_fn, max_steps=13)
        np.testing.assert_array_equal(again.get_variable_value("dnn/hiddenlayer_0/kernel"), wanted["kernel"])
    finally:
        hidden.rename(trained)
    texts = [
        path.read_text()
        for path in (target / "metadata.yaml", target / ".recipe.json", target / "checkpoint")
    ]
    assert not any(str(tmp_path) in text or str(trained) in text for text in texts)


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make the disk one on which nothing can be written; gives what was tried."""
    tried: list[str] = []

    def refuse(path: Any, *_: Any, **__: Any) -> Any:
        tried.append(os.fspath(path))
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), tried[-1])

    def opened(path: Any, flags: int, *rest: Any, real: Any = os.open, **given: Any) -> Any:
        is_written = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        return refuse(path) if is_written else real(path, flags, *rest, **given)

    def open_file(path: Any, mode: str = "r", *rest: Any, real: Any = builtins.open, **given: Any) -> Any:
        return refuse(path) if set(mode) & set("wax+") else real(path, mode, *rest, **given)

    monkeypatch.setattr("os.open", opened)
    monkeypatch.setattr("builtins.open", open_file)
    for name in ("mkdir", "replace", "rename", "unlink", "link", "rmdir"):
        monkeypatch.setattr(f"os.{name}", refuse)
    monkeypatch.setattr("os.access", lambda path, mode, **_: not mode & os.W_OK)
    return tried


def test_where_nothing_can_be_written_a_model_predicts_evaluates_and_serves(
    trained: Path, wanted: dict[str, Any], refused: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    np.testing.assert_array_equal(predictor.from_checkpoint(str(trained))(ASKED)["logits"], wanted["logits"])
    server = Server([source_of("words", {"model_dir": str(trained)})])
    server.load()
    server.stop()
    assert not refused  # reading writes nothing
    assert model(trained).evaluate(input_fn, steps=1)["global_step"] == 10
    assert refused  # its curve was to be written
    assert "the metrics have no summary in" in caplog.text
    with pytest.raises(
        PermissionDeniedError, match=r"is not writable\. Make it writable or choose another path"
    ):
        model(trained).train(input_fn, steps=1)
