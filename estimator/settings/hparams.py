"""Hyper-parameters with types: from keywords, from a command line's text, from JSON.

::

    hparams = HParams(learning_rate=0.1, hidden_units=[64, 32], activation="relu")
    hparams.parse("learning_rate=0.3,hidden_units=[128,64]")
    hparams.learning_rate                                       # 0.3

A parameter keeps the type of its first value: ``learning_rate=fast`` is refused, ``learning_rate=1`` is 1.0.
"""

from __future__ import annotations

import json
import numbers
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.registry import did_you_mean

# name=value or name[index]=value or name=[values], up to the next comma
_ASSIGNMENT = re.compile(
    r"(?P<name>[a-zA-Z][\w.]*)(\[\s*(?P<index>\d+)\s*\])?\s*=\s*((?P<val>[^,\[]*)|\[(?P<vals>[^\]]*)\])($|,\s*)"
)
_TRUTHS = {"true": True, "True": True, "false": False, "False": False}


class HParams:
    """Hyper-parameters by name, each with the type of its first value.

    They are attributes; what an attribute is set to is not checked, unlike what the methods are given.

    Parameters
    ----------
    hparam_def
        Not available: give the parameters as keywords.
    model_structure : object, optional
        Kept for :meth:`get_model_structure`.
    **kwargs
        The parameters. A list or tuple is one of several values of one type.

    Raises
    ------
    ValueError
        If a name is that of a method, or a list is empty.

    Source
    ------
    tf.contrib.training.HParams, TF 1.15 hparam.py
    """

    def __init__(self, hparam_def: None = None, model_structure: Any = None, **kwargs: Any) -> None:
        if hparam_def is not None:
            raise ValueError("HParams: hparam_def is not available; give the parameters as keywords.")
        self._hparam_types: dict[str, tuple[type, bool]] = {}
        self._model_structure = model_structure
        for name, value in kwargs.items():
            self.add_hparam(name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what copying and pickling ask for, before there is anything
            raise AttributeError(name)
        raise AttributeError(
            f"there is no hyperparameter {name!r}.{_nearest(name, self._hparam_types)}", name=name
        )

    def add_hparam(self, name: str, value: Any) -> None:
        """A new parameter.

        Raises
        ------
        ValueError
            If there is one of that name, it is that of a method, or a list is empty.
        """
        if getattr(self, name, None) is not None:
            raise ValueError(f"Hyperparameter name is reserved: {name}.")
        is_list = isinstance(value, (list, tuple))
        if is_list and not value:
            raise ValueError(
                f"Multi-valued hyperparameters cannot be empty: {name}; its type could not be told."
            )
        self._hparam_types[name] = type(value[0] if is_list else value), is_list
        setattr(self, name, value)

    def set_hparam(self, name: str, value: Any) -> None:
        """Change a parameter.

        Raises
        ------
        KeyError
            If there is none of that name.
        ValueError
            If the value is of another type, or a list where there is one value, or the other way round.
        """
        kind, is_list = self._type_of(name)
        if isinstance(value, (list, tuple)) != is_list:
            how = "Must pass a list for multi-valued" if is_list else "Must not pass a list for single-valued"
            raise ValueError(f"{how} parameter: {name}; given: {value!r}.")
        setattr(
            self, name, [_cast(name, kind, item) for item in value] if is_list else _cast(name, kind, value)
        )

    def _type_of(self, name: str) -> tuple[type, bool]:
        if name not in self._hparam_types:
            raise KeyError(f"there is no hyperparameter {name!r}.{_nearest(name, self._hparam_types)}")
        return self._hparam_types[name]

    def del_hparam(self, name: str) -> None:
        """Take a parameter away, if it is there."""
        if name in self._hparam_types:
            delattr(self, name)
            del self._hparam_types[name]

    def parse(self, values: str) -> HParams:
        """Change parameters by a text such as ``"rate=0.1,units=[64,32],name=big"``; the same object is returned.

        Raises
        ------
        ValueError
            As :func:`parse_values`, before anything is changed by what cannot be read.
        """
        return self.override_from_dict(
            parse_values(values, {name: kind for name, (kind, _) in self._hparam_types.items()})
        )

    def override_from_dict(self, values_dict: Mapping[str, Any]) -> HParams:
        """Change parameters by name; the same object is returned. Errors are those of :meth:`set_hparam`."""
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def set_from_map(self, values_map: Mapping[str, Any]) -> HParams:
        """The older name of :meth:`override_from_dict`."""
        return self.override_from_dict(values_map)

    def set_model_structure(self, model_structure: Any) -> None:
        """Keep an object of one's own beside the parameters."""
        self._model_structure = model_structure

    def get_model_structure(self) -> Any:
        """The object that is kept beside the parameters."""
        return self._model_structure

    def to_json(self, indent: Any = None, separators: Any = None, sort_keys: bool = False) -> str:
        """The parameters as a JSON object; the arguments are those of json.dumps."""
        return json.dumps(self.values(), indent=indent, separators=separators, sort_keys=sort_keys)

    def parse_json(self, values_json: str) -> HParams:
        """Change parameters by a JSON object; the same object is returned. Errors are those of :meth:`set_hparam`."""
        return self.override_from_dict(json.loads(values_json))

    def values(self) -> dict[str, Any]:
        """The parameters by name."""
        return {name: getattr(self, name) for name in self._hparam_types}

    def get(self, key: str, default: Any = None) -> Any:
        """A parameter, or the default if there is none of that name.

        Raises
        ------
        ValueError
            If the parameter is of another type than the default.
        """
        if key not in self._hparam_types:
            return default
        kind, is_list = self._hparam_types[key]
        if default is not None:
            shown = f"list<{kind.__name__}>" if is_list else kind.__name__
            mismatch = f"Hparam {key!r} of type {shown!r} is incompatible with default={default!r}"
            if isinstance(default, list) != is_list:
                raise ValueError(f"{mismatch}.")
            for item in default if is_list else [default]:
                try:
                    _cast(key, kind, item)
                except ValueError as error:
                    raise ValueError(f"{mismatch}. {error}") from None
        return getattr(self, key)

    def __contains__(self, key: object) -> bool:
        return key in self._hparam_types

    def __str__(self) -> str:
        return ",".join(f"{name}={value}" for name, value in self.values().items())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({sorted(self.values().items())})"


def _cast(name: str, kind: type, value: Any) -> Any:
    """A value as one of the parameter's type: a whole number may become a float, otherwise the kinds must agree."""
    if type(value) is kind or kind is type(None):
        return value
    fits = not (
        (issubclass(kind, (str, bytes)) and not isinstance(value, (str, bytes)))
        or issubclass(kind, bool) != isinstance(value, bool)
        or (issubclass(kind, numbers.Integral) and not isinstance(value, numbers.Integral))
        or (issubclass(kind, numbers.Number) and not isinstance(value, numbers.Number))
    )
    if not fits:
        raise ValueError(f"Could not cast hparam {name!r} of type {kind.__name__!r} from value {value!r}.")
    make: Callable[[Any], Any] = kind
    return make(value)


def parse_values(
    values: str, type_map: Mapping[str, Callable[[str], Any]], ignore_unknown: bool = False
) -> dict[str, Any]:
    """The values of a text of assignments, by name.

    ``name=value`` gives a value, ``name=[a,b]`` a list, ``name[2]=value`` a dict ``{2: value}``.

    Parameters
    ----------
    values : str
        Assignments with commas between: ``"rate=0.1,units=[64,32],name=big"``.
    type_map : dict of str to type
        What makes a value of its text, by name; ``bool`` takes true, True, false, False and whole numbers.
    ignore_unknown : bool
        Whether names that are not in `type_map` are passed over.

    Raises
    ------
    ValueError
        If the text is not of that form, a name is unknown or assigned twice, or a value is not of its type.

    Source
    ------
    tf.contrib.training.parse_values, TF 1.15 hparam.py
    """
    found: dict[str, Any] = {}
    place = 0
    while place < len(values):
        match = _ASSIGNMENT.match(values, place)
        if match is None:
            raise ValueError(f"Malformed hyperparameter value: {values[place:]}; name=value is wanted.")
        place = match.end()
        name = match["name"]
        if name in type_map:
            _assign(found, match, type_map[name], values)
        elif not ignore_unknown:
            raise ValueError(f"Unknown hyperparameter type for {name}.{_nearest(name, type_map)}")
    return found


def _nearest(name: str, known: Collection[str]) -> str:
    """The end of an error about a name: those like it, or else all there are."""
    return did_you_mean(name, known) or f" Known: {', '.join(known) or 'none'}."


def _assign(found: dict[str, Any], match: re.Match[str], kind: Callable[[str], Any], values: str) -> None:
    """Add one assignment to what was found."""
    name, index, several = match["name"], match["index"], match["vals"]
    if several is not None and index is not None:
        raise ValueError(f"Assignment of a list to a list index: {match[0]} in {values}.")
    texts = re.split("[ ,]+", several.strip(" ,")) if several is not None else [match["val"]]
    try:
        parsed = [_parsed(kind, text) for text in texts if text or several is None]
    except (TypeError, ValueError):
        shown = getattr(kind, "__name__", kind)
        text = match["val"] if several is None else several
        raise ValueError(
            f"Could not parse hparam {name!r} of type {shown!r} with value {text!r} in {values}."
        ) from None
    into: Any = found if index is None else found.setdefault(name, {})
    key: Any = name if index is None else int(index)
    if not isinstance(into, dict) or key in into:
        shown = name if index is None or not isinstance(into, dict) else f"{name}[{index}]"
        raise ValueError(f"Multiple assignments to variable {shown!r} in {values}.")
    into[key] = parsed if several is not None else parsed[0]


def _parsed(kind: Callable[[str], Any], text: str) -> Any:
    if kind is not bool:
        return kind(text)
    return _TRUTHS[text] if text in _TRUTHS else bool(int(text))


near_keywords_of_functions(__name__)
