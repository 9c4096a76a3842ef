"""Values on one line of YAML, for texts that people go on to edit: ``{key: age, boundaries: [18.0, 65.0]}``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_/.-]*(?: [A-Za-z0-9_/.-]+)*")
# what some reader of YAML, or a person, takes for something else
_NO_TEXTS = frozenset("y n yes no on off true false null none nil nan inf infinity".split())
# what JSON leaves as it is, and YAML does not: ends of lines, and what nobody can see
_UNSEEN = re.compile("[\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]")


def flow(value: Any) -> str:
    """The value as YAML on one line; texts that could be taken for something else stand in quotes.

    Parameters
    ----------
    value : None, bool, int, float, str, or a list or mapping of such
        Numbers are finite.

    Example
    -------
    >>> print(flow({"key": "age", "words": ["a b", "no", "007", "x: y"], "mean": 1e-07, "label": None}))
    {key: age, words: [a b, "no", "007", "x: y"], mean: 1.0e-07, label: null}
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(name)}: {flow(item)}" for name, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and value.lower() not in _NO_TEXTS
        return value if is_plain else _quoted(value)
    if isinstance(value, float):
        text = repr(value)
        return (
            text.replace("e", ".0e") if "e" in text and "." not in text else text
        )  # 1e-07 is a text to YAML 1.1
    return json.dumps(value)


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
