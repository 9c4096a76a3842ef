"""The work for a model grows with the number of its variables, not faster.

Work is counted in calls of functions, Python's and C's; what it costs to begin with drops out of the differences.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from estimator.checkpoint.write_meta import meta_graph_def
from estimator.graph.text import graph_text
from estimator.runtime.executors import numpy as numpy_executor
from estimator.runtime.recent import Recent

SIZES = (10, 20, 40)


def calls(work: Callable[[], Any]) -> int:
    """How many functions are called while the work is done."""
    count = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    gc.disable()  # finalizers of other tests' objects
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


class Model:
    """A model of so many variables under Adam, and what is done with one, in this order."""

    def __init__(self, count: int, folder: Path) -> None:
        self.graph = tf.Graph()
        self.count = count
        self.prefix = str(folder / f"model-{count}")

    def build(self) -> None:
        with self.graph.as_default():
            variables = [
                tf.get_variable(f"v{number}", initializer=[0.5, 1.0]) for number in range(self.count)
            ]
            for number in range(self.count):  # such as moving averages: no optimizer's
                tf.get_variable(f"other{number}", initializer=[0.5, 1.0], trainable=False)
            loss = tf.add_n([tf.reduce_sum(tf.square(variable)) for variable in variables])
            step = tf.train.get_or_create_global_step()
            self.train = tf.train.AdamOptimizer(0.01).minimize(loss, global_step=step)
            self.initial, self.saver = tf.global_variables_initializer(), tf.train.Saver()
            self.session = tf.Session()

    def initialize(self) -> None:
        self.session.run(self.initial)

    def interpret(self) -> None:
        self.session.run(self.train)

    def plan(self) -> None:
        self.session.run(self.train)

    def step(self) -> None:
        self.session.run(self.train)

    def save(self) -> None:
        with self.graph.as_default():
            self.saver.save(self.session, self.prefix)

    def save_again(self) -> None:
        """Under another name, as the checkpoints of a training are."""
        with self.graph.as_default():
            self.saver.save(self.session, f"{self.prefix}-next")

    def restore(self) -> None:
        with self.graph.as_default():
            self.session = tf.Session()
            self.saver.restore(self.session, self.prefix)

    def restore_again(self) -> None:
        self.saver.restore(self.session, f"{self.prefix}-next")

    def write_meta(self) -> None:
        meta_graph_def(self.graph, self.saver)

    def write_text(self) -> None:
        graph_text(self.graph)


PHASES = [name for name, value in vars(Model).items() if callable(value) and not name.startswith("_")]


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[int]]:
    """The calls in each phase, for each size."""
    plans, numpy_executor._factories = numpy_executor._factories, Recent(8)
    models = [
        Model(size, tmp_path_factory.mktemp("growth")) for size in (5, *SIZES)
    ]  # the first loads modules
    try:
        return {phase: [calls(getattr(model, phase)) for model in models][1:] for phase in PHASES}
    finally:
        numpy_executor._factories = plans


@pytest.mark.parametrize("phase", PHASES)
def test_twice_the_variables_are_twice_the_work(counted: dict[str, list[int]], phase: str) -> None:
    small, middle, large = counted[phase]
    assert large - middle <= 2.1 * (middle - small) + SIZES[0]


MOST_CALLS = {"build": 2900, "save_again": 80, "restore": 430, "restore_again": 170}
"""What two variables and two slots may take of functions, a tenth more than they do."""


@pytest.mark.parametrize("phase", MOST_CALLS)
def test_a_variable_takes_few_calls(counted: dict[str, list[int]], phase: str) -> None:
    _, middle, large = counted[phase]
    assert large - middle <= MOST_CALLS[phase] * (SIZES[2] - SIZES[1])


def test_what_the_test_counts_would_show_a_loop_over_all_for_each() -> None:
    def quadratic(size: int) -> int:
        return calls(lambda: [len(str(inner)) for _ in range(size) for inner in range(size)])

    small, middle, large = map(quadratic, SIZES)
    assert large - middle > 3.9 * (middle - small)
