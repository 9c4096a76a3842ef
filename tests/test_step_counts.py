"""What a step of training is made of, in numbers that are the same on every machine.

The lines of its plan, one numpy call each, and the memory that it asks for; and how many plans a call of train makes.
A change that adds lines must say why; docs/inside.md has how far they are from the fewest that numpy could do with.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.runtime.code import Factory
from estimator.runtime.executors import numpy as numpy_executor
from estimator.runtime.recent import Recent

BATCH = 32
KEYS = ["SepalLength", "SepalWidth", "PetalLength", "PetalWidth"]


def columns() -> list[Any]:
    return [tf.feature_column.numeric_column(key) for key in KEYS]


def of_layers(features: Any, labels: Any, mode: str) -> Any:
    """The custom model of the quickstart."""
    net = tf.feature_column.input_layer(features, columns())
    for units in (10, 10):
        net = tf.layers.dense(net, units, activation=tf.nn.relu)
    logits = tf.layers.dense(net, 3)
    loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)
    train = tf.train.AdagradOptimizer(0.1).minimize(loss, global_step=tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train)


def classifier(model_dir: Path, units: tuple[int, ...] = (10, 10), **keywords: Any) -> Any:
    return tf.estimator.DNNClassifier(units, columns(), str(model_dir), **keywords)


MODELS: dict[str, Callable[[Path], Any]] = {
    "three classes": lambda path: classifier(path, n_classes=3),
    "three classes, Adam": lambda path: classifier(path, n_classes=3, optimizer="Adam"),
    "two classes": classifier,
    "a regression": lambda path: tf.estimator.DNNRegressor([10, 10], columns(), str(path)),
    "three classes, linear": lambda path: tf.estimator.LinearClassifier(columns(), str(path), n_classes=3),
    "layers and losses": lambda path: tf.estimator.Estimator(of_layers, str(path)),
}


def batches(size: int = BATCH) -> Any:
    """Batches without end, as the examples make them: float64 numbers, and whole numbers as labels."""
    rng = np.random.default_rng(0)
    features = {key: rng.standard_normal(2 * size) for key in KEYS}
    return tf.data.Dataset.from_tensor_slices((features, rng.integers(0, 2, 2 * size))).repeat().batch(size)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    """The lines of each plan that is made."""
    found: list[list[str]] = []
    plain = numpy_executor.make_plan

    def noting(*args: Any, **keywords: Any) -> Factory:
        factory = plain(*args, **keywords)
        found.append([line.strip() for line in factory.text.splitlines()[1:-1]])
        return factory

    monkeypatch.setattr(numpy_executor, "make_plan", noting)
    monkeypatch.setattr(numpy_executor, "_factories", Recent(64))
    yield found


@pytest.mark.parametrize(
    ("model", "lines"),
    [
        ("three classes", 57),
        ("three classes, Adam", 72),
        ("two classes", 75),
        ("a regression", 42),
        ("three classes, linear", 55),
        ("layers and losses", 57),
    ],
)
def test_a_step_has_so_many_lines(model: str, lines: int, made: list[list[str]], tmp_path: Path) -> None:
    MODELS[model](tmp_path).train(batches, steps=3)  # the second one plans
    (step,) = (plan for plan in made if plan)
    calls = [line for line in step if not line.startswith("if ")]
    assert len(calls) == lines, "\n".join(step)


def test_a_call_of_train_makes_a_plan_of_a_step_with_and_without_summaries(
    made: list[list[str]], tmp_path: Path
) -> None:
    for directory in ("first", "second"):
        trained = classifier(
            tmp_path / directory, n_classes=3, config=tf.estimator.RunConfig(save_summary_steps=2)
        )
        trained.train(batches, steps=6)
        trained.train(batches, steps=6)
        assert [bool(lines) for lines in made].count(True) == 2  # also the next models find them


@pytest.mark.parametrize("model", ["two classes", "three classes"])
def test_a_step_asks_for_no_memory_that_grows_with_the_batch(
    model: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    peaks: list[int] = []
    plain = Factory.make

    def watched(self: Factory, *args: Any) -> Any:
        step = plain(self, *args)

        def run(*given: Any) -> Any:
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            results = step(*given)
            peaks.append(tracemalloc.get_traced_memory()[1] - before)
            return results

        return run

    monkeypatch.setattr(Factory, "make", watched)
    monkeypatch.setattr(numpy_executor, "_factories", Recent(64))
    tracemalloc.start()
    try:
        MODELS[model](tmp_path).train(lambda: batches(10_000), steps=3)
    finally:
        tracemalloc.stop()
    assert len(peaks) >= 2
    # Less than one float32 for each example: numpy's iterators have 32 KiB for what they convert or repeat.
    assert max(peaks) < 40_000
