"""Recurrent layers: a cell along a sequence, by a loop of the graph (:func:`~estimator.network.recurrent.dynamic`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from estimator.core import nest
from estimator.core.shapes import show
from estimator.functions.arrays import reverse, transpose, zeros_like
from estimator.functions.logic import where_v2
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.keras.layer import Layer, shape_of
from estimator.keras.layers.any_cell import (
    StackedRNNCells,
    build_cell,
    demand_cell,
    initial_state_of,
    output_size_of,
    step_of,
)
from estimator.keras.layers.by_name import deserialize
from estimator.keras.layers.recurrent_cells import Cell, GRUCell, LSTMCell, SimpleRNNCell
from estimator.keras.serialization import serialize
from estimator.network.recurrent.dynamic import dynamic_rnn
from estimator.runtime.own_session import session_at_hand
from estimator.variables.variable import Variable

_OF_RNN = "return_sequences return_state go_backwards stateful unroll time_major"


class RNN(Layer):
    """A cell along a sequence.

    Parameters
    ----------
    cell : layer, or list of layers
        With `state_size` and ``call(inputs, states)``; of several each takes the output of the one before.
    return_sequences : bool
        Whether to give the outputs of all steps, else that of the last.
    return_state : bool
        Whether to give the last states, too.
    go_backwards : bool
        Whether to take the steps from the last to the first; outputs are in that order.
    stateful : bool
        Whether each batch begins with the states that the one before has ended with; see :meth:`reset_states`.
        The size of the batch must be known then, and :attr:`updates` be run.
    unroll : bool
        Whether all steps stand in the graph one after the other; their number must be known then.
    time_major : bool
        Whether inputs and outputs have the time before the batch.
    zero_output_for_mask : bool
        Whether outputs of masked steps are zeros, else those of the step before.

    Shape
    -----
    inputs [batch, time, size] -> [batch, units], or [batch, time, units]; with `return_state` a list of this and states

    Raises
    ------
    ValueError
        If the cell is none, or something must be known and is not.

    Source
    ------
    tf.keras.layers.RNN, TF 2.15
    """

    config_names = _OF_RNN
    supports_masking = True

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        time_major: bool = False,
        *,
        zero_output_for_mask: bool = False,
        input_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        if "input_dim" in kwargs or input_length is not None:
            kwargs.setdefault("input_shape", (input_length, kwargs.pop("input_dim", None)))
        super().__init__(**kwargs)
        cell = StackedRNNCells(cell) if isinstance(cell, (list, tuple)) else cell
        demand_cell(cell)
        self.cell = cell
        self.return_sequences, self.return_state = return_sequences, return_state
        self.go_backwards, self.stateful = go_backwards, stateful
        self.unroll, self.time_major = unroll, time_major
        self.zero_output_for_mask = zero_output_for_mask
        vars(self)["_kept_states"] = None

    _kept_states: Any  # variables, of a layer that is stateful

    @property
    def states(self) -> list[Any]:
        """The variables that a stateful layer keeps its states in; None for each before its first call."""
        if self._kept_states is None:
            return [None for _ in nest.flatten(self.cell.state_size)]
        return nest.flatten(self._kept_states)

    def build(self, input_shape: Any) -> None:
        """Build the cell for the inputs of a step."""
        first = nest.flatten(input_shape)[0] if isinstance(input_shape, list) else input_shape
        dims = shape_of(first).as_list()
        if len(dims) < 3:
            raise ValueError(
                f"layer {self.name}: inputs are [batch, time, size], given: shape {show(tuple(dims))}. A Dense or "
                "Embedding layer in front of it, or tf.expand_dims(x, -1), adds what is missing."
            )
        build_cell(self.cell, (dims[1 if self.time_major else 0], *dims[2:]))
        self.built = True

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """That of the inputs, if there is an output for each step; states have none."""
        of_outputs = nest.flatten(mask)[0] if self.return_sequences and mask is not None else None
        return [of_outputs, *(None for _ in self.states)] if self.return_state else of_outputs

    def call(
        self,
        inputs: Any,
        mask: Any = None,
        training: Any = None,
        initial_state: Any = None,
        constants: Any = None,
    ) -> Any:
        """The outputs, and the last states."""
        if isinstance(inputs, (list, tuple)):  # the states behind the inputs
            inputs, initial_state = inputs[0], initial_state or list(inputs[1:]) or None
        if constants is not None:
            raise ValueError(
                f"layer {self.name}: constants are not available; let the cell's call take them."
            )
        if inputs.dims is None or len(inputs.dims) < 3:
            raise ValueError(
                f"layer {self.name}: inputs are [batch, time, size], given: {inputs.name} of shape {show(inputs.dims)}."
            )
        sequence = self._time_first(inputs)
        noted = None if mask is None else self._time_first(nest.flatten(mask)[0])
        states = self._first_states(sequence, initial_state)
        outputs, last = self._run(sequence, noted, states, training)
        if self.stateful:
            pairs = zip(self.states, nest.flatten(last), strict=True)
            self.add_update([kept.assign(new, read_value=False) for kept, new in pairs])
        if self.return_sequences:
            outputs = outputs if self.time_major else _turned(outputs)
        return [outputs, *last] if self.return_state else outputs

    def _time_first(self, x: Tensor) -> Tensor:
        turned = x if self.time_major else _turned(x)
        return reverse(turned, [0]) if self.go_backwards else turned

    def _first_states(self, sequence: Tensor, given: Any) -> Any:
        if given is not None:
            flat = [get_default_graph().convert(state) for state in nest.flatten(given)]
            wanted = nest.flatten(self.cell.state_size)
            if len(flat) != len(wanted):
                raise ValueError(
                    f"Layer has {len(wanted)} states but was passed {len(flat)} initial states (layer: {self.name})."
                )
            return nest.pack_as(_structure(self.cell.state_size), flat)
        if self.stateful:
            return nest.map_structure(lambda kept: kept.as_tensor(), self._own_states(sequence))
        batch = (sequence.dims or ())[1]
        dtype = sequence.dtype if sequence.dtype.is_floating else self.compute_dtype
        found = initial_state_of(self.cell, None, b.Shape(sequence)[1] if batch is None else batch, dtype)
        return nest.pack_as(_structure(self.cell.state_size), nest.flatten(found))

    def _own_states(self, sequence: Tensor) -> Any:
        if self._kept_states is None:
            batch = (sequence.dims or ())[1]
            if batch is None:
                raise ValueError(
                    f"layer {self.name}: a stateful layer must know the size of its batches: give the Input or the "
                    "first layer a batch_input_shape=(batch, time, size)."
                )
            with get_default_graph().outermost.as_default():  # a call outside of graphs traces a function
                zeros = nest.flatten(initial_state_of(self.cell, None, batch, self.compute_dtype))
            flat = [Variable(zero, trainable=False, name="states") for zero in zeros]
            vars(self)["_kept_states"] = nest.pack_as(_structure(self.cell.state_size), flat)
        return self._kept_states

    def reset_states(self, states: Any = None) -> None:
        """Give the states of a stateful layer values, by default zeros.

        Raises
        ------
        ValueError
            If the layer is not stateful or has not been called, or the states do not fit.
        """
        if not self.stateful or self._kept_states is None:
            raise ValueError(
                f"layer {self.name}: only a stateful layer that has been called has states to set."
            )
        kept = self.states
        given = [0.0] * len(kept) if states is None else nest.flatten(states)
        if len(given) != len(kept):
            raise ValueError(f"Layer {self.name} has {len(kept)} states, but {len(given)} values are given.")
        session = session_at_hand(kept[0].graph)
        for variable, value in zip(kept, given, strict=True):
            whole = [[value] * variable.dims[1]] * variable.dims[0] if states is None else value
            variable.load(whole, session)

    def _run(self, sequence: Tensor, mask: Any, states: Any, training: Any) -> tuple[Tensor, Any]:
        """The outputs, time first, or that of the last step; and the last states."""
        cells = self.cell.cells if isinstance(self.cell, StackedRNNCells) else [self.cell]
        own = [cell for cell in cells if isinstance(cell, Cell)]
        for cell in own:
            vars(cell)["shared"] = cell.share(b.Shape(sequence)[1], training)
        try:
            step = _Step(self.cell, training, mask is not None, self.zero_output_for_mask, sequence.dtype)
            given = sequence if mask is None else (sequence, b.ExpandDims(b.Cast(mask, DstT="bool"), -1))
            run = self._unrolled if self.unroll else _looped
            outputs, last = run(step, given, step.begin(states))
        finally:
            for cell in own:
                vars(cell)["shared"] = None
        return (outputs if self.return_sequences else step.last_of(outputs, last)), step.states_of(last)

    def _unrolled(self, step: _Step, inputs: Any, state: Any) -> tuple[Tensor, Any]:
        number = (nest.flatten(inputs)[0].dims or (None,))[0]
        if number is None:
            raise ValueError(
                f"layer {self.name}: cannot unroll a sequence whose number of steps is not known: give the Input or "
                "the first layer its shape."
            )
        outputs = []
        for time in range(number):
            output, state = step(nest.map_structure(lambda part, time=time: part[time], inputs), state)
            outputs.append(output)
        result: Tensor = b.Pack(outputs)
        return result, state

    def get_config(self) -> dict[str, Any]:
        """What the layer was told."""
        return self._told_of_sequence() | {"cell": serialize(self.cell)}

    def _told_of_sequence(self) -> dict[str, Any]:
        config = super().get_config()
        return config | ({"zero_output_for_mask": True} if self.zero_output_for_mask else {})

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """The layer of such a configuration."""
        given = dict(config)
        return cls(deserialize(given.pop("cell")), **given)


def _looped(step: _Step, inputs: Any, state: Any) -> tuple[Tensor, Any]:
    outputs, last = dynamic_rnn(step, inputs, initial_state=state, dtype=step.dtype, time_major=True)
    return outputs, last


def _turned(x: Tensor) -> Tensor:
    """The first two axes, batch and time, in the other order."""
    return transpose(x, [1, 0, *range(2, len(x.dims or ()))])


def _structure(size: Any) -> Any:
    return list(size) if isinstance(size, list) else size if isinstance(size, tuple) else [size]


class _Step:
    """One step of a cell, as :func:`dynamic_rnn` takes it; where a step is masked, states and output stay.

    The state is that of the cell; with a mask it has the last output beside it.
    """

    def __init__(self, cell: Any, training: Any, is_masked: bool, zeros_for_mask: bool, dtype: Any) -> None:
        self._cell, self._training = cell, training
        self._is_masked, self._zeros_for_mask = is_masked, zeros_for_mask
        self.dtype = dtype if dtype.is_floating else cell.compute_dtype
        self.output_size = output_size_of(cell)
        own = _structure(cell.state_size)
        self.state_size = (own, self.output_size) if is_masked else own

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """The states are always given."""
        raise NotImplementedError

    def begin(self, states: Any) -> Any:
        """The first state."""
        if not self._is_masked:
            return states
        first = nest.flatten(states)[0]
        return states, arrays_of_zeros(first, self.output_size, self.dtype)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        x, is_there = inputs if self._is_masked else (inputs, None)
        states, before = state if self._is_masked else (state, None)
        output, new = self._stepped(x, states)
        if is_there is None:
            return output, new
        new = nest.map_structure(lambda now, then: where_v2(is_there, now, then), new, states)
        kept = where_v2(is_there, output, before)
        shown = where_v2(is_there, output, zeros_like(output)) if self._zeros_for_mask else kept
        return shown, (new, kept)

    def _stepped(self, x: Any, states: Any) -> tuple[Any, Any]:
        single = not isinstance(self._cell.state_size, (list, tuple))
        is_layer = isinstance(self._cell, Layer)
        output, new = step_of(self._cell, x, states[0] if single and not is_layer else states, self._training)
        return output, nest.pack_as(_structure(self._cell.state_size), nest.flatten(new))

    def states_of(self, state: Any) -> Any:
        """The cell's part of a state."""
        return state[0] if self._is_masked else state

    def last_of(self, outputs: Tensor, last: Any) -> Tensor:
        """The output of the last step."""
        if isinstance(self._cell, Cell):  # whose state has it first
            found: Tensor = nest.flatten(last)[0]
            return found
        return outputs[-1]


