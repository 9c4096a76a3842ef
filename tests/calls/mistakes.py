"""What a mistake is, makers of some, and the two things that are asked of each.

What is wrong is said in one error that names it, and nothing has been changed on the disk then.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from estimator.estimators.estimator import Estimator
from estimator.settings.run_config import RunConfig
from tests.disk import unchanged
from tests.tiny import batches

CONFIG = RunConfig(tf_random_seed=1, progress=False)


@dataclass(frozen=True)
class Bad:
    """One mistake.

    Attributes
    ----------
    call : callable
        Makes it, in a model_dir.
    error : type
        What is raised.
    message : str
        A pattern of what it says: the value, the place, the advice.
    """

    call: Callable[[Path], Any]
    error: type[Exception]
    message: str


def model(function: Callable[..., Any], params: Any = None) -> Callable[[Path], Estimator]:
    """A maker of Estimators."""
    return lambda model_dir: Estimator(function, model_dir, CONFIG, params)


def train(make: Callable[[Path], Estimator], input_fn: Any = None, **arguments: Any) -> Callable[[Path], Any]:
    """A maker of one call of train."""
    return lambda model_dir: make(model_dir).train(input_fn or batches(), **({"steps": 1} | arguments))


def evaluate(
    make: Callable[[Path], Estimator], input_fn: Any = None, **arguments: Any
) -> Callable[[Path], Any]:
    """A maker of one call of evaluate."""
    return lambda model_dir: make(model_dir).evaluate(input_fn or batches(1), **arguments)


def predict(make: Callable[[Path], Estimator], **arguments: Any) -> Callable[[Path], Any]:
    """A maker of one call of predict that takes the first example."""
    return lambda model_dir: next(iter(make(model_dir).predict(batches(1), **arguments)))


def returning(value: Any) -> Callable[..., Any]:
    """A model_fn that returns this."""
    return lambda features, labels, mode: value


def check_is_told(bad: Bad, tmp_path: Path) -> None:
    """Make the mistake in a model_dir that is not there: it is told, and the model_dir is not made."""
    with pytest.raises(bad.error, match=bad.message):
        bad.call(tmp_path / "models" / "new")
    assert os.listdir(tmp_path) == []


def check_nothing_changes(bad: Bad, model_dir: Path) -> None:
    """Make the mistake in a model_dir with checkpoints: it is told, and nothing in there is changed."""
    with unchanged(model_dir), pytest.raises(bad.error, match=bad.message):
        bad.call(model_dir)
