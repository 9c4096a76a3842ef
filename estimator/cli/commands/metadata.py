"""``estimator metadata models/iris``: which code, data and settings made which checkpoint; as JSON on request.

Of a ``.keras`` it tells what the file says of its making.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from estimator.calls.record import FILE, read_entries
from estimator.cli.endings import DONE, ended
from estimator.cli.parser import CommandParser
from estimator.core.errors import NotFoundError
from estimator.core.files import open_regular
from estimator.inspection.json_form import json_text
from estimator.settings.yaml_text import write_mapping


def main(arguments: Sequence[str]) -> int:
    """Print the entries of a model_dir's metadata.yaml, oldest first; the exit code is 1 if there are none.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong.
    """
    given = make_parser().parse_args(arguments)
    return ended("metadata", lambda: _tell(given.model_dir, given.json))


def _tell(path: str, as_json: bool) -> int:
    entries = _of_file(path) if os.path.isfile(path) else read_entries(path)
    if not entries:
        raise NotFoundError(_absence(os.path.join(path, FILE)))
    if as_json:
        print(json_text(entries))
    else:
        print("\n".join(map(write_mapping, entries)), end="")
    return DONE


def _of_file(path: str) -> list[dict[str, Any]]:
    """What a .keras says of its making; nothing if another program wrote it."""
    from estimator.keras.saving.archive import maker  # loads what reads models

    with open_regular(path) as file:
        found = maker(file, repr(path))
    if not isinstance(found, dict):
        raise NotFoundError(f"{path!r} does not say how it was made: this package has not written it.")
    return [found]


def _absence(path: str) -> str:
    """Why a model_dir has no entries.

    Raises
    ------
    OpError
        If the file is there and cannot be read.
    """
    try:
        with open_regular(path):
            return f"{path!r} has no entries of this package's, which has not trained there."
    except NotFoundError:
        return f"{path!r} is not there: this package has not trained there."


def make_parser() -> CommandParser:
    """What reads the command's arguments."""
    parser = CommandParser(
        "metadata", "Which code, data and settings made which checkpoint, an entry for each call of train."
    )
    parser.add_argument("model_dir", metavar="MODEL_DIR", help="or a .keras file")
    parser.add_argument("--json", action="store_true", help="a JSON list in place of YAML")
    return parser
