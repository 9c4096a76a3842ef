"""What model functions of tf.contrib.learn give, as EstimatorSpecs."""

from __future__ import annotations

from typing import Any

import pytest

from estimator import tf
from estimator.tf.contrib import learn

MODES = learn.ModeKeys


def test_it_is_an_estimator_spec() -> None:
    hook, loss = tf.train.SessionRunHook(), tf.constant(1.0)
    metrics = {"loss": tf.metrics.mean(loss), "mean": tf.metrics.mean(loss)}
    ops = learn.ModelFnOps(MODES.EVAL, {"x": loss}, loss, None, metrics, training_hooks=[hook])
    assert (ops.mode, ops.loss, ops.training_chief_hooks, ops.train_op) == (MODES.EVAL, loss, [], None)
    spec = ops.estimator_spec()
    assert isinstance(spec, tf.estimator.EstimatorSpec)
    assert (spec.mode, list(spec.training_hooks)) == (tf.estimator.ModeKeys.EVAL, [hook])
    assert list(spec.eval_metric_ops) == ["mean"], "the mean loss is there anyway"


def test_output_alternatives_are_exported() -> None:
    numbers, texts = tf.constant([[1.0]]), tf.constant(["a"])
    kinds = learn.ProblemType
    alternatives = {
        "number": (kinds.LINEAR_REGRESSION, {"scores": numbers}),
        "class": (kinds.CLASSIFICATION, {"probabilities": numbers, "classes": texts}),
        "whether": (kinds.LOGISTIC_REGRESSION, {"scores": numbers, "classes": tf.constant([1])}),
        "any": (kinds.UNSPECIFIED, {"x": numbers}),
    }
    ops = learn.ModelFnOps(MODES.INFER, numbers, output_alternatives=alternatives)
    found = ops.estimator_spec("class").export_outputs
    assert {name: type(output).__name__ for name, output in found.items()} == {
        "number": "RegressionOutput", "class": "ClassificationOutput", "whether": "ClassificationOutput",
        "any": "PredictOutput", "serving_default": "ClassificationOutput",
    }  # fmt: skip
    assert found["class"].classes is texts
    assert found["whether"].classes is None, "only texts are served as classes"
    with pytest.raises(ValueError, match=r"must be one of the output_alternatives, 'number'.*given: None"):
        ops.estimator_spec()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mode": "fit"}, "Invalid mode 'fit'; use one of ModeKeys: 'train', 'eval', 'infer'"),
        ({"mode": MODES.TRAIN}, r"Missing loss(.|\n)*Missing train_op"),
        ({"mode": MODES.EVAL}, r"Missing predictions(.|\n)*Missing loss"),
        (
            {"mode": MODES.INFER, "eval_metric_ops": [1]},
            r"Missing predictions(.|\n)*must be a dict, given: \[1\]",
        ),
        (
            {"mode": MODES.INFER, "predictions": 1, "training_hooks": [3]},
            "SessionRunHook instances, given: 3",
        ),
    ],
)
def test_all_that_is_missing_is_told_at_once(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        learn.ModelFnOps(**arguments)
