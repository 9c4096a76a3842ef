"""Tables, hashes and crosses: TensorFlow runs the graph that we write, and we run the one that it writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from tests.interop.conftest import TensorFlow
from tests.interop.text_model import build, run


@pytest.fixture(scope="module")
def answers(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each graph computes there, and ours here; the names; and TensorFlow's file."""
    folder: Path = tmp_path_factory.mktemp("text")
    (folder / "words.txt").write_bytes(b"b\r\nwide 12\na\nnot read\n")
    request = {
        name: str(folder / file)
        for name, file in (("ours", "ours.meta"), ("theirs", "theirs.meta"), ("file", "words.txt"))
    }
    with tf.Graph().as_default():
        names = build(tf, request["file"])
        tf.train.export_meta_graph(request["ours"])
        here = run(tf, names)
    return {"here": here, "names": names, "prefix": request["theirs"]} | tensorflow.answer(
        "tf_text.py", request
    )


def test_both_graphs_compute_the_same(answers: dict[str, Any]) -> None:
    assert answers["here"] == answers["theirs"]
    assert answers["here"]["by_list"] == [5, 6, 7, -1, -1, -1, 6]


def test_tensorflow_runs_the_graph_that_we_wrote(answers: dict[str, Any]) -> None:
    assert answers["ours"] == answers["theirs"]
    assert answers["assets"] == ["asset_path:0", "asset_path_1:0"]


def test_we_run_the_graph_that_tensorflow_wrote(answers: dict[str, Any]) -> None:
    with tf.Graph().as_default():
        tf.train.import_meta_graph(answers["prefix"])
        assert run(tf, answers["names"]) == answers["theirs"]
        assert [path.name for path in tf.get_collection("asset_filepaths")] == answers["assets"]
