"""Which checkpoint of a model_dir is asked for, by a word, a step or a name: of a server, or in a command."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from estimator.calls.keep_best import best_start
from estimator.core.errors import NotFoundError
from estimator.core.registry import did_you_mean
from estimator.model_dir.finding import list_checkpoints
from estimator.model_dir.start import Start
from estimator.saved_model.folder import saved_models_in

CHOICES = "'latest', 'best', a step, or the prefix of a checkpoint"


def start_asked_for(model_dir: str, checkpoint: Any) -> Start:
    """The checkpoint that is asked for; there must be one.

    Parameters
    ----------
    model_dir : str
    checkpoint : str, int or path
        ``"latest"``, ``"best"`` by RunConfig(keep_best=...), a step, or the prefix of a checkpoint, with or without
        its folder.

    Raises
    ------
    NotFoundError
        If there is no such checkpoint.
    ValueError
        If it is none of these.
    """
    is_step = isinstance(checkpoint, (int, np.integer)) and not isinstance(checkpoint, bool)
    if not is_step and not (isinstance(checkpoint, (str, os.PathLike)) and os.fspath(checkpoint)):
        raise ValueError(f"checkpoint is {CHOICES}; given: {checkpoint!r}.")
    if checkpoint == "best":
        return best_start(model_dir)
    if checkpoint == "latest":
        start = Start.latest(model_dir)
        if start.prefix is None:
            raise NotFoundError(
                f"{model_dir!r} has no checkpoint; train first, or check the path.{_of_saved_models(model_dir)}"
            )
        return start
    if is_step or (isinstance(checkpoint, str) and checkpoint.isdecimal()):
        found = {info.step: info.prefix for info in list_checkpoints(model_dir) if info.step is not None}
        if int(checkpoint) not in found:
            raise NotFoundError(
                f"{model_dir!r} has no checkpoint of step {checkpoint}; it has those of: "
                f"{', '.join(map(str, sorted(found))) or 'none'}."
            )
        return Start.named(found[int(checkpoint)])
    path = os.fspath(checkpoint)
    if not os.path.dirname(path):  # no path, but a name: of a checkpoint here, or a word that nobody knows
        if not os.path.exists(os.path.join(model_dir, f"{path}.index")):
            raise NotFoundError(
                f"{model_dir!r} has no checkpoint {path!r}.{did_you_mean(path, ('best', 'latest'))} checkpoint is "
                f"{CHOICES}."
            )
        path = os.path.join(model_dir, path)
    return Start.named(path)


def _of_saved_models(folder: str) -> str:
    """A sentence, with a leading blank, on what lies in a folder instead of checkpoints."""
    found = saved_models_in(folder)
    if not found:
        return ""
    return f" It has a SavedModel, which predictor.from_saved_model reads: {found[-1]!r}."
