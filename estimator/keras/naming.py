"""The names of layers and of other things of a graph: ``dense``, ``dense_1``."""

from __future__ import annotations

import re
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.graph.graph import get_default_graph


def in_snake_case(class_name: str) -> str:
    """``LSTMCell`` as ``lstm_cell``; what begins with an underscore is private, since no scope begins so."""
    words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", class_name)
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()
    return f"private{words}" if words.startswith("_") else words


def unique_name(kind: str) -> str:
    """The next name of a kind in the default graph; the first has no number. One that a user chose may come again."""
    number = _next(unique_name, kind) - 1
    return f"{kind}_{number}" if number else kind


def get_uid(prefix: str = "") -> int:
    """The next number of a prefix in the default graph, from 1 on.

    Source
    ------
    tf.keras.backend.get_uid, TF 2.15
    """
    return _next(get_uid, prefix)


def reset_uids() -> None:
    """Begin to count anew in the default graph: the next layer is ``dense`` again.

    Source
    ------
    tf.keras.backend.reset_uids, TF 2.15
    """
    for counter in (unique_name, get_uid):
        _counts(counter).clear()


def _next(counter: Any, name: str) -> int:
    counts = _counts(counter)
    counts[name] = counts.get(name, 0) + 1
    return counts[name]


def _counts(counter: Any) -> dict[str, int]:
    counts: dict[str, int] = get_default_graph().outermost.kept_for(counter, dict)
    return counts


near_keywords_of_functions(__name__)
