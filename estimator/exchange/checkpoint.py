"""Checkpoints of a model_dir as one side of a conversion: which keys are weights, and which are an optimizer's.

A slot lies below its variable, under the name of its optimizer, and its key may have a scope before it or the part of
a canned model in it: ``dense/kernel/Adam``, ``dnn/logits/bias/t_0/Adam_1``, ``training/Adam/dnn/logits/bias/m``. The
powers of Adam's betas are variables, too, and follow from the number of its steps.

Source
------
Checkpoints of tf.train.Saver and of tf.estimator's canned models, TensorFlow 1.15 and 2.15
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Collection, Mapping

import numpy as np

from estimator.checkpoint.keras_names import is_keras_state, power_after
from estimator.checkpoint.reader import load_checkpoint
from estimator.core.dtypes import as_dtype, bfloat16, float32, int64
from estimator.core.errors import UsageError
from estimator.core.named_tuple import NamedTuple
from estimator.exchange.held import MOMENTS, Array, Held, cast
from estimator.formats.safetensors import TypedArray
from estimator.model_dir.claim import claimed
from estimator.model_dir.file_names import DEFAULT_BASENAME, checkpoint_name
from estimator.model_dir.finding import kept_with, latest_prefix
from estimator.model_dir.retention import SavedCheckpoint
from estimator.model_dir.series import CheckpointSeries

GLOBAL_STEP = "global_step"
_OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH"
_POWERS = {"beta1_power": 0, "beta2_power": 1}
_PART = re.compile(r"/(?:t|part)_\d+$")
_KERAS = re.compile(r"training(?:_\d+)?/(?P<optimizer>[^/]+)/(?P<owner>.+)/(?P<slot>[^/]+)")
_OPTIMIZERS = re.compile(
    r"(?:Adam|Momentum|Adagrad|RMSProp|Ftrl|Adadelta|AdagradDA|ExponentialMovingAverage)(?:_\d+)?"
)
_SLOTS = {moment.slot: moment.torch for moment in MOMENTS}
_KERAS_SLOTS = {moment.keras: moment.torch for moment in MOMENTS if moment.keras}
_MOST_STEPS_BY_POWER = 0.5  # of two numbers of steps that two powers tell, how far apart they may be


class _Slot(NamedTuple):
    owner: str
    name: str
    kind: str | None


def read(path: str, with_optimizer: bool = True) -> Held:
    """What a checkpoint holds: that of a prefix, or the latest of a directory.

    Raises
    ------
    OpError
        If there is none, or it is damaged.
    UsageError
        If it is one of tf.train.Checkpoint, whose names are those of Python attributes.
    """
    with load_checkpoint(path) as reader:
        types = reader.get_variable_to_dtype_map()
        values = {
            name: TypedArray(np.asarray(reader.get_tensor(name)), types[name]) for name in reader.names()
        }
        held = Held(reader.prefix)
    if _OBJECTS in values:
        raise UsageError(
            held.where,
            ["it was saved by tf.train.Checkpoint; train with the model once, and convert its model_dir."],
        )
    step = values.get(GLOBAL_STEP)
    held.step = None if step is None or step.array.size != 1 else int(step.array)
    for key, value in values.items():
        slot = _slot_of(key, value.array.shape, values)
        if slot is None and not _is_state(key):
            held.weights[key] = value
        elif slot is not None and slot.kind is not None and with_optimizer:
            held.keys[slot.kind, slot.owner] = key
            held.moments.setdefault(slot.kind, {})[slot.owner] = (
                cast(value, float32) if value.dtype is bfloat16 else value
            ).array
        else:
            held.others[key] = value
            if slot is not None and slot.kind is None and slot.name not in held.unknown:
                held.unknown.append(slot.name)
    return held


def _is_state(key: str) -> bool:
    return key == GLOBAL_STEP or _power(key) is not None or is_keras_state(key)


def _power(key: str) -> int | None:
    """Of which beta a variable is the power."""
    return _POWERS.get(re.sub(r"_\d+$", "", key.rpartition("/")[2]))


def _slot_of(key: str, shape: tuple[int, ...], values: Mapping[str, TypedArray]) -> _Slot | None:
    """Whose slot a key is; None for what is no slot."""
    keras = _KERAS.fullmatch(key)
    if keras is not None:
        kind = _KERAS_SLOTS.get((keras["optimizer"], keras["slot"]))
        return (
            _Slot(keras["owner"], f"{keras['optimizer']}/{keras['slot']}", kind)
            if keras["owner"] in values
            else None
        )
    above, _, last = key.rpartition("/")
    owner = _owner(_PART.sub("", above), values, is_scoped=_OPTIMIZERS.fullmatch(last) is not None)
    if owner is None or (not _OPTIMIZERS.fullmatch(last) and values[owner].array.shape != shape):
        return None
    return _Slot(owner, last, _SLOTS.get(last))


def _owner(path: str, names: Collection[str], is_scoped: bool) -> str | None:
    """The variable of that name; of a slot that may lie in a scope, the longest that the path ends with."""
    parts = path.split("/")
    candidates = ["/".join(parts[start:]) for start in range(len(parts) if is_scoped else 1)]
    return next((name for name in candidates if name in names), None)


# -- an optimizer's steps ----------------------------------------------------------------------------------------------


def optimizer_steps(held: Held, betas: tuple[float, float]) -> int | None:
    """How many steps Adam has made, by the powers of its betas; None if they do not tell.

    The global step is another number where the optimizer has begun later.
    """
    step = held.step or 0
    powers = {
        number: float(value.array)
        for key, value in held.others.items()
        if (number := _power(key)) is not None
    }
    if powers and all(power == float(_power_after(betas[number], step)) for number, power in powers.items()):
        return step
    told = [
        math.log(power) / math.log(betas[number]) - 1
        for number, power in sorted(powers.items())
        if np.finfo(np.float32).tiny < power < 1 and 0 < betas[number] < 1
    ]
    agree = told and max(told) - min(told) <= _MOST_STEPS_BY_POWER + 1e-4 * max(told)
    return round(told[-1]) if agree else None


def _power_after(beta: float, steps: int) -> Array:
    return power_after(np.asarray(beta, np.float32), steps)


# -- writing -----------------------------------------------------------------------------------------------------------


def tensors_of(held: Held, like: Held | None) -> dict[str, TypedArray]:
    """What is written for weights and moments: under the keys of `like`, else under those of tf.train's optimizers.

    Of what the optimizer keeps beside its moments, all is written or nothing, as there are moments or none.
    """
    step = int(held.step or 0)
    found = dict(held.weights)
    step_type = like.others[GLOBAL_STEP].dtype if like is not None and GLOBAL_STEP in like.others else int64
    found[GLOBAL_STEP] = cast(TypedArray(np.asarray(step), int64), step_type)
    slots = {moment.torch: moment.slot for moment in MOMENTS}
    keys = {} if like is None else like.keys
    for kind, arrays in held.moments.items():
        for name, array in arrays.items():
            key = keys.get((kind, name), f"{name}/{slots[kind]}")
            found[key] = cast(TypedArray(array, as_dtype(array.dtype)), held.weights[name].dtype)
    if "exp_avg" in held.moments:
        found |= _of_adam(held, like)
    return found


def _of_adam(held: Held, like: Held | None) -> dict[str, TypedArray]:
    """The powers of its betas, and what Keras' Adam keeps beside the moments."""
    betas = tuple(held.hyper.get("betas", (0.9, 0.999)))
    steps = int(held.optimizer_step if held.optimizer_step is not None else held.step or 0)
    others = {} if like is None else like.others
    found = {key: value for key, value in others.items() if is_keras_state(key)}
    counts = {key: value for key, value in found.items() if key.endswith("/iter")}
    found |= {key: cast(TypedArray(np.asarray(steps), int64), value.dtype) for key, value in counts.items()}
    is_keras = any(map(is_keras_state, () if like is None else like.keys.values()))
    keys = [key for key in others if _power(key) is not None] or ([] if is_keras else list(_POWERS))
    for key in keys:
        beta = betas[_power(key) or 0]
        dtype = others[key].dtype if key in others else float32
        found[key] = cast(TypedArray(_power_after(beta, steps), float32), dtype)
    return found


