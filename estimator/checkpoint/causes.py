"""A guess at why a checkpoint and a model differ, from names and shapes alone.

The guess is only ever a line of an error message: it may say nothing, and should when it is not
sure.

Source
------
Variable names of tf.estimator's canned models and slot names of tf.train's optimizers,
TensorFlow 2.15.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from estimator.checkpoint.slot_names import slot_owner
from estimator.core.dtypes import DType
from estimator.variables.slot_role import KERAS_FORMS, KERAS_STATE

_Specs = Mapping[str, tuple[tuple[int, ...], DType]]

_HIDDEN_KERNEL = re.compile(r"(?:.*/)?hiddenlayer_(\d+)/kernel")
_LOGITS = re.compile(r"(?:.*/)?logits/(?:kernel|bias)")


def likely_cause(
    model: _Specs,
    checkpoint: _Specs,
    missing: Sequence[str],
    unexpected: Sequence[str],
    state: Collection[str] = (),
) -> tuple[str | None, str | None]:
    """The cause, and what to use instead as a phrase after "use"; None where nothing can be
    said. `state` is what is known to be an optimizer's of the model."""
    stored, wanted = hidden_units(checkpoint), hidden_units(model)
    if stored and wanted and stored != wanted:
        return f"hidden_units changed from {stored} to {wanted}", f"the same hidden_units={stored}"
    changed = [name for name in model if name in checkpoint and model[name][0] != checkpoint[name][0]]
    weights = [name for name in changed if name not in state and not is_slot(name, model)]
    if weights and all(map(_LOGITS.fullmatch, weights)):
        before, now = (_last_size(specs, weights[0]) for specs in (checkpoint, model))
        what = "n_classes (or label_dimension)"
        return f"{what} changed: {before} logits in the checkpoint, {now} in the model", f"the same {what}"
    slots = [name for name in missing if is_slot(name, model)]
    if slots and not changed and all(name in state or name in slots for name in missing):
        left = [name for name in unexpected if is_slot(name, checkpoint)]
        return _optimizer_cause(slots, left), _optimizer_remedy(left)
    first = _first_input_change(changed, checkpoint, model)
    if first:
        return (
            f"the width of the input changed from {first[0]} to {first[1]} columns",
            "the same feature columns",
        )
    return None, None


def is_slot(name: str, specs: _Specs) -> bool:
    """Whether a key looks like a slot."""
    return bool(KERAS_STATE.fullmatch(name) or slot_owner(name, specs))


def hidden_units(specs: _Specs) -> list[int]:
    """The widths of the hidden layers of a canned DNN, or an empty list."""
    found: dict[int, int] = {}
    for name, (shape, _) in specs.items():
        match = _HIDDEN_KERNEL.fullmatch(name)
        if match and len(shape) == 2:
            found[int(match[1])] = shape[1]
    return [found[layer] for layer in sorted(found)]


def _optimizer_cause(missing: Sequence[str], unexpected: Sequence[str]) -> str:
    wanted, stored = (sorted(set(map(_kind, names))) for names in (missing, unexpected))
    before = f" (the checkpoint has those of {', '.join(stored)})" if stored else ""
    return f"the optimizer changed: the variables of {', '.join(wanted)} are missing{before}; the weights fit"


def _optimizer_remedy(unexpected: Sequence[str]) -> str:
    forms = {KERAS_FORMS.get(_kind(name)) for name in unexpected if KERAS_STATE.fullmatch(name)}
    same = " or ".join(sorted(filter(None, forms))) or "the same optimizer"
    return f"{same}, or RunConfig(missing_slots='fresh') to keep the weights and let its slots begin afresh"


def _kind(slot: str) -> str:
    """The optimizer that a slot is called after."""
    keras = KERAS_STATE.fullmatch(slot)
    return keras[1] if keras else re.sub(r"_\d+\Z", "", slot.rpartition("/")[2])


def _first_input_change(changed: Sequence[str], checkpoint: _Specs, model: _Specs) -> tuple[int, int] | None:
    kernels = [name for name in changed if name.endswith("kernel")]
    if len(kernels) != 1:
        return None
    stored, wanted = checkpoint[kernels[0]][0], model[kernels[0]][0]
    if len(stored) == len(wanted) == 2 and stored[1] == wanted[1]:
        return stored[0], wanted[0]
    return None


def _last_size(specs: _Specs, name: str) -> int:
    shape = specs[name][0]
    return shape[-1] if shape else 1
