"""Makers of mistakes that are written for TensorFlow's own names and take them as an argument, `tf`.

So one and the same call is made here and in real TensorFlow, whose Python reads this module and error_cases.py too:
they import nothing of the project.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

Call = Callable[[Any, str], Any]
LABELS = [0, 1, 2, 1]  # right ones, of three classes


@dataclass(frozen=True)
class Case:
    """One mistake.

    Attributes
    ----------
    call : callable
        Makes it: ``call(tf, model_dir)``.
    error : str
        The name of the error's class, or of one of its bases.
    gist : str
        What TensorFlow says, word for word; `{model_dir}` stands for the directory.
    """

    call: Call
    error: str
    gist: str


@contextmanager
def tf_config(document: Any) -> Iterator[None]:
    """TF_CONFIG for a while; text as it is, anything else as JSON."""
    os.environ["TF_CONFIG"] = document if isinstance(document, str) else json.dumps(document)
    try:
        yield
    finally:
        del os.environ["TF_CONFIG"]


def configured(document: Any) -> Call:
    """A RunConfig is made where the environment says this."""

    def call(tf: Any, model_dir: str) -> None:
        with tf_config(document):
            tf.estimator.RunConfig(model_dir=model_dir)

    return call


def cluster(nodes: dict[str, list[str]], task: dict[str, Any] | None = None) -> Call:
    return configured({"cluster": nodes} | ({} if task is None else {"task": task}))


def setting(**values: Any) -> Call:
    """A RunConfig with these values."""
    return lambda tf, model_dir: tf.estimator.RunConfig(**values)


def batch() -> Any:
    """The four rows of every input here; for the names of TensorFlow they come as a Dataset."""
    return {"x": np.arange(8, dtype=np.float32).reshape(4, 2)}, np.ones((4, 1), np.float32)


def rows(tf: Any, elements: Any = None) -> Callable[[], Any]:
    """An input_fn of this one batch, again and again."""
    return lambda: tf.data.Dataset.from_tensors(batch() if elements is None else elements).repeat(9)


def linear(tf: Any, **change: Any) -> Callable[..., Any]:
    """A model_fn whose spec is right, but for these parts; a callable makes its part, of the loss."""

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        predictions = tf.layers.dense(features["x"], 1, name="out")
        loss = tf.reduce_mean(tf.square(predictions))
        step = tf.train.get_or_create_global_step()
        parts = {"predictions": {"y": predictions}, "loss": loss}
        if mode == "train":
            parts["train_op"] = tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=step)
        made = {name: part(loss) if callable(part) else part for name, part in change.items()}
        return tf.estimator.EstimatorSpec(mode, **(parts | made))

    return model_fn


def model(tf: Any, model_dir: str, model_fn: Any = None, **config: Any) -> Any:
    """An Estimator of the linear model, or of another."""
    settings = tf.estimator.RunConfig(tf_random_seed=1, **config)
    return tf.estimator.Estimator(model_fn or linear(tf), model_dir, settings)


def made(*arguments: Any, **named: Any) -> Call:
    """An Estimator of these arguments."""
    return lambda tf, model_dir: tf.estimator.Estimator(*arguments, **({"model_dir": model_dir} | named))


def trained(**arguments: Any) -> Call:
    """The right model is trained with these arguments."""
    return lambda tf, model_dir: model(tf, model_dir).train(rows(tf), **({"steps": 1} | arguments))


def fed(make: Callable[[Any], Any]) -> Call:
    """The right model is trained with what `make(tf)` gives for an input_fn."""
    return lambda tf, model_dir: model(tf, model_dir).train(make(tf), steps=1)


def spec(mode: str = "train", **change: Any) -> Call:
    """A model whose spec has these parts is trained, evaluated, or predicts."""

    def call(tf: Any, model_dir: str) -> None:
        estimator = model(tf, model_dir, linear(tf, **change))
        if mode == "train":
            estimator.train(rows(tf), steps=1)
        elif mode == "eval":
            estimator.evaluate(rows(tf), steps=1)
        else:
            next(iter(estimator.predict(rows(tf))))

    return call


def returned(value: Any) -> Call:
    """A model whose model_fn returns this is trained."""
    return lambda tf, model_dir: model(tf, model_dir, lambda features, labels, mode: value).train(
        rows(tf), steps=1
    )


def predicted(change: Callable[[Any], Any], **arguments: Any) -> Call:
    """A model with these predictions predicts."""

    def call(tf: Any, model_dir: str) -> None:
        model(tf, model_dir).train(rows(tf), steps=1)
        estimator = model(tf, model_dir, linear(tf, predictions=change))
        list(estimator.predict(rows(tf), **arguments))

    return call


def with_one_more_variable(tf: Any, model_dir: str) -> None:
    more = linear(tf, predictions=lambda loss: {"y": tf.get_variable("more", [3])})
    model(tf, model_dir).train(rows(tf), steps=1)
    model(tf, model_dir, more).train(rows(tf), steps=1)


def another_graphs_tensor(tf: Any, model_dir: str) -> None:
    with tf.Graph().as_default():
        foreign = tf.constant(1.0)
    spec(loss=foreign)(tf, model_dir)


def not_a_number(tf: Any, model_dir: str) -> None:
    spec(loss=lambda loss: loss * np.float32("nan"))(tf, model_dir)


def named_exporter(tf: Any, name: Any) -> Any:
    return tf.estimator.LatestExporter(name, lambda: None)


def evaluated(**arguments: Any) -> Call:
    """An EvalSpec; `exporters` are names."""

    def call(tf: Any, model_dir: str) -> None:
        names = arguments.get("exporters")
        exporters = {"exporters": [named_exporter(tf, name) for name in names]} if names else {}
        tf.estimator.EvalSpec(rows(tf), **(arguments | exporters))

    return call


def train_and_evaluate(wrong: str) -> Call:
    """train_and_evaluate, one argument of which is 1."""

    def call(tf: Any, model_dir: str) -> None:
        right = {
            "estimator": model(tf, model_dir),
            "train_spec": tf.estimator.TrainSpec(rows(tf), 1),
            "eval_spec": tf.estimator.EvalSpec(rows(tf)),
        }
        tf.estimator.train_and_evaluate(**(right | {wrong: 1}))

    return call


def classified(
    labels: Any, features: Any = None, columns: Any = None, units: int = 3, **arguments: Any
) -> Call:
    """A DNNClassifier of three classes is trained with these labels, or these features."""

    def call(tf: Any, model_dir: str) -> None:
        given = {"x": np.arange(4, dtype=np.float32)} if features is None else features
        chosen = columns(tf) if columns else [tf.feature_column.numeric_column("x")]
        config = tf.estimator.RunConfig(tf_random_seed=1)
        estimator = tf.estimator.DNNClassifier(
            [units], chosen, model_dir, **({"n_classes": 3, "config": config} | arguments)
        )
        elements = given if labels is None else (given, np.array(labels))
        estimator.train(rows(tf, elements), steps=1)

    return call


def widened(tf: Any, model_dir: str) -> None:
    classified(LABELS)(tf, model_dir)
    classified(LABELS, units=5)(tf, model_dir)


def column(name: str, *arguments: Any, **named: Any) -> Call:
    """A feature column is made."""
    return lambda tf, model_dir: getattr(tf.feature_column, name)(*arguments, **named)


def model_fn_of(features: Any, labels: Any, mode: str) -> None:
    """A model_fn of the right arguments, which is never called."""
