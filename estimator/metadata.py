"""``metadata.yaml`` in the model_dir: which code made which checkpoint.

One entry for each train call: when, from which step, with which parameters and settings, under which versions,
and the git commit of the calling script where there is one. People read it; nothing depends on it.
"""

from __future__ import annotations

import datetime
import os
import platform
import sys
from importlib import metadata
from typing import Any

import numpy as np

from estimator.checkpoint.storage import write_atomically
from estimator.config_text import read_mapping, write_mapping
from estimator.core import log

FILE = "metadata.yaml"
_KEPT = 200  # entries; older ones are dropped
_PACKAGES = ("numpy-estimator", "numpy")


def record_train_call(model_dir: str, entry: dict[str, Any]) -> None:
    """Append an entry; a file that cannot be read is begun anew, one that cannot be written is a warning."""
    path = os.path.join(model_dir, FILE)
    try:
        calls = list(read_mapping(path).get("train_calls", [])) if os.path.exists(path) else []
    except (ValueError, OSError) as error:
        log.warning("%s cannot be read (%s); it is written anew.", path, error)
        calls = []
    text = write_mapping({"train_calls": [*calls, _plain(entry)][-_KEPT:]})
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        log.warning("%s cannot be written: %s.", path, error)


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
