"""Networks as one object: called with all steps of a batch, they give all outputs and the last state.

A step is ``[batch, size]``; steps are one tensor ``[time, batch, size]``, or a list with one tensor a step. Outputs
come in the form that the inputs have.

Source
------
TF 1.15 contrib/rnn fused_rnn_cell.py, lstm_ops.py
"""

from __future__ import annotations

import abc
from typing import Any

from estimator.core.dtypes import DTypeLike
from estimator.core.keywords import near_keywords
from estimator.functions import arrays
from estimator.network.recurrent.bidirectional import from_end
from estimator.network.recurrent.blocks import LSTMBlockCell
from estimator.network.recurrent.cell import demand_cell
from estimator.network.recurrent.dynamic import dynamic_rnn
from estimator.network.recurrent.lstm import LSTMStateTuple
from estimator.network.recurrent.static import static_rnn
from estimator.variables.scopes import VariableScope, get_variable_scope
from estimator.variables.variable import Variable


class FusedRNNCell(abc.ABC):
    """A whole recurrent network as one object; a class of one's own says how it is called.

    Source
    ------
    tf.contrib.rnn.FusedRNNCell
    """

    @abc.abstractmethod
    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: DTypeLike | None = None,
        sequence_length: Any = None,
        scope: str | VariableScope | None = None,
    ) -> tuple[Any, Any]:
        """The outputs of all steps, and the last state.

        Parameters
        ----------
        inputs : Tensor, or list of Tensors
            The steps.
        initial_state : Tensor or nested structure of tensors, optional
            By default zeros; then `dtype` is needed.
        dtype : DType, optional
        sequence_length : Tensor, optional
            The number of steps of each example. Past it the output is zeros and the state stays.
        scope : str or VariableScope, optional
            Of the variables, if this is the first call.

        Shape
        -----
        inputs [time, batch, size], or a list of [batch, size] -> outputs likewise, state [batch, state_size]
        """


@near_keywords
class FusedRNNCellAdaptor(FusedRNNCell):
    """A cell that runs over all steps.

    Parameters
    ----------
    cell : RNNCell
    use_dynamic_rnn : bool
        Whether the steps are a loop; else each has operations of its own, and their number must be known.

    Raises
    ------
    TypeError
        If `cell` is not one.

    Source
    ------
    tf.contrib.rnn.FusedRNNCellAdaptor
    """

    def __init__(self, cell: Any, use_dynamic_rnn: bool = False) -> None:
        demand_cell(cell=cell)
        self._cell, self._is_loop = cell, use_dynamic_rnn

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: DTypeLike | None = None,
        sequence_length: Any = None,
        scope: str | VariableScope | None = None,
    ) -> tuple[Any, Any]:
        """The outputs of all steps, and the last state; see :meth:`FusedRNNCell.__call__`."""
        as_list = isinstance(inputs, list)
        options: dict[str, Any] = {"initial_state": initial_state, "dtype": dtype, "scope": scope}
        if self._is_loop:
            return _loop(self._cell, inputs, sequence_length, **options)
        steps = inputs if as_list else arrays.unstack(inputs)
        outputs, state = static_rnn(self._cell, steps, sequence_length=sequence_length, **options)
        return outputs if as_list else arrays.stack(outputs), state


def _loop(cell: Any, inputs: Any, sequence_length: Any, **options: Any) -> tuple[Any, Any]:
    as_list = isinstance(inputs, list)
    steps = arrays.stack(inputs) if as_list else inputs
    outputs, state = dynamic_rnn(cell, steps, sequence_length, time_major=True, **options)
    return arrays.unstack(outputs) if as_list else outputs, state


