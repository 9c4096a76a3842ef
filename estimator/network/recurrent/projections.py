"""Cells around a cell that have weights: of what goes in, of what comes out, of what the cell has been through.

Their variables lie in a scope of their own, those of the cell below it.

Source
------
TF 1.15 contrib/rnn core_rnn_cell.py, rnn_cell.py
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core import nest
from estimator.core.counts import whole_number
from estimator.core.dtypes import DTypeLike
from estimator.core.errors import raise_problems
from estimator.functions import arrays, linalg, math, nn
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_name import InitializerLike, functions_of
from estimator.network.layers.layer import static_last_size
from estimator.network.recurrent.cell import RNNCell, demand_cell
from estimator.network.recurrent.wrappers import RNNCellWrapper
from estimator.variables.embedding import embedding_lookup
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Constant, RandomUniform, Zeros
from estimator.variables.scopes import get_variable_scope, variable_scope


class CellWithWeights(RNNCell):
    """A cell around a cell, with a scope of its own."""

    def __init__(self, cell: Any, reuse: bool | None, sizes: Mapping[str, Any]) -> None:
        super().__init__(_reuse=reuse)
        demand_cell(cell=cell)
        raise_problems(
            type(self).__name__,
            [
                f"{name} must be a whole number above 0, given: {size!r}."
                for name, size in sizes.items()
                if (whole_number(size) or 0) <= 0
            ],
        )
        self._cell = cell

    @property
    def state_size(self) -> Any:
        """That of the cell."""
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        """That of the cell."""
        return self._cell.output_size

    def zero_state(self, batch_size: Any, dtype: DTypeLike) -> Any:
        """That of the cell; see :meth:`~estimator.network.recurrent.cell.RNNCell.zero_state`."""
        with get_default_graph().name_scope(f"{type(self).__name__}ZeroState"):
            return self._cell.zero_state(batch_size, dtype)


def linear(parts: Sequence[Tensor], size: int) -> Tensor:
    """``[parts] · kernel + bias``, with the variables ``kernel`` and ``bias`` of the scope."""
    x = parts[0] if len(parts) == 1 else arrays.concat(list(parts), 1)
    kernel = get_variable("kernel", [static_last_size(x.dims, "a projection"), size], dtype=x.dtype)
    with variable_scope(get_variable_scope()) as whole:
        whole.set_partitioner(None)
        bias = get_variable("bias", [size], dtype=x.dtype, initializer=Zeros())
    return nn.bias_add(linalg.matmul(x, kernel), bias)


class InputProjectionWrapper(CellWithWeights):
    """A cell whose inputs are projected first.

    Parameters
    ----------
    cell : RNNCell
    num_proj : int
        The size that the inputs are projected to.
    activation : callable or str, optional
        Of what was projected; by default none.
    input_size
        Accepted for old scripts: it is known from the inputs.
    reuse : bool, optional
        Take the variables that a cell of the same name has made.

    Shape
    -----
    inputs [batch, size] -> the cell's output; kernel [size, num_proj], bias [num_proj]

    Raises
    ------
    TypeError
        If `cell` is not one.
    ValueError
        If `num_proj` is not above 0.

    Source
    ------
    tf.contrib.rnn.InputProjectionWrapper, TF 1.15 core_rnn_cell.py
    """

    def __init__(
        self,
        cell: Any,
        num_proj: int,
        activation: Callable[[Any], Any] | str | None = None,
        input_size: Any = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse, {"num_proj": num_proj})
        self._num_proj = num_proj
        self._activation = _activation(self, activation)

    def call(self, inputs: Tensor, state: Any) -> Any:
        """Output and new state of the cell."""
        return self._cell(self._activation(linear([inputs], self._num_proj)), state)


class OutputProjectionWrapper(CellWithWeights):
    """A cell whose output is projected.

    Parameters
    ----------
    cell : RNNCell
    output_size : int
        The size that the output is projected to.
    activation : callable or str, optional
        Of what was projected; by default none.
    reuse : bool, optional
        Take the variables that a cell of the same name has made.

    Shape
    -----
    -> [batch, output_size], and the cell's new state; kernel [cell.output_size, output_size], bias [output_size]

    Raises
    ------
    TypeError
        If `cell` is not one.
    ValueError
        If `output_size` is not above 0.

    Source
    ------
    tf.contrib.rnn.OutputProjectionWrapper, TF 1.15 core_rnn_cell.py
    """

    def __init__(
        self,
        cell: Any,
        output_size: int,
        activation: Callable[[Any], Any] | str | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse, {"output_size": output_size})
        self._output_size = output_size
        self._activation = _activation(self, activation)

    @property
    def output_size(self) -> int:
        """The size that the output is projected to."""
        return self._output_size

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Any]:
        """The projected output, and the cell's new state."""
        output, new_state = self._cell(inputs, state)
        return self._activation(linear([output], self._output_size)), new_state


