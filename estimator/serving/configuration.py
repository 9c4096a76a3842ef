"""Which models a server has: from a YAML file, or as the flags of the command say.

::

    models:
      iris:
        model_dir: models/iris        # relative to the file
        checkpoint: best              # latest, best, or a step; default: latest
      census:
        export_dir: exports/census
        versions: [3, 4]              # latest, all, a number of the latest ones, or these; default: latest
        labels: {stable: 3, canary: 4}

All that is wrong is said at once, with its line.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import Any

from estimator.core.errors import NotFoundError, raise_problems
from estimator.core.registry import did_you_mean, shortened
from estimator.serving.sources.settings import (
    problems_of_checkpoint,
    problems_of_labels,
    problems_of_name,
    problems_of_path,
    problems_of_versions,
)
from estimator.serving.sources.source import Source
from estimator.settings.yaml_text import read_mapping_with_lines

_KEYS = ("model_dir", "checkpoint", "export_dir", "versions", "labels")
_ONLY_WITH = {"checkpoint": "model_dir", "versions": "export_dir", "labels": "export_dir"}


def sources_of_file(path: str | os.PathLike[str]) -> list[Source]:
    """The models of a YAML file.

    Raises
    ------
    NotFoundError
        If there is no such file, or folders in it are not there; all of them at once.
    ValueError
        If something in it is wrong; all of it at once, with lines.
    """
    contents, lines = read_mapping_with_lines(os.fspath(path))
    folder = os.path.dirname(os.path.abspath(path))
    found = list(_problems_of_file(contents))
    raise_problems(
        str(path), [f"line {lines[where]}: {said}" if where in lines else said for where, said in found]
    )
    return _all_sources(contents["models"], folder)


def _all_sources(models: Mapping[str, Mapping[str, Any]], folder: str) -> list[Source]:
    sources, missing = list[Source](), list[str]()
    for name, settings in models.items():
        try:
            sources.append(source_of(name, settings, folder))
        except NotFoundError as error:
            missing.append(f"model {name!r}: {error}")
    if missing:
        raise NotFoundError(" ".join(missing))
    return sources


def source_of(name: str, settings: Mapping[str, Any], folder: str = "") -> Source:
    """A model, by settings in which nothing is wrong; paths are relative to the folder.

    Raises
    ------
    NotFoundError
        If its folder is not there.
    """
    if "model_dir" in settings:
        from estimator.serving.sources.checkpoints import LATEST, Checkpoints

        path = os.path.join(folder, settings["model_dir"])
        return Checkpoints(name, path, settings.get("checkpoint", LATEST))
    from estimator.serving.sources.export_folder import ALL, ExportFolder

    path, versions = os.path.join(folder, settings["export_dir"]), settings.get("versions", "latest")
    number = {"latest": 1, "all": ALL}.get(versions, versions) if not isinstance(versions, list) else 1
    chosen = versions if isinstance(versions, list) else ()
    return ExportFolder(name, path, number, chosen, settings.get("labels"))


def problems_of(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A key and a sentence for each thing that is wrong with the settings of a model."""
    for key in settings:
        if key not in _KEYS:
            hint = did_you_mean(str(key), _KEYS) or f" There is: {shortened(_KEYS)}."
            yield key, f"there is no setting {key!r} of a model.{hint}"
    places = [key for key in ("model_dir", "export_dir") if key in settings]
    if len(places) != 1:
        yield "", "a model has a model_dir or an export_dir, one of them."
    for key in places:
        yield from zip(repeat(key), problems_of_path(key, settings[key]))
    for key, other in _ONLY_WITH.items():
        if key in settings and places and other not in places:
            yield key, f"{key} goes with {other}."
    of_others = {
        "checkpoint": problems_of_checkpoint(settings.get("checkpoint", 0)),
        "versions": problems_of_versions(settings.get("versions", "latest")),
        "labels": problems_of_labels(settings.get("labels", {}), settings.get("versions")),
    }
    for key, problems in of_others.items():
        yield from zip(repeat(key), problems)


def _problems_of_file(contents: Mapping[str, Any]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Where and what is wrong with a file."""
    for key in contents:
        if key != "models":
            yield (key,), f"there is no setting {key!r}; there is: models."
    models = contents.get("models")
    if not isinstance(models, dict) or not models:
        yield ("models",), f"`models` must have a name and settings for each model, given: {models!r}."
        return
    for name, settings in models.items():
        if wrong := list(problems_of_name(name)):
            yield ("models", str(name)), wrong[0]
        elif not isinstance(settings, dict):
            yield ("models", name), f"model {name!r} needs a model_dir or an export_dir, given: {settings!r}."
        else:
            for key, problem in problems_of(settings):
                where = ("models", name, key) if key else ("models", name)
                yield where, f"model {name!r}: {problem}"
