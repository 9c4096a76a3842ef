"""Networks whose steps all stand in the graph, one after the other: for sequences that are lists of tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from estimator.core import nest
from estimator.core.dtypes import DTypeLike
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import compatible, is_static, show
from estimator.functions.arguments import tensor_of
from estimator.functions.arrays import identity, shape
from estimator.functions.scoping import control_dependencies
from estimator.graph.tensor import Tensor
from estimator.network.recurrent.cell import demand_cell
from estimator.network.recurrent.step import (
    Step,
    initial_state_of,
    lengths_of,
    output_dtype,
    zero_output_of,
)
from estimator.variables.scopes import VariableScope, variable_scope


def static_rnn(
    cell: Any,
    inputs: Sequence[Any],
    initial_state: Any = None,
    dtype: DTypeLike | None = None,
    sequence_length: Any = None,
    scope: str | VariableScope | None = None,
) -> tuple[list[Any], Any]:
    """The outputs of a cell for each of several inputs, and its last state.

    Parameters
    ----------
    cell : RNNCell
    inputs : list
        For each step a tensor, or a nested structure of tensors.
    initial_state : nested structure of tensors, optional
        By default zeros; then `dtype` is needed.
    sequence_length : Tensor, optional
        The number of steps of each example. Past it the output is zeros and the state stays.
    scope : str or VariableScope, optional
        By default ``"rnn"``.

    Shape
    -----
    each input [batch, size], sequence_length [batch] -> each output [batch, output_size], state [batch, state_size]

    Raises
    ------
    TypeError
        If `cell` is not a cell, or `inputs` is no list.
    ValueError
        If `inputs` is empty, an input's size is not known, or the batches differ in size.

    Source
    ------
    tf.nn.static_rnn, TF 1.15 rnn.py
    """
    demand_cell(cell=cell)
    steps = demand_steps(inputs)
    with variable_scope(scope or "rnn") as opened:
        batch_size = _batch_size(steps)
        state = initial_state_of(cell, initial_state, batch_size, dtype)
        if sequence_length is None:
            step = Step(cell)
        else:
            zeros = zero_output_of(cell, batch_size, output_dtype(dtype, state))
            step = Step(cell, lengths_of(sequence_length), zeros)
        outputs = []
        for time, step_inputs in enumerate(steps):
            if time:
                opened.reuse_variables()
            output, state = step(time, step_inputs, state)
            outputs.append(output)
    return outputs, state


def demand_steps(inputs: Any) -> list[Any]:
    """The inputs of each step, as tensors.

    Raises
    ------
    TypeError
        If they are no list.
    ValueError
        If there is none.
    """
    if not isinstance(inputs, (list, tuple)):
        raise TypeError(
            f"inputs must be a list of tensors, one for each step, given: {inputs!r}. tf.unstack(x, axis=1) makes one "
            "of [batch, time, size]; tf.nn.dynamic_rnn takes that as it is."
        )
    if not inputs:
        raise ValueError("inputs must not be empty: there is no step.")
    return [nest.map_structure(tensor_of, step) for step in inputs]


def _batch_size(steps: list[Any]) -> Any:
    """The number of examples; a tensor where it is not known."""
    tensors = nest.flatten(steps)
    known = next((tensor.dims[0] for tensor in tensors if tensor.dims and tensor.dims[0] is not None), None)
    for tensor in tensors:
        dims = tensor.dims
        if not dims or not is_static(dims[1:]):
            raise ValueError(
                f"Input size must be accessible via shape inference, but saw the shape {show(dims)} of {tensor}: use "
                "set_shape([None, size])."
            )
        if not compatible(dims[:1], (known,)):
            raise ValueError(
                f"the inputs of all steps must have one batch size, given: {known} and {dims[0]}."
            )
    return shape(tensors[0])[0] if known is None else known


class StateSaver(Protocol):
    """Keeps the state of a network from one run to the next."""

    def state(self, name: str) -> Tensor:
        """The tensor that was saved under a name."""

    def save_state(self, name: str, value: Tensor) -> Any:
        """The operation that saves a tensor under a name."""


def static_state_saving_rnn(
    cell: Any,
    inputs: Sequence[Any],
    state_saver: StateSaver,
    state_name: Any,
    sequence_length: Any = None,
    scope: str | VariableScope | None = None,
) -> tuple[list[Any], Any]:
    """As :func:`static_rnn`, from a state that is saved, and saves the last one before it gives it.

    Parameters
    ----------
    state_saver : object
        With ``state(name)``, and ``save_state(name, value)``.
    state_name : str, or nested structure of str
        A name for each part of the cell's state.

    Raises
    ------
    ValueError
        If `state_name` has not the structure of the cell's state.

    Source
    ------
    tf.nn.static_state_saving_rnn, TF 1.15 rnn.py
    """
    names = nest.flatten(state_name)
    nested = nest.is_nested(cell.state_size)
    if nest.is_nested(state_name) != nested or len(names) != len(nest.flatten(cell.state_size)):
        raise ValueError(
            f"state_name must have a name for each part of the cell's state, {cell.state_size!r}, given: "
            f"{state_name!r}."
        )
    before = nest.pack_as(cell.state_size, [state_saver.state(name) for name in names])
    outputs, state = static_rnn(cell, inputs, before, None, sequence_length, scope)
    saved = [
        state_saver.save_state(name, part) for name, part in zip(names, nest.flatten(state), strict=True)
    ]
    with control_dependencies(saved):
        outputs[-1], state = nest.map_structure(identity, (outputs[-1], state))
    return outputs, state


near_keywords_of_functions(__name__)
