"""Files of PyTorch's: ``.pth`` and ``.pt``, as ``torch.save`` writes them, read with ``weights_only`` and never else.

What people save is a state dict, or a dict that has one beside other things; this is also what is written::

    {"epoch": 3,
     "global_step": 1200,
     "loss": 0.21,
     "model_state_dict": model.state_dict(),
     "optimizer_state_dict": optimizer.state_dict()}

Numbers beside the tensors are written as Python's: ``weights_only`` refuses those of numpy.

Source
------
torch.save and torch.load, PyTorch 2.13
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core.errors import DataLossError, UsageError
from estimator.core.files import open_regular
from estimator.core.registry import shortened
from estimator.exchange.held import Held
from estimator.exchange.torch_optimizer import read_optimizer, written_optimizer
from estimator.exchange.torch_tensors import as_tensor, library, number, typed

_MODEL = ("model_state_dict", "state_dict", "model")
_OPTIMIZER = ("optimizer_state_dict", "optimizer", "optimizer_states")
_STEP = ("global_step", "step")
_REFUSED = re.compile(r"GLOBAL (\S+)|class '?([\w.]+)")


def read(path: str, with_optimizer: bool = True) -> Held:
    """What a file holds.

    Raises
    ------
    OpError
        If it cannot be read, is damaged, or holds objects that only pickle would make.
    UsageError
        If it has no tensors, or the optimizer's state is not clear; all problems at once.
    """
    saved = _load(path)
    state = _state_dict(saved, path)
    problems: list[str] = []
    held = Held(path, facts=_facts(saved) if state is not saved else {})
    held.step = _whole(saved, _STEP) if state is not saved else None
    _read_weights(held, state, problems)
    optimizer = _first(saved, _OPTIMIZER) if state is not saved and with_optimizer else None
    if isinstance(optimizer, (list, tuple)) and len(optimizer) == 1:  # as Lightning's
        optimizer = optimizer[0]
    if optimizer is not None:
        read_optimizer(held, optimizer, problems)
    if problems:
        raise UsageError(path, problems)
    return held


def _load(path: str) -> Any:
    torch = library()
    with open_regular(path) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they tell of is loaded, or an error below
        try:
            return torch.load(file, map_location="cpu", weights_only=True)
        except Exception as error:  # of pickle, zipfile, torch: there is no common class
            said = str(error) or type(error).__name__
            refused = _REFUSED.search(said)
            kind = refused and (refused[1] or refused[2])
            what = f"it holds {kind}, which is neither a tensor nor a plain value"
            if isinstance(error, (LookupError, EOFError)):  # of a pickle that is none
                said = "it is no file of torch.save's, or damaged"
            raise DataLossError(
                f"{path!r} cannot be read with weights_only=True: {what if refused else said.splitlines()[0]}. Save "
                "state dicts, and Python's numbers beside them: {'model_state_dict': model.state_dict(), 'epoch': 3}."
            ) from None


def _state_dict(saved: Any, path: str) -> Mapping[str, Any]:
    found = _first(saved, _MODEL)
    if isinstance(found, Mapping) and found:
        return found
    tensor = library().Tensor
    if isinstance(saved, Mapping) and any(isinstance(value, tensor) for value in saved.values()):
        return saved
    has = (
        f"the keys {shortened(map(str, saved))}"
        if isinstance(saved, Mapping)
        else f"a {type(saved).__name__}"
    )
    raise UsageError(
        path, [f"there is no state dict in it, but {has}. Save {{'model_state_dict': model.state_dict()}}."]
    )


def _first(saved: Any, keys: Sequence[str]) -> Any:
    return next((saved[key] for key in keys if key in saved), None) if isinstance(saved, Mapping) else None


def _whole(saved: Any, keys: Sequence[str]) -> int | None:
    value = number(_first(saved, keys))
    return int(value) if value is not None and value == int(value) and value >= 0 else None


def _facts(saved: Any) -> dict[str, Any]:
    found = {name: number(saved.get(name)) for name in ("epoch", "loss")}
    return {name: value for name, value in found.items() if value is not None}


def _read_weights(held: Held, state: Mapping[str, Any], problems: list[str]) -> None:
    tensor = library().Tensor
    places: dict[Any, str] = {}
    for name, value in state.items():
        if not isinstance(name, str):
            problems.append(f"{name!r} is the name of a tensor, and no text.")
            continue
        if not isinstance(value, tensor):
            held.left.append(f"{name} is no tensor but a {type(value).__name__}.")
            continue
        try:
            found = typed(value)
        except (TypeError, RuntimeError, NotImplementedError) as error:
            problems.append(
                f"{name} is a tensor that no checkpoint of ours has ({error}): convert it to float32."
            )
            continue
        place = (value.data_ptr(), value.dtype, tuple(value.shape), tuple(value.stride()))
        if value.numel() and places.setdefault(place, name) != name:
            held.tied[name] = places[place]
        held.weights[name] = found


def written(held: Held) -> bytes:
    """The contents of a file: state dicts of model and, if its groups are known, of the optimizer, and facts.

    Raises
    ------
    UnavailableError
        If torch is not installed.
    """
    torch = library()
    tensors = {name: as_tensor(value) for name, value in held.weights.items() if name not in held.tied}
    # one tensor under both names, so that they stay tied
    state = {name: tensors[held.tied.get(name, name)] for name in held.weights}
    saved: dict[str, Any] = {**held.facts, "model_state_dict": state}
    if held.step is not None:
        saved["global_step"] = int(held.step)
    if held.groups:
        saved["optimizer_state_dict"] = written_optimizer(held)
    file = io.BytesIO()
    torch.save(saved, file)
    return file.getvalue()
