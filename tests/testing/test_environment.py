"""How tests are started, and where their files go."""

from __future__ import annotations

import contextlib
import os
import sys
import unittest
from pathlib import Path

import pytest

from estimator import tf
from estimator.testing import environment


def test_main_runs_the_tests_of_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(unittest, "main", lambda argv: ran.append(argv))
    with pytest.raises(SystemExit) as end:
        tf.test.main(argv=["script.py", "-v", "CaseTest"])
    assert (end.value.code, ran) == (None, [["script.py", "-v", "CaseTest"]])
    monkeypatch.setattr(sys, "argv", ["script.py"])
    with contextlib.suppress(SystemExit):
        tf.test.main()
    assert ran[1:] == [["script.py"]]


def test_the_directory_stays_and_goes_with_the_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.get_temp_dir.cache_clear()
    left: list[tuple[object, ...]] = []
    monkeypatch.setattr(environment.atexit, "register", lambda *call: left.append(call))
    monkeypatch.setenv("TEST_TMPDIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["iris_test.py"])
    directory = Path(tf.test.get_temp_dir())
    assert directory.parent == tmp_path and directory.name.startswith("iris_test")
    assert tf.test.get_temp_dir() == str(directory)
    (directory / "below").mkdir()
    ((remove, *arguments),) = left
    remove(arguments[0], os.getpid() + 1)  # type: ignore[operator]  as in a process that was forked off
    assert directory.exists()
    remove(*arguments)  # type: ignore[operator]
    assert not directory.exists()
    environment.get_temp_dir.cache_clear()


def test_there_are_no_gpus() -> None:
    assert not tf.test.is_gpu_available(cuda_only=True, min_cuda_compute_capability=(3, 5))
    assert tf.test.gpu_device_name() == ""
    assert not any(
        (
            tf.test.is_built_with_cuda(),
            tf.test.is_built_with_rocm(),
            tf.test.is_built_with_gpu_support(),
            tf.test.is_built_with_xla(),
        )
    )


def test_data_of_tests_lie_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SRCDIR", "/data")
    assert tf.test.test_src_dir_path("a/b") == "/data/org_tensorflow/tensorflow/a/b"
