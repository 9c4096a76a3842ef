"""A checkpoint as a model_dir of its own: what trains on, is evaluated and served without the one that it is of.

It has the checkpoint under its name, the state file that names it, the recipe of a ready-made model with the vocabulary
files that lie in the model_dir, the entries of metadata.yaml up to its step, and graph.pbtxt. It is put together in a
hidden folder beside its place and appears complete. What a killed process has left of one, the next copy to that place
removes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from estimator.calls.recipe import copy_recipe, read_recipe
from estimator.calls.record import copy_entries
from estimator.core import log
from estimator.core.errors import (
    AbortedError,
    AlreadyExistsError,
    InvalidArgumentError,
    NotFoundError,
    OpError,
)
from estimator.core.files import explained
from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean
from estimator.inspection.listing import GOOD, read_listing
from estimator.inspection.places import demand_checkpoint, place_of
from estimator.model_dir.copying import copy_checkpoint, copy_file
from estimator.model_dir.file_names import split_step
from estimator.model_dir.lock import marked_as_used, taken_if_abandoned
from estimator.model_dir.path import check_model_dir
from estimator.model_dir.start import Start
from estimator.model_dir.storage import LOCAL, FileOps, make_directory, remove_tree, retried
from estimator.summaries.evaluation import read_evaluations

_HIGHER = ("accuracy", "auc", "precision", "recall")
_LOWER = ("loss", "error", "perplexity")
_GRAPH = "graph.pbtxt"
_HIDDEN = re.compile(r"\.copying\.[0-9a-f]{16}")
_TRIES = 5
_TAKEN = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)


@frozen
class Choice:
    """A checkpoint that was chosen, and why.

    Parameters
    ----------
    start : Start
    why : str
        For people: ``"accuracy = 0.97, the highest of 3 evaluations"``.
    """

    start: Start
    why: str


def choose(directory: str, which: str, by: str | None = None) -> Choice:
    """The checkpoint that is meant.

    Parameters
    ----------
    directory : str
    which : str
        A step, ``"latest"`` or ``"best"``.
    by : str, optional
        The metric for the best, ``accuracy`` or ``accuracy:max``; by default what RunConfig(keep_best=...) ranks by.

    Raises
    ------
    InvalidArgumentError
        If nothing is meant by that.
    NotFoundError
        If there is none.
    """
    if by is not None and which != "best":
        raise InvalidArgumentError(f"--by goes with --copy best, given: --copy {which}.")
    if which == "latest":
        demand_checkpoint(place_of(directory))
        return Choice(Start.latest(directory), "the latest")
    if which == "best":
        return _best(directory) if by is None else _best_by(directory, by)
    if not (which.isascii() and which.isdecimal()):
        raise InvalidArgumentError(f"a step, 'latest' or 'best' is expected, given: {which!r}.")
    return Choice(Start.named(demand_checkpoint(place_of(directory, int(which)))), f"step {int(which)}")


def _best(directory: str) -> Choice:
    ranking, start = read_listing(directory).ranking, Start.best(directory)
    if ranking is None or start.prefix is None:
        raise NotFoundError(
            f"no checkpoint of {directory!r} is known as the best: RunConfig(keep_best=...) ranks them when they are "
            "evaluated. --by METRIC chooses by what the evaluations of the model_dir have written."
        )
    return Choice(start, f"the best by {ranking.metric} ({ranking.mode})")


def _best_by(directory: str, by: str) -> Choice:
    metric, colon, mode = by.partition(":")
    if mode not in (("max", "min") if colon else ("",)):
        raise InvalidArgumentError(f"--by takes METRIC, METRIC:max or METRIC:min, given: {by!r}.")
    values = _values(directory, metric)
    mode = mode or _usual_mode(metric)
    there = {one.step: one.name for one in read_listing(directory).checkpoints if one.state in GOOD}
    known = {step: value for step, value in values.items() if step in there and value == value}
    if not known:
        steps = ", ".join(map(str, sorted(values)))
        raise NotFoundError(
            f"{metric} of {directory!r} was evaluated at the steps {steps}, and none of these checkpoints is there. "
            "RunConfig(keep_best=...) keeps the best."
        )
    step = (max if mode == "max" else min)(known, key=lambda found: (known[found], found))
    why = f"{metric} = {known[step]:.6g}, the {'highest' if mode == 'max' else 'lowest'} of {len(known)}"
    return Choice(Start.named(os.path.join(directory, there[step])), why)


def _usual_mode(metric: str) -> str:
    for mode, words in (("min", _LOWER), ("max", _HIGHER)):
        if any(word in metric for word in words):
            return mode
    raise InvalidArgumentError(
        f"is a high {metric} good, or a low one? Write --by {metric}:max or --by {metric}:min."
    )


def _values(directory: str, metric: str) -> dict[int, float]:
    """The metric by step, as the evaluations have written it; of several of one step, the last counts."""
    known: set[str] = set()
    found: dict[str, dict[int, float]] = {}
    for folder in _evaluations(directory):
        paths = sorted(
            os.path.join(directory, folder, name)
            for name in os.listdir(os.path.join(directory, folder))
            if ".tfevents." in name
        )
        for step, metrics in read_evaluations(paths):
            known |= set(metrics)
            if metric in metrics:
                found.setdefault(folder, {})[step] = metrics[metric]
    if "eval" in found or len(found) == 1:
        return found["eval"] if "eval" in found else next(iter(found.values()))
    if found:
        raise InvalidArgumentError(
            f"{metric} was evaluated under the names {', '.join(sorted(found))}, and which one counts is not known: "
            "choose a step."
        )
    told = f" There is: {', '.join(sorted(known))}." if known else " Nothing was evaluated there."
    raise NotFoundError(
        f"no evaluation of {directory!r} has written {metric!r}.{did_you_mean(metric, known) or told}"
    )


def _evaluations(directory: str) -> list[str]:
    """The folders in which evaluations have written their events."""
    with explained(f"cannot list {directory!r}", directory):
        names = sorted(os.listdir(directory))
    return [
        name
        for name in names
        if (name == "eval" or name.startswith("eval_")) and os.path.isdir(os.path.join(directory, name))
    ]


def copy_model_dir(choice: Choice, target: str, ops: FileOps = LOCAL) -> str:
    """Copy the checkpoint and what belongs to it into a new model_dir; the prefix of the copy.

    A trainer may go on meanwhile. If it deletes the checkpoint that is copied, the newer latest (or best) is copied.

    Raises
    ------
    AlreadyExistsError
        If something is in the target already.
    OpError
        If the checkpoint is gone or damaged, or the system refuses; then nothing is left of the copy.
    """
    final = os.path.normpath(check_model_dir(target, for_writing=True, what="the target"))
    _demand_free(final)
    parent, name = os.path.split(final)
    _remove_abandoned(parent or os.curdir, ops)
    with _hidden_folder(parent, ops) as hidden:
        made = os.path.join(hidden, name)

        def copy(prefix: str) -> str:
            if os.path.lexists(made):  # of a checkpoint that went while it was copied
                remove_tree(made, ops)
            make_directory(made, ops)
            copied = copy_checkpoint(prefix, made, ops)
            _copy_what_belongs_to_it(os.path.dirname(prefix) or os.curdir, made, copied, ops)
            return os.path.basename(copied)

        copied = choice.start.use(copy)
        assert copied is not None  # the choice has a prefix
        with explained(f"cannot copy to {final!r}", parent):
            try:
                retried(ops.rename, made, final)
            except OSError as error:
                if error.errno in _TAKEN:
                    _demand_free(final)
                raise
            retried(ops.fsync_dir, parent or os.curdir)
    return os.path.join(final, copied)


@contextlib.contextmanager
def _hidden_folder(parent: str, ops: FileOps) -> Iterator[str]:
    """A block that has a folder to put a copy together in; it is gone afterwards."""
    for _ in range(_TRIES):
        # Not a name that recovery clears away, should the target lie in a model_dir.
        folder = os.path.join(parent, f".copying.{secrets.token_hex(8)}")
        make_directory(folder, ops)
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(marked_as_used(folder))
            except FileNotFoundError:  # another process that copies has just taken it for an abandoned one
                continue
            try:
                yield folder
            finally:
                _remove(folder, ops)
            return
    raise AbortedError(
        f"{parent or os.curdir!r} is cleared again and again; is something removing its folders?"
    )


def _remove_abandoned(parent: str, ops: FileOps) -> None:
    """Remove what killed processes have left of their copies; what belongs to a living one stays."""
    try:
        names = retried(ops.listdir, parent)
    except OSError:  # it is not there yet, or may not be listed: whoever writes there will say so
        return
    for name in filter(_HIDDEN.fullmatch, names):
        folder = os.path.join(parent, name)
        with taken_if_abandoned(folder) as is_nobodys:
            if is_nobodys:
                _remove(folder, ops)


def _demand_free(target: str) -> None:
    if os.path.lexists(target) and (not os.path.isdir(target) or os.listdir(target)):
        raise AlreadyExistsError(
            f"{target!r} is there already, and not empty: choose another name. A copy is a model_dir of its own."
        )


def _remove(folder: str, ops: FileOps) -> None:
    try:
        remove_tree(folder, ops)
    except FileNotFoundError:
        pass
    except OSError as error:
        log.warning("%s is left of a copy that failed (%s); delete it.", folder, error)


def _copy_what_belongs_to_it(directory: str, made: str, copied: str, ops: FileOps) -> None:
    copy_recipe(directory, made)
    step = split_step(os.path.basename(copied))[1]
    copy_entries(directory, made, step)
    for name in [_GRAPH, *_vocabularies(directory)]:
        source, place = os.path.join(directory, name), os.path.join(made, name)
        try:
            make_directory(os.path.dirname(place), ops)
            copy_file(source, place, ops)
        except NotFoundError:
            if name != _GRAPH:
                log.warning("%s, which the recipe names, is not there to be copied.", source)


def _vocabularies(directory: str) -> list[str]:
    """The vocabulary files of the recipe that lie in the model_dir, from there on."""
    try:
        recipe = read_recipe(directory)
    except (OpError, ValueError):  # copy_recipe has said so
        return []
    inside = os.path.join(os.path.realpath(directory), "")
    return [
        path
        for path in dict.fromkeys(_paths(recipe))
        if not os.path.isabs(path)
        and "://" not in path
        and os.path.realpath(os.path.join(directory, path)).startswith(inside)
        and ".." not in path.split("/")
    ]


def _paths(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _paths(item)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name == "vocabulary_file" and isinstance(item, str):
                yield item
            else:
                yield from _paths(item)
