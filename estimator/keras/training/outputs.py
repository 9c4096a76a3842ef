"""Which loss, which metrics, labels and weights belong to which output of a model.

They are given for all outputs at once, as a list in the order of the outputs, or as a dict by their names.

Source
------
keras/src/engine/compile_utils.py, TF 2.15
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core import nest
from estimator.core.registry import did_you_mean
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.keras.layer import MASK


def output_names(outputs: Any) -> list[str]:
    """Names for the outputs of a model whose layers do not tell: ``output_1``, or the keys of a dict."""
    return ["_".join(path) if path else "output_1" for path in _paths(outputs)]


def _paths(value: Any, is_outermost: bool = True) -> list[tuple[str, ...]]:
    """Where each leaf is: a number counts from 1, and is called an output where the path begins with it."""
    if isinstance(value, Mapping):
        parts = [(str(key), value[key]) for key in nest.sorted_keys(value)]
    elif nest.is_nested(value):
        head = "output_" if is_outermost else ""
        parts = [(f"{head}{place}", item) for place, item in enumerate(value, 1)]
    else:
        return [()]
    return [(name, *rest) for name, item in parts for rest in _paths(item, False)]


def for_each_output(given: Any, outputs: Any, names: Sequence[str], what: str) -> list[Any]:
    """What is given for each output, in their order; None where there is nothing.

    Parameters
    ----------
    given : object
        For one output each, a structure of such by name or in order; else for all of them.
    outputs : structure of Tensor
    names : sequence of str
        Of the outputs.
    what : str
        For messages: ``loss``, ``y``.

    Raises
    ------
    ValueError
        If something is given for an output that there is not, or for more or fewer than there are.
    """
    count = len(nest.flatten(outputs))
    if isinstance(given, Mapping):
        return _by_name(given, nest.sorted_keys(outputs) if isinstance(outputs, Mapping) else names, what)
    if not isinstance(given, (list, tuple)):
        return [given] * count
    found = list(given) if len(given) == count else nest.flatten(given)
    if len(found) != count:
        raise ValueError(
            f"`{what}` is given for {len(found)} outputs, and the model has {count}: {', '.join(names)}."
        )
    return found


def _by_name(given: Mapping[Any, Any], names: Sequence[Any], what: str) -> list[Any]:
    unknown = [key for key in given if key not in names]
    if unknown:
        hint = did_you_mean(str(unknown[0]), [str(name) for name in names])
        raise ValueError(
            f"`{what}` is given for {', '.join(map(repr, unknown))}, which no output of the model is called.{hint} "
            f"Found unexpected keys that do not correspond to any Model output; the outputs are: {', '.join(names)}."
        )
    return [given.get(name) for name in names]


def matched(y: Tensor, prediction: Tensor, weight: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """Labels and weights in the rank and, where both are floats or both are whole numbers, the type of a prediction."""
    ranks = y.shape.rank, prediction.shape.rank
    if ranks == (1, 2):
        y = b.ExpandDims(y, -1)
    if weight is not None and (weight.shape.rank, ranks[1]) == (1, 2):
        weight = b.ExpandDims(weight, -1)
    both_float = y.dtype.is_floating and prediction.dtype.is_floating
    both_whole = y.dtype.is_integer and prediction.dtype.is_integer
    return _cast(y, prediction) if both_float or both_whole else y, (
        None if weight is None else _cast(weight, prediction)
    )


def _cast(tensor: Tensor, like: Tensor) -> Tensor:
    return tensor if tensor.dtype is like.dtype else b.Cast(tensor, DstT=like.dtype)


def mask_of(prediction: Tensor) -> Tensor | None:
    """The mask of an output, in its type; None if it has none."""
    mask = getattr(prediction, MASK, None)
    return None if mask is None else _cast(mask, prediction)


def masked(weight: Tensor | None, mask: Tensor | None) -> Tensor | None:
    """Weights that are 0 where the mask is."""
    if mask is None or weight is None:
        return weight if mask is None else mask
    missing = (weight.shape.rank or 0) - (mask.shape.rank or 0)
    if missing == 1 and weight.dims is not None and weight.dims[-1] == 1:
        weight = b.Squeeze(weight, squeeze_dims=[-1])
    elif missing == -1:
        weight = b.ExpandDims(weight, -1)
    return weight * mask
