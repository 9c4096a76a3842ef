"""Long short-term memory: a memory c, which gates let in and forget, and an output h of it.

With ``[a, b]`` for a's columns beside b's, and i, j, f, o the four quarters of its columns::

    i, j, f, o = [inputs, h] · kernel + bias
    new_c = sigmoid(f + forget_bias) · c + sigmoid(i) · activation(j)
    new_h = sigmoid(o) · activation(new_c)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import DType, DTypeLike
from estimator.core.keywords import near_keywords
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import ShapeLike
from estimator.functions import arrays, clipping, linalg, math, nn
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_name import ActivationLike, InitializerLike
from estimator.network.recurrent.cell import LayerRNNCell
from estimator.variables.initializers import Zeros
from estimator.variables.partitioners import Partitioner, fixed_size_partitioner


@near_keywords
class LSTMStateTuple(NamedTuple):
    """The state of an LSTM cell, or its sizes: the memory c and the output h.

    Source
    ------
    tf.nn.rnn_cell.LSTMStateTuple, TF 1.15 rnn_cell_impl.py
    """

    c: Any
    h: Any

    @property
    def dtype(self) -> DType:
        """The type of both.

        Raises
        ------
        TypeError
            If they have two.
        """
        if self.c.dtype is not self.h.dtype:
            raise TypeError(
                f"c and h of a state have two types: {self.c.dtype.name} and {self.h.dtype.name}."
            )
        dtype: DType = self.c.dtype
        return dtype


class BasicLSTMCell(LayerRNNCell):
    """Long short-term memory without peepholes, clipping and projection; see :class:`LSTMCell` for those.

    Parameters
    ----------
    num_units : int
        The size of memory and output.
    forget_bias : float
        Added to the forget gate, so that it begins by keeping the memory.
    state_is_tuple : bool
        Whether the state is an :class:`LSTMStateTuple`, else c and h side by side in one matrix.
    activation : callable or str, optional
        By default ``tf.tanh``.
    reuse : bool, optional
        Take the variables that a cell of the same name has made.

    Shape
    -----
    inputs [batch, size], c and h [batch, num_units] -> [batch, num_units], and the new state;
    kernel [size + num_units, 4 num_units], bias [4 num_units]

    Raises
    ------
    ValueError
        If an argument is not what it should be.

    Source
    ------
    tf.nn.rnn_cell.BasicLSTMCell, TF 1.15 rnn_cell_impl.py; Zaremba et al. 2014, arXiv:1409.2329
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: ActivationLike = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_units, activation, reuse, name=name, dtype=dtype, **kwargs)
        self._forget_bias, self._state_is_tuple = forget_bias, state_is_tuple

    @property
    def state_size(self) -> LSTMStateTuple | int:
        """The sizes of c and h, or their sum."""
        return _state_size(self._num_units, self._num_units, self._state_is_tuple)

    @property
    def output_size(self) -> int:
        """`num_units`."""
        return self._num_units

    def build(self, input_shape: ShapeLike) -> None:
        """Make kernel and bias."""
        units = self._num_units
        self._kernel = self.add_weight("kernel", [self._inputs_size(input_shape) + units, 4 * units])
        self._bias = self.add_weight("bias", [4 * units], initializer=Zeros())
        self.built = True

    def call(self, inputs: Tensor, state: Any) -> tuple[Tensor, Any]:
        """The new output, and the new state."""
        c, h = state if self._state_is_tuple else arrays.split(state, 2, axis=1)
        gates = nn.bias_add(linalg.matmul(arrays.concat([inputs, h], 1), self._kernel), self._bias)
        i, j, f, o = arrays.split(gates, 4, axis=1)
        kept = math.multiply(c, math.sigmoid(math.add(f, self._forget_bias)))
        new_c = math.add(kept, math.multiply(math.sigmoid(i), self._activation(j)))
        new_h = math.multiply(self._activation(new_c), math.sigmoid(o))
        return new_h, _state(new_c, new_h, self._state_is_tuple)


