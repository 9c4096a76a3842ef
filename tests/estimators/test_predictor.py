"""Predictors of Estimators, SavedModels and model_dirs, which are fed what a server would be sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import estimator
from estimator import tf
from estimator.calls.predictor import Predictor
from estimator.estimators.dnn import DNNRegressor
from estimator.estimators.predictor import (
    from_checkpoint,
    from_contrib_estimator,
    from_estimator,
    from_saved_model,
)
from tests.calls.test_predictor import AGE, CONFIG, PEOPLE, assert_same, predicted, trained
from tests.saved_model.tensorflow_made import MADE, NAMES


class Receiver(NamedTuple):
    """As tf.estimator.export.ServingInputReceiver is."""

    features: Any
    receiver_tensors: Any


def receiver() -> Receiver:
    tensors = {
        "years": tf.placeholder(tf.float32, [None]),
        "job": tf.placeholder_with_default(tf.constant(["baker"]), [None]),
    }
    return Receiver({"age": tensors["years"], "job": tensors["job"]}, tensors)


def test_a_receiver_says_what_is_fed_and_what_the_model_gets(tmp_path: Path) -> None:
    model = trained(tmp_path)
    predictor = from_estimator(model, receiver, output_key="predict")
    assert isinstance(predictor, Predictor)
    asked = {"years": PEOPLE["age"], "job": PEOPLE["job"]}
    assert_same(predictor(asked), predicted(model, PEOPLE))
    assert predictor({"years": [31.0]})["class_ids"].tolist() == [
        predicted(model, PEOPLE)["class_ids"][0].tolist()
    ]  # a baker


def test_by_default_it_gives_the_default_output(tmp_path: Path) -> None:
    model = trained(tmp_path)
    predictor = from_estimator(model, receiver)
    assert sorted(predictor.fetch_tensors) == ["classes", "scores"]  # a classifier's signature
    found = predictor({"years": PEOPLE["age"], "job": PEOPLE["job"]})
    np.testing.assert_array_equal(found["scores"], predicted(model, PEOPLE)["probabilities"])


def test_one_receiver_tensor_is_called_input(tmp_path: Path) -> None:
    model = DNNRegressor([2], [AGE], tmp_path, config=CONFIG)
    model.train(lambda: ({"age": np.float32([1, 2])}, np.float32([1, 2])), max_steps=1)

    def of_text() -> Receiver:
        text = tf.placeholder(tf.string, [None])
        return Receiver({"age": tf.string_to_number(text)}, text)

    predictor = from_estimator(model, of_text)
    assert list(predictor.feed_tensors) == ["input"]
    expected = predicted(model, {"age": np.float32([1.5, 2])})["predictions"]
    np.testing.assert_array_equal(predictor({"input": ["1.5", "2"]})["outputs"], expected)
    np.testing.assert_array_equal(predictor(["1.5", "2"])["outputs"], expected)


def test_it_may_be_built_in_a_graph_that_is_there(tmp_path: Path) -> None:
    graph = tf.Graph()
    predictor = from_estimator(trained(tmp_path), receiver, graph=graph, config=tf.ConfigProto())
    assert predictor.graph is graph is predictor.session.graph
    assert repr(predictor).startswith("Predictor with feed tensors {'years': <tf.Tensor")


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda model: from_estimator("model", receiver), TypeError, "takes a tf.estimator.Estimator"),
        (lambda model: from_estimator(model, None), TypeError, "serving_input_receiver_fn"),
        (lambda model: from_estimator(model, dict), TypeError, "`features` and `receiver_tensors`"),
        (lambda model: from_estimator(model, lambda: Receiver({}, {"a": 1})), TypeError, "'a' is 1"),
        (
            lambda model: from_estimator(model, receiver, output_key="predcit"),
            KeyError,
            "output_key must be one of 'serving_default', .*'predict'.*; got 'predcit'",
        ),
    ],
)
def test_mistakes_are_told(call: Any, kind: type[Exception], message: str, tmp_path: Path) -> None:
    with pytest.raises(kind, match=message):
        call(trained(tmp_path))


# -- of SavedModels ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """y = w x + b of x [batch, 2], and its half under another key, with the tags serve and gpu."""
    folder = tmp_path_factory.mktemp("saved_model") / "1"
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 2], "x")
        scale = tf.placeholder_with_default(tf.constant(1.0), [], "scale")
        y = tf.multiply(tf.layers.dense(x, 1, kernel_initializer=tf.ones_initializer()), scale, name="y")
        session.run(tf.global_variables_initializer())
        predict = tf.saved_model.predict_signature_def
        signatures = {
            "serving_default": predict({"x": x, "scale": scale}, {"y": y}),
            "default_input_alternative:half": predict({"x": x}, {"y": tf.divide(y, 2.0, name="half")}),
        }
        builder = tf.saved_model.Builder(str(folder))
        builder.add_meta_graph_and_variables(session, ["serve"], signatures)
        builder.add_meta_graph(["serve", "gpu"], {"other": predict({"x": x}, {"y": y})})
        builder.save()
    return folder


X = np.float32([[1, 2], [3, 4]])


def test_a_saved_model_gives_its_default_signature(exported: Path) -> None:
    predictor = from_saved_model(exported)
    assert predictor({"x": X})["y"].tolist() == [[3.0], [7.0]]
    assert predictor({"x": X, "scale": 2.0})["y"].tolist() == [[6.0], [14.0]]
    assert sorted(predictor.feed_tensors) == ["scale", "x"]


def test_what_is_asked_is_said_in_one_of_three_ways(exported: Path) -> None:
    named = from_saved_model(exported, input_names={"a": "x:0"}, output_names={"b": "half:0"})
    assert named({"a": X})["b"].tolist() == [[1.5], [3.5]]
    graph = named.graph
    signature = tf.saved_model.predict_signature_def(
        {"x": graph.get_tensor_by_name("x:0")}, {"half": graph.get_tensor_by_name("half:0")}
    )
    assert from_saved_model(exported, signature_def=signature)({"x": X})["half"].tolist() == [[1.5], [3.5]]


def test_exports_of_contrib_learn_have_keys_of_their_own(
    exported: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert from_saved_model(exported, "half")({"x": X})["y"].tolist() == [[1.5], [3.5]]
    assert "using 'default_input_alternative:half' instead" in caplog.text


def test_tags_say_which_graph_is_meant(exported: Path) -> None:
    graph = tf.Graph()
    predictor = from_saved_model(exported, "other", tags="serve, gpu", graph=graph)
    assert predictor.graph is graph
    assert predictor({"x": X})["y"].tolist() == [[3.0], [7.0]]


@pytest.mark.parametrize("name", NAMES)
def test_what_tensorflow_has_saved_answers_as_there(name: str) -> None:
    rows = json.loads((MADE / name / "expected.json").read_text())
    for row in rows:
        predictor = from_saved_model(MADE / name, row["signature"])
        given = {
            key: [part.encode("latin-1") for part in value] if isinstance(np.ravel(value)[0], str) else value
            for key, value in row["inputs"].items()
            if not isinstance(predictor.feed_tensors[key], tf.SparseTensor)
        }
        if len(given) < len(row["inputs"]):
            continue
        found = predictor(given)
        for key, wanted in row["outputs"].items():
            if found[key].dtype == object:
                assert [text.decode("latin-1") for text in found[key].ravel()] == wanted
            else:
                np.testing.assert_allclose(found[key], wanted, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        ({"signature_def_key": "hlaf"}, ValueError, r"signature_def_key 'hlaf'.*Available signatures are: default_input"),
        ({"input_names": {"x": "x:0"}}, ValueError, "must both be specified or both be unspecified; output_names is"),
        (
            {"signature_def_key": "half", "input_names": {}, "output_names": {}},
            ValueError,
            "at most one of signature_def_key OR .*; given: signature_def_key, input_names and output_names",
        ),
        ({"input_names": {"x": "xx:0"}, "output_names": {"y": "y:0"}}, KeyError, "no tensor 'xx:0'.*Did you mean 'x:0'"),
        ({"tags": "tpu"}, RuntimeError, r"tags \['tpu'\] could not be found"),
        ({"export_dir": "nowhere"}, OSError, "SavedModel file does not exist"),
    ],
    ids=["key", "half the names", "two ways", "tensor", "tags", "folder"],
)  # fmt: skip
def test_mistakes_with_saved_models_are_told(
    given: dict[str, Any], kind: type[Exception], message: str, exported: Path
) -> None:
    with pytest.raises(kind, match=message):
        from_saved_model(**({"export_dir": exported} | given))


# -- of model_dirs -----------------------------------------------------------------------------------------------------


def test_a_model_dir_predicts_as_its_estimator_does(tmp_path: Path) -> None:
    model = trained(tmp_path)
    predictor = from_checkpoint(tmp_path)
    assert_same(predictor(PEOPLE), predicted(model, PEOPLE))
    assert_same(
        predictor({"age": [31.0], "job": ["baker"]}), predicted(model, {"age": [31.0], "job": ["baker"]})
    )
    assert estimator.predictor.from_checkpoint is from_checkpoint


def test_a_model_dir_classifies_tf_examples(tmp_path: Path) -> None:
    model = trained(tmp_path)
    example = tf.train.Example()
    example.features.feature["age"].float_list.value.append(31.0)
    example.features.feature["job"].bytes_list.value.append(b"baker")
    found = from_checkpoint(tmp_path, 3, "classification")([example.SerializeToString()])
    expected = predicted(model, {"age": [31.0], "job": ["baker"]})
    np.testing.assert_array_equal(found["scores"], expected["probabilities"])


# -- of tf.contrib.learn -----------------------------------------------------------------------------------------------


def contrib_model_fn(features: Any, labels: Any, mode: str) -> Any:
    learn = tf.contrib.learn
    predictions = tf.layers.dense(features["x"], 1)
    loss = train_op = None
    if mode != learn.ModeKeys.INFER:
        loss = tf.losses.mean_squared_error(labels, predictions)
        train_op = tf.train.GradientDescentOptimizer(0.1).minimize(
            loss, global_step=tf.train.get_global_step()
        )
    alternatives = {"line": (learn.ProblemType.LINEAR_REGRESSION, {"scores": predictions})}
    return learn.ModelFnOps(mode, {"y": predictions}, loss, train_op, output_alternatives=alternatives)


def prediction_input_fn() -> Any:
    x = tf.placeholder(tf.float32, [None, 2])
    return tf.contrib.learn.InputFnOps({"x": x}, None, {"x": x})


def test_an_estimator_of_contrib_learn_has_predictors(tmp_path: Path) -> None:
    model = tf.contrib.learn.Estimator(contrib_model_fn, str(tmp_path), config=CONFIG)
    model.fit(input_fn=lambda: ({"x": tf.constant(X)}, tf.constant([[1.0], [2.0]])), steps=1)
    expected = list(model.predict(input_fn=lambda: {"x": X}))
    predictor = from_contrib_estimator(model, prediction_input_fn, output_alternative_key="line")
    assert predictor({"x": X})["outputs"].tolist() == [row["y"].tolist() for row in expected]
    assert from_contrib_estimator(model, prediction_input_fn)({"x": X})["outputs"].shape == (2, 1)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda model: from_estimator(model, receiver), TypeError, "there is from_contrib_estimator"),
        (lambda model: from_contrib_estimator(model.core, receiver), TypeError, "there is from_estimator"),
        (
            lambda model: from_contrib_estimator(model, receiver, "other"),
            ValueError,
            "input_alternative_key is",
        ),
    ],
    ids=["from_estimator", "from_contrib_estimator", "input_alternative_key"],
)
def test_one_kind_of_estimator_is_not_the_other(
    call: Any, kind: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(kind, match=message):
        call(tf.contrib.learn.Estimator(contrib_model_fn, str(tmp_path), config=CONFIG))
