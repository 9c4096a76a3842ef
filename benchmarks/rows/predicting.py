"""Predictions and evaluations of the iris models: rows per second, and what a call for one row takes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.environments import tf_module
from benchmarks.models import iris
from benchmarks.row import Comparison, Row, Run, Turn

BATCH, ROWS, EVALUATED = 1000, 120_000, 200_000


def flowers(count: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """So many test flowers."""
    features, labels = iris.load("test")
    times = -(-count // len(labels))
    return {key: np.tile(values, times)[:count] for key, values in features.items()}, np.tile(labels, times)[
        :count
    ]


def trained(tf: Any, model: str) -> Any:
    """An Estimator that has a checkpoint."""
    estimator = iris.MODELS[model](tf, tempfile.mkdtemp())
    estimator.train(iris.training_input(tf, 100), steps=100)
    return estimator


def dicts(model: str) -> Turn:
    """A dict for each row of a long input, from the first row on."""
    tf = tf_module()
    estimator, (features, _) = trained(tf, model), flowers(ROWS)

    def turn() -> dict[str, float]:
        rows = estimator.predict(lambda: tf.data.Dataset.from_tensor_slices(features).batch(BATCH))
        next(rows)
        start = time.perf_counter()
        count = sum(1 for _ in rows)
        return {"rows/s": count / (time.perf_counter() - start)}

    return turn


def evaluation(model: str) -> Turn:
    """A call of evaluate, whole."""
    tf = tf_module()
    estimator, data = trained(tf, model), flowers(EVALUATED)

    def turn() -> dict[str, float]:
        start = time.perf_counter()
        estimator.evaluate(lambda: tf.data.Dataset.from_tensor_slices(data).batch(BATCH))
        return {"rows/s": EVALUATED / (time.perf_counter() - start)}

    return turn


def one_row(model: str) -> Turn:
    """A call of predict for one row, whole; the middle one of a few."""
    tf = tf_module()
    estimator, (features, _) = trained(tf, model), flowers(1)

    def call() -> None:
        (_,) = estimator.predict(lambda: tf.data.Dataset.from_tensor_slices(features).batch(1))

    return lambda: {"ms": _milliseconds(call, 5)}


def predictor() -> Turn:
    """A question to a predictor, which only we have; the middle one of many."""
    tf = tf_module()
    features, _ = flowers(1)
    ask = trained(tf, "canned").predictor(features)
    return lambda: {"ms": _milliseconds(lambda: ask(features), 500)}


def exported() -> Any:
    """A predictor of a SavedModel of the ready-made model, as arrays are sent to it, and a row."""
    tf = tf_module()
    from estimator import predictor  # which TensorFlow has no longer

    features, _ = flowers(1)
    receiver = tf.estimator.export.build_raw_serving_input_receiver_fn(
        {key: tf.placeholder(tf.float32, [None], key) for key in features}
    )
    folder = trained(tf, "canned").export_saved_model(tempfile.mkdtemp(), receiver)
    return predictor.from_saved_model(folder.decode(), "predict"), features


def exported_row() -> Turn:
    """A question to the predictor of a SavedModel."""
    ask, features = exported()
    return lambda: {"ms": _milliseconds(lambda: ask(features), 500)}


def bare_plan() -> Turn:
    """The numpy calls that answer it, on arrays that are of the right types."""
    from estimator.runtime.runner import Runner

    ask, features = exported()
    names = list(features)
    runner = Runner(ask.session, dict(ask.fetch_tensors), [ask.feed_tensors[name] for name in names])
    given = [np.float32(features[name]) for name in names]
    return lambda: {"ms": _milliseconds(lambda: runner._execute(given), 500)}


def by_hand() -> tuple[Any, np.ndarray]:
    """Trained parameters, and features [4, n]."""
    from benchmarks.models import iris_by_hand

    values = iris_by_hand.Parameters()
    step, made = iris_by_hand.make_step(values, 100), iris_by_hand.batches(100, np.random.default_rng(1))
    for _ in range(100):
        step(*next(made))
    return values, np.stack(list(flowers(EVALUATED)[0].values()))


def dicts_by_hand() -> Turn:
    """What DNNClassifier predicts of each row, as a dict."""
    from benchmarks.models.iris_by_hand import logits

    values, x = by_hand()
    keys = ("logits", "probabilities", "class_ids", "classes", "all_class_ids", "all_classes")

    def turn() -> dict[str, float]:
        start, count = time.perf_counter(), 0
        for begin in range(0, ROWS, BATCH):
            z = logits(values, x[:, begin : begin + BATCH])
            e = np.exp(z - z.max(0))
            classes = z.argmax(0)
            texts = np.array([b"0", b"1", b"2"], object)[classes]
            every = np.broadcast_to(np.arange(3), (BATCH, 3))
            columns = (z.T, (e / e.sum(0)).T, classes[:, None], texts[:, None], every, every.astype(object))
            for values_of_row in zip(*columns, strict=True):
                count += len(dict(zip(keys, values_of_row, strict=True))) > 0
        return {"rows/s": count / (time.perf_counter() - start)}

    return turn


def evaluation_by_hand() -> Turn:
    """Loss and accuracy."""
    from benchmarks.models.iris_by_hand import logits

    values, x = by_hand()
    labels = flowers(EVALUATED)[1]

    def turn() -> dict[str, float]:
        start, loss, right = time.perf_counter(), 0.0, 0
        for begin in range(0, EVALUATED, BATCH):
            z, expected = logits(values, x[:, begin : begin + BATCH]), labels[begin : begin + BATCH]
            most = z.max(0)
            loss += float((np.log(np.exp(z - most).sum(0)) + most - z[expected, np.arange(BATCH)]).sum())
            right += int((z.argmax(0) == expected).sum())
        print(loss / EVALUATED, right / EVALUATED)
        return {"rows/s": EVALUATED / (time.perf_counter() - start)}

    return turn


def one_row_by_hand() -> Turn:
    """Class and probabilities of a row."""
    from benchmarks.models.iris_by_hand import logits

    values, x = by_hand()
    row = x[:, :1].copy()

    def call() -> tuple[np.ndarray, np.ndarray]:
        z = logits(values, row)
        e = np.exp(z - z.max(0))
        return z.argmax(0), e / e.sum(0)

    return lambda: {"ms": _milliseconds(call, 500)}


def _milliseconds(call: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - start))
    return float(np.median(taken))


def compared(
    what: str, unit: str, make: Callable[..., Turn], model: str, goal: float | None, hand: Run | None
) -> Comparison:
    """Ours beside TensorFlow's."""
    ours, theirs = (Run(environment, make, (model,)) for environment in ("estimator", "tensorflow"))
    return Comparison(f"{what}, {model} / TensorFlow", unit, ours, theirs, goal, hand)


