"""Values as JSON that every program reads: NaN and infinity, which JSON does not have, are strings."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any


def json_text(value: Any) -> str:
    """The value as JSON, indented.

    Example
    -------
    >>> print(json_text({"loss": float("nan"), "shape": (2, 3)}))
    {
      "loss": "NaN",
      "shape": [
        2,
        3
      ]
    }
    """
    return json.dumps(_plain(value), indent=2, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)  # a date, say, of YAML that somebody has written
