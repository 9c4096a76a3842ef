"""Cells that TensorFlow computes by one operation; here they are the plain cells, with the names of their variables.

Source
------
TF 1.15 contrib/rnn lstm_ops.py, gru_ops.py
"""

from __future__ import annotations

from estimator.core.dtypes import DTypeLike
from estimator.core.errors import raise_problems
from estimator.network.recurrent.gru import GRUCell
from estimator.network.recurrent.lstm import LSTMCell


class LSTMBlockCell(LSTMCell):
    """Long short-term memory with tanh: :class:`~estimator.network.recurrent.lstm.LSTMCell` with fewer arguments.

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
    dtype : DType, optional
        Of the variables; by default that of the inputs.
    reuse : bool, optional
        Take the variables that a cell of the same name has made.
    name : str

    Shape
    -----
    As for LSTMCell, whose variables it has, too.

    Raises
    ------
    ValueError
        If an argument is not what it should be.

    Source
    ------
    tf.contrib.rnn.LSTMBlockCell, TF 1.15 lstm_ops.py
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        dtype: DTypeLike | None = None,
        reuse: bool | None = None,
        name: str | None = "lstm_cell",
    ) -> None:
        limit = None if cell_clip is None or cell_clip <= 0 else cell_clip
        super().__init__(
            num_units,
            use_peepholes=use_peephole,
            cell_clip=limit,
            forget_bias=forget_bias,
            reuse=reuse,
            name=name,
            dtype=dtype,
        )


class GRUBlockCellV2(GRUCell):
    """The gated recurrent unit with tanh: :class:`~estimator.network.recurrent.gru.GRUCell` with fewer arguments.

    Parameters
    ----------
    num_units : int
        The size of state and output.
    cell_size : int
        Its older name; one of the two is given.
    reuse : bool, optional
        Take the variables that a cell of the same name has made.
    name : str

    Shape
    -----
    As for GRUCell, whose variables it has, too.

    Raises
    ------
    ValueError
        If neither size is given, or both, or it is not above 0.

    Source
    ------
    tf.contrib.rnn.GRUBlockCellV2, TF 1.15 gru_ops.py
    """

    def __init__(
        self,
        num_units: int | None = None,
        cell_size: int | None = None,
        reuse: bool | None = None,
        name: str | None = "gru_cell",
    ) -> None:
        units = num_units if cell_size is None else cell_size
        if units is None or (num_units is not None and cell_size is not None):
            given = f"given: num_units={num_units}, cell_size={cell_size}. Use num_units"
            raise_problems(
                type(self).__name__, [f"exactly one of num_units or cell_size is wanted, {given}."]
            )
            raise AssertionError  # for type checkers: there was a problem
        super().__init__(units, reuse=reuse, name=name)


class GRUBlockCell(GRUBlockCellV2):
    """The gated recurrent unit of old checkpoints: its variables are w_ru, b_ru, w_c and b_c.

    Parameters
    ----------
    num_units, cell_size, reuse, name
        As for :class:`GRUBlockCellV2`.

    Source
    ------
    tf.contrib.rnn.GRUBlockCell, TF 1.15 gru_ops.py
    """

    _variable_names = ("w_ru", "b_ru", "w_c", "b_c")