def wanted_moments(like: Held) -> tuple[str, ...]:
    """The moments that the optimizer of a checkpoint keeps."""
    return (*dict.fromkeys(kind for kind, _ in like.keys), *like.unknown)


def name_for(step: int | None) -> str:
    """What the checkpoint of that step is called."""
    return checkpoint_name(DEFAULT_BASENAME, step or 0)


def save(directory: str, name: str, tensors: Mapping[str, TypedArray]) -> str:
    """Save a checkpoint beside those that are there, as a training does; it becomes the latest.

    Returns
    -------
    str
        Its prefix.

    Raises
    ------
    OpError
        If the system refuses, somebody trains there, or a weight has NaN or infinity in it.
    """
    with claimed(directory):
        series = CheckpointSeries(directory, keep_max=None)
        latest = latest_prefix(directory)
        kept = [] if latest is None else kept_with(latest)
        series.continue_from(SavedCheckpoint(info.name, info.timestamp) for info in kept)
        arrays = {key: np.asarray(value.array, order="C") for key, value in tensors.items()}
        types = {key: value.dtype for key, value in tensors.items() if value.dtype is bfloat16}
        return series.save(name, arrays, dtype_of=types, anew=True)


def is_there(path: str) -> bool:
    """Whether there is a checkpoint of that prefix."""
    return os.path.exists(f"{path}.index")
