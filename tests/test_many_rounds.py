"""Rounds of train and evaluate keep neither memory nor files, and a deleted model_dir loses no events."""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from estimator import tf
from estimator.estimators.dnn import DNNClassifier
from estimator.estimators.dnn_linear import DNNLinearCombinedClassifier
from estimator.estimators.estimator import Estimator
from estimator.formats.bundle import BundleReader
from estimator.runtime.executors import numpy as executor
from estimator.runtime.recent import Recent
from tests.tiny import batches, estimator

DESCRIPTORS = "/proc/self/fd"  # Linux

needs_proc = pytest.mark.skipif(not os.path.isdir(DESCRIPTORS), reason="the system does not list open files")


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """pytest keeps every line that is logged: that is memory, but not ours."""
    caplog.set_level("ERROR", "estimator")


def with_columns(model_dir: Path) -> Estimator:
    """A ready-made model with a column of each kind that has something to keep: tables, vocabularies, ids, buckets."""
    word = tf.feature_column.categorical_column_with_vocabulary_list("word", ["a", "b", "c"])
    hashed = tf.feature_column.categorical_column_with_hash_bucket("word", 10)
    number = tf.feature_column.numeric_column("number")
    buckets = tf.feature_column.bucketized_column(number, [0.0, 1.0])
    crossed = tf.feature_column.crossed_column([buckets, "word"], 10)
    columns = [
        number,
        buckets,
        tf.feature_column.embedding_column(hashed, 4),
        *map(tf.feature_column.indicator_column, (word, crossed)),
    ]
    config = tf.estimator.RunConfig(tf_random_seed=1, progress=False)
    return DNNClassifier([4], columns, model_dir=model_dir, config=config)


def wide_and_deep(model_dir: Path) -> Estimator:
    """A sparse linear part beside a network, each with an optimizer of its own."""
    hashed = tf.feature_column.categorical_column_with_hash_bucket("word", 10)
    number = tf.feature_column.numeric_column("number")
    buckets = tf.feature_column.bucketized_column(number, [0.0, 1.0])
    return DNNLinearCombinedClassifier(
        model_dir,
        linear_feature_columns=[hashed, tf.feature_column.crossed_column([buckets, "word"], 10)],
        dnn_feature_columns=[number, tf.feature_column.embedding_column(hashed, 4)],
        dnn_hidden_units=[4],
        config=tf.estimator.RunConfig(tf_random_seed=1, progress=False),
    )


def labelled(count: int | None = None) -> Any:
    """As `batches`, for the model with columns."""

    def input_fn() -> Any:
        features = {
            "word": np.array([b"a", b"c", b"d", b"b"]),
            "number": np.array([-1, 0.5, 2, 3], np.float32),
        }
        return tf.data.Dataset.from_tensors((features, np.array([0, 1, 1, 0]))).repeat(count)

    return input_fn


MODELS: dict[str, tuple[Callable[[Path], Estimator], Callable[..., Any]]] = {
    "tiny": (estimator, batches),
    "columns": (with_columns, labelled),
    "wide and deep": (wide_and_deep, labelled),
}


def rounds(model: Estimator, count: int, batches: Callable[..., Any] = batches) -> None:
    for _ in range(count):
        model.train(batches(), steps=1)
        model.evaluate(batches(1))
        next(iter(model.predict(batches(1))))


def kept_bytes(model: Estimator, count: int) -> int:
    """What so many rounds leave in Python's memory."""
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    rounds(model, count)
    gc.collect()
    return tracemalloc.get_traced_memory()[0] - before


def resident_bytes() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@needs_proc
def test_open_files_do_not_grow(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    rounds(model, 1)
    gc.collect()  # what other tests have left
    before = os.listdir(DESCRIPTORS)
    rounds(model, 5)
    gc.collect()
    assert len(os.listdir(DESCRIPTORS)) <= len(before)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rounds(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    tracemalloc.start()
    try:
        kept_bytes(model, 5)  # fills what is remembered: plans, arrays of a checkpoint
        kept = kept_bytes(model, 20)
    finally:
        tracemalloc.stop()
    # one graph of this model is 300 kB: not one of the 60 is kept; what is known of the files of past
    # checkpoints takes 2 kB a round, up to a bound
    assert kept < 300_000


MOST_GROWTH = 3 << 20  # the allocator takes its memory by the megabyte; one graph a round would be 18


def growth(kind: str, model_dir: Path) -> tuple[int, int, int]:
    """What 60 rounds add to the resident memory, what all add to the open files, and the step they come to."""
    make, batches = MODELS[kind]
    model = make(model_dir)
    rounds(model, 20, batches)
    files, memory = len(os.listdir(DESCRIPTORS)), 0
    for _ in range(2):  # Python 3.13 still settles during the first 60; what leaks grows in both
        gc.collect()
        before = resident_bytes()
        for _ in range(60):
            model.train(batches(), steps=1)
            model.evaluate(batches(1))
        gc.collect()
        memory = resident_bytes() - before
        if memory < MOST_GROWTH:
            break
    step = int(model.get_variable_value("global_step"))
    return memory, len(os.listdir(DESCRIPTORS)) - files, step


@pytest.mark.slow
@needs_proc
@pytest.mark.parametrize("kind", MODELS)
def test_sixty_rounds_stay_within_three_megabytes(tmp_path: Path, kind: str) -> None:
    # in a process of its own: the resident memory of this one depends on what other tests left to the allocator
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
        memory, files, step = alone.submit(growth, kind, tmp_path).result()
    assert memory < MOST_GROWTH
    assert files == 0 and step in (80, 140)


def test_a_model_dir_that_is_deleted_between_two_calls_loses_no_events(tmp_path: Path) -> None:
    model = estimator(tmp_path / "m", save_summary_steps=1)
    model.train(batches(), steps=3)
    model.evaluate(batches(1))
    shutil.rmtree(tmp_path / "m")
    model.train(batches(), steps=4)
    model.evaluate(batches(1))
    shown = {
        folder.name: [each.step for each in EventAccumulator(str(folder)).Reload().Scalars("loss")]
        for folder in (tmp_path / "m", tmp_path / "m" / "eval")
    }
    assert shown == {"m": [1, 2, 3, 4], "eval": [4]}


@pytest.mark.parametrize("kind", MODELS)
def test_the_second_call_neither_plans_nor_reads_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    make, batches = MODELS[kind]
    model = make(tmp_path)
    model.train(batches(), steps=1)
    model.evaluate(batches(1))
    list(model.predict(batches(1)))
    read = []
    get = BundleReader.get
    monkeypatch.setattr(BundleReader, "get", lambda self, *names: read.append(names) or get(self, *names))
    model.evaluate(batches(1))
    list(model.predict(batches(1)))
    assert read == []
    monkeypatch.setattr(executor, "_factories", Recent(64))  # other tests may have trained the same model
    planned = []
    make_plan = executor.make_plan
    monkeypatch.setattr(
        executor, "make_plan", lambda *arguments: planned.append(arguments) or make_plan(*arguments)
    )
    model.train(batches(), steps=4)
    assert planned  # at the second step
    planned.clear()
    model.train(batches(), steps=4)
    assert planned == []
