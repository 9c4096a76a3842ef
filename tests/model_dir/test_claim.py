"""A model_dir that is made, locked and, if nothing came of it, given up again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from estimator.core import errors
from estimator.model_dir.claim import claimed, tidy
from tests.disk import unchanged


class Failure(Exception):
    """What the training raises."""


def test_a_failure_before_anything_is_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Failure), claimed(str(tmp_path / "models" / "iris")):
        raise Failure
    assert os.listdir(tmp_path) == []


def test_what_is_written_before_a_failure_stays(tmp_path: Path) -> None:
    with pytest.raises(Failure), claimed(str(tmp_path / "models" / "iris")):
        (tmp_path / "models" / "iris" / "events").touch()
        raise Failure
    assert sorted(os.listdir(tmp_path / "models" / "iris")) == [".lock", "events"]


def test_directories_and_files_that_were_there_stay(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").touch()
    with pytest.raises(Failure), claimed(str(tmp_path)):
        raise Failure
    assert os.listdir(tmp_path) == ["checkpoint"]
    with claimed(str(tmp_path)):
        pass
    with pytest.raises(Failure), claimed(str(tmp_path)):
        raise Failure
    assert sorted(os.listdir(tmp_path)) == [".lock", "checkpoint"]


def test_a_relative_directory_goes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Failure), claimed("models/iris/"):
        raise Failure
    assert os.listdir(tmp_path) == []


def test_a_second_claim_is_refused_and_the_first_keeps_its_directory(tmp_path: Path) -> None:
    path = str(tmp_path / "iris")
    with claimed(path):
        with pytest.raises(errors.FailedPreconditionError, match="another trainer is at work"), claimed(path):
            pass
        assert os.listdir(path) == [".lock"]
    with claimed(path):  # free again
        pass


def test_tidying_a_directory_that_is_tidy_touches_nothing(tmp_path: Path) -> None:
    with unchanged(tmp_path):
        tidy(str(tmp_path))
    tidy(str(tmp_path / "nowhere"))
    assert os.listdir(tmp_path) == []


def test_tidying_takes_the_rest_of_a_save_away_unless_somebody_is_at_work(tmp_path: Path) -> None:
    (tmp_path / ".tmp.1.index").touch()
    with claimed(str(tmp_path)):
        (tmp_path / ".tmp.2.index").touch()
        tidy(str(tmp_path))
        assert (tmp_path / ".tmp.2.index").exists()
    tidy(str(tmp_path))
    assert os.listdir(tmp_path) == [".lock"]
