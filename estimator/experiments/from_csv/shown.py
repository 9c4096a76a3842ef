"""A guess as a table for people."""

from __future__ import annotations

import unicodedata

from estimator.experiments.from_csv.guessing import Guess, classes_told
from estimator.experiments.from_csv.kinds import Column
from estimator.experiments.from_csv.labels import CLASSES

_LONGEST = 28  # of a name, and of some values
_DELIMITERS = {"\t": "tabulators", ",": "commas", ";": "semicolons", "|": "bars"}


def table_of(guess: Guess, width: int) -> str:
    """What the columns were taken for, and why.

    Parameters
    ----------
    guess : Guess
    width : int
        Characters on a line.
    """
    return "\n".join([*_head(guess), "", *_rows(guess, width)])


def _head(guess: Guess) -> list[str]:
    sample, label = guess.sample, guess.label
    parted = _DELIMITERS.get(sample.delimiter, repr(sample.delimiter))
    names = "names in the first line" if sample.has_header else "no names in the first line"
    about = "" if sample.is_whole else "about "
    seen = "" if sample.is_whole else f"; looked at {len(sample.rows)} from all over it"
    missing = f"; {guess.missing!r} stands for what is missing" if guess.missing else ""
    lines = [
        f"{sample.path}: {about}{sample.row_count} rows of {len(sample.names)} columns, parted by {parted}, "
        f"{names}{seen}{missing}"
    ]
    if label.task == CLASSES:
        learned = f"{len(label.classes)} classes: {classes_told(label)}"
    else:
        learned = f"numbers, on the average {label.mean:.4g}, with a standard deviation of {label.std:.4g}"
    return [*lines, f"label: {label.name} ({label.chosen}), {learned}"]


def _rows(guess: Guess, width: int) -> list[str]:
    rows = [("column", "kind", "missing", "values", "why")]
    rows += [
        (one_line(column.name), column.kind, str(column.missing or ""), _examples(column), column.why)
        for column in guess.columns
    ]
    sizes = [max(map(_size, cells)) for cells in zip(*rows, strict=True)]
    sizes = [
        min(size, most) for size, most in zip(sizes, (_LONGEST, width, width, _LONGEST, width), strict=True)
    ]
    lines = ("  ".join(_padded(cell, size) for cell, size in zip(row, sizes)).rstrip() for row in rows)
    return [_cut(line, width) for line in lines]


def _examples(column: Column) -> str:
    return ", ".join(one_line(value) for value in column.examples)


def one_line(text: str) -> str:
    """The text as it is; in quotes if it has more than one line, or blanks at its ends that nobody would see."""
    return text if text.isprintable() and text == text.strip() and text else repr(text)


def _size(text: str) -> int:
    """How many places a text takes on a terminal."""
    return sum(_places(letter) for letter in text)


def _places(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _padded(text: str, size: int) -> str:
    shown = _cut(text, size)
    return shown + " " * (size - _size(shown))


def _cut(text: str, size: int) -> str:
    if _size(text) <= size:
        return text
    shown = ""
    for letter in text:
        if _size(shown + letter) > size - 3:
            break
        shown += letter
    return shown + "..."
