"""Examples per second of models over feature columns: words that are hashed, their embeddings, crosses."""

from __future__ import annotations

import tempfile
import time

from benchmarks.environments import tf_module
from benchmarks.log_clock import steps_per_second
from benchmarks.models import census, hashed
from benchmarks.row import Comparison, Row, Run, Turn

STEPS = 200
UNIT = "examples/s"


def embeddings(kind: str) -> Turn:
    """A DNNClassifier over embeddings of "words" or "ids"."""
    classifier, input_fn = hashed.estimator(tf_module(), kind, tempfile.mkdtemp())
    return lambda: {UNIT: hashed.BATCH * steps_per_second(classifier, input_fn, STEPS)}


def wide_and_deep() -> Turn:
    """The model of census."""
    classifier, input_fn = census.estimator(tf_module(), tempfile.mkdtemp())
    return lambda: {UNIT: census.BATCH * steps_per_second(classifier, input_fn, 2 * STEPS)}


def loop(step: hashed.Step) -> Turn:
    """A loop over ids that looks at the loss every twenty steps."""
    made = hashed.batches()

    def turn() -> dict[str, float]:
        float(step(*next(made)))
        start = time.perf_counter()
        for number in range(STEPS):
            loss = step(*next(made))
            if number % 20 == 19:
                print(float(loss))
        return {UNIT: hashed.BATCH * STEPS / (time.perf_counter() - start)}

    return turn


def jax_loop() -> Turn:
    """A loop around the compiled step."""
    return loop(hashed.jax_step())


def torch_loop() -> Turn:
    """The plain loop."""
    return loop(hashed.torch_step())


def by_hand() -> Turn:
    """A loop around the step in numpy."""
    return loop(hashed.step_by_hand())


WORDS, IDS = (Run("estimator", embeddings, (kind,)) for kind in ("words", "ids"))
THEIR_WORDS, THEIR_IDS = (Run("tensorflow", embeddings, (kind,)) for kind in ("words", "ids"))
HAND = Run("numpy", by_hand)

ROW = Row(
    "Feature columns: eight of 100,000 buckets in 16 numbers, [256, 128], batch 512; census",
    (
        Comparison("hashed words / TensorFlow", UNIT, WORDS, THEIR_WORDS, 2.5),
        Comparison("ids / TensorFlow", UNIT, IDS, THEIR_IDS, 2, HAND),
        Comparison("ids / jax", UNIT, IDS, Run("jax", jax_loop), 0.9, HAND),
        Comparison("ids / torch", UNIT, IDS, Run("torch", torch_loop), 3.5, HAND),
        Comparison(
            "wide and deep / TensorFlow", UNIT,
            Run("estimator", wide_and_deep), Run("tensorflow", wide_and_deep), 2,
        ),
    ),
)  # fmt: skip
