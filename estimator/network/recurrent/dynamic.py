"""Networks whose steps are a loop: for sequences in one tensor, as long as it is."""

from __future__ import annotations

from typing import Any

from estimator.core import nest
from estimator.core.dtypes import DTypeLike
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import Dims, compatible, is_static, merge, show
from estimator.functions.arguments import tensor_of
from estimator.functions.arrays import constant, identity, shape, transpose
from estimator.functions.control_flow.tensor_array import TensorArray
from estimator.functions.control_flow.while_loop import while_loop
from estimator.functions.logic import equal, less
from estimator.functions.math import maximum, minimum
from estimator.functions.reductions import reduce_max
from estimator.functions.scoping import Assert, control_dependencies
from estimator.graph.tensor import Tensor
from estimator.network.recurrent.cell import demand_cell
from estimator.network.recurrent.sizes import batched_dims
from estimator.network.recurrent.step import (
    Step,
    initial_state_of,
    lengths_of,
    output_dtype,
    zero_output_of,
)
from estimator.variables.scopes import VariableScope, variable_scope


def dynamic_rnn(
    cell: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state: Any = None,
    dtype: DTypeLike | None = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: str | VariableScope | None = None,
) -> tuple[Any, Any]:
    """The outputs of a cell at all times, and its last state.

    Parameters
    ----------
    cell : RNNCell
    inputs : Tensor or nested structure of tensors
        The sizes of batch and time need not be known, all others must be.
    sequence_length : Tensor, optional
        The number of steps of each example. Past it the output is zeros and the state stays; past the longest one
        nothing is computed.
    initial_state : nested structure of tensors, optional
        By default zeros; then `dtype` is needed.
    dtype : DType, optional
        Of state and output, where `initial_state` does not say it.
    parallel_iterations, swap_memory : optional
        Accepted for old scripts.
    time_major : bool
        Whether inputs and outputs have the time before the batch, which saves turning them.
    scope : str or VariableScope, optional
        By default ``"rnn"``.

    Shape
    -----
    inputs [batch, time, size], sequence_length [batch] -> outputs [batch, time, output_size], state [batch, state_size]

    Raises
    ------
    TypeError
        If `cell` is not a cell.
    ValueError
        If an input has a size that must be known and is not, inputs differ in batch or time, or `sequence_length` is no
        vector of one number for each example.

    Source
    ------
    tf.nn.dynamic_rnn, TF 1.15 rnn.py
    """
    demand_cell(cell=cell)
    with variable_scope(scope or "rnn"):
        given = nest.map_structure(tensor_of, inputs)
        _demand_sizes(nest.flatten(given))
        sequences = _Sequences(given if time_major else nest.map_structure(_turned, given))
        lengths = None if sequence_length is None else sequences.checked(lengths_of(sequence_length))
        state = initial_state_of(cell, initial_state, sequences.batch_size, dtype)
        outputs, state = _run(cell, sequences, lengths, state, dtype, parallel_iterations or 32, swap_memory)
        if not time_major:
            outputs = nest.map_structure(_turned, outputs)
    return outputs, state


def _demand_sizes(inputs: list[Tensor]) -> None:
    for tensor in inputs:
        if tensor.dims is None or len(tensor.dims) < 3 or not is_static(tensor.dims[2:]):
            raise ValueError(
                "inputs must be [batch, time, size], or with time_major [time, batch, size], and Input size must be "
                f"accessible via shape inference; given: {tensor} of shape {show(tensor.dims)}. Use set_shape."
            )


def _turned(x: Tensor) -> Tensor:
    """The first two axes, batch and time, in the other order."""
    return transpose(x, [1, 0, *range(2, len(x.dims or ()))])


