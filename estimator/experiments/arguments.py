"""What the arguments of a function are, by its signature: their names, kinds and defaults.

A kind says how a value in YAML is read. It is found by the argument's name, where that has one meaning in the whole
package (``optimizer``, ``feature_columns``), and by its annotation otherwise: ``str`` takes every word as it stands,
``int`` and ``float`` what Python reads in it, ``Sequence[int]`` a list of such, and ``Any`` anything.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any

from estimator.core.dtypes import DType
from estimator.core.frozen import frozen

_BY_NAME = {
    "feature_columns": "columns",
    "linear_feature_columns": "columns",
    "dnn_feature_columns": "columns",
    "categorical_columns": "columns",
    "categorical_column": "column",
    "source_column": "column",
    "keys": "keys",
    "optimizer": "optimizer",
    "linear_optimizer": "optimizer",
    "dnn_optimizer": "optimizer",
    "learning_rate": "rate",
    "head": "head",
    "heads": "heads",
    "activation_fn": "activation",
    "dnn_activation_fn": "activation",
    "initializer": "initializer",
    "normalizer_fn": "normalizer_fn",
    "inverse_link_fn": "function",
    "loss_fn": "own_function",
    "compare_fn": "comparison",
    "serving_input_receiver_fn": "own_function",
    "weight_column": "weight",
    "weight_feature_key": "text",
    "warm_start_from": "warm_start",
    "rows": "rows",
    "vocabulary_file": "text",
    "ckpt_to_initialize_from": "text",
    "output_dir": "text",
}
# What an experiment says elsewhere, or cannot say; None: not worth a word
_ELSEWHERE: dict[str, str | None] = {
    "model_dir": "it stands at the top of the experiment.",
    "config": "the settings of a run stand under run_config.",
    "estimator": "it is the experiment's own.",
    "global_step": "it is the training's own.",
    "partitioner": "into how many parts variables are cut cannot be said in YAML.",
    "input_layer_partitioner": "into how many parts variables are cut cannot be said in YAML.",
    "formatter": "a function of Python's cannot be given in YAML.",
    "session_config": "an object of Python's cannot be given in YAML.",
    "device_fn": "an object of Python's cannot be given in YAML.",
    "train_distribute": "an object of Python's cannot be given in YAML.",
    "eval_distribute": "an object of Python's cannot be given in YAML.",
    "experimental_distribute": "an object of Python's cannot be given in YAML.",
    "clock": None,
}
_OF_ONE: dict[str, str] = {"piecewise_constant": "x"}  # the global step by another name
_TEXTS = {"str": "text", "int": "int", "float": "float", "bool": "bool", "None": "none"}


@frozen
class Argument:
    """An argument that an experiment may give.

    Attributes
    ----------
    name : str
    kind : str
        ``"columns"``, ``"optimizer"``, ...; for plain values their types, such as ``"text|none"``, ``"[int]"``.
    default : object
        As plain values; REQUIRED if there is none, LEFT_OUT for one that YAML cannot say.
    """

    name: str
    kind: str
    default: Any


class Mark(Enum):
    """What stands for a default that is none."""

    REQUIRED = "required"
    LEFT_OUT = "left out"


REQUIRED, LEFT_OUT = Mark.REQUIRED, Mark.LEFT_OUT


@cache
def arguments_of(function: Callable[..., Any]) -> dict[str, Argument]:
    """The arguments of a function or class, by name, but for those that an experiment does not give."""
    hidden = _OF_ONE.get(getattr(function, "__name__", ""))
    found = {}
    for parameter in inspect.signature(function).parameters.values():
        is_named = parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        if is_named and parameter.name not in _ELSEWHERE and parameter.name != hidden:
            kind, default = kind_of(parameter.name, parameter.annotation), _default_of(parameter)
            kind = f"{kind}|none" if kind == "text" and default is None else kind
            found[parameter.name] = Argument(parameter.name, kind, default)
    return found


@cache
def takes_any(function: Callable[..., Any]) -> bool:
    """Whether a function takes keywords that its signature does not name."""
    parameters = inspect.signature(function).parameters.values()
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)


@cache
def takes(function: Callable[..., Any], name: str) -> bool:
    """Whether a function has an argument of that name."""
    return name in inspect.signature(function).parameters


def elsewhere(name: str) -> str | None:
    """Where that is said which is no argument in an experiment; None if nothing is known of it."""
    return _ELSEWHERE.get(name)


def kind_of(name: str, annotation: Any) -> str:
    """How the value of an argument is read.

    Example
    -------
    >>> kind_of("hidden_units", "Sequence[int]"), kind_of("dropout", "float | None"), kind_of("optimizer", "Any")
    ('[int]', 'float|none', 'optimizer')
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    kinds = []
    for part in map(str.strip, text.split("|")):
        listed = re.fullmatch(r"(?:Sequence|list|Iterable)\[(\w+)\]", part)
        if listed and listed[1] in _TEXTS:
            kinds.append(f"[{_TEXTS[listed[1]]}]")
        elif part in _TEXTS:
            kinds.append(_TEXTS[part])
        elif part.startswith("os.PathLike"):
            kinds.append("text")
        else:
            return "any"
    return "|".join(dict.fromkeys(kinds))


def _default_of(parameter: inspect.Parameter) -> Any:
    if parameter.default is parameter.empty:
        return REQUIRED
    return plain_default(parameter.default)


def plain_default(value: Any) -> Any:
    """A default as YAML can say it: functions and types by their names; LEFT_OUT for anything else."""
    if isinstance(value, Enum) and isinstance(value, str):
        return str(value.value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (tuple, list)):
        items = [plain_default(item) for item in value]
        return LEFT_OUT if LEFT_OUT in items else items
    if isinstance(value, DType):
        return value.name
    own = callable(value) and getattr(value, "__module__", "").startswith("estimator.")
    return value.__name__ if own and hasattr(value, "__name__") else LEFT_OUT
