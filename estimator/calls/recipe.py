"""``.recipe.json`` in the model_dir: what a ready-made model is, so that nobody needs its source to serve it.

It has the class and what its constructor was given, a line for each argument::

    {"estimator_recipe": 1,
     "estimator": "DNNClassifier",
     "arguments": {
      "hidden_units": [10, 10],
      "feature_columns": [{"class_name": "NumericColumn", "config": {"key": "age", ...}}],
      "n_classes": 3}}

Columns, heads, initializers and normalizers are written as class and config, functions of this package by name. What
is somebody's own (a function as normalizer_fn, an activation) cannot be written: ``{"custom": "age.normalizer_fn",
"was": "<function ...>"}`` stands there, and whoever reads the recipe is told that name. Directory, settings and where
first weights come from are no part of a model.

The file is written at the first step of a training, if it would change.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Mapping
from types import FunctionType
from typing import Any

import numpy as np

from estimator.columns.column import FeatureColumn, Normalizer
from estimator.core import log
from estimator.core.arguments import arguments_of, defaults_of
from estimator.core.dtypes import DType
from estimator.core.errors import NotFoundError, OpError
from estimator.core.files import read_regular
from estimator.core.shown import shorten
from estimator.functions import math, nn
from estimator.model_dir.own_files import own_path
from estimator.model_dir.storage import write_atomically
from estimator.models.heads.head import Head
from estimator.variables.initializers import ConfiguredInitializer

FILE = ".recipe.json"
FORM = 1
FUNCTIONS = {"math": math, "nn": nn}  # modules whose functions are written by name

_MOST_BYTES = 256 << 20  # a vocabulary may be long
_MOST_NUMBERS = 1 << 16  # of an array; a table of words' vectors is no part of a recipe
_BEGIN = b'{"estimator_recipe": '
_OF_A_MODEL_FN = {"estimator_recipe": FORM, "estimator": None}
_NOT_OF_THE_MODEL = frozenset(("model_dir", "config", "warm_start_from"))
# a table's first values, which its checkpoint has by now
_ONLY_AT_FIRST = frozenset(("ckpt_to_load_from", "tensor_name_in_ckpt"))


def described(class_name: str, arguments: Mapping[str, Any], model_dir: str | None = None) -> dict[str, Any]:
    """A ready-made model as plain values.

    Parameters
    ----------
    class_name : str
        Of the ready-made class.
    arguments : mapping of str to object
        What its constructor was given.
    model_dir : str, optional
        Files in it are named from there on, so that it can be moved.
    """
    describe = _Description(model_dir)
    values = {
        name: describe.value(value, name)
        for name, value in arguments.items()
        if name not in _NOT_OF_THE_MODEL
    }
    return {"estimator_recipe": FORM, "estimator": class_name, "arguments": values}


class _Description:
    """Describes the values of one recipe; what is somebody's own gets a name that nothing else in it has."""

    def __init__(self, model_dir: str | None = None) -> None:
        self._model_dir = model_dir
        self._custom: dict[str, Any] = {}

    def value(self, value: Any, place: str) -> Any:
        """The value as JSON has it; `place` is what it would be called."""
        if value is None or type(value) in (bool, int, float, str):
            return value
        if isinstance(value, str):  # an Enum, or a text of numpy's
            return str.__str__(value)
        if isinstance(value, (int, float)):
            return int(value) if isinstance(value, int) else float(value)
        if isinstance(value, np.generic) and value.dtype.kind in "biufSU":
            return self.value(value.item(), place)
        if isinstance(value, bytes):
            return {"bytes": value.hex()}
        if isinstance(value, DType):
            return value.name
        if isinstance(value, np.ndarray) and value.size <= _MOST_NUMBERS and value.dtype.kind in "biuf":
            return value.tolist()
        if type(value) in (tuple, list):
            return [self.value(item, place) for item in value]
        if _is_of_ours(type(value)):
            if isinstance(value, FeatureColumn):
                return self._column(value)
            if isinstance(value, (Head, ConfiguredInitializer, Normalizer)):
                return self._object(value, place)
        name = _name_of_ours(value)
        return {"function": name} if name else self._somebodys_own(value, place)

    def _column(self, column: FeatureColumn) -> Any:
        fields = {name: None if name in _ONLY_AT_FIRST else value for name, value in column._asdict().items()}
        path = fields.get("vocabulary_file")
        if isinstance(path, str) and "://" not in path:
            fields["vocabulary_file"] = self._lasting(path)
        config = {name: self.value(value, f"{column.name}.{name}") for name, value in fields.items()}
        return {"class_name": type(column).__name__, "config": config}

    def _lasting(self, path: str) -> str:
        """The path for those who read it elsewhere: from the model_dir on if it lies there, else absolute."""
        if self._model_dir is None:
            return os.path.abspath(path)
        folder, real = os.path.join(os.path.realpath(self._model_dir), ""), os.path.realpath(path)
        is_inside = real.startswith(folder)
        return real[len(folder) :].replace(os.sep, "/") if is_inside else os.path.abspath(path)

    def _object(self, value: Any, place: str) -> Any:
        """A head, an initializer or a normalizer by what it was made of."""
        if isinstance(value, Head):  # with its defaults, or the same head would look like another one
            given = defaults_of(value) | (arguments_of(value) or {})
        else:
            given = value.get_config()
        config = {name: self.value(item, f"{place}.{name}") for name, item in given.items()}
        return {"class_name": type(value).__name__, "config": config}

    def _somebodys_own(self, value: Any, place: str) -> dict[str, str]:
        by_name = isinstance(value, FunctionType) and value.__qualname__.isidentifier()
        own = (
            [value.__name__] if by_name else []
        )  # others are made where they stand, and may differ under one name
        names = itertools.chain(own, [place], (f"{place}_{number}" for number in itertools.count(2)))
        name = next(name for name in names if self._custom.setdefault(name, value) is value)
        return {"custom": name, "was": getattr(value, "__qualname__", type(value).__name__)}


