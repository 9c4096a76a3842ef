"""Long short-term memory whose gates and memory are layer-normalized, with dropout of what is remembered.

With i, j, f, o the four quarters of ``[inputs, h] · kernel``, and ln(x) x brought to mean 0 and variance 1 in each
example, then scaled and shifted::

    new_c = ln(sigmoid(ln(f) + forget_bias) · c + sigmoid(ln(i)) · dropout(activation(ln(j))))
    new_h = sigmoid(ln(o)) · activation(new_c)
"""

from __future__ import annotations

from typing import Any

from estimator.core.shapes import ShapeLike
from estimator.functions import arrays, linalg, math, nn, normalization
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_name import ActivationLike
from estimator.network.recurrent.cell import LayerRNNCell
from estimator.network.recurrent.lstm import LSTMStateTuple
from estimator.variables.initializers import Constant

_NORMALIZED = ("input", "transform", "forget", "output", "state")
_EPSILON = 1e-12


class LayerNormBasicLSTMCell(LayerRNNCell):
    """Long short-term memory with layer normalization and recurrent dropout.

    Parameters
    ----------
    num_units : int
        The size of memory and output.
    forget_bias : float
        Added to the forget gate, so that it begins by keeping the memory.
    input_size
        Accepted for old scripts: it is known from the inputs.
    activation : callable or str, optional
        By default ``tf.tanh``.
    layer_norm : bool
        Whether there is normalization; else there is a bias.
    norm_gain, norm_shift : float
        What the scales and shifts begin with.
    dropout_keep_prob : float or scalar Tensor
        The part of what is to be remembered that is kept.
    dropout_prob_seed : int, optional
    reuse : bool, optional
        Take the variables that a cell of the same name has made.

    Shape
    -----
    inputs [batch, size], c and h [batch, num_units] -> [batch, num_units], and the new state;
    kernel [size + num_units, 4 num_units]; input, transform, forget, output, state: gamma and beta [num_units]

    Raises
    ------
    ValueError
        If an argument is not what it should be.

    Source
    ------
    tf.contrib.rnn.LayerNormBasicLSTMCell, TF 1.15 rnn_cell.py; Ba et al. 2016, arXiv:1607.06450; Semeniuta et al. 2016,
    arXiv:1603.05118
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        input_size: Any = None,
        activation: ActivationLike = None,
        layer_norm: bool = True,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        dropout_keep_prob: Any = 1.0,
        dropout_prob_seed: int | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(num_units, activation, reuse)
        self._forget_bias, self._layer_norm = forget_bias, layer_norm
        self._first_gain, self._first_shift = norm_gain, norm_shift
        self._keep_prob, self._seed = dropout_keep_prob, dropout_prob_seed

    @property
    def state_size(self) -> LSTMStateTuple:
        """The sizes of c and h."""
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        """`num_units`."""
        return self._num_units

    def build(self, input_shape: ShapeLike) -> None:
        """Make the kernel, and scales and shifts or the bias."""
        units = self._num_units
        self._kernel = self.add_weight("kernel", [self._inputs_size(input_shape) + units, 4 * units])
        self._bias = None if self._layer_norm else self.add_weight("bias", [4 * units])
        first = {"gamma": Constant(self._first_gain), "beta": Constant(self._first_shift)}
        self._norms = {
            (part, name): self.add_weight(f"{part}/{name}", [units], initializer=initializer)
            for part in (_NORMALIZED if self._layer_norm else ())
            for name, initializer in first.items()
        }
        self.built = True

    def call(self, inputs: Tensor, state: Any) -> tuple[Tensor, LSTMStateTuple]:
        """The new output, and the new state."""
        c, h = state
        gates = linalg.matmul(arrays.concat([inputs, h], 1), self._kernel)
        if self._bias is not None:
            gates = nn.bias_add(gates, self._bias)
        i, j, f, o = (
            self._normalized(part, values)
            for part, values in zip(_NORMALIZED, arrays.split(gates, 4, axis=1), strict=False)
        )
        remembered = self._activation(j)
        if not isinstance(self._keep_prob, (int, float)) or self._keep_prob < 1:
            remembered = nn.dropout(remembered, self._keep_prob, seed=self._seed)
        new_c = c * math.sigmoid(f + self._forget_bias) + math.sigmoid(i) * remembered
        new_c = self._normalized("state", new_c)
        new_h = self._activation(new_c) * math.sigmoid(o)
        return new_h, LSTMStateTuple(new_c, new_h)

    def _normalized(self, part: str, values: Tensor) -> Tensor:
        if not self._layer_norm:
            return values
        mean, variance = normalization.moments(values, [1], keepdims=True)
        beta, gamma = self._norms[part, "beta"], self._norms[part, "gamma"]
        return normalization.batch_normalization(values, mean, variance, beta, gamma, _EPSILON)