class LSTMCell(LayerRNNCell):
    """Long short-term memory, with peepholes, a projection and limits if they are asked for.

    Parameters
    ----------
    num_units : int
        The size of the memory.
    use_peepholes : bool
        Whether the gates see the memory, each number of it by a weight of its own: f and i the old one, o the new one.
    cell_clip, proj_clip : float, optional
        The memory, or the projected output, is clipped to ``[-clip, clip]``.
    initializer : callable or str, optional
        Of all weights but the bias; by default the scope's, else glorot_uniform.
    num_proj : int, optional
        The output is multiplied by a matrix, and so projected to this size.
    num_unit_shards, num_proj_shards : int, optional
        In how many parts kernel and projection are made; a partitioner of the scope does the same.
    forget_bias : float
        Added to the forget gate, so that it begins by keeping the memory.
    state_is_tuple : bool
        Whether the state is an :class:`LSTMStateTuple`, else c and h side by side in one matrix.
    activation : callable or str, optional
        By default ``tf.tanh``.
    reuse : bool, optional
        Take the variables that a cell of the same name has made.

    Shape
    -----
    With n = num_proj, or else num_units: inputs [batch, size], c [batch, num_units], h [batch, n] -> [batch, n], and
    the new state; kernel [size + n, 4 num_units], bias [4 num_units], w_f_diag, w_i_diag, w_o_diag [num_units],
    projection/kernel [num_units, n]

    Raises
    ------
    ValueError
        If an argument is not what it should be.

    Source
    ------
    tf.nn.rnn_cell.LSTMCell, TF 1.15 rnn_cell_impl.py; Hochreiter and Schmidhuber 1997, Sak et al. 2014
    """

    initializer: Callable[..., Any] | None

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: InitializerLike = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int | None = None,
        num_proj_shards: int | None = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: ActivationLike = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **kwargs: Any,
    ) -> None:
        sizes = {"num_proj": num_proj, "num_unit_shards": num_unit_shards, "num_proj_shards": num_proj_shards}
        super().__init__(num_units, activation, reuse, sizes, name=name, dtype=dtype, **kwargs)
        self._take(initializer=initializer)
        self._use_peepholes, self._forget_bias, self._state_is_tuple = (
            use_peepholes,
            forget_bias,
            state_is_tuple,
        )
        self._cell_clip, self._num_proj, self._proj_clip = cell_clip, self._sizes.get("num_proj"), proj_clip

    @property
    def state_size(self) -> LSTMStateTuple | int:
        """The sizes of c and h, or their sum."""
        return _state_size(self._num_units, self.output_size, self._state_is_tuple)

    @property
    def output_size(self) -> int:
        """`num_proj`, or else `num_units`."""
        return self._num_proj or self._num_units

    def build(self, input_shape: ShapeLike) -> None:
        """Make kernel, bias, and what peepholes and projection need."""
        units, rows = self._num_units, self._inputs_size(input_shape) + self.output_size
        self._kernel = self._in_parts("kernel", [rows, 4 * units], self._sizes.get("num_unit_shards"))
        self._bias = self.add_weight("bias", [4 * units], initializer=Zeros())
        if self._use_peepholes:
            self._w_f, self._w_i, self._w_o = (
                self.add_weight(f"w_{gate}_diag", [units], initializer=self.initializer) for gate in "fio"
            )
        if self._num_proj:
            self._projection = self._in_parts(
                "projection/kernel", [units, self._num_proj], self._sizes.get("num_proj_shards")
            )
        self.built = True

    def _in_parts(self, name: str, shape: list[int], parts: int | None) -> Any:
        partitioner: Partitioner | None = None if parts is None else fixed_size_partitioner(parts)
        return self.add_weight(name, shape, initializer=self.initializer, partitioner=partitioner)

    def call(self, inputs: Tensor, state: Any) -> tuple[Tensor, Any]:
        """The new output, and the new state."""
        sizes = [self._num_units, self.output_size]
        c, h = state if self._state_is_tuple else arrays.split(state, sizes, axis=1)
        gates = nn.bias_add(linalg.matmul(arrays.concat([inputs, h], 1), self._kernel), self._bias)
        i, j, f, o = arrays.split(gates, 4, axis=1)
        f = f + self._forget_bias
        if self._use_peepholes:
            f, i = f + self._w_f * c, i + self._w_i * c
        new_c = _clipped(math.sigmoid(f) * c + math.sigmoid(i) * self._activation(j), self._cell_clip)
        if self._use_peepholes:
            o = o + self._w_o * new_c
        new_h = math.sigmoid(o) * self._activation(new_c)
        if self._num_proj:
            new_h = _clipped(linalg.matmul(new_h, self._projection), self._proj_clip)
        return new_h, _state(new_c, new_h, self._state_is_tuple)


def _clipped(value: Tensor, limit: float | None) -> Tensor:
    result: Tensor = value if limit is None else clipping.clip_by_value(value, -limit, limit)
    return result


def _state_size(memory: int, output: int, is_tuple: bool) -> LSTMStateTuple | int:
    return LSTMStateTuple(memory, output) if is_tuple else memory + output


def _state(c: Tensor, h: Tensor, is_tuple: bool) -> LSTMStateTuple | Tensor:
    return LSTMStateTuple(c, h) if is_tuple else arrays.concat([c, h], 1)
