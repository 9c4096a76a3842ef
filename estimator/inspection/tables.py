"""Tables for people: they fit the terminal, numbers stand flush right, long names lose their middle."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Sequence

_WIDTH = 80  # where nobody says how wide it is: a pipe, a file
_NARROWEST_NAME = 12
_GAP = "  "
_CUT = "..."


def terminal_width() -> int:
    """How many columns there are: what COLUMNS says, or the terminal; 80 otherwise."""
    return shutil.get_terminal_size(fallback=(_WIDTH, 24)).columns


def table(rows: Sequence[Sequence[str]], align: str, width: int, indent: str = "  ") -> list[str]:
    """The lines of a table. The first column gives way where the whole is too wide.

    Where two names would look the same, names have lines of their own, above what is said of them.

    Parameters
    ----------
    rows : sequence of sequence of str
        The heading is the first.
    align : str
        A letter a column: ``l`` or ``r``.
    width : int
        Of the terminal.
    indent : str
        Before each line.

    Example
    -------
    >>> print(*table([("name", "size"), ("dnn/hiddenlayer_0/kernel", "160 B")], "lr", 27), sep="\\n")
      name                 size
      dnn/h...r_0/kernel  160 B
    """
    texts = [[printable(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in texts) for column in range(len(align))]
    others = sum(widths[1:]) + len(_GAP) * (len(widths) - 1) + len(indent)
    widths[0] = min(widths[0], max(width - others, _NARROWEST_NAME))
    names = [cut(row[0], widths[0]) for row in texts]
    lines = []
    if len({*names}) == len({row[0] for row in texts}):
        for name, row in zip(names, texts, strict=True):
            lines.append(indent + _placed([name, *row[1:]], widths, align))
        return lines
    widths[0] = len(texts[0][0])
    for number, row in enumerate(texts):
        if number > 0:
            lines.append(indent + cut(row[0], width - len(indent)))
        lines.append(indent + _placed(["" if number else row[0], *row[1:]], widths, align))
    return lines


def _placed(cells: Sequence[str], widths: Sequence[int], align: str) -> str:
    placed = [
        cell.rjust(size) if side == "r" else cell.ljust(size)
        for cell, size, side in zip(cells, widths, align, strict=True)
    ]
    return _GAP.join(placed).rstrip()


def cut(text: str, width: int) -> str:
    """The text without its middle if it is too long. More of its end stays, in which names of variables differ.

    Example
    -------
    >>> cut("dnn/hiddenlayer_0/kernel", 18)
    'dnn/h...r_0/kernel'
    """
    if len(text) <= width:
        return text
    kept = max(width - len(_CUT), 3)
    return text[: kept // 3] + _CUT + text[-(kept - kept // 3) :]


def printable(text: str) -> str:
    """The text with what would move the cursor or colour the terminal escaped: names come from files of strangers.

    Example
    -------
    >>> printable("dnn\\x1b[31m/ü")
    'dnn\\\\x1b[31m/ü'
    """
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text
    )


def shown_time(seconds: float | None) -> str:
    """A time in the time zone of who reads it."""
    if seconds is None:
        return "-"
    try:
        return datetime.datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):  # somebody has set the clock of a file to something else
        return "?"


def told_time(seconds: float | None) -> str | None:
    """A time for programs: UTC, in the form of ISO 8601."""
    if seconds is None:
        return None
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return None


def number(value: float | None) -> str:
    """Four digits, as a column has room for; a dash where there is nothing to be told."""
    return "-" if value is None else f"{value:.4g}"


def counted(count: int, what: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
