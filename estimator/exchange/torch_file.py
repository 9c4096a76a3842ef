"""Files of PyTorch's: ``.pth`` and ``.pt``, as ``torch.save`` writes them, read with ``weights_only`` and never else.

What people save is a state dict, or a dict that has one beside other things; this is also what is written::

    {"epoch": 3,
     "global_step": 1200,
     "loss": 0.21,
     "model_state_dict": model.state_dict(),
     "optimizer_state_dict": optimizer.state_dict()}

An optimizer's state goes by numbers: of the parameters in its groups, which are those of ``model.parameters()`` where
there is one group. Tensors that stand in the state dict twice are one parameter, buffers are none. Where that leaves a
choice, and the optimizer was not given names, the state is refused.

Numbers beside the tensors are written as Python's: ``weights_only`` refuses those of numpy.

The one place that imports ``torch``.

Source
------
torch.save, torch.load and torch.optim.Optimizer.state_dict, PyTorch 2.13
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from estimator.core.dtypes import as_dtype, bfloat16, float32
from estimator.core.errors import DataLossError, UnavailableError, UsageError
from estimator.core.files import open_regular
from estimator.core.registry import shortened
from estimator.exchange.held import MOMENTS, Array, Held, cast
from estimator.formats.safetensors import TypedArray

_MODEL = ("model_state_dict", "state_dict", "model")
_OPTIMIZER = ("optimizer_state_dict", "optimizer", "optimizer_states")
_STEP = ("global_step", "step")
_BUFFERS = ("running_mean", "running_var", "num_batches_tracked")
_REFUSED = re.compile(r"GLOBAL (\S+)|class '?([\w.]+)")
_KINDS = frozenset(moment.torch for moment in MOMENTS)
_FIRST_GRADIENT = "had no gradient so far: what the optimizer keeps of it begins at 0"


def _torch() -> ModuleType:
    """The library.

    Raises
    ------
    UnavailableError
        If it is not installed.
    """
    try:
        import torch
    except ModuleNotFoundError as error:
        raise UnavailableError(
            f"{error.name} is not installed, which .pth files need: pip install 'numpy-estimator[torch]', or save the "
            "weights as .safetensors, which need nothing."
        ) from None
    found: ModuleType = torch
    return found


# -- reading -----------------------------------------------------------------------------------------------------------


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
        _read_optimizer(held, optimizer, problems)
    if problems:
        raise UsageError(path, problems)
    return held


def _load(path: str) -> Any:
    torch = _torch()
    with open_regular(path) as file:
        try:
            return torch.load(file, map_location="cpu", weights_only=True)
        except Exception as error:  # of pickle, zipfile, torch: there is no common class
            said = str(error)
            refused = _REFUSED.search(said)
            kind = refused and (refused[1] or refused[2])
            what = f"it holds {kind}, which is neither a tensor nor a plain value"
            raise DataLossError(
                f"{path!r} cannot be read with weights_only=True: {what if refused else said.splitlines()[0]}. Save "
                "state dicts, and Python's numbers beside them: {'model_state_dict': model.state_dict(), 'epoch': 3}."
            ) from None


def _state_dict(saved: Any, path: str) -> Mapping[str, Any]:
    found = _first(saved, _MODEL)
    if isinstance(found, Mapping) and found:
        return found
    tensor = _torch().Tensor
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
    value = _number(_first(saved, keys))
    return int(value) if value is not None and value == int(value) and value >= 0 else None


def _number(value: Any) -> int | float | None:
    if isinstance(value, _torch().Tensor) and value.numel() == 1:
        value = value.item()
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _facts(saved: Any) -> dict[str, Any]:
    found = {name: _number(saved.get(name)) for name in ("epoch", "loss")}
    return {name: value for name, value in found.items() if value is not None}


def _read_weights(held: Held, state: Mapping[str, Any], problems: list[str]) -> None:
    tensor = _torch().Tensor
    places: dict[Any, str] = {}
    for name, value in state.items():
        if not isinstance(value, tensor):
            held.left.append(f"{name} is no tensor but a {type(value).__name__}.")
            continue
        try:
            found = _typed(value)
        except (TypeError, RuntimeError, NotImplementedError) as error:
            problems.append(
                f"{name} is a tensor that no checkpoint of ours has ({error}): convert it to float32."
            )
            continue
        place = (value.data_ptr(), value.dtype, tuple(value.shape), tuple(value.stride()))
        if value.numel() and places.setdefault(place, name) != name:
            held.tied[name] = places[place]
        held.weights[name] = found


def _typed(tensor: Any) -> TypedArray:
    """A tensor of PyTorch's as an array."""
    torch = _torch()
    tensor = tensor.detach().resolve_conj().resolve_neg()
    if tensor.dtype is torch.bfloat16:
        return TypedArray(tensor.contiguous().view(torch.int16).numpy().view(np.uint16), bfloat16)
    array = tensor.numpy()
    return TypedArray(array, as_dtype(array.dtype))


