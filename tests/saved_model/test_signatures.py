"""The signatures of a SavedModel, and which of them TensorFlow Serving serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.formats.tensors import array_from_proto
from estimator.graph.graph import Graph
from estimator.saved_model import signatures
from estimator.saved_model.tensor_info import build_tensor_info


def _tensors() -> dict[str, Any]:
    return {
        "examples": tf.placeholder(tf.string, [None], name="examples"),
        "classes": tf.placeholder(tf.string, [None, 3], name="classes"),
        "scores": tf.placeholder(tf.float32, [None, 3], name="scores"),
        "ids": tf.placeholder(tf.int64, [None], name="ids"),
    }


def test_predict_takes_and_gives_tensors_of_any_type(graph: Graph) -> None:
    given = _tensors()
    found = signatures.predict_signature_def(
        {"a": given["examples"]}, {"b": given["ids"], "c": given["scores"]}
    )
    assert found.method_name == "tensorflow/serving/predict"
    assert {key: info.name for key, info in found.inputs.items()} == {"a": "examples:0"}
    assert {key: info.name for key, info in found.outputs.items()} == {"b": "ids:0", "c": "scores:0"}


def test_classify_takes_examples_and_gives_classes_and_scores(graph: Graph) -> None:
    given = _tensors()
    found = signatures.classification_signature_def(given["examples"], given["classes"], given["scores"])
    assert found.method_name == "tensorflow/serving/classify"
    assert {key: info.name for key, info in found.inputs.items()} == {"inputs": "examples:0"}
    assert {key: info.name for key, info in found.outputs.items()} == {
        "classes": "classes:0",
        "scores": "scores:0",
    }
    assert (
        "classes"
        not in signatures.classification_signature_def(given["examples"], None, given["scores"]).outputs
    )


def test_regress_takes_examples_and_gives_numbers(graph: Graph) -> None:
    given = _tensors()
    found = signatures.regression_signature_def(given["examples"], given["scores"])
    assert found.method_name == "tensorflow/serving/regress"
    assert list(found.inputs) == ["inputs"]
    assert list(found.outputs) == ["outputs"]


REFUSED: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "no inputs": (
        lambda t: signatures.predict_signature_def({}, {"b": t["ids"]}),
        "Prediction `inputs` cannot be None",
    ),
    "no outputs": (
        lambda t: signatures.predict_signature_def({"a": t["ids"]}, {}),
        "Prediction `outputs` cannot be None",
    ),
    "no examples": (
        lambda t: signatures.regression_signature_def(None, t["scores"]),
        "Regression `examples` cannot be None",
    ),
    "examples that are numbers": (
        lambda t: signatures.regression_signature_def(t["ids"], t["scores"]),
        "`examples` must be a string Tensor, given: .*int64.*method predict",
    ),
    "examples that are no tensor": (
        lambda t: signatures.classification_signature_def("examples", t["classes"], None),
        "`examples` must be a string Tensor, given: 'examples' .str.",
    ),
    "predictions that are ids": (
        lambda t: signatures.regression_signature_def(t["examples"], t["ids"]),
        "`predictions` must be a float32 Tensor",
    ),
    "classes that are ids": (
        lambda t: signatures.classification_signature_def(t["examples"], t["ids"], None),
        "`classes` must be a string Tensor",
    ),
    "neither classes nor scores": (
        lambda t: signatures.classification_signature_def(t["examples"], None, None),
        "`classes` and `scores` cannot both be None",
    ),
    "a training without inputs": (
        lambda t: signatures.supervised_train_signature_def({}, {"loss": t["scores"]}),
        "tensorflow/supervised/training `inputs` cannot be None",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_signature_refuses(graph: Graph, what: str) -> None:
    make, message = REFUSED[what]
    with pytest.raises(ValueError, match=message):
        make(_tensors())


def test_a_supervised_signature_gives_loss_predictions_and_metrics(graph: Graph) -> None:
    t = _tensors()
    found = signatures.supervised_eval_signature_def(
        {"x": t["ids"]}, {"loss": t["scores"]}, {"classes": t["classes"]}, {"accuracy": t["scores"]}
    )
    assert found.method_name == "tensorflow/supervised/eval"
    assert sorted(found.outputs) == ["accuracy", "classes", "loss"]


def test_a_default_is_an_array_or_a_constant_tensor(graph: Graph) -> None:
    x = tf.placeholder(tf.float32, [2], name="x")
    infos = {"x": build_tensor_info(x)}
    for value in ([1.5, 2.5], tf.constant([1.5, 2.5])):
        found = signatures.build_signature_def(infos, infos, "m", defaults={"x": value})
        np.testing.assert_array_equal(array_from_proto(found.defaults["x"]), [1.5, 2.5])
    with pytest.raises(ValueError, match="default of 'x' is no constant"):
        signatures.build_signature_def(infos, infos, "m", defaults={"x": x})


def test_what_can_be_served_is_told_by_method_keys_and_types(graph: Graph) -> None:
    t = {key: build_tensor_info(tensor) for key, tensor in _tensors().items()}

    def is_valid(method: str, inputs: dict[str, Any], outputs: dict[str, Any]) -> bool:
        made = signatures.build_signature_def(inputs, outputs, f"tensorflow/serving/{method}")
        return signatures.is_valid_signature(made)

    assert is_valid("predict", {"any": t["ids"]}, {"thing": t["ids"]})
    assert not is_valid("predict", {}, {"thing": t["ids"]})
    assert not is_valid("predict", {"any": t["ids"]}, {})
    assert is_valid("regress", {"inputs": t["examples"]}, {"outputs": t["scores"]})
    assert not is_valid("regress", {"examples": t["examples"]}, {"outputs": t["scores"]})
    assert not is_valid("regress", {"inputs": t["examples"]}, {"outputs": t["ids"]})
    assert is_valid("classify", {"inputs": t["examples"]}, {"classes": t["classes"], "scores": t["scores"]})
    assert is_valid("classify", {"inputs": t["examples"]}, {"scores": t["scores"]})
    assert not is_valid("classify", {"inputs": t["examples"]}, {})
    assert not is_valid("classify", {"inputs": t["examples"]}, {"classes": t["ids"]})
    assert not is_valid("classify", {"inputs": t["examples"]}, {"scores": t["scores"], "more": t["scores"]})
    assert not is_valid("explain", {"inputs": t["examples"]}, {"scores": t["scores"]})
    assert not signatures.is_valid_signature(None)


def test_the_signature_of_an_operation_names_it_and_has_no_type(graph: Graph) -> None:
    found = signatures.op_signature_def(tf.no_op("start"), "__saved_model_init_op")
    assert found.outputs["__saved_model_init_op"].name == "start"
    assert not found.outputs["__saved_model_init_op"].dtype
    assert not signatures.is_valid_signature(found)


def test_a_tensor_in_place_of_a_tensor_info_is_answered_with_what_makes_one(graph: Graph) -> None:
    with pytest.raises(TypeError, match="'x': a TensorInfo is wanted, given: .*build_tensor_info"):
        signatures.build_signature_def(inputs={"x": tf.placeholder(tf.float32)})


@pytest.mark.parametrize("given", [["x"], "x", 3])
def test_tensors_without_names_are_no_signature(graph: Graph, given: Any) -> None:
    x = tf.placeholder(tf.float32)
    for inputs, outputs in ((given, {"x": x}), ({"x": x}, given)):
        with pytest.raises(TypeError, match="the tensors of a signature have names"):
            signatures.predict_signature_def(inputs, outputs)
