"""``metadata.yaml`` in the model_dir: which code made which checkpoint.

One entry for each train call: when, from which step, with which parameters and settings, under which versions,
and the git commit of the calling script where there is one. People read it; nothing depends on it.
"""

from __future__ import annotations

import datetime
import os
import platform
import re
import sys
from importlib import metadata
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.errors import NotFoundError, OpError
from estimator.core.files import read_regular
from estimator.model_dir.storage import write_atomically
from estimator.settings.yaml_text import write_mapping

FILE = "metadata.yaml"
_MOST_BYTES = 64 << 20
_KEPT = 200  # entries; older ones are dropped
_PACKAGES = ("numpy-estimator", "numpy")


def record_train_call(model_dir: str, entry: dict[str, Any]) -> None:
    """Append an entry to the list in the file; a file that cannot be read or written is a warning.

    The file is not parsed, since that would cost more than a small training: an entry begins where a
    line begins with ``- ``.
    """
    path = os.path.join(model_dir, FILE)
    lines = write_mapping(_plain(entry)).splitlines()
    new = "".join(f"{'  ' if number else '- '}{line}\n" for number, line in enumerate(lines))
    try:
        write_atomically(path, "".join([*_entries(path)[1 - _KEPT :], new]).encode())
    except (OpError, OSError, UnicodeDecodeError) as error:
        log.warning("%s is not kept up to date: %s.", path, error)


def _entries(path: str) -> list[str]:
    try:
        text = read_regular(path, _MOST_BYTES).decode()
    except NotFoundError:
        return []
    return re.split(r"(?m)^(?=- )", text)[1:]


def describe_process() -> dict[str, Any]:
    """When, by which program, in which versions."""
    script = os.path.abspath(sys.argv[0]) if sys.argv and sys.argv[0] else None
    versions = {name: _version(name) for name in _PACKAGES}
    return {
        "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "script": script,
        "git_commit": git_commit(os.path.dirname(script)) if script else None,
        "versions": {"python": platform.python_version(), **versions},
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def git_commit(directory: str) -> str | None:
    """The commit checked out in the directory's repository, read from git's own files; None where there is none."""
    while not os.path.isdir(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
    git = os.path.join(directory, ".git")
    try:
        with open(os.path.join(git, "HEAD"), encoding="utf-8") as file:
            head = file.read().strip()
        if not head.startswith("ref: "):
            return head
        return _resolve(git, head.removeprefix("ref: "))
    except OSError:
        return None


def _resolve(git: str, ref: str) -> str | None:
    loose = os.path.join(git, *ref.split("/"))
    if os.path.isfile(loose):
        with open(loose, encoding="utf-8") as file:
            return file.read().strip()
    with open(os.path.join(git, "packed-refs"), encoding="utf-8") as file:
        found = [line.split()[0] for line in file if line.rstrip().endswith(f" {ref}")]
    return found[0] if found else None


def _plain(value: Any) -> Any:
    """The value in what YAML has; other objects as their repr."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return repr(value)
