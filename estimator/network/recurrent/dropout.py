"""Dropout around a cell: of its inputs, its outputs and its state.

By default each step drops others. With ``variational_recurrent=True`` all steps of a run drop the same, as Gal and
Ghahramani do it: the noise is drawn once, outside the loop, for all examples alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from estimator.core import nest
from estimator.core.dtypes import DTypeLike
from estimator.core.errors import raise_problems
from estimator.core.shapes import as_dims
from estimator.functions import math, nn
from estimator.functions.arguments import tensor_of
from estimator.functions.random import random_uniform
from estimator.graph.graph import get_default_graph
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor
from estimator.network.recurrent.lstm import LSTMStateTuple
from estimator.network.recurrent.wrappers import RNNCellWrapper


class DropoutWrapper(RNNCellWrapper):
    """Dropout of the inputs, outputs and state of a cell.

    Parameters
    ----------
    cell : RNNCell
    input_keep_prob, output_keep_prob, state_keep_prob : float or Tensor
        The part that is kept; where it is 1, and no tensor, nothing is dropped. The state is dropped on its way out.
    variational_recurrent : bool
        Whether all steps of a run drop the same. Then `dtype` is needed, and `input_size` if inputs are dropped.
    input_size : int, TensorShape, or nested structure of them, optional
        The size of the inputs, without the batch.
    dtype : DType, optional
        Of inputs, outputs and state.
    seed : int, optional
        What is drawn for inputs, outputs and each part of the state follows from it.
    dropout_state_filter_visitor : callable, optional
        Gets the state, and parts of it that are nested: True drops something of all its parts, False of none, and a
        structure of both says it of each. By default all but the memory c of an LSTM.

    Raises
    ------
    TypeError
        If `cell` is not a cell, or the filter cannot be called.
    ValueError
        If a part that is kept is not in [0, 1], or something is missing.

    Source
    ------
    tf.nn.rnn_cell.DropoutWrapper, TF 1.15 rnn_cell_wrapper_impl.py; Gal and Ghahramani 2016, arXiv:1512.05287
    """

    def __init__(
        self,
        cell: Any,
        input_keep_prob: Any = 1.0,
        output_keep_prob: Any = 1.0,
        state_keep_prob: Any = 1.0,
        variational_recurrent: bool = False,
        input_size: Any = None,
        dtype: DTypeLike | None = None,
        seed: int | None = None,
        dropout_state_filter_visitor: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(cell, dtype=dtype, **kwargs)
        if dropout_state_filter_visitor is not None and not callable(dropout_state_filter_visitor):
            raise TypeError(
                f"dropout_state_filter_visitor must be callable, given: {dropout_state_filter_visitor!r}. It gets a "
                "state and says of which parts something is dropped."
            )
        self._filter = dropout_state_filter_visitor or _all_but_memories
        self._seed = seed
        given = {"input": input_keep_prob, "output": output_keep_prob, "state": state_keep_prob}
        with get_default_graph().name_scope("DropoutWrapperInit"):
            self._keep = {what: _fixed_or_tensor(prob, f"{what}_keep_prob") for what, prob in given.items()}
        self._check(variational_recurrent, input_size)
        sizes = {"input": input_size, "output": cell.output_size, "state": cell.state_size}
        self._noise = {
            what: self._draw_once(what, sizes[what])
            for what in given
            if variational_recurrent and self._drops(what)
        }

    def _check(self, variational_recurrent: bool, input_size: Any) -> None:
        problems = [
            f"Parameter {what}_keep_prob must be between 0 and 1. Received {prob:g}; it is the part that is kept."
            for what, prob in self._keep.items()
            if isinstance(prob, float) and not 0 <= prob <= 1
        ]
        if variational_recurrent and self.dtype is None:
            problems.append(
                "When variational_recurrent=True, dtype must be provided, such as dtype=tf.float32."
            )
        if variational_recurrent and input_size is None and self._drops("input"):
            problems.append(
                "When variational_recurrent=True and input_keep_prob < 1.0 or is unknown, input_size must be provided: "
                "the size of the inputs without the batch."
            )
        raise_problems("DropoutWrapper", problems)

    def _drops(self, what: str) -> bool:
        return self._keep[what] != 1.0 if isinstance(self._keep[what], float) else True

    def _draw_once(self, what: str, sizes: Any) -> list[Tensor]:
        """Noise for all steps: a row of numbers in [0, 1), for each tensor."""
        return [
            random_uniform([1, *(as_dims(size) or ())], dtype=self.dtype, seed=self._seed_of(what, number))
            for number, size in enumerate(nest.flatten(sizes))
        ]

    def _seed_of(self, what: str, number: int) -> int | None:
        """A seed for one tensor, made of the wrapper's as TensorFlow makes it."""
        if self._seed is None:
            return None
        digest = hashlib.md5(f"{self._seed}{what}_{number}".encode(), usedforsecurity=False).hexdigest()
        return int(digest[:8], 16) & 0x7FFFFFFF

    def _around_step(self, inputs: Any, state: Any, scope: dict[str, Any]) -> tuple[Any, Any]:
        output, new_state = self.cell(self._dropped("input", inputs), state, **scope)
        return self._dropped("output", output), self._dropped("state", new_state)

    def _dropped(self, what: str, values: Any) -> Any:
        if not self._drops(what):
            return values
        chosen = _chosen(self._filter if what == "state" else _all, values)
        return nest.pack_as(
            values,
            [
                self._drop(what, number, value) if chosen[number] else value
                for number, value in enumerate(nest.flatten(values))
            ],
        )

    def _drop(self, what: str, number: int, value: Tensor) -> Any:
        keep = self._keep[what]
        if what in self._noise:
            return _drop_by(self._noise[what][number], value, keep)
        return nn.dropout(value, rate=1.0 - keep, seed=self._seed_of(what, number))


def _fixed_or_tensor(prob: Any, argument: str) -> Any:
    """A probability as a float, if it does not depend on what the graph is fed."""
    tensor = tensor_of(prob)
    if not tensor.dtype.is_floating and not tensor.dtype.is_integer:
        raise TypeError(f"DropoutWrapper: {argument} must be a number, given: {prob!r}.")
    value = static_value(tensor)
    return tensor if value is None else float(value)


def _drop_by(noise: Tensor, value: Tensor, keep: Any) -> Any:
    """The value divided by what is kept, where noise is above what is dropped, else 0."""
    kept = math.floor(keep + noise)
    result = math.divide(value, keep) * kept
    result.set_shape(value.dims)
    return result


def _all(values: Any) -> bool:
    return True


def _all_but_memories(state: Any) -> Any:
    return LSTMStateTuple(c=False, h=True) if isinstance(state, LSTMStateTuple) else True


def _chosen(says: Callable[[Any], Any], values: Any) -> list[bool]:
    """Of which tensors in a structure something is dropped: `says` tells it of the whole, and of parts of it."""
    answer = says(values)
    if not nest.is_nested(values):
        return [bool(answer)]
    parts = [values[key] for key in nest.sorted_keys(values)] if isinstance(values, Mapping) else list(values)
    answers = nest.flatten(answer) if nest.is_nested(answer) else [answer] * len(parts)
    if len(answers) != len(parts):
        raise ValueError(
            f"dropout_state_filter_visitor says {answer!r} of a state of {len(parts)} parts: return True, False, or "
            "one of both for each part."
        )
    return [
        drops
        for part_says, part in zip(answers, parts, strict=True)
        for drops in (_chosen(says, part) if part_says else [False] * len(nest.flatten(part)))
    ]
