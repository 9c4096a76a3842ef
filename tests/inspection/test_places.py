"""What paths name, and what is said of those that name nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.core.errors import InvalidArgumentError, NotFoundError, UnimplementedError
from estimator.inspection.places import Place, demand_checkpoint, place_of
from tests.inspection.fixtures import TF, save


def test_a_directory_stands_for_its_latest_or_for_a_step(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    assert place_of(str(tmp_path)) == Place(str(tmp_path), f"{tmp_path}/model.ckpt-2", is_directory=True)
    assert place_of(str(tmp_path), 1).prefix == f"{tmp_path}/model.ckpt-1"


@pytest.mark.parametrize("end", ["", ".index", ".data-00000-of-00001"])
def test_a_checkpoint_is_named_by_its_prefix_or_a_file(tmp_path: Path, end: str) -> None:
    save(tmp_path, 1, 2)
    assert place_of(f"{tmp_path}/model.ckpt-1{end}") == Place(str(tmp_path), f"{tmp_path}/model.ckpt-1")


def test_a_bare_name_lies_in_the_folder_of_the_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, 1)
    monkeypatch.chdir(tmp_path)
    assert place_of("model.ckpt-1") == Place("", "model.ckpt-1")
    with pytest.raises(
        NotFoundError, match=r"model.ckpt-3.index does not exist.*Checkpoints in '.': 'model.ckpt-1'"
    ):
        place_of("model.ckpt-3")


@pytest.mark.parametrize("name", ["saved_model_module", "saved_model_several"])  # in binary form, and as text
def test_a_saved_model_stands_for_its_variables(name: str) -> None:
    folder = TF / name
    assert place_of(str(folder)) == Place(str(folder), f"{folder}/variables/variables")
    with pytest.raises(InvalidArgumentError, match="no steps to choose from"):
        place_of(str(folder), 3)


def test_what_is_not_there_is_told_with_what_is(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    with pytest.raises(NotFoundError, match="Checkpoints in .*: 'model.ckpt-1', 'model.ckpt-2'"):
        place_of(f"{tmp_path}/model.ckpt-3")
    with pytest.raises(NotFoundError, match="none.index"):
        place_of("models/none")


def test_an_empty_directory_has_no_checkpoint(tmp_path: Path) -> None:
    place = place_of(str(tmp_path))
    assert place.prefix is None
    with pytest.raises(NotFoundError, match="has no checkpoint: no state file"):
        demand_checkpoint(place)


def test_files_of_other_kinds_get_the_right_command(tmp_path: Path) -> None:
    (tmp_path / "model.keras").write_bytes(b"")
    with pytest.raises(UnimplementedError, match="estimator metadata .*model.keras"):
        place_of(f"{tmp_path}/model.keras")
    (tmp_path / "model.ckpt-7").write_bytes(b"one file")
    with pytest.raises(NotFoundError, match=r"V1 format.*write_version=tf.train.SaverDef.V2"):
        place_of(f"{tmp_path}/model.ckpt-7")


@pytest.mark.parametrize(
    "path, step, message",
    [("gs://bucket/iris", None, "is a URL"), ("", None, "non-empty"), ("models/none", 3, "no directory")],
)
def test_what_cannot_be_meant_is_refused(path: str, step: int | None, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        place_of(path, step)


def test_a_folder_of_exports_is_answered_with_the_newest(tmp_path: Path) -> None:
    for name in ("1577836800", "1577836801"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "saved_model.pb").write_bytes(b"")
    with pytest.raises(NotFoundError, match="It has exports: give .*/1577836801"):
        demand_checkpoint(place_of(str(tmp_path)))
