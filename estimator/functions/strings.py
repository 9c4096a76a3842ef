"""Functions of strings, under TensorFlow's names."""

from __future__ import annotations

from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Tensor


def as_string(
    input: Any,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Tensor:
    """Numbers as text: integers in decimal, floats with six decimals, booleans as true and false.

    Source
    ------
    tf.strings.as_string, TF 1.15
    """
    format_: dict[str, Any] = {
        "precision": precision,
        "scientific": scientific,
        "shortest": shortest,
        "width": width,
        "fill": fill,
    }
    return b.AsString(input, name=name, **format_)
