"""What both packages do with the examples of networks; nothing is imported here that either of them lacks."""

from __future__ import annotations

import importlib
import shutil
from typing import Any

SCRIPTS = {"digits": "convolutional", "names": "recurrent"}
ROWS = 16  # in a batch


def load(example: str) -> tuple[Any, Any, Any]:
    """The example's module, what makes so many inputs and labels from a seed, and its eval_input_fn."""
    script, data = importlib.import_module(SCRIPTS[example]), importlib.import_module(f"{example}_data")
    return script, data.draw if example == "digits" else data.invent, data.eval_input_fn


def do(
    example: str,
    model_dir: str,
    steps: int,
    seed: int = 0,
    dropout: bool = False,
    begun_in: str | None = None,
) -> dict[str, Any]:
    """What an example's Estimator gives: its losses in so many further steps, then its metrics and predictions.

    It goes on in a copy of ``begun_in``, if that is said. Batches are in order, so without dropout nothing is random.
    """
    if begun_in is not None:
        shutil.copytree(begun_in, model_dir)
    script, make, read = load(example)
    estimator = script.make_classifier()
    params = estimator.params if dropout else estimator.params | {"dropout": 0.0}
    config = estimator.config.replace(model_dir=model_dir)
    estimator = script.est.Estimator(script.model_fn, config=config, params=params)
    losses = noted_losses(script.tf)
    if steps:
        inputs, labels = make(steps * ROWS, seed)
        estimator.train(lambda: read(inputs, labels, ROWS), hooks=[losses], steps=steps)
    inputs, labels = make(100, seed=99)
    metrics = estimator.evaluate(lambda: read(inputs, labels, 30))
    predictions = estimator.predict(lambda: read(inputs[:9], None, 4))
    return {
        "losses": losses.values,
        "metrics": {name: float(value) for name, value in metrics.items()},
        "probabilities": [prediction["probabilities"].tolist() for prediction in predictions],
    }


def noted_losses(tf: Any) -> Any:
    """A hook that keeps the loss of each step as `values`."""

    class Losses(tf.train.SessionRunHook):  # type: ignore[misc]
        def __init__(self) -> None:
            self.values: list[float] = []

        def before_run(self, run_context: Any) -> Any:
            return tf.train.SessionRunArgs(tf.get_collection(tf.GraphKeys.LOSSES)[0])

        def after_run(self, run_context: Any, run_values: Any) -> None:
            self.values.append(float(run_values.results))

    return Losses()
