"""What is wrong with the settings of a model, as far as that can be told without a look at its place.

Each function yields a sentence for whatever is wrong: for the file of a server, for its flags, and for who makes
sources in Python.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from estimator.core.counts import whole_number


def problems_of_name(name: object) -> Iterator[str]:
    """Why that cannot be a model's name."""
    if not isinstance(name, str):
        yield f"a model's name is text, given: {name!r}."
    elif not _stands_in_paths(name):
        yield f"a model's name stands in paths, without '/' or ':'; given: {name!r}."


def problems_of_path(key: str, path: object) -> Iterator[str]:
    """Why that cannot be the path of a folder."""
    if not isinstance(path, (str, os.PathLike)) or not path:
        yield f"{key} must be a path, given: {path!r}."


def problems_of_checkpoint(checkpoint: object) -> Iterator[str]:
    """Why that cannot say which checkpoint of a model_dir is served."""
    if checkpoint not in ("latest", "best") if isinstance(checkpoint, str) else not _is_whole(checkpoint):
        yield f"checkpoint must be latest, best or a step, given: {checkpoint!r}."


def problems_of_versions(versions: object) -> Iterator[str]:
    """Why that cannot say which SavedModels of a folder are served."""
    if not _are_versions(versions):
        yield f"versions must be latest, all, how many of the latest, or a list of numbers; given: {versions!r}."


def problems_of_labels(labels: object, versions: object) -> Iterator[str]:
    """Why these cannot be names of some versions, of which a list may be all that there will be."""
    if not isinstance(labels, dict) or not all(
        isinstance(label, str) and _is_whole(version) for label, version in labels.items()
    ):
        yield f"labels must give a version to each name, given: {labels!r}."
        return
    for label, version in labels.items():
        if not _stands_in_paths(label):
            yield f"a label stands in paths, without '/' or ':'; given: {label!r}."
        if isinstance(versions, list) and version not in versions:
            yield f"the label {label!r} is of version {version}, which is not among the versions {versions}."


def _stands_in_paths(name: str) -> bool:
    return bool(name) and "/" not in name and ":" not in name


def _is_whole(value: object) -> bool:
    return whole_number(value) is not None and int(value) >= 0  # type: ignore[call-overload]


def _are_versions(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_whole, value))
    return value in ("latest", "all") if isinstance(value, str) else _is_whole(value) and bool(value)
