"""A model whose input is words: its tables are initialised by every call of an Estimator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.functions.index_tables import index_table_from_file
from estimator.functions.ragged.splitting import string_split

WORDS = ["red apple", "green pear", "red pear", "blue plum"]


def model_fn(features: Any, labels: Any, mode: str, params: Any) -> Any:
    """The sum of the weights of a text's words."""
    table = index_table_from_file(params["file"], num_oov_buckets=2, vocab_size=3)
    split = string_split(features["text"])
    ids = table.lookup(split)
    weights = tf.get_variable("weights", [5], initializer=tf.zeros_initializer())
    rows = split.indices[:, 0]
    total = tf.unsorted_segment_sum(tf.gather(weights, ids.values), rows, tf.size(features["text"]))
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(
            mode, predictions={"total": total, "rows": ids.dense_shape[0] + 0 * tf.to_int64(total)}
        )
    loss = tf.losses.mean_squared_error(labels, total)
    step = tf.train.get_global_step()
    train_op = tf.train.GradientDescentOptimizer(0.5).minimize(loss, global_step=step)
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


def input_fn() -> Any:
    data = {"text": np.array(WORDS, object)}, np.float32([1, 2, 3, 4])
    return tf.data.Dataset.from_tensor_slices(data).batch(4).repeat(50)


@pytest.fixture
def vocabulary(tmp_path: Path) -> Path:
    file = tmp_path / "words.txt"
    file.write_text("red\npear\ngreen\nnot read\n")
    return file


def estimator_of(file: Path, tmp_path: Path) -> Any:
    return tf.estimator.Estimator(model_fn, str(tmp_path / "model"), params={"file": str(file)})


def test_words_are_learned_and_looked_up_again_in_every_call(vocabulary: Path, tmp_path: Path) -> None:
    words = estimator_of(vocabulary, tmp_path)
    words.train(input_fn)
    assert words.evaluate(input_fn)["loss"] < 0.05
    found = [
        row["total"]
        for row in words.predict(
            lambda: tf.data.Dataset.from_tensor_slices({"text": np.array(WORDS, object)}).batch(2)
        )
    ]
    np.testing.assert_allclose(found, [1, 2, 3, 4], atol=0.5)
    words.train(input_fn, steps=3)
    assert words.get_variable_value("global_step") == 53


def test_a_vocabulary_that_is_not_there_is_named(vocabulary: Path, tmp_path: Path) -> None:
    vocabulary.unlink()
    words = estimator_of(vocabulary, tmp_path)
    with pytest.raises(tf.errors.NotFoundError, match=r"words\.txt.*No such file"):
        words.train(input_fn)
    assert not list((tmp_path / "model").glob("model.ckpt*"))


def test_a_vocabulary_that_is_too_short_is_named(vocabulary: Path, tmp_path: Path) -> None:
    vocabulary.write_text("red\n")
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"vocab_size in .*words\.txt': expected 3 lines, but it has 1"
    ):
        estimator_of(vocabulary, tmp_path).train(input_fn)
