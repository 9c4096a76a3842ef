"""Files of safetensors, which hold a model of PyTorch's; the number of steps and what else is known are texts there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from estimator.core.files import read_regular
from estimator.exchange.held import Held
from estimator.formats.safetensors import TypedArray, pieces
from estimator.formats.safetensors import read as read_bytes

_MOST_BYTES = 1 << 40
_STEP = "global_step"
_FACTS = ("epoch", "loss")


def read(path: str) -> Held:
    """What a file holds.

    Raises
    ------
    OpError
        If it cannot be read, or is damaged.
    """
    contents = read_bytes(read_regular(path, _MOST_BYTES), path)
    step = contents.metadata.get(_STEP, "")
    facts = {name: _number(contents.metadata.get(name, "")) for name in _FACTS}
    return Held(
        path,
        dict(contents.tensors),
        step=int(step) if step.isascii() and step.isdecimal() else None,
        facts={name: value for name, value in facts.items() if value is not None},
    )


def _number(text: str) -> int | float | None:
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        return None


def written(held: Held) -> Iterator[bytes]:
    """The bytes of a file, piece by piece. Tensors that are tied in PyTorch stand there once, under their first name.

    Raises
    ------
    InvalidArgumentError
        If a tensor is of a type that such files do not have.
    """
    told = {"format": "pt", **{name: str(value) for name, value in held.facts.items()}}
    if held.step is not None:
        told[_STEP] = str(held.step)
    once = {name: value for name, value in held.weights.items() if name not in held.tied}
    return pieces({name: TypedArray(np.asarray(array), dtype) for name, (array, dtype) in once.items()}, told)
