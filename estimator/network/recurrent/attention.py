"""A cell that attends to what it has given before."""

from __future__ import annotations

from typing import Any

from estimator.core import nest
from estimator.core.dtypes import DTypeLike
from estimator.core.errors import raise_problems
from estimator.functions import arrays, linalg, math, nn, reductions
from estimator.graph.tensor import Tensor
from estimator.network.layers.layer import static_last_size
from estimator.network.recurrent.cell import RNNCell
from estimator.network.recurrent.projections import CellWithWeights, linear
from estimator.variables.get_variable import get_variable
from estimator.variables.scopes import variable_scope


class AttentionCellWrapper(CellWithWeights):
    """A cell that attends to its last outputs.

    With ``memory`` the last `attn_length` outputs and ``attention`` a weighted sum of them::

        cell_output, cell_state = cell([inputs, attention] · kernel + bias, cell_state)
        score = sum(attn_v · tanh(memory · attn_w + (cell_state · kernel + bias)))
        attention = sum(softmax(score) · memory)
        output = [cell_output, attention] · kernel + bias

    Parameters
    ----------
    cell : RNNCell
    attn_length : int
        How many outputs are remembered.
    attn_size : int, optional
        The size of output and attention; by default that of the cell's output.
    attn_vec_size : int, optional
        The size of the hidden layer of the scores; by default `attn_size`.
    input_size : int, optional
        To what inputs and attention are projected; by default the size of the inputs.
    state_is_tuple : bool
        Whether the state is ``(cell_state, attention, memory)``, else these side by side in one matrix.
    reuse : bool, optional
        Take the variables that a cell of the same name has made.

    Shape
    -----
    inputs [batch, size] -> [batch, attn_size]; memory [batch, attn_length * attn_size]

    Raises
    ------
    TypeError
        If `cell` is not one.
    ValueError
        If a size is not above 0, or the cell's state has parts and `state_is_tuple` is False.

    Source
    ------
    tf.contrib.rnn.AttentionCellWrapper, TF 1.15 rnn_cell.py; Cheng et al. 2016, arXiv:1601.06733
    """

    def __init__(
        self,
        cell: Any,
        attn_length: int,
        attn_size: int | None = None,
        attn_vec_size: int | None = None,
        input_size: int | None = None,
        state_is_tuple: bool = True,
        reuse: bool | None = None,
    ) -> None:
        given = {"attn_size": attn_size, "attn_vec_size": attn_vec_size, "input_size": input_size}
        sizes = {name: size for name, size in given.items() if size is not None}
        super().__init__(cell, reuse, {"attn_length": attn_length, **sizes})
        if nest.is_nested(cell.state_size) and not state_is_tuple:
            parts = f"the state of the cell has parts, {cell.state_size}: leave state_is_tuple at True"
            raise_problems(type(self).__name__, [f"{parts}."])
        self._length, self._size = attn_length, cell.output_size if attn_size is None else attn_size
        self._hidden_size = self._size if attn_vec_size is None else attn_vec_size
        self._input_size, self._state_is_tuple = input_size, state_is_tuple

    @property
    def state_size(self) -> Any:
        """The sizes of the cell's state, the attention and the memory, or their sum."""
        sizes = (self._cell.state_size, self._size, self._size * self._length)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> int:
        """`attn_size`, or else the size of the cell's output."""
        return int(self._size)

    def zero_state(self, batch_size: Any, dtype: DTypeLike) -> Any:
        """Zeros; see :meth:`~estimator.network.recurrent.cell.RNNCell.zero_state`."""
        return RNNCell.zero_state(self, batch_size, dtype)

    def call(self, inputs: Tensor, state: Any) -> tuple[Tensor, Any]:
        """The output, and the new state."""
        sizes = [self._cell.state_size, self._size, self._size * self._length]
        parts = state if self._state_is_tuple else arrays.split(state, sizes, axis=1)
        cell_state, attention, memory = parts
        size = self._input_size or static_last_size(inputs.dims, type(self).__name__)
        cell_output, cell_state = self._cell(linear([inputs, attention], size), cell_state)
        memory = arrays.reshape(memory, [-1, self._length, self._size])
        attention = self._attention(nest.flatten(cell_state), memory)
        with variable_scope("attn_output_projection"):
            output = linear([cell_output, attention], self._size)
        memory = arrays.concat([memory[:, 1:], arrays.expand_dims(output, 1)], 1)
        memory = arrays.reshape(memory, [-1, self._length * self._size])
        parts = (cell_state, attention, memory)
        return output, parts if self._state_is_tuple else arrays.concat(list(parts), 1)

    def _attention(self, query: list[Tensor], memory: Tensor) -> Tensor:
        size, hidden_size = self._size, self._hidden_size
        with variable_scope("attention"):
            kernel = get_variable("attn_w", [1, 1, size, hidden_size], dtype=memory.dtype)
            v = get_variable("attn_v", [hidden_size], dtype=memory.dtype)
            hidden = linalg.matmul(
                arrays.reshape(memory, [-1, size]), arrays.reshape(kernel, [size, hidden_size])
            )
            asked = arrays.expand_dims(linear(query, hidden_size), 1)
        hidden = arrays.reshape(hidden, [-1, self._length, hidden_size])
        weights = nn.softmax(reductions.reduce_sum(v * math.tanh(hidden + asked), 2))
        return reductions.reduce_sum(arrays.expand_dims(weights, 2) * memory, 1)
