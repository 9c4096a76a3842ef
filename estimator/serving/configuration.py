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
from typing import Any

from estimator.core.counts import whole_number
from estimator.core.errors import NotFoundError, raise_problems
from estimator.core.registry import did_you_mean, shortened
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
        if not isinstance(settings[key], str) or not settings[key]:
            yield key, f"{key} must be a path, given: {settings[key]!r}."
    for key, other in _ONLY_WITH.items():
        if key in settings and places and other not in places:
            yield key, f"{key} goes with {other}."
    if not _is_checkpoint(settings.get("checkpoint", 0)):
        yield "checkpoint", f"checkpoint must be latest, best or a step, given: {settings['checkpoint']!r}."
    if not _are_versions(settings.get("versions", "latest")):
        yield (
            "versions",
            (
                "versions must be latest, all, how many of the latest, or a list of numbers; "
                f"given: {settings['versions']!r}."
            ),
        )
    for problem in _problems_of_labels(settings.get("labels", {}), settings.get("versions")):
        yield "labels", problem


def _problems_of_labels(labels: object, versions: object) -> Iterator[str]:
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


def problems_of_name(name: object) -> Iterator[str]:
    """A sentence, if that cannot be a model's name."""
    if not isinstance(name, str):
        yield f"a model's name is text, given: {name!r}."
    elif not _stands_in_paths(name):
        yield f"a model's name stands in paths, without '/' or ':'; given: {name!r}."


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


def _stands_in_paths(name: str) -> bool:
    return bool(name) and "/" not in name and ":" not in name


def _is_whole(value: object) -> bool:
    return whole_number(value) is not None and int(value) >= 0  # type: ignore[call-overload]


def _is_checkpoint(value: object) -> bool:
    return value in ("latest", "best") if isinstance(value, str) else _is_whole(value)


def _are_versions(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_whole, value))
    return value in ("latest", "all") if isinstance(value, str) else _is_whole(value) and bool(value)