def _read_optimizer(held: Held, optimizer: Any, problems: list[str]) -> None:
    groups = optimizer.get("param_groups") if isinstance(optimizer, Mapping) else None
    state = optimizer.get("state") if isinstance(optimizer, Mapping) else None
    if not isinstance(state, Mapping) or not groups or not all(map(_is_group, groups)):
        problems.append(
            "the optimizer's state has no 'state' and 'param_groups': save optimizer.state_dict()."
        )
        return
    numbers = [number for group in groups for number in group["params"]]
    names = _parameters(held, groups, len(numbers), problems)
    if names is None:
        return
    of_number = dict(zip(numbers, names, strict=True))
    for group in groups:
        plain = {key: value for key, value in group.items() if key not in ("params", "param_names")}
        held.groups.append({**plain, "names": [of_number[number] for number in group["params"]]})
    held.hyper = {key: value for key, value in held.groups[0].items() if key != "names"}
    steps: dict[str, int] = {}
    for number, kept in state.items():
        if number in of_number:
            _read_kept(held, of_number[number], kept, steps, problems)
    _fill_first_gradients(held, names)
    if len(set(steps.values())) > 1:
        told = ", ".join(f"{name} {count}" for name, count in sorted(steps.items())[:5])
        problems.append(
            f"parameters have made different numbers of steps ({told}), and one Adam here has one number: leave the "
            "optimizer's state out (--weights_only)."
        )
    held.optimizer_step = max(steps.values(), default=None)


def _is_group(group: Any) -> bool:
    return isinstance(group, Mapping) and isinstance(group.get("params"), list)


def _parameters(
    held: Held, groups: Sequence[Mapping[str, Any]], count: int, problems: list[str]
) -> list[str] | None:
    """The names of the parameters in the order in which the optimizer numbers them; None if it is not known."""
    if all("param_names" in group for group in groups):
        names = [name for group in groups for name in group["param_names"]]
        if unknown := [name for name in names if name not in held.weights]:
            problems.append(f"the optimizer has parameters that the model has not: {shortened(unknown)}.")
            return None
        return names
    advice = "Save an optimizer that was made of model.named_parameters(), or leave its state out (--weights_only)."
    if len(groups) > 1:
        problems.append(f"the optimizer has {len(groups)} groups of parameters without names. {advice}")
        return None
    names = [name for name in held.weights if _is_parameter(held, name)]
    if len(names) != count:
        problems.append(f"the optimizer has {count} parameters, and the model {len(names)}. {advice}")
        return None
    return names


def _is_parameter(held: Held, name: str) -> bool:
    is_number = held.weights[name].dtype.is_floating or held.weights[name].dtype.is_complex
    return is_number and name not in held.tied and name.rpartition(".")[2] not in _BUFFERS


