"""What PyTorch's optimizers keep, as it stands in files: by numbers of parameters, beside the settings of each group.

The numbers are those of the parameters in the groups, in their order, and these are those of ``model.parameters()``
where there is one group. Tensors that stand in the state dict twice are one parameter, buffers are none. Where that
leaves a choice, and the optimizer was not given names, the state is refused.

Source
------
torch.optim.Optimizer.state_dict, PyTorch 2.13
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import as_dtype, bfloat16, float32
from estimator.core.registry import shortened
from estimator.exchange.held import MOMENTS, Array, Held, cast
from estimator.exchange.torch_tensors import as_tensor, library, number, typed
from estimator.formats.safetensors import TypedArray

_BUFFERS = ("running_mean", "running_var", "num_batches_tracked")
_KINDS = frozenset(moment.torch for moment in MOMENTS)
_FIRST_GRADIENT = "had no gradient so far: what the optimizer keeps of it begins at 0"
_LEAVE_OUT = "or leave its state out (--weights_only)"


def read_optimizer(held: Held, optimizer: Any, problems: list[str]) -> None:
    """Add to what a file holds what its optimizer keeps; what is wrong with that, to the problems."""
    if (wrong := _fault(optimizer)) is not None:
        problems.append(
            f"the optimizer's state {wrong}: save optimizer.state_dict() under 'optimizer_state_dict', {_LEAVE_OUT}."
        )
        return
    groups, state = optimizer["param_groups"], optimizer["state"]
    places = [place for group in groups for place in group["params"]]
    names = _parameters(held, groups, len(places), problems)
    if names is None:
        return
    name_of = dict(zip(places, names, strict=True))
    for group in groups:
        plain = {key: value for key, value in group.items() if key not in ("params", "param_names")}
        held.groups.append({**plain, "names": [name_of[place] for place in group["params"]]})
    if "betas" in groups[0]:
        held.hyper["betas"] = tuple(map(number, groups[0]["betas"]))
    steps: dict[str, int] = {}
    for place, kept in state.items():
        if place in name_of:
            _read_kept(held, name_of[place], kept, steps, problems)
    _fill_first_gradients(held, names)
    if len(set(steps.values())) > 1:
        told = ", ".join(f"{name} {count}" for name, count in sorted(steps.items())[:5])
        problems.append(
            f"parameters have made different numbers of steps ({told}), and one Adam here has one number: leave the "
            "optimizer's state out (--weights_only)."
        )
    held.optimizer_step = max(steps.values(), default=None)


def _fault(optimizer: Any) -> str | None:
    """What is wrong with the form of an optimizer's state; None if nothing is."""
    if not isinstance(optimizer, Mapping) or not isinstance(optimizer.get("state"), Mapping):
        return "has no 'state'"
    groups = optimizer.get("param_groups")
    if not isinstance(groups, list) or not groups or not all(isinstance(group, Mapping) for group in groups):
        return "has no 'param_groups'"
    if not all(_are(int, group.get("params")) and all(_are(str, [key]) for key in group) for group in groups):
        return "has no numbers of parameters in a group"
    counted = [place for group in groups for place in group["params"]]
    if len(set(counted)) < len(counted):
        return "has a parameter in two groups"
    if not all(_fit(group.get("param_names", group["params"]), group["params"]) for group in groups):
        return "has another number of names than of parameters"
    if not all(_are_betas(group.get("betas", (0, 0))) for group in groups):
        return "has betas that are no two numbers from 0 to 1"
    kept = optimizer["state"].values()
    return (
        None if all(isinstance(one, Mapping) and _are(str, [*one]) for one in kept) else "is no dict of names"
    )


def _are(kind: type, values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is kind for value in values)


def _fit(names: Any, places: Sequence[int]) -> bool:
    return isinstance(names, list) and len(names) == len(places)


def _are_betas(values: Any) -> bool:
    if not isinstance(values, (list, tuple)) or len(values) != 2:
        return False
    return all(beta is not None and 0 <= beta < 1 for beta in map(number, values))


def _parameters(
    held: Held, groups: Sequence[Mapping[str, Any]], count: int, problems: list[str]
) -> list[str] | None:
    """The names of the parameters in the order in which the optimizer numbers them; None if it is not known."""
    if all("param_names" in group for group in groups):
        names = [name for group in groups for name in group["param_names"]]
        if unknown := [str(name) for name in names if name not in held.weights]:
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
    tensor = library().Tensor
    step = number(kept.get("step"))
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
    found = typed(tensor)
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


def written_optimizer(held: Held) -> dict[str, Any]:
    """The state of the optimizer, in which parameters are numbers."""
    torch = library()
    names = [name for group in held.groups for name in group["names"]]
    place_of = {name: place for place, name in enumerate(names)}
    step = held.optimizer_step if held.optimizer_step is not None else held.step or 0
    state: dict[int, dict[str, Any]] = {}
    for kind, arrays in held.moments.items():
        for name, array in arrays.items():
            if name in place_of:
                given = TypedArray(array, as_dtype(array.dtype))
                kept = cast(given, held.weights[name].dtype)  # as loading would make it
                state.setdefault(place_of[name], {})[kind] = as_tensor(kept)
    if any(kind != "momentum_buffer" for kind in held.moments):
        for moments in state.values():
            moments["step"] = torch.tensor(float(step))
    groups = [
        {key: value for key, value in group.items() if key != "names"}
        | {"params": [place_of[name] for name in group["names"]]}
        for group in held.groups
    ]
    return {"state": state, "param_groups": groups}


def moments_wanted(groups: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What an optimizer with these settings keeps of each parameter."""
    settings: dict[str, Any] = {key: value for group in groups for key, value in group.items()}
    if "betas" in settings:
        return ("exp_avg", "exp_avg_sq", *(["max_exp_avg_sq"] if settings.get("amsgrad") is True else []))
    if "momentum" in settings and "dampening" in settings:
        return ("momentum_buffer",) if number(settings["momentum"]) else ()
    return ("sum",) if "initial_accumulator_value" in settings else ()
