"""What all heads have in common: the spec of each mode, names, regularization, the training operation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions.grouping import no_op
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.models.heads.binary import BinaryClassHead
from estimator.models.heads.head import CANNED, Head, checked_logits
from estimator.models.heads.regression import RegressionHead
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.runtime.session import Session
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import Variable, global_variables, global_variables_initializer
from tests.models.heads.tasks import HEADS, labels_of, logits_of


def spec_of(kind: str, mode: str, regularization: Any = None, **arguments: Any) -> EstimatorSpec:
    head = HEADS[kind](**arguments)
    labels = None if mode == ModeKeys.PREDICT else labels_of(kind)
    return head.create_estimator_spec(
        {}, mode, logits_of(head), labels, train_op_fn=lambda loss: no_op(name="train"),
        regularization_losses=regularization,
    )  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_each_mode_gets_its_part(graph: Graph, name: str) -> None:
    train = spec_of(name, ModeKeys.TRAIN)
    assert train.train_op.type == "NoOp" and train.loss.dims == () and train.eval_metric_ops == {}
    evaluation = spec_of(name, ModeKeys.EVAL)
    assert "average_loss" in evaluation.eval_metric_ops and evaluation.train_op is None
    prediction = spec_of(name, ModeKeys.PREDICT)
    assert prediction.loss is None and {"serving_default", "predict"} < set(prediction.export_outputs)


@pytest.mark.parametrize("name", HEADS)
def test_a_heads_name_ends_its_keys(graph: Graph, name: str) -> None:
    metrics = spec_of(name, ModeKeys.EVAL, name="mine").eval_metric_ops
    assert all(key.endswith("/mine") for key in metrics)
    spec_of(name, ModeKeys.TRAIN, [graph.constant(1.0)], name="mine")
    tags = [summary.op.name for summary in graph.get_collection(GraphKeys.SUMMARIES)]
    assert tags == ["loss/mine", "regularization_loss/mine"]


@pytest.mark.parametrize("name", HEADS)
def test_regularization_losses_are_added_and_reported(graph: Graph, name: str) -> None:
    penalties = [graph.constant(np.float32(value)) for value in (2.0, 3.0)]
    plain, penalised = spec_of(name, ModeKeys.TRAIN).loss, spec_of(name, ModeKeys.TRAIN, penalties).loss
    assert "regularization_loss" in spec_of(name, ModeKeys.EVAL, penalties).eval_metric_ops
    with Session(graph=graph) as session:
        assert session.run(penalised) - session.run(plain) == pytest.approx(5.0)


def test_no_regularization_losses_are_as_none(graph: Graph) -> None:
    assert "regularization_loss" not in spec_of("binary", ModeKeys.EVAL, []).eval_metric_ops


# -- the training operation


def line() -> tuple[Variable, Variable, Any]:
    """Two weights, and logits that depend on both."""
    first, second = (Variable([[1.0]], name=name) for name in ("first", "second"))
    return first, second, b.MatMul(b.AddV2(first.as_tensor(), second.as_tensor()), [[1.0]])


def trained(graph: Graph, **arguments: Any) -> list[float]:
    """Both weights after a step on the label 0, whose squared error has the slope 4, and the step."""
    step = get_or_create_global_step()
    first, second, logits = line()
    spec = RegressionHead().create_estimator_spec({}, ModeKeys.TRAIN, logits, [[0.0]], **arguments)
    with Session(graph=graph) as session:
        session.run(global_variables_initializer())
        session.run(spec.train_op)
        return [float(np.squeeze(value)) for value in session.run([first, second, step])]


def test_an_optimizer_minimises_over_all_trainable_variables_and_counts_the_step(graph: Graph) -> None:
    assert trained(graph, optimizer=GradientDescentOptimizer(0.1)) == pytest.approx([0.6, 0.6, 1.0])


def test_an_optimizer_changes_only_the_variables_that_are_named(graph: Graph) -> None:
    step = get_or_create_global_step()
    first, second, logits = line()
    spec = RegressionHead().create_estimator_spec(
        {}, ModeKeys.TRAIN, logits, [[0.0]],
        optimizer=GradientDescentOptimizer(0.1), trainable_variables=[second],
    )  # fmt: skip
    with Session(graph=graph) as session:
        session.run(global_variables_initializer())
        session.run(spec.train_op)
        assert session.run([first, second, step]) == pytest.approx([1.0, 0.6, 1])


def test_update_ops_run_with_the_step(graph: Graph) -> None:
    counter = Variable(0.0, trainable=False, name="counter")
    spec = RegressionHead().create_estimator_spec(
        {}, ModeKeys.TRAIN, [[1.0]], [[0.0]],
        train_op_fn=lambda loss: no_op(), update_ops=[counter.assign_add(1.0)],
    )  # fmt: skip
    with Session(graph=graph) as session:
        session.run(global_variables_initializer())
        session.run(spec.train_op)
        assert session.run(counter) == 1.0


def test_what_an_optimizer_keeps_is_named_below_training(graph: Graph) -> None:
    # TensorFlow 2.15: training/beta1_power with a public head and tf.train.AdamOptimizer in train_op_fn
    trained(graph, train_op_fn=lambda loss: AdamOptimizer(0.1).minimize(loss))
    assert "training/beta1_power" in {variable.op.name for variable in global_variables()}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "train_op_fn and optimizer cannot both be None"),
        (
            {"optimizer": GradientDescentOptimizer(0.1), "train_op_fn": lambda loss: loss},
            "train_op_fn and optimizer cannot both be set",
        ),
        ({"optimizer": "Adagrad"}, r"not an Optimizer instance.*<class 'str'>.*AdagradOptimizer\(0.05\)"),
        (
            {"optimizer": GradientDescentOptimizer(0.1), "trainable_variables": "w"},
            "trainable_variables should be a list or a tuple. Given type: <class 'str'>",
        ),
        (
            {"train_op_fn": lambda loss: loss, "update_ops": {}},
            "update_ops should be a list or a tuple. Given type: <class 'dict'>",
        ),
    ],
)
def test_what_cannot_train_is_refused(graph: Graph, arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RegressionHead().create_estimator_spec({}, ModeKeys.TRAIN, [[1.0]], [[0.0]], **arguments)


def test_the_head_of_a_ready_made_model_lists_its_loss_and_a_public_one_does_not(graph: Graph) -> None:
    spec_of("regression", ModeKeys.TRAIN)
    assert graph.get_collection(GraphKeys.LOSSES) == []
    head = RegressionHead()
    head.form = CANNED
    loss = head.loss(labels_of("regression"), logits_of(head))
    assert graph.get_collection(GraphKeys.LOSSES) == [loss]


# -- logits


@pytest.mark.parametrize("shape", [(2,), (2, 3), (2, 1, 2)])
def test_logits_of_another_size_are_refused(graph: Graph, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"logits shape must be \[D0, D1, ... DN, logits_dimension\].*got"):
        checked_logits(np.zeros(shape, np.float32), 1)


def test_logits_of_a_size_that_the_run_tells_are_refused_then(graph: Graph) -> None:
    logits = b.PlaceholderWithDefault(np.zeros((2, 3), np.float32), shape=None)
    with (
        Session(graph=graph) as session,
        pytest.raises(InvalidArgumentError, match="logits_dimension=1.*2 3"),
    ):
        session.run(checked_logits(logits, 1))


# -- a head of one's own


class Difference(Head):
    """The mean absolute error, by the abstract members alone."""

    name = "own"
    logits_dimension = 1
    loss_reduction = "sum"

    def loss(self, labels: Any, logits: Any, features: Any = None, mode: Any = None,
             regularization_losses: Any = None) -> Any:  # fmt: skip
        return b.Abs(b.Reshape(labels, [-1])[0] - logits[0, 0])

    def predictions(self, logits: Any, keys: Any = None) -> Any:
        return {"found": logits}

    def metrics(self, regularization_losses: Any = None) -> Any:
        return {}

    def update_metrics(self, eval_metrics: Any, features: Any, logits: Any, labels: Any,
                       regularization_losses: Any = None) -> Any:  # fmt: skip
        value = b.Identity(logits[0, 0])
        eval_metrics["first"] = (value, value)
        return eval_metrics


def test_a_head_of_ones_own_needs_only_the_abstract_members(graph: Graph) -> None:
    head, logits = Difference(), graph.constant([[1.0]])
    made = {
        mode: head.create_estimator_spec({}, mode, logits, [[3.0]], train_op_fn=lambda loss: no_op())
        for mode in (ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.PREDICT)
    }
    assert list(made[ModeKeys.EVAL].eval_metric_ops) == ["first"]
    assert set(made[ModeKeys.PREDICT].export_outputs) == {"serving_default", "predict"}
    with Session(graph=graph) as session:
        assert session.run(made[ModeKeys.TRAIN].loss) == 2.0


def test_a_metric_is_read_as_a_pair_and_as_an_object(graph: Graph) -> None:
    head = BinaryClassHead()
    metrics = head.metrics()
    updated = head.update_metrics(metrics, {}, logits_of(head), labels_of("binary"))
    assert updated is metrics
    value, update = metrics["accuracy"]
    assert metrics["accuracy"].result() is value and metrics["accuracy"].updates == [update]


def test_metrics_with_regularization_are_updated_with_it(graph: Graph) -> None:
    head = BinaryClassHead()
    metrics = head.metrics([graph.constant(1.0)])
    with pytest.raises(ValueError, match="needs the regularization_losses that metrics was given"):
        head.update_metrics(metrics, {}, logits_of(head), labels_of("binary"))
