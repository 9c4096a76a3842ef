"""Two networks over the same inputs: one from the beginning, one from the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.core import nest
from estimator.core.dtypes import DTypeLike
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import tensor_of
from estimator.functions.arrays import concat, reverse, reverse_sequence, stack, unstack
from estimator.graph.tensor import Tensor
from estimator.network.recurrent.cell import demand_cell
from estimator.network.recurrent.dynamic import dynamic_rnn
from estimator.network.recurrent.static import demand_steps, static_rnn
from estimator.variables.scopes import VariableScope, get_variable_scope, variable_scope


def bidirectional_dynamic_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: DTypeLike | None = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: str | VariableScope | None = None,
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Outputs and last states of two cells; the second one reads each example from its end.

    Its outputs stand where their inputs do. The arguments are those of
    :func:`~estimator.network.recurrent.dynamic.dynamic_rnn`; variables are made below ``fw/`` and ``bw/``.

    Returns
    -------
    outputs, states : pairs
        Forward and backward; ``tf.concat(outputs, 2)`` joins the outputs.

    Raises
    ------
    TypeError
        If `cell_fw` or `cell_bw` is not a cell.
    ValueError
        As dynamic_rnn.

    Source
    ------
    tf.nn.bidirectional_dynamic_rnn, TF 1.15 rnn.py
    """
    demand_cell(cell_fw=cell_fw, cell_bw=cell_bw)
    time, batch = (0, 1) if time_major else (1, 0)

    def turned(x: Any) -> Tensor:
        if sequence_length is None:
            return reverse(x, [time])
        return reverse_sequence(x, sequence_length, time, batch)

    def run(cell: Any, given: Any, state: Any, way: VariableScope) -> tuple[Any, Any]:
        return dynamic_rnn(
            cell, given, sequence_length, state, dtype, parallel_iterations, swap_memory, time_major, way
        )

    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as way:
            forward, state_fw = run(cell_fw, inputs, initial_state_fw, way)
        with variable_scope("bw") as way:
            from_end = nest.map_structure(turned, nest.map_structure(tensor_of, inputs))
            backward, state_bw = run(cell_bw, from_end, initial_state_bw, way)
    return (forward, nest.map_structure(turned, backward)), (state_fw, state_bw)


def stack_bidirectional_dynamic_rnn(
    cells_fw: list[Any],
    cells_bw: list[Any],
    inputs: Any,
    initial_states_fw: list[Any] | None = None,
    initial_states_bw: list[Any] | None = None,
    dtype: DTypeLike | None = None,
    sequence_length: Any = None,
    parallel_iterations: int | None = None,
    time_major: bool = False,
    scope: str | VariableScope | None = None,
    swap_memory: bool = False,
) -> tuple[Tensor, tuple[Any, ...], tuple[Any, ...]]:
    """Layers of two cells, of which each reads the outputs of the one below, forward and backward side by side.

    The arguments are those of :func:`bidirectional_dynamic_rnn`, a cell and a state for each layer; variables are made
    below ``cell_0/``, ``cell_1/`` and so on.

    Returns
    -------
    outputs : Tensor
        Of the last layer, forward and backward side by side.
    states_fw, states_bw : tuples
        The last state of each layer.

    Raises
    ------
    ValueError
        If there are no lists of cells, or they and the lists of states are not of one length. The error has all
        problems.

    Source
    ------
    tf.contrib.rnn.stack_bidirectional_dynamic_rnn, TF 1.15 rnn.py
    """
    _check_layers("stack_bidirectional_dynamic_rnn", cells_fw, cells_bw, initial_states_fw, initial_states_bw)

    def run(cell_fw: Any, cell_bw: Any, below: Any, first_fw: Any, first_bw: Any) -> tuple[Any, Any, Any]:
        outputs, (state_fw, state_bw) = bidirectional_dynamic_rnn(
            cell_fw, cell_bw, below, sequence_length, first_fw, first_bw, dtype, parallel_iterations,
            swap_memory, time_major,
        )  # fmt: skip
        return concat(outputs, 2), state_fw, state_bw

    layers = list(zip(cells_fw, cells_bw, strict=True))
    return _stacked(
        run, layers, inputs, initial_states_fw, initial_states_bw, scope or "stack_bidirectional_rnn"
    )


