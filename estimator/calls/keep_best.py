"""RunConfig(keep_best=...): evaluations rank the checkpoints of a model_dir, and the best can be asked for.

What counts is an evaluation without a name; in train_and_evaluate, if all its EvalSpecs have names, the first one's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.errors import NotFoundError, OpError
from estimator.core.registry import did_you_mean
from estimator.core.shown import shown
from estimator.model_dir.best import Ranking, rank
from estimator.model_dir.start import Start
from estimator.settings.run_config import RunConfig


def check_metric(config: RunConfig, names: Iterable[str]) -> None:
    """Check that an evaluation gives the metric by which the config ranks checkpoints.

    Raises
    ------
    ValueError
        If it does not; the message names the nearest.
    """
    if config.keep_best is None:
        return
    metric, known = config.keep_best[0], sorted(names)
    if metric not in known:
        raise ValueError(
            f"RunConfig(keep_best={config.keep_best!r}) ranks checkpoints by {metric!r}, which the evaluation does not "
            f"give.{did_you_mean(metric, known)} It gives: {', '.join(known)}."
        )


def rank_checkpoint(config: RunConfig, model_dir: str, checkpoint: str, metrics: Mapping[str, Any]) -> None:
    """Rank a checkpoint by its metrics, if the config says by which; a memo that cannot be written is a warning.

    Raises
    ------
    ValueError
        If the metric is missing, or is not a number.
    """
    if config.keep_best is None:
        return
    check_metric(config, metrics)
    ranking, value = Ranking(*config.keep_best), metrics[config.keep_best[0]]
    if np.ndim(value) or not np.issubdtype(np.asarray(value).dtype, np.number):
        raise ValueError(
            f"RunConfig(keep_best={config.keep_best!r}) ranks checkpoints by a metric that is a number, and "
            f"{ranking.metric!r} is {value!r:.80}."
        )
    directory, name = os.path.split(checkpoint)
    if os.path.realpath(directory) != os.path.realpath(model_dir):
        return
    try:
        is_best = rank(model_dir, name, float(value), ranking)
    except OpError as error:
        log.warning("%s is not ranked, as RunConfig(keep_best=...) wants: %s", checkpoint, error)
        return
    if is_best:
        log.info("%s is kept as one of the best: %s = %s.", checkpoint, ranking.metric, shown(value))


def best_start(model_dir: str) -> Start:
    """The best checkpoint, to start from.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    start = Start.best(model_dir)
    if start.prefix is None:
        raise NotFoundError(
            f"no checkpoint of {model_dir!r} is known as the best: train and evaluate with "
            'RunConfig(keep_best=("accuracy", "max", 1)), or leave out checkpoint="best".'
        )
    return start
