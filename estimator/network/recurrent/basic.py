"""The simplest cell: ``output = new_state = activation([inputs, state] · kernel + bias)``."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DTypeLike
from estimator.core.shapes import ShapeLike
from estimator.functions import arrays, linalg, nn
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_name import ActivationLike
from estimator.network.recurrent.cell import LayerRNNCell
from estimator.variables.initializers import Zeros


class BasicRNNCell(LayerRNNCell):
    """``output = new_state = activation([inputs, state] · kernel + bias)``.

    Parameters
    ----------
    num_units : int
        The size of state and output.
    activation : callable or str, optional
        By default ``tf.tanh``.
    reuse : bool, optional
        Take the variables that a cell of the same name has made.

    Shape
    -----
    inputs [batch, size], state [batch, num_units] -> [batch, num_units], [batch, num_units];
    kernel [size + num_units, num_units], bias [num_units]

    Raises
    ------
    ValueError
        If an argument is not what it should be.

    Source
    ------
    tf.nn.rnn_cell.BasicRNNCell, TF 1.15 rnn_cell_impl.py
    """

    def __init__(
        self,
        num_units: int,
        activation: ActivationLike = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_units, activation, reuse, name=name, dtype=dtype, **kwargs)

    @property
    def state_size(self) -> int:
        """`num_units`."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """`num_units`."""
        return self._num_units

    def build(self, input_shape: ShapeLike) -> None:
        """Make kernel and bias."""
        size = self._inputs_size(input_shape)
        self._kernel = self.add_weight("kernel", [size + self._num_units, self._num_units])
        self._bias = self.add_weight("bias", [self._num_units], initializer=Zeros())
        self.built = True

    def call(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """The new state, twice."""
        product = linalg.matmul(arrays.concat([inputs, state], 1), self._kernel)
        output = self._activation(nn.bias_add(product, self._bias))
        return output, output
