"""What a process computes in a step, and what it would have to send: ``python -m benchmarks.scaling.compute mlp``.

``... compute mlp 300 FOLDER`` only trains so many steps at the usual size of the batch, of several ranks under mpiexec.
One process, one thread of the BLAS: where processes share a machine, each has no more. Steps are timed by a hook, which
is work of each step too, of one or two microseconds.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks.environments import tf_module
from benchmarks.scaling.models import MODELS
from benchmarks.scaling.steps import SHARES

SECONDS, FIRST, FEWEST, MOST = 2.5, 5, 20, 4000
ROWS, WIDTH, TABLE = 4096, 16, 800_000


def clock(tf: Any, seconds: float = SECONDS, most: int = MOST) -> Any:
    """A hook that notes the seconds from the end of a step to that of the next, and ends the training in time."""

    class Clock(tf.train.SessionRunHook):  # type: ignore[misc]  # either library's
        def __init__(self) -> None:
            self.ends: list[float] = []

        def after_run(self, run_context: Any, run_values: Any) -> None:
            self.ends.append(time.perf_counter())
            took, count = self.ends[-1] - self.ends[0], len(self.ends)
            if count >= most or (took > seconds and count > FIRST + FEWEST):
                run_context.request_stop()

        def steps(self) -> list[float]:
            """Without the first, which make plans and fill caches."""
            return [float(step) for step in np.diff(self.ends)[FIRST:]]

    return Clock()


def gradients_of(graph: Any) -> tuple[list[Any], list[tuple[Any, Any]]]:
    """What the updates of a graph's variables are given: gradients; rows with their ids."""
    updates = [op for op in graph.get_operations() if "Apply" in op.type]
    dense = [op.inputs[-1] for op in updates if "SparseApply" not in op.type]
    sparse = [(op.inputs[-2], op.inputs[-1]) for op in updates if "SparseApply" in op.type]
    return dense, sparse


def sizes(tf: Any) -> Any:
    """A hook that counts the bytes of a step's gradients."""

    class Sizes(tf.train.SessionRunHook):  # type: ignore[misc]
        found: dict[str, int]

        def before_run(self, run_context: Any) -> Any:
            return tf.train.SessionRunArgs(gradients_of(run_context.session.graph))

        def after_run(self, run_context: Any, run_values: Any) -> None:
            dense, sparse = run_values.results
            self.found = {
                "dense": sum(gradient.nbytes for gradient in dense),
                "sparse": sum(rows.nbytes + ids.nbytes for rows, ids in sparse),
                "rows": sum(len(ids) for _, ids in sparse),
                "tensors": len(dense) + len(sparse),
            }

    return Sizes()


def least(times: Iterable[float]) -> float:
    """A tenth of the times are shorter: what others do on the machine makes times longer, and never shorter."""
    return float(np.quantile(list(times), 0.1))


def steps_of(name: str, batch: int, seconds: float = SECONDS) -> list[float]:
    """Seconds of steps of training."""
    tf, model = tf_module(), MODELS[name]
    estimator, input_fn = model.make(tf, tempfile.mkdtemp(), batch)
    watch = clock(tf, seconds)
    estimator.train(input_fn, hooks=[watch])
    return list(watch.steps())


def sizes_of(name: str, batch: int) -> dict[str, int]:
    """Bytes of the gradients, rows among them, and how many tensors."""
    tf, model = tf_module(), MODELS[name]
    estimator, input_fn = model.make(tf, tempfile.mkdtemp(), batch)
    counted = sizes(tf)
    estimator.train(input_fn, hooks=[counted], steps=1)
    return dict(counted.found)


def seconds_a_row() -> float:
    """What one more row of a gathered gradient costs where it is applied, by the slope over 1 to 8 times as many."""
    tf = tf_module()
    table = tf.get_variable("table", [TABLE, WIDTH], initializer=tf.zeros_initializer())
    ids, rows = tf.placeholder(tf.int64, [None]), tf.placeholder(tf.float32, [None, WIDTH])
    update = tf.train.AdagradOptimizer(0.1).apply_gradients([(tf.IndexedSlices(rows, ids), table)])
    rng, counts, times = np.random.default_rng(0), [ROWS, 2 * ROWS, 4 * ROWS, 8 * ROWS], []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for count in counts:
            fed = {ids: rng.integers(0, TABLE, count), rows: np.ones((count, WIDTH), np.float32)}
            times.append(least(_times(lambda fed=fed: session.run(update, fed), 15)))
    return float(np.polyfit(counts, times, 1)[0])


def adding() -> float:
    """Bytes a second that numpy adds to what is there, where neither is in a cache."""
    x, y = np.ones(2**22, np.float32), np.ones(2**22, np.float32)
    return x.nbytes / least(_times(lambda: np.add(x, y, out=x), 50))


def _times(call: Any, count: int) -> list[float]:
    found = []
    for _ in range(count):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return found


def measured(name: str) -> dict[str, Any]:
    """All of a model: its gradients, and seconds of a step by the size of the batch, with their spread at the usual."""
    model = MODELS[name]
    seconds: dict[str, float] = {}
    spread: list[float] = []
    for batch in model.batches:
        steps = steps_of(name, batch)
        seconds[str(batch)] = least(steps)
        if batch == model.batch:
            spread = [float(value) / least(steps) for value in np.quantile(steps, SHARES)]
    return {"sizes": sizes_of(name, model.batch), "seconds": seconds, "spread": spread}


def fixed(name: str, steps: int, folder: str) -> dict[str, float]:
    """Seconds of a step, of a training with that many: all ranks of a job then have the same number."""
    tf, model = tf_module(), MODELS[name]
    estimator, input_fn = model.make(tf, folder, model.batch)
    watch = clock(tf, float("inf"), steps)
    estimator.train(input_fn, hooks=[watch], steps=steps)
    return {"least": least(watch.steps()), "median": float(np.median(watch.steps()))}


def main() -> None:
    """Print what was measured as JSON."""
    logging.disable(logging.WARNING)
    name, *steps = sys.argv[1:]
    if steps:
        found: dict[str, Any] = fixed(name, int(steps[0]), steps[1])
    else:
        found = {"adding": adding(), "row": seconds_a_row()} if name == "machine" else measured(name)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
