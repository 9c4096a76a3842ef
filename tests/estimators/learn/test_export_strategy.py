"""Exports of tf.contrib.learn: strategies, and an Estimator of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.formats import messages
from estimator.tf.contrib import learn
from tests.tiny import batches, estimator


def model_fn(features: Any, labels: Any, mode: str) -> Any:
    y = tf.layers.dense(features["x"], 1)
    alternatives = {
        "number": (learn.ProblemType.LINEAR_REGRESSION, {"scores": y}),
        "all": (learn.ProblemType.UNSPECIFIED, {"y": y}),
    }
    loss = train_op = None
    if mode != learn.ModeKeys.INFER:
        loss = tf.losses.mean_squared_error(labels, y)
        train_op = tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_global_step())
    return learn.ModelFnOps(mode, {"y": y}, loss, train_op, output_alternatives=alternatives)


def trained(folder: Path) -> Any:
    model = learn.Estimator(model_fn, model_dir=str(folder / "m"))
    return model.fit(
        input_fn=lambda: ({"x": np.ones((2, 2), np.float32)}, np.ones((2, 1), np.float32)), steps=1
    )


def signatures(exported: bytes) -> dict[str, tuple[str, list[str]]]:
    path = Path(exported.decode()) / "saved_model.pb"
    (graph,) = messages.parse("SavedModel", path.read_bytes(), str(path)).meta_graphs
    return {
        name: (found.method_name.rpartition("/")[2], sorted(found.inputs))
        for name, found in graph.signature_def.items()
    }


EXAMPLES = learn.build_parsing_serving_input_fn(
    {"x": tf.FixedLenFeature([2], tf.float32)}, default_batch_size=2
)


def test_an_estimator_of_its_own_exports_its_alternatives(tmp_path: Path) -> None:
    found = signatures(trained(tmp_path).export_savedmodel(tmp_path / "e", EXAMPLES, "all"))
    assert found == {
        "serving_default": ("predict", ["examples"]),
        "all": ("predict", ["examples"]),
        "number": ("regress", ["inputs"]),
    }


def test_which_of_several_outputs_is_the_default_only_an_export_asks(tmp_path: Path) -> None:
    model = trained(tmp_path)
    rows = list(model.predict(input_fn=lambda: {"x": np.ones((2, 2), np.float32)}))
    assert [list(row) for row in rows] == [["y"], ["y"]]


def test_without_a_default_among_several_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="default_serving_output_alternative_key must be one of"):
        trained(tmp_path).export_savedmodel(tmp_path / "e", EXAMPLES)
    assert not (tmp_path / "e").exists()


def test_an_input_function_gives_what_is_fed_under_an_older_name() -> None:
    with tf.Graph().as_default():
        made = EXAMPLES()
    assert isinstance(made, learn.InputFnOps) and made.labels is None
    assert list(made.features) == ["x"] and made.default_inputs["examples"].dims == (2,)


def test_a_strategy_writes_saved_models_and_keeps_the_newest(tmp_path: Path) -> None:
    strategy = learn.make_export_strategy(
        EXAMPLES, "all", assets_extra={"a": __file__}, exports_to_keep=2, strip_default_attrs=True
    )
    assert strategy.name == "Servo"
    model = trained(tmp_path)
    exported = [strategy.export(model, str(tmp_path / "e")) for _ in range(3)]
    assert "serving_default" in signatures(exported[-1])
    assert (Path(exported[-1].decode()) / "assets.extra" / "a").is_file()
    assert sorted(path.name for path in (tmp_path / "e").iterdir()) == [
        Path(each.decode()).name for each in exported[1:]
    ]


def test_a_default_alternative_is_none_of_tf_estimators(tmp_path: Path) -> None:
    model = estimator(tmp_path / "m").train(batches(), steps=1)
    strategy = learn.make_export_strategy(EXAMPLES, "all")
    with pytest.raises(ValueError, match="default_output_alternative_key is not supported in core Estimator"):
        strategy.export(model, str(tmp_path / "e"))
    keeps_all = learn.make_export_strategy(EXAMPLES, as_text=True, exports_to_keep=None)
    exported = keeps_all.export(model, str(tmp_path / "e"), checkpoint_path=model.latest_checkpoint())
    assert (Path(exported.decode()) / "saved_model.pbtxt").is_file()


def test_what_is_no_function_is_refused_before_the_training() -> None:
    with pytest.raises(TypeError, match="`serving_input_fn` must be callable"):
        learn.make_export_strategy({"x": 1})  # type: ignore[arg-type]


def test_an_own_function_gets_what_it_takes() -> None:
    def export_fn(estimator: Any, path: str, strip_default_attrs: bool) -> Any:
        return estimator, path, strip_default_attrs

    assert learn.ExportStrategy("a", export_fn, True).export(1, "p") == (1, "p", True)
    assert learn.ExportStrategy("a", lambda estimator, path: path).export(1, "p", "c", {}) == "p"
