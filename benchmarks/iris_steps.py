"""How fast small models train, and how long `import estimator` takes. Printed, not asserted.

    python benchmarks/iris_steps.py [--steps 2000]

Steps per second are those of Estimator.train with all its hooks, in a temporary model_dir, for DNNClassifier
[10, 10] on iris: the time from the end of the warm-up to the last step, so without building the graph.
The import times are the best of several fresh processes: of the package alone, which loads its parts when they are
first used, and of what a training script uses, beyond `import numpy`.
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "examples" / "iris"))

import iris_data  # lies beside the examples

import estimator as est

WARM_UP = 50


class Stopwatch(est.SessionRunHook):
    """Takes the time of the steps after the first `WARM_UP`."""

    def __init__(self) -> None:
        self.steps = 0
        self.started = self.stopped = 0.0

    def after_run(self, run_context: object, run_values: object) -> None:
        """Note the time."""
        self.steps += 1
        self.stopped = time.perf_counter()
        if self.steps == WARM_UP:
            self.started = self.stopped

    @property
    def rate(self) -> float:
        """Steps per second."""
        return (self.steps - WARM_UP) / (self.stopped - self.started)


def steps_per_second(batch_size: int, steps: int) -> float:
    """The rate of a run of so many steps after the warm-up."""
    features, labels = iris_data.load_data("training")
    columns = [est.feature_column.numeric_column(key) for key in iris_data.FEATURES]
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as model_dir:
        classifier = est.DNNClassifier([10, 10], columns, model_dir=model_dir, n_classes=3)
        classifier.train(
            lambda: iris_data.train_input_fn(features, labels, batch_size),
            steps=WARM_UP + steps,
            hooks=[watch],
        )
    return watch.rate


def import_seconds(statement: str, before: str, rounds: int = 5) -> float:
    """The seconds a fresh process needs for the statement after another one; the best of several."""
    code = f"import time; {before}; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    runs = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(rounds)
    )
    return min(float(done.stdout) for done in runs)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=2000, help="steps to time after the warm-up")
    steps = parser.parse_args().steps
    logging.getLogger("estimator").setLevel(logging.WARNING)
    for batch_size in (32, 100):
        rate = steps_per_second(batch_size, steps)
        print(f"iris, DNNClassifier [10, 10], batch {batch_size:3d}: {rate:7.0f} steps/s")
    alone = import_seconds("import estimator", before="pass")
    used = import_seconds(
        "import estimator as est; est.DNNClassifier; est.data.Dataset", before="import numpy"
    )
    print(
        f"import estimator: {1000 * alone:.0f} ms alone, {1000 * used:.0f} ms over numpy's with what training uses"
    )


if __name__ == "__main__":
    main()
