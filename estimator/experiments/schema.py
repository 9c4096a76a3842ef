"""The form of experiments as JSON schema (draft 2020-12), by which editors complete, explain and check them.

It is made of what the reader goes by: the sections of :mod:`~estimator.experiments.form`, the names of
:mod:`~estimator.experiments.tables`, the kinds of input, and the signatures and docstrings of what these name. So there
is no second list to keep up.

An editor reads YAML 1.2, in which ``007`` and ``no`` have types of their own; where a text is wanted, the reader takes
any word as it stands, and so does the schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.docstrings import first_sentence, parameters_told
from estimator.experiments.arguments import LEFT_OUT, REQUIRED, Argument, arguments_of, takes_any
from estimator.experiments.form import EXPERIMENT, SECTIONS, Entry
from estimator.experiments.inputs import FUNCTION
from estimator.experiments.inputs import KINDS as INPUTS
from estimator.experiments.tables import TABLES, Table, named
from estimator.optimizers.by_name import OPTIMIZERS as OPTIMIZERS_BY_WORD
from estimator.pipeline.holding_out import MOST, PARTS
from estimator.settings.run_config import RunConfig

DRAFT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_DOTTED = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$"  # of something of the user's own
_PLAIN: dict[str, Schema] = {
    "text": {"type": ["string", "number", "boolean"]},
    "int": {"type": "integer"},
    "float": {
        "anyOf": [{"type": "number"}, {"type": "string", "pattern": "^[-+.]*([iI][nN][fF]|[nN][aA][nN])"}]
    },
    "bool": {"type": "boolean"},
    "none": {"type": "null"},
}
_PATH: Schema = {"type": "string", "pattern": _DOTTED}


def schema_text() -> str:
    """The schema as the text of a file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def schema() -> Schema:
    """The schema of an experiment."""
    maker = _Maker()
    sections = {name: maker.section(name, entries) for name, entries in SECTIONS.items()}
    settings = maker.arguments(RunConfig)
    properties = {
        name: {"description": entry.about, **maker.entry(entry)}
        for name, entry in EXPERIMENT.items()
        if entry.kind != "section"
    }
    properties |= {name: {"description": EXPERIMENT[name].about, **part} for name, part in sections.items()}
    properties["run_config"] = {"description": EXPERIMENT["run_config"].about, **settings}
    return {
        "$schema": DRAFT,
        "title": "An experiment: estimator train --config FILE",
        "type": "object",
        "properties": {name: properties[name] for name in EXPERIMENT},
        "additionalProperties": False,
        "oneOf": [{"required": ["estimator"]}, {"required": ["model_fn"]}],
        "$defs": maker.definitions,
    }


