"""The files that a SavedModel reads: under which names it has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator import tf
from estimator.core.errors import NotFoundError
from estimator.graph.graph import Graph
from estimator.saved_model.assets import Assets


def _file(path: Path, text: str) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return str(path)


def test_two_files_of_one_name_get_two_unless_they_have_the_same_text(graph: Graph, tmp_path: Path) -> None:
    texts = {"a": "one", "b": "two", "c": "one", "d": "six"}
    paths = {folder: _file(tmp_path / folder / "words.txt", text) for folder, text in texts.items()}
    assets = Assets()
    found = assets.add(tf.constant(path, name=folder) for folder, path in paths.items())
    assert [(item.tensor_info.name, item.filename) for item in found] == [
        ("a:0", "words.txt"),
        ("b:0", "words.txt_1"),
        ("c:0", "words.txt"),
        ("d:0", "words.txt_2"),  # as TensorFlow 2.15 counts
    ]
    assert assets.sources == {"words.txt": paths["a"], "words.txt_1": paths["b"], "words.txt_2": paths["d"]}


def test_graphs_of_one_saved_model_share_the_files(graph: Graph, tmp_path: Path) -> None:
    assets = Assets()
    path = _file(tmp_path / "words.txt", "one")
    for name in ("first", "second"):
        (found,) = assets.add([tf.constant(path, name=name)])
        assert (found.tensor_info.name, found.filename) == (f"{name}:0", "words.txt")
    assert assets.sources == {"words.txt": path}


def test_files_that_are_not_there_are_all_named(graph: Graph, tmp_path: Path) -> None:
    names = [str(tmp_path / "no_1"), str(tmp_path), _file(tmp_path / "here", ""), str(tmp_path / "no_2")]
    assets = Assets()
    with pytest.raises(NotFoundError, match="copies of them") as caught:
        assets.add(map(tf.constant, names))
    assert [repr(name) in str(caught.value) for name in names] == [True, True, False, True]
    assert not assets.sources


def test_an_asset_is_a_constant_text(graph: Graph) -> None:
    wrong = {
        "words.txt": "given: 'words.txt'",
        tf.placeholder(tf.string, []): "a constant",
        tf.constant(1): "a string Tensor",
        tf.constant(["a", "b"]): "must be a scalar",
    }
    for asset, message in wrong.items():
        with pytest.raises(TypeError, match=message):
            Assets().add([asset])
    with pytest.raises(ValueError, match="the name is empty"):
        Assets().add([tf.constant("")])
