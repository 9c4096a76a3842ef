"""Metrics as people and programs read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from estimator.cli.rows import plain
from estimator.core.shown import shown


def shown_metrics(metrics: Mapping[str, Any]) -> str:
    """A line for each metric, the values below one another.

    Example
    -------
    >>> print(shown_metrics({"loss": 0.5, "global_step": 200}))
    global_step  200
    loss         0.5
    """
    width = max(map(len, metrics))
    return "\n".join(f"{name:<{width}}  {_shown(metrics[name])}" for name in sorted(metrics))


def _shown(value: Any) -> str:
    text = value.decode(errors="backslashreplace") if isinstance(value, bytes) else shown(value)
    return " ".join(text.split())


def metrics_json(metrics: Mapping[str, Any]) -> str:
    """One object of JSON, with null for what is no number."""
    return json.dumps({name: plain(metrics[name]) for name in sorted(metrics)}, allow_nan=False)
