"""Dropout: in training, zero a random part of the inputs and scale up the rest."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

from estimator.functions import nn
from estimator.functions.control_flow.cond import cond
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_function import function_of
from estimator.network.layers.input_spec import InputSpec
from estimator.network.layers.layer import Layer, tensor_or_bool


class Dropout(Layer):
    """Zero a random part of the inputs, in training only.

    Parameters
    ----------
    rate : float
        The part that is dropped, in [0, 1); the rest is divided by 1 - rate.
    noise_shape : sequence of int, optional
        Sizes of 1 drop whole slices along that axis.
    seed : int, optional

    Raises
    ------
    ValueError
        If `rate` is not in [0, 1).

    Source
    ------
    tf.layers.Dropout, TF 1.15 python/layers/core.py
    """

    def __init__(
        self,
        rate: TensorLike = 0.5,
        noise_shape: Sequence[int | None] | None = None,
        seed: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        if isinstance(rate, (int, float)) and not 0 <= rate < 1:
            raise ValueError(
                f"Dropout: rate must be in [0, 1), given: {rate}. It is the part that is dropped."
            )
        self.rate, self.noise_shape, self.seed = rate, noise_shape, seed
        self.input_spec = InputSpec()

    def call(self, inputs: Tensor, training: TensorLike = False) -> Tensor:
        """The output; `training` is a bool or a bool tensor."""
        is_training = tensor_or_bool(training)
        if not isinstance(is_training, bool):
            result: Tensor = cond(is_training, partial(self._dropped, inputs), partial(b.Identity, inputs))
            return result
        return self._dropped(inputs) if is_training else b.Identity(inputs)

    def _dropped(self, inputs: Tensor) -> Tensor:
        result = nn.dropout(inputs, rate=self.rate, noise_shape=self._dropped_together(), seed=self.seed)
        return b.Identity(inputs) if result is inputs else result

    def _dropped_together(self) -> Sequence[int | None] | None:
        """The shape of the noise: a size of 1 for an axis whose numbers are dropped together."""
        return self.noise_shape


class DropoutFunction(Protocol):
    """The signature of dropout: what :class:`Dropout` and its call take."""

    def __call__(
        self,
        inputs: TensorLike,
        rate: TensorLike = 0.5,
        noise_shape: Sequence[int | None] | None = None,
        seed: int | None = None,
        training: TensorLike = False,
        name: str | None = None,
    ) -> Tensor:
        """The output of a new layer."""


dropout: DropoutFunction = function_of(Dropout, DropoutFunction.__call__, "dropout")
