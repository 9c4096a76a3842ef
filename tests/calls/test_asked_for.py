"""Which checkpoint is asked for; what servers make of it is in tests/estimators/test_serving_model.py."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from estimator.calls.asked_for import start_asked_for
from estimator.core.errors import NotFoundError
from tests import tiny


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("model")
    tiny.estimator(folder, save_checkpoints_steps=2).train(tiny.batches(), steps=4)
    return str(folder)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("latest", "model.ckpt-4"),
        (3, "model.ckpt-3"),
        ("3", "model.ckpt-3"),
        ("model.ckpt-1", "model.ckpt-1"),
    ],
)
def test_a_checkpoint_is_asked_for_by_word_step_or_name(asked: Any, name: str, model_dir: str) -> None:
    found = start_asked_for(model_dir, asked)
    assert found.prefix == os.path.join(model_dir, name)
    assert found.may_move == (asked == "latest")


def test_what_is_not_there_is_told_with_what_there_is(model_dir: str, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no checkpoint of step 2; it has those of: 1, 3, 4"):
        start_asked_for(model_dir, 2)
    with pytest.raises(NotFoundError, match="no checkpoint 'latst'. Did you mean 'latest'"):
        start_asked_for(model_dir, "latst")
    with pytest.raises(NotFoundError, match="has no checkpoint; train first"):
        start_asked_for(str(tmp_path), "latest")
