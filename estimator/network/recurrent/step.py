"""One step of a cell over a batch whose sequences may have unlike lengths."""

from __future__ import annotations

from typing import Any

from estimator.core import nest
from estimator.core.dtypes import DType, DTypeLike, as_dtype
from estimator.functions.arguments import tensor_of
from estimator.functions.logic import greater_equal, where
from estimator.functions.math import cast
from estimator.graph.tensor import Tensor
from estimator.network.recurrent.sizes import zeros_of


class Step:
    """A cell, and what it gives for examples that have ended: zeros, and the state that they ended with.

    Parameters
    ----------
    cell : RNNCell
    sequence_length : Tensor, optional
        int32, the number of steps of each example; by default none ends.
    zero_output : nested structure of tensors, optional
        As the cell's output; needed with `sequence_length`.
    """

    def __init__(self, cell: Any, sequence_length: Tensor | None = None, zero_output: Any = None) -> None:
        self._cell, self._lengths, self._zeros = cell, sequence_length, zero_output

    def __call__(self, time: Any, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Output and new state.

        Raises
        ------
        ValueError
            If the cell gives another structure than its sizes say.
        """
        output, new_state = self._cell(inputs, state)
        demand_structure("state", state, new_state)
        demand_structure("output", self._cell.output_size, output)
        if self._lengths is None:
            return output, new_state
        ended = greater_equal(time, self._lengths)
        return keep_ended(ended, self._zeros, output), keep_ended(ended, state, new_state)


def demand_structure(what: str, wanted: Any, given: Any) -> None:
    if not nest.same_structure(wanted, given):
        raise ValueError(
            f"the cell gives {given!r} as its {what}, which has not the structure of {wanted!r}."
        )


def keep_ended(ended: Tensor, old: Any, new: Any) -> Any:
    """The new tensors, but the old ones in the rows of examples that have ended.

    Parameters
    ----------
    ended : Tensor
        A bool for each example.
    old, new : nested structures of tensors
        Scalars, which are nobody's, and TensorArrays are taken from `new`.
    """

    def kept(before: Any, after: Any) -> Any:
        if not isinstance(before, Tensor) or before.dims == ():
            return after
        chosen = where(ended, before, after)
        chosen.set_shape(before.dims)
        return chosen

    return nest.map_structure(kept, old, new)


def lengths_of(sequence_length: Any) -> Tensor:
    """The lengths of the examples as int32.

    Raises
    ------
    ValueError
        If they are no vector.
    """
    lengths = tensor_of(sequence_length, name="sequence_length")
    if lengths.dims is not None and len(lengths.dims) != 1:
        raise ValueError(
            "sequence_length must be a vector of length batch_size, the number of steps of each example; given: "
            f"{lengths} of shape {lengths.shape}."
        )
    result: Tensor = cast(lengths, "int32")
    return result


def initial_state_of(cell: Any, initial_state: Any, batch_size: Any, dtype: DTypeLike | None) -> Any:
    """The state to begin with, as tensors: the one given, or the cell's zeros.

    Raises
    ------
    ValueError
        If there is neither a state nor a type for zeros, or the state has not the structure of the cell's.
    """
    if initial_state is not None:
        if not nest.same_structure(cell.state_size, initial_state):
            raise ValueError(
                f"initial_state must be as cell.zero_state(batch_size, dtype) gives it, {cell.state_size!r}, given: "
                f"{initial_state!r}."
            )
        return nest.map_structure(tensor_of, initial_state)
    if dtype is None:
        raise ValueError(
            "If no initial_state is provided, argument `dtype` must be specified: dtype=tf.float32."
        )
    make = getattr(cell, "get_initial_state", None)
    if make is None:
        return cell.zero_state(batch_size, dtype)
    return make(inputs=None, batch_size=batch_size, dtype=dtype)


def output_dtype(dtype: DTypeLike | None, state: Any) -> DType:
    """The type of the output: the one given, or that of the state.

    Raises
    ------
    ValueError
        If the state has several types, or nothing.
    """
    if dtype is not None:
        return as_dtype(dtype)
    found = {part.dtype for part in nest.flatten(state)}
    if len(found) != 1:
        raise ValueError(
            f"the type of the output is that of the state, which has {len(found)}: "
            f"{sorted(kind.name for kind in found)}. Pass dtype."
        )
    return found.pop()


def zero_output_of(cell: Any, batch_size: Any, dtype: DType) -> Any:
    """Zeros in the structure of the cell's output."""
    return nest.map_structure(lambda size: zeros_of(batch_size, size, dtype), cell.output_size)