class _Sequences:
    """The inputs of all steps, time before batch.

    Parameters
    ----------
    inputs : nested structure of Tensor

    Attributes
    ----------
    batch_size, time_steps : int or Tensor
    static : tuple of (int or None)
        What is known of time and batch.

    Raises
    ------
    ValueError
        If inputs differ in batch or time.
    """

    def __init__(self, inputs: Any) -> None:
        self.inputs = inputs
        self._tensors = nest.flatten(inputs)
        known: Dims = (None, None)
        for tensor in self._tensors:
            dims = tensor.dims[:2]
            if not compatible(known, dims):
                raise ValueError(
                    f"all inputs must have one number of steps and one batch size: {show(known)} and {show(dims)}, "
                    "time first, are given."
                )
            known = merge(known, dims)
        self.static = known or ()
        self.time_steps, self.batch_size = (
            shape(self._tensors[0])[axis] if size is None else size for axis, size in enumerate(self.static)
        )

    def checked(self, lengths: Tensor) -> Tensor:
        """The lengths of the examples, which must be as many as these are."""
        if None not in (self.static[1], (lengths.dims or (None,))[0]):
            if lengths.dims != (self.static[1],):
                raise ValueError(
                    f"sequence_length must have a number for each of the {self.static[1]} examples of a batch, given: "
                    f"{lengths} of shape {lengths.shape}."
                )
            return identity(lengths, "sequence_length")
        told = [
            "sequence_length has not one number for each example of the batch: ",
            shape(lengths),
            self.batch_size,
        ]
        with control_dependencies([Assert(equal(shape(lengths)[0], self.batch_size), told)]):
            return identity(lengths, "CheckSeqLen")

    def arrays(self) -> list[TensorArray]:
        """The inputs of each step."""
        return [
            TensorArray(tensor.dtype, self.time_steps, element_shape=tensor.dims[1:]).unstack(tensor)
            for tensor in self._tensors
        ]

    def read(self, arrays: list[TensorArray], time: Tensor) -> Any:
        """The inputs of one step."""
        found = [array.read(time) for array in arrays]
        for step, tensor in zip(found, self._tensors, strict=True):
            step.set_shape(tensor.dims[1:])
        return nest.pack_as(self.inputs, found)


def _run(
    cell: Any,
    sequences: _Sequences,
    lengths: Tensor | None,
    state: Any,
    dtype: DTypeLike | None,
    parallel_iterations: int,
    swap_memory: bool,
) -> tuple[Any, Any]:
    """Outputs, time before batch, and last state."""
    kind, bound = output_dtype(dtype, state), sequences.time_steps
    step = Step(cell)
    if lengths is not None:
        step = Step(cell, lengths, zero_output_of(cell, sequences.batch_size, kind))
        bound = minimum(bound, maximum(1, reduce_max(lengths)))
    sizes = nest.flatten(cell.output_size)
    written = [
        TensorArray(kind, sequences.time_steps, element_shape=batched_dims(sequences.static[1], size))
        for size in sizes
    ]
    arrays = sequences.arrays()

    def advance(time: Tensor, outputs: list[TensorArray], before: Any) -> Any:
        output, after = step(time, sequences.read(arrays, time), before)
        outputs = [array.write(time, part) for array, part in zip(outputs, nest.flatten(output), strict=True)]
        return time + 1, outputs, _as_before(before, after)

    _, written, state = while_loop(
        lambda time, *_: less(time, bound),
        advance,
        (constant(0, name="time"), written, state),
        parallel_iterations=parallel_iterations,
        swap_memory=swap_memory,
        maximum_iterations=sequences.time_steps,
    )
    outputs = [array.stack() for array in written]
    for output, size in zip(outputs, sizes, strict=True):
        output.set_shape(batched_dims(sequences.static, size))
    return nest.pack_as(cell.output_size, outputs), state


def _as_before(before: Any, after: Any) -> Any:
    """The new state with what is known of the old one's shapes, in its structure."""
    for old, new in zip(nest.flatten(before), nest.flatten(after), strict=True):
        if isinstance(old, Tensor):
            new.set_shape(old.dims)
    return nest.pack_as(before, nest.flatten(after))


near_keywords_of_functions(__name__)
