"""Other methods for the signatures of a SavedModel that lies there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from estimator import tf
from estimator.saved_model.loader import parse_saved_model
from tests.saved_model.tensorflow_made import MADE, loads_and_answers

Updater = tf.saved_model.signature_def_utils.MethodNameUpdater


@pytest.mark.parametrize("name", ["saved_model_references", "saved_model_several"], ids=["binary", "text"])
def test_a_signature_gets_another_method_and_still_answers(tmp_path: Path, name: str) -> None:
    shutil.copytree(MADE / name, tmp_path / "e")
    updater = Updater(tmp_path / "e")
    updater.replace_method_name(signature_key="serving_default", method_name="mine", tags="serve")
    updater.save()
    (meta_graph,) = parse_saved_model(tmp_path / "e").meta_graphs
    assert meta_graph.signature_def["serving_default"].method_name == "mine"
    assert loads_and_answers(tmp_path / "e")


def test_it_can_be_written_elsewhere(tmp_path: Path) -> None:
    updater = Updater(MADE / "saved_model_references")
    updater.replace_method_name("serving_default", "mine")
    updater.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["saved_model.pb"]
    (meta_graph,) = parse_saved_model(tmp_path).meta_graphs
    assert meta_graph.signature_def["serving_default"].method_name == "mine"


@pytest.mark.parametrize(
    ("key", "method", "tags", "message"),
    [
        ("", "m", None, "signature_key='' and method_name='m' must both be given"),
        ("k", "", None, "must both be given"),
        ("serving_defaults", "m", None, "does not have a signature_def.*'serving_default'"),
        (
            "serving_default",
            "m",
            ["train"],
            r"no MetaGraphDef has the tags \['train'\]; there are \[\['serve'\]\]",
        ),
    ],
)
def test_what_is_not_there_is_said(key: str, method: str, tags: list[str] | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Updater(MADE / "saved_model_references").replace_method_name(key, method, tags)
