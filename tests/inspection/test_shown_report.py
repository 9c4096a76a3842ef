"""What people read of a report; the values for programs are tried with the command."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from estimator.inspection.report import inspect
from estimator.inspection.shown_report import text_of
from estimator.model_dir.best import Ranking, rank
from estimator.model_dir.state import CheckpointState, write_state
from tests.inspection.fixtures import TF, flip, save


def lines(path: Path, width: int = 80) -> list[str]:
    return text_of(inspect(str(path)), width).splitlines()


def test_variables_stand_in_groups_with_their_numbers(tmp_path: Path) -> None:
    save(tmp_path, 4, **{"w/Adagrad": np.full((2, 3), np.nan, np.float32)})
    told = [line.split() for line in lines(tmp_path / "model.ckpt-4")]
    assert ["global_step", "()", "int64", "4", "4", "0", "8", "B"] in told
    assert ["w", "(2,", "3)", "float32", "9.798", "4", "0", "24", "B"] in told  # 4 * sqrt(6)
    assert ["w/Adagrad", "(2,", "3)", "float32", "0", "-", "6", "24", "B"] in told
    text = "\n".join(lines(tmp_path / "model.ckpt-4"))
    assert "slots of the optimizer Adagrad: 1 variable, 6 elements" in text
    assert text.endswith("total: 3 variables, 13 elements, 56 B, 1 variable with NaN or infinity")


def test_the_names_of_objects_lose_what_all_of_them_end_in() -> None:
    text = "\n".join(lines(TF / "bundle_object_based" / "ckpt-1", 200))
    assert "  model/w/.OPTIMIZER_SLOT/optimizer/m " in text and "ATTRIBUTES" not in text


def test_states_and_reasons_are_told(tmp_path: Path) -> None:
    save(tmp_path, 1, 2, 3)
    rank(tmp_path, "model.ckpt-1", 0.5, Ranking("auc", "max", 1))
    flip(tmp_path / "model.ckpt-2.index", 5)
    write_state(tmp_path, CheckpointState.of(["model.ckpt-1", "model.ckpt-2"]))
    text = "\n".join(lines(tmp_path))
    for told in (
        "kept, best",
        "damaged, named as the latest",
        "unacknowledged",
        "  model.ckpt-2: ",
        " auc\n",
    ):
        assert told in text


def test_what_is_stored_in_pieces_says_in_how_many() -> None:
    assert any("(150, 3) in 3" in line for line in lines(TF / "bundle_partitioned" / "model.ckpt-7"))
