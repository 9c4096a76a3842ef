"""A session's graph as a SavedModel, in one call."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from estimator import tf
from estimator.graph.graph import Graph


def test_a_graph_is_saved_with_its_assets_and_one_signature(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("a\nb\n")
    word = tf.placeholder(tf.string, [None])
    table = tf.contrib.lookup.index_table_from_file(str(tmp_path / "words.txt"))
    rows = tf.nn.embedding_lookup(tf.get_variable("rows", initializer=[[1.0], [2.0]]), table.lookup(word))
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        tf.saved_model.simple_save(
            session, str(tmp_path / "e"), inputs={"word": word}, outputs={"rows": rows},
            legacy_init_op=tf.tables_initializer(),
        )  # fmt: skip
    assert os.listdir(tmp_path / "e" / "assets") == ["words.txt"]
    with tf.Session(graph=tf.Graph()) as session:
        meta_graph = tf.saved_model.load(session, [tf.saved_model.SERVING], str(tmp_path / "e"))
        signature = meta_graph.signature_def[tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY]
        assert tf.saved_model.is_valid_signature(signature)
        found = session.run(signature.outputs["rows"].name, {signature.inputs["word"].name: ["b", "a"]})
    assert found.tolist() == [[2.0], [1.0]]


def test_a_folder_that_is_taken_is_refused_before_anything_is_done(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("")
    x = tf.placeholder(tf.float32)
    with tf.Session() as session, pytest.raises(AssertionError, match="isn't empty"):
        tf.saved_model.simple_save(session, tmp_path, {"x": x}, {"y": x + 1.0})
    assert os.listdir(tmp_path) == ["kept"]
