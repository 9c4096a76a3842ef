"""Exports of an Estimator: what is in them, what is refused, and that nothing is written then.

Judge: TensorFlow 2.15.1, observed; tests/interop/test_exports.py lets it run them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.calls.exporters import BestExporter, LatestExporter
from estimator.calls.specs import EvalSpec, TrainSpec
from estimator.calls.train_and_evaluate import train_and_evaluate
from estimator.checkpoint.reader import list_variables, load_variable
from estimator.checkpoint.saver import Saver
from estimator.columns.embedding import embedding_column
from estimator.columns.numeric import numeric_column
from estimator.columns.parse_spec import make_parse_example_spec
from estimator.columns.vocabulary_file import categorical_column_with_vocabulary_file
from estimator.core.dtypes import float32, string
from estimator.core.errors import InvalidArgumentError, ResourceExhaustedError
from estimator.estimators.dnn import DNNClassifier
from estimator.estimators.estimator import Estimator
from estimator.formats import messages
from estimator.functions.arrays import placeholder
from estimator.functions.grouping import group
from estimator.functions.py_func import py_func
from estimator.functions.table_initializers import tables_initializer
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.model_dir import storage
from estimator.models.export_outputs import PredictOutput
from estimator.models.receivers import (
    ServingInputReceiver,
    TensorServingInputReceiver,
    build_parsing_serving_input_receiver_fn,
    build_raw_serving_input_receiver_fn,
    build_raw_supervised_input_receiver_fn,
)
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.network import losses
from estimator.network.layers.dense import dense
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.moving_averages import ExponentialMovingAverage
from estimator.runtime.session import Session
from estimator.saved_model.loader import load
from estimator.settings.run_config import RunConfig
from estimator.training.scaffold import Scaffold
from estimator.variables.get_variable import get_variable
from estimator.variables.global_step import get_global_step
from estimator.variables.variable import trainable_variables
from tests.tiny import batches, estimator


def raw() -> ServingInputReceiver:
    """Of the tiny model."""
    fed = {"x": placeholder(float32, [None, 2], "x")}
    return ServingInputReceiver(fed, fed)


def parsed(exported: bytes | str) -> Any:
    """The SavedModel of an export."""
    folder = Path(os.fsdecode(exported))
    return messages.parse("SavedModel", (folder / "saved_model.pb").read_bytes(), str(folder))


def variables(exported: bytes) -> str:
    """The prefix of its values."""
    return os.path.join(os.fsdecode(exported), "variables", "variables")


def answer(exported: bytes | Path, signature: str, inputs: Mapping[str, Any]) -> Any:
    """What the export gives, loaded into a session."""
    with Session(graph=Graph()) as session:
        found = load(session, ["serve"], exported).signature_def[signature]
        feeds = {found.inputs[key].name: value for key, value in inputs.items()}
        return session.run({key: info.name for key, info in found.outputs.items()}, feeds)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def trained(tmp_path: Path) -> Estimator:
    """The tiny model after three steps."""
    return estimator(tmp_path / "model").train(batches(), steps=3)


# -- what is written


def test_an_export_is_a_folder_called_by_the_seconds(trained: Estimator, tmp_path: Path) -> None:
    exported = trained.export_saved_model(tmp_path / "exports", raw)
    assert isinstance(exported, bytes)
    folder = Path(os.fsdecode(exported))
    assert folder.parent == tmp_path / "exports" and len(folder.name) == 10 and folder.name.isdigit()
    assert files(tmp_path / "exports") == [
        f"{folder.name}/saved_model.pb",
        f"{folder.name}/variables/variables.data-00000-of-00001",
        f"{folder.name}/variables/variables.index",
    ]
    (graph,) = parsed(exported).meta_graphs
    assert list(graph.meta_info_def.tags) == ["serve"] and graph.meta_info_def.stripped_default_attrs
    (name, signature), *others = graph.signature_def.items()
    assert (name, signature.method_name, others) == ("serving_default", "tensorflow/serving/predict", [])
    assert (list(signature.inputs), list(signature.outputs)) == (["x"], ["y"])


def test_it_has_the_values_of_the_checkpoint_and_no_slots(trained: Estimator, tmp_path: Path) -> None:
    values = variables(trained.export_saved_model(tmp_path / "exports", raw))
    names = [name for name in trained.get_variable_names() if "Adagrad" not in name]
    assert [name for name, _ in list_variables(values)] == names
    for name in names:
        np.testing.assert_array_equal(load_variable(values, name), trained.get_variable_value(name))


def test_another_checkpoint_can_be_exported(tmp_path: Path) -> None:
    model = estimator(tmp_path / "model", keep_best=("loss", "min"))
    model.train(batches(), steps=1)
    first = str(model.latest_checkpoint())
    model.evaluate(batches(1))
    model.train(batches(), steps=2)

    def step(**arguments: Any) -> int:
        exported = model.export_saved_model(tmp_path / "exports", raw, **arguments)
        return int(load_variable(variables(exported), "global_step"))

    assert [step(), step(checkpoint="latest"), step(checkpoint_path=first), step(checkpoint="best")] == [
        3,
        3,
        1,
        1,
    ]


def test_text_default_attributes_and_other_files_are_as_asked_for(trained: Estimator, tmp_path: Path) -> None:
    (tmp_path / "source.txt").write_text("names")
    exported = trained.export_savedmodel(
        tmp_path / "exports",
        raw,
        assets_extra={"names.txt": str(tmp_path / "source.txt"), "deep/er/n.txt": tmp_path / "source.txt"},
        as_text=True,
    )
    folder = Path(os.fsdecode(exported))
    assert [name for name in files(folder) if "variables" not in name] == [
        "assets.extra/deep/er/n.txt",
        "assets.extra/names.txt",
        "saved_model.pbtxt",
    ]
    assert (folder / "assets.extra" / "deep" / "er" / "n.txt").read_text() == "names"
    text = (folder / "saved_model.pbtxt").read_text()
    assert "stripped_default_attrs: true" not in text and 'key: "serving_default"' in text
    stripped = trained.export_savedmodel(str(tmp_path / "exports"), raw, strip_default_attrs=True)
    assert parsed(stripped).meta_graphs[0].meta_info_def.stripped_default_attrs


def test_vocabulary_files_are_copied_and_named_as_assets(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("a\nb\n")
    words = categorical_column_with_vocabulary_file("word", str(tmp_path / "words.txt"))
    columns = [embedding_column(words, 2), numeric_column("x")]
    model = DNNClassifier([2], columns, model_dir=str(tmp_path / "model"))
    model.train(lambda: ({"word": np.array(["a", "b"]), "x": np.ones(2)}, np.array([0, 1])), steps=1)
    receiver_fn = build_parsing_serving_input_receiver_fn(make_parse_example_spec(columns))
    folder = Path(os.fsdecode(model.export_saved_model(tmp_path / "exports", receiver_fn)))
    (graph,) = parsed(str(folder)).meta_graphs
    assert (folder / "assets" / "words.txt").read_text() == "a\nb\n"
    assert [asset.filename for asset in graph.asset_file_def] == ["words.txt"]
    assert {
        name: signature.method_name.rpartition("/")[2] for name, signature in graph.signature_def.items()
    } == {
        "serving_default": "classify",
        "classification": "classify",
        "regression": "regress",
        "predict": "predict",
    }
    (init,) = graph.collection_def["saved_model_main_op"].node_list.value
    assert init in {node.name for node in graph.graph_def.node}


@pytest.mark.parametrize("as_tensor", [False, True])
def test_a_scaffolds_local_init_op_is_what_a_load_runs(as_tensor: bool, tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        y = dense(features["x"], 1)
        own = b.Identity(1, name="mine") if as_tensor else group(tables_initializer(), name="mine")
        if mode == ModeKeys.PREDICT:
            return EstimatorSpec(mode, {"y": y}, scaffold=Scaffold(local_init_op=own))
        loss = losses.mean_squared_error(labels, y)
        train_op = GradientDescentOptimizer(0.1).minimize(loss, global_step=get_global_step())
        return EstimatorSpec(mode, loss=loss, train_op=train_op)

    model = Estimator(model_fn, tmp_path / "model").train(batches(), steps=1)
    (graph,) = parsed(model.export_saved_model(tmp_path / "exports", raw)).meta_graphs
    assert list(graph.collection_def["saved_model_main_op"].node_list.value) == ["mine"]


def test_features_without_names_come_as_they_are(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        y = dense(features, 1)
        if mode == ModeKeys.PREDICT:
            outputs = {"a": PredictOutput(y), "serving_default": PredictOutput({"b": y})}
            return EstimatorSpec(mode, y, export_outputs=outputs)
        loss = losses.mean_squared_error(labels, y)
        train_op = GradientDescentOptimizer(0.1).minimize(loss, global_step=get_global_step())
        return EstimatorSpec(mode, loss=loss, train_op=train_op)

    model = Estimator(model_fn, tmp_path / "model")
    model.train(lambda: (np.ones((2, 2), np.float32), np.ones((2, 1), np.float32)), steps=1)

    def receiver_fn() -> TensorServingInputReceiver:
        x = placeholder(float32, [None, 2])
        return TensorServingInputReceiver(x, x, {"twice": b.Add(x, x)})

    found = parsed(model.export_saved_model(tmp_path / "exports", receiver_fn)).meta_graphs[0].signature_def
    assert {name: (list(signature.inputs), list(signature.outputs)) for name, signature in found.items()} == {
        "a": (["input"], ["output"]),
        "serving_default": (["input"], ["b"]),
    }


def test_a_saver_of_averages_is_exported_with_them(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        y = dense(features["x"], 1)
        average = ExponentialMovingAverage(0.5)
        if mode == ModeKeys.PREDICT:
            saver = Saver(average.variables_to_restore())
            return EstimatorSpec(mode, {"y": y}, scaffold=Scaffold(saver=saver))
        loss = losses.mean_squared_error(labels, y)
        step = GradientDescentOptimizer(0.1).minimize(loss, global_step=get_global_step())
        with y.graph.control_dependencies([step]):
            return EstimatorSpec(mode, loss=loss, train_op=average.apply(trainable_variables()))

    model = Estimator(model_fn, tmp_path / "model").train(batches(), steps=3)
    exported = model.export_saved_model(tmp_path / "exports", raw)
    (x, _), *_ = batches(1)()
    wanted = np.stack([row["y"] for row in model.predict(batches(1))])
    np.testing.assert_array_equal(answer(exported, "serving_default", x)["y"], wanted)
    assert "dense/kernel/ExponentialMovingAverage" in [
        name for name, _ in list_variables(variables(exported))
    ]


def test_an_export_answers_as_predict_does(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("a\nb\n")
    words = categorical_column_with_vocabulary_file("word", str(tmp_path / "words.txt"))
    model = DNNClassifier(
        [2], [embedding_column(words, 2)], str(tmp_path / "model"), label_vocabulary=["no", "yes"]
    )
    features = {"word": np.array(["a", "b", "c"], object)}
    model.train(lambda: (features, np.array(["no", "yes", "no"])), steps=1)
    with Graph().as_default():
        receiver_fn = build_raw_serving_input_receiver_fn({"word": placeholder(string, [None], "word")})
    exported = Path(os.fsdecode(model.export_saved_model(tmp_path / "exports", receiver_fn)))
    rows = list(model.predict(lambda: features))
    (tmp_path / "words.txt").unlink()
    found = answer(exported.rename(tmp_path / "moved"), "predict", features)
    assert found.keys() == rows[0].keys()
    for key, values in found.items():
        np.testing.assert_array_equal(values, np.stack([row[key] for row in rows]), err_msg=key)


# -- several modes


def all_modes() -> dict[str, Any]:
    """Receivers of the tiny model."""
    with Graph().as_default():
        features = {"x": placeholder(float32, [None, 2], "x")}
        labels = placeholder(float32, [None, 1], "labels")
    supervised = build_raw_supervised_input_receiver_fn(features, labels)
    return {ModeKeys.PREDICT: raw, ModeKeys.EVAL: supervised, ModeKeys.TRAIN: supervised}


def test_a_training_an_evaluation_and_what_is_served_share_the_variables(
    trained: Estimator, tmp_path: Path
) -> None:
    exported = trained.experimental_export_all_saved_models(tmp_path / "exports", all_modes())
    graphs = parsed(exported).meta_graphs
    assert [list(graph.meta_info_def.tags) for graph in graphs] == [["train"], ["eval"], ["serve"]]
    assert [list(graph.signature_def) for graph in graphs] == [["train"], ["eval"], ["serving_default"]]
    train, evaluation = graphs[0].signature_def["train"], graphs[1].signature_def["eval"]
    assert train.method_name == "tensorflow/supervised/training"
    assert evaluation.method_name == "tensorflow/supervised/eval"
    assert sorted(train.inputs) == sorted(evaluation.inputs) == ["label", "x"]
    assert list(train.outputs) == list(evaluation.outputs) == ["loss"]
    assert "saved_model_train_op" in graphs[0].collection_def
    assert "saved_model_train_op" not in graphs[1].collection_def
    kept = [name for name, _ in list_variables(variables(exported))]
    assert kept == trained.get_variable_names()  # with the slots of the training


def test_one_other_mode_can_be_exported_alone(trained: Estimator, tmp_path: Path) -> None:
    exported = trained.export_saved_model(
        tmp_path / "exports", all_modes()[ModeKeys.EVAL], experimental_mode=ModeKeys.EVAL
    )
    (graph,) = parsed(exported).meta_graphs
    assert list(graph.meta_info_def.tags) == ["eval"] and list(graph.signature_def) == ["eval"]


# -- what is refused


REFUSED: dict[str, tuple[Mapping[str, Any], type[Exception], str]] = {
    "no receiver": (
        {"serving_input_receiver_fn": None},
        ValueError,
        r"An input_receiver_fn must be defined\. For 'infer' it is None",
    ),
    "a receiver in place of a function": (
        {"serving_input_receiver_fn": ({}, {})},
        TypeError,
        r"`serving_input_receiver_fn` must be callable, given",
    ),
    "a function that makes such a function": (
        {"serving_input_receiver_fn": build_raw_serving_input_receiver_fn},
        TypeError,
        r"needs the arguments \['features'\], which nobody passes",
    ),
    "features without a receiver": (
        {"serving_input_receiver_fn": lambda: {"x": placeholder(float32, [None, 2])}},
        TypeError,
        r"serving_input_receiver_fn must return a ServingInputReceiver, .*it returned \{'x'",
    ),
    "other features than the model's": (
        {"serving_input_receiver_fn": lambda: ServingInputReceiver(placeholder(float32, [2]), {})},
        KeyError,
        r"'x' is not among the features that serving_input_receiver_fn gives\. There are: 'feature' \(2,\)",
    ),
    "an unknown mode": (
        {"experimental_mode": "predict"},
        ValueError,
        r"No valid mode for exporting: 'predict'; there are: 'train', 'eval', 'infer'",
    ),
    "a folder elsewhere": (
        {"export_dir_base": "gs://bucket/exports"},
        InvalidArgumentError,
        r"export_dir_base 'gs://bucket/exports' is a URL",
    ),
    "no folder": ({"export_dir_base": ""}, InvalidArgumentError, r"export_dir_base should be non-empty"),
    "extras in a list": ({"assets_extra": ["a"]}, TypeError, r"assets_extra is a dict such as"),
    "extras that are not there, or go elsewhere": (
        {"assets_extra": {"../a": __file__, "/b": __file__, ".": __file__, "c": "nowhere.txt", 3: 4}},
        ValueError,
        r"(?s)assets_extra: 5 problems.*'\.\./a' is no path.*'/b' is no.*'\.' is no.*'nowhere\.txt' is no file.*3: 4",
    ),
    "all arguments": (
        {"export_dir_base": "", "serving_input_receiver_fn": None, "assets_extra": {"c": "nowhere.txt"}},
        ValueError,
        r"(?s)export_dir_base should be non-empty.*input_receiver_fn must be defined.*'nowhere\.txt' is no file",
    ),
    "a checkpoint that is not there": (
        {"checkpoint_path": "model.ckpt-77"},
        ValueError,
        r"not a valid checkpoint: model\.ckpt-77",
    ),
    "a checkpoint said twice": ({"checkpoint_path": "a", "checkpoint": "best"}, ValueError, "in two ways"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_said_before_anything_is_written(
    case: str, trained: Estimator, tmp_path: Path
) -> None:
    given, kind, message = REFUSED[case]
    arguments = {"export_dir_base": str(tmp_path / "exports"), "serving_input_receiver_fn": raw} | dict(given)
    with pytest.raises(kind, match=message):
        trained.export_saved_model(**arguments)
    assert not (tmp_path / "exports").exists()


def test_the_modes_of_several_are_checked_together(trained: Estimator, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"(?s)'test'.*For 'eval' it is None"):
        trained.experimental_export_all_saved_models(tmp_path / "e", {"test": raw, ModeKeys.EVAL: None})
    with pytest.raises(ValueError, match=r"No valid modes for exporting found"):
        trained.experimental_export_all_saved_models(tmp_path / "e", {})
    with pytest.raises(TypeError, match=r"input_receiver_fn_map is a dict from modes to functions"):
        trained.experimental_export_all_saved_models(tmp_path / "e", raw)  # type: ignore[arg-type]
    assert not (tmp_path / "e").exists()


def test_a_model_that_is_not_trained_is_not_exported(tmp_path: Path) -> None:
    model = estimator(tmp_path / "model")
    with pytest.raises(ValueError, match=r"Couldn't find trained model at .*model\. Train first"):
        model.export_saved_model(tmp_path / "exports", raw)
    assert not (tmp_path / "exports").exists() and not (tmp_path / "model").exists()


def test_without_a_checkpoint_that_of_the_warm_start_is_exported(trained: Estimator, tmp_path: Path) -> None:
    model = estimator(tmp_path / "warm", warm_start_from=trained.model_dir)
    exported = model.export_saved_model(tmp_path / "exports", raw)
    assert load_variable(variables(exported), "global_step") == 3


def test_a_checkpoint_that_does_not_fit_is_refused(trained: Estimator, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="hidden/kernel"):
        estimator(trained.model_dir, units=5).export_saved_model(tmp_path / "exports", raw)
    assert not (tmp_path / "exports").exists()


def test_a_signature_that_needs_python_is_refused(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        y = dense(features["x"], 1)
        loss = losses.mean_squared_error(labels, y) if labels is not None else None
        if mode == ModeKeys.PREDICT:
            return EstimatorSpec(mode, {"y": py_func(np.sign, [y], float32)})
        train_op = GradientDescentOptimizer(0.1).minimize(loss, global_step=get_global_step())
        return EstimatorSpec(mode, loss=loss, train_op=train_op)

    model = Estimator(model_fn, tmp_path / "model").train(batches(), steps=1)
    with pytest.raises(ValueError, match=r"signature 'serving_default', output 'y' needs .*Python"):
        model.export_saved_model(tmp_path / "exports", raw)
    assert files(tmp_path / "exports") == [] if (tmp_path / "exports").exists() else True


def test_a_full_disk_leaves_no_folder_and_the_exports_before(
    trained: Estimator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = trained.export_saved_model(tmp_path / "exports", raw)
    fired = []

    def full(*arguments: Any) -> int:
        fired.append(arguments)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.LocalFileOps, "write", full)
    with pytest.raises(ResourceExhaustedError, match="No space left"):
        trained.export_saved_model(tmp_path / "exports", raw)
    assert fired and os.listdir(tmp_path / "exports") == [Path(os.fsdecode(before)).name]


# -- beside other calls


def test_exporters_of_train_and_evaluate_write_saved_models(tmp_path: Path) -> None:
    model = estimator(tmp_path / "model", save_checkpoints_steps=2)
    exporters = [LatestExporter("latest", raw, exports_to_keep=1), BestExporter("best", raw)]
    spec = EvalSpec(batches(2), exporters=exporters, throttle_secs=0)
    _, exported = train_and_evaluate(model, TrainSpec(batches(), max_steps=4), spec)
    assert [Path(os.fsdecode(path)).parent.name for path in exported] == ["latest", "best"]
    assert all(list(parsed(path).meta_graphs[0].signature_def) == ["serving_default"] for path in exported)
    assert len(list((tmp_path / "model" / "export" / "latest").iterdir())) == 1


def test_an_export_leaves_the_callers_graph_and_the_model_dir_alone(
    trained: Estimator, tmp_path: Path
) -> None:
    before = files(Path(trained.model_dir))
    with Graph().as_default() as graph:
        get_variable("mine", [1])
        count = len(graph.get_operations())
        trained.export_saved_model(tmp_path / "exports", raw)
        assert len(graph.get_operations()) == count
    assert files(Path(trained.model_dir)) == before


def test_the_seed_of_the_config_and_a_session_config_are_used(tmp_path: Path) -> None:
    seeds = []

    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> EstimatorSpec:
        y = dense(features["x"], 1)
        seeds.append(y.graph.seed)
        if mode == ModeKeys.PREDICT:
            return EstimatorSpec(mode, {"y": y})
        loss = losses.mean_squared_error(labels, y)
        train_op = GradientDescentOptimizer(0.1).minimize(loss, global_step=get_global_step())
        return EstimatorSpec(mode, loss=loss, train_op=train_op)

    model = Estimator(model_fn, tmp_path / "model", RunConfig(tf_random_seed=7)).train(batches(), steps=1)
    model.export_saved_model(tmp_path / "exports", raw)
    assert seeds == [7, 7]


def test_examples_of_text_reach_the_model(trained: Estimator, tmp_path: Path) -> None:
    def receiver_fn() -> ServingInputReceiver:
        text = placeholder(string, [None], "text")
        x = b.Tile(b.ExpandDims(b.StringToNumber(text), 1), [1, 2])
        return ServingInputReceiver({"x": x}, text)

    signature = (
        parsed(trained.export_saved_model(tmp_path / "exports", receiver_fn)).meta_graphs[0].signature_def
    )
    assert signature["serving_default"].inputs["input"].name == "text:0"
