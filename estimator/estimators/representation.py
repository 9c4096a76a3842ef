"""What an Estimator shows of itself: its class, where it lies, how far it is trained and how large it is.

A representation is asked for in the middle of errors, by debuggers and by notebooks. So it reads two small files, says
nothing in the log, and where the directory is damaged it says that instead of raising.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping

from estimator.calls.opening import Model
from estimator.calls.user_functions import name_of
from estimator.checkpoint.causes import is_slot
from estimator.core.dtypes import DType
from estimator.core.shown import shorten
from estimator.formats.bundle import BundleReader
from estimator.graph.keys import GraphKeys
from estimator.model_dir import file_names
from estimator.model_dir.state import read_state

_POWERS = ("beta1_power", "beta2_power")  # of Adam: two numbers for all variables
_UNREADABLE = "<unreadable>"

Specs = Mapping[str, tuple[tuple[int, ...], DType]]


def representation(model: Model) -> str:
    """``DNNClassifier(model_dir='models/iris', latest_step=200, parameters=193)``, with params and changed settings."""
    changed = model.config.changed()
    changed.pop("model_dir", None)
    facts = {} if model.canned else {"model_fn": name_of(model.model_fn)}
    facts |= {"model_dir": repr(model.model_dir)} | training_facts(model.model_dir)
    if not (isinstance(model.params, dict) and not model.params):
        facts["params"] = _shortened(model.params)
    if changed:
        facts["config"] = (
            f"RunConfig({', '.join(f'{name}={shorten(value)}' for name, value in changed.items())})"
        )
    return f"{model.class_name}({', '.join(f'{name}={text}' for name, text in facts.items())})"


def _shortened(params: object) -> str:
    try:
        return shorten(params)
    except Exception as error:  # of the script's own __repr__
        return f"<{type(params).__name__}, whose repr fails: {type(error).__name__}>"


def training_facts(model_dir: str) -> dict[str, str]:
    """The latest step, ``None`` before the first save, and how many parameters its checkpoint has; never raises."""
    try:
        latest = _latest_name(model_dir)
    except Exception:  # a damaged state file, a directory that may not be read, a path of another system
        return {"latest_step": _UNREADABLE}
    if latest is None:
        return {"latest_step": "None"}
    facts = {"latest_step": str(file_names.step_of(latest))}
    try:
        with BundleReader(os.path.join(model_dir, latest)) as bundle:
            return facts | {"parameters": str(parameter_count(bundle.specs()))}
    except Exception:
        return facts | {"parameters": _UNREADABLE}


def _latest_name(model_dir: str) -> str | None:
    """The checkpoint that the state file names, else the one of the highest step."""
    state = read_state(model_dir)
    if state is not None:
        return os.path.basename(state.model_checkpoint_path)
    if not os.path.isdir(model_dir):
        return None
    names = [name.removesuffix(".index") for name in os.listdir(model_dir) if name.endswith(".index")]
    steps = {name: file_names.step_of(name) for name in names if not file_names.is_temporary(name)}
    return max(steps, key=lambda name: (steps[name] or -1, name), default=None)


def parameter_count(specs: Specs) -> int:
    """How many numbers the variables of a checkpoint hold: weights and moving averages, without what optimizers keep.

    Parameters
    ----------
    specs : mapping of str to (shape, DType)
        Of all keys of the checkpoint.
    """
    return sum(
        math.prod(shape)
        for key, (shape, dtype) in specs.items()
        if (dtype.is_floating or dtype.is_complex)
        and key.rpartition("/")[2] not in (GraphKeys.GLOBAL_STEP, *_POWERS)
        and not (is_slot(key, specs) or _is_of_keras_optimizer(key))
    )


def _is_of_keras_optimizer(key: str) -> bool:
    """Whether a checkpoint by objects, as Keras' `save_weights` writes it, has it for the optimizer."""
    return "/.OPTIMIZER_SLOT/" in key or key.startswith("optimizer/")
