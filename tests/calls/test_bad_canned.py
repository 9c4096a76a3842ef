"""What is wrong with a ready-made Estimator, its columns and its labels is said before anything is written."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.columns.numeric import numeric_column
from estimator.core import errors
from estimator.estimators.dnn import DNNClassifier, DNNRegressor
from estimator.pipeline.dataset import Dataset
from tests.calls.mistakes import (
    CONFIG,
    Bad,
    check_is_told,
    check_nothing_changes,
    train,
)

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
        r"(?s)mistakes.py:\d+.*feature 'x' has the wrong width.*wants 2 numbers.*\[4 3\]",
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
        "Unsupported optimizer name: Adagrat. Supported names are: .*Did you mean 'Adagrad'",
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


@pytest.mark.parametrize("name", CANNED)
def test_a_mistake_is_told_and_no_model_dir_is_made(tmp_path: Path, name: str) -> None:
    check_is_told(CANNED[name], tmp_path)


TRAINED: dict[str, Callable[[Path], Any]] = {
    "a label too big": lambda path: classifier(path).train(labelled([0, 1, 2, 1]), steps=2),
    "a label below 0": lambda path: classifier(path).train(labelled([0, 1, 2, 1]), steps=2),
    "a missing feature": lambda path: classifier(path).train(labelled([0, 1, 2, 1]), steps=2),
    "a feature whose width turns out to be wrong": lambda path: regressor(path).train(
        labelled(np.ones((4, 1)), x=np.ones((4, 2), np.float32)), steps=2
    ),
}


@pytest.mark.parametrize("name", TRAINED)
def test_a_mistake_changes_nothing_in_a_model_dir_with_checkpoints(tmp_path: Path, name: str) -> None:
    TRAINED[name](tmp_path)
    check_nothing_changes(CANNED[name], tmp_path)
