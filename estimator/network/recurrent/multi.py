"""Cells one upon the other: the output of each is the input of the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core import nest
from estimator.core.dtypes import DTypeLike
from estimator.functions.arrays import concat, split
from estimator.graph.graph import get_default_graph
from estimator.network.layers.layer import Layer
from estimator.network.recurrent.cell import RNNCell, demand_cell
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import Variable


class MultiRNNCell(RNNCell):
    """Cells one upon the other, with variables below ``multi_rnn_cell/cell_0/``, ``cell_1/``...

    Parameters
    ----------
    cells : list of RNNCell
        From the inputs to the output. One that stands there twice shares its variables.
    state_is_tuple : bool
        Whether the state is a tuple of the cells' states, else these side by side in one matrix.

    Raises
    ------
    TypeError
        If `cells` is no list, or something in it is not a cell.
    ValueError
        If there is none, or a state is to be one matrix and a cell's is none.

    Source
    ------
    tf.nn.rnn_cell.MultiRNNCell, TF 1.15 rnn_cell_impl.py
    """

    def __init__(self, cells: Sequence[Any], state_is_tuple: bool = True) -> None:
        super().__init__()
        if not isinstance(cells, (list, tuple)):
            raise TypeError(f"cells must be a list or tuple of cells, but received: {cells!r}.")
        if not cells:
            raise ValueError("Must specify at least one cell for MultiRNNCell: cells is empty.")
        demand_cell(**{f"cells[{number}]": cell for number, cell in enumerate(cells)})
        if not state_is_tuple and any(nest.is_nested(cell.state_size) for cell in cells):
            raise ValueError(
                "Some cells return tuples of states, but the flag state_is_tuple is not set. State sizes are: "
                f"{[cell.state_size for cell in cells]}. Make those cells with state_is_tuple=False, too."
            )
        self._cells, self._state_is_tuple = list(cells), state_is_tuple

    @property
    def state_size(self) -> Any:
        """The cells' sizes, as a tuple or their sum."""
        sizes = tuple(cell.state_size for cell in self._cells)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Any:
        """That of the last cell."""
        return self._cells[-1].output_size

    @property
    def variables(self) -> list[Variable]:
        """The variables of the cells."""
        return variables_of(self._cells)

    def zero_state(self, batch_size: Any, dtype: DTypeLike) -> Any:
        """The cells' states to begin with; see :meth:`~estimator.network.recurrent.cell.RNNCell.zero_state`."""
        if not self._state_is_tuple:
            return super().zero_state(batch_size, dtype)
        with get_default_graph().name_scope(f"{type(self).__name__}ZeroState"):
            return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """The output of the last cell, and the new states of all.

        Raises
        ------
        ValueError
            If `state` has not one part for each cell.
        """
        states = state if self._state_is_tuple else split(state, [cell.state_size for cell in self._cells], 1)
        if not isinstance(states, (list, tuple)) or len(states) != len(self._cells):
            raise ValueError(
                f"{self.name}: expected state to be a tuple of length {len(self._cells)}, a part for each cell as "
                f"zero_state() gives it, but received: {state!r}."
            )
        new_states = []
        for number, (cell, before) in enumerate(zip(self._cells, states, strict=True)):
            with variable_scope(f"cell_{number}"):
                inputs, after = cell(inputs, before)
            new_states.append(after)
        return inputs, tuple(new_states) if self._state_is_tuple else concat(new_states, 1)


def variables_of(cells: Sequence[Any]) -> list[Variable]:
    """The variables of cells, each once; of those that are no layers nothing is known."""
    found = {
        id(variable): variable for cell in cells if isinstance(cell, Layer) for variable in cell.variables
    }
    return list(found.values())
