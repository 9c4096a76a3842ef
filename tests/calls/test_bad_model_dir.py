"""A model_dir that cannot be one is refused, and nothing is changed in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from estimator.core import errors
from estimator.estimators.estimator import Estimator
from estimator.settings.run_config import RunConfig
from tests.calls.mistakes import (
    returning,
)
from tests.disk import unchanged
from tests.tiny import batches, estimator


def test_a_read_only_model_dir_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # os.access is what says so: for root, permission bits say nothing.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with (
        unchanged(tmp_path),
        pytest.raises(errors.PermissionDeniedError, match="not writable.*choose another path"),
    ):
        estimator(tmp_path).train(batches(), steps=1)


def test_a_model_dir_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with unchanged(tmp_path), pytest.raises(ValueError, match="lies below '.*file', which is a file"):
        estimator(tmp_path / "file" / "m")


@pytest.mark.parametrize("scheme", ["gs", "s3", "hdfs"])
def test_a_url_is_refused_and_not_made_as_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with unchanged(tmp_path), pytest.raises(ValueError, match=f"'{scheme}://bucket/m' is a URL"):
        estimator(f"{scheme}://bucket/m")
    with unchanged(tmp_path), pytest.raises(ValueError, match="URL"):
        Estimator(returning(None), config=RunConfig(model_dir=f"{scheme}://bucket/m"))


def test_a_model_dir_given_twice_must_be_the_same(tmp_path: Path) -> None:
    with unchanged(tmp_path), pytest.raises(ValueError, match="set both in constructor and `RunConfig`"):
        Estimator(returning(None), tmp_path / "a", RunConfig(model_dir=str(tmp_path / "b")))


def test_a_trained_model_is_asked_for_before_there_is_one(tmp_path: Path) -> None:
    for question in (
        lambda: estimator(tmp_path).get_variable_names(),
        lambda: estimator(tmp_path).get_variable_value("w"),
    ):
        with (
            unchanged(tmp_path),
            pytest.raises(ValueError, match=f"Could not find trained model in model_dir: {tmp_path}"),
        ):
            question()