def stack_bidirectional_rnn(
    cells_fw: list[Any],
    cells_bw: list[Any],
    inputs: Sequence[Any],
    initial_states_fw: list[Any] | None = None,
    initial_states_bw: list[Any] | None = None,
    dtype: DTypeLike | None = None,
    sequence_length: Any = None,
    scope: str | VariableScope | None = None,
) -> tuple[list[Any], tuple[Any, ...], tuple[Any, ...]]:
    """Layers of two cells, as :func:`stack_bidirectional_dynamic_rnn`, for one tensor a step.

    The arguments are those of :func:`static_bidirectional_rnn`, a cell and a state for each layer; variables are made
    below ``cell_0/``, ``cell_1/`` and so on.

    Returns
    -------
    outputs : list
        Of the last layer, forward and backward side by side.
    states_fw, states_bw : tuples
        The last state of each layer.

    Raises
    ------
    ValueError
        If there are no lists of cells, or they and the lists of states are not of one length. The error has all
        problems.

    Source
    ------
    tf.contrib.rnn.stack_bidirectional_rnn, TF 1.15 rnn.py
    """
    _check_layers("stack_bidirectional_rnn", cells_fw, cells_bw, initial_states_fw, initial_states_bw)

    def run(cell_fw: Any, cell_bw: Any, below: Any, first_fw: Any, first_bw: Any) -> tuple[Any, Any, Any]:
        around = get_variable_scope()
        return static_bidirectional_rnn(
            cell_fw, cell_bw, below, first_fw, first_bw, dtype, sequence_length, around
        )

    layers = list(zip(cells_fw, cells_bw, strict=True))
    return _stacked(
        run, layers, inputs, initial_states_fw, initial_states_bw, scope or "stack_bidirectional_rnn"
    )


def _stacked(
    run: Callable[..., tuple[Any, Any, Any]],
    layers: Sequence[tuple[Any, Any]],
    inputs: Any,
    first_states_fw: Sequence[Any] | None,
    first_states_bw: Sequence[Any] | None,
    scope: str | VariableScope,
) -> tuple[Any, tuple[Any, ...], tuple[Any, ...]]:
    states = []
    with variable_scope(scope):
        for layer, cells in enumerate(layers):
            first = (given[layer] if given else None for given in (first_states_fw, first_states_bw))
            with variable_scope(f"cell_{layer}"):
                inputs, *last = run(*cells, inputs, *first)
            states.append(last)
    states_fw, states_bw = zip(*states, strict=True)
    return inputs, states_fw, states_bw


def _check_layers(function: str, cells_fw: Any, cells_bw: Any, states_fw: Any, states_bw: Any) -> None:
    problems = [
        f"{name} must be a list of RNNCells (one per layer), given: {cells!r}"
        for name, cells in (("cells_fw", cells_fw), ("cells_bw", cells_bw))
        if not isinstance(cells, list) or not cells
    ]
    if not problems and len(cells_fw) != len(cells_bw):
        problems.append(
            f"Forward and Backward cells must have the same depth: {len(cells_fw)} and {len(cells_bw)}"
        )
    problems += [
        f"{name} must be a list of state tensors (one per layer)"
        for name, states, cells in (
            ("initial_states_fw", states_fw, cells_fw), ("initial_states_bw", states_bw, cells_bw),
        )
        if states is not None and not (isinstance(states, list) and len(states) == len(cells))
    ]  # fmt: skip
    raise_problems(function, problems)


def static_bidirectional_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Sequence[Any],
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: DTypeLike | None = None,
    sequence_length: Any = None,
    scope: str | VariableScope | None = None,
) -> tuple[list[Any], Any, Any]:
    """For each of several inputs the outputs of two cells, side by side, and their last states.

    The second cell reads each example from its end. The arguments are those of
    :func:`~estimator.network.recurrent.static.static_rnn`; variables are made below ``fw/`` and ``bw/``.

    Returns
    -------
    outputs : list
    state_fw, state_bw

    Raises
    ------
    TypeError
        If `cell_fw` or `cell_bw` is not a cell, or `inputs` is no list.
    ValueError
        As static_rnn.

    Source
    ------
    tf.nn.static_bidirectional_rnn, TF 1.15 rnn.py
    """
    demand_cell(cell_fw=cell_fw, cell_bw=cell_bw)
    steps = demand_steps(inputs)
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as way:
            forward, state_fw = static_rnn(cell_fw, steps, initial_state_fw, dtype, sequence_length, way)
        with variable_scope("bw") as way:
            turned = from_end(steps, sequence_length)
            backward, state_bw = static_rnn(cell_bw, turned, initial_state_bw, dtype, sequence_length, way)
    backward = from_end(backward, sequence_length)
    outputs = [
        nest.map_structure(lambda *both: concat(both, 1), one, other)
        for one, other in zip(forward, backward, strict=True)
    ]
    return outputs, state_fw, state_bw


def from_end(steps: list[Any], sequence_length: Any) -> list[Any]:
    """The steps of each example in the opposite order, up to its length."""
    if sequence_length is None:
        return steps[::-1]
    columns = [
        unstack(reverse_sequence(stack(column), sequence_length, 0, 1), len(steps))
        for column in zip(*map(nest.flatten, steps), strict=True)
    ]
    return [
        nest.pack_as(step, list(row)) for step, row in zip(steps, zip(*columns, strict=True), strict=True)
    ]


near_keywords_of_functions(__name__)
