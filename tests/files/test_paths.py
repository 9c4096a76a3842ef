"""Who asks the package for files finds the checkpoint that a thread of this process is saving."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from estimator.files import tree
from estimator.files.gfile import GFile
from estimator.model_dir.background import BackgroundSave
from tests.held_saves import HeldSaves
from tests.model_dir.saves import files_of, save_step, series_of

ASKS: dict[str, Callable[[str], Any]] = {
    "exists": lambda folder: tree.exists(f"{folder}/model.ckpt-5.index"),
    "listdir": lambda folder: tree.listdir(folder) == files_of(5),
    "glob": lambda folder: len(tree.glob(f"{folder}/model.ckpt-5*")) == 3,
    "stat": lambda folder: tree.stat(f"{folder}/model.ckpt-5.meta").length == len(b"meta"),
    "walk": lambda folder: [names for _, _, names in tree.walk(folder)] == [files_of(5)],
    "copy": lambda folder: tree.copy(f"file://{folder}/model.ckpt-5.meta", f"{folder}/copy") is None,
    "rename": lambda folder: tree.rename(f"{folder}/model.ckpt-5.meta", f"{folder}/other") is None,
    "remove": lambda folder: tree.remove(f"{folder}/model.ckpt-5.meta") is None,
    "read": lambda folder: GFile(f"{folder}/model.ckpt-5.meta", "rb").read() == b"meta",
    "size": lambda folder: GFile(f"{folder}/model.ckpt-5.meta").size() == len(b"meta"),
    "rmtree": lambda folder: tree.rmtree(folder) is None and not Path(folder).exists(),
}


@pytest.mark.parametrize("question", ASKS)
def test_who_asks_for_files_waits_for_the_save_beside_them(
    question: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = HeldSaves(monkeypatch)
    folder = tmp_path / "model"
    series = series_of(folder)
    save = BackgroundSave(str(folder), lambda: save_step(series, 5))
    assert not tree.exists(f"{tmp_path}/elsewhere/model.ckpt-5.index") and not held.waited
    assert ASKS[question](str(folder)) and held.waited == 1
    save.finish()
