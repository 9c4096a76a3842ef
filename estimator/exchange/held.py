"""What one side of a conversion holds: weights, what an optimizer keeps of each, and a few facts."""

from __future__ import annotations

from dataclasses import field
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, bfloat16
from estimator.core.frozen import mutable
from estimator.core.named_tuple import NamedTuple
from estimator.formats.safetensors import TypedArray
from estimator.graph.bfloat16 import from_bits, to_bits

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]


class Moment(NamedTuple):
    """What an optimizer keeps of each weight, in the words of both sides.

    Attributes
    ----------
    torch : str
        Its key in the state of one of PyTorch's parameters.
    slot : str
        What the name of the slot adds to the variable's.
    keras : tuple of str or None
        Optimizer and slot in checkpoints of optimizers of tf.keras, where that is the same number.
    """

    torch: str
    slot: str
    keras: tuple[str, str] | None = None


MOMENTS = (
    Moment("exp_avg", "Adam", ("Adam", "m")),
    Moment("exp_avg_sq", "Adam_1", ("Adam", "v")),
    Moment("max_exp_avg_sq", "Adam_2", ("Adam", "vhat")),
    Moment("momentum_buffer", "Momentum"),  # Keras keeps steps there, which have the learning rate in them
    Moment("sum", "Adagrad", ("Adagrad", "accumulator")),
)


@mutable
class Held:
    """The contents of a file or a model_dir.

    Attributes
    ----------
    where : str
        The file, or the prefix of the checkpoint.
    weights : dict
        Name to array, in the order of the layers as far as it is known.
    moments : dict
        :attr:`Moment.torch` to name of a weight to array.
    hyper : dict
        What the optimizer was made with, in PyTorch's words: ``betas``.
    step : int or None
        How many steps were made.
    optimizer_step : int or None
        How many of them the optimizer has made.
    facts : dict
        ``epoch`` and ``loss``, where they are known.
    tied : dict
        Names under which a weight stands once more, to its first one.
    left : list of str
        What is there and takes no part, a sentence each.
    others : dict
        Of a checkpoint: what is neither a weight nor a moment that is known, by key.
    unknown : list of str
        What an optimizer keeps and no optimizer of the other side, by the name of the slot: ``RMSProp``.
    keys : dict
        Of a checkpoint: moment and weight, to the key of the slot.
    groups : list of dict
        Of a file of PyTorch's: the optimizer's groups, each parameter by its name.
    """

    where: str
    weights: dict[str, TypedArray] = field(default_factory=dict)
    moments: dict[str, dict[str, Array]] = field(default_factory=dict)
    hyper: dict[str, Any] = field(default_factory=dict)
    step: int | None = None
    optimizer_step: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    tied: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    others: dict[str, TypedArray] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    groups: list[dict[str, Any]] = field(default_factory=list)

    def shapes(self) -> dict[str, Shape]:
        """Name of a weight to its shape."""
        return {name: value.array.shape for name, value in self.weights.items()}


def cast(value: TypedArray, dtype: DType) -> TypedArray:
    """The numbers in another type; of bfloat16 the array has the bits."""
    if value.dtype is dtype:
        return value
    numbers = from_bits(value.array) if value.dtype is bfloat16 else value.array
    return TypedArray(to_bits(numbers) if dtype is bfloat16 else numbers.astype(dtype.np), dtype)
