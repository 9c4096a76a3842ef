"""The gated recurrent unit: a state that two gates let through, in part or whole.

With ``[a, b]`` for a's columns beside b's::

    r, u = sigmoid([inputs, state] · gates/kernel + gates/bias)
    candidate = activation([inputs, r · state] · candidate/kernel + candidate/bias)
    output = new_state = u · state + (1 - u) · candidate
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import DTypeLike
from estimator.core.shapes import ShapeLike
from estimator.functions import arrays, linalg, math, nn
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_name import ActivationLike, InitializerLike
from estimator.network.recurrent.cell import LayerRNNCell
from estimator.variables.initializers import Constant, Zeros


class GRUCell(LayerRNNCell):
    """The gated recurrent unit; the formula stands at the head of this module.

    Parameters
    ----------
    num_units : int
        The size of state and output.
    activation : callable or str, optional
        By default ``tf.tanh``.
    reuse : bool, optional
        Take the variables that a cell of the same name has made.
    kernel_initializer : callable or str, optional
        By default the scope's, else glorot_uniform.
    bias_initializer : callable or str, optional
        By default ones for the gates, which so begin by keeping the state, and zeros for the candidate.

    Shape
    -----
    inputs [batch, size], state [batch, num_units] -> [batch, num_units], [batch, num_units];
    gates/kernel [size + num_units, 2 num_units], gates/bias [2 num_units],
    candidate/kernel [size + num_units, num_units], candidate/bias [num_units]

    Raises
    ------
    ValueError
        If an argument is not what it should be.

    Source
    ------
    tf.nn.rnn_cell.GRUCell, TF 1.15 rnn_cell_impl.py; Cho et al. 2014, arXiv:1406.1078
    """

    kernel_initializer: Callable[..., Any] | None
    bias_initializer: Callable[..., Any] | None
    _variable_names = ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")

    def __init__(
        self,
        num_units: int,
        activation: ActivationLike = None,
        reuse: bool | None = None,
        kernel_initializer: InitializerLike = None,
        bias_initializer: InitializerLike = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_units, activation, reuse, name=name, dtype=dtype, **kwargs)
        self._take(
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
        )

    @property
    def state_size(self) -> int:
        """`num_units`."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """`num_units`."""
        return self._num_units

    def build(self, input_shape: ShapeLike) -> None:
        """Make the kernels and biases of the gates and of the candidate."""
        units, rows = self._num_units, self._inputs_size(input_shape) + self._num_units
        kernel, bias = self.kernel_initializer, self.bias_initializer
        shapes = ([rows, 2 * units], [2 * units], [rows, units], [units])
        initializers = (kernel, bias or Constant(1.0), kernel, bias or Zeros())
        self._gate_kernel, self._gate_bias, self._candidate_kernel, self._candidate_bias = (
            self.add_weight(name, shape, initializer=initializer)
            for name, shape, initializer in zip(self._variable_names, shapes, initializers, strict=True)
        )
        self.built = True

    def call(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """The new state, twice."""
        gates = linalg.matmul(arrays.concat([inputs, state], 1), self._gate_kernel)
        r, u = arrays.split(math.sigmoid(nn.bias_add(gates, self._gate_bias)), 2, axis=1)
        candidate = linalg.matmul(arrays.concat([inputs, r * state], 1), self._candidate_kernel)
        c = self._activation(nn.bias_add(candidate, self._candidate_bias))
        new_state = u * state + (1 - u) * c
        return new_state, new_state
