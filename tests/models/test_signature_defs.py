"""Which signatures an export has, and what the log says of the others. Judge: TensorFlow 2.15.1, observed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from estimator.core.dtypes import float32, string
from estimator.core.errors import UsageError
from estimator.functions.arrays import placeholder, placeholder_with_default
from estimator.functions.sparse import sparse_placeholder
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.models.export_outputs import ClassificationOutput, ExportOutput, PredictOutput
from estimator.models.signature_defs import build_all_signature_defs
from estimator.models.supervised_outputs import EvalOutput


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    """A new default graph."""
    with Graph().as_default() as made:
        yield made


@pytest.fixture
def x() -> Any:
    """What is fed."""
    return placeholder(float32, [None, 3], "x")


def outputs(scores: Any) -> dict[str, ExportOutput]:
    """As a classifier has them."""
    classes = ClassificationOutput(scores)
    return {"serving_default": classes, "classification": classes, "predict": PredictOutput(scores)}


def methods(found: Any) -> dict[str, str]:
    return {name: signature.method_name.rpartition("/")[2] for name, signature in found.items()}


def test_fed_with_examples_every_output_has_one(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "estimator")
    examples = placeholder(string, [None])
    scores = b.Fill(b.Shape(examples), 1.0)
    found = build_all_signature_defs({"examples": examples}, outputs(scores))
    assert methods(found) == {
        "serving_default": "classify",
        "classification": "classify",
        "predict": "predict",
    }
    assert [record.message for record in caplog.records] == [
        "Signatures of the export for tensorflow/serving/classify: serving_default, classification.",
        "Signatures of the export for tensorflow/serving/predict: predict.",
    ]


def test_fed_with_features_the_model_can_predict_only(x: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "estimator")
    assert methods(build_all_signature_defs({"x": x}, outputs(b.Neg(x)))) == {"predict": "predict"}
    texts = {record.levelname: record.message for record in caplog.records}
    assert "The export has no signature 'classification': Classification signatures can only" in texts["INFO"]
    assert "no default signature! Whoever asks must name one of: predict. Classification" in texts["WARNING"]


def test_alternatives_have_signatures_below_their_names(x: Any) -> None:
    examples = placeholder(string, [None])
    y = b.Neg(x)
    alternatives = {"raw": {"x": x}, "middle": {"y": y}}
    model = {"serving_default": PredictOutput(b.Exp(y))}
    found = build_all_signature_defs({"examples": examples}, model, alternatives)
    assert list(found) == ["raw:serving_default", "middle:serving_default"]  # examples lead nowhere
    assert found["middle:serving_default"].inputs["y"].name == y.name


def test_another_placeholder_than_those_that_are_fed_leaves_a_signature_out(
    x: Any, caplog: pytest.LogCaptureFixture
) -> None:
    rate = placeholder(float32, [], "rate")
    rated = PredictOutput({"y": b.Mul(x, rate), "x": x})
    plain = PredictOutput({"x": b.Neg(x)})
    assert methods(build_all_signature_defs({"x": x}, {"plain": plain, "serving_default": rated})) == {
        "plain": "predict"
    }
    (warning,) = (record for record in caplog.records if record.levelname == "WARNING")
    assert "must name one of: plain. what is fed, x, does not suffice for the output 'y'" in warning.message
    assert methods(build_all_signature_defs({"x": x, "rate": rate}, {"a": rated})) == {"a": "predict"}
    optional = PredictOutput(b.Mul(x, placeholder_with_default(1.0, [])))
    assert methods(build_all_signature_defs({"x": x}, {"serving_default": optional})) == {
        "serving_default": "predict"
    }


def test_an_export_of_which_nothing_could_be_asked_is_an_error(x: Any) -> None:
    rated = PredictOutput({"y": b.Mul(x, placeholder(float32, [], "rate"))})
    with pytest.raises(UsageError) as caught:
        build_all_signature_defs({"x": x}, {"serving_default": rated, "more": rated})
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["serving_default", "more"]
    assert "it needs the placeholder 'rate', made at" in str(caught.value)
    assert "tf.placeholder_with_default" in str(caught.value)


def test_what_is_fed_may_be_given_back_and_may_be_sparse(x: Any) -> None:
    words = sparse_placeholder(string)
    output = PredictOutput({"x": x, "words": b.Identity(words.values)})
    assert methods(build_all_signature_defs({"x": x, "words": words}, {"serving_default": output})) == {
        "serving_default": "predict"
    }


def test_an_evaluation_counts_only_where_it_is_asked_for(x: Any, caplog: pytest.LogCaptureFixture) -> None:
    output = {"eval": EvalOutput(loss=b.Neg(x))}
    assert build_all_signature_defs({"x": x}, output) == {}
    assert "eval: no server knows its method 'tensorflow/supervised/eval'" in caplog.text
    caplog.clear()
    assert methods(build_all_signature_defs({"x": x}, output, serving_only=False)) == {"eval": "eval"}
    assert not [record for record in caplog.records if record.levelname == "WARNING"]
