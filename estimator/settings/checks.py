"""What a valid setting is: one sentence for each problem, TensorFlow's own where it has one.

Old scripts and their tests look for these sentences, so they stand word for word; what was given
follows them.
"""

from __future__ import annotations

import inspect
import math
import numbers
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from estimator.core.counts import whole_number
from estimator.core.registry import did_you_mean
from estimator.model_dir.path import as_model_dir

EXECUTOR_VARIABLE = "ESTIMATOR_EXECUTOR"
COUNTS = (
    "save_summary_steps",
    "save_checkpoints_steps",
    "keep_checkpoint_max",
    "log_step_count_steps",
    "steps_per_execution",
)
_AT_LEAST_0 = ("save_summary_steps", "save_checkpoints_steps", "save_checkpoints_secs", "keep_checkpoint_max")
_ABOVE_0 = (
    "keep_checkpoint_every_n_hours",
    "log_step_count_steps",
    "session_creation_timeout_secs",
    "steps_per_execution",
)
_FLAGS = (
    "checkpoint_save_graph_def",
    "require_checkpoint",
    "save_at_end",
    "metrics_jsonl",
    "split_evaluation",
)
_FLAGS_OR_NONE = ("async_checkpoint", "progress")
_CHOICES_OR_NONE = ("protocol", "gradient_reduction", "executor")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "protocol": ("grpc", "grpc+verbs"),
    "save_at_start": ("first_step", "before_first_step", "none"),
    "missing_slots": ("error", "fresh"),
    "gradient_reduction": ("mean", "sum"),
    "on_save_error": ("raise", "continue"),
    "executor": ("numpy", "interpreter", "jax"),
}


def setting_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    """A sentence, TensorFlow's where it has one, for everything that is wrong; None is always accepted."""
    if settings["save_checkpoints_steps"] is not None and settings["save_checkpoints_secs"] is not None:
        yield "`save_checkpoints_steps` and `save_checkpoints_secs` cannot be both set."
    if settings["model_dir"] is not None:
        yield from model_dir_problems(settings["model_dir"])
    for names, sign in ((_AT_LEAST_0, ">="), (_ABOVE_0, ">")):
        for name in names:
            yield from _number_problems(name, settings[name], sign)
    for name in _FLAGS:
        if not isinstance(settings[name], bool):
            yield f"{name} should be True or False, given: {settings[name]!r}."
    for name, choices in CHOICES.items():
        if not _is_choice(settings[name], choices, optional=name in _CHOICES_OR_NONE):
            yield _no_choice(name, choices, settings[name])
    yield from _keep_best_problems(settings["keep_best"])
    yield from _other_problems(settings)


def _no_choice(name: str, choices: Sequence[str], value: object) -> str:
    hint = did_you_mean(value, choices) if isinstance(value, str) else ""
    return f"{name} should be {' or '.join(choices)}, given: {value!r}.{hint}"


def environment_problems(environment: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the variables of the environment that stand for settings which are not given."""
    value, choices = environment.get(EXECUTOR_VARIABLE), CHOICES["executor"]
    if value and value not in choices:
        yield _no_choice(f"the environment variable {EXECUTOR_VARIABLE}", choices, value)


def model_dir_problems(model_dir: object) -> Iterator[str]:
    """What keeps it from being a model_dir."""
    try:
        as_model_dir(model_dir)
    except ValueError as error:
        yield str(error)


def _number_problems(name: str, value: object, sign: str) -> Iterator[str]:
    if value is None:
        return
    kind = "a whole number" if name in COUNTS else "a number"
    if not _is_number(value, whole=name in COUNTS):
        yield f"{name} should be {sign} 0, and {kind}; given: {value!r}."
    elif not (value > 0 or (sign == ">=" and value == 0)):  # type: ignore[operator]
        yield f"{name} should be {sign} 0, given: {value!r}."


def _is_number(value: object, whole: bool) -> bool:
    if whole:
        return whole_number(value) is not None
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and not math.isnan(value)


def _is_integer(value: object) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def _is_choice(value: object, choices: tuple[str, ...], optional: bool) -> bool:
    return value in choices if isinstance(value, str) else optional and value is None


def _keep_best_problems(value: Any) -> Iterator[str]:
    if value is None:
        return
    parts = list(value) if isinstance(value, (tuple, list)) else []
    if len(parts) not in (2, 3) or not isinstance(parts[0], str) or parts[1] not in ("max", "min"):
        yield (
            'keep_best should be (metric, "max" or "min", how many), for example ("accuracy", "max", 1); '
            f"given: {value!r}."
        )
    elif not _is_number(parts[-1] if len(parts) == 3 else 1, whole=True) or (parts + [1])[2] < 1:
        yield f"keep_best should keep one checkpoint or more, given: {value!r}."


def _other_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    seed, delay = settings["tf_random_seed"], settings["experimental_max_worker_delay_secs"]
    if seed is not None and not _is_integer(seed):
        yield f"tf_random_seed must be integer. Given: {seed!r}."
    elif seed is not None and whole_number(seed) is None:
        yield f"tf_random_seed must be an integer of 64 bits. Given: {seed!r}."
    if delay is not None and not _is_integer(delay):
        yield f"experimental_max_worker_delay_secs must be an integer if set. Given: {delay!r}."
    for name in _FLAGS_OR_NONE:
        if settings[name] is not None and not isinstance(settings[name], bool):
            yield f"{name} should be True, False or None, given: {settings[name]!r}."
    if settings["session_config"] is not None and not hasattr(
        settings["session_config"], "allow_soft_placement"
    ):
        yield f"session_config must be instance of ConfigProto, given: {settings['session_config']!r}."
    if settings["device_fn"] is not None and not _takes_exactly_op(settings["device_fn"]):
        yield f'device_fn must be callable with exactly one argument "op". Given: {settings["device_fn"]!r}.'


def _takes_exactly_op(device_fn: object) -> bool:
    try:
        return callable(device_fn) and list(inspect.signature(device_fn).parameters) == ["op"]
    except (TypeError, ValueError):  # a builtin without a signature
        return False
