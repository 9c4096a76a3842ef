"""Old model_dirs whose state file is gone, damaged or speaks of another place: they go on, and one line says so."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from estimator.checkpoint.resume import is_reserved
from estimator.formats.bundle import BundleReader
from estimator.model_dir.series import CheckpointStore
from tests.tiny import batches, estimator


def delete_latest(model_dir: Path) -> None:
    for each in model_dir.glob("model.ckpt-4.*"):
        each.unlink()


# What happens to a model_dir with checkpoints of steps 1, 3 and 4, which of them is used, and what the warning names.
DAMAGE: dict[str, tuple[Callable[[Path], object], int, str]] = {
    "no state file": (lambda at: (at / "checkpoint").unlink(), 4, "has no state file 'checkpoint'"),
    "an empty state file": (lambda at: (at / "checkpoint").write_bytes(b""), 4, "names no model_checkpoint_path"),
    "garbage": (lambda at: (at / "checkpoint").write_bytes(b"\x00\xff{"), 4, "is not the text of a CheckpointState"),
    "a deleted checkpoint": (delete_latest, 3, "'model.ckpt-4'"),
    "an index that is cut off": (lambda at: (at / "model.ckpt-4.index").write_bytes(b"x"), 3, "'model.ckpt-4'"),
    "data that is cut off": (
        lambda at: (at / "model.ckpt-4.data-00000-of-00001").write_bytes(b"x"), 3, "'model.ckpt-4'",
    ),
}  # fmt: skip


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    estimator(tmp_path / "m", save_checkpoints_steps=2).train(batches(), steps=4)
    assert sorted(each.stem for each in (tmp_path / "m").glob("*.index")) == [
        "model.ckpt-1", "model.ckpt-3", "model.ckpt-4",
    ]  # fmt: skip
    return tmp_path / "m"


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_newest_whole_checkpoint_is_used_and_one_warning_names_both(
    trained: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    deed, step, named = DAMAGE[damage]
    deed(trained)
    caplog.clear()
    assert estimator(trained).evaluate(batches(1))["global_step"] == step
    (found,) = warnings(caplog)
    assert named in found and f"using 'model.ckpt-{step}', the newest complete one there" in found


@pytest.mark.parametrize("damage", DAMAGE)
def test_training_goes_on_from_there_and_leaves_a_sound_directory(trained: Path, damage: str) -> None:
    deed, step, _ = DAMAGE[damage]
    deed(trained)
    estimator(trained).train(batches(), steps=2)
    assert estimator(trained).latest_checkpoint() == str(trained / f"model.ckpt-{step + 2}")


def test_absolute_paths_of_another_place_are_those_of_this_one(
    trained: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    names = [f"model.ckpt-{step}" for step in (1, 3, 4)]
    paths = "".join(f'all_model_checkpoint_paths: "{trained}/{name}"\n' for name in names)
    (trained / "checkpoint").write_text(f'model_checkpoint_path: "{trained}/model.ckpt-4"\n{paths}')
    moved = tmp_path / "moved"
    shutil.move(trained, moved)
    caplog.clear()
    model = estimator(moved, keep_checkpoint_max=3)
    model.train(batches(), steps=1)
    assert warnings(caplog) == []
    assert sorted(each.stem for each in moved.glob("*.index")) == [
        "model.ckpt-3",
        "model.ckpt-4",
        "model.ckpt-5",
    ]
    assert not trained.exists()


def test_a_directory_that_tensorflow_continued_starts_its_input_again(
    trained: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with BundleReader(trained / "model.ckpt-4") as reader:
        values = {name: reader.get(name) for name in reader.names() if not is_reserved(name)}
    CheckpointStore(trained).save(9, values)  # TensorFlow drops what it does not know
    caplog.clear()
    estimator(trained).train(batches(), steps=1)
    assert [each.getMessage() for each in caplog.records if "input" in each.getMessage()] == [
        "model.ckpt-9 has no position of the input: the input starts from its beginning."
    ]
