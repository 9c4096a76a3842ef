"""EstimatorSpec: what each mode needs, and every refusal in TensorFlow's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError, UsageError
from estimator.functions.arrays import placeholder
from estimator.functions.grouping import no_op
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.models.export_outputs import ClassificationOutput, PredictOutput, RegressionOutput
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.runtime.session import Session
from estimator.training.scaffold import Scaffold
from estimator.training.session_run_hook import SessionRunHook
from estimator.variables.variable import Variable


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    """A new default graph."""
    with Graph().as_default() as made:
        yield made


@pytest.fixture
def loss() -> Any:
    """A scalar."""
    return b.Identity(1.0, name="the_loss")


def test_the_mode_keys_are_tensorflows() -> None:
    assert (ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.PREDICT) == ("train", "eval", "infer")


def test_a_spec_is_a_tuple_whose_parts_have_defaults(loss: Any) -> None:
    train_op = no_op()
    spec = EstimatorSpec(ModeKeys.TRAIN, loss=loss, train_op=train_op)
    assert isinstance(spec, tuple)
    assert (spec.mode, spec.loss, spec.train_op) == ("train", loss, train_op)
    assert (spec.predictions, spec.eval_metric_ops, spec.export_outputs) == ({}, {}, None)
    assert (spec.training_hooks, spec.training_chief_hooks, spec.evaluation_hooks, spec.prediction_hooks) == (
        (),
    ) * 4
    assert isinstance(spec.scaffold, Scaffold)


@pytest.mark.parametrize(
    ("mode", "parts", "message"),
    [
        (ModeKeys.TRAIN, {"loss": True}, r"Missing train_op. To train, pass .*minimize\(loss, global_step="),
        (ModeKeys.TRAIN, {"train_op": True}, r"Missing loss. .*loss=loss\), one number for the batch"),
        (ModeKeys.EVAL, {}, "Missing loss. .*to evaluate, pass "),
        (ModeKeys.PREDICT, {}, r"Missing predictions. To predict, pass .*predictions=."),
        ("foo", {}, "mode must be one of 'train', 'eval', 'infer', given: 'foo'."),
    ],
)
def test_what_a_mode_needs_must_be_there(mode: str, parts: dict[str, bool], message: str, loss: Any) -> None:
    values = {"loss": loss, "train_op": no_op()}
    with pytest.raises(ValueError, match=f"^{message}"):
        EstimatorSpec(mode, **{name: values[name] for name in parts})


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"loss": 1.0}, "loss must be Tensor, given: 1.0."),
        ({"train_op": "x"}, "train_op must be Operation or Tensor, given: 'x'."),
        ({"predictions": {"a": 1.0}}, "predictions[a] must be Tensor, given: 1.0."),
        ({"predictions": 1.0}, "predictions must be Tensor, given: 1.0."),
        ({"eval_metric_ops": [1]}, "eval_metric_ops must be a dict, given: [1]."),
        (
            {"eval_metric_ops": {"acc": 1.0}},
            "Values of eval_metric_ops must be (metric_value, update_op) tuples, given: 1.0 for key: acc.",
        ),
        (
            {"eval_metric_ops": {"acc": (1.0, None)}},
            "eval_metric_ops[acc] value must be Operation or Tensor, given: 1.0.",
        ),
        ({"export_outputs": 3}, "`export_outputs` must be dict, received: 3."),
        (
            {"export_outputs": {"a": 3}},
            "Values in `export_outputs` must be ExportOutput objects, received: 3 for key: a",
        ),
        ({"training_hooks": [3]}, "All hooks must be SessionRunHook instances, given: 3 in training_hooks."),
        ({"evaluation_hooks": 3}, "evaluation_hooks must be a list of SessionRunHook instances, given: 3."),
        ({"scaffold": "x"}, "scaffold must be tf.train.Scaffold, given: 'x'."),
    ],
)
def test_parts_of_a_wrong_type_are_refused_with_their_value(
    parts: dict[str, Any], message: str, loss: Any
) -> None:
    given = {"loss": loss, "train_op": no_op(), **parts}
    with pytest.raises(TypeError) as caught:
        EstimatorSpec(ModeKeys.TRAIN, **given)
    assert message in str(caught.value)


def test_a_loss_of_several_numbers_is_refused() -> None:
    loss = b.Identity([1.0, 2.0], name="many")
    with pytest.raises(
        ValueError, match=r'^Loss must be scalar, given: Tensor\("many:0", shape=\(2,\), dtype=float32\)'
    ):
        EstimatorSpec(ModeKeys.EVAL, loss=loss)


def spec_of(dims: Any) -> tuple[Any, Any]:
    """A placeholder, and what a spec makes of it as a loss."""
    given = placeholder("float32", dims, name="given")
    return given, EstimatorSpec(ModeKeys.EVAL, loss=given).loss


@pytest.mark.parametrize("dims", [None, [None], [None, 1]])
def test_a_loss_of_unknown_shape_is_checked_in_each_batch(dims: Any) -> None:
    given, loss = spec_of(dims)
    assert loss.dims == ()
    rank = 1 if dims is None else len(dims)
    assert Session().run(loss, {given: np.full([1] * rank, 5.0)}) == 5.0
    with pytest.raises(
        InvalidArgumentError, match=r"Loss must be scalar.*given:0.*\[20\].*tf\.reduce_mean\(loss\)"
    ):
        Session().run(loss, {given: np.ones([20] + [1] * (rank - 1))})


def test_a_variable_stands_for_its_value() -> None:
    weight = Variable(np.float32(2.0), name="w")
    spec = EstimatorSpec(
        ModeKeys.EVAL, loss=weight, predictions={"w": weight}, eval_metric_ops={"w": (weight, no_op())}
    )
    session = Session()
    session.run(weight.initializer)
    assert session.run([spec.loss, spec.predictions["w"], spec.eval_metric_ops["w"][0]]) == [2.0, 2.0, 2.0]


def test_predictions_that_are_empty_would_never_end_and_are_refused() -> None:
    with pytest.raises(ValueError, match="^Missing predictions: the dict is empty"):
        EstimatorSpec(ModeKeys.PREDICT, predictions={})
    assert EstimatorSpec(ModeKeys.EVAL, predictions={}, loss=b.Identity(1.0)).predictions == {}


def test_predictions_have_names(loss: Any) -> None:
    with pytest.raises(
        ValueError, match=r"^Prediction output key must be a string; got 1\. Name the outputs"
    ):
        EstimatorSpec(ModeKeys.PREDICT, predictions={1: loss})
    spec = EstimatorSpec(
        ModeKeys.PREDICT, predictions={("head", "logits"): loss}
    )  # as a model of several heads
    assert spec.export_outputs["serving_default"].outputs == {"head/logits": loss}
    EstimatorSpec(ModeKeys.EVAL, predictions={1: loss}, loss=loss)  # nobody predicts


def test_a_loss_of_shape_1_becomes_a_scalar() -> None:
    spec = EstimatorSpec(ModeKeys.EVAL, loss=b.Identity([5.0]))
    assert spec.loss.dims == ()
    assert Session().run(spec.loss) == 5.0


def test_a_tensor_of_another_graph_is_refused_and_says_where_it_was_made() -> None:
    with Graph().as_default():
        foreign = b.Identity(1.0, name="foreign")
    with pytest.raises(
        ValueError, match=r'loss with "foreign:0" must be from the default graph\. It was made at .*test_spec'
    ):
        EstimatorSpec(ModeKeys.EVAL, loss=foreign)


def test_several_problems_are_told_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        EstimatorSpec(ModeKeys.TRAIN, predictions={"a": 1.0}, training_hooks=[3])  # type: ignore[list-item]
    assert len(caught.value.problems) == 4
    assert "Missing loss." in str(caught.value)
    assert "Missing train_op." in str(caught.value)


def test_replacing_a_part_checks_it_again(loss: Any) -> None:
    spec = EstimatorSpec(ModeKeys.EVAL, loss=loss)
    hook = SessionRunHook()
    assert spec._replace(evaluation_hooks=[hook]).evaluation_hooks == (hook,)
    with pytest.raises(TypeError, match="loss must be Tensor, given: 2"):
        spec._replace(loss=2)


def test_the_mode_cannot_be_replaced(loss: Any) -> None:
    spec = EstimatorSpec(ModeKeys.EVAL, loss=loss)
    with pytest.raises(ValueError, match="mode of EstimatorSpec cannot be changed from 'eval' to 'infer'"):
        spec._replace(mode=ModeKeys.PREDICT)
    with pytest.raises(ValueError, match="no field 'losss'"):
        spec._replace(losss=loss)


def test_predictions_are_exported_by_default(loss: Any) -> None:
    spec = EstimatorSpec(ModeKeys.PREDICT, predictions={"a": loss})
    assert spec.export_outputs["serving_default"].outputs == {"a": loss}
    alone = EstimatorSpec(ModeKeys.PREDICT, predictions=loss)
    assert alone.export_outputs["serving_default"].outputs == {"output": loss}


def test_the_only_export_output_is_the_default_too(loss: Any) -> None:
    output = PredictOutput({"a": loss})
    spec = EstimatorSpec(ModeKeys.PREDICT, predictions=loss, export_outputs={"mine": output})
    assert spec.export_outputs == {"mine": output, "serving_default": output}


def test_several_export_outputs_need_a_default(loss: Any) -> None:
    outputs = {"a": PredictOutput(loss), "b": RegressionOutput(loss)}
    with pytest.raises(ValueError, match=r"2 outputs, \['a', 'b'\], and none of them .* 'serving_default'"):
        EstimatorSpec(ModeKeys.PREDICT, predictions=loss, export_outputs=outputs)


def test_export_outputs_check_their_tensors(loss: Any) -> None:
    with pytest.raises(ValueError, match="at least one of scores and classes"):
        ClassificationOutput()
    with pytest.raises(ValueError, match="classes must be string"):
        ClassificationOutput(classes=loss)
    with pytest.raises(ValueError, match="value must be float"):
        RegressionOutput(b.Identity(1))
    with pytest.raises(ValueError, match="key must be a string; got 1"):
        PredictOutput({1: loss})
