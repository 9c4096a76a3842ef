"""Images: what is stored of TensorFlow is what it gives; graphs go both ways; it reads our events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.functions.image.test_against_tensorflow import STORED
from tests.interop.conftest import TensorFlow
from tests.interop.image_model import BATCH, build, run


def test_the_stored_values_are_tensorflows(tensorflow: TensorFlow, tmp_path: Path) -> None:
    path = tmp_path / "images.npz"
    tensorflow.answer("tf_images.py", {"values": str(path)})
    fresh, stored = np.load(path), np.load(STORED)
    assert sorted(fresh.files) == sorted(stored.files)
    for key in stored.files:
        np.testing.assert_allclose(
            stored[key], fresh[key], rtol=1e-5, atol=1e-6
        )  # two runs of TensorFlow differ


@pytest.fixture(scope="module")
def answers(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each graph computes there, and ours here; and what TensorFlow reads in our events."""
    folder: Path = tmp_path_factory.mktemp("images")
    files = {"ours": "ours.meta", "theirs": "theirs.meta", "events": "events", "values": "values.npz"}
    request = {name: str(folder / file) for name, file in files.items()}
    shown = np.stack([BATCH[0], -BATCH[1]])
    with tf.Graph().as_default(), tf.Session() as session:
        tf.summary.image("seen", shown)
        tf.summary.text("words", ["a", "b"])
        with tf.summary.FileWriter(request["events"]) as writer:
            writer.add_summary(session.run(tf.summary.merge_all()), 1)
    with tf.Graph().as_default():
        names = build(tf)
        tf.train.export_meta_graph(request["ours"])
        answer = tensorflow.answer("tf_image_graph.py", request)
        values = np.load(request["values"])
        contents = values["contents"].tobytes()
        here = run(tf, names, contents)
    return {
        "here": here,
        "values": values,
        "contents": contents,
        "prefix": request["theirs"],
        "shown": shown,
    } | answer


def same(ours: dict[str, Any], values: Any, which: str, names: list[str]) -> None:
    for name in names:
        np.testing.assert_allclose(ours[name], values[f"{which}/{name}"], rtol=1e-5, atol=2e-6, err_msg=name)


def summary_of(data: bytes) -> list[tuple[str, int, int]]:
    message = tf.Summary.FromString(data)
    return [(value.tag, value.image.height, value.image.width) for value in message.value]


def test_our_graph_computes_the_same_here_and_there(answers: dict[str, Any]) -> None:
    same(answers["here"], answers["values"], "ours", answers["names"])
    same(answers["here"], answers["values"], "theirs", answers["names"])


def test_we_run_the_graph_that_tensorflow_wrote(answers: dict[str, Any]) -> None:
    with tf.Graph().as_default():
        tf.train.import_meta_graph(answers["prefix"])
        found = run(tf, answers["names"], answers["contents"])
    same(found, answers["values"], "theirs", answers["names"])
    expected = [("shown/some/image/0", 16, 18), ("shown/some/image/1", 16, 18), ("shown/words", 0, 0)]
    for data in (
        found["summary"],
        *(answers["values"][f"{which}/summary"].tobytes() for which in ("ours", "theirs")),
    ):
        assert summary_of(data) == expected


def test_tensorflow_reads_our_images_and_texts(answers: dict[str, Any]) -> None:
    assert answers["tags"] == {"seen/image/0": "image", "seen/image/1": "image", "words": "text"}
    for place, scaled in enumerate((255 / BATCH[0].max() * BATCH[0], 128 - 127 / BATCH[1].max() * BATCH[1])):
        assert np.abs(np.array(answers["pixels"][f"seen/image/{place}"]) - scaled).max() <= 1
