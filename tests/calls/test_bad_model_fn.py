"""What is wrong with a model_fn is said before anything is written."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core import errors
from estimator.estimators.estimator import Estimator
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.network.losses import mean_squared_error
from estimator.network.metrics.averages import mean
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.settings.run_config import RunConfig
from estimator.variables.global_step import get_global_step
from estimator.variables.variable import Variable
from tests.calls.mistakes import (
    CONFIG,
    Bad,
    check_is_told,
    check_nothing_changes,
    evaluate,
    model,
    predict,
    returning,
    train,
)
from tests.disk import unchanged
from tests.tiny import batches, estimator


def without(part: str) -> Callable[..., Any]:
    """A model_fn whose spec lacks a part, whatever the mode."""

    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        weight = Variable(np.float32(1.0), name="w")
        loss = b.Mul(weight, 1.0)
        train_op = GradientDescentOptimizer(0.1).minimize(loss, global_step=get_global_step())
        parts = {"loss": loss, "train_op": train_op, "predictions": {"p": features["x"]}}
        parts.pop(part)
        return EstimatorSpec(mode, **parts)

    return model_fn


def nan_model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
    weight = Variable(np.float32(0.0), name="w")
    loss = b.Sub(b.Log(b.Abs(weight)), b.Log(b.Abs(weight)))  # -inf + inf
    return EstimatorSpec(
        mode,
        loss=loss,
        train_op=GradientDescentOptimizer(0.1).minimize(loss, global_step=get_global_step()),
    )


def unreduced(features: Any, labels: Any, mode: str) -> EstimatorSpec:
    """The losses of the examples, not reduced."""
    weight = Variable(np.float32(1.0), name="w")
    loss = b.Mul(weight, b.Reshape(labels, [-1]))
    return EstimatorSpec(mode, loss=loss, train_op=get_global_step().assign_add(1).op)


def metric_named(name: str) -> Callable[..., Any]:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        return EstimatorSpec(mode, loss=b.Sum(labels, [0, 1]), eval_metric_ops={name: mean(labels)})

    return model_fn


class Subclass(Estimator):
    def train(self, *args: Any, **kwargs: Any) -> Any:
        return self


class CallableModel:
    def __call__(self, features: Any, foo: Any) -> None:
        """`foo` is nothing that an Estimator has."""


@functools.partial
def needs_more(features: Any, labels: Any, rate: float) -> None:
    """`rate` was to be bound."""


MODEL_FNS: dict[str, Bad] = {
    "none": Bad(model(None), ValueError, "model_fn must be provided"),
    "no function": Bad(model(3), TypeError, "`model_fn` must be callable, given: 3"),
    "no features": Bad(train(model(lambda labels, mode: None)), ValueError, "must include features argument"),
    "an unknown argument": Bad(
        model(lambda features, foo: None), ValueError, r"not expected args: \['foo'\].*features, labels, mode"
    ),
    "an unknown argument of a callable object": Bad(
        model(CallableModel()), ValueError, r"not expected args: \['foo'\]"
    ),
    "an argument left unbound": Bad(model(needs_more), ValueError, r"not expected args: \['rate'\]"),
    "no params": Bad(
        model(lambda features: None, {"units": 3}),
        ValueError,
        r"does not include params argument, but params \({'units': 3}\)",
    ),
    "two problems at once": Bad(
        model(lambda foo: None), ValueError, r"(?s)must include features.*not expected args: \['foo'\]"
    ),
    "labels not taken": Bad(
        train(model(lambda features, mode: None)),
        ValueError,
        "does not take labels, but input_fn returns labels. Return features alone",
    ),
    "returns None": Bad(
        train(model(returning(None))),
        ValueError,
        r"should return an EstimatorSpec.*returned: None. Is a return missing\?$",
    ),
    "returns a dict": Bad(train(model(returning({"loss": 1}))), ValueError, r"returned: \{'loss': 1\}"),
    "no loss to train": Bad(train(model(without("loss"))), ValueError, "Missing loss"),
    "no loss to evaluate": Bad(evaluate(model(without("loss"))), ValueError, "Missing loss"),
    "no train_op": Bad(train(model(without("train_op"))), ValueError, "Missing train_op"),
    "no predictions": Bad(predict(model(without("predictions"))), ValueError, "Missing predictions"),
    "NaN loss": Bad(
        train(model(nan_model_fn)),
        errors.NanLossDuringTrainingError,
        "NaN loss during training.*step 1.*smaller learning rate",
    ),
    "a feature that is not there": Bad(
        train(model(lambda features, labels, mode: features["X"])),
        KeyError,
        r"^'X' is not among the features that input_fn gives. Did you mean 'x'\? There are: 'x' \(\?, 2\)\.$",
    ),
    "features by name taken for an array": Bad(
        train(model(lambda features, labels, mode: features.shape)),
        AttributeError,
        r"^features have no attribute 'shape'; they are a dict.*There are: 'x' \(\?, 2\)\.$",
    ),
    "a loss where there are no labels": Bad(
        predict(model(lambda features, labels, mode: mean_squared_error(labels, features["x"]))),
        ValueError,
        r"labels and predictions .*must not be None.*always in predict.*predictions=...\) there before",
    ),
    "a label that is not there": Bad(
        evaluate(
            model(lambda features, labels, mode: labels["b"]),
            input_fn=lambda: ({"x": np.ones((4, 2))}, {"a": np.ones(4), "c": np.ones((4, 1))}),
        ),
        KeyError,
        r"^'b' is not among the labels that input_fn gives. There are: 'a' \(\?,\), 'c' \(\?, 1\)\.$",
    ),
    "a loss that turns out to be no number": Bad(
        train(model(unreduced)),
        errors.InvalidArgumentError,
        r"Loss must be scalar.*in this batch the size\] \[4\].*tf.reduce_mean\(loss\)",
    ),
    "text for numbers in a loss": Bad(
        train(
            model(lambda features, labels, mode: mean_squared_error(labels, features["x"])),
            lambda: ({"x": np.ones(2)}, np.array(["a", "b"])),
        ),
        TypeError,
        r"mean_squared_error: .*IteratorGetNext.* is text.*np.unique\(labels, return_inverse=True\)\[1\].*label_vocabulary",
    ),
    "a metric called loss": Bad(
        evaluate(model(metric_named("loss"))), ValueError, "Metric with name 'loss' is not allowed"
    ),
    "a metric called global_step": Bad(
        evaluate(model(metric_named("global_step"))),
        ValueError,
        "Metric with name 'global_step' is not allowed",
    ),
    "another config": Bad(
        lambda model_dir: Estimator(returning(None), model_dir, config={"model_dir": "x"}),  # type: ignore[arg-type]
        ValueError,
        "config must be an instance of `RunConfig`, but provided {'model_dir': 'x'}",
    ),
    "a directory for the config": Bad(
        lambda model_dir: Estimator(returning(None), config="models/iris"),  # type: ignore[arg-type]
        ValueError,
        "instance of `RunConfig`, but provided 'models/iris'. A directory is model_dir='models/iris'.",
    ),
    "the config for a directory": Bad(
        lambda model_dir: Estimator(returning(None), RunConfig()),  # type: ignore[arg-type]
        ValueError,
        "model_dir is given a RunConfig; write config=...",
    ),
    "an array of features where there should be a dict": Bad(
        train(model(lambda features, labels, mode: features["x"]), lambda: (np.ones((4, 2)), np.ones(4))),
        TypeError,
        r"'x' cannot be an index: this is one Tensor.*return \({'x': values, ...}, labels\)",
    ),
    "an overridden member": Bad(
        lambda model_dir: Subclass(returning(None), model_dir),
        ValueError,
        r"cannot override members of Estimator.*Subclass does override \['train'\].*hooks",
    ),
    "an overridden member that exports": Bad(
        lambda model_dir: type("Writing", (Estimator,), {"export_onnx": None})(returning(None), model_dir),
        ValueError,
        r"cannot override members of Estimator.*Writing does override \['export_onnx'\]",
    ),
}


@pytest.mark.parametrize("name", MODEL_FNS)
def test_a_mistake_is_told_and_no_model_dir_is_made(tmp_path: Path, name: str) -> None:
    check_is_told(MODEL_FNS[name], tmp_path)


@pytest.mark.parametrize("name", ["returns None", "a metric called loss"])
def test_a_mistake_changes_nothing_in_a_model_dir_with_checkpoints(tmp_path: Path, name: str) -> None:
    estimator(tmp_path).train(batches(), steps=2)
    check_nothing_changes(MODEL_FNS[name], tmp_path)


def test_a_nan_loss_changes_nothing_in_a_model_dir_with_checkpoints(tmp_path: Path) -> None:
    class Bomb:
        fuse = 0.0

    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        weight = Variable(np.float32(1.0), name="w")
        loss = b.Mul(weight, np.float32(Bomb.fuse))
        optimizer = GradientDescentOptimizer(0.1)
        return EstimatorSpec(
            mode, loss=loss, train_op=optimizer.minimize(loss, global_step=get_global_step())
        )

    Estimator(model_fn, tmp_path, CONFIG).train(batches(), steps=2)
    Bomb.fuse = float("nan")
    with unchanged(tmp_path), pytest.raises(errors.NanLossDuringTrainingError, match="It is at step 3"):
        Estimator(model_fn, tmp_path, CONFIG).train(batches(), steps=2)


def test_a_tensor_of_another_graph_is_refused(tmp_path: Path) -> None:
    with Graph().as_default() as graph:
        foreign = graph.constant(1.0)

    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        return EstimatorSpec(mode, loss=foreign, train_op=foreign.op)

    with unchanged(tmp_path), pytest.raises(ValueError, match="must be from the default graph"):
        Estimator(model_fn, tmp_path / "m", CONFIG).train(batches(), steps=1)


def test_the_mode_is_kept(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any) -> EstimatorSpec:
        return EstimatorSpec(ModeKeys.PREDICT, predictions=features)

    with unchanged(tmp_path), pytest.raises(ValueError, match="mode 'train' and returned .* mode 'infer'"):
        Estimator(model_fn, tmp_path / "m", CONFIG).train(batches(), steps=1)
