"""Curves as text: a line a tag and run, of at most so many columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from estimator.summaries.curves import Curve

BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN = "_.-=+*#@"  # where the encoding has no blocks
_GAP = " "  # where there is no finite number
_MOST_NAME = 24
_LEAST_NAME = 6
_LEAST_LINE = 8
_HEADINGS = ("min", "max", "last", "steps")


def levels_for(encoding: str | None) -> str:
    """The characters for low to high values that an encoding has."""
    try:
        BLOCKS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return PLAIN
    return BLOCKS


def sparkline(values: np.ndarray[Any, Any], width: int, levels: str = BLOCKS) -> str:
    """A line of characters, as high as the values: the mean of neighbours where there are more than columns.

    Example
    -------
    >>> sparkline(np.array([0.0, 1.0, 2.0, 7.0]), 10)
    '▁▂▃█'
    """
    finite = np.where(np.isfinite(values), values, np.nan)
    size = np.nanmax(np.abs(finite)) if not np.isnan(finite).all() else 0.0
    parts = np.array_split(finite / (size or 1.0), min(width, len(values)))  # no sum is too large then
    known = [part[~np.isnan(part)] for part in parts]
    means = np.array([part.mean() if part.size else np.nan for part in known])
    is_known = ~np.isnan(means)
    if not is_known.any():
        return _GAP * len(parts)
    low, high = means[is_known].min(), means[is_known].max()
    scale = (len(levels) - 1) / (high - low) if high > low else 0.0
    places = ((np.where(is_known, means, low) - low) * scale).round().astype(int)
    middle = 0 if scale else len(levels) // 2
    return "".join(
        levels[middle + place] if is_told else _GAP for place, is_told in zip(places, is_known, strict=True)
    )


def table(curves: Mapping[str, Mapping[str, Curve]], width: int = 80, levels: str = BLOCKS) -> str:
    """The curves, tag by tag: for each run its line, and least, largest and last value and the steps.

    Parameters
    ----------
    curves : mapping
        Tag to run to curve.
    width : int
        Columns that may be used.
    levels : str
        The characters of the lines, from low to high.
    """
    rows = {
        tag: [(run, _facts(curve), curve.values) for run, curve in runs.items()]
        for tag, runs in curves.items()
    }
    facts = [facts for lines in rows.values() for _, facts, _ in lines]
    sizes = [max(map(len, column)) for column in zip(_HEADINGS, *facts, strict=True)]
    names = max((len(run) for lines in rows.values() for run, _, _ in lines), default=0)
    room = width - sum(sizes) - 2 * len(sizes) - 4  # for name and line
    name_size = min(names, _MOST_NAME, max(room - _LEAST_LINE, _LEAST_NAME))
    line_size = max(room - name_size, _LEAST_LINE)
    blocks = []
    for tag, lines in rows.items():
        heading = "  ".join(text.rjust(size) for text, size in zip(_HEADINGS, sizes, strict=True))
        left = name_size + line_size + 4
        block = [f"{_shortened(tag, left - 1):<{left}}  {heading}"]
        for run, told, values in lines:
            numbers = "  ".join(text.rjust(size) for text, size in zip(told, sizes, strict=True))
            line = sparkline(values, line_size, levels)
            block.append(f"  {_shortened(run, name_size):<{name_size}}  {line:<{line_size}}  {numbers}")
        blocks.append("\n".join(block))
    return "\n\n".join(blocks)


def _facts(curve: Curve) -> tuple[str, str, str, str]:
    finite = curve.values[np.isfinite(curve.values)]
    least, largest = (_shown(finite.min()), _shown(finite.max())) if finite.size else ("-", "-")
    first, last = int(curve.steps[0]), int(curve.steps[-1])
    return least, largest, _shown(curve.values[-1]), str(last) if first == last else f"{first}-{last}"


def _shown(value: float) -> str:
    return f"{value:.4g}"


def _shortened(text: str, size: int) -> str:
    """The text without its middle, where it is longer."""
    if len(text) <= size:
        return text
    tail = (size - 2) * 2 // 3
    return f"{text[: size - 2 - tail]}..{text[len(text) - tail :]}"
