"""What is done in training and in prediction, gradients, and losses number by number, under Keras' names.

Source: names, arguments and edges of tf.keras.backend, TF 2.15 backend.py
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import nn
from estimator.functions.arrays import identity
from estimator.functions.printing import print_v2
from estimator.functions.scoping import control_dependencies
from estimator.graph.gradients import gradients as gradients_of
from estimator.graph.tensor import Tensor
from estimator.keras.backend.functions import switch
from estimator.keras.calls import outer_call
from estimator.keras.learning_phase import choose_phase, chosen_phase, learning_phase, set_learning_phase
from estimator.keras.losses import crossentropies
from estimator.keras.nodes import HISTORY


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """One thing in training, another in prediction: tensors, or functions that make them.

    Parameters
    ----------
    x, alt : Tensor or callable
        In training, in prediction.
    training : bool, int or Tensor, optional
        By default as the layer is called that is being called, else the learning phase.
    """
    if training is None:
        call = outer_call()
        training = None if call is None else call.training
    if training is None:
        training = learning_phase()
    if isinstance(training, Tensor):
        return switch(training, x, alt)
    chosen: Any = x if training else alt
    return chosen() if callable(chosen) else chosen


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """One thing in prediction, another in training; see :func:`in_train_phase`."""
    return in_train_phase(alt, x, training)


@contextlib.contextmanager
def learning_phase_scope(value: int) -> Iterator[None]:
    """A block in which the learning phase is 0 (predicting) or 1 (training).

    Raises
    ------
    ValueError
        If it is neither.
    """
    before = chosen_phase()
    set_learning_phase(value)
    try:
        yield
    finally:
        choose_phase(before)


def dropout(x: Any, level: float, noise_shape: Any = None, seed: int | None = None) -> Tensor:
    """A tensor of whose numbers a part is 0, and the others larger by as much."""
    return nn.dropout(x, rate=level, noise_shape=noise_shape, seed=seed)


def gradients(loss: Any, variables: Any) -> list[Any]:
    """The gradients of a loss with respect to variables or tensors."""
    found: list[Any] = gradients_of(loss, variables)
    return found


def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """The cross entropy of each distribution over classes."""
    return crossentropies.categorical_crossentropy(target, output, from_logits=from_logits, axis=axis)


def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1, ignore_class: int | None = None
) -> Any:
    """The cross entropy of each class id."""
    return crossentropies.sparse_categorical_crossentropy(
        target, output, from_logits=from_logits, axis=axis, ignore_class=ignore_class
    )


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """The cross entropy of each label by itself."""
    return crossentropies.binary_terms(target, output, from_logits)


def moving_average_update(x: Any, value: Any, momentum: float) -> Any:
    """What moves a variable towards a value: it keeps `momentum` of what it was."""
    return x.assign_sub((x - value) * (1.0 - momentum))


def print_tensor(x: Any, message: str = "", summarize: int = 3) -> Tensor:
    """The tensor, whose value is printed whenever it is computed."""
    with control_dependencies([print_v2(message, x, summarize=summarize, output_stream=sys.stdout)]):
        result: Tensor = identity(x)
    return result


def is_keras_tensor(x: Any) -> bool:
    """Whether it comes from an Input by layers.

    Raises
    ------
    ValueError
        If it is no tensor.
    """
    if not (isinstance(x, Tensor) or hasattr(x, "as_tensor") or hasattr(x, "components")):
        raise ValueError(
            f"Unexpectedly found an instance of type `{type(x)}`. Expected a symbolic tensor instance."
        )
    return hasattr(x, HISTORY)


near_keywords_of_functions(__name__)
