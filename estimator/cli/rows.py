"""Predictions as rows for other programs: CSV, or JSON lines.

In CSV a value of several numbers takes several columns, ``probabilities_0``, ``probabilities_1``; in JSON it is a list.
A file is there as a whole or not at all.

Source
------
RFC 4180 for CSV, with line ends of UNIX; https://jsonlines.org
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from estimator.core.files import explained
from estimator.model_dir.storage import make_directory, open_stream, replacing

ALONE = "predictions"  # what predictions are called that have no names


def plain(value: Any) -> Any:
    """A value as JSON has it: texts for bytes, null for what is no number.

    Example
    -------
    >>> plain(np.array([0.1, np.nan], np.float32)), plain(b"setosa"), plain(np.int64(3))
    ([0.1, None], 'setosa', 3)
    """
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value] if value.ndim else plain(value[()])
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    if isinstance(value, (np.bool_, np.integer)):
        return value.item()
    if isinstance(value, (float, np.floating)):
        return float(str(value)) if math.isfinite(value) else None  # the digits that its own type needs
    return value


def csv_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The rows as lines of CSV, names first.

    Raises
    ------
    ValueError
        If a row has other columns than the first.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names: list[str] | None = None
    for number, row in enumerate(rows):
        cells = {name: cell for key, value in row.items() for name, cell in _cells(key, value)}
        if names is None:
            names = list(cells)
            writer.writerow(names)
        if list(cells) != names:
            raise ValueError(
                f"row {number} has other columns than the first, as its values have other shapes, and CSV has one "
                "header: write JSON lines, by --format json."
            )
        writer.writerow(cells.values())
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _cells(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The columns of a value, and what stands in them."""
    array = np.asarray(value)
    if array.size == 1:
        yield key, _cell(array.reshape(())[()])
        return
    for place in np.ndindex(array.shape):
        yield "_".join([key, *map(str, place)]), _cell(array[place])


def _cell(value: Any) -> Any:
    if isinstance(value, (float, np.floating)):
        return str(value)  # nan and inf, as float() reads them
    return plain(value)


def json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The rows as objects of JSON, one a line."""
    for row in rows:
        yield json.dumps(plain(row), ensure_ascii=False, allow_nan=False) + "\n"


FORMS: dict[str, Callable[[Iterable[Mapping[str, Any]]], Iterator[str]]] = {
    "csv": csv_lines,
    "json": json_lines,
}
_ENDINGS = {".json": "json", ".jsonl": "json", ".ndjson": "json"}


def form_of(path: str | None) -> str:
    """How rows are written, by the name of the file: CSV, if it says nothing else."""
    return _ENDINGS.get(os.path.splitext(path or "")[1].lower(), "csv")


def write(lines: Iterable[str], path: str | None) -> None:
    """Write lines to a file, which appears when it is complete, or print them; what is a device or pipe gets them as
    they come.

    Raises
    ------
    OpError
        If the file cannot be written.
    """
    if path is None:
        for line in lines:
            sys.stdout.write(line)
        return
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        with open_stream(path) as stream:
            stream.writelines(line.encode() for line in lines)
        return
    lines = iter(lines)
    first = list(itertools.islice(lines, 1))  # before a folder is made for nothing
    real = os.path.realpath(path)  # a link, such as /dev/stdout, stays one
    folder = os.path.dirname(real)
    make_directory(folder)
    with explained(f"cannot write {path!r}", folder), replacing(real) as file:
        for line in itertools.chain(first, lines):
            file.write(line.encode())