def _read_kept(
    held: Held, name: str, kept: Mapping[str, Any], steps: dict[str, int], problems: list[str]
) -> None:
    """What the optimizer keeps of one parameter."""
    tensor = _torch().Tensor
    step = _number(kept.get("step"))
    if step is not None:
        steps[name] = int(step)
    known = {kind: value for kind, value in kept.items() if kind != "step" and value is not None}
    if others := sorted(known.keys() - _KINDS):
        problems.append(
            f"{name}: what the optimizer keeps as {', '.join(others)} has no place here; leave its state out "
            "(--weights_only)."
        )
    for kind in sorted(known.keys() & _KINDS):
        value, shape = known[kind], held.weights[name].array.shape
        if not isinstance(value, tensor) or tuple(value.shape) != shape:
            told = tuple(value.shape) if isinstance(value, tensor) else type(value).__name__
            problems.append(
                f"{name} has shape {shape} and its {kind} {told}: the optimizer numbers its parameters in another "
                "order than the model. Save one that was made of model.named_parameters(), or leave its state out "
                "(--weights_only)."
            )
            continue
        held.moments.setdefault(kind, {})[name] = _numbers(value)


def _numbers(tensor: Any) -> Array:
    """A moment as numbers; those of bfloat16 as float32."""
    found = _typed(tensor)
    return cast(found, float32).array if found.dtype is bfloat16 else found.array


def _fill_first_gradients(held: Held, names: Sequence[str]) -> None:
    """Give parameters that have had no gradient the moments with which they would begin."""
    new: dict[str, None] = {}
    for arrays in held.moments.values():
        for name in names:
            if name not in arrays:
                arrays[name] = np.zeros(held.weights[name].array.shape, np.float32)
                new[name] = None
    if new:
        held.left.append(f"{shortened(new)} {_FIRST_GRADIENT}.")


# -- writing -----------------------------------------------------------------------------------------------------------


def written(held: Held) -> bytes:
    """The contents of a file: state dicts of model and, if its groups are known, of the optimizer, and facts.

    Raises
    ------
    UnavailableError
        If torch is not installed.
    """
    torch = _torch()
    tensors = {name: _tensor(value) for name, value in held.weights.items() if name not in held.tied}
    # one tensor under both names, so that they stay tied
    state = {name: tensors[held.tied.get(name, name)] for name in held.weights}
    saved: dict[str, Any] = {**held.facts, "model_state_dict": state}
    if held.step is not None:
        saved["global_step"] = int(held.step)
    if held.groups:
        saved["optimizer_state_dict"] = _optimizer(held)
    file = io.BytesIO()
    torch.save(saved, file)
    return file.getvalue()


def _tensor(value: TypedArray) -> Any:
    torch = _torch()
    array = np.array(value.array, order="C")  # a copy that may be written to
    if value.dtype is bfloat16:
        return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(array)


def _optimizer(held: Held) -> dict[str, Any]:
    """The state of the optimizer, in which parameters are numbers."""
    torch = _torch()
    names = [name for group in held.groups for name in group["names"]]
    number = {name: place for place, name in enumerate(names)}
    step = held.optimizer_step if held.optimizer_step is not None else held.step or 0
    state: dict[int, dict[str, Any]] = {}
    for kind, arrays in held.moments.items():
        for name, array in arrays.items():
            if name in number:
                kept = cast(
                    TypedArray(array, as_dtype(array.dtype)), held.weights[name].dtype
                )  # as loading would make it
                state.setdefault(number[name], {})[kind] = _tensor(kept)
    if any(kind != "momentum_buffer" for kind in held.moments):
        for moments in state.values():
            moments["step"] = torch.tensor(float(step))
    groups = [
        {key: value for key, value in group.items() if key != "names"}
        | {"params": [number[name] for name in group["names"]]}
        for group in held.groups
    ]
    return {"state": state, "param_groups": groups}


def moments_wanted(groups: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What an optimizer with these settings keeps of each parameter."""
    settings: dict[str, Any] = {key: value for group in groups for key, value in group.items()}
    if "betas" in settings:
        return ("exp_avg", "exp_avg_sq", *(["max_exp_avg_sq"] if settings.get("amsgrad") else []))
    if "momentum" in settings and "dampening" in settings:
        return ("momentum_buffer",) if settings["momentum"] else ()
    return ("sum",) if "initial_accumulator_value" in settings else ()
