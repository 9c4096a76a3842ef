"""A servable answers with arrays, and says all that is wrong with a request at once."""

from __future__ import annotations

import numpy as np
import pytest

import estimator.tf as tf
from estimator.core.errors import FailedPreconditionError, InvalidArgumentError
from estimator.serving.servable import PREDICT
from tests.serving.half_plus_two import half_plus_two, servable_of


def _floats(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_an_answer_has_the_outputs_of_the_signature() -> None:
    answers = half_plus_two().run("", {"x": _floats(1, 2)})
    assert {key: value.tolist() for key, value in answers.items()} == {
        "y": [2.5, 3.0],
        "negative": [-2.5, -3.0],
    }


def test_an_answer_has_the_wanted_outputs_only() -> None:
    assert list(half_plus_two().run("serving_default", {"x": _floats(1)}, ["negative"])) == ["negative"]


def test_a_question_is_quick_once_its_like_was() -> None:
    servable, one, two = half_plus_two(), {"x": _floats(1)}, {"x": _floats(1, 2)}
    assert not servable.is_quick("", one)
    for _ in range(5):
        servable.run("", one)
    assert servable.is_quick("serving_default", one)
    assert not servable.is_quick("", two)
    assert not servable.is_quick("", one, ["y"])
    assert not servable.is_quick("no such", one)


def test_a_model_with_a_loop_is_never_quick() -> None:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None])
        y = tf.while_loop(lambda value: value[0] < 9.0, lambda value: value + 1, [x])
        servable = servable_of(
            "loop", 1, tf.Session(graph=graph), serving_default=(PREDICT, {"x": x}, {"y": y})
        )
    for _ in range(5):
        assert servable.run("", {"x": _floats(1)})["y"].tolist() == [9.0]
    assert not servable.is_quick("", {"x": _floats(1)})


def test_signatures_tell_types_shapes_and_tensors() -> None:
    signature = half_plus_two().signatures["text"]
    (spec,) = signature.inputs.values()
    assert (spec.dtype.name, spec.dims, spec.name) == ("string", (None, 2), "Placeholder:0")


def test_all_that_is_wrong_with_a_request_is_said_at_once() -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        half_plus_two().run("", {"X": np.ones(1)}, ["z"])
    message = str(caught.value)
    assert message.startswith("model 'half' version 1, signature 'serving_default': ")
    assert "there is no input 'X'. Did you mean 'x'?" in message
    assert "the input 'x' is missing: float32 of shape" in message
    assert "there is no output 'z'. There is: negative, y." in message


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.ones(2), "must be float32, given: float64"),
        (np.ones((2, 1), np.float32), "given: (2, 1)"),
        (np.array(1, np.float32), "given: ()"),
    ],
    ids=["type", "rank", "no rows"],
)
def test_a_value_that_does_not_fit_is_refused(value: np.ndarray, said: str) -> None:
    with pytest.raises(InvalidArgumentError, match="the input 'x' must") as caught:
        half_plus_two().run("", {"x": value})
    assert said in str(caught.value)


def test_a_signature_that_is_not_there_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(InvalidArgumentError, match="no signature 'clasify'. Did you mean 'classify'"):
        half_plus_two().run("clasify", {})


def test_a_model_with_one_signature_need_not_be_told_which() -> None:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None])
        one = servable_of(
            "one", 1, tf.Session(), predict=("tensorflow/serving/predict", {"x": x}, {"y": x + 1})
        )
    assert one.run("", {"x": _floats(1)})["y"].tolist() == [2.0]
    with pytest.raises(InvalidArgumentError, match="no signature 'serving_default'. There is: predict."):
        one.run("serving_default", {})


def test_a_signature_for_something_else_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="Signatures with it: regress"):
        half_plus_two().signature("classify", ["tensorflow/serving/regress"])


def test_weights_that_are_not_finite_are_named() -> None:
    half_plus_two().verify()
    with pytest.raises(InvalidArgumentError, match="not all values are finite in b"):
        half_plus_two(two=float("nan")).verify()


def test_a_variable_without_a_value_is_no_model_to_serve() -> None:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None])
        signature = ("tensorflow/serving/predict", {"x": x}, {"y": x + tf.get_variable("b", [])})
        servable = servable_of("empty", 1, tf.Session(), serving_default=signature)
    with pytest.raises(FailedPreconditionError, match="variable 'b' has no value"):
        servable.warm_up()


def test_warming_up_outlives_errors_of_every_other_kind() -> None:
    def fail(value: object) -> object:
        raise KeyError(value)

    with tf.Graph().as_default():
        x = tf.placeholder(tf.string, [None])
        signatures = {
            name: ("tensorflow/serving/predict", {"x": x}, {"y": y})
            for name, y in (
                ("own", tf.py_func(fail, [x], tf.string)),
                ("picture", tf.image.decode_png(x[0])),
                ("number", tf.string_to_number(x)),
                ("echo", tf.identity(x)),
            )
        }
        servable = servable_of("odd", 1, tf.Session(), **signatures)
    servable.warm_up()
    assert servable.run("echo", {"x": np.array([b"a"], object)})["y"].tolist() == [b"a"]


def test_warming_up_outlives_a_model_that_refuses_zeros() -> None:
    servable = half_plus_two()
    servable.warm_up()  # an empty tf.Example lacks the feature x
    assert servable.run("", {"x": _floats(0)}, ["y"])["y"].tolist() == [2.0]
