"""What is wrong is said in one error that names it, and nothing has been changed on the disk then."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.columns.numeric import numeric_column
from estimator.core import errors
from estimator.estimators.dnn import DNNClassifier, DNNRegressor
from estimator.estimators.estimator import Estimator
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.network.losses import mean_squared_error
from estimator.network.metrics.averages import mean
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.pipeline.dataset import Dataset
from estimator.settings.run_config import RunConfig
from estimator.training.hooks.checkpoint_saver import CheckpointSaverListener
from estimator.training.hooks.stop_at_step import StopAtStepHook
from estimator.variables.global_step import get_global_step
from estimator.variables.variable import Variable
from tests.disk import unchanged
from tests.tiny import batches, estimator

CONFIG = RunConfig(tf_random_seed=1, progress=False)


@dataclass(frozen=True)
class Bad:
    """One mistake.

    Attributes
    ----------
    call : callable
        Makes it, in a model_dir.
    error : type
        What is raised.
    message : str
        A pattern of what it says: the value, the place, the advice.
    """

    call: Callable[[Path], Any]
    error: type[Exception]
    message: str


def model(function: Callable[..., Any], params: Any = None) -> Callable[[Path], Estimator]:
    """A maker of Estimators."""
    return lambda model_dir: Estimator(function, model_dir, CONFIG, params)


def train(make: Callable[[Path], Estimator], input_fn: Any = None, **arguments: Any) -> Callable[[Path], Any]:
    """A maker of one call of train."""
    return lambda model_dir: make(model_dir).train(input_fn or batches(), **({"steps": 1} | arguments))


def evaluate(
    make: Callable[[Path], Estimator], input_fn: Any = None, **arguments: Any
) -> Callable[[Path], Any]:
    """A maker of one call of evaluate."""
    return lambda model_dir: make(model_dir).evaluate(input_fn or batches(1), **arguments)


def predict(make: Callable[[Path], Estimator], **arguments: Any) -> Callable[[Path], Any]:
    """A maker of one call of predict that takes the first example."""
    return lambda model_dir: next(iter(make(model_dir).predict(batches(1), **arguments)))


def returning(value: Any) -> Callable[..., Any]:
    """A model_fn that returns this."""
    return lambda features, labels, mode: value


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


def ragged() -> Iterator[Any]:
    yield {"x": np.ones((4, 2), np.float32)}, np.ones((3, 1), np.float32)


def shrinking_features() -> Any:
    return {"x": np.ones((4, 2), np.float32), "y": np.ones((2, 2), np.float32)}, np.ones((4, 1), np.float32)


def empty_batch() -> Any:
    return {"x": np.ones((0, 2), np.float32)}, np.ones((0, 1), np.float32)


def empty_dataset() -> Dataset:
    return Dataset.from_tensor_slices(({"x": np.ones((4, 2), np.float32)}, np.ones((4, 1), np.float32))).take(
        0
    )


def filtered_dataset() -> Dataset:
    rows = Dataset.from_tensor_slices(({"x": np.ones((4, 2), np.float32)}, np.ones((4, 1), np.float32)))
    return rows.batch(8, drop_remainder=True)


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
    "no function": Bad(model(3), TypeError, "model_fn must be a function, given: 3"),
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
        "does not take labels, but input_fn returns labels",
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
}

ARGUMENTS: dict[str, Bad] = {
    "steps 0": Bad(train(estimator, steps=0), ValueError, "Must specify steps > 0, given: 0"),
    "steps below 0": Bad(train(estimator, steps=-5), ValueError, "Must specify steps > 0, given: -5"),
    "max_steps 0": Bad(
        train(estimator, steps=None, max_steps=0), ValueError, "Must specify max_steps > 0, given: 0"
    ),
    "half a step": Bad(train(estimator, steps=0.5), ValueError, "steps must be a whole number, given: 0.5"),
    "both": Bad(
        train(estimator, steps=1, max_steps=2), ValueError, "Can not provide both steps and max_steps"
    ),
    "evaluate steps 0": Bad(evaluate(estimator, steps=0), ValueError, "Must specify steps > 0, given: 0"),
    "a hook of another kind": Bad(
        train(estimator, hooks=["x"]), TypeError, "Hooks must be a SessionRunHook, given: 'x'"
    ),
    "a hook without its list": Bad(
        train(estimator, hooks=StopAtStepHook(5)),
        TypeError,
        r"hooks must be a list of SessionRunHook, given: <.*StopAtStepHook.*; put it into a list: hooks=\[...\]",
    ),
    "a hook without its list to evaluate": Bad(
        evaluate(estimator, hooks=StopAtStepHook(5)), TypeError, r"hooks must be a list.*hooks=\[...\]"
    ),
    "a hook without its list to predict": Bad(
        predict(estimator, hooks=StopAtStepHook(5)), TypeError, r"hooks must be a list.*hooks=\[...\]"
    ),
    "a number of steps for hooks": Bad(
        lambda model_dir: estimator(model_dir).train(batches(), 100),  # type: ignore[arg-type]
        TypeError,
        r"hooks must be a list.*given: 100; how many steps to train is steps=...",
    ),
    "text for hooks": Bad(train(estimator, hooks="log"), TypeError, "hooks must be a list.*given: 'log'"),
    "a listener without its list": Bad(
        train(estimator, saving_listeners=CheckpointSaverListener()),
        TypeError,
        r"saving_listeners must be a list of CheckpointSaverListener, given: <.*saving_listeners=\[...\]",
    ),
    "a listener of another kind": Bad(
        train(estimator, saving_listeners=["x"]),
        TypeError,
        "saving_listeners must be a list of CheckpointSaverListener, given: 'x'",
    ),
    "an unknown prediction": Bad(
        predict(estimator, predict_keys=["yy"]),
        ValueError,
        r"Expected to run at least one output from.*'y'.*provided \['yy'\]",
    ),
    "no function for the input": Bad(
        train(estimator, {"x": 1}),
        TypeError,
        "unsupported callable: input_fn must be a function, given: {'x': 1}",
    ),
    "arrays for the input": Bad(
        train(estimator, {"x": np.zeros((99, 9))}),
        TypeError,
        r"input_fn must be a function, given: (?s:.{80})\. Pass the function itself",
    ),
    "an input function that needs more": Bad(
        train(estimator, lambda data: data), TypeError, r"needs the arguments \['data'\].*input_fn=lambda"
    ),
}

INPUTS: dict[str, Bad] = {
    "nothing": Bad(train(estimator, lambda: None), ValueError, "input_fn returned None.*Is a return missing"),
    "three": Bad(
        train(estimator, lambda: (1, 2, 3)),
        ValueError,
        r"should return \(features, labels\) as a len 2 tuple.*tuple of 3",
    ),
    "a list": Bad(train(estimator, lambda: [1, 2, 3]), ValueError, "as a len 2 tuple.*list of 3"),
    "a function": Bad(train(estimator, lambda: batches), TypeError, "It is a function: call it"),
    "ragged": Bad(
        train(estimator, ragged),
        ValueError,
        r"batch 1.*same number of rows.*features\['x'\] has 4, labels has 3",
    ),
    "ragged features": Bad(
        train(estimator, shrinking_features), ValueError, r"features\['x'\] has 4, features\['y'\] has 2"
    ),
    "no rows": Bad(train(estimator, empty_batch), ValueError, r"batch is empty \(0 rows\)"),
    "no elements": Bad(
        train(estimator, empty_dataset), ValueError, "Dataset has no element.*take, skip, filter"
    ),
    "no element is left": Bad(
        train(estimator, filtered_dataset), ValueError, "Dataset has no element.*drop_remainder"
    ),
    "no batches": Bad(train(estimator, batches(0)), ValueError, "not a single batch"),
}

COLUMNS = [numeric_column("x")]
REGRESSION_COLUMNS = [numeric_column("x", shape=2)]


def classifier(model_dir: Path, n_classes: int = 3, **arguments: Any) -> DNNClassifier:
    return DNNClassifier([3], COLUMNS, model_dir, n_classes, config=CONFIG, **arguments)


def regressor(model_dir: Path, label_dimension: int = 1) -> DNNRegressor:
    return DNNRegressor([3], REGRESSION_COLUMNS, model_dir, label_dimension, config=CONFIG)


def labelled(labels: Any, **features: Any) -> Callable[[], Any]:
    """An input_fn of one batch of four rows with these labels."""
    given = features or {"x": np.arange(4, dtype=np.float32)}
    return lambda: (given, None if labels is None else np.array(labels))


def unknown_width() -> Dataset:
    """Rows whose width is known when they come; the column wants 2."""

    def rows() -> Iterator[Any]:
        yield {"x": np.ones((4, 3), np.float32)}, np.ones((4, 1), np.float32)

    return Dataset.from_generator(rows, ({"x": np.float32}, np.float32), ({"x": [None, None]}, [None, 1]))


CANNED: dict[str, Bad] = {
    "a label too big": Bad(
        train(classifier, labelled([0, 1, 2, 3])),
        errors.InvalidArgumentError,
        r"(?s)assertion failed: \[Labels must <= n_classes - 1\].*n_classes=3.*the largest 3 at 3",
    ),
    "a label below 0": Bad(
        train(classifier, labelled([0, -1, 2, 1])),
        errors.InvalidArgumentError,
        r"(?s)assertion failed: \[Labels must >= 0\].*the smallest is -1 at 1",
    ),
    "a binary label too big": Bad(
        train(functools.partial(classifier, n_classes=2), labelled([0, 1, 2, 1])),
        errors.InvalidArgumentError,
        r"(?s)assertion failed: \[Labels must <= n_classes - 1\].*n_classes=2.*the largest 2 at 2",
    ),
    "no labels": Bad(
        train(classifier, labelled(None)), ValueError, "must provide a labels Tensor. Given: None. Suggested"
    ),
    "labels of a wrong width": Bad(
        train(classifier, labelled(np.zeros((4, 3), np.int64))),
        ValueError,
        r"Mismatched label shape. Expected labels dimension=1. Received 3. Suggested Fix: .*\[batch, 1\].*labels.argmax\(1\)",
    ),
    "real labels of three classes": Bad(
        train(classifier, labelled([0.0, 1.0, 2.0, 1.0])),
        ValueError,
        "Labels dtype should be integer. Instead got .*float64.*cast them in input_fn",
    ),
    "text labels without a vocabulary": Bad(
        train(classifier, labelled(["a", "b", "c", "a"])),
        ValueError,
        r"Labels dtype should be integer. Instead got .*string.*label_vocabulary=\['setosa', ...\].*order of their ids",
    ),
    "text to regress": Bad(
        train(regressor, labelled(["a", "b", "c", "a"], x=np.ones((4, 2)))),
        ValueError,
        r"Labels dtype should be numeric. Instead got .*string.*input_fn, for example with labels.astype\(np.float32\)",
    ),
    "a warm start from nowhere": Bad(
        lambda model_dir: classifier(model_dir, warm_start_from="/nowhere/at/all").train(
            labelled([0, 1, 2, 1]), steps=1
        ),
        errors.NotFoundError,
        "warm_start_from names neither a directory nor a checkpoint .*'/nowhere/at' is not there either.*Give the model_dir",
    ),
    "a label that is not in the vocabulary": Bad(
        train(
            functools.partial(classifier, label_vocabulary=["a", "b", "c"]), labelled(["a", "b", "z", "a"])
        ),
        errors.InvalidArgumentError,
        r"(?s)labels must be in label_vocabulary \['a', 'b', 'c'\].*z",
    ),
    "a missing feature": Bad(
        train(classifier, labelled([0, 1, 2, 1], X=np.arange(4, dtype=np.float32))),
        ValueError,
        r"Feature x is not in features dictionary.*X",
    ),
    "a feature of rows that are not batched": Bad(
        train(regressor, lambda: Dataset.from_tensor_slices(({"x": np.ones((4, 2))}, np.ones((4, 1))))),
        ValueError,
        r"'x' has the shape \(2,\), but .*wants 2 numbers.*is dataset.batch\(...\) missing",
    ),
    "three arguments of a network at once": Bad(
        lambda model_dir: DNNClassifier([4, 0], COLUMNS, activation_fn=3, dropout="x"),  # type: ignore[arg-type]
        ValueError,
        r"(?s)hidden_units must be a list of sizes.*given: \[4, 0\].*dropout is the rate.*given: 'x'.*"
        "activation_fn must be a function such as tf.nn.relu, or the name of one; given: 3",
    ),
    "a name for a column": Bad(
        lambda model_dir: DNNClassifier([4], ["x"]),
        ValueError,
        r"must be feature columns. Given \(type str\): 'x'.*numeric_column\('name'\)",
    ),
    "no columns": Bad(
        lambda model_dir: DNNRegressor([4], []), ValueError, "feature_columns must not be empty"
    ),
    "features that are not a dict": Bad(
        train(classifier, lambda: (np.arange(4.0), np.arange(4) % 3)),
        ValueError,
        r"features should be a dictionary of `Tensor`s. Given type: .*Tensor.*Return \({'name': values, ...}, labels\)",
    ),
    "a feature of a wrong width": Bad(
        train(regressor, labelled(np.ones((4, 1)), x=np.ones((4, 3), np.float32))),
        ValueError,
        r"feature 'x' has the shape .*3.*wants 2 numbers.*numeric_column\('x', shape=3\)",
    ),
    "a feature whose width turns out to be wrong": Bad(
        train(regressor, unknown_width),
        errors.InvalidArgumentError,
        r"(?s)test_bad_input.py:\d+.*feature 'x' has the wrong width.*wants 2 numbers.*\[4 3\]",
    ),
    "classes as text": Bad(
        lambda model_dir: classifier(model_dir, "3"),  # type: ignore[arg-type]
        ValueError,
        "n_classes must be > 2: '3'. Give a whole number",
    ),
    "one class": Bad(functools.partial(classifier, n_classes=1), ValueError, "n_classes must be > 2: 1"),
    "no class names for some": Bad(
        functools.partial(classifier, label_vocabulary=["a", "b"]),
        ValueError,
        "3 distinct names.*\\['a', 'b'\\]",
    ),
    "an unknown optimizer": Bad(
        functools.partial(classifier, optimizer="Adagrat"),
        ValueError,
        "unknown optimizer 'Adagrat'. Did you mean 'Adagrad'",
    ),
    "something else for an optimizer": Bad(
        functools.partial(classifier, optimizer=3),
        ValueError,
        "The given object is not an Optimizer instance. Given: 3",
    ),
    "an unknown reduction": Bad(
        functools.partial(classifier, loss_reduction="foo"),
        ValueError,
        "Invalid loss_reduction: foo.*weighted_sum",
    ),
    "a hidden layer of no units": Bad(
        lambda model_dir: DNNClassifier([0], COLUMNS, model_dir), ValueError, r"sizes > 0.*given: \[0\]"
    ),
    "a dropout above 1": Bad(functools.partial(classifier, dropout=1.5), ValueError, r"\[0, 1\).*given: 1.5"),
    "no column": Bad(
        lambda model_dir: train(lambda _: DNNClassifier([3], [], model_dir, 3), labelled([0, 1, 2, 1]))(
            model_dir
        ),
        ValueError,
        "feature_columns must not be empty",
    ),
    "a column twice": Bad(
        lambda model_dir: train(
            lambda _: DNNClassifier([3], COLUMNS * 2, model_dir, 3), labelled([0, 1, 2, 1])
        )(model_dir),
        ValueError,
        "Duplicate feature column name found for columns",
    ),
}

ALL = {
    f"{kind}: {name}": bad
    for kind, table in {
        "model_fn": MODEL_FNS,
        "argument": ARGUMENTS,
        "input": INPUTS,
        "canned": CANNED,
    }.items()
    for name, bad in table.items()
}


@pytest.mark.parametrize("name", ALL)
def test_a_mistake_is_told_and_no_model_dir_is_made(tmp_path: Path, name: str) -> None:
    bad = ALL[name]
    with pytest.raises(bad.error, match=bad.message):
        bad.call(tmp_path / "models" / "new")
    assert os.listdir(tmp_path) == []


TRAINED: dict[str, Callable[[Path], Any]] = {
    "canned: a label too big": lambda path: classifier(path).train(labelled([0, 1, 2, 1]), steps=2),
    "canned: a label below 0": lambda path: classifier(path).train(labelled([0, 1, 2, 1]), steps=2),
    "canned: a missing feature": lambda path: classifier(path).train(labelled([0, 1, 2, 1]), steps=2),
    "canned: a feature whose width turns out to be wrong": lambda path: regressor(path).train(
        labelled(np.ones((4, 1)), x=np.ones((4, 2), np.float32)), steps=2
    ),
    "model_fn: returns None": lambda path: estimator(path).train(batches(), steps=2),
    "model_fn: a metric called loss": lambda path: estimator(path).train(batches(), steps=2),
    "argument: steps 0": lambda path: estimator(path).train(batches(), steps=2),
    "argument: a hook of another kind": lambda path: estimator(path).train(batches(), steps=2),
    "input: ragged": lambda path: estimator(path).train(batches(), steps=2),
    "input: no rows": lambda path: estimator(path).train(batches(), steps=2),
    "input: no element is left": lambda path: estimator(path).train(batches(), steps=2),
}


@pytest.mark.parametrize("name", TRAINED)
def test_a_mistake_changes_nothing_in_a_model_dir_with_checkpoints(tmp_path: Path, name: str) -> None:
    TRAINED[name](tmp_path)
    bad = ALL[name]
    with unchanged(tmp_path), pytest.raises(bad.error, match=bad.message):
        bad.call(tmp_path)


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


def test_a_batch_that_is_ragged_later_stops_at_the_last_good_step(tmp_path: Path) -> None:
    def input_fn() -> Iterator[Any]:
        yield from batches(3)()
        yield from ragged()

    with pytest.raises(ValueError, match=r"input_fn, batch 4.*features\['x'\] has 4, labels has 3"):
        estimator(tmp_path).train(input_fn, steps=10)
    assert estimator(tmp_path).latest_checkpoint() == str(tmp_path / "model.ckpt-1")


def test_a_read_only_model_dir_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # os.access is what says so: for root, permission bits say nothing.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with (
        unchanged(tmp_path),
        pytest.raises(errors.PermissionDeniedError, match="not writable.*choose another path"),
    ):
        estimator(tmp_path).train(batches(), steps=1)


def test_a_model_dir_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with unchanged(tmp_path), pytest.raises(ValueError, match="lies below '.*file', which is a file"):
        estimator(tmp_path / "file" / "m")


@pytest.mark.parametrize("scheme", ["gs", "s3", "hdfs"])
def test_a_url_is_refused_and_not_made_as_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with unchanged(tmp_path), pytest.raises(ValueError, match=f"'{scheme}://bucket/m' is a URL"):
        estimator(f"{scheme}://bucket/m")
    with unchanged(tmp_path), pytest.raises(ValueError, match="URL"):
        Estimator(returning(None), config=RunConfig(model_dir=f"{scheme}://bucket/m"))


def test_a_tensor_of_another_graph_is_refused(tmp_path: Path) -> None:
    with Graph().as_default() as graph:
        foreign = graph.constant(1.0)

    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        return EstimatorSpec(mode, loss=foreign, train_op=foreign.op)

    with unchanged(tmp_path), pytest.raises(ValueError, match="must be from the default graph"):
        Estimator(model_fn, tmp_path / "m", CONFIG).train(batches(), steps=1)


def test_a_model_dir_given_twice_must_be_the_same(tmp_path: Path) -> None:
    with unchanged(tmp_path), pytest.raises(ValueError, match="set both in constructor and `RunConfig`"):
        Estimator(returning(None), tmp_path / "a", RunConfig(model_dir=str(tmp_path / "b")))


def test_listeners_without_checkpoints_are_refused(tmp_path: Path) -> None:
    from estimator.training.hooks.checkpoint_saver import CheckpointSaverListener

    with unchanged(tmp_path), pytest.raises(ValueError, match="There should be a CheckpointSaverHook"):
        estimator(tmp_path / "m", save_checkpoints_steps=None, save_checkpoints_secs=None).train(
            batches(), steps=1, saving_listeners=[CheckpointSaverListener()]
        )


@pytest.mark.parametrize("task", ["ps", "evaluator"])
def test_a_process_with_another_task_does_not_train(
    tmp_path: Path, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = {"chief": ["a:1"], "ps": ["b:1"]}
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": {"type": task, "index": 0}}))
    with unchanged(tmp_path), pytest.raises(ValueError, match="Train has been called wrong configuration"):
        estimator(tmp_path / "m").train(batches(), steps=1)


def test_a_trained_model_is_asked_for_before_there_is_one(tmp_path: Path) -> None:
    for question in (
        lambda: estimator(tmp_path).get_variable_names(),
        lambda: estimator(tmp_path).get_variable_value("w"),
    ):
        with (
            unchanged(tmp_path),
            pytest.raises(ValueError, match=f"Could not find trained model in model_dir: {tmp_path}"),
        ):
            question()


def test_the_mode_is_kept(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any) -> EstimatorSpec:
        return EstimatorSpec(ModeKeys.PREDICT, predictions=features)

    with unchanged(tmp_path), pytest.raises(ValueError, match="mode 'train' and returned .* mode 'infer'"):
        Estimator(model_fn, tmp_path / "m", CONFIG).train(batches(), steps=1)
