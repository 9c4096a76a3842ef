"""Datasets over files give the elements that TensorFlow's give, and end with the errors that those end with.

tests/data/tf/file_datasets.json was written by TensorFlow 2.15.1; with a new call in tests/file_datasets_of_tf.py it is made
again by

    echo {} | .venv-tf/bin/python tests/interop/tf_file_datasets.py | sed 's/}, "/},\\n"/g' > tests/data/tf/file_datasets.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from tests.file_datasets_of_tf import CALLS, record, write_files

STORED = Path(__file__).parent / "data" / "tf" / "file_datasets.json"
ROWS: dict[str, Any] = json.loads(STORED.read_text())

# What is meant to differ: a file that is shorter than its header is what one that does not fit is.
EXCEPTIONS = {"Pieces('empty', 2, 2)": {"values": [], "error": "InvalidArgumentError"}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the calls read."""
    path = tmp_path_factory.mktemp("files")
    write_files(tf, path)
    return path


def test_every_call_has_an_answer_of_tensorflows() -> None:
    assert list(ROWS) == CALLS


@pytest.mark.parametrize("call", CALLS)
def test_the_elements_are_tensorflows(call: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert record(tf, call) == EXCEPTIONS.get(call, ROWS[call])
