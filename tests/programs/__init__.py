"""Small programs in the words of scripts: what is called by keyword is called by every keyword that scripts use.

A program is a function of ``tf`` and of an empty folder; what it gives is compared. TensorFlow (tests/interop/tf_programs.py)
and this package (tests/test_programs.py) run the very same ones, so nothing is imported here that either of them lacks.
tests/data/tf/programs.json has TensorFlow's answers.
"""

from __future__ import annotations

import os
import random
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

MODULES = (
    "columns networks linear wide_and_deep estimators hooks optimizers inputs files sessions flags profiles"
).split()
WEIGHTS = "kernel bias weights bias_weights embedding_weights gamma beta moving_mean moving_variance global_step".split()


def programs() -> dict[str, Any]:
    """By `module.function`: the public functions of the modules."""
    return {
        f"{module}.{name}": member
        for module in MODULES
        for name, member in vars(import_module(f"{__name__}.{module}")).items()
        if not name.startswith("_") and getattr(member, "__module__", "") == f"{__name__}.{module}"
    }


def answer(tf: Any, program: Any, folder: Path) -> Any:
    """What a program gives in a graph and a folder of its own, as JSON has it."""
    before = os.getcwd()
    os.chdir(folder)
    random.seed(0)
    try:
        with tf.Graph().as_default():
            return plain(program(tf, folder))
    finally:
        os.chdir(before)


def plain(value: Any) -> Any:
    """Lists, dicts, numbers and texts."""
    if isinstance(value, dict):
        return {str(key): plain(value[key]) for key in sorted(value)}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist())
    if isinstance(value, float):
        return float(f"{value:.7g}")
    return value.decode() if isinstance(value, bytes) else value


def checkpoint(tf: Any, folder: Path, **values: Any) -> str:
    """The prefix of a checkpoint with these variables; ``__`` stands for a slash."""
    with tf.Graph().as_default(), tf.Session() as session:
        for name, value in values.items():
            tf.get_variable(name.replace("__", "/"), initializer=np.float32(value))
        session.run(tf.global_variables_initializer())
        return str(tf.train.Saver().save(session, str(folder / "start" / "given.ckpt")))


def trained(model: Any, input_fn: Any, steps: int = 2) -> dict[str, Any]:
    """What a model is after some steps: its weights, what it predicts, and how good that is."""
    model.train(input_fn, steps=steps)
    names = [name for name in model.get_variable_names() if name.rpartition("/")[2] in WEIGHTS]
    return {
        "variables": {name: model.get_variable_value(name) for name in names},
        "metrics": model.evaluate(input_fn, steps=1),
        "predictions": next(model.predict(input_fn)),
    }