class _Maker:
    """Makes the parts of a schema; what is named often, or within itself, stands once among the definitions."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def section(self, name: str, entries: Mapping[str, Entry]) -> Schema:
        """A section with its entries."""
        properties = {
            key: {"description": entry.about, **self.entry(entry)} for key, entry in entries.items()
        }
        needed = [key for key, entry in entries.items() if entry.kind == "input"]
        return {
            "type": "object" if needed else ["object", "null"],
            "properties": properties,
            "additionalProperties": False,
            **({"required": needed} if needed else {}),
        }

    def entry(self, entry: Entry) -> Schema:
        """What an entry of a section may say."""
        return self.kind(entry.kind)

    def kind(self, kind: str) -> Schema:
        """What a value of a kind may be."""
        made = KINDS.get(kind)
        if made is not None:
            return made(self)
        if kind in TABLES:
            return self._of_table(kind)
        if kind.strip("[]") in TABLES:
            return self._one_or_more(kind.strip("[]"))
        return _plain(kind)

    def arguments(self, function: Callable[..., Any], supplied: tuple[str, ...] = ()) -> Schema:
        """The arguments of a call by name; those that may be supplied need not be there."""
        told = parameters_told(function)
        arguments = arguments_of(function)
        needed = [name for name, one in arguments.items() if one.default is REQUIRED and name not in supplied]
        return {
            "type": "object" if needed else ["object", "null"],
            "properties": {name: self._argument(one, told.get(name)) for name, one in arguments.items()},
            "additionalProperties": takes_any(function),
            **({"required": needed} if needed else {}),
        }

    def _argument(self, argument: Argument, told: str | None) -> Schema:
        found = {"description": told} if told else {}
        if argument.default is not REQUIRED and argument.default is not LEFT_OUT:
            found["default"] = argument.default
        return {**found, **self.kind(argument.kind)}

    # -- calls ---------------------------------------------------------------------------------------------------------

    def _of_table(self, kind: str) -> Schema:
        """A name, or a mapping of it to arguments; a dotted path stands for what is the user's own."""
        return self._once(kind, lambda: self._calls(TABLES[kind][0]))

    def _calls(self, table: Table) -> Schema:
        functions = {name: named(name, table) for name in table}
        alone = [name for name, function in functions.items() if "required" not in self._call(function)]
        words = [{"enum": alone}] if alone else []
        calls = {
            "type": "object",
            "properties": {name: self._call(function) for name, function in functions.items()},
            "patternProperties": {_DOTTED: {}},
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        }
        return {"anyOf": [calls, *words, _PATH]}

    def _call(self, function: Callable[..., Any]) -> Schema:
        about = first_sentence(function)
        return {**({"description": about} if about else {}), **self.arguments(function, _SUPPLIED)}

    def _once(self, name: str, make: Callable[[], Schema]) -> Schema:
        if name not in self.definitions:
            self.definitions[name] = {}  # while it is made, it may be within itself
            self.definitions[name] = {"title": name, **make()}
        return {"$ref": f"#/$defs/{name}"}

    # -- kinds ---------------------------------------------------------------------------------------------------------

    def _columns(self) -> Schema:
        return {"anyOf": [{"type": "array", "items": self._of_table("column")}, _PLAIN["none"]]}

    def _keys(self) -> Schema:
        return {"type": "array", "items": {"anyOf": [self._of_table("column"), _PLAIN["text"]]}}

    def _heads(self) -> Schema:
        return {"type": "array", "items": self._of_table("head")}

    def _weight(self) -> Schema:
        return {"anyOf": [self._of_table("column"), _PLAIN["text"], _PLAIN["none"]]}

    def _optimizer(self) -> Schema:
        return {"anyOf": [{"enum": sorted(OPTIMIZERS_BY_WORD)}, self._of_table("optimizer")]}

    def _rate(self) -> Schema:
        return {"anyOf": [_PLAIN["float"], self._of_table("decay")]}

    def _activation(self) -> Schema:
        return {"type": ["string", "null"]}

    def _function(self) -> Schema:
        return {"anyOf": [{"enum": [*TABLES["function"][0], None]}, _PATH]}

    def _normalizer_fn(self) -> Schema:
        return {"anyOf": [self._of_table("normalizer"), *self._function()["anyOf"]]}

    def _rows(self) -> Schema:
        share = {"type": "number", "exclusiveMinimum": 0, "maximum": MOST}
        parts = {"properties": dict.fromkeys(PARTS, share), "additionalProperties": False}
        return {
            "anyOf": [{"type": "object", **parts, "minProperties": 1, "maxProperties": 1}, _PLAIN["none"]]
        }

    def _comparison(self) -> Schema:
        return {"anyOf": [{"enum": [*TABLES["comparison"][0], None]}, _PATH]}

    def _own_function(self) -> Schema:
        return {"anyOf": [_PATH, _PLAIN["none"]]}

    def _initializer(self) -> Schema:
        return {"anyOf": [self._of_table("initializer"), _PLAIN["none"]]}

    def _warm_start(self) -> Schema:
        return {"anyOf": [self._of_table("warm_start"), _PLAIN["text"], _PLAIN["none"]]}

    def _one_or_more(self, kind: str) -> Schema:
        one = self._of_table(kind)
        return {"anyOf": [one, {"type": "array", "items": one}, _PLAIN["none"]]}

    def _input(self) -> Schema:
        return self._once("input", self._inputs)

    def _inputs(self) -> Schema:
        kinds = [{**self._call(named(name, INPUTS)), "type": "object", "required": [name]} for name in INPUTS]
        own = {"type": "object", "properties": {FUNCTION: _PATH}, "required": [FUNCTION]}
        return {"anyOf": [*kinds, own]}


_SUPPLIED = ("feature_columns", "serving_input_receiver_fn")  # what other parts of an experiment say

KINDS: dict[str, Callable[[_Maker], Schema]] = {
    "columns": _Maker._columns,
    "keys": _Maker._keys,
    "heads": _Maker._heads,
    "weight": _Maker._weight,
    "optimizer": _Maker._optimizer,
    "rate": _Maker._rate,
    "activation": _Maker._activation,
    "function": _Maker._function,
    "comparison": _Maker._comparison,
    "own_function": _Maker._own_function,
    "initializer": _Maker._initializer,
    "warm_start": _Maker._warm_start,
    "normalizer_fn": _Maker._normalizer_fn,
    "rows": _Maker._rows,
    "input": _Maker._input,
}


def _plain(kind: str) -> Schema:
    """What a value of plain types may be: ``"text|none"``, ``"[int]"``."""
    parts = [
        {"type": "array", "items": _PLAIN[part[1:-1]]} if part.startswith("[") else _PLAIN[part]
        for part in kind.split("|")
        if part.strip("[]") in _PLAIN
    ]
    if len(parts) < len(kind.split("|")):
        return {}  # anything
    return parts[0] if len(parts) == 1 else {"anyOf": parts}
