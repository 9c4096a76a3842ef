"""Values as log lines and messages show them."""

from __future__ import annotations

from typing import Any

import numpy as np

_DIGITS = 6


def shown(value: Any) -> str:
    """The value as text, floating numbers with six significant digits, or all that stand before the point.

    Example
    -------
    >>> shown(np.float64(0.1) + np.float64(0.2)), shown(np.float32(2.0)), shown(200), shown(12345678.9)
    ('0.3', '2.0', '200', '12345679.0')
    """
    if isinstance(value, (int, np.integer)):
        return str(value)
    if not isinstance(value, (float, np.floating)):
        with np.printoptions(suppress=True, precision=_DIGITS):
            return str(value)
    number = float(value)
    if 10**_DIGITS <= abs(number) < 1e16:
        return f"{number:.0f}.0"
    text = f"{number:.{_DIGITS}g}"
    return f"{text}.0" if text.lstrip("-").isdigit() else text


def shorten(value: Any) -> str:
    """The value as a message shows it, 80 characters at most."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def shown_bytes(count: float) -> str:
    """A number of bytes in the unit that fits it.

    Example
    -------
    >>> shown_bytes(512), shown_bytes(1536), shown_bytes(3 * 2**30)
    ('512 B', '1.5 KiB', '3.0 GiB')
    """
    units = iter(("B", "KiB", "MiB", "GiB", "TiB"))
    unit = next(units)
    while count >= 1024 and unit != "TiB":
        count, unit = count / 1024, next(units)
    return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
