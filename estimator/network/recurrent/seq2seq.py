"""Decoders of sequences that are lists of tensors: each step may take what the one before gave."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from estimator.core.dtypes import DTypeLike, float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.network.recurrent.cell import demand_cell
from estimator.network.recurrent.static import demand_steps, static_rnn
from estimator.variables.scopes import VariableScope, variable_scope


def rnn_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    cell: Any,
    loop_function: Callable[[Any, int], Any] | None = None,
    scope: str | VariableScope | None = None,
) -> tuple[list[Any], Any]:
    """The outputs of a cell from a given state on, and its last state.

    Parameters
    ----------
    decoder_inputs : list of Tensor
        With a `loop_function` only the first is used; the others count the steps.
    initial_state : nested structure of tensors
    cell : RNNCell
    loop_function : callable, optional
        From the output before and the number of the step to the step's input. It finds variables and makes none.
    scope : str or VariableScope, optional
        By default ``"rnn_decoder"``.

    Shape
    -----
    each input [batch, size] -> each output [batch, output_size], state [batch, state_size]

    Raises
    ------
    TypeError
        If `cell` is not a cell, or `decoder_inputs` is no list.
    ValueError
        If `decoder_inputs` is empty, or `loop_function` asks for a variable that there is not.

    Source
    ------
    tf.contrib.legacy_seq2seq.rnn_decoder, TF 1.15 seq2seq.py
    """
    demand_cell(cell=cell)
    steps, state = demand_steps(decoder_inputs), initial_state
    outputs: list[Any] = []
    with variable_scope(scope or "rnn_decoder") as opened:
        for time, step_inputs in enumerate(steps):
            if time and loop_function is not None:
                with variable_scope("loop_function", reuse=True):
                    step_inputs = loop_function(outputs[-1], time)
            if time:
                opened.reuse_variables()
            output, state = cell(step_inputs, state)
            outputs.append(output)
    return outputs, state


def basic_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    dtype: DTypeLike = float32,
    scope: str | VariableScope | None = None,
) -> tuple[list[Any], Any]:
    """A decoder that goes on from the last state of an encoder with a cell of its own of the same kind.

    Parameters
    ----------
    encoder_inputs, decoder_inputs : list of Tensor
    cell : RNNCell
        The decoder's; the encoder's is a copy.
    dtype : DType, default float32
        Of the encoder's first state.
    scope : str or VariableScope, optional
        By default ``"basic_rnn_seq2seq"``.

    Shape
    -----
    each input [batch, size] -> each output [batch, output_size], state [batch, state_size]

    Raises
    ------
    TypeError
        If `cell` is not a cell, or inputs are no list.
    ValueError
        If inputs are empty.

    Source
    ------
    tf.contrib.legacy_seq2seq.basic_rnn_seq2seq, TF 1.15 seq2seq.py
    """
    demand_cell(cell=cell)
    with variable_scope(scope or "basic_rnn_seq2seq"):
        _, state = static_rnn(copy.deepcopy(cell), encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, state, cell)


def tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    loop_function: Callable[[Any, int], Any] | None = None,
    dtype: DTypeLike = float32,
    scope: str | VariableScope | None = None,
) -> tuple[list[Any], Any]:
    """An encoder and a decoder with the same variables.

    Parameters
    ----------
    encoder_inputs, decoder_inputs : list of Tensor
    cell : RNNCell
    loop_function : callable, optional
        The decoder's, as of :func:`rnn_decoder`.
    dtype : DType, default float32
        Of the encoder's first state.
    scope : str or VariableScope, optional
        By default ``"tied_rnn_seq2seq"``; it stands in ``"combined_tied_rnn_seq2seq"``.

    Shape
    -----
    each input [batch, size] -> each output [batch, output_size], state [batch, state_size]

    Raises
    ------
    TypeError
        If `cell` is not a cell, or inputs are no list.
    ValueError
        If inputs are empty.

    Source
    ------
    tf.contrib.legacy_seq2seq.tied_rnn_seq2seq, TF 1.15 seq2seq.py
    """
    scope = scope or "tied_rnn_seq2seq"
    with variable_scope("combined_tied_rnn_seq2seq") as opened:
        _, state = static_rnn(cell, encoder_inputs, dtype=dtype, scope=scope)
        opened.reuse_variables()
        return rnn_decoder(decoder_inputs, state, cell, loop_function, scope)


near_keywords_of_functions(__name__)
