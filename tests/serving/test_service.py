"""The service answers by the rules of TensorFlow Serving, counts what it does, and shows no insides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import estimator.tf as tf
from estimator.core.errors import (
    INTERNAL,
    INVALID_ARGUMENT,
    NOT_FOUND,
    OK,
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
)
from estimator.formats import messages
from estimator.serving.limits import Limits, NotAtOnceError
from estimator.serving.models import Models, ModelSpec
from estimator.serving.service import Call, Service, described
from tests.serving.half_plus_two import half_plus_two, servable_of


@pytest.fixture
def service() -> Service:
    models = Models()
    models.add("half")
    models.serve("half", [half_plus_two(3)])
    return Service(models, Limits(max_rows=4))


def _example(x: float) -> bytes:
    example = messages.Example()
    example.features.feature["x"].float_list.value.append(x)
    return bytes(example.SerializeToString())


def _asked(signature_name: str = "") -> ModelSpec:
    return ModelSpec("half", signature_name=signature_name)


def test_an_answer_names_the_version_and_signature_that_gave_it(service: Service) -> None:
    answer = service.predict(_asked(), {"x": np.zeros(2, np.float32)}, ["y"])
    assert (answer.name, answer.version, answer.signature_name) == ("half", 3, "serving_default")
    assert answer.outputs["y"].tolist() == [2.0, 2.0]


def test_what_cannot_be_answered_at_once_has_not_been_asked(service: Service) -> None:
    calls = list[Call]()
    service.listeners.append(calls.append)
    arrays = {"x": np.zeros(2, np.float32)}
    for _ in range(5):
        with pytest.raises(NotAtOnceError):
            service.predict(_asked(), arrays, at_once=True)
        with pytest.raises(NotAtOnceError):
            service.classify(_asked("classify"), [_example(2)], at_once=True)
        with pytest.raises(NotAtOnceError):
            service.regress(_asked("regress"), [_example(2)], at_once=True)
    assert calls == []
    for _ in range(5):
        service.predict(_asked(), arrays)
    assert service.predict(_asked(), arrays, at_once=True).outputs["y"].tolist() == [2.0, 2.0]
    assert [call.code for call in calls] == [OK] * 6


def test_with_batching_nothing_is_answered_at_once(service: Service) -> None:
    batching = Service(service.models, is_batching=True)
    for _ in range(5):
        batching.predict(_asked(), {"x": np.zeros(2, np.float32)})
    with pytest.raises(NotAtOnceError):
        batching.predict(_asked(), {"x": np.zeros(2, np.float32)}, at_once=True)


def test_examples_are_classified(service: Service) -> None:
    outputs = service.classify(_asked("classify"), [_example(2), _example(4)]).outputs
    assert outputs["classes"].tolist() == [[b"small", b"large"]] * 2
    assert outputs["scores"].tolist() == [[-3.0, 3.0], [-4.0, 4.0]]


def test_a_regression_is_a_number_an_example(service: Service) -> None:
    assert service.regress(_asked("regress"), [_example(2), _example(4)]).outputs["outputs"].tolist() == [
        3.0,
        4.0,
    ]


def test_a_request_without_examples_is_refused(service: Service) -> None:
    with pytest.raises(InvalidArgumentError, match="input is empty"):
        service.regress(_asked("regress"), [])


def test_a_signature_that_predicts_does_not_classify(service: Service) -> None:
    with pytest.raises(InvalidArgumentError, match="method_name of the signature 'serving_default'"):
        service.classify(_asked(), [_example(2)])


def test_a_request_of_too_many_rows_is_refused(service: Service) -> None:
    with pytest.raises(InvalidArgumentError, match="may have 4 rows, this one has 5"):
        service.predict(_asked(), {"x": np.zeros(5, np.float32)})
    with pytest.raises(InvalidArgumentError, match="may have 4 rows, this one has 5"):
        service.classify(_asked("classify"), [_example(2)] * 5)


def _answering(method: str, **outputs: Any) -> Service:
    """A service whose only model answers so, whatever it is asked."""
    with tf.Graph().as_default():
        given = tf.placeholder(tf.string, [None])
        fixed = {key: tf.constant(value) for key, value in outputs.items()}
        servable = servable_of("half", 1, tf.Session(), asked=(method, {"inputs": given}, fixed))
    models = Models()
    models.add("half")
    models.serve("half", [servable])
    return Service(models)


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ({"labels": ["a"]}, "this one gives neither"),
        ({"classes": [[1, 2]]}, "'classes' must be texts of shape [1, n], it is int32 of shape (1, 2)"),
        ({"scores": [0.5]}, "'scores' must be floats of shape [1, n], it is float32 of shape (1,)"),
        ({"scores": [[0.5], [0.5]]}, "it is float32 of shape (2, 1)"),
        ({"scores": [[0.5]], "classes": [["a", "b"]]}, "differ in shape"),
    ],
)
def test_what_is_no_classification_is_refused(outputs: Any, said: str) -> None:
    service = _answering("tensorflow/serving/classify", **outputs)
    with pytest.raises(FailedPreconditionError) as caught:
        service.classify(_asked("asked"), [b""])
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ({"values": [0.5]}, "this one gives values"),
        ({"outputs": [1]}, "it is int32 of shape (1,)"),
        (
            {"outputs": [[0.5, 0.5]]},
            "'outputs' must be floats of shape [1] or [1, 1], it is float32 of shape (1, 2)",
        ),
    ],
)
def test_what_is_no_regression_is_refused(outputs: Any, said: str) -> None:
    service = _answering("tensorflow/serving/regress", **outputs)
    with pytest.raises(FailedPreconditionError) as caught:
        service.regress(_asked("asked"), [b""])
    assert said in str(caught.value)


def test_calls_are_told_with_their_outcome_and_without_names_of_strangers(service: Service) -> None:
    calls = list[Call]()
    service.listeners.append(calls.append)
    service.predict(_asked(), {"x": np.zeros(2, np.float32)})
    with pytest.raises(InvalidArgumentError):
        service.regress(_asked("regress"), [])
    with pytest.raises(NotFoundError):
        service.predict(ModelSpec("of a stranger"), {})
    assert [(call.method, call.model, call.code) for call in calls] == [
        ("predict", "half", OK),
        ("regress", "half", INVALID_ARGUMENT),
        ("predict", "", NOT_FOUND),
    ]


def test_a_client_is_told_in_one_line_what_it_did_wrong() -> None:
    assert described(InvalidArgumentError("two\n  lines.")) == (INVALID_ARGUMENT, "two lines.")


def test_what_was_not_foreseen_is_told_to_the_log_alone(caplog: pytest.LogCaptureFixture) -> None:
    code, message = described(KeyError("secret"))
    assert (code, "secret" in message) == (INTERNAL, False)
    assert "secret" in caplog.text


def test_a_request_that_lacks_an_input_is_told(service: Service) -> None:
    with pytest.raises(InvalidArgumentError, match="the input 'x' is missing"):
        service.predict(_asked(), {})


def test_examples_are_one_input() -> None:
    with tf.Graph().as_default():
        first, second = tf.placeholder(tf.string, [None]), tf.placeholder(tf.string, [None])
        given = ("tensorflow/serving/regress", {"a": first, "b": second}, {"outputs": tf.constant([1.0])})
        servable = servable_of("half", 1, tf.Session(), asked=given)
    models = Models()
    models.add("half")
    models.serve("half", [servable])
    with pytest.raises(FailedPreconditionError, match="is one input, it has: a, b"):
        Service(models).regress(_asked("asked"), [b""])
