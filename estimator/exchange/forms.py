"""How the tensors of a layer lie in PyTorch, and how in TensorFlow.

==================  ==============================================  =================================================
layer               PyTorch                                         TensorFlow
==================  ==============================================  =================================================
dense               weight (out, in)                                kernel (in, out)
convolution         weight (out, in, height, width)                 kernel (height, width, in, out)
its transposed one  weight (in, out, height, width)                 kernel (height, width, out, in)
depthwise one       weight (in · multiplier, 1, height, width)      depthwise_kernel (height, width, in, multiplier)
LSTM                weight_ih (4 h, in), weight_hh (4 h, h),        kernel (in, 4 h), recurrent_kernel (h, 4 h),
                    bias_ih, bias_hh: gates i f g o                 bias: gates i f g o, the sum of both
LSTM cells          the same                                        kernel (in + h, 4 h), bias: gates i g f o, of the
                                                                    forget gate's what its forget_bias adds is taken
GRU                 weight_ih (3 h, in), weight_hh (3 h, h),        kernel (in, 3 h), recurrent_kernel (h, 3 h),
                    bias_ih, bias_hh: gates r z n                   bias (2, 3 h): gates z r n
==================  ==============================================  =================================================

What an optimizer keeps (a mean of gradients, or of their squares) lies as the weight does. Only what is added to or
taken from a weight is another matter: two biases that are added have the same gradient, and so has their sum.

A form converts the tensors of one layer, or of one part of it, both ways.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from estimator.core.frozen import frozen

Array = np.ndarray[Any, Any]
Arrays = Sequence[Array]

_GATES_OF_CELLS = (0, 2, 1, 3)  # i f g o as i g f o, and back
_GATES_OF_GRU = (1, 0, 2)  # r z n as z r n, and back
_FORGET = 2  # the place of the forget gate in a cell


class Form(Protocol):
    """How some tensors lie on both sides; `of_weights` is False where they are an optimizer's moments of these."""

    @property
    def kind(self) -> str:
        """What it is, for people."""
        ...

    def ours(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """What PyTorch's tensors are here; ValueError if they have no such shapes."""
        ...

    def torch(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """What our tensors are in PyTorch; ValueError if they have no such shapes."""
        ...


@frozen
class AsIs:
    """The same on both sides."""

    kind: str = "as it is"

    def ours(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """Nothing changes."""
        return list(arrays)

    torch = ours


@frozen
class Turned:
    """Outputs and inputs come first in PyTorch, and last, the other way round, in TensorFlow."""

    kind: str = "transposed"

    def ours(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """(out, in, ...) to (..., in, out)."""
        (array,) = arrays
        return [np.moveaxis(array, (0, 1), (-1, -2))]

    def torch(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """(..., in, out) to (out, in, ...)."""
        (array,) = arrays
        return [np.moveaxis(array, (-1, -2), (0, 1))]


@frozen
class Depthwise:
    """Of a convolution of each channel by itself; the outputs of one channel lie side by side.

    Parameters
    ----------
    multiplier : int
        How many outputs a channel has.
    """

    multiplier: int
    kind: str = "transposed by channels"

    def ours(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """(in * multiplier, 1, ...) to (..., in, multiplier)."""
        (array,) = arrays
        apart = array.reshape(-1, self.multiplier, *array.shape[2:])
        return [np.moveaxis(apart, (0, 1), (-2, -1))]

    def torch(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """(..., in, multiplier) to (in * multiplier, 1, ...)."""
        (array,) = arrays
        apart = np.moveaxis(array, (-2, -1), (0, 1))
        return [apart.reshape(-1, 1, *apart.shape[2:])]


@frozen
class Flattened:
    """Of a dense layer whose input is flattened features: PyTorch has the channels first there, TensorFlow last.

    Parameters
    ----------
    features : tuple of int
        Of one example in PyTorch: channels, height, width.
    """

    features: tuple[int, ...]
    kind: str = "transposed, inputs in the order of flattened features"

    def ours(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """(out, channels * height * width) to (height * width * channels, out)."""
        (array,) = arrays
        apart = array.reshape(len(array), *self.features)
        return [np.moveaxis(apart, (0, 1), (-1, -2)).reshape(-1, len(array))]

    def torch(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """(height * width * channels, out) to (out, channels * height * width)."""
        (array,) = arrays
        apart = array.reshape(*self.features[1:], self.features[0], -1)
        return [np.moveaxis(apart, (-1, -2), (0, 1)).reshape(-1, math.prod(self.features))]


@frozen
class Recurrent:
    """Of an LSTM of Keras', or of a plain recurrent layer: two products, and one bias in place of two.

    Back in PyTorch all of the bias is in the first one.
    """

    kind: str = "recurrent"

    def ours(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """weight_ih, weight_hh, both biases if there are any, to kernel, recurrent_kernel, bias."""
        _check_gates(arrays)
        entering, kept, *biases = arrays
        return [entering.T, kept.T, *_one_bias(biases, of_weights)]

    def torch(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """Kernel, recurrent_kernel, bias if there is one, to both weights and both biases."""
        entering, kept, *biases = arrays
        found = [entering.T, kept.T, *_two_biases(biases, of_weights)]
        _check_gates(found)
        return found


@frozen
class Cell:
    """Of a cell of tf.nn.rnn_cell: one product of inputs and state together.

    Parameters
    ----------
    gates : int
        4 for an LSTM, 1 for a plain cell.
    forget_bias : float
        What an LSTM's cell adds to the forget gate when it computes, so that it is no part of the bias here.
    """

    gates: int
    forget_bias: float = 1.0
    kind: str = "recurrent, of a cell"

    def ours(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """weight_ih, weight_hh, both biases, to kernel, bias."""
        _check_gates(arrays)
        entering, kept, *biases = arrays
        kernel = self._reordered(np.concatenate((entering, kept), axis=1).T)
        return [
            kernel,
            *(self._forgetting(self._reordered(b), of_weights, -1) for b in _one_bias(biases, of_weights)),
        ]

    def torch(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """Kernel, bias, to both weights and both biases."""
        kernel, *biases = arrays
        units = kernel.shape[1] // self.gates
        turned = self._reordered(kernel).T
        whole = [self._reordered(self._forgetting(bias, of_weights, 1)) for bias in biases]
        found = [turned[:, :-units], turned[:, -units:], *_two_biases(whole, of_weights)]
        _check_gates(found)
        return found

    def _reordered(self, array: Array) -> Array:
        return _blocks(array, _GATES_OF_CELLS) if self.gates == len(_GATES_OF_CELLS) else array

    def _forgetting(self, bias: Array, of_weights: bool, sign: int) -> Array:
        if not of_weights or self.gates != len(_GATES_OF_CELLS):
            return bias
        units = len(bias) // self.gates
        changed = bias.copy()
        changed[_FORGET * units : (_FORGET + 1) * units] += sign * self.forget_bias
        return changed


@frozen
class Gru:
    """Of a GRU of Keras' that resets after the product, as PyTorch's does."""

    kind: str = "recurrent, first two gates swapped"

    def ours(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """weight_ih, weight_hh, both biases if there are any, to kernel, recurrent_kernel, bias."""
        _check_gates(arrays)
        entering, kept, *biases = (_blocks(array.T, _GATES_OF_GRU) for array in arrays)
        return [entering, kept, *([np.stack(biases)] if biases else [])]

    def torch(self, arrays: Arrays, of_weights: bool = True) -> list[Array]:
        """Kernel, recurrent_kernel, bias if there is one, to both weights and both biases."""
        entering, kept, *stacked = (_blocks(array, _GATES_OF_GRU) for array in arrays)
        found = [entering.T, kept.T, *(row for biases in stacked for row in biases)]
        _check_gates(found)
        return found


def _blocks(array: Array, order: Sequence[int]) -> Array:
    """The blocks of the last axis, one for each gate, in another order."""
    return np.concatenate([np.split(array, len(order), axis=-1)[number] for number in order], axis=-1)


def _one_bias(biases: Arrays, of_weights: bool) -> list[Array]:
    if not biases:
        return []
    first, second = biases
    return [first + second if of_weights else first]  # gradients of summands are those of the sum


def _two_biases(biases: Arrays, of_weights: bool) -> list[Array]:
    return [part for bias in biases for part in (bias, np.zeros_like(bias) if of_weights else bias)]


def _check_gates(arrays: Arrays) -> None:
    """Raise ValueError unless these are weight_ih, weight_hh and perhaps both biases of one layer."""
    entering, kept, *biases = arrays
    rows = len(entering)
    units = kept.shape[-1]
    wrong = [array.shape for array in biases if array.shape != (rows,)]
    if (
        entering.ndim != 2
        or kept.shape != (rows, units)
        or rows % units
        or wrong
        or len(biases) not in (0, 2)
    ):
        raise ValueError(f"no recurrent layer has shapes {', '.join(str(array.shape) for array in arrays)}")