def _activation(cell: RNNCell, given: Callable[[Any], Any] | str | None) -> Callable[[Any], Any]:
    found = functions_of(type(cell).__name__, activation=given)["activation"]
    return found or (lambda x: x)


class HighwayWrapper(RNNCellWrapper):
    """A cell whose output is mixed with its inputs, number by number.

    With carry = sigmoid(inputs · carry_w + carry_b), the output is ``carry · inputs + transform · output``.

    Parameters
    ----------
    cell : RNNCell
        Its output has the size of its inputs.
    couple_carry_transform_gates : bool
        Whether transform is ``1 - carry``; else it has weights of its own, transform_w and transform_b.
    carry_bias_init : float
        The first carry_b; transform_b begins with its negative.

    Shape
    -----
    inputs [batch, size] -> [batch, size], and the cell's new state; carry_w [size, size], carry_b [size]

    Raises
    ------
    TypeError
        If `cell` is not one.

    Source
    ------
    tf.contrib.rnn.HighwayWrapper, TF 1.15 rnn_cell.py; Srivastava et al. 2015, arXiv:1505.00387
    """

    def __init__(
        self, cell: Any, couple_carry_transform_gates: bool = True, carry_bias_init: float = 1.0
    ) -> None:
        super().__init__(cell)
        self._is_coupled, self._first_bias = couple_carry_transform_gates, carry_bias_init

    def _around_step(self, inputs: Any, state: Any, scope: dict[str, Any]) -> tuple[Any, Any]:
        outputs, new_state = self.cell(inputs, state, **scope)
        return nest.map_structure(self._mixed, inputs, outputs), new_state

    def _mixed(self, inputs: Tensor, outputs: Tensor) -> Tensor:
        carry = _gate(inputs, "carry", self._first_bias)
        transform = 1 - carry if self._is_coupled else _gate(inputs, "transform", -self._first_bias)
        mixed: Tensor = inputs * carry + outputs * transform
        return mixed


def _gate(inputs: Tensor, name: str, first_bias: float) -> Tensor:
    size = static_last_size(inputs.dims, "HighwayWrapper")
    weights = get_variable(f"{name}_w", [size, size])
    bias = get_variable(f"{name}_b", [size], initializer=Constant(first_bias))
    return math.sigmoid(nn.xw_plus_b(inputs, weights, bias))


class EmbeddingWrapper(CellWithWeights):
    """A cell whose inputs are ids of rows of a table.

    Parameters
    ----------
    cell : RNNCell
    embedding_classes : int
        How many rows there are.
    embedding_size : int
    initializer : callable or str, optional
        Of the table; by default the scope's, else uniform with a variance of 1.
    reuse : bool, optional
        Take the variables that a cell of the same name has made.

    Shape
    -----
    inputs [batch] or [batch, 1], integers -> the cell's output; embedding [embedding_classes, embedding_size]

    Raises
    ------
    TypeError
        If `cell` is not one.
    ValueError
        If a size is not above 0.

    Source
    ------
    tf.contrib.rnn.EmbeddingWrapper, TF 1.15 core_rnn_cell.py
    """

    initializer: Callable[..., Any] | None

    def __init__(
        self,
        cell: Any,
        embedding_classes: int,
        embedding_size: int,
        initializer: InitializerLike = None,
        reuse: bool | None = None,
    ) -> None:
        sizes = {"embedding_classes": embedding_classes, "embedding_size": embedding_size}
        super().__init__(cell, reuse, sizes)
        self._take(initializer=initializer)
        self._shape = list(sizes.values())

    def call(self, inputs: Any, state: Any) -> Any:
        """Output and new state of the cell."""
        width = 3.0**0.5  # uniform in [-width, width) has a variance of 1
        first = self.initializer or get_variable_scope().initializer or RandomUniform(-width, width)
        dtype = nest.flatten(state)[0].dtype
        table = get_variable("embedding", self._shape, dtype=dtype, initializer=first)
        return self._cell(embedding_lookup(table, arrays.reshape(inputs, [-1])), state)
