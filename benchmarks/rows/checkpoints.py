"""Seconds to save and to read checkpoints of 1 GiB and of 10,000 variables; how long a training stops for one."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.environments import library, tf_module
from benchmarks.row import Comparison, Row, Run, Turn

LARGE, SIDE = 16, 4096  # 16 variables of 64 MiB
MANY, FLOATS = 10_000, 100
SAVE, RESTORE, READ = "s (to save)", "s (to restore)", "s (to read)"
WITHOUT_META, WITH_META, RESTORE_MANY = "ms (to save)", "ms (to save with .meta)", "ms (to restore)"
FIRST_SAVE, LATER_SAVE, SAVE_STEPS = "s (at the first save)", "s (at a later one)", 10


@contextmanager
def syncing(folder: str, both: bool) -> Any:
    """Make what is compared the same: ours syncs its files to the disk, which TensorFlow never does.

    With `both` TensorFlow's files are synced at the end; without, ours are not.
    """
    fsync = os.fsync
    if library() == "estimator" and not both:
        os.fsync = lambda descriptor: None  # type: ignore[assignment]
    try:
        yield
        if library() == "tensorflow" and both:
            for path in (*Path(folder).iterdir(), Path(folder)):
                descriptor = os.open(path, os.O_RDONLY)
                fsync(descriptor)
                os.close(descriptor)
    finally:
        os.fsync = fsync


def variables(tf: Any, count: int, shape: list[int]) -> None:
    """So many, of ones."""
    for number in range(count):
        tf.get_variable(f"v{number}", shape, initializer=tf.ones_initializer())


def large(sync_both: bool) -> Turn:
    """1 GiB saved and restored by a Saver, and read tensor by tensor."""
    tf = tf_module()
    variables(tf, LARGE, [SIDE, SIDE])
    saver, session = tf.train.Saver(), tf.Session()
    session.run(tf.global_variables_initializer())

    def read(prefix: str) -> None:
        reader = tf.train.load_checkpoint(prefix)
        for name in reader.get_variable_to_shape_map():
            reader.get_tensor(name)

    def turn() -> dict[str, float]:
        with tempfile.TemporaryDirectory() as folder:
            prefix = os.path.join(folder, "model")
            start = time.perf_counter()
            with syncing(folder, sync_both):
                saver.save(session, prefix, write_meta_graph=False)
            found = {SAVE: time.perf_counter() - start}
            return found | {
                RESTORE: _seconds(lambda: saver.restore(session, prefix)),
                READ: _seconds(lambda: read(prefix)),
            }

    return turn


def large_by_hand(sync_both: bool) -> Turn:
    """The same bytes, written and read."""
    arrays = [np.ones((SIDE, SIDE), np.float32) for _ in range(LARGE)]

    def save(path: str) -> None:
        with open(path, "wb", buffering=0) as file:
            for array in arrays:
                file.write(array.data)
            if sync_both:
                os.fsync(file.fileno())

    def restore(path: str) -> None:
        with open(path, "rb", buffering=0) as file:
            for array in arrays:
                file.readinto(array.data.cast("B"))

    def read(path: str) -> None:
        for number, array in enumerate(arrays):
            np.fromfile(path, np.float32, array.size, offset=number * array.nbytes)

    def turn() -> dict[str, float]:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "bytes")
            return {
                SAVE: _seconds(lambda: save(path)),
                RESTORE: _seconds(lambda: restore(path)),
                READ: _seconds(lambda: read(path)),
            }

    return turn


def many() -> Turn:
    """10,000 variables of 400 bytes; TensorFlow's files are synced as ours are."""
    tf = tf_module()
    variables(tf, MANY, [FLOATS])
    saver, session = tf.train.Saver(), tf.Session()
    session.run(tf.global_variables_initializer())

    def save(folder: str, name: str, with_meta: bool) -> str:
        """Under a name that is new: ours would not write again what is there."""
        with syncing(folder, both=True):
            path: str = saver.save(session, os.path.join(folder, name), write_meta_graph=with_meta)
        return path

    def turn() -> dict[str, float]:
        with tempfile.TemporaryDirectory() as folder:
            with_meta = 1000 * _seconds(lambda: save(folder, "described", True))
            without = 1000 * _seconds(lambda: save(folder, "model", False))
            restored = 1000 * _seconds(lambda: saver.restore(session, os.path.join(folder, "model")))
        return {WITH_META: with_meta, WITHOUT_META: without, RESTORE_MANY: restored}

    return turn


