"""Predictors that are fed what a server would be sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from estimator import tf
from estimator.calls.predictor import Predictor
from estimator.estimators.dnn import DNNRegressor
from estimator.estimators.predictor import from_estimator
from tests.calls.test_predictor import AGE, CONFIG, PEOPLE, assert_same, predicted, trained


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
