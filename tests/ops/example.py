"""What an example of an op is, and where the examples are found.

Each family has a file ``examples_<family>.py`` beside this one with a list ``EXAMPLES``. Ops that no row of arrays can show
(variables, iterators, files) are named there in a dict ``ELSEWHERE``: op to the test file that shows them.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Example:
    """One call of an op, and what it must give.

    Attributes
    ----------
    op : str
        TensorFlow's op type.
    inputs : sequence
        One array for each input; a list of arrays for an input that is a list.
    formula : callable or None
        From the inputs (as given) to the outputs, in plain numpy and not by the op's own kernel: one array, or a tuple for
        several outputs. None if the values are random: only shape and dtype are checked.
    attrs : mapping
        The attributes that are not left to their defaults.
    constants : sequence of int
        The positions of inputs that are constants in the graph, such as axes and shapes.
    gradients : sequence of int or None
        The positions of inputs whose gradient is compared with a central difference; None for all that have floating
        point values and are not constants, if the op is differentiable.
    rtol : float
        How closely float32 values agree.
    note : str
        What the row shows, for its test id.
    """

    op: str
    inputs: Sequence[Any]
    formula: Callable[..., Any] | None
    attrs: Mapping[str, Any] = field(default_factory=dict)
    constants: Sequence[int] = ()
    gradients: Sequence[int] | None = None
    rtol: float = 1e-5
    note: str = ""

    @property
    def id(self) -> str:
        """The name of the row in test output."""
        return f"{self.op}-{self.note.replace(' ', '_')}" if self.note else self.op


def _modules() -> list[Any]:
    files = sorted(Path(__file__).parent.glob("examples_*.py"))
    return [importlib.import_module(f"tests.ops.{file.stem}") for file in files]


def all_examples() -> list[Example]:
    """The rows of all families."""
    return [row for module in _modules() for row in module.EXAMPLES]


def shown_elsewhere() -> dict[str, str]:
    """The ops without a row, with the test file that shows each."""
    return {op: place for module in _modules() for op, place in getattr(module, "ELSEWHERE", {}).items()}


def f32(*values: Any) -> Any:
    """A float32 array."""
    return np.array(values if len(values) != 1 else values[0], np.float32)


def i32(*values: Any) -> Any:
    """An int32 array."""
    return np.array(values if len(values) != 1 else values[0], np.int32)


def normal(*shape: int, seed: int = 0) -> Any:
    """Float32 numbers around 0."""
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def positive(*shape: int, seed: int = 0) -> Any:
    """Float32 numbers between 0.2 and 1.2."""
    return (np.random.default_rng(seed).random(shape) + 0.2).astype(np.float32)


def inner(*shape: int, seed: int = 0) -> Any:
    """Float32 numbers between -0.9 and 0.9."""
    return ((np.random.default_rng(seed).random(shape) - 0.5) * 1.8).astype(np.float32)


def booleans(*shape: int, seed: int = 0) -> Any:
    """True and False."""
    return np.random.default_rng(seed).random(shape) > 0.5
