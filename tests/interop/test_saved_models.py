"""SavedModels go from us to TensorFlow, by all of its loaders, and from TensorFlow to us."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.interop.conftest import TensorFlow
from tests.interop.saved_models import MODELS, exported, exported_again
from tests.saved_model.tensorflow_made import MADE, loads_and_answers

LOADERS = ("v1", "v2", "c++")


def _agrees(found: Any, wanted: Any, where: str) -> None:
    if wanted.dtype == object:
        texts = np.array([text.decode("latin-1") for text in wanted.ravel()], object).reshape(wanted.shape)
        assert found == texts.tolist(), where
    else:
        np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-6, err_msg=where)
        assert np.shape(found) == np.shape(wanted), where


def _answers_as_here(tensorflow: TensorFlow, tmp_path: Path) -> str:
    """Let TensorFlow load all models and compare; gives its version."""
    models = {name: exported(name, tmp_path / "ours") for name in MODELS}
    for name in ("saved_model_references", "saved_model_several"):
        models[name] = exported_again(name, tmp_path / "again")
    asked = {name: {key: given[key] for key in ("folder", "asked")} for name, given in models.items()}
    theirs = tensorflow.answer("tf_saved_models.py", {"models": asked})
    for name, given in models.items():
        answer = theirs["models"][name]
        for loader in LOADERS:
            assert len(answer[loader]) == len(given["answers"])
            for number, (found, wanted) in enumerate(zip(answer[loader], given["answers"], strict=True)):
                assert found.keys() == wanted.keys()
                for key, value in wanted.items():
                    parts = value if isinstance(value, tuple) else [value]
                    for part, ours in zip(found[key], parts, strict=True):
                        _agrees(part, np.asarray(ours), f"{name} {loader} {number} {key}")
        for row in given["asked"]:
            assert f"signature_def['{row['signature']}']" in answer["cli"]
        assert "Method name is: tensorflow/serving/" in answer["cli"]
    version: str = theirs["version"]
    return version


def test_what_is_exported_here_answers_in_tensorflow_as_here(tensorflow: TensorFlow, tmp_path: Path) -> None:
    _answers_as_here(tensorflow, tmp_path)


def test_what_is_exported_here_answers_in_the_newest_tensorflow_as_here(
    newest_tensorflow: TensorFlow, tmp_path: Path
) -> None:
    assert _answers_as_here(newest_tensorflow, tmp_path) >= "2.2"


def test_what_tensorflow_exports_answers_here_as_there(tensorflow: TensorFlow, tmp_path: Path) -> None:
    request = {"script": str(MADE / "make_saved_models.py"), "folder": str(tmp_path)}
    for name in tensorflow.answer("tf_make_saved_models.py", request):
        assert loads_and_answers(tmp_path / name) >= 2