@near_keywords
class TimeReversedFusedRNN(FusedRNNCell):
    """A network that sees the last step first; its outputs stand at the steps that they belong to.

    Parameters
    ----------
    cell : FusedRNNCell

    Example
    -------
    >>> from estimator import tf
    >>> from estimator.tf.contrib import rnn
    >>> steps = tf.ones([5, 2, 3])                                  # [time, batch, size]
    >>> forwards = rnn.LSTMBlockFusedCell(4)
    >>> backwards = rnn.TimeReversedFusedRNN(rnn.LSTMBlockFusedCell(4))
    >>> outputs = [network(steps, dtype=tf.float32)[0] for network in (forwards, backwards)]
    >>> print(tf.concat(outputs, 2).shape)
    (5, 2, 8)

    Source
    ------
    tf.contrib.rnn.TimeReversedFusedRNN
    """

    def __init__(self, cell: Any) -> None:
        self._cell = cell

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: DTypeLike | None = None,
        sequence_length: Any = None,
        scope: str | VariableScope | None = None,
    ) -> tuple[Any, Any]:
        """The outputs of all steps, and the state behind the first step; see :meth:`FusedRNNCell.__call__`."""
        outputs, state = self._cell(
            _reversed(inputs, sequence_length),
            initial_state=initial_state,
            dtype=dtype,
            sequence_length=sequence_length,
            scope=scope,
        )
        return _reversed(outputs, sequence_length), state


def _reversed(steps: Any, lengths: Any) -> Any:
    """The steps of each example in the other order; what lies behind its end stays there."""
    if isinstance(steps, list):
        return from_end(steps, lengths)
    if lengths is None:
        return arrays.reverse(steps, [0])
    return arrays.reverse_sequence(steps, lengths, seq_axis=0, batch_axis=1)


@near_keywords
class LSTMBlockFusedCell(FusedRNNCell):
    """Long short-term memory over all steps.

    Parameters
    ----------
    num_units : int
        The size of memory and output.
    forget_bias : float
        Added to the forget gate, so that it begins by keeping the memory.
    cell_clip : float, optional
        The memory is clipped to ``[-cell_clip, cell_clip]``; a number of 0 or below clips nothing.
    use_peephole : bool
        Whether the gates see the memory.
    reuse : bool, optional
        Take the variables that a cell of the same name has made.
    dtype : DType, optional
        Of the variables; by default that of the inputs.
    name : str
        The scope of the variables.

    Shape
    -----
    inputs [time, batch, size], state ([batch, num_units], [batch, num_units]) -> [time, batch, num_units], and a state;
    kernel [size + num_units, 4 num_units], bias [4 num_units], w_f_diag, w_i_diag, w_o_diag [num_units]

    Raises
    ------
    ValueError
        If an argument is not what it should be.

    Source
    ------
    tf.contrib.rnn.LSTMBlockFusedCell
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        reuse: bool | None = None,
        dtype: DTypeLike | None = None,
        name: str | None = "lstm_fused_cell",
    ) -> None:
        self._cell = LSTMBlockCell(num_units, forget_bias, cell_clip, use_peephole, dtype, reuse, name)

    @property
    def num_units(self) -> int:
        """The size of memory and output."""
        return self._cell.output_size

    @property
    def variables(self) -> list[Variable]:
        """Kernel, bias, and what peepholes need; none before the first call."""
        return self._cell.variables

    @property
    def trainable_variables(self) -> list[Variable]:
        """Those of :attr:`variables` that are trained."""
        return self._cell.trainable_variables

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: DTypeLike | None = None,
        sequence_length: Any = None,
        scope: str | VariableScope | None = None,
    ) -> tuple[Any, Any]:
        """The outputs of all steps, and the last state; see :meth:`FusedRNNCell.__call__`."""
        # The variables lie where the one operation of TensorFlow has them: the loop adds no scope of its own, and the
        # cell's is opened before it, since inside a name that another cell has taken would be free again.
        self._cell.open_scope(scope)
        around = get_variable_scope()
        state = initial_state if initial_state is None else LSTMStateTuple(*initial_state)
        return _loop(self._cell, inputs, sequence_length, initial_state=state, dtype=dtype, scope=around)