def arrays_of_zeros(like: Tensor, size: Any, dtype: Any) -> Tensor:
    """Zeros of some size for each example of a batch."""
    result: Tensor = b.Fill(b.Pack([b.Shape(like)[0], size]), b.Cast(0, DstT=dtype))
    result.set_shape(((like.dims or (None,))[0], size))
    return result


class OfOneCell(RNN):
    """What :class:`LSTM`, :class:`GRU` and :class:`SimpleRNN` are: a cell that is made here, and told as the layer."""

    def __getattr__(self, name: str) -> Any:
        if "cell" in vars(self) and name in self.cell.config_names.split():
            return getattr(self.cell, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def get_config(self) -> dict[str, Any]:
        """What the layer was told."""
        words = [*self.cell.config_names.split(), "activity_regularizer"]
        return self._told_of_sequence() | {name: self._configured(name) for name in words}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """The layer of such a configuration."""
        return cls(**config)


def _of_cell(name: str, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """What the cell of a layer is told of it."""
    return {"name": name} | {key: kwargs[key] for key in ("dtype", "trainable") if key in kwargs}


class SimpleRNN(OfOneCell):
    """A recurrent layer whose output is its state.

    Parameters are those of :class:`~estimator.keras.layers.recurrent_cells.SimpleRNNCell` and of :class:`RNN`.

    Source
    ------
    tf.keras.layers.SimpleRNN, TF 2.15
    """

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        **kwargs: Any,
    ) -> None:
        cell = SimpleRNNCell(
            units, activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer,
            kernel_regularizer, recurrent_regularizer, bias_regularizer, kernel_constraint, recurrent_constraint,
            bias_constraint, dropout, recurrent_dropout, **_of_cell("simple_rnn_cell", kwargs),
        )  # fmt: skip
        super().__init__(
            cell, return_sequences, return_state, go_backwards, stateful, unroll,
            activity_regularizer=activity_regularizer, **kwargs,
        )  # fmt: skip


class LSTM(OfOneCell):
    """Long short-term memory; the states are [h, c]. Its defaults are those of TensorFlow 2.

    Parameters are those of :class:`~estimator.keras.layers.recurrent_cells.LSTMCell` and of :class:`RNN`.

    Source
    ------
    tf.keras.layers.LSTM, TF 2.15
    """

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        time_major: bool = False,
        unroll: bool = False,
        implementation: int = 2,
        **kwargs: Any,
    ) -> None:
        cell = LSTMCell(
            units, activation, recurrent_activation, use_bias, kernel_initializer, recurrent_initializer,
            bias_initializer, unit_forget_bias, kernel_regularizer, recurrent_regularizer, bias_regularizer,
            kernel_constraint, recurrent_constraint, bias_constraint, dropout, recurrent_dropout,
            implementation=implementation,
            **_of_cell("lstm_cell", kwargs),
        )  # fmt: skip
        super().__init__(
            cell, return_sequences, return_state, go_backwards, stateful, unroll, time_major,
            activity_regularizer=activity_regularizer, **kwargs,
        )  # fmt: skip


class GRU(OfOneCell):
    """The gated recurrent unit. Its defaults are those of TensorFlow 2.

    Parameters are those of :class:`~estimator.keras.layers.recurrent_cells.GRUCell` and of :class:`RNN`.

    Source
    ------
    tf.keras.layers.GRU, TF 2.15
    """

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        time_major: bool = False,
        reset_after: bool = True,
        implementation: int = 2,
        **kwargs: Any,
    ) -> None:
        cell = GRUCell(
            units, activation, recurrent_activation, use_bias, kernel_initializer, recurrent_initializer,
            bias_initializer, kernel_regularizer, recurrent_regularizer, bias_regularizer, kernel_constraint,
            recurrent_constraint, bias_constraint, dropout, recurrent_dropout, reset_after=reset_after,
            implementation=implementation, **_of_cell("gru_cell", kwargs),
        )  # fmt: skip
        super().__init__(
            cell, return_sequences, return_state, go_backwards, stateful, unroll, time_major,
            activity_regularizer=activity_regularizer, **kwargs,
        )  # fmt: skip