DICTS_BY_HAND, EVALUATION_BY_HAND = Run("numpy", dicts_by_hand), Run("numpy", evaluation_by_hand)
ROW_BY_HAND = Run("numpy", one_row_by_hand)

ROW = Row(
    "Predict and evaluate: iris, batches of 1000",
    (
        compared("predict, dicts", "rows/s", dicts, "canned", 3.5, DICTS_BY_HAND),
        compared("predict, dicts", "rows/s", dicts, "custom", None, None),
        compared("evaluate", "rows/s", evaluation, "canned", 12, EVALUATION_BY_HAND),
        compared("evaluate", "rows/s", evaluation, "custom", None, EVALUATION_BY_HAND),
        compared("predict one row", "ms", one_row, "canned", 50, ROW_BY_HAND),
        compared("predict one row", "ms", one_row, "custom", None, ROW_BY_HAND),
        Comparison(
            "a Predictor's row, canned / TensorFlow's call of predict", "ms",
            Run("estimator", predictor), Run("tensorflow", one_row, ("canned",)), 1000, ROW_BY_HAND,
        ),
        Comparison(
            "a row of a SavedModel / its bare plan", "ms",
            Run("estimator", exported_row), Run("estimator", bare_plan), 0.5,
        ),
    ),
)  # fmt: skip