def _is_of_ours(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == __name__.partition(".")[0]


def _name_of_ours(value: Any) -> str | None:
    """``nn.relu`` for that function; None for what is not one of ours."""
    name = getattr(value, "__name__", "")
    homes = (home for home, module in FUNCTIONS.items() if getattr(module, name or " ", None) is value)
    home = next(homes, None) if isinstance(value, FunctionType) else None
    return None if home is None else f"{home}.{name}"


def record_recipe(model_dir: str, class_name: str | None, arguments: Mapping[str, Any] | None) -> None:
    """Write the recipe of the model that is trained there, if it is another than the one that stands there.

    A model of the user's own has none, and says so where a ready-made one has trained before. What cannot be written
    is a warning.
    """
    path = os.path.join(model_dir, FILE)
    is_ready_made = class_name is not None and arguments is not None
    try:
        own = own_path(path, _MOST_BYTES, _is_ours)
        if not is_ready_made and not os.path.exists(own):
            return
        text = _written(
            described(str(class_name), arguments or {}, model_dir) if is_ready_made else _OF_A_MODEL_FN
        )
        if _read(own) != text:
            write_atomically(own, text)
    except (OpError, OSError, ValueError, RecursionError) as error:  # odd arguments, too, end no training
        log.warning("%s is not kept up to date: %s.", path, error)


def copy_recipe(model_dir: str, target: str) -> None:
    """Write the recipe of a model_dir into another one, whose model is the same; nothing happens if there is none.

    What cannot be read or written is a warning.
    """
    try:
        text = _read(own_path(os.path.join(model_dir, FILE), _MOST_BYTES, _is_ours))
        own = own_path(os.path.join(target, FILE), _MOST_BYTES, _is_ours)
        if text is not None and _is_ours(text) and _read(own) != text:
            write_atomically(own, text)
    except (OpError, OSError) as error:
        log.warning("%s is not copied to %s: %s.", os.path.join(model_dir, FILE), target, error)


def read_recipe(model_dir: str) -> dict[str, Any] | None:
    """The recipe in a model_dir; None if there is none.

    Raises
    ------
    OpError
        If it cannot be read.
    ValueError
        If it is damaged, or of a form that a later version writes.
    """
    own = own_path(os.path.join(model_dir, FILE), _MOST_BYTES, _is_ours)
    text = _read(own)
    if text is None:
        return None
    try:
        recipe = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{own} is damaged: {error}. The next training writes it anew.") from None
    if not isinstance(recipe, dict) or recipe.get("estimator_recipe") != FORM:
        raise ValueError(
            f"{own} is of the form {shorten(recipe.get('estimator_recipe'))}, and this version of the package reads "
            f"{FORM}; a later one may read it."
        )
    return recipe


def _written(recipe: Mapping[str, Any]) -> bytes:
    """The recipe as text, an argument a line: of long vocabularies, a line of its own for each word reads no better."""
    *head, (last, arguments) = [*recipe.items()]
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in head]
    if isinstance(arguments, dict) and arguments:
        inner = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in arguments.items()]
        lines.append(f"{json.dumps(last)}: {{\n  " + ",\n  ".join(inner) + "}")
    else:
        lines.append(f"{json.dumps(last)}: {json.dumps(arguments)}")
    return ("{" + ",\n ".join(lines) + "}\n").encode()


def _is_ours(contents: bytes) -> bool:
    return not contents.strip() or contents.startswith(_BEGIN)


def _read(path: str) -> bytes | None:
    try:
        return read_regular(path, _MOST_BYTES)
    except NotFoundError:
        return None
