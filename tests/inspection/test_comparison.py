"""Two checkpoints beside each other, as one report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from estimator.core.errors import InvalidArgumentError, NotFoundError
from estimator.inspection.comparison import compare
from estimator.inspection.json_form import json_text
from estimator.inspection.shown_comparison import text_of, values_of
from tests.disk import unchanged
from tests.inspection.fixtures import TF, save
from tests.tiny import batches, estimator


def test_two_steps_of_one_training_differ_in_weights_alone(tmp_path: Path) -> None:
    estimator(tmp_path, save_checkpoints_steps=2).train(batches(), steps=3)
    with unchanged(tmp_path):
        found = compare(str(tmp_path), steps=(1, 3))
    assert found.weights is not None and not found.is_same and found.settings == ()
    assert found.graph is not None and found.graph.is_same
    assert {one.state for one in found.weights if one.name != "global_step"} <= {"changed", "equal"}
    assert next(one for one in found.weights if one.name == "global_step").distance.max_abs == 2  # type: ignore[union-attr]


def test_another_model_differs_in_everything(tmp_path: Path) -> None:
    estimator(tmp_path / "a", units=3).train(batches(), steps=1)
    estimator(tmp_path / "b", units=4, keep_checkpoint_max=2).train(batches(), steps=1)
    found = compare(str(tmp_path / "a"), str(tmp_path / "b"))
    assert found.weights is not None and found.settings is not None and found.graph is not None
    forms = {one.name: (one.a, one.b) for one in found.weights if one.state == "reshaped"}
    assert forms["hidden/kernel"] == (((2, 3), "float32"), ((2, 4), "float32"))
    said = {one.key: (one.a, one.b) for one in found.settings}
    assert said["params.units"] == (3, 4) and "config.keep_checkpoint_max" in said
    assert not found.graph.is_same and found.graph.changed
    text = text_of(found, 80)
    assert "of another shape or type" in text and "params.units\n    a 3\n    b 4\n" in text
    told = json.loads(json_text(values_of(found)))
    assert told["is_same"] is False and {"key": "params.units", "a": 3, "b": 4} in told["settings"]


def test_a_checkpoint_is_the_same_as_itself(tmp_path: Path) -> None:
    estimator(tmp_path).train(batches(), steps=1)
    found = compare(f"{tmp_path}/model.ckpt-1", str(tmp_path))
    assert found.is_same and "equal bit by bit" in text_of(found, 80)


def test_tensorflows_and_ours_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TF)
    found = compare("dnn_iris_v1_adam/model_dir", "dnn_iris_v2_adam/model_dir")
    assert found.settings is None and found.weights is not None
    states = {one.name: one.state for one in found.weights}
    assert states["dnn/logits/kernel"] == "changed" and states["training/Adam/learning_rate"] == "only_b"
    text = text_of(found, 80)
    assert "no metadata.yaml tells how a and b was made" in text
    assert max(map(len, text.splitlines())) <= 80


def test_only_what_is_asked_for_is_compared(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    found = compare(str(tmp_path), steps=(1, 2), parts=("graph",))
    assert (found.weights, found.settings, found.graph) == (None, None, None) and found.is_same
    assert text_of(found, 80).splitlines()[2:] == [
        "",
        "graph: not on both sides, there is neither .meta nor graph.pbtxt",
    ]


def test_what_cannot_be_compared_is_told(tmp_path: Path) -> None:
    save(tmp_path, 1)
    with pytest.raises(InvalidArgumentError, match="with what"):
        compare(str(tmp_path))
    with pytest.raises(NotFoundError, match="no checkpoint of step 2"):
        compare(str(tmp_path), steps=(1, 2))
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFoundError, match="has no checkpoint"):
        compare(str(tmp_path), str(tmp_path / "empty"))
