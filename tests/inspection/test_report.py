"""Reports of model_dirs: who trained, what the next save deletes, and beside a trainer that deletes."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Any

import pytest

from estimator.core.errors import NotFoundError
from estimator.inspection import report
from estimator.inspection.json_form import json_text
from estimator.inspection.report import describe_model_dir, inspect
from estimator.inspection.shown_report import text_of, values_of
from estimator.model_dir.best import Ranking, rank
from estimator.model_dir.lock import DirectoryLock
from estimator.model_dir.retention import remove_files
from estimator.model_dir.storage import LOCAL
from tests.disk import unchanged
from tests.inspection.fixtures import TF, deny, save
from tests.tiny import batches, estimator

MODEL_DIRS = sorted(path for path in TF.rglob("model_dir") if path.is_dir())


@pytest.mark.parametrize("model_dir", MODEL_DIRS, ids=lambda path: path.parent.name)
def test_model_dirs_of_tensorflow_are_told_whole(model_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(model_dir.parent)
    with unchanged(model_dir):
        found = inspect("model_dir")
    assert found.checkpoint is not None and found.model_dir is not None
    expected = json.loads((model_dir.parent / "expected.json").read_text())
    assert found.checkpoint.step == expected["last_step"]
    assert [one.name for one in found.checkpoint.variables] == sorted(expected["variables"])
    step = next(one for one in found.checkpoint.variables if one.name == "global_step")
    assert step.statistics is not None and step.statistics.mean == expected["last_step"]
    assert max(map(len, text_of(found, 80).splitlines())) <= 80
    assert json.loads(json_text(values_of(found)))["checkpoint"]["step"] == expected["last_step"]


@pytest.mark.parametrize("keep_max, gone", [(1, (1, 3)), (2, (1,)), (3, ()), (None, ())])
def test_the_next_save_deletes_what_is_told(
    tmp_path: Path, keep_max: int | None, gone: tuple[int, ...]
) -> None:
    config = {"save_checkpoints_steps": 2, "keep_checkpoint_max": keep_max}
    estimator(tmp_path, **config).train(batches(), steps=3)
    for step in (1, 3):
        if keep_max != 1 or step == 3:
            assert (tmp_path / f"model.ckpt-{step}.index").exists()
    found = describe_model_dir(str(tmp_path)).next_save
    assert found is not None and found.is_recorded and found.keep_checkpoint_max == keep_max
    before = {path.stem for path in tmp_path.glob("*.index")}
    estimator(tmp_path, **config).train(batches(), steps=1)
    after = {path.stem for path in tmp_path.glob("*.index")}
    assert set(found.deletes) == before - after


def test_the_best_is_not_deleted_next(tmp_path: Path) -> None:
    save(tmp_path, 1, 2, 3, 4, 5)
    rank(tmp_path, "model.ckpt-1", 0.9, Ranking("auc", "max", 1))
    found = describe_model_dir(str(tmp_path)).next_save
    assert found is not None and found.deletes == () and not found.is_recorded
    (tmp_path / ".best").unlink()
    found = describe_model_dir(str(tmp_path)).next_save
    assert found is not None and found.deletes == ("model.ckpt-1",)


def test_who_trained_and_who_trains_is_told(tmp_path: Path) -> None:
    estimator(tmp_path).train(batches(), steps=2)
    estimator(tmp_path).train(batches(), steps=3)
    assert describe_model_dir(str(tmp_path)).trainer is None
    with DirectoryLock(tmp_path):
        found = inspect(str(tmp_path), 2)
    assert found.model_dir is not None and "this very process" in str(found.model_dir.trainer)
    assert found.checkpoint is not None and found.checkpoint.maker is not None
    assert found.checkpoint.maker["end_step"] == 2 and found.model_dir.entries[-1]["end_step"] == 5
    text = text_of(found, 80)
    assert "trained by: Estimator, step 2 to 5, loss" in text and "the last of 2 calls" in text
    assert "trainable: 4 variables" in text and "slots of the optimizer Adagrad: 4 variables" in text


def test_a_reader_that_a_trainer_overtakes_tells_the_newer_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = save(tmp_path, 1, keep_max=1)
    opened = report.held_bundle
    overtaken = []

    def held(prefix: str) -> Any:
        if not overtaken:
            overtaken.append(prefix)
            save_two = save(tmp_path, 2, keep_max=1)
            assert save_two is not series
            remove_files(LOCAL, str(tmp_path), "model.ckpt-1")
        return opened(prefix)

    monkeypatch.setattr(report, "held_bundle", held)
    found = inspect(str(tmp_path)).checkpoint
    assert overtaken and found is not None and found.step == 2
    assert next(one for one in found.variables if one.name == "w").statistics.mean == 2.0  # type: ignore[union-attr]


def test_what_is_open_is_told_though_it_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, 1)
    told = report.variables_of
    deleted = []

    def variables_of(reader: Any, **how: Any) -> Any:
        remove_files(LOCAL, str(tmp_path), "model.ckpt-1")
        deleted.append(reader.prefix)
        return told(reader, **how)

    monkeypatch.setattr(report, "variables_of", variables_of)
    found = inspect(str(tmp_path)).checkpoint
    assert deleted and found is not None and not any(one.damage for one in found.variables)


def test_a_directory_in_which_nothing_was_trained_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(NotFoundError, match="has no checkpoint"):
        inspect(str(tmp_path))


def test_a_saved_model_tells_its_variables() -> None:
    found = inspect(str(TF / "saved_model_module"))
    assert found.model_dir is None and found.checkpoint is not None and found.checkpoint.variables


def test_one_in_so_many_hours_stays_for_good(tmp_path: Path) -> None:
    config = {"keep_checkpoint_max": 1, "keep_checkpoint_every_n_hours": 1.0}
    estimator(tmp_path, **config).train(batches(), steps=1)
    entry = describe_model_dir(str(tmp_path)).entries[-1]
    began = datetime.datetime.fromisoformat(entry["time"]).timestamp()
    os.utime(tmp_path / "model.ckpt-1.index", (began + 3700,) * 2)
    with DirectoryLock(tmp_path):  # of the training that began then
        found = describe_model_dir(str(tmp_path)).next_save
    assert found is not None and (found.deletes, found.preserves) == ((), ("model.ckpt-1",))
    found = describe_model_dir(
        str(tmp_path), lambda: began + 3600
    ).next_save  # of one that begins an hour later
    assert found is not None and (found.deletes, found.preserves) == (("model.ckpt-1",), ())


def test_data_that_may_not_be_read_leaves_names_and_shapes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, 1)
    deny(monkeypatch, tmp_path / "model.ckpt-1.data-00000-of-00001")
    found = inspect(str(tmp_path), 1)
    assert found.is_damaged and found.model_dir is not None and found.checkpoint is not None
    assert [one.name for one in found.checkpoint.variables] == ["global_step", "w"]
    assert all("Permission denied" in str(one.damage) for one in found.checkpoint.variables)
