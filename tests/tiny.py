"""One small model with its input, for the tests of the whole: two dense layers, Adagrad, mean squared error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from estimator.estimators.estimator import Estimator
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.network import losses
from estimator.network.layers.dense import dense
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.settings.run_config import RunConfig
from estimator.variables.global_step import get_global_step


def model_fn(features: Any, labels: Any, mode: str, params: Mapping[str, Any]) -> EstimatorSpec:
    """``params["units"]`` is the width of the hidden layer, 3 if it is not given."""
    hidden = dense(features["x"], params.get("units", 3), name="hidden")
    if params.get("extra"):
        hidden = dense(hidden, params["extra"], name="extra")
    predictions = dense(hidden, 1, name="out")
    if mode == ModeKeys.PREDICT:
        return EstimatorSpec(mode, predictions={"y": predictions})
    loss = losses.mean_squared_error(labels, predictions)
    if mode == ModeKeys.EVAL:
        return EstimatorSpec(mode, loss=loss)
    train_op = AdagradOptimizer(0.1).minimize(loss, global_step=get_global_step())
    return EstimatorSpec(mode, loss=loss, train_op=train_op)


def batches(count: int | None = None) -> Callable[[], Iterator[tuple[dict[str, Any], Any]]]:
    """An input_fn of so many batches of four; None: no end."""

    def input_fn() -> Iterator[tuple[dict[str, Any], Any]]:
        x = np.linspace(-1, 1, 8, dtype=np.float32).reshape(4, 2)
        done = 0
        while count is None or done < count:
            yield {"x": x}, x.sum(axis=1, keepdims=True)
            done += 1

    return input_fn


def estimator(
    model_dir: str | Path, units: int = 3, *, warm_start_from: Any = None, **config: Any
) -> Estimator:
    """The model with a width and the settings of its RunConfig; `extra` makes one more layer."""
    params = {"units": units, "extra": config.pop("extra", None)}
    settings = RunConfig(**({"tf_random_seed": 1, "progress": False} | config))
    return Estimator(model_fn, model_dir, settings, params, warm_start_from=warm_start_from)
