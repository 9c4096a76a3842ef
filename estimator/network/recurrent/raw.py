"""A network whose loop is driven by a function: it says what the next inputs are, what is kept, and when to end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core import nest
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import is_static
from estimator.functions.arguments import tensor_of
from estimator.functions.arrays import constant, shape
from estimator.functions.control_flow.tensor_array import TensorArray
from estimator.functions.control_flow.while_loop import while_loop
from estimator.functions.logic import logical_not, logical_or
from estimator.functions.reductions import reduce_all
from estimator.graph.tensor import Tensor
from estimator.network.recurrent.cell import demand_cell
from estimator.network.recurrent.sizes import batched_dims, zeros_of
from estimator.network.recurrent.step import demand_structure, keep_ended
from estimator.variables.scopes import VariableScope, variable_scope


def raw_rnn(
    cell: Any,
    loop_fn: Callable[..., Any],
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    scope: str | VariableScope | None = None,
) -> tuple[Any, Any, Any]:
    """What `loop_fn` emits at all times, the last state of a cell, and what else `loop_fn` has carried along.

    Parameters
    ----------
    cell : RNNCell
    loop_fn : callable
        From ``(time, cell_output, cell_state, loop_state)`` to ``(finished, next_input, next_cell_state, emit_output,
        next_loop_state)``. It is first called for time 0, before any step, with None for the other three: then it gives
        the state to begin with, and as `emit_output` what an emitted value of one example looks like, or None if it
        looks as the cell's output. Afterwards `emit_output` is emitted for each example; zeros for those that were
        finished before the step, whose state stays. `next_loop_state` None leaves that as it was.
    parallel_iterations, swap_memory : optional
        Accepted for old scripts.
    scope : str or VariableScope, optional
        By default ``"rnn"``.

    Returns
    -------
    emit_ta : TensorArray or nested structure of them
    state, loop_state

    Shape
    -----
    finished [batch], next_input [batch, size], state [batch, state_size], emit_output [batch, ...]

    Raises
    ------
    TypeError
        If `cell` is not a cell, or `loop_fn` no function.
    ValueError
        If something has not the structure that it had before.

    Source
    ------
    tf.nn.raw_rnn, TF 1.15 rnn.py
    """
    demand_cell(cell=cell)
    if not callable(loop_fn):
        raise TypeError(
            f"loop_fn must be a function of (time, cell_output, cell_state, loop_state), given: {loop_fn!r}."
        )
    with variable_scope(scope or "rnn"):
        time = constant(0, name="time")
        finished, inputs, state, emitted, carried = loop_fn(time, None, None, None)
        inputs, state = nest.map_structure(tensor_of, inputs), nest.map_structure(tensor_of, state)
        demand_structure("state of loop_fn", cell.state_size, state)
        loop = _Loop(cell, loop_fn, _batch_size(inputs), state, emitted)
        *_, arrays, state, last = while_loop(
            lambda time, finished, *_: logical_not(reduce_all(finished)),
            loop.advance,
            (
                time,
                tensor_of(finished),
                inputs,
                loop.arrays,
                state,
                constant(0) if carried is None else carried,
            ),
            parallel_iterations=parallel_iterations or 32,
            swap_memory=swap_memory,
        )
    return arrays, state, None if carried is None else last


def _batch_size(inputs: Any) -> Any:
    first = nest.flatten(inputs)[0]
    known = (first.dims or (None,))[0]
    return shape(first)[0] if known is None else known


class _Loop:
    """One round: a step of the cell, and what the function makes of it.

    Parameters
    ----------
    cell : RNNCell
    loop_fn : callable
    batch_size : int or Tensor
    state : nested structure of Tensor
        The first one.
    emitted : nested structure of Tensor, optional
        What is emitted for an example; by default the cell's output.

    Attributes
    ----------
    arrays : nested structure of TensorArray
        For what is emitted; empty.
    """

    def __init__(
        self, cell: Any, loop_fn: Callable[..., Any], batch_size: Any, state: Any, emitted: Any
    ) -> None:
        self._cell, self._loop_fn = cell, loop_fn
        structure = cell.output_size if emitted is None else emitted
        sizes, kinds = nest.flatten(structure), [nest.flatten(state)[0].dtype] * len(nest.flatten(structure))
        if emitted is not None:
            like = [tensor_of(part) for part in sizes]
            sizes = [part.dims if is_static(part.dims) else shape(part) for part in like]
            kinds = [part.dtype for part in like]
        static_batch = None if isinstance(batch_size, Tensor) else batch_size
        self.arrays = nest.pack_as(
            structure,
            [
                TensorArray(kind, 0, dynamic_size=True, element_shape=batched_dims(static_batch, size))
                for kind, size in zip(kinds, sizes, strict=True)
            ],
        )
        self._zeros = nest.pack_as(
            structure, [zeros_of(batch_size, size, kind) for kind, size in zip(kinds, sizes, strict=True)]
        )

    def advance(
        self, time: Tensor, finished: Tensor, inputs: Any, arrays: Any, state: Any, carried: Any
    ) -> Any:
        """The loop variables after a round."""
        output, new_state = self._cell(inputs, state)
        demand_structure("state", state, new_state)
        demand_structure("output", self._cell.output_size, output)
        now_finished, next_inputs, next_state, emitted, next_carried = self._loop_fn(
            time + 1, output, new_state, carried
        )
        demand_structure("state of loop_fn", state, next_state)
        demand_structure("next_input of loop_fn", inputs, next_inputs)
        demand_structure("emit_output of loop_fn", arrays, emitted)
        emitted = keep_ended(finished, self._zeros, emitted)
        return (
            time + 1,
            logical_or(finished, now_finished),
            next_inputs,
            nest.map_structure(lambda array, part: array.write(time, part), arrays, emitted),
            keep_ended(finished, state, next_state),
            carried if next_carried is None else next_carried,
        )


near_keywords_of_functions(__name__)
