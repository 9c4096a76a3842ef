"""The two kinds of sides, files of PyTorch's and model_dirs: which a path is, what it holds, and how it is written."""

from __future__ import annotations

import os
from typing import Any

from estimator.calls.recipe import copy_recipe
from estimator.calls.record import describe_process, read_entries, record_entry, relative_path
from estimator.core import log
from estimator.core.errors import AlreadyExistsError, OpError
from estimator.core.files import explained
from estimator.exchange import checkpoint, safetensors_file, torch_file
from estimator.exchange.held import Held
from estimator.model_dir.finding import latest_prefix
from estimator.model_dir.storage import make_directory, replacing, write_atomically

_TORCH = (".pth", ".pt", ".bin", ".tar")
_SAFETENSORS = ".safetensors"


def is_torch(path: str) -> bool:
    """Whether the path is that of a file of PyTorch's; else it is a model_dir or a prefix."""
    return path.endswith((*_TORCH, _SAFETENSORS)) and not os.path.isdir(path)


def is_there(path: str) -> bool:
    """Whether something is there that a target can be like."""
    if is_torch(path):
        return os.path.lexists(path)
    return os.path.isdir(path) and latest_prefix(path) is not None


def read(path: str, with_optimizer: bool) -> Held:
    """What the file or the checkpoint holds.

    Raises
    ------
    OpError, UsageError
        If it cannot be read, is damaged, or holds something else.
    """
    if path.endswith(_SAFETENSORS):
        return safetensors_file.read(path)
    if is_torch(path):
        return torch_file.read(path, with_optimizer)
    held = checkpoint.read(path, with_optimizer)
    held.facts = _facts(held)
    return held


def _facts(held: Held) -> dict[str, Any]:
    """What the model_dir says of epoch and loss at the checkpoint's step."""
    try:
        entries = read_entries(os.path.dirname(held.where))
    except (OpError, ValueError) as error:
        log.warning("epoch and loss of %s are not known: %s.", held.where, error)
        return {}
    last: dict[str, Any] = next(
        (entry for entry in reversed(entries) if entry.get("end_step") == held.step), {}
    )
    return {name: last[name] for name in ("epoch", "loss") if isinstance(last.get(name), (int, float))}


def demand_free(path: str, step: int, replace: bool) -> None:
    """Raise if the target would replace something.

    Raises
    ------
    AlreadyExistsError
        If there is a file of that name, or a checkpoint of that step.
    """
    taken = path if is_torch(path) else os.path.join(path, checkpoint.name_for(step))
    if not replace and (os.path.lexists(taken) if is_torch(path) else checkpoint.is_there(taken)):
        raise AlreadyExistsError(f"{taken!r} is there: choose another name or step, or say --replace.")


def write(target: Held, like: Held | None, path: str, source: Held) -> None:
    """Write the target; a file as a whole, a checkpoint as a training does.

    Raises
    ------
    OpError
        If the system refuses.
    """
    if not is_torch(path):
        checkpoint.save(path, checkpoint.name_for(target.step), checkpoint.tensors_of(target, like))
        _describe(target, like, path, source)
        return
    make_directory(os.path.dirname(path) or os.curdir)
    if not path.endswith(_SAFETENSORS):
        write_atomically(path, torch_file.written(target))
        return
    with explained(f"cannot write {path!r}", os.path.dirname(path)), replacing(path) as file:
        for piece in safetensors_file.written(target):
            file.write(piece)


def _describe(target: Held, like: Held | None, path: str, source: Held) -> None:
    """Say in the model_dir where its newest checkpoint comes from, and what model it is if that is known."""
    entry = {"converted_from": relative_path(source.where, path), "end_step": target.step, **source.facts}
    record_entry(path, describe_process(path) | entry)
    if like is not None:
        copy_recipe(os.path.dirname(like.where), path)