def training(async_checkpoint: bool | None) -> Turn:
    """A training of 1 GiB: how long the next step has to wait at the first save, and at a later one."""
    tf = tf_module()

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        variables(tf, LARGE, [SIDE, SIDE])
        weight = tf.get_variable("weight", [])
        loss = tf.square(weight - 1.0)
        step = tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_global_step(), [weight])
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=step)

    class Clock(tf.estimator.SessionRunHook):  # type: ignore[misc]  # of a module that is found when it runs
        def __init__(self, folder: str) -> None:
            self.folder, self.times = folder, []

        def before_run(self, run_context: Any) -> None:
            if len(self.times) == SAVE_STEPS // 2:
                tf.train.latest_checkpoint(self.folder)  # which waits for the first save
            self.times.append(time.perf_counter())

    def turn() -> dict[str, float]:
        with tempfile.TemporaryDirectory() as folder:
            config = tf.estimator.RunConfig(
                folder, save_checkpoints_steps=SAVE_STEPS, async_checkpoint=async_checkpoint
            )
            clock, rows = Clock(folder), np.zeros((8, 1), np.float32)
            tf.estimator.Estimator(model_fn, config=config).train(
                lambda: tf.data.Dataset.from_tensor_slices(rows).repeat(), hooks=[clock], steps=SAVE_STEPS + 3
            )
        waited = np.diff(clock.times)
        return {FIRST_SAVE: float(waited[0]), LATER_SAVE: float(waited[SAVE_STEPS])}

    return turn


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def beside_tensorflow(make: Callable[..., Turn], *arguments: Any) -> tuple[Run, Run]:
    """Both."""
    return Run("estimator", make, arguments), Run("tensorflow", make, arguments)


NEITHER, BOTH, SMALL = (
    beside_tensorflow(large, False),
    beside_tensorflow(large, True),
    beside_tensorflow(many),
)
STOPPED = Run("estimator", training, (None,)), Run("estimator", training, (False,))
BYTES, SYNCED_BYTES = (Run("numpy", large_by_hand, (sync,)) for sync in (False, True))

ROW = Row(
    "Checkpoints: 1 GiB; 10,000 variables of 400 bytes (the ceiling is the bytes alone)",
    (
        Comparison("save 1 GiB, neither syncs / TensorFlow", SAVE, *NEITHER, 1.3, BYTES),
        Comparison("save 1 GiB, both sync / TensorFlow", SAVE, *BOTH, 1.0, SYNCED_BYTES),
        Comparison("Saver.restore 1 GiB / TensorFlow", RESTORE, *NEITHER, 4, BYTES),
        Comparison("load_checkpoint, get_tensor 1 GiB / TensorFlow", READ, *NEITHER, 1.5, BYTES),
        Comparison("save 10,000 without .meta / TensorFlow", WITHOUT_META, *SMALL, 1),
        Comparison("save 10,000 with .meta / TensorFlow", WITH_META, *SMALL, 25),
        Comparison("restore 10,000 / TensorFlow", RESTORE_MANY, *SMALL, 4),
        Comparison("training stopped by a first save of 1 GiB / by the whole save", FIRST_SAVE, *STOPPED, 10),
        Comparison("training stopped by a later one / by the whole save", LATER_SAVE, *STOPPED, 10),
    ),
)
