"""What may be a model_dir; nothing is ever created by looking."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from estimator.core import errors
from estimator.model_dir.path import check_model_dir


def test_a_path_that_does_not_exist_is_fine_and_not_created(tmp_path: Path) -> None:
    wanted = tmp_path / "models" / "iris"
    assert check_model_dir(wanted, for_writing=True) == str(wanted)
    assert os.listdir(tmp_path) == []


def test_relative_paths_stay_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert check_model_dir("models/iris", for_writing=True) == "models/iris"


def test_the_home_directory_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert check_model_dir("~/iris") == str(tmp_path / "iris")


def test_the_scheme_of_local_files_may_be_written(tmp_path: Path) -> None:
    assert check_model_dir(f"{tmp_path.as_uri()}/iris") == str(tmp_path / "iris")


@pytest.mark.parametrize(
    "url", ["gs://bucket/iris", "s3://b/x", "hdfs://h/x", "HTTPS://h/x", "file:/x", "gs:/bucket"]
)
def test_a_url_is_refused_and_not_created(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.InvalidArgumentError, match="is a URL; only local directories.*copy it"):
        check_model_dir(url)
    assert os.listdir(tmp_path) == []


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(errors.InvalidArgumentError, match="'.*file' is a file, not a directory"):
        check_model_dir(tmp_path / "file")
    with pytest.raises(errors.InvalidArgumentError, match="lies below '.*file', which is a file"):
        check_model_dir(tmp_path / "file" / "iris")


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_no_path_at_all_is_refused(path: str) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="give the path of a directory"):
        check_model_dir(path)


def test_a_read_only_directory_is_refused_for_writing_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # os.access is what says so: for root, permission bits say nothing.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert check_model_dir(tmp_path) == str(tmp_path)
    with pytest.raises(errors.PermissionDeniedError, match="not writable"):
        check_model_dir(tmp_path, for_writing=True)
    with pytest.raises(errors.PermissionDeniedError, match="cannot be created: .* not writable"):
        check_model_dir(tmp_path / "new", for_writing=True)
