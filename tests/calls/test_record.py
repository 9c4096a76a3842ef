"""metadata.yaml: which code made which checkpoint."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from estimator.calls.record import git_commit, record_train_call
from tests.tiny import batches, estimator


def entries(model_dir: Path) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load((model_dir / "metadata.yaml").read_text())
    return loaded


def test_each_training_adds_an_entry(tmp_path: Path) -> None:
    estimator(tmp_path, units=4, save_summary_steps=7).train(batches(), steps=5)
    estimator(tmp_path, units=4).train(batches(), steps=5)
    first, second = entries(tmp_path)
    assert (first["start_step"], second["start_step"]) == (0, 5)
    assert first["estimator"] == "Estimator"
    assert first["params"] == {"units": 4, "extra": None}
    assert first["config"]["save_summary_steps"] == 7
    assert "save_summary_steps" not in second["config"]  # it was the default
    assert first["versions"]["python"] == platform.python_version()
    assert first["versions"]["numpy"] == np.__version__
    assert {"time", "script", "git_commit"} < set(first)


def test_evaluating_and_predicting_add_none(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    model.train(batches(), steps=1)
    before = (tmp_path / "metadata.yaml").read_bytes()
    model.evaluate(batches(1))
    next(iter(model.predict(batches(1))))
    assert (tmp_path / "metadata.yaml").read_bytes() == before


def test_what_yaml_does_not_know_is_written_as_text(tmp_path: Path) -> None:
    record_train_call(str(tmp_path), {"params": {"rate": np.float32(0.5), "fn": len, "sizes": (1, 2)}})
    params = entries(tmp_path)[0]["params"]
    assert params == {"rate": 0.5, "fn": "<built-in function len>", "sizes": [1, 2]}


@pytest.mark.parametrize("text", [b"{", b"train_calls: 3", b"!!python/object/apply:os.system [true]", b""])
def test_a_file_without_entries_stops_no_training_and_is_begun_anew(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "metadata.yaml").write_bytes(text)
    estimator(tmp_path).train(batches(), steps=1)
    assert [each["start_step"] for each in entries(tmp_path)] == [0]


def test_a_file_that_is_no_text_stops_no_training_and_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "metadata.yaml").write_bytes(b"\xff\xfe")
    estimator(tmp_path).train(batches(), steps=1)
    assert (tmp_path / "metadata.yaml").read_bytes() == b"\xff\xfe"
    assert "metadata.yaml is not kept up to date" in caplog.text


def test_values_of_several_lines_stay_one_entry(tmp_path: Path) -> None:
    for text in ("first\n- second\n", "- x", "# no comment"):
        record_train_call(str(tmp_path), {"params": {"text": text, "items": ["- y", ["z"]]}})
    assert [each["params"]["text"] for each in entries(tmp_path)] == [
        "first\n- second\n",
        "- x",
        "# no comment",
    ]


def test_only_the_newest_entries_are_kept(tmp_path: Path) -> None:
    (tmp_path / "metadata.yaml").write_text(yaml.safe_dump([{"n": n} for n in range(500)]))
    record_train_call(str(tmp_path), {"n": 500})
    kept = [each["n"] for each in entries(tmp_path)]
    assert kept[-1] == 500 and kept == list(range(301, 501))


def test_the_commit_is_the_one_of_the_repository_around(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        settings = ["-c", "user.name=x", "-c", "user.email=x@y"]
        command = ["git", "-C", str(tmp_path), *settings, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    assert git_commit(str(tmp_path)) is None  # no commit yet
    git("commit", "-q", "--allow-empty", "-m", "first")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    commit = git("rev-parse", "HEAD")
    assert git_commit(str(tmp_path / "deep" / "er")) == commit
    git("pack-refs", "--all")
    assert git_commit(str(tmp_path)) == commit
    git("checkout", "-q", "--detach")
    assert git_commit(str(tmp_path)) == commit


def test_without_a_repository_there_is_no_commit(tmp_path: Path) -> None:
    assert git_commit(str(tmp_path)) is None


def test_a_fifo_in_its_place_is_a_warning_and_stays(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    os.mkfifo(tmp_path / "metadata.yaml")
    record_train_call(str(tmp_path), {"params": {}})
    assert "not kept up to date" in caplog.text and "is a FIFO" in caplog.text
    assert os.listdir(tmp_path) == ["metadata.yaml"]
