"""What a terminal shows of what is written to it, for the tests of lines that are rewritten."""

from __future__ import annotations

import io


class Terminal(io.StringIO):
    """Text that says it is a terminal, and what would stand on it."""

    def isatty(self) -> bool:
        return True

    @property
    def rows(self) -> list[str]:
        """Its rows, without blanks at their ends; the last one is where the cursor is."""
        return rows_of(self.getvalue())


def rows_of(text: str) -> list[str]:
    """The rows that a terminal has after this text: a carriage return goes back, what follows writes over."""
    rows: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        row: list[str] = []
        for part in line.split("\r"):
            row[: len(part)] = part
        rows.append("".join(row).rstrip())
    return rows
