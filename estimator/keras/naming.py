"""The names of layers and of other things of a graph: ``dense``, ``dense_1``."""

from __future__ import annotations

import re

from estimator.graph.graph import get_default_graph


def in_snake_case(class_name: str) -> str:
    """``LSTMCell`` as ``lstm_cell``; what begins with an underscore is private, since no scope begins so."""
    words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", class_name)
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()
    return f"private{words}" if words.startswith("_") else words


def unique_name(kind: str) -> str:
    """The next name of a kind in the default graph; the first has no number. One that a user chose may come again."""
    counts: dict[str, int] = get_default_graph().outermost.kept_for(unique_name, dict)
    counts[kind] = count = counts.get(kind, -1) + 1
    return f"{kind}_{count}" if count else kind
